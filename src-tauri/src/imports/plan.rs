//! What a person decided about a file, and the items that follow from it.

use std::collections::{HashMap, HashSet};

use keyhaven_exchange::{AWS_NAME, Record, aws_key};
use keyhaven_protocol::frame::Segment;
use keyhaven_protocol::request::ImportItem;
use keyhaven_protocol::view::{FieldKind, Tier};
use keyhaven_secret::SecretBytes;
use serde::Deserialize;

/// What a person decided about a file.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportPlan {
    /// The file.
    pub id: u32,
    /// Where to.
    pub project: String,
    /// Where to.
    pub environment: String,
    /// The tier of a new environment whose name does not tell.
    pub tier: Option<Tier>,
    /// Kinds that differ from the proposed ones, by name.
    pub kinds: HashMap<String, FieldKind>,
    /// The names of the rows that are not imported.
    #[serde(default)]
    pub left_out: HashSet<String>,
    /// Imports the other lines of a file with lines that cannot be read.
    #[serde(default)]
    pub skip_invalid: bool,
    /// Stores the values of an AWS key as one key with a field for each.
    #[serde(default)]
    pub join_aws_key: bool,
    /// Whether the oldest versions may go where they leave no room for new values: what a
    /// person has agreed to, never the page.
    #[serde(skip)]
    pub discard_old: bool,
}

impl ImportPlan {
    /// What is imported: the rows that a person did not leave out, with the kinds they chose.
    pub(super) fn items(&self, records: &[Record]) -> Vec<(ImportItem, SecretBytes)> {
        let chosen = |record: &&Record| !self.left_out.contains(&record.name);
        let records = records.iter().filter(chosen);
        let mut items: Vec<_> = records.map(|record| self.item(record)).collect();
        if self.join_aws_key {
            let parts = aws_key(items.iter().map(|(item, _)| item.name.as_str()));
            for part in parts.unwrap_or_default() {
                let (item, _) = &mut items[part.at];
                item.field = Some(part.field.into());
                item.name = AWS_NAME.into();
            }
        }
        items
    }

    fn item(&self, record: &Record) -> (ImportItem, SecretBytes) {
        let item = ImportItem {
            name: record.name.clone(),
            field: record.field.clone(),
            variable: record.variable.clone(),
            kind: self.kinds.get(&record.name).copied().unwrap_or(record.kind),
            provider: record.provider.clone(),
            rotate_every_days: record.rotate_every_days,
            source_id: record.source_id.clone(),
            value: Segment(0),
        };
        (item, record.value.duplicate())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use keyhaven_exchange::Format;

    use super::*;

    /// Everything is imported as it was proposed.
    pub(in crate::imports) fn plan() -> ImportPlan {
        ImportPlan {
            id: 1,
            project: "shop".into(),
            environment: "dev".into(),
            tier: None,
            kinds: HashMap::new(),
            left_out: HashSet::new(),
            skip_invalid: false,
            join_aws_key: false,
            discard_old: false,
        }
    }

    fn sent(text: &[u8], plan: &ImportPlan) -> Vec<ImportItem> {
        let import = keyhaven_exchange::read(Format::Dotenv, text).unwrap();
        let items = plan.items(&import.records).into_iter();
        items.map(|(item, _)| item).collect()
    }

    #[test]
    fn a_persons_kinds_win_over_the_proposed_ones() {
        let plan = ImportPlan {
            kinds: HashMap::from([
                ("A".into(), FieldKind::Plain),
                ("B".into(), FieldKind::Secret),
            ]),
            ..plan()
        };
        let kinds: Vec<_> = sent(b"A=1\nB=2\n", &plan)
            .iter()
            .map(|one| one.kind)
            .collect();
        assert_eq!(kinds, [FieldKind::Plain, FieldKind::Secret]);
    }

    #[test]
    fn an_aws_key_is_one_key_only_if_a_person_wants_that_and_leaves_out_no_part() {
        let text = b"AWS_ACCESS_KEY_ID=i\nA=1\nAWS_SECRET_ACCESS_KEY=s\n";
        let names = |plan: &ImportPlan| {
            let items = sent(text, plan).into_iter();
            let named = items.map(|one| (one.name, one.field.unwrap_or_default()));
            named.collect::<Vec<_>>()
        };
        let of = |name: &str, field: &str| (name.to_owned(), field.to_owned());
        let apart = [
            of("AWS_ACCESS_KEY_ID", ""),
            of("A", ""),
            of("AWS_SECRET_ACCESS_KEY", ""),
        ];
        assert_eq!(names(&plan()), apart);
        let mut joined = plan();
        joined.join_aws_key = true;
        let one = [
            of("aws", "access_key_id"),
            of("A", ""),
            of("aws", "secret_access_key"),
        ];
        assert_eq!(names(&joined), one);
        joined.left_out.insert("AWS_SECRET_ACCESS_KEY".into());
        assert_eq!(names(&joined), apart[..2]);
    }
}
