//! Native dialogs over a window, which is named by its label: pickers, so that JavaScript never names a path, and
//! questions that no script can answer.
//!
//! Each waits for the person and must not be called on the main thread. A dialog whose
//! window is destroyed, by a lock for instance, was answered with no.

use std::path::PathBuf;
use std::sync::mpsc;

use gtk::prelude::{
    DialogExt as _, FileChooserExt as _, GtkWindowExt as _, IsA, MessageDialogExt as _,
    WidgetExt as _,
};
use gtk::{
    ApplicationWindow, ButtonsType, Dialog, DialogFlags, FileChooserAction, FileChooserDialog,
    MessageDialog, MessageType, ResponseType, Widget, Window,
};
use tauri::{AppHandle, Manager as _, WebviewWindow};

use crate::app::Question;
use crate::strings;

/// Lets a person pick a file, hidden ones too: `.env` is one.
pub fn pick_file(app: &AppHandle, over: &'static str, title: &str) -> Option<PathBuf> {
    pick(app, over, title, FileChooserAction::Open)
}

/// Lets a person pick a folder.
pub fn pick_folder(app: &AppHandle, over: &'static str, title: &str) -> Option<PathBuf> {
    pick(app, over, title, FileChooserAction::SelectFolder)
}

/// Asks a person to confirm. The default button is "no", so that typing on confirms nothing.
pub fn confirm(app: &AppHandle, over: &'static str, question: Question) -> bool {
    let make = move |parent: Option<&ApplicationWindow>| {
        let dialog = MessageDialog::new(
            parent,
            DialogFlags::empty(),
            MessageType::Warning,
            ButtonsType::None,
            question.title,
        );
        dialog.set_title(strings::NAME);
        dialog.set_secondary_text(Some(&question.text));
        dialog.add_button(strings::CANCEL, ResponseType::Cancel);
        dialog.add_button(question.yes, ResponseType::Accept);
        dialog.set_default_response(ResponseType::Cancel);
        dialog
    };
    ask(app, over, make, |_| ()).is_some()
}

/// Shows what did not work, and waits until it was read.
pub fn report(app: &AppHandle, over: &'static str, text: String) {
    let make = move |parent: Option<&ApplicationWindow>| {
        let dialog = MessageDialog::new(
            parent,
            DialogFlags::empty(),
            MessageType::Error,
            ButtonsType::Close,
            &text,
        );
        dialog.set_title(strings::NAME);
        dialog
    };
    let _ = ask(app, over, make, |_| ());
}

fn pick(
    app: &AppHandle,
    over: &'static str,
    title: &str,
    action: FileChooserAction,
) -> Option<PathBuf> {
    let title = title.to_owned();
    let make = move |parent: Option<&ApplicationWindow>| {
        let buttons = [
            (strings::CANCEL, ResponseType::Cancel),
            (strings::CHOOSE, ResponseType::Accept),
        ];
        let dialog = FileChooserDialog::with_buttons(Some(&title), parent, action, &buttons);
        dialog.set_show_hidden(action == FileChooserAction::Open);
        if let Some(home) = std::env::home_dir() {
            dialog.set_current_folder(home);
        }
        dialog.set_default_response(ResponseType::Accept);
        dialog
    };
    ask(app, over, make, FileChooserDialog::filename)?
}

/// Shows a dialog, and takes its answer if it was accepted.
fn ask<D: IsA<Dialog> + IsA<Window> + IsA<Widget>, A: Send + 'static>(
    app: &AppHandle,
    over: &'static str,
    make: impl FnOnce(Option<&ApplicationWindow>) -> D + Send + 'static,
    answer: impl Fn(&D) -> A + Send + 'static,
) -> Option<A> {
    let (sender, answered) = mpsc::channel();
    let found = app.clone();
    let shown = app.run_on_main_thread(move || {
        let parent = found
            .get_webview_window(over)
            .and_then(|it| it.gtk_window().ok());
        let dialog = make(parent.as_ref());
        dialog.set_modal(true);
        dialog.set_destroy_with_parent(true);
        dialog.connect_response(move |dialog, response| {
            // Only the first answer counts.
            let _ = sender.send((response == ResponseType::Accept).then(|| answer(dialog)));
            if response != ResponseType::DeleteEvent {
                dialog.close();
            }
        });
        dialog.show_all();
    });
    shown.ok()?;
    // A dialog that is destroyed with its window takes the sender with it.
    answered.recv().ok().flatten()
}

/// Asks whether a prompt is to be closed whose recovery key was not saved, and ends the
/// process then. Does not wait; to be called on the main thread.
pub fn confirm_unsaved_key(window: &WebviewWindow) {
    let dialog = MessageDialog::new(
        window.gtk_window().ok().as_ref(),
        DialogFlags::MODAL | DialogFlags::DESTROY_WITH_PARENT,
        MessageType::Warning,
        ButtonsType::None,
        strings::UNSAVED_KEY,
    );
    dialog.set_title(strings::NAME);
    dialog.set_secondary_text(Some(strings::UNSAVED_KEY_TEXT));
    dialog.add_button(strings::GO_BACK, ResponseType::Cancel);
    dialog.add_button(strings::CLOSE, ResponseType::Accept);
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
