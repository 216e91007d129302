//! Sends an import to the agent: the records are cut into frames, and the last frame says what
//! happens to all of them.
//!
//! Nothing is sent unless every record fits a frame.

use keyhaven_protocol::Error;
use keyhaven_protocol::frame::{MAX_FRAME, MAX_HEAD, MAX_SEGMENT, MAX_SEGMENTS, Segments};
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{ImportItem, ImportRequest, ImportStep, NextExpiry};
use keyhaven_protocol::view::{FieldKind, ImportReport, Tier};
use keyhaven_secret::SecretBytes;

/// Room in a frame's head for everything but the records.
const HEAD_RESERVE: usize = 16 << 10;

/// Where an import goes, and what it does without a backup.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// The tier of a new environment whose name does not tell.
    pub tier: Option<Tier>,
    /// Imports even if no backup can be written first.
    pub without_backup: bool,
    /// Discards the oldest versions where older values take too much room.
    pub discard_old: bool,
    /// The expiry of known keys whose value is replaced.
    pub expires: Option<NextExpiry>,
}

/// Sends records, each with its value, and returns the agent's report on all of them.
///
/// The segment of an item is set here. `ask` sends one request on the connection, which has to
/// be the same for all of them.
///
/// # Errors
/// [`Problem::ValueTooLong`] before anything is sent, or the agent's answer.
pub fn send(
    target: &ImportOptions,
    step: ImportStep,
    records: impl IntoIterator<Item = (ImportItem, SecretBytes)>,
    mut ask: impl FnMut(ImportRequest, &Segments) -> Result<ImportReport, Error>,
) -> Result<ImportReport, Error> {
    let CutImport { full, last } = cut(records)?;
    for part in full {
        ask(
            target.request(part.items, ImportStep::Gather),
            &part.segments,
        )?;
    }
    ask(target.request(last.items, step), &last.segments)
}

impl ImportOptions {
    fn request(&self, items: Vec<ImportItem>, step: ImportStep) -> ImportRequest {
        ImportRequest {
            project: self.project.clone(),
            environment: self.environment.clone(),
            tier: self.tier,
            items,
            step,
            without_backup: self.without_backup,
            discard_old: self.discard_old,
            expires: self.expires,
        }
    }
}

/// The parts of an import, each within the limits of a frame.
#[derive(Debug)]
struct CutImport {
    full: Vec<ImportPart>,
    /// May be empty.
    last: ImportPart,
}

fn cut(records: impl IntoIterator<Item = (ImportItem, SecretBytes)>) -> Result<CutImport, Error> {
    let mut full = Vec::new();
    let mut part = ImportPart::default();
    for (mut item, value) in records {
        // Exposed for its length alone.
        let size = value.expose().len();
        if size > MAX_SEGMENT {
            return Err(Error::invalid(Problem::ValueTooLong {
                name: Some(item.name),
                bytes: None,
            }));
        }
        // Only secrets are rotated.
        item.rotate_every_days = item
            .rotate_every_days
            .filter(|_| item.kind == FieldKind::Secret);
        let head = head_size(&item)?;
        if !part.has_room(head, size) {
            full.push(std::mem::take(&mut part));
        }
        item.value = part.segments.push(value);
        part.items.push(item);
        part.head += head;
        part.bytes += size;
    }
    Ok(CutImport { full, last: part })
}

/// The size of an item in a frame's head, with its separator and the longest segment number.
fn head_size(item: &ImportItem) -> Result<usize, Error> {
    let json = serde_json::to_vec(item).map_err(|_| Error::defect("a record as JSON"))?;
    Ok(json.len() + 8)
}

/// A frame that is being filled.
#[derive(Debug, Default)]
struct ImportPart {
    items: Vec<ImportItem>,
    segments: Segments,
    head: usize,
    bytes: usize,
}

impl ImportPart {
    fn has_room(&self, head: usize, bytes: usize) -> bool {
        self.items.len() < MAX_SEGMENTS
            && self.head + head + HEAD_RESERVE <= MAX_HEAD
            && self.head + head + self.bytes + bytes + HEAD_RESERVE <= MAX_FRAME
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::frame::{self, Segment};
    use keyhaven_secret::Secret;

    use super::*;

    fn record(number: usize, size: usize) -> (ImportItem, SecretBytes) {
        let name = format!("KEY_{number}");
        let item = ImportItem {
            field: None,
            variable: Some(name.clone()),
            source_id: format!("dotenv:{name}"),
            name,
            kind: FieldKind::Plain,
            provider: None,
            rotate_every_days: Some(90),
            value: Segment(0),
        };
        (item, Secret::new(vec![b'v'; size]))
    }

    fn target() -> ImportOptions {
        ImportOptions {
            project: "p".repeat(200),
            environment: "e".repeat(200),
            tier: Some(Tier::Production),
            without_backup: false,
            discard_old: false,
            expires: Some(NextExpiry::Keep),
        }
    }

    fn report() -> ImportReport {
        ImportReport {
            items: Vec::new(),
            applied: false,
        }
    }

    /// The step and the number of records of each frame, all of which can be encoded.
    fn frames(count: usize, size: usize) -> Vec<(ImportStep, usize)> {
        let mut frames = Vec::new();
        let records = (0..count).map(|number| record(number, size));
        send(
            &target(),
            ImportStep::Apply,
            records,
            |request, segments| {
                assert_eq!(request.items.len(), segments.len());
                assert!(frame::encode(&request, segments).is_ok());
                frames.push((request.step, request.items.len()));
                Ok(report())
            },
        )
        .unwrap();
        frames
    }

    #[test]
    fn a_large_import_is_cut_into_frames_that_all_fit() {
        for (count, size) in [(5000, 20), (20, 900 << 10), (3, MAX_SEGMENT)] {
            let frames = frames(count, size);
            let sum: usize = frames.iter().map(|(_, count)| count).sum();
            assert_eq!(sum, count);
            let (last, before) = frames.split_last().unwrap();
            assert_eq!(last.0, ImportStep::Apply);
            assert!(before.iter().all(|(step, _)| *step == ImportStep::Gather));
        }
        assert!(frames(5000, 20).len() > 1 && frames(20, 900 << 10).len() > 1);
    }

    #[test]
    fn an_import_without_records_is_one_request() {
        assert_eq!(frames(0, 0), [(ImportStep::Apply, 0)]);
    }

    #[test]
    fn a_value_that_no_frame_can_carry_is_named_before_anything_is_sent() {
        let records = (0..6000).map(|number| record(number, 20));
        let records = records.chain([record(6000, MAX_SEGMENT + 1)]);
        let error = send(&target(), ImportStep::Apply, records, |_, _| {
            panic!("nothing is sent")
        })
        .unwrap_err();
        assert!(matches!(error, Error::Invalid {
            problem: Problem::ValueTooLong { name: Some(name), .. }
        } if name == "KEY_6000"));
    }

    #[test]
    fn the_agents_refusal_ends_the_import() {
        let mut requests = 0;
        let records = (0..20).map(|number| record(number, 900 << 10));
        let result = send(&target(), ImportStep::Apply, records, |_, _| {
            requests += 1;
            Err(Error::Locked)
        });
        assert!(matches!(result, Err(Error::Locked)));
        assert_eq!(requests, 1);
    }

    #[test]
    fn a_plain_value_is_not_rotated() {
        let records = [FieldKind::Plain, FieldKind::Secret].map(|kind| {
            let (item, value) = record(0, 1);
            (ImportItem { kind, ..item }, value)
        });
        send(&target(), ImportStep::Preview, records, |request, _| {
            let days: Vec<_> = request
                .items
                .iter()
                .map(|item| item.rotate_every_days)
                .collect();
            assert_eq!(days, [None, Some(90)]);
            Ok(report())
        })
        .unwrap();
    }
}
