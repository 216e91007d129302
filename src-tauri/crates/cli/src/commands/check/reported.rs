//! What providers report about keys: shown next to what the vault has, and stored where it has
//! nothing, if asked for.

use keyhaven_client::Client;
use keyhaven_protocol::check::KeyCheckView;
use keyhaven_protocol::reported::ReportedFacts;
use keyhaven_protocol::request::{EditAllRequest, EditRequest, Metadata, ShowRequest, Target};
use keyhaven_protocol::view::{CredentialView, Moment};

use crate::commands::edit::metadata_of;
use crate::dates::Calendar;
use crate::error::Failure;
use crate::output::Printer;
use crate::style::Tone;
use crate::table::Table;

/// A key about which its provider reports something.
pub struct ReportedKey {
    facts: ReportedFacts,
    stored: CredentialView,
    /// The metadata with what was missing, and the names of that.
    completed: (Metadata, Vec<&'static str>),
}

/// The keys about which something was reported.
pub fn all(
    client: &mut Client,
    found: &[KeyCheckView],
    calendar: &Calendar,
) -> Result<Vec<ReportedKey>, Failure> {
    let mut keys = Vec::new();
    for view in found {
        if let Some(facts) = view.result.reported.clone() {
            let target = Target::Id(view.id);
            let stored = client.ask(ShowRequest { target })?;
            let completed = completed(metadata_of(stored.clone()), &facts, calendar);
            keys.push(ReportedKey {
                facts,
                stored,
                completed,
            });
        }
    }
    Ok(keys)
}

/// The metadata with what it lacks of the facts, and the names of that. What is there stays:
/// somebody has typed it.
fn completed(
    mut metadata: Metadata,
    facts: &ReportedFacts,
    calendar: &Calendar,
) -> (Metadata, Vec<&'static str>) {
    let mut names = Vec::new();
    // A living key does not end in the past, whatever its provider says.
    let end = facts.expires_at;
    let end = end.filter(|end| calendar.until_expiry(*end).seconds > 0);
    if metadata.expires.is_none() && end.is_some() {
        metadata.expires = end;
        names.push("expires");
    }
    if metadata.scopes.is_empty() {
        metadata.scopes = facts.scopes.clone().unwrap_or_default();
        names.extend((!metadata.scopes.is_empty()).then_some("scopes"));
    }
    if metadata.owner.is_none() && facts.owner.is_some() {
        metadata.owner.clone_from(&facts.owner);
        names.push("owner");
    }
    if metadata.quota.is_none() && facts.limit.is_some() {
        metadata.quota.clone_from(&facts.limit);
        names.push("quota");
    }
    (metadata, names)
}

impl ReportedKey {
    /// Whether a result is about it.
    pub fn is(&self, view: &KeyCheckView) -> bool {
        self.stored.row.id == view.id
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.stored.row.name
    }

    /// What is missing here of what is reported.
    pub fn missing(&self) -> &[&'static str] {
        &self.completed.1
    }

    /// Each fact, as it is at the provider and here; empty where nothing is stored.
    fn comparison(&self, calendar: &Calendar) -> Vec<(&'static str, Option<String>, String)> {
        let (facts, view) = (&self.facts, &self.stored);
        let date = |moment: Option<Moment>| moment.map(|moment| calendar.plain(moment));
        let used = view.row.last_used.map(Moment::Instant);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let scopes = facts.scopes.as_ref().map(|scopes| scopes.join(", "));
        vec![
            (
                "expires",
                date(facts.expires_at),
                date(view.row.expires).unwrap_or_default(),
            ),
            ("scopes", scopes, view.row.scopes.join(", ")),
            ("owner", facts.owner.clone(), text(&view.owner)),
            ("quota", facts.limit.clone(), text(&view.quota)),
            ("used of it", facts.used.clone(), String::new()),
            ("left of it", facts.remaining.clone(), String::new()),
            (
                "last used",
                date(facts.last_used_at),
                date(used).unwrap_or_default(),
            ),
            ("made", date(facts.created_at), String::new()),
            ("name", facts.name.clone(), view.row.name.clone()),
            ("id", facts.key_id.clone(), String::new()),
            ("account", facts.account.clone(), String::new()),
        ]
    }
}

/// A table of what is reported.
pub fn table(keys: &[ReportedKey], calendar: &Calendar, printer: &Printer) -> String {
    let mut table = Table::new(["NAME", "FACT", "AT THE PROVIDER", "HERE"]);
    for key in keys {
        let mut name = key.name();
        for (fact, reported, here) in key.comparison(calendar) {
            let Some(reported) = reported else {
                continue;
            };
            table.row([
                (name, Tone::Normal),
                (fact, Tone::Faint),
                (&reported, Tone::Normal),
                (&here, Tone::Normal),
            ]);
            // Once for all its facts.
            name = "";
        }
    }
    table.render(printer)
}

/// Stores what is missing: of all keys, or of none.
pub fn store(client: &mut Client, keys: &[ReportedKey]) -> Result<(), Failure> {
    let incomplete = keys.iter().filter(|key| !key.missing().is_empty());
    let edit = |key: &ReportedKey| EditRequest {
        id: key.stored.row.id,
        revision: key.stored.row.revision,
        metadata: key.completed.0.clone(),
    };
    let edits: Vec<_> = incomplete.map(edit).collect();
    if !edits.is_empty() {
        client.ask(EditAllRequest { edits })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use keyhaven_rules::due::LocalNow;

    use super::*;

    fn calendar() -> Calendar {
        Calendar::at(LocalNow {
            now: "2026-11-30T12:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
        })
    }

    fn end(text: &str) -> Option<Moment> {
        Some(Moment::Instant(text.parse().unwrap()))
    }

    fn empty() -> Metadata {
        Metadata {
            name: "github".into(),
            provider: Some("github".into()),
            fields: Vec::new(),
            scopes: Vec::new(),
            allowed_ips: Vec::new(),
            owner: None,
            quota: None,
            url: None,
            note: None,
            tags: Vec::new(),
            expires: None,
            rotate_every_days: None,
            rotate_on: None,
            never_rotate: None,
            lead_times: None,
        }
    }

    #[test]
    fn only_what_is_missing_is_stored() {
        let facts = ReportedFacts {
            expires_at: end("2027-01-31T12:00:00Z"),
            scopes: Some(vec!["repo".into()]),
            owner: Some("ada".into()),
            limit: Some("1000".into()),
            ..ReportedFacts::default()
        };
        let (metadata, names) = completed(empty(), &facts, &calendar());
        assert_eq!(names, ["expires", "scopes", "owner", "quota"]);
        assert_eq!(metadata.expires, facts.expires_at);
        assert_eq!(metadata.quota.as_deref(), Some("1000"));
        // A second time nothing is missing, and what a person typed stays.
        let typed = Metadata {
            owner: Some("grace".into()),
            ..metadata
        };
        let (again, names) = completed(typed.clone(), &facts, &calendar());
        assert_eq!((again, names.len()), (typed, 0));
    }

    #[test]
    fn an_end_in_the_past_is_not_stored() {
        let facts = ReportedFacts {
            expires_at: end("2026-11-30T11:59:59Z"),
            scopes: Some(Vec::new()),
            ..ReportedFacts::default()
        };
        assert_eq!(
            completed(empty(), &facts, &calendar()),
            (empty(), Vec::new())
        );
    }
}
