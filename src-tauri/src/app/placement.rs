//! Where a window stands: a window that takes the place of another one stands there, and the
//! next start's where this one's was closed.

use tauri::{PhysicalPosition, PhysicalSize, WebviewWindow};

use super::preferences::StoredPlacement;

/// So much of a window must be on a screen for a person to reach it, in physical pixels.
const LEAST_VISIBLE: i64 = 64;

/// How a window stands, or stood that is gone.
#[derive(Debug, Clone, Copy)]
pub(super) struct WindowPlacement {
    position: Option<PhysicalPosition<i32>>,
    size: Option<PhysicalSize<u32>>,
    pub(super) maximized: bool,
    minimized: bool,
    pub(super) focused: bool,
}

impl WindowPlacement {
    pub(super) fn of(window: &WebviewWindow) -> Self {
        Self {
            position: window.outer_position().ok(),
            size: window.inner_size().ok(),
            maximized: window.is_maximized().unwrap_or(false),
            minimized: window.is_minimized().unwrap_or(false),
            focused: window.is_focused().unwrap_or(true),
        }
    }

    /// As a window that was closed stood.
    pub(super) fn from_stored(stored: StoredPlacement) -> Self {
        Self {
            position: stored.position.map(PhysicalPosition::from),
            size: stored.size.map(PhysicalSize::from),
            maximized: stored.maximized,
            minimized: false,
            focused: true,
        }
    }

    /// What is kept of it. A window that fills the screen has the size it had before.
    pub(super) fn stored(self, before: StoredPlacement) -> StoredPlacement {
        if self.maximized {
            return StoredPlacement {
                maximized: true,
                ..before
            };
        }
        StoredPlacement {
            position: self.position.map(Into::into),
            size: self.size.map(Into::into),
            maximized: false,
        }
    }

    /// Each may be refused by the desktop; Wayland knows no positions.
    pub(super) fn restore(self, window: &WebviewWindow) {
        if self.maximized {
            return;
        }
        if let Some(size) = self.size {
            let _ = window.set_size(size);
        }
        let monitors = window.available_monitors().unwrap_or_default();
        let screens = monitors.iter().map(|one| (*one.position(), *one.size()));
        if let Some(position) = self.position.filter(|at| is_on_one(*at, screens)) {
            let _ = window.set_position(position);
        }
        if self.minimized {
            let _ = window.minimize();
        }
    }
}

/// Whether a window there can be reached: a screen may be gone since.
fn is_on_one(
    at: PhysicalPosition<i32>,
    mut screens: impl Iterator<Item = (PhysicalPosition<i32>, PhysicalSize<u32>)>,
) -> bool {
    let within = |at: i32, start: i32, extent: u32| {
        let from_start = i64::from(at) - i64::from(start);
        (0..i64::from(extent) - LEAST_VISIBLE).contains(&from_start)
    };
    screens.any(|(start, size)| {
        within(at.x, start.x, size.width) && within(at.y, start.y, size.height)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_not_put_where_no_screen_is_any_more() {
        let screen = || std::iter::once(((0, 0).into(), (1280, 860).into()));
        for (at, reached) in [
            ((0, 0), true),
            ((900, 700), true),
            ((-10, 0), false),
            ((1270, 0), false),
            ((2000, 10), false),
        ] {
            assert_eq!(is_on_one(at.into(), screen()), reached, "{at:?}");
        }
        assert!(!is_on_one((0, 0).into(), std::iter::empty()));
    }

    #[test]
    fn a_window_that_filled_the_screen_keeps_the_size_it_had_before() {
        let before = StoredPlacement {
            position: Some((10, 20)),
            size: Some((900, 600)),
            maximized: false,
        };
        let mut now = WindowPlacement::from_stored(before);
        assert_eq!(now.stored(StoredPlacement::default()), before);
        now.maximized = true;
        now.size = Some((1280, 860).into());
        let maximized = StoredPlacement {
            maximized: true,
            ..before
        };
        assert_eq!(now.stored(before), maximized);
    }
}
