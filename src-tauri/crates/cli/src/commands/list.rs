//! `list`.

use keyhaven_protocol::request::ListRequest;
use keyhaven_protocol::view::{CredentialRow, CredentialState, Moment};

use crate::command_line::ListArgs;
use crate::dates;
use crate::error::Failure;
use crate::output::Tone;
use crate::session::Context;
use crate::table::Table;

/// `kh list`
pub fn list(context: &Context, arguments: ListArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let request = ListRequest {
        project: arguments.place.project,
        environment: arguments.place.environment,
        tag: arguments.tag,
        provider: arguments.provider,
        text: arguments.text,
        due: arguments.due,
        expired: arguments.expired,
        unused: arguments.unused,
        removed: false,
    };
    let nothing = "There is nothing to list.";
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
        Self { context, table }
    }

    fn add(&mut self, rows: &[CredentialRow]) {
        let calendar = &self.context.calendar;
        for row in rows {
            let words = |moment: Option<Moment>| {
                moment.map_or_else(String::new, |moment| calendar.due_words(moment))
            };
            let (expires, rotation) = (words(row.expires), words(row.rotation_due));
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
                (&row.name, Tone::Plain),
                (&row.project, Tone::Plain),
                (&row.environment, Tone::Plain),
                (row.provider.as_deref().unwrap_or_default(), Tone::Plain),
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
        printer.out(self.table.render(printer).as_bytes())
    }
}

/// The state concerns one of the two dates, or the nearer one.
fn tones(state: CredentialState) -> (Tone, Tone) {
    let tone = dates::tone(state);
    match state {
        CredentialState::Revoked | CredentialState::Expired => (tone, Tone::Plain),
        CredentialState::Overdue => (Tone::Plain, tone),
        CredentialState::DueSoon | CredentialState::Fine => (tone, tone),
    }
}
