//! The strict reader of entries. It is pure: text in, entries or problems out.
//!
//! Nothing of a file is used when anything in it is wrong, and all that is wrong is reported,
//! each problem with its line and field.

mod answers;
mod basics;
mod entry;
mod filling;
mod hosts;
mod position;
mod request;
mod scope;

use std::cell::RefCell;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::fault::{EntryFault, EntryProblem};
use crate::place::{self, Place, Step};
use crate::provider::Provider;
use crate::raw::RawProvider;

/// The most bytes of a file of entries.
pub const MAX_FILE: usize = 256 << 10;
/// The key of the list of entries.
const PROVIDER: &str = "provider";

type Noted = RefCell<Vec<(Vec<Step>, EntryFault)>>;

/// Reads a file of entries (TOML 1.0, `[[provider]]`). `file` is only repeated in problems.
///
/// # Errors
/// Everything that is wrong, in the order of its lines.
pub fn read(file: &str, text: &str) -> Result<Vec<Provider>, Vec<EntryProblem>> {
    let whole = |line, fault| {
        vec![EntryProblem {
            file: file.to_owned(),
            line,
            provider: None,
            field: String::new(),
            fault,
        }]
    };
    if text.len() > MAX_FILE {
        return Err(whole(1, EntryFault::FileTooLarge { limit: MAX_FILE }));
    }
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let system = error.message().to_owned();
        whole(place::line(text, at), EntryFault::Toml { system })
    })?;
    let noted = Noted::default();
    let providers = providers(&table, &noted);
    let noted = noted.into_inner();
    if noted.is_empty() {
        return Ok(providers);
    }
    let problem = |(path, fault): (Vec<Step>, EntryFault)| {
        let at = place::span(table.get_ref(), &path).map_or(0, |span| span.start);
        let (provider, field) = within_entry(table.get_ref(), &path);
        EntryProblem {
            file: file.to_owned(),
            line: place::line(text, at),
            provider,
            field,
            fault,
        }
    };
    let mut problems: Vec<_> = noted.into_iter().map(problem).collect();
    problems.sort_by_key(|problem| problem.line);
    Err(problems)
}

fn providers(table: &Spanned<DeTable<'_>>, noted: &Noted) -> Vec<Provider> {
    let root = Place::root(noted);
    for key in table
        .get_ref()
        .keys()
        .filter(|key| key.get_ref() != PROVIDER)
    {
        let system = format!("unknown field `{}`, expected `{PROVIDER}`", key.get_ref());
        root.key(key.get_ref()).refuse(EntryFault::Shape { system });
    }
    let place = root.key(PROVIDER);
    let list = table.get_ref().get(PROVIDER);
    let Some(list) = list.and_then(|list| list.get_ref().as_array()) else {
        place.refuse(EntryFault::NoProvider);
        return Vec::new();
    };
    let read = |(at, value)| one(table.get_ref(), value, &place.index(at));
    let providers: Vec<_> = list.iter().enumerate().filter_map(read).collect();
    ids_once(&providers, &place);
    providers
}

fn one(table: &DeTable<'_>, value: &Spanned<DeValue<'_>>, place: &Place<'_>) -> Option<Provider> {
    match RawProvider::deserialize(ValueDeserializer::from(value.clone())) {
        Ok(raw) => entry::provider(raw, place),
        Err(error) => {
            let system = error.message().to_owned();
            let fault = EntryFault::Shape { system };
            match error.span() {
                // The reader knows where it stopped, but not the names on the way there.
                Some(span) => place
                    .at_path(place::path_at(table, span.start))
                    .refuse(fault),
                None => place.refuse(fault),
            }
            None
        }
    }
}

fn ids_once(providers: &[Provider], place: &Place<'_>) {
    let mut taken = std::collections::HashSet::new();
    for (at, provider) in providers.iter().enumerate() {
        let here = place.index(at);
        let id = std::iter::once((&provider.id, here.key("id")));
        let aliases = provider
            .aliases
            .iter()
            .map(|name| (name, here.key("aliases")));
        for (name, place) in id.chain(aliases) {
            if !taken.insert(name) {
                let id = name.clone();
                place.refuse(EntryFault::IdTaken { id });
            }
        }
    }
}

/// The id of the entry of a path, and the rest of the path.
fn within_entry(table: &DeTable<'_>, path: &[Step]) -> (Option<String>, String) {
    let [Step::Key(list), Step::Index(at), rest @ ..] = path else {
        return (None, place::shown(path));
    };
    let entry = table
        .get(list.as_str())
        .and_then(|list| list.get_ref().as_array());
    let entry = entry.and_then(|list| list.get(*at));
    let id = entry.and_then(|entry| entry.get_ref().as_table()?.get("id"));
    let id = id.and_then(|id| id.get_ref().as_str());
    let id = id.filter(|id| basics::is_id(id)).map(str::to_owned);
    (id, place::shown(rest))
}

#[cfg(test)]
mod tests;
