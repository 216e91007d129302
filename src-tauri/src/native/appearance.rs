//! Whether the desktop is dark, as its settings portal says (`org.freedesktop.appearance`), and a
//! caret that stands still.
//!
//! The toolkit does not ask by itself. Without a portal, or one that does not answer at
//! once, nothing is known and the toolkit's own theme decides.

use gtk::Settings;
use gtk::gio::{self, BusType, Cancellable, DBusCallFlags, DBusConnection, DBusSignalFlags};
use gtk::glib::{Variant, VariantTy};
use gtk::prelude::GtkSettingsExt as _;
use tauri::Theme;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const NAMESPACE: &str = "org.freedesktop.appearance";
const KEY: &str = "color-scheme";
/// A portal that runs answers within a few; in milliseconds.
const PATIENCE: i32 = 100;

/// What the desktop prefers now, if it says so.
pub fn system_theme() -> Option<Theme> {
    let bus = gio::bus_get_sync(BusType::Session, Cancellable::NONE).ok()?;
    let answer = bus
        .call_sync(
            Some(PORTAL),
            PATH,
            SETTINGS,
            "Read",
            Some(&Variant::from((NAMESPACE, KEY))),
            VariantTy::new("(v)").ok(),
            // Starting a portal would take longer than anybody waits for a window.
            DBusCallFlags::NO_AUTO_START,
            PATIENCE,
            Cancellable::NONE,
        )
        .ok()?;
    theme_of(&answer.try_child_value(0)?)
}

/// Makes the toolkit draw this theme, and its pages see it; none leaves it to its settings.
/// To be called on the main thread.
pub fn show(theme: Option<Theme>) {
    let Some(settings) = Settings::default() else {
        return;
    };
    match theme {
        Some(theme) => settings.set_gtk_application_prefer_dark_theme(theme == Theme::Dark),
        None => settings.reset_property("gtk-application-prefer-dark-theme"),
    }
}

/// Lets the caret stand still: where there is no GPU, each blink composes the whole window again,
/// which took a third of a core. To be called on the main thread.
pub fn stop_caret() {
    if let Some(settings) = Settings::default() {
        settings.set_gtk_cursor_blink(false);
    }
}

/// Calls `changed` on the main thread whenever the desktop's preference changes. To be
/// called on the main thread; lasts as long as the process.
pub fn follow(changed: impl Fn(Option<Theme>) + 'static) {
    gio::bus_get(BusType::Session, Cancellable::NONE, move |bus| {
        if let Ok(bus) = bus {
            subscribe(&bus, changed);
        }
    });
}

fn subscribe(bus: &DBusConnection, changed: impl Fn(Option<Theme>) + 'static) {
    bus.signal_subscribe(
        Some(PORTAL),
        Some(SETTINGS),
        Some("SettingChanged"),
        Some(PATH),
        Some(NAMESPACE),
        DBusSignalFlags::NONE,
        move |_, _, _, _, _, parameters| {
            let key = parameters.try_child_value(1);
            if key.is_some_and(|key| key.str() == Some(KEY)) {
                changed(
                    parameters
                        .try_child_value(2)
                        .and_then(|value| theme_of(&value)),
                );
            }
        },
    );
}

/// 1 is dark, 2 is light, all else is no preference; older portals wrap it twice.
fn theme_of(value: &Variant) -> Option<Theme> {
    let mut value = value.clone();
    while value.is_type(VariantTy::VARIANT) {
        value = value.as_variant()?;
    }
    match value.get::<u32>()? {
        1 => Some(Theme::Dark),
        2 => Some(Theme::Light),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use gtk::glib::ToVariant as _;

    use super::*;

    #[test]
    fn the_portals_numbers_are_read_in_any_wrapping() {
        let once = |number: u32| Variant::from_variant(&number.to_variant());
        assert_eq!(theme_of(&once(1)), Some(Theme::Dark));
        assert_eq!(
            theme_of(&Variant::from_variant(&once(2))),
            Some(Theme::Light)
        );
        assert_eq!(theme_of(&once(0)), None);
        assert_eq!(theme_of(&"dark".to_variant()), None);
    }
}
