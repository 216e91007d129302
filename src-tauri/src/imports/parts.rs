//! Cutting an import into parts that fit a frame each.

use keyhaven_exchange::{Import, Record};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::{MAX_FRAME, MAX_HEAD, MAX_SEGMENT, MAX_SEGMENTS, Segment, Segments};
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::ImportItem;
use keyhaven_protocol::view::FieldKind;

use super::ImportPlan;
use crate::failure::defect;

/// Room in a frame's head for what is not a record.
const HEAD_RESERVE: usize = 16 << 10;

/// Cuts the records into parts that fit a frame each; at least one, which may be empty.
pub fn cut(import: &Import, plan: &ImportPlan) -> Result<Vec<(Vec<ImportItem>, Segments)>, Error> {
    let mut done = Vec::new();
    let mut part = Part::default();
    for record in &import.records {
        // Exposed for its length alone.
        let size = record.value.expose().len();
        if size > MAX_SEGMENT {
            return Err(Error::invalid(Problem::ValueTooLong {
                name: Some(record.name.clone()),
                bytes: None,
            }));
        }
        let mut item = item(record, plan);
        let head = serde_json::to_vec(&item)
            .map_err(|_| defect("a record as JSON"))?
            .len()
            + 8;
        if !part.has_room(head, size) {
            done.push(std::mem::take(&mut part).finish());
        }
        item.value = part.segments.push(record.value.duplicate());
        part.add(item, head, size);
    }
    done.push(part.finish());
    Ok(done)
}

fn item(record: &Record, plan: &ImportPlan) -> ImportItem {
    let kind = plan.kinds.get(&record.name).copied().unwrap_or(record.kind);
    ImportItem {
        name: record.name.clone(),
        variable: record.variable.clone(),
        kind,
        provider: record.provider.clone(),
        // What a person calls plain is not rotated.
        rotate_every_days: record
            .rotate_every_days
            .filter(|_| kind == FieldKind::Secret),
        source_id: record.source_id.clone(),
        value: Segment(0),
    }
}

/// A frame that is being filled.
#[derive(Debug, Default)]
struct Part {
    items: Vec<ImportItem>,
    segments: Segments,
    head: usize,
    bytes: usize,
}

impl Part {
    fn has_room(&self, head: usize, bytes: usize) -> bool {
        self.items.len() < MAX_SEGMENTS
            && self.head + head + HEAD_RESERVE <= MAX_HEAD
            && self.head + head + self.bytes + bytes + HEAD_RESERVE <= MAX_FRAME
    }

    fn add(&mut self, item: ImportItem, head: usize, bytes: usize) {
        self.items.push(item);
        self.head += head;
        self.bytes += bytes;
    }

    fn finish(self) -> (Vec<ImportItem>, Segments) {
        (self.items, self.segments)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use keyhaven_exchange::{Format, read};
    use keyhaven_protocol::frame;
    use keyhaven_protocol::request::{ImportRequest, ImportStep};
    use keyhaven_protocol::view::Tier;

    use super::*;

    fn plan(id: u32) -> ImportPlan {
        ImportPlan {
            id,
            project: "shop".into(),
            environment: "dev".into(),
            tier: None,
            kinds: HashMap::from([("B".into(), FieldKind::Secret)]),
        }
    }

    #[test]
    fn a_persons_kinds_win_over_the_proposed_ones() {
        let import = read(Format::Dotenv, b"A=1\nB=2\n").unwrap();
        let parts = cut(&import, &plan(1)).unwrap();
        let kinds: Vec<_> = parts[0].0.iter().map(|item| item.kind).collect();
        assert_eq!(kinds[1], FieldKind::Secret);
    }

    #[test]
    fn a_large_import_is_cut_into_frames_that_all_fit() {
        let mut many = String::new();
        for number in 0..5000 {
            many.push_str(&format!("KEY_{number}={}\n", "v".repeat(20)));
        }
        let mut wide = String::new();
        for number in 0..20 {
            wide.push_str(&format!("KEY_{number}={}\n", "v".repeat(900 << 10)));
        }
        for (text, records) in [(many, 5000), (wide, 20), (String::new(), 0)] {
            let import = read(Format::Dotenv, text.as_bytes()).unwrap();
            let parts = cut(&import, &plan(1)).unwrap();
            assert_eq!(
                parts.iter().map(|(items, _)| items.len()).sum::<usize>(),
                records
            );
            for (items, segments) in parts {
                assert_eq!(items.len(), segments.len());
                let request = ImportRequest {
                    project: "p".repeat(200),
                    environment: "e".repeat(200),
                    tier: Some(Tier::Production),
                    items,
                    step: ImportStep::Gather,
                    without_backup: false,
                };
                assert!(frame::encode(&request, &segments).is_ok());
            }
        }
    }

    #[test]
    fn a_value_that_no_frame_can_carry_is_named() {
        let text = format!("BIG={}", "v".repeat(MAX_SEGMENT + 1));
        let import = read(Format::Dotenv, text.as_bytes()).unwrap();
        let error = cut(&import, &plan(1)).unwrap_err();
        assert!(matches!(error, Error::Invalid {
            problem: Problem::ValueTooLong { name: Some(name), .. }
        } if name == "BIG"));
    }
}
