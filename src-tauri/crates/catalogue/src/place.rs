//! Places in a TOML document: which field a problem is about, and in which line it stands.

use std::cell::RefCell;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::fault::EntryFault;

/// A field of an entry, at which problems are noted.
#[derive(Debug, Clone)]
pub struct Place<'f> {
    path: Vec<Step>,
    found: &'f RefCell<Vec<(Vec<Step>, EntryFault)>>,
}

/// One step from a table to what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To the value of a key.
    Key(String),
    /// To an element of an array.
    Index(usize),
}

impl<'f> Place<'f> {
    /// The place of a whole document.
    pub const fn root(found: &'f RefCell<Vec<(Vec<Step>, EntryFault)>>) -> Self {
        Self {
            path: Vec::new(),
            found,
        }
    }

    /// A key of the table at this place.
    pub fn key(&self, name: &str) -> Self {
        self.step(Step::Key(name.to_owned()))
    }

    /// An element of the array at this place.
    pub fn index(&self, at: usize) -> Self {
        self.step(Step::Index(at))
    }

    /// Another place of the same document.
    pub fn at_path(&self, path: Vec<Step>) -> Self {
        Self {
            path,
            found: self.found,
        }
    }

    /// Notes that something is wrong here.
    pub fn refuse(&self, fault: EntryFault) {
        self.found.borrow_mut().push((self.path.clone(), fault));
    }

    fn step(&self, step: Step) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self {
            path,
            found: self.found,
        }
    }
}

/// How a path is shown: `check[0].url`.
pub fn shown(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(at) => text.push_str(&format!("[{at}]")),
            Step::Key(name) if text.is_empty() => text.push_str(name),
            Step::Key(name) => text.push_str(&format!(".{name}")),
        }
    }
    text
}

/// The bytes of the deepest part of the path that exists: of the key where the last step is one.
pub fn span(table: &DeTable<'_>, path: &[Step]) -> Option<Range<usize>> {
    let mut found = None;
    let mut here: Option<&DeValue<'_>> = None;
    for step in path {
        let next = match (step, here) {
            (Step::Key(name), None) => table.get_key_value(name.as_str()),
            (Step::Key(name), Some(value)) => value
                .as_table()
                .and_then(|it| it.get_key_value(name.as_str())),
            (Step::Index(at), Some(value)) => {
                let element = value.as_array().and_then(|it| it.get(*at));
                let Some(element) = element else {
                    return found;
                };
                found = Some(element.span());
                here = Some(element.get_ref());
                continue;
            }
            (Step::Index(_), None) => None,
        };
        let Some((key, value)) = next else {
            return found;
        };
        found = Some(key.span());
        here = Some(value.get_ref());
    }
    found
}

/// The path of the deepest key or element in which a byte of the document lies.
pub fn path_at(table: &DeTable<'_>, at: usize) -> Vec<Step> {
    let mut path = Vec::new();
    descend_table(table, at, &mut path);
    path
}

fn descend_table(table: &DeTable<'_>, at: usize, path: &mut Vec<Step>) -> bool {
    for (key, value) in table {
        path.push(Step::Key(key.get_ref().to_string()));
        let inside = descend(value.get_ref(), at, path);
        if inside || key.span().contains(&at) || value.span().contains(&at) {
            return true;
        }
        path.pop();
    }
    false
}

fn descend(value: &DeValue<'_>, at: usize, path: &mut Vec<Step>) -> bool {
    if let Some(table) = value.as_table() {
        return descend_table(table, at, path);
    }
    for (number, element) in value
        .as_array()
        .into_iter()
        .flat_map(|it| it.iter().enumerate())
    {
        path.push(Step::Index(number));
        if descend(element.get_ref(), at, path) || element.span().contains(&at) {
            return true;
        }
        path.pop();
    }
    false
}

/// The line of a byte, from 1 on.
pub fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}
