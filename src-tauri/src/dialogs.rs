//! Native dialogs over the main window: pickers, so that JavaScript never names a path, and
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
use tauri::Manager as _;

use crate::shell::Shell;
use crate::window;
use crate::words;

/// Lets a person pick a file, hidden ones too: `.env` is one.
pub fn pick_file(shell: &Shell, title: &'static str) -> Option<PathBuf> {
    pick(shell, title, FileChooserAction::Open)
}

/// Lets a person pick a folder.
pub fn pick_folder(shell: &Shell, title: &'static str) -> Option<PathBuf> {
    pick(shell, title, FileChooserAction::SelectFolder)
}

/// Asks a person to confirm; whoever just goes on typing says no.
pub fn confirm(shell: &Shell, question: &'static str, text: String, yes: &'static str) -> bool {
    let make = move |parent: Option<&ApplicationWindow>| {
        let dialog = MessageDialog::new(
            parent,
            DialogFlags::empty(),
            MessageType::Warning,
            ButtonsType::None,
            question,
        );
        dialog.set_title(words::NAME);
        dialog.set_secondary_text(Some(&text));
        dialog.add_button(words::CANCEL, ResponseType::Cancel);
        dialog.add_button(yes, ResponseType::Accept);
        dialog.set_default_response(ResponseType::Cancel);
        dialog
    };
    ask(shell, make, |_| ()).is_some()
}

/// Says what did not work, and waits until it was read.
pub fn say(shell: &Shell, text: String) {
    let make = move |parent: Option<&ApplicationWindow>| {
        let dialog = MessageDialog::new(
            parent,
            DialogFlags::empty(),
            MessageType::Error,
            ButtonsType::Close,
            &text,
        );
        dialog.set_title(words::NAME);
        dialog
    };
    let _ = ask(shell, make, |_| ());
}

fn pick(shell: &Shell, title: &'static str, action: FileChooserAction) -> Option<PathBuf> {
    let make = move |parent: Option<&ApplicationWindow>| {
        let buttons = [
            (words::CANCEL, ResponseType::Cancel),
            (words::CHOOSE, ResponseType::Accept),
        ];
        let dialog = FileChooserDialog::with_buttons(Some(title), parent, action, &buttons);
        dialog.set_show_hidden(action == FileChooserAction::Open);
        if let Some(home) = std::env::home_dir() {
            dialog.set_current_folder(home);
        }
        dialog.set_default_response(ResponseType::Accept);
        dialog
    };
    ask(shell, make, FileChooserDialog::filename)?
}

/// Shows a dialog, and takes its answer if it was accepted.
fn ask<D: IsA<Dialog> + IsA<Window> + IsA<Widget>, A: Send + 'static>(
    shell: &Shell,
    make: impl FnOnce(Option<&ApplicationWindow>) -> D + Send + 'static,
    answer: impl Fn(&D) -> A + Send + 'static,
) -> Option<A> {
    let (sender, answered) = mpsc::channel();
    let app = shell.app.clone();
    let shown = shell.app.run_on_main_thread(move || {
        let parent = app
            .get_webview_window(window::LABEL)
            .and_then(|it| it.gtk_window().ok());
        let dialog = make(parent.as_ref());
        dialog.set_modal(true);
        dialog.set_destroy_with_parent(true);
        dialog.connect_response(move |dialog, response| {
            // Nobody waits for a second answer.
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
