//! The page on which a key is managed at its provider.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use keyhaven_exchange::Catalogue;
use keyhaven_protocol::view::CredentialView;

use crate::notice::CliNotice;
use crate::prompt;
use crate::session::Context;
use crate::{error::Failure, output::escaped};

/// What opens a page in the user's browser.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};

/// The key's own page, else the one that the catalogue knows.
pub fn of(view: &CredentialView) -> Option<String> {
    let provider = view.row.provider.as_deref();
    let known = || Catalogue::builtin().get(provider?)?.dashboard_address();
    view.url.clone().or_else(known)
}

/// `at PAGE`, or `at its provider`.
pub fn place(view: &CredentialView) -> String {
    match of(view) {
        Some(page) => format!("at {}", escaped(&page)),
        None => "at its provider".into(),
    }
}

/// Asks at the terminal whether to open the page, and does it.
pub fn offer(context: &Context, view: &CredentialView) -> Result<(), Failure> {
    let is_web = |page: &String| page.starts_with("https://") || page.starts_with("http://");
    let Some(page) = of(view).filter(is_web) else {
        return Ok(());
    };
    let Some(mut tty) = context.terminal().filter(|_| !context.yes()) else {
        return Ok(());
    };
    if !prompt::yes(&mut tty, "Open that page in the browser?")? {
        return Ok(());
    }
    // Its own process group: Ctrl-C at the next question does not end the browser.
    let opened = Command::new(OPENER)
        .arg(&page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    if opened.is_err() {
        let program = OPENER.into();
        context.printer.note(&CliNotice::PageNotOpened { program });
    }
    Ok(())
}
