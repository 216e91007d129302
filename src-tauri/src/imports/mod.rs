//! Files of others on their way into the vault: read here, parsed by `exchange`, kept as
//! secrets until a person has decided, and handed to the agent.
//!
//! JavaScript learns names, kinds and lines, and names the file by an id; never a path, and
//! never a value.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use keyhaven_client::import::{self, ImportTarget};
use keyhaven_exchange::{Format, Import, MAX_BYTES, Malformed, Record};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segment;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{ImportItem, ImportStep};
use keyhaven_protocol::view::{FieldKind, ImportReport, Tier};
use keyhaven_secret::{Secret, SecretBytes};
use rustix::fs::OFlags;
use serde::Serialize;

use crate::agent_link::{Connection, MainSide};
use crate::lock::locked;

/// The file that is being imported; a second one takes its place.
#[derive(Debug, Default)]
pub struct Imports(Mutex<ImportSlot>);

#[derive(Debug, Default)]
struct ImportSlot {
    last_id: u32,
    /// Shared with the requests that are on their way.
    file: Option<Arc<Import>>,
}

/// A file as the window shows it.
#[derive(Debug, Serialize)]
pub struct ImportFileView {
    id: u32,
    file_name: String,
    items: Vec<ImportRecordView>,
    left_out: Vec<ImportLeftOutView>,
}

/// One record of a file, without its value.
#[derive(Debug, Serialize)]
struct ImportRecordView {
    name: String,
    variable: Option<String>,
    kind: FieldKind,
    reason: &'static str,
    provider: Option<String>,
    line: u32,
}

/// What does not arrive as it stands.
#[derive(Debug, Serialize)]
struct ImportLeftOutView {
    what: String,
    why: &'static str,
}

/// What a person decided about a file.
#[derive(Debug)]
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
}

impl Imports {
    /// Reads a file and keeps it.
    ///
    /// # Errors
    /// It cannot be read, is no regular file, is too large or malformed.
    pub fn read(&self, path: &Path) -> Result<ImportFileView, Error> {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        let bytes = read_bounded(path, MAX_BYTES)?;
        // Exposed to be parsed; what is kept of it is secret again. The reader of the most
        // usual format reports where a file of no known format fails.
        let format = Format::detect(&name, bytes.expose()).unwrap_or(Format::Dotenv);
        let import = keyhaven_exchange::read(format, bytes.expose());
        Ok(self.keep(
            name.clone(),
            import.map_err(|found| malformed(name, &found))?,
        ))
    }

    /// Forgets a file and its values.
    pub fn discard(&self, id: u32) {
        let mut slot = locked(&self.0);
        if slot.last_id == id {
            slot.file = None;
        }
    }

    /// Forgets every value.
    pub fn clear(&self) {
        locked(&self.0).file = None;
    }

    /// Hands a file to the agent: to say what would happen, or to write it.
    ///
    /// # Errors
    /// The file was discarded, a value is too large, or the agent's answer.
    pub fn send(
        &self,
        connection: &mut Connection<MainSide>,
        plan: &ImportPlan,
        step: ImportStep,
    ) -> Result<ImportReport, Error> {
        let file = self.find(plan.id)?;
        let target = ImportTarget {
            project: plan.project.clone(),
            environment: plan.environment.clone(),
            tier: plan.tier,
            without_backup: false,
        };
        let records = file.records.iter().map(|record| item(record, plan));
        let report = import::send(&target, step, records, |request, segments| {
            Ok(connection.ask_with(request, segments)?.answer)
        })?;
        if report.applied {
            self.discard(plan.id);
        }
        Ok(report)
    }

    fn keep(&self, file_name: String, import: Import) -> ImportFileView {
        let items = import.records.iter().map(record_view).collect();
        let left_out = import
            .left_out
            .iter()
            .map(|left| ImportLeftOutView {
                what: left.what.clone(),
                why: left.why,
            })
            .collect();
        let mut slot = locked(&self.0);
        slot.last_id += 1;
        slot.file = Some(Arc::new(import));
        ImportFileView {
            id: slot.last_id,
            file_name,
            items,
            left_out,
        }
    }

    fn find(&self, id: u32) -> Result<Arc<Import>, Error> {
        let slot = locked(&self.0);
        let file = slot.file.clone().filter(|_| slot.last_id == id);
        file.ok_or(Error::invalid(Problem::ImportClosed))
    }
}

/// A record with the kind that a person chose.
fn item(record: &Record, plan: &ImportPlan) -> (ImportItem, SecretBytes) {
    let item = ImportItem {
        name: record.name.clone(),
        variable: record.variable.clone(),
        kind: plan.kinds.get(&record.name).copied().unwrap_or(record.kind),
        provider: record.provider.clone(),
        rotate_every_days: record.rotate_every_days,
        source_id: record.source_id.clone(),
        value: Segment(0),
    };
    (item, record.value.duplicate())
}

/// A FIFO or device would block or never end, so only regular files are read.
fn read_bounded(path: &Path, limit: usize) -> Result<SecretBytes, Error> {
    let failed = |error: std::io::Error| Error::io(path, &error);
    let refused = |problem| Error::unsafe_path(path, problem);
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(&failed)?;
    let metadata = file.metadata().map_err(&failed)?;
    if !metadata.is_file() {
        return Err(refused(Problem::NotRegularFile));
    }
    let expected = usize::try_from(metadata.len())
        .unwrap_or(usize::MAX)
        .min(limit);
    let mut bytes = Secret::new(Vec::with_capacity(expected + 1));
    // Exposed to be filled; it may grow while it is read, so the bound is kept here.
    let read = file.take(limit as u64 + 1).read_to_end(bytes.expose_mut());
    if read.map_err(&failed)? > limit {
        return Err(refused(Problem::FileTooLarge {
            limit_kib: u32::try_from(limit >> 10).unwrap_or(u32::MAX),
        }));
    }
    Ok(bytes)
}

fn malformed(file: String, found: &Malformed) -> Error {
    Error::Malformed {
        file,
        line: found.line,
        column: found.column,
        expected: found.expected.into(),
    }
}

fn record_view(record: &Record) -> ImportRecordView {
    ImportRecordView {
        name: record.name.clone(),
        variable: record.variable.clone(),
        kind: record.kind,
        reason: record.reason,
        provider: record.provider.clone(),
        line: record.line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> (Imports, Result<ImportFileView, Error>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.env");
        std::fs::write(&path, text).unwrap();
        let imports = Imports::default();
        let view = imports.read(&path);
        (imports, view)
    }

    #[test]
    fn what_javascript_learns_of_a_file_holds_no_value_and_no_path() {
        let (_, view) = read(b"A=canary-7f3a\nNODE_OPTIONS=canary-7f3b\n");
        let json = serde_json::to_string(&view.unwrap()).unwrap();
        assert!(json.contains(r#""file_name":"shop.env""#) && json.contains(r#""line":2"#));
        assert!(!json.contains("canary") && !json.contains('/'), "{json}");
    }

    #[test]
    fn a_variable_that_loads_code_is_stored_without_it_and_said() {
        let view = read(b"NODE_OPTIONS=x\n").1.unwrap();
        assert_eq!(view.items[0].variable, None);
        assert_eq!(view.left_out[0].what, "NODE_OPTIONS");
    }

    #[test]
    fn a_malformed_file_is_refused_with_its_place() {
        let error = read(b"A=1\n\"\n").1.unwrap_err();
        assert!(matches!(error, Error::Malformed { file, line: 2, .. } if file == "shop.env"));
    }

    #[test]
    fn what_is_no_file_or_too_large_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            read_bounded(folder.path(), 10),
            Err(Error::UnsafePath { .. })
        ));
        let fifo = folder.path().join("fifo");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        assert!(matches!(
            read_bounded(&fifo, 10),
            Err(Error::UnsafePath { .. })
        ));
        let file = folder.path().join("file");
        std::fs::write(&file, b"0123456789").unwrap();
        assert_eq!(read_bounded(&file, 10).unwrap().expose(), b"0123456789");
        assert!(read_bounded(&file, 9).is_err());
    }

    #[test]
    fn a_persons_kinds_win_over_the_proposed_ones() {
        let import = keyhaven_exchange::read(Format::Dotenv, b"A=1\nB=2\n").unwrap();
        let plan = ImportPlan {
            id: 1,
            project: "shop".into(),
            environment: "dev".into(),
            tier: None,
            kinds: HashMap::from([
                ("A".into(), FieldKind::Plain),
                ("B".into(), FieldKind::Secret),
            ]),
        };
        let kinds: Vec<_> = import
            .records
            .iter()
            .map(|r| item(r, &plan).0.kind)
            .collect();
        assert_eq!(kinds, [FieldKind::Plain, FieldKind::Secret]);
    }

    #[test]
    fn a_second_file_takes_the_place_of_the_first_and_a_lock_forgets_both() {
        let (imports, first) = read(b"A=1\n");
        let id = first.unwrap().id;
        assert!(imports.find(id).is_ok());
        let second = imports.keep(
            "b".into(),
            keyhaven_exchange::read(Format::Dotenv, b"B=2").unwrap(),
        );
        assert!(imports.find(id).is_err());
        imports.discard(id);
        assert!(imports.find(second.id).is_ok());
        imports.clear();
        assert!(imports.find(second.id).is_err());
    }
}
