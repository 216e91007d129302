//! `list`.

use std::collections::HashMap;

use clap::Args;
use keyhaven_protocol::request::ListRequest;
use keyhaven_protocol::view::{CredentialRow, CredentialState, DueDistance, DueWords};

use crate::dates;
use crate::error::Failure;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::LocationArgs;
use crate::texts;

/// List keys
///
/// Example:
///   kh list -p shop --due
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ListArgs {
    /// Text in a name, project, environment, provider, variable or tag
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    #[command(flatten)]
    location: LocationArgs,
    /// Show only keys with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Show only keys of this provider
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// Show only keys that are due soon, overdue or expired
    #[arg(long)]
    due: bool,
    /// Show only expired keys
    #[arg(long)]
    expired: bool,
    /// Show only keys that were never used
    #[arg(long)]
    unused: bool,
}

/// `kh list`
pub fn list(context: &Context, arguments: ListArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let request = ListRequest {
        project: arguments.location.project,
        environment: arguments.location.environment,
        tag: arguments.tag,
        provider: arguments.provider,
        text: arguments.text,
        due: arguments.due,
        expired: arguments.expired,
        unused: arguments.unused,
        removed: false,
    };
    let nothing = "No keys found.";
    if context.printer.json {
        return print(context, &client.ask(request)?, nothing);
    }
    let mut listing = Listing::new(context);
    client.ask_in_parts(request, |rows| listing.add(&rows))?;
    listing.print(nothing)
}

/// Prints rows as a table; a sentence where there is none.
pub fn print(context: &Context, rows: &[CredentialRow], nothing: &str) -> Result<(), Failure> {
    if context.printer.json {
        return context.printer.document(&rows);
    }
    let mut listing = Listing::new(context);
    listing.add(rows);
    listing.print(nothing)
}

/// A table of credentials in the making.
struct Listing<'a> {
    context: &'a Context,
    table: Table<7>,
    /// Each of the words is looked up once: many keys share them.
    words: HashMap<DueWords, String>,
}

impl<'a> Listing<'a> {
    fn new(context: &'a Context) -> Self {
        let table = Table::new([
            "NAME",
            "PROJECT",
            "ENV",
            "PROVIDER",
            "EXPIRES",
            "ROTATION DUE",
            "LAST USED",
        ]);
        Self {
            context,
            table,
            words: HashMap::new(),
        }
    }

    fn add(&mut self, rows: &[CredentialRow]) {
        let calendar = &self.context.calendar;
        for row in rows {
            let mut words = |distance: Option<DueDistance>| {
                let Some(DueDistance { words, .. }) = distance else {
                    return String::new();
                };
                let text = self.words.entry(words).or_insert_with(|| texts::due(words));
                text.clone()
            };
            let (expires, rotation) = (words(row.expires_in), words(row.rotation_in));
            let used = match row.last_used {
                Some(at) => calendar.ago(at),
                None => "never".into(),
            };
            let (expires_tone, rotation_tone) = tones(row.state);
            let expires = match row.state {
                CredentialState::Revoked => "revoked",
                _ => &expires,
            };
            self.table.row([
                (&row.name, Tone::Normal),
                (&row.project, Tone::Normal),
                (&row.environment, Tone::Normal),
                (row.provider.as_deref().unwrap_or_default(), Tone::Normal),
                (expires, expires_tone),
                (&rotation, rotation_tone),
                (&used, Tone::Faint),
            ]);
        }
    }

    fn print(&self, nothing: &str) -> Result<(), Failure> {
        let printer = &self.context.printer;
        if self.table.is_empty() {
            return printer.done(nothing);
        }
        printer.text(&self.table.render(printer))
    }
}

/// The state concerns one of the two dates, or the nearer one.
fn tones(state: CredentialState) -> (Tone, Tone) {
    let tone = dates::tone(state);
    match state {
        CredentialState::Revoked | CredentialState::Expired => (tone, Tone::Normal),
        CredentialState::Overdue => (Tone::Normal, tone),
        CredentialState::DueSoon | CredentialState::Fine => (tone, tone),
    }
}
