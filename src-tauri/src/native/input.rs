//! Input of a person in a window, as the toolkit receives it: no page can make it up.

use std::rc::Rc;

use gtk::gdk::EventType;
use gtk::glib::Propagation;
use gtk::prelude::{Cast as _, ContainerExt as _, WidgetExt as _};
use gtk::{Container, Widget};
use tauri::WebviewWindow;

/// Calls `seen` for each key that is pressed in a window, each click, scroll and touch. To be
/// called on the main thread.
pub fn watch(window: &WebviewWindow, seen: impl Fn() + 'static) {
    if let Ok(window) = window.gtk_window() {
        watch_widget(window.upcast_ref(), &(Rc::new(seen) as Rc<dyn Fn()>));
    }
}

/// Keys come to the window first, the rest to the part of it that is under the pointer.
fn watch_widget(widget: &Widget, seen: &Rc<dyn Fn()>) {
    let each = seen.clone();
    widget.connect_event(move |_, event| {
        if is_input(event.event_type()) {
            each();
        }
        Propagation::Proceed
    });
    if let Some(container) = widget.downcast_ref::<Container>() {
        for part in container.children() {
            watch_widget(&part, seen);
        }
    }
}

fn is_input(event: EventType) -> bool {
    matches!(
        event,
        EventType::KeyPress | EventType::ButtonPress | EventType::Scroll | EventType::TouchBegin
    )
}
