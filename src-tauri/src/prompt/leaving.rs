//! The question before a prompt is closed whose recovery key nobody has said to have saved.

use gtk::prelude::{DialogExt as _, GtkWindowExt as _, MessageDialogExt as _, WidgetExt as _};
use gtk::{ButtonsType, DialogFlags, MessageDialog, MessageType, ResponseType};
use tauri::{Manager as _, WebviewWindow, WindowEvent};

use super::Prompt;
use crate::words;

/// Asks before the window's own way of closing it does.
pub fn ask_first(window: &WebviewWindow) {
    let asked = window.clone();
    window.on_window_event(move |event| {
        let WindowEvent::CloseRequested { api, .. } = event else {
            return;
        };
        if asked.state::<Prompt>().shows_unsaved_key() {
            api.prevent_close();
            ask(&asked);
        }
    });
}

fn ask(window: &WebviewWindow) {
    let dialog = MessageDialog::new(
        window.gtk_window().ok().as_ref(),
        DialogFlags::MODAL | DialogFlags::DESTROY_WITH_PARENT,
        MessageType::Warning,
        ButtonsType::None,
        words::UNSAVED_KEY,
    );
    dialog.set_title(words::NAME);
    dialog.set_secondary_text(Some(words::UNSAVED_KEY_TEXT));
    dialog.add_button(words::GO_BACK, ResponseType::Cancel);
    dialog.add_button(words::CLOSE, ResponseType::Accept);
    dialog.set_default_response(ResponseType::Cancel);
    let app = window.app_handle().clone();
    dialog.connect_response(move |dialog, response| {
        if response == ResponseType::Accept {
            app.exit(0);
        }
        if response != ResponseType::DeleteEvent {
            dialog.close();
        }
    });
    dialog.show_all();
}
