//! Settings, and the password for what weakens protection.

use std::time::Duration;

use keyhaven_client::{Client, one_segment};
use keyhaven_proof::ProofRun;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{
    ConfigureRequest, InputSeenRequest, SettingsRequest, StatusRequest,
};
use keyhaven_protocol::settings::{Settings, value_problem};
use keyhaven_rules::settings::{Setting, SettingForm, WeakerNumber};

use crate::support::{AgentFixture, PASSWORD, eventually, secret};

fn configure(
    client: &mut Client,
    settings: &Settings,
    password: Option<&str>,
) -> Result<Settings, Error> {
    let (password, segments) = match password {
        Some(password) => {
            let (at, segments) = one_segment(secret(password));
            (Some(at), segments)
        }
        None => (None, Segments::default()),
    };
    let request = ConfigureRequest {
        settings: settings.clone(),
        password,
    };
    Ok(client.ask_with(request, &segments)?.answer)
}

fn stored(client: &mut Client) -> Settings {
    client.ask(SettingsRequest {}).unwrap()
}

/// Values from the one that protects most to the one that protects least.
fn by_protection(setting: &Setting) -> Vec<String> {
    match &setting.form {
        SettingForm::Number {
            minimum,
            maximum,
            zero_is_no_limit,
            weaker,
            ..
        } => {
            let mut numbers = vec![*minimum, minimum + 1, *maximum];
            numbers.extend(zero_is_no_limit.then_some(0));
            match weaker {
                WeakerNumber::Larger => {}
                WeakerNumber::Smaller => numbers.reverse(),
                WeakerNumber::Neither => return Vec::new(),
            }
            numbers.iter().map(u32::to_string).collect()
        }
        SettingForm::Switch { weaker } => vec![(!weaker).to_string(), weaker.to_string()],
        SettingForm::LeadTimes { .. } => ["30,7,1", "30,1", "none"].map(Into::into).into(),
        // Which change silences more depends on the other end, which is as it was at first.
        SettingForm::QuietHours => match setting.name {
            "quiet_from" => ["22:00", "20:00", "12:00"].map(Into::into).into(),
            _ => ["07:00", "08:00", "12:00"].map(Into::into).into(),
        },
        SettingForm::Word { words } => words.iter().map(ToString::to_string).collect(),
    }
}

fn with(setting: &Setting, value: &str) -> Settings {
    let mut settings = Settings::default();
    assert!(
        setting.set(&mut settings, value),
        "{} {value}",
        setting.name
    );
    settings
}

#[test]
fn every_setting_is_weakened_with_the_password_only_and_strengthened_without() {
    let world = AgentFixture::new();
    let mut client = world.client();
    for setting in Settings::LIST {
        let values = by_protection(setting);
        // Only a number that weakens nothing has no stronger and weaker values.
        let is_neutral = matches!(
            setting.form,
            SettingForm::Number {
                weaker: WeakerNumber::Neither,
                ..
            }
        );
        assert_eq!(values.is_empty(), is_neutral, "{}", setting.name);
        assert_ne!(values.len(), 1);
        for pair in values.windows(2) {
            let (strong, weak) = (with(setting, &pair[0]), with(setting, &pair[1]));
            let what = format!("{} from {} to {}", setting.name, pair[0], pair[1]);
            configure(&mut client, &strong, Some(PASSWORD)).unwrap();
            let refused = configure(&mut client, &weak, None);
            assert_eq!(refused, Err(Error::PasswordNeeded), "{what}");
            assert_eq!(stored(&mut client), strong, "{what}");
            let changed = configure(&mut client, &weak, Some(PASSWORD));
            assert_eq!(changed.as_ref(), Ok(&weak), "{what}");
            let back = configure(&mut client, &strong, None);
            assert_eq!(back.as_ref(), Ok(&strong), "back: {what}");
        }
    }
}

#[test]
fn a_setting_that_protects_nothing_is_changed_without_the_password() {
    let world = AgentFixture::new();
    let mut client = world.client();
    let hook_wait = Settings::find("hook_wait_seconds").unwrap();
    for seconds in ["60", "1"] {
        let wanted = with(hook_wait, seconds);
        assert_eq!(configure(&mut client, &wanted, None), Ok(wanted));
    }
}

/// The hook of a shell learns it before it asks for anything.
#[test]
fn the_greeting_says_how_long_the_hook_waits_while_the_vault_is_unlocked() {
    let world = AgentFixture::new();
    let said = || world.client().agent().hook_wait_seconds;
    assert_eq!(said(), Some(2));
    let longer = with(Settings::find("hook_wait_seconds").unwrap(), "9");
    configure(&mut world.client(), &longer, None).unwrap();
    assert_eq!(said(), Some(9));
    world.lock();
    assert_eq!(said(), None);
    world.unlock();
    assert_eq!(said(), Some(9));
}

#[test]
fn a_wrong_password_weakens_nothing() {
    let world = AgentFixture::new();
    let mut client = world.client();
    let weaker = with(Settings::find("expired").unwrap(), "allow");
    let refused = configure(&mut client, &weaker, Some("not the password"));
    assert_eq!(refused, Err(Error::WrongPassword));
    assert_eq!(stored(&mut client), Settings::default());
}

#[test]
fn a_value_outside_the_bounds_is_refused_by_the_name_of_its_setting() {
    let world = AgentFixture::new();
    let settings = Settings {
        clipboard_seconds: 4,
        ..Settings::default()
    };
    let refused = configure(&mut world.client(), &settings, None);
    let problem = value_problem(Settings::find("clipboard_seconds").unwrap());
    assert!(
        matches!(&problem, Problem::SettingValue { setting, .. } if setting == "clipboard-seconds")
    );
    assert_eq!(refused, Err(Error::Invalid { problem }));
}

#[test]
fn promise_17_a_vault_in_use_locks_at_the_longest_time_after_its_unlock() {
    let mut proof =
        ProofRun::begin("promise_17_a_vault_in_use_locks_at_the_longest_time_after_its_unlock");
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut client = world.client();
    let times = |client: &mut Client| {
        let status = client.ask(StatusRequest {}).unwrap();
        (status.locks_in_seconds, status.locks_at_latest_in_seconds)
    };
    assert_eq!(times(&mut client), (Some(1800), None));
    let settings = with(Settings::find("max-unlocked-hours").unwrap(), "2");
    configure(&mut client, &settings, None).unwrap();
    assert_eq!(times(&mut client), (Some(1800), Some(7200)));
    let minutes = |count: u64| Duration::from_secs(60 * count);
    for _ in 0..5 {
        world.clock.advance(minutes(20));
        client.ask(InputSeenRequest {}).unwrap();
        world.get("stripe").unwrap();
    }
    // No use, no new connection and no change of another setting moves it.
    let settings = Settings {
        grace_hours: 100,
        ..settings
    };
    configure(&mut client, &settings, None).unwrap();
    assert_eq!(times(&mut client), (Some(1200), Some(1200)));
    world.clock.advance(minutes(20));
    eventually("the lock", || client.ask(StatusRequest {}).unwrap().locked);
    assert_eq!(world.get("stripe").unwrap_err(), Error::Locked);
    assert_eq!(times(&mut client), (None, None));
    let log = std::fs::read_to_string(world.path("agent.log")).unwrap();
    assert!(log.contains("locked by=longest-time"), "{log}");
    world.unlock();
    assert_eq!(times(&mut client), (Some(1800), Some(7200)));
    proof.held(1);
}
