//! The settings that live in the vault. A weaker lock and a shorter log need the password.

use jiff::civil::Time;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::ConfigureRequest;
use keyhaven_protocol::view::SettingsView;
use keyhaven_vault::Settings;

use crate::agent::Agent;
use crate::errors::{ErrorContext, to_protocol};
use crate::handlers::secrets;
use crate::handlers::unlock;
use crate::server::client_session::ClientSession;
use crate::views;

/// The settings.
pub(crate) async fn settings(client: &ClientSession) -> Result<SettingsView, Error> {
    read(client)
        .await
        .map(|settings| views::settings(&settings))
}

async fn read(client: &ClientSession) -> Result<Settings, Error> {
    client
        .with_vault(|vault, _| vault.settings().map_err(to_protocol))
        .await
}

/// Changes the settings.
pub(crate) async fn configure(
    client: &ClientSession,
    request: ConfigureRequest,
    mut segments: Segments,
) -> Result<SettingsView, Error> {
    let wanted = record(request.settings)?;
    let present = read(client).await?;
    if locks_less(&present, &wanted) || keeps_less(&present, &wanted) {
        let at = request.password.ok_or(Error::PasswordNeeded)?;
        unlock::check(client, secrets::take_password(&mut segments, at)?).await?;
    }
    let about = ErrorContext::default();
    let shared = client.agent.clone();
    let stored = client.change(Agent::dates_changed, move |vault, now| {
        // Another connection may have made the lock stricter while the password was checked.
        if vault.settings().map_err(to_protocol)? != present {
            return Err(Error::Changed {
                name: "the settings".into(),
            });
        }
        vault
            .set_settings(&now.context, &wanted)
            .map_err(|error| about.to_protocol(error))?;
        shared.locks_by(&wanted);
        vault.settings().map_err(to_protocol)
    });
    stored.await.map(|stored| views::settings(&stored))
}

/// Whether the vault would stay open where it is locked now. Zero minutes mean never.
fn locks_less(present: &Settings, wanted: &Settings) -> bool {
    let minutes = |settings: &Settings| match settings.auto_lock_minutes {
        0 => u32::MAX,
        minutes => minutes,
    };
    minutes(wanted) > minutes(present)
        || (present.lock_on_suspend && !wanted.lock_on_suspend)
        || (present.lock_on_screen_lock && !wanted.lock_on_screen_lock)
}

/// Whether entries of the log would go that are kept now: nothing brings them back. Zero
/// days mean for ever.
fn keeps_less(present: &Settings, wanted: &Settings) -> bool {
    let days = |settings: &Settings| match settings.audit_keep_days {
        0 => u32::MAX,
        days => days,
    };
    days(wanted) < days(present)
}

fn record(view: SettingsView) -> Result<Settings, Error> {
    Ok(Settings {
        auto_lock_minutes: view.auto_lock_minutes,
        lock_on_suspend: view.lock_on_suspend,
        lock_on_screen_lock: view.lock_on_screen_lock,
        clipboard_seconds: view.clipboard_seconds,
        lead_times: view.lead_times,
        quiet_from: time(&view.quiet_from)?,
        quiet_to: time(&view.quiet_to)?,
        names_in_notices: view.names_in_notices,
        expired: views::expired_record(view.expired),
        grace_hours: view.grace_hours,
        audit_keep_days: view.audit_keep_days,
    })
}

/// `HH:MM`, nothing more.
fn time(text: &str) -> Result<Time, Error> {
    let wrong = || Error::invalid(Problem::QuietHours);
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let number = |part: &str| {
        let two_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| two_digits).ok_or_else(wrong)
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_later_lock_is_weaker() {
        let with = |minutes| Settings {
            auto_lock_minutes: minutes,
            ..Settings::default()
        };
        assert!(locks_less(&with(30), &with(31)));
        assert!(locks_less(&with(30), &with(0)));
        assert!(!locks_less(&with(30), &with(30)));
        assert!(!locks_less(&with(0), &with(0)));
        assert!(!locks_less(&with(0), &with(30)));
    }

    #[test]
    fn not_locking_when_the_person_leaves_is_weaker() {
        let with = |lock_on_suspend, lock_on_screen_lock| Settings {
            lock_on_suspend,
            lock_on_screen_lock,
            ..Settings::default()
        };
        for (present, wanted, less) in [
            ((true, true), (false, true), true),
            ((true, true), (true, false), true),
            ((true, false), (false, true), true),
            ((false, false), (true, true), false),
            ((true, true), (true, true), false),
        ] {
            let (present, wanted) = (with(present.0, present.1), with(wanted.0, wanted.1));
            assert_eq!(
                locks_less(&present, &wanted),
                less,
                "{present:?} {wanted:?}"
            );
        }
    }

    #[test]
    fn only_a_shorter_log_is_less() {
        let with = |days| Settings {
            audit_keep_days: days,
            ..Settings::default()
        };
        assert!(keeps_less(&with(0), &with(365)));
        assert!(keeps_less(&with(365), &with(364)));
        assert!(!keeps_less(&with(365), &with(365)));
        assert!(!keeps_less(&with(365), &with(0)));
        assert!(!keeps_less(&with(0), &with(0)));
    }

    #[test]
    fn times_are_strict() {
        assert_eq!(time("07:30"), Ok(Time::constant(7, 30, 0, 0)));
        for wrong in ["7:30", "24:00", "07:60", "07-30", "", "07:3x", "+7:30"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
