//! Which placeholders may stand in the texts of a request.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fault::EntryFault;
use crate::place::Place;
use crate::read::hosts::HOST;
use crate::read::scope::RequestScope;
use crate::template::{RequestTemplate, placeholders};

/// Which placeholders are filled.
pub struct Filling<'a> {
    /// What the request may be made of.
    pub scope: RequestScope<'a>,
    /// Placeholders with a fixed meaning.
    pub fixed: &'a [&'a str],
}

impl Filling<'_> {
    pub fn known(&self, template: &RequestTemplate, place: &Place<'_>) {
        let fields = self.scope.host.fields.iter();
        let fields = fields.map(|field| field.name.as_str());
        let known: Vec<&str> = self.fixed.iter().copied().chain(fields).collect();
        for name in template.placeholders() {
            if name != HOST && !known.contains(&name) {
                place.refuse(EntryFault::UnknownPlaceholder {
                    placeholder: name.to_owned(),
                    known: placeholders(&known),
                });
            }
        }
    }

    pub fn template(&self, text: &str, place: &Place<'_>) -> Option<RequestTemplate> {
        let Some(template) = RequestTemplate::parse(text) else {
            place.refuse(EntryFault::BadPlaceholder);
            return None;
        };
        self.known(&template, place);
        Some(template)
    }

    pub fn texts(
        &self,
        texts: &BTreeMap<String, String>,
        place: &Place<'_>,
    ) -> Vec<(String, RequestTemplate)> {
        let read = |(name, value): (&String, &String)| {
            let value = self.template(value, &place.key(name))?;
            Some((name.clone(), value))
        };
        texts.iter().filter_map(read).collect()
    }

    pub fn json(&self, value: &Value, place: &Place<'_>) {
        match value {
            Value::String(text) => drop(self.template(text, place)),
            Value::Array(values) => values.iter().for_each(|value| self.json(value, place)),
            Value::Object(table) => table.values().for_each(|value| self.json(value, place)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
