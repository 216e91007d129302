//! Native dialogs over a window, which is named by its label: pickers, so that JavaScript never names a path, and
//! questions that no script can answer.
//!
//! Each waits for its turn and for the person, and must not be called on the main thread. Where too
//! many wait, it is answered with no. None takes a click or a key in its first half second: a page
//! could show it just where a person is about to click. A dialog whose window is destroyed, by a lock for
//! instance, was answered with no.

use std::cell::Cell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use gtk::glib;
use gtk::prelude::{
    Cast as _, ContainerExt as _, DialogExt as _, FileChooserExt as _, GtkWindowExt as _, IsA,
    LabelExt as _, MessageDialogExt as _, ObjectExt as _, WidgetExt as _,
};
use gtk::{
    ApplicationWindow, ButtonsType, Dialog, DialogFlags, FileChooserAction, FileChooserDialog,
    Label, MessageDialog, MessageType, PolicyType, ResponseType, ScrolledWindow, Widget, Window,
};
use tauri::{AppHandle, Manager as _, WebviewWindow};

use crate::app::{Question, TURNS};
use crate::strings::{self, NativeText};

/// For so long a dialog takes no answer but its closing.
const DISARMED: Duration = Duration::from_millis(500);
/// Details that are higher are scrolled, in pixels.
const MAX_DETAILS: i32 = 240;

/// Lets a person pick a file, hidden ones too: `.env` is one.
pub fn pick_file(app: &AppHandle, over: &'static str, title: &str) -> Option<PathBuf> {
    pick(app, over, title, FileChooserAction::Open)
}

/// Lets a person pick a folder.
pub fn pick_folder(app: &AppHandle, over: &'static str, title: &str) -> Option<PathBuf> {
    pick(app, over, title, FileChooserAction::SelectFolder)
}

/// Asks a person to confirm. The default button is "no", so that typing on confirms nothing.
pub fn confirm(app: &AppHandle, over: &'static str, question: Question, no: &NativeText) -> bool {
    let no = no.text();
    let make = move |parent: Option<&ApplicationWindow>| {
        let dialog = MessageDialog::new(
            parent,
            DialogFlags::empty(),
            MessageType::Warning,
            ButtonsType::None,
            &question.title,
        );
        dialog.set_title(strings::NAME);
        dialog.set_secondary_text(Some(&question.text));
        add_details(&dialog, &question.details);
        dialog.add_button(&no, ResponseType::Cancel);
        dialog.add_button(&question.yes, ResponseType::Accept);
        dialog.set_default_response(ResponseType::Cancel);
        dialog
    };
    ask(app, over, make, |_| ()).is_some()
}

/// Puts lines below the text, in a part that scrolls.
fn add_details(dialog: &MessageDialog, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let label = Label::new(Some(&lines.join("\n")));
    label.set_xalign(0.0);
    label.set_line_wrap(true);
    label.set_line_wrap_mode(gtk::pango::WrapMode::WordChar);
    let scrolled = ScrolledWindow::builder()
        .hscrollbar_policy(PolicyType::Never)
        .max_content_height(MAX_DETAILS)
        .propagate_natural_height(true)
        .child(&label)
        .build();
    if let Ok(area) = dialog.message_area().downcast::<gtk::Box>() {
        area.add(&scrolled);
    }
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
        let (cancel, choose) = (NativeText::Cancel.text(), NativeText::Choose.text());
        let buttons = [
            (cancel.as_str(), ResponseType::Cancel),
            (choose.as_str(), ResponseType::Accept),
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
    let _turn = TURNS.take()?;
    let (sender, answered) = mpsc::channel();
    let found = app.clone();
    let shown = app.run_on_main_thread(move || {
        let parent = found
            .get_webview_window(over)
            .and_then(|it| it.gtk_window().ok());
        let dialog = make(parent.as_ref());
        dialog.set_modal(true);
        dialog.set_destroy_with_parent(true);
        let armed = arm_later(&dialog);
        dialog.connect_response(move |dialog, response| {
            if response != ResponseType::DeleteEvent && !armed.get() {
                return;
            }
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

/// Lets the buttons of a dialog be used, by mouse or keyboard, only a while after it was
/// shown; whether that is so now.
fn arm_later<D: IsA<Dialog> + IsA<Widget>>(dialog: &D) -> Rc<Cell<bool>> {
    const ANSWERS: [ResponseType; 3] = [
        ResponseType::Cancel,
        ResponseType::Accept,
        ResponseType::Close,
    ];
    for answer in ANSWERS {
        dialog.set_response_sensitive(answer, false);
    }
    let armed = Rc::new(Cell::new(false));
    let arms = armed.clone();
    dialog.connect_map(move |dialog| {
        let (dialog, arms) = (dialog.downgrade(), arms.clone());
        glib::timeout_add_local_once(DISARMED, move || {
            let Some(dialog) = dialog.upgrade() else {
                return;
            };
            arms.set(true);
            for answer in ANSWERS {
                dialog.set_response_sensitive(answer, true);
            }
            // A disarmed button cannot have the focus. In a picker it is elsewhere.
            let no = dialog.widget_for_response(ResponseType::Cancel);
            if let Some(no) = no.filter(|_| dialog.is::<MessageDialog>()) {
                no.grab_focus();
            }
        });
    });
    armed
}

/// Asks whether a prompt is to be closed whose recovery key was not saved, and ends the
/// process then. Does not wait; to be called on the main thread.
pub fn confirm_unsaved_key(window: &WebviewWindow) {
    let dialog = MessageDialog::new(
        window.gtk_window().ok().as_ref(),
        DialogFlags::MODAL | DialogFlags::DESTROY_WITH_PARENT,
        MessageType::Warning,
        ButtonsType::None,
        &NativeText::UnsavedKeyQuestion.text(),
    );
    dialog.set_title(strings::NAME);
    dialog.set_secondary_text(Some(&NativeText::UnsavedKeyText.text()));
    dialog.add_button(&NativeText::GoBack.text(), ResponseType::Cancel);
    dialog.add_button(&NativeText::Close.text(), ResponseType::Accept);
    dialog.set_default_response(ResponseType::Cancel);
    let app = window.app_handle().clone();
    let armed = arm_later(&dialog);
    dialog.connect_response(move |dialog, response| {
        if response != ResponseType::DeleteEvent && !armed.get() {
            return;
        }
        if response == ResponseType::Accept {
            app.exit(0);
        }
        if response != ResponseType::DeleteEvent {
            dialog.close();
        }
    });
    dialog.show_all();
}
