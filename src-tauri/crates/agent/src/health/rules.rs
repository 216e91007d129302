//! The rules: each says of one key whether it has one finding.

use jiff::Timestamp;
use keyhaven_catalogue::key_shape::{KeyKind, KeyRole};
use keyhaven_catalogue::provider::USUAL_ROTATION;
use keyhaven_catalogue::{Catalogue, Provider};
use keyhaven_protocol::health::HealthFinding;
use keyhaven_protocol::view::DueKind;
use keyhaven_rules::due::{DueDistance, distance};
use keyhaven_vault::{LatestCheck, LocalNow, Rotation, RotationStage, Summary, Tier, due};

use super::profiles::LowerProfile;
use super::values::ValueFacts;

/// Days after which a key that was never used is one too many.
const NEVER_USED_DAYS: u32 = 30;
/// Days without use after which a key is probably not needed.
const UNUSED_DAYS: u32 = 90;
/// Days for which a rotation may be open before somebody has forgotten it.
const OPEN_DAYS: u32 = 7;

/// What is known of one key. It is not revoked, and has a secret.
pub(crate) struct KeyFacts<'a> {
    pub(crate) summary: &'a Summary,
    pub(crate) clock: &'a LocalNow,
    /// Days before its expiry at which it is first reminded of.
    pub(crate) lead_time: u32,
    /// The number of its current version, and when that was stored.
    pub(crate) version: (u32, Timestamp),
    /// Of its secret fields.
    pub(crate) values: Vec<ValueFacts<'a>>,
    /// What its provider said last.
    pub(crate) check: Option<LatestCheck>,
    /// Where it is being replaced.
    pub(crate) rotation: Option<&'a Rotation>,
    /// Profiles of lower tiers that give it to programs.
    pub(crate) profiles: &'a [LowerProfile],
}

type KeyRule = fn(&KeyFacts<'_>) -> Option<HealthFinding>;

/// All rules about one key; what needs several keys is in [`super::shared`].
const RULES: &[KeyRule] = &[
    expired,
    found_dead,
    placeholder_value,
    test_key_in_production,
    rotation_overdue,
    expires_soon,
    sunset_announced,
    live_key_below_production,
    weak_value,
    full_access,
    old_value_not_revoked,
    rotation_left_open,
    no_dates,
    unused,
    never_used,
    no_owner,
];

/// Everything that is wrong with a key by itself.
pub(crate) fn findings<'k>(key: &'k KeyFacts<'_>) -> impl Iterator<Item = HealthFinding> + 'k {
    let rules = RULES.iter().filter_map(move |rule| rule(key));
    rules.chain(
        key.profiles
            .iter()
            .filter_map(move |it| in_profile(key, it)),
    )
}

impl KeyFacts<'_> {
    fn tier(&self) -> Tier {
        self.summary.credential.tier
    }

    fn days_since(&self, at: Timestamp) -> u32 {
        let hours = self.clock.now.duration_since(at).as_hours();
        u32::try_from(hours / 24).unwrap_or(0)
    }

    fn provider(&self) -> Option<&'static Provider> {
        let id = self.summary.credential.provider.as_deref()?;
        Catalogue::builtin().get(id)
    }

    /// How far away its expiry is.
    fn expiry(&self) -> Option<DueDistance> {
        let moment = self.summary.credential.dates.expires?;
        Some(distance(DueKind::Expiry, moment, self.clock))
    }

    /// How far away its rotation is.
    fn rotation_due(&self) -> Option<DueDistance> {
        let dates = &self.summary.credential.dates;
        let moment = due::rotation_moment(dates, &self.clock.zone)?;
        Some(distance(DueKind::Rotation, moment, self.clock))
    }

    /// A value that its provider calls one of these kinds.
    fn value_of(&self, kinds: &[KeyKind]) -> Option<(&'static Provider, String)> {
        let mut values = self.values.iter();
        let is_one = |it: &&ValueFacts<'_>| it.kind().is_some_and(|kind| kinds.contains(&kind));
        let (provider, shape) = values.find(is_one)?.shape?;
        Some((provider, shape.name.clone()))
    }
}

fn expired(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let due = key.expiry()?.words;
    let is_over = key.summary.due.expired;
    is_over.then_some(HealthFinding::Expired { due })
}

/// An answer about an earlier value does not count.
fn found_dead(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let (version, stored_at) = key.version;
    let check = key
        .check
        .filter(|check| check.is_dead && check.at >= stored_at)?;
    let days = key.days_since(check.at);
    let is_current = check.version.is_none_or(|checked| checked == version);
    is_current.then_some(HealthFinding::FoundDead { days })
}

fn placeholder_value(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let found = key.values.iter().find(|value| value.is_placeholder)?;
    let field = found.field.map(str::to_owned);
    Some(HealthFinding::PlaceholderValue { field })
}

fn test_key_in_production(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let (provider, kind) = key.value_of(&[KeyKind::Test])?;
    let provider = provider.name.clone();
    let is_there = key.tier() == Tier::Production;
    is_there.then_some(HealthFinding::TestKeyInProduction { provider, kind })
}

/// An expired key is to be replaced anyway.
fn rotation_overdue(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let due = key.rotation_due()?.words;
    let is_late = key.summary.due.rotation_overdue && !key.summary.due.expired;
    is_late.then_some(HealthFinding::RotationOverdue { due })
}

fn expires_soon(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let ahead = key.expiry()?;
    let is_near = i64::from(ahead.in_days) <= i64::from(key.lead_time);
    let due = ahead.words;
    (is_near && !key.summary.due.expired).then_some(HealthFinding::ExpiresSoon { due })
}

fn sunset_announced(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let sunset = key.values.iter().find_map(|value| value.sunset)?;
    Some(HealthFinding::SunsetAnnounced {
        on: sunset.on.to_string(),
        advice: sunset.says.trim_end_matches('.').to_owned(),
    })
}

fn live_key_below_production(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let (provider, kind) = key.value_of(&[KeyKind::Live])?;
    let (provider, tier) = (provider.name.clone(), key.tier());
    let is_below = tier < Tier::Production;
    is_below.then_some(HealthFinding::LiveKeyBelowProduction {
        provider,
        kind,
        tier,
    })
}

fn weak_value(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let found = key.values.iter().find(|value| value.is_guessable)?;
    let field = found.field.map(str::to_owned);
    Some(HealthFinding::WeakValue { field })
}

/// Only of kinds that are known to have all rights: the scopes of other keys do not show in
/// their values.
fn full_access(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let (provider, kind) = key.value_of(&[KeyKind::Live, KeyKind::Admin])?;
    let mut shapes = provider.keys.iter();
    let restricted = shapes
        .find(|shape| shape.kind == Some(KeyKind::Restricted) && shape.role == KeyRole::Secret)?;
    Some(HealthFinding::FullAccess {
        provider: provider.name.clone(),
        kind,
        restricted: restricted.name.clone(),
    })
}

fn in_profile(key: &KeyFacts<'_>, found: &LowerProfile) -> Option<HealthFinding> {
    let is_lower = found.tier < key.tier();
    is_lower.then(|| HealthFinding::HigherTierInProfile {
        profile: found.profile.clone(),
        tier: found.tier,
    })
}

fn old_value_not_revoked(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let rotation = key.rotation?;
    let version = rotation.replaced?;
    let is_over = rotation.stage(key.clock.now) == RotationStage::GraceOver;
    is_over.then_some(HealthFinding::OldValueNotRevoked { version })
}

fn rotation_left_open(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let rotation = key.rotation?;
    let waits = [RotationStage::Pending, RotationStage::Verified];
    let is_waiting = waits.contains(&rotation.stage(key.clock.now));
    let days = key.days_since(rotation.started_at);
    (is_waiting && days >= OPEN_DAYS).then_some(HealthFinding::RotationLeftOpen { days })
}

/// A key that ends by itself within days has no dates to be kept.
fn no_dates(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let (due, credential) = (&key.summary.due, &key.summary.credential);
    let is_dated = due.expires_at.is_some() || due.rotate_at.is_some();
    if is_dated || credential.details.never_rotate.is_some() {
        return None;
    }
    let is_temporary = key.value_of(&[KeyKind::Temporary]).is_some();
    let usual = key
        .provider()
        .map_or(USUAL_ROTATION, Provider::rotation_days);
    (!is_temporary).then_some(HealthFinding::NoDates { usual })
}

fn unused(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let days = key.days_since(key.summary.usage.last_used?);
    (days >= UNUSED_DAYS).then_some(HealthFinding::Unused { days })
}

fn never_used(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let days = key.days_since(key.summary.credential.created_at);
    let is_unused = key.summary.usage.uses == 0 && key.summary.usage.last_used.is_none();
    (is_unused && days >= NEVER_USED_DAYS).then_some(HealthFinding::NeverUsed { days })
}

fn no_owner(key: &KeyFacts<'_>) -> Option<HealthFinding> {
    let nobody = key.summary.credential.details.owner.is_none();
    (nobody && key.tier() == Tier::Production).then_some(HealthFinding::NoOwner)
}
