//! How our windows lie over each other: a prompt is a dialog of the window that asked, which
//! takes no input meanwhile, and is seen once there is something to see.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gdkx11::X11Window;
use gtk::gdk::WindowTypeHint;
use gtk::glib::{self, Propagation};
use gtk::prelude::{
    Cast as _, ContainerExt as _, GtkWindowExt as _, ObjectExt as _, WidgetExt as _,
};
use gtk::{ApplicationWindow, Container, Widget};
use tauri::WebviewWindow;

/// After so long a window is seen whatever it has drawn.
const AT_LAST: Duration = Duration::from_secs(1);
/// The first time that a page's widget is drawn there is nothing of the page yet.
const DRAWN: u32 = 2;

/// The window's id on an X display; none elsewhere. To be called on the main thread.
pub fn x_window(window: &WebviewWindow) -> Option<u64> {
    let gtk = window.gtk_window().ok()?;
    let gdk = gtk.window()?.downcast::<X11Window>().ok()?;
    Some(gdk.xid())
}

/// Whether the window takes keys and clicks. To be called on the main thread.
pub fn set_enabled(window: &WebviewWindow, enabled: bool) {
    if let Ok(window) = window.gtk_window() {
        window.set_sensitive(enabled);
    }
}

/// Makes a window that is not shown yet a dialog of another one, which it keeps from being used
/// if it is modal. Until its page is drawn it is invisible: transparent where the desktop can do
/// that, and below the other windows. To be called on the main thread.
pub fn make_dialog(window: &WebviewWindow, over: Option<u64>, modal: bool) {
    let Ok(gtk) = window.gtk_window() else {
        return;
    };
    gtk.set_type_hint(WindowTypeHint::Dialog);
    gtk.set_skip_taskbar_hint(over.is_some());
    gtk.set_keep_below(true);
    gtk.set_opacity(0.0);
    let shown = gtk.downgrade();
    let show = move || {
        if let Some(window) = shown.upgrade() {
            come_up(&window, over, modal);
        }
    };
    when_drawn(&gtk, show);
}

/// Over the window that it belongs to, and with the keyboard.
fn come_up(window: &ApplicationWindow, over: Option<u64>, modal: bool) {
    window.set_modal(modal);
    if let Some(over) = over {
        belong_to(window, over);
    }
    window.set_keep_below(false);
    window.set_keep_above(true);
    window.set_opacity(1.0);
    window.present();
}

/// Tells the window manager which window it lies over. That one may be gone.
fn belong_to(window: &ApplicationWindow, over: u64) {
    let Some(own) = window.window() else { return };
    let Ok(display) = own.display().downcast::<gdkx11::X11Display>() else {
        return;
    };
    let other = X11Window::foreign_new_for_display(&display, over);
    own.set_transient_for(other.upcast_ref());
}

/// Calls it once when the page is drawn, or a while after the window is there.
fn when_drawn(window: &ApplicationWindow, drawn: impl Fn() + 'static) {
    let pending = Rc::new(Cell::new(true));
    let drawn = Rc::new(move || {
        if pending.replace(false) {
            drawn();
        }
    });
    if let Some(page) = page_of(window.upcast_ref()) {
        let (times, then) = (Cell::new(0), drawn.clone());
        page.connect_draw(move |_, _| {
            times.set(times.get() + 1);
            if times.get() == DRAWN {
                // Not in the middle of drawing.
                let then = then.clone();
                glib::idle_add_local_once(move || then());
            }
            Propagation::Proceed
        });
    }
    window.connect_map(move |_| {
        let then = drawn.clone();
        glib::timeout_add_local_once(AT_LAST, move || then());
    });
}

/// The innermost widget, which draws the page.
fn page_of(widget: &Widget) -> Option<Widget> {
    let Some(container) = widget.downcast_ref::<Container>() else {
        return Some(widget.clone());
    };
    let parts = container.children();
    if parts.is_empty() {
        return Some(widget.clone());
    }
    parts.iter().rev().find_map(page_of)
}
