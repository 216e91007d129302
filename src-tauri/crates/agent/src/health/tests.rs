//! Each finding, with a key that has it and keys that do not.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_protocol::health::{HealthFinding, HealthSeverity, MOST_HEALTH_FINDINGS};
use keyhaven_protocol::view::DueWords;
use keyhaven_rules::Verdict;
use keyhaven_secret::{Secret, SecretBytes};
use keyhaven_vault::due::Due;
use keyhaven_vault::{
    Credential, Dates, Details, Field, FieldKind, LatestCheck, LaunchConfig, LocalNow, Location,
    NewValueCheck, Rotation, SavedProfile, Summary, Tier, Usage,
};
use uuid::Uuid;

use super::list::FindingList;
use super::profiles::{LowerProfile, ProfileTakings};
use super::rules::{KeyFacts, findings};
use super::shared::{SharedValues, ValueHolder};
use super::values::ValueFacts;

const NOW: &str = "2026-06-01T12:00:00Z";

/// A key with nothing wrong, to be changed.
struct Sample {
    credential: Credential,
    usage: Usage,
    values: Vec<(&'static str, String)>,
    check: Option<LatestCheck>,
    rotation: Option<Rotation>,
    profiles: Vec<LowerProfile>,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Sample {
    fn new() -> Self {
        let used = Usage {
            last_used: Some(at("2026-05-31T12:00:00Z")),
            uses: 3,
        };
        Self {
            credential: Credential {
                id: Uuid::nil(),
                revision: 1,
                location: location("shop", "dev"),
                tier: Tier::Development,
                name: "stripe".into(),
                provider: None,
                fields: Vec::new(),
                details: Details::default(),
                dates: Dates {
                    rotate_every_days: Some(90),
                    rotated_at: Some(at("2026-05-01T12:00:00Z")),
                    ..Dates::default()
                },
                source_id: None,
                revoked_at: None,
                deleted_at: None,
                created_at: at("2026-05-01T12:00:00Z"),
                changed_at: at("2026-05-01T12:00:00Z"),
            },
            usage: used,
            values: vec![("value", "kX9fPq2mWz7rTq".into())],
            check: None,
            rotation: None,
            profiles: Vec::new(),
        }
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut sample = Self::new();
        change(&mut sample);
        sample
    }

    fn of(provider: &str, value: &str, tier: Tier) -> Self {
        Self::with(|it| {
            it.credential.provider = Some(provider.into());
            it.credential.tier = tier;
            it.credential.details.owner = Some("platform".into());
            it.values = vec![("value", value.into())];
        })
    }

    fn findings(mut self) -> Vec<HealthFinding> {
        let field = |(name, _): &(&str, String)| Field {
            name: (*name).into(),
            kind: FieldKind::Secret,
            variable: None,
            allow_loader_variable: false,
        };
        let clock = LocalNow {
            now: at(NOW),
            zone: TimeZone::UTC,
        };
        self.credential.fields = self.values.iter().map(field).collect();
        let credential = self.credential;
        let is_only = credential.fields.len() == 1;
        let provider = credential.provider.as_deref();
        let values = credential.fields.iter().zip(&self.values);
        let values = values.map(|(field, (_, value))| {
            let value: SecretBytes = Secret::copy_of(value.as_bytes());
            ValueFacts::of(field, is_only, &value, provider)
        });
        let summary = Summary {
            due: Due::of(&credential.fields, None, &credential.dates, None, &clock),
            usage: self.usage,
            revoke_at: None,
            credential: credential.clone(),
        };
        let facts = KeyFacts {
            summary: &summary,
            clock: &clock,
            lead_time: 30,
            version: (2, at("2026-05-01T12:00:00Z")),
            values: values.collect(),
            check: self.check,
            rotation: self.rotation.as_ref(),
            profiles: &self.profiles,
        };
        findings(&facts).collect()
    }
}

fn location(project: &str, environment: &str) -> Location {
    Location {
        project: project.into(),
        environment: environment.into(),
    }
}

#[track_caller]
fn found(change: impl FnOnce(&mut Sample), expected: &[HealthFinding]) {
    assert_eq!(Sample::with(change).findings(), expected);
}

/// A value after the pattern of a provider; no key of anybody.
fn made(prefix: &str, length: usize) -> String {
    let digits = (b'a'..=b'z').chain(b'0'..=b'9').map(char::from).cycle();
    prefix.chars().chain(digits.take(length)).collect()
}

#[test]
fn a_key_that_is_cared_for_has_no_finding() {
    found(|_| {}, &[]);
    found(
        |it| {
            it.credential.tier = Tier::Production;
            it.credential.details.owner = Some("platform".into());
        },
        &[],
    );
}

#[test]
fn an_expiry_is_found_when_it_is_near_and_when_it_is_past() {
    let expiring = |date: &str| {
        let date = date.parse().unwrap();
        move |it: &mut Sample| it.credential.dates.expires = Some(date)
    };
    let due = DueWords::ExpiredDays { days: 3 };
    found(expiring("2026-05-28"), &[HealthFinding::Expired { due }]);
    let due = DueWords::InDays { days: 30 };
    found(
        expiring("2026-07-01"),
        &[HealthFinding::ExpiresSoon { due }],
    );
    found(expiring("2026-07-02"), &[]);
    // It ends at the end of its day.
    let due = DueWords::InHours { hours: 12 };
    found(
        expiring("2026-06-01"),
        &[HealthFinding::ExpiresSoon { due }],
    );
}

#[test]
fn a_late_rotation_is_found_unless_the_key_has_ended() {
    let late = |it: &mut Sample| it.credential.dates.rotate_every_days = Some(10);
    let overdue = HealthFinding::RotationOverdue {
        due: DueWords::OverdueDays { days: 21 },
    };
    found(late, &[overdue]);
    let due = DueWords::ExpiredDays { days: 3 };
    let ended = |it: &mut Sample| {
        late(it);
        it.credential.dates.expires = Some("2026-05-28".parse().unwrap());
    };
    found(ended, &[HealthFinding::Expired { due }]);
    found(|it| it.credential.dates.rotate_every_days = Some(32), &[]);
}

#[test]
fn a_key_without_dates_is_found_unless_there_is_a_reason() {
    let undated = |it: &mut Sample| it.credential.dates = Dates::default();
    found(undated, &[HealthFinding::NoDates { usual: 90 }]);
    let reason = |it: &mut Sample| {
        undated(it);
        it.credential.details.never_rotate = Some("printed on hardware".into());
    };
    found(reason, &[]);
    let expiring = |it: &mut Sample| {
        undated(it);
        it.credential.dates.expires = Some("2027-06-01".parse().unwrap());
    };
    found(expiring, &[]);
}

#[test]
fn a_key_that_ends_within_days_needs_no_dates() {
    let mut session = Sample::of("aws", "ASIAABCDEFGHIJKLMNOP", Tier::Development);
    session.credential.dates = Dates::default();
    assert_eq!(session.findings(), []);
}

#[test]
fn what_a_provider_refused_counts_for_the_present_value() {
    let refused = |day: &str, is_dead, version| {
        let at = at(day);
        move |it: &mut Sample| {
            it.check = Some(LatestCheck {
                at,
                is_dead,
                version,
            });
        }
    };
    let dead = [HealthFinding::FoundDead { days: 2 }];
    found(refused("2026-05-30T12:00:00Z", true, None), &dead);
    found(refused("2026-05-30T12:00:00Z", true, Some(2)), &dead);
    found(refused("2026-05-30T12:00:00Z", true, Some(1)), &[]);
    found(refused("2026-05-30T12:00:00Z", false, None), &[]);
    found(refused("2026-04-30T12:00:00Z", true, None), &[]);
}

#[test]
fn unused_keys_are_found_after_some_time() {
    let stored = |day: &str, last_used: Option<&str>| {
        let (day, last_used) = (at(day), last_used.map(at));
        move |it: &mut Sample| {
            it.credential.created_at = day;
            it.usage = Usage {
                last_used,
                uses: u64::from(last_used.is_some()),
            };
        }
    };
    let never = HealthFinding::NeverUsed { days: 30 };
    found(stored("2026-05-02T12:00:00Z", None), &[never]);
    found(stored("2026-05-02T12:00:01Z", None), &[]);
    let unused = HealthFinding::Unused { days: 90 };
    let long_ago = "2026-01-01T12:00:00Z";
    found(stored(long_ago, Some("2026-03-03T12:00:00Z")), &[unused]);
    found(stored(long_ago, Some("2026-03-03T13:00:00Z")), &[]);
    // A clock that was set back.
    found(stored("2027-01-01T12:00:00Z", None), &[]);
}

#[test]
fn a_production_key_needs_an_owner() {
    let production = |it: &mut Sample| it.credential.tier = Tier::Production;
    found(production, &[HealthFinding::NoOwner]);
    found(|it| it.credential.tier = Tier::Staging, &[]);
}

#[test]
fn placeholders_and_weak_values_are_found_with_their_field() {
    let value = |value: &str| {
        let value = value.to_owned();
        move |it: &mut Sample| it.values = vec![("value", value)]
    };
    let placeholder = HealthFinding::PlaceholderValue { field: None };
    found(value("changeme"), std::slice::from_ref(&placeholder));
    found(value("<your key>"), &[placeholder]);
    let weak = HealthFinding::WeakValue { field: None };
    found(value("hunter2"), std::slice::from_ref(&weak));
    found(value(""), &[weak]);
    let fields = |password: &str| {
        let password = password.to_owned();
        move |it: &mut Sample| {
            it.values = vec![("user", "application".into()), ("password", password)];
        }
    };
    let field = Some("password".into());
    found(fields("Summer2024!"), &[HealthFinding::WeakValue { field }]);
    found(fields("kX9fPq2mWz7rTq"), &[]);
    // Only people choose passwords.
    found(value("Summer2024!"), &[]);
}

#[test]
fn a_test_key_belongs_below_production_and_a_live_key_in_it() {
    let test = made("sk_test_", 24);
    let wrong = HealthFinding::TestKeyInProduction {
        provider: "Stripe".into(),
        kind: "test secret key".into(),
    };
    assert_eq!(
        Sample::of("stripe", &test, Tier::Production).findings(),
        [wrong]
    );
    assert_eq!(Sample::of("stripe", &test, Tier::Staging).findings(), []);
    let live = made("rk_live_", 24);
    assert_eq!(Sample::of("stripe", &live, Tier::Production).findings(), []);
    let paddle = format!("pdl_live_apikey_{}_{}_abc", made("", 26), made("", 22));
    let wrong = HealthFinding::LiveKeyBelowProduction {
        provider: "Paddle".into(),
        kind: "live API key".into(),
        tier: Tier::Staging,
    };
    assert_eq!(
        Sample::of("paddle", &paddle, Tier::Staging).findings(),
        [wrong]
    );
    assert_eq!(
        Sample::of("paddle", &paddle, Tier::Production).findings(),
        []
    );
    // Whose key it is comes from its record, not from its looks.
    let mut other = Sample::of("stripe", &test, Tier::Production);
    other.credential.provider = None;
    assert_eq!(other.findings(), []);
}

#[test]
fn a_key_with_all_rights_is_found_where_there_are_restricted_ones() {
    let full = HealthFinding::FullAccess {
        provider: "Stripe".into(),
        kind: "live secret key".into(),
        restricted: "restricted key".into(),
    };
    let live = made("sk_live_", 24);
    assert_eq!(
        Sample::of("stripe", &live, Tier::Production).findings(),
        [full]
    );
    // Its provider has no restricted ones.
    let admin = format!("sk-ant-admin01-{}AA", made("", 93));
    let found = Sample::of("anthropic", &admin, Tier::Production).findings();
    assert_eq!(found, []);
}

#[test]
fn the_announced_end_of_a_kind_of_key_is_found() {
    let standard = made("AIza", 35);
    let found = Sample::of("google", &standard, Tier::Development).findings();
    let [HealthFinding::SunsetAnnounced { on, advice }] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(on, "2026-09-01");
    assert!(!advice.ends_with('.'), "{advice}");
}

fn rotation(replaced: Option<u32>, grace_until: Option<&str>) -> Rotation {
    Rotation {
        credential: Uuid::nil(),
        version: 2,
        replaced,
        grace_until: grace_until.map(at),
        check: Some(NewValueCheck {
            found: Verdict::Alive,
            at: at("2026-05-20T12:00:00Z"),
        }),
        automation: None,
        started_at: at("2026-05-20T12:00:00Z"),
        changed_at: at("2026-05-20T12:00:00Z"),
    }
}

#[test]
fn a_rotation_that_nobody_ends_is_found() {
    let open = |rotation: Rotation| move |it: &mut Sample| it.rotation = Some(rotation);
    let left_open = HealthFinding::RotationLeftOpen { days: 12 };
    found(open(rotation(None, None)), &[left_open]);
    let mut young = rotation(None, None);
    young.started_at = at("2026-05-25T13:00:00Z");
    found(open(young), &[]);
    let over = rotation(Some(1), Some("2026-05-23T12:00:00Z"));
    found(
        open(over),
        &[HealthFinding::OldValueNotRevoked { version: 1 }],
    );
    found(open(rotation(Some(1), Some("2026-06-02T12:00:00Z"))), &[]);
}

#[test]
fn a_profile_of_a_lower_tier_is_found_by_what_it_names() {
    let saved = |allow_production, tier| SavedProfile {
        id: Uuid::nil(),
        revision: 1,
        name: "web".into(),
        location: location("shop", "dev"),
        tier,
        config: LaunchConfig {
            renamed: vec![("A".into(), "kh://shop/prod/stripe".into())],
            set: vec![
                ("B".into(), "x{{kh://shop/prod/stripe/value}}y".into()),
                ("C".into(), "{{kh:own}}".into()),
            ],
            allow_production,
            ..LaunchConfig::default()
        },
        created_at: at(NOW),
        changed_at: at(NOW),
    };
    let takes = |profile: SavedProfile| {
        let mut takings = ProfileTakings::default();
        takings.add(&profile);
        let key = Sample::with(|it| it.credential.location = location("shop", "prod"));
        takings.of(&key.credential).to_vec()
    };
    let web = LowerProfile {
        profile: "web".into(),
        tier: Tier::Development,
    };
    let taken = takes(saved(true, Tier::Development));
    assert_eq!(taken.first(), Some(&web));
    assert_eq!(taken.len(), 1);
    assert_eq!(takes(saved(false, Tier::Development)), []);
    assert_eq!(takes(saved(true, Tier::Production)), []);
    let in_tier = |tier| {
        let web = web.clone();
        move |it: &mut Sample| {
            it.credential.tier = tier;
            it.profiles = vec![web];
        }
    };
    let given = HealthFinding::HigherTierInProfile {
        profile: "web".into(),
        tier: Tier::Development,
    };
    found(in_tier(Tier::Staging), &[given]);
    found(in_tier(Tier::Development), &[]);
}

/// The findings of keys, each with its place, tier and values.
fn shared(keys: &[(&str, Tier, &[u8])]) -> Vec<(String, HealthFinding)> {
    let mut values = SharedValues::default();
    for (place, tier, marks) in keys {
        let mut parts = place.split('/');
        let mut key = Sample::new().credential;
        key.location = location(parts.next().unwrap(), parts.next().unwrap());
        key.name = parts.next().unwrap().into();
        key.tier = *tier;
        values.add(|| ValueHolder::of(&key, true, false), marks.to_vec());
    }
    let found = values.findings().into_iter();
    found
        .map(|(holder, finding)| {
            (
                format!("{}/{}", holder.location.environment, holder.name),
                finding,
            )
        })
        .collect()
}

#[test]
fn one_value_in_two_tiers_is_found_at_the_lower_one() {
    let found = shared(&[
        ("shop/dev/a", Tier::Development, &[1, 2]),
        ("shop/prod/a", Tier::Production, &[2, 1]),
        ("shop/stage/a", Tier::Staging, &[3]),
    ]);
    let across = HealthFinding::SameValueAcrossTiers {
        other: "kh://shop/prod/a".into(),
        tier: Tier::Production,
    };
    assert_eq!(found, [("dev/a".to_owned(), across)]);
}

#[test]
fn one_value_in_two_environments_of_a_tier_is_found_at_the_second() {
    let found = shared(&[
        ("blog/prod/a", Tier::Production, &[7]),
        ("shop/prod/b", Tier::Production, &[7]),
        ("shop/prod/c", Tier::Production, &[8]),
        ("shop/prod/d", Tier::Production, &[8]),
    ]);
    let again = HealthFinding::SameValueInEnvironments {
        other: "kh://blog/prod/a".into(),
    };
    assert_eq!(found, [("prod/b".to_owned(), again)]);
}

#[test]
fn an_answer_is_bounded_and_its_counts_are_not() {
    let mut list = FindingList::default();
    let place = location("shop", "dev");
    for number in 0..1_500 {
        let name = format!("key-{number}");
        let mut add = |finding| list.add(Uuid::nil(), &place, &name, false, finding);
        add(HealthFinding::NoOwner);
        add(HealthFinding::NoDates { usual: 90 });
    }
    let last = HealthFinding::FoundDead { days: 1 };
    list.add(Uuid::nil(), &place, "last", false, last);
    let view = list.into_view();
    assert_eq!(
        (view.problems, view.warnings, view.notes),
        (1, 1_500, 1_500)
    );
    assert_eq!(view.findings.len(), MOST_HEALTH_FINDINGS);
    let severity = |place: usize| view.findings[place].finding.severity();
    assert_eq!(severity(0), HealthSeverity::Problem);
    assert_eq!(severity(MOST_HEALTH_FINDINGS - 1), HealthSeverity::Warning);
}
