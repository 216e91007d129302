//! Files of others on their way into the vault: read here, parsed by `exchange`, kept as
//! secrets until a person has decided, and handed to the agent.
//!
//! JavaScript learns names, kinds and lines, and names the file by an id; never a path, and
//! never a value.

mod file;
mod place;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use keyhaven_client::import::{self, ImportOptions};
use keyhaven_exchange::{
    AWS_NAME, Format, Import, MAX_BYTES, Malformed, Record, TextEncoding, aws_key,
};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segment;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{ImportItem, ImportStep};
use keyhaven_protocol::view::{FieldKind, ImportReport, Tier};
use keyhaven_rules::hidden_in_token;
use keyhaven_secret::SecretBytes;
use serde::{Deserialize, Serialize};

use self::file::{malformed, read_bounded};
use self::place::PlaceGuess;
use crate::agent_link::{Connection, MainSide};
use crate::app::Question;
use crate::lock::locked;
use crate::strings::{self, NativeText};

/// The file that is being imported; a second one takes its place.
#[derive(Debug, Default)]
pub struct Imports(Mutex<ImportSlot>);

#[derive(Debug, Default)]
struct ImportSlot {
    last_id: u32,
    /// Shared with the requests that are on their way.
    file: Option<Arc<ChosenFile>>,
}

/// A file that a person chose.
#[derive(Debug)]
struct ChosenFile {
    name: String,
    import: Import,
}

/// A file as the window shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportFileView {
    id: u32,
    file_name: String,
    /// The project and environment that the file's place suggests.
    suggested: PlaceGuess,
    items: Vec<ImportRecordView>,
    left_out: Vec<ImportLeftOutView>,
    /// The lines that cannot be read; the others are imported only if a person agrees.
    skipped: Vec<ImportSkippedView>,
    /// The names of the rows that are one AWS key together, if there is one.
    aws_key: Vec<String>,
}

/// One record of a file, without its value.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct ImportRecordView {
    name: String,
    variable: Option<String>,
    kind: FieldKind,
    reason: String,
    provider: Option<String>,
    line: u32,
    /// The invisible characters in a value that looks like a token, by name.
    hidden: Vec<String>,
}

/// A line that cannot be read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct ImportSkippedView {
    line: u32,
    column: u32,
    /// What was expected there.
    expected: String,
}

/// What does not arrive as it stands.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct ImportLeftOutView {
    line: u32,
    what: String,
    why: String,
}

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

impl ChosenFile {
    /// Lines that cannot be read are left out only if a person agrees.
    fn expect_agreement(&self, plan: &ImportPlan) -> Result<(), Error> {
        match self.import.skipped.first() {
            Some(found) if !plan.skip_invalid => Err(malformed(self.name.clone(), found)),
            _ => Ok(()),
        }
    }
}

impl Imports {
    /// Reads a file and keeps it. Where it is not UTF-8, or its format is not known, `agrees` asks
    /// a person whether it is converted, or read as another one; nothing is read where they
    /// refuse.
    ///
    /// # Errors
    /// It cannot be read, is no regular file, is too large, or nothing in it can be read.
    pub fn read(
        &self,
        path: &Path,
        mut agrees: impl FnMut(Question) -> bool,
    ) -> Result<Option<ImportFileView>, Error> {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        let mut bytes = read_bounded(path, MAX_BYTES)?;
        // Exposed to be recognised, converted and parsed; what is kept of it is secret again.
        if let Some(encoding) = TextEncoding::recognise(bytes.expose()) {
            if !agrees(other_encoding(&name, encoding)) {
                return Ok(None);
            }
            if let Some(converted) = encoding.to_utf8(bytes.expose()) {
                bytes = converted;
            }
        }
        let format = Format::detect_or_ask(&name, bytes.expose(), |offered| {
            Ok::<_, Error>(agrees(unknown_format(&name, offered)))
        })?;
        let Some(format) = format else {
            return Ok(None);
        };
        let import = keyhaven_exchange::read_valid(format, bytes.expose());
        let import = import.map_err(|found| malformed(name.clone(), &found))?;
        match import.skipped.first() {
            Some(found) if import.records.is_empty() => Err(malformed(name, found)),
            _ => Ok(Some(self.keep(name, PlaceGuess::of(path), import))),
        }
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
        if step == ImportStep::Apply {
            file.expect_agreement(plan)?;
        }
        let target = ImportOptions {
            project: plan.project.clone(),
            environment: plan.environment.clone(),
            tier: plan.tier,
            without_backup: false,
            discard_old: plan.discard_old,
            expires: None,
        };
        let items = items(&file.import.records, plan);
        let report = import::send(&target, step, items, |request, segments| {
            Ok(connection.ask_with(request, segments)?.answer)
        })?;
        if report.applied {
            self.discard(plan.id);
        }
        Ok(report)
    }

    fn keep(&self, name: String, suggested: PlaceGuess, import: Import) -> ImportFileView {
        let mut slot = locked(&self.0);
        slot.last_id += 1;
        let view = file_view(slot.last_id, &name, suggested, &import);
        slot.file = Some(Arc::new(ChosenFile { name, import }));
        view
    }

    fn find(&self, id: u32) -> Result<Arc<ChosenFile>, Error> {
        let slot = locked(&self.0);
        let file = slot.file.clone().filter(|_| slot.last_id == id);
        file.ok_or(Error::invalid(Problem::ImportClosed))
    }
}

/// What is imported: the rows that a person did not leave out, with the kinds they chose.
fn items(records: &[Record], plan: &ImportPlan) -> Vec<(ImportItem, SecretBytes)> {
    let chosen = |record: &&Record| !plan.left_out.contains(&record.name);
    let records = records.iter().filter(chosen);
    let mut items: Vec<_> = records.map(|record| item(record, plan)).collect();
    if plan.join_aws_key {
        let parts = aws_key(items.iter().map(|(item, _)| item.name.as_str()));
        for part in parts.unwrap_or_default() {
            let (item, _) = &mut items[part.at];
            item.field = Some(part.field.into());
            item.name = AWS_NAME.into();
        }
    }
    items
}

fn item(record: &Record, plan: &ImportPlan) -> (ImportItem, SecretBytes) {
    let item = ImportItem {
        name: record.name.clone(),
        field: record.field.clone(),
        variable: record.variable.clone(),
        kind: plan.kinds.get(&record.name).copied().unwrap_or(record.kind),
        provider: record.provider.clone(),
        rotate_every_days: record.rotate_every_days,
        source_id: record.source_id.clone(),
        value: Segment(0),
    };
    (item, record.value.duplicate())
}

fn file_view(id: u32, name: &str, suggested: PlaceGuess, import: &Import) -> ImportFileView {
    let left_out = import.left_out.iter().map(|left| ImportLeftOutView {
        line: left.line,
        what: left.what.clone(),
        why: strings::left_out(&left.why),
    });
    let names = import.records.iter().map(|record| record.name.as_str());
    let parts = aws_key(names).unwrap_or_default();
    let name_of = |at: usize| import.records[at].name.clone();
    ImportFileView {
        id,
        file_name: name.into(),
        suggested,
        items: import.records.iter().map(record_view).collect(),
        left_out: left_out.collect(),
        skipped: import.skipped.iter().map(skipped_view).collect(),
        aws_key: parts.iter().map(|part| name_of(part.at)).collect(),
    }
}

fn other_encoding(file: &str, encoding: TextEncoding) -> Question {
    let (file, encoding) = (strings::shown(file), encoding.title().to_owned());
    Question {
        title: NativeText::ConvertQuestion.text(),
        text: NativeText::ConvertText { file, encoding }.text(),
        details: Vec::new(),
        yes: NativeText::Convert.text(),
    }
}

fn unknown_format(file: &str, offered: Format) -> Question {
    let file = strings::shown(file);
    let title = offered.title().to_owned();
    Question {
        title: NativeText::UnknownFormatQuestion { file }.text(),
        text: NativeText::UnknownFormatText {
            title: title.clone(),
        }
        .text(),
        details: Vec::new(),
        yes: NativeText::ReadAs { title }.text(),
    }
}

fn skipped_view(found: &Malformed) -> ImportSkippedView {
    ImportSkippedView {
        line: found.line,
        column: found.column,
        expected: strings::expected(&found.expected),
    }
}

fn record_view(record: &Record) -> ImportRecordView {
    ImportRecordView {
        name: record.name.clone(),
        variable: record.variable.clone(),
        kind: record.kind,
        reason: strings::proposal(&record.reason),
        provider: record.provider.clone(),
        line: record.line,
        // Exposed to look for characters that nobody sees.
        hidden: hidden_in_token(record.value.expose()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> (Imports, Result<ImportFileView, Error>) {
        let (imports, view) = read_asking(text, |_| panic!("a question"));
        (imports, view.map(|view| view.unwrap()))
    }

    fn read_asking(
        text: &[u8],
        agrees: impl FnMut(Question) -> bool,
    ) -> (Imports, Result<Option<ImportFileView>, Error>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.env");
        std::fs::write(&path, text).unwrap();
        let imports = Imports::default();
        let view = imports.read(&path, agrees);
        (imports, view)
    }

    #[test]
    fn a_file_of_no_known_format_is_read_as_another_one_only_after_a_yes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys\u{202e}.txt");
        std::fs::write(&path, "\"a letter\"\n").unwrap();
        let imports = Imports::default();
        let mut asked = String::new();
        let refused = imports.read(&path, |question| {
            asked = question.title;
            false
        });
        assert!(refused.unwrap().is_none());
        assert_eq!(asked, r"The format of keys\u{202e}.txt is not known.");
        let error = imports.read(&path, |_| true).unwrap_err();
        assert!(matches!(error, Error::Malformed { line: 1, .. }));
        // The control: what looks like the format is not asked about.
        std::fs::write(&path, "A=1\n").unwrap();
        let view = imports.read(&path, |_| panic!("it is known"));
        assert_eq!(view.unwrap().unwrap().items[0].name, "A");
    }

    fn plan() -> ImportPlan {
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
        let items = items(&import.records, plan).into_iter();
        items.map(|(item, _)| item).collect()
    }

    #[test]
    fn what_javascript_learns_of_a_file_holds_no_value_and_no_path() {
        let (_, view) = read(b"A=canary-7f3a\nNODE_OPTIONS=canary-7f3b\n");
        let json = serde_json::to_string(&view.unwrap()).unwrap();
        assert!(json.contains(r#""file_name":"shop.env""#) && json.contains(r#""line":2"#));
        assert!(!json.contains("canary") && !json.contains('/'), "{json}");
        // Where a value cannot be read, none of its lines is taken for a name.
        for text in [
            "A=1\nB=-----BEGIN PRIVATE KEY-----\nMIIx\ncanary7f3a=\n-----END PRIVATE KEY-----\n",
            "A=1\nB=-----BEGIN PRIVATE KEY-----\nMIIx\ncanary-7f3b=x\n",
            "A=1\nB=MIIx\nMIIx\ncanary7f3c==\n",
            "A=1\nB=\"MIIx\ncanary-7f3d=x\n",
            "A=1\nB='MIIx\ncanary-7f3e: x'y\n",
            "A=1\nB:\"MIIx\ncanary-7f3f=x\"\n",
        ] {
            let view = read(text.as_bytes()).1.unwrap();
            assert!(!view.skipped.is_empty(), "{text}");
            let json = serde_json::to_string(&view).unwrap();
            assert!(
                json.contains(r#""name":"A""#) && !json.contains("canary"),
                "{json}"
            );
        }
    }

    #[test]
    fn a_variable_that_loads_code_is_stored_without_it_and_said() {
        let view = read(b"NODE_OPTIONS=x\n").1.unwrap();
        assert_eq!(view.items[0].variable, None);
        let [left] = &view.left_out[..] else {
            panic!("{:?}", view.left_out);
        };
        assert_eq!((left.line, left.what.as_str()), (1, "NODE_OPTIONS"));
    }

    #[test]
    fn of_a_file_with_a_line_that_cannot_be_read_the_others_are_kept() {
        let (imports, view) = read(b"A=1\nwhat is this\nB=2\n");
        let view = view.unwrap();
        let names = view.items.iter().map(|item| item.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), ["A", "B"]);
        let [skipped] = view.skipped.as_slice() else {
            panic!("{:?}", view.skipped);
        };
        assert_eq!((skipped.line, skipped.expected.is_empty()), (2, false));
        // Without a yes nothing is sent.
        let file = imports.find(view.id).unwrap();
        let refused = file.expect_agreement(&plan()).unwrap_err();
        assert!(
            matches!(&refused, Error::Malformed { file, line: 2, .. } if file == "shop.env"),
            "{refused:?}"
        );
        let agreed = ImportPlan {
            skip_invalid: true,
            ..plan()
        };
        file.expect_agreement(&agreed).unwrap();
    }

    #[test]
    fn a_file_in_which_nothing_can_be_read_is_refused_with_its_place() {
        let error = read(b"\n\"\n").1.unwrap_err();
        assert!(matches!(error, Error::Malformed { file, line: 2, .. } if file == "shop.env"));
        let error = read(b"\xff\x80\n").1.unwrap_err();
        assert!(matches!(error, Error::Malformed { line: 1, .. }));
    }

    #[test]
    fn a_file_in_another_encoding_is_converted_after_a_yes() {
        let latin = b"NAME=cl\xe9\n";
        let mut wide = vec![0xff, 0xfe];
        wide.extend("NAME=clé\n".encode_utf16().flat_map(u16::to_le_bytes));
        for (bytes, title) in [(&latin[..], "Latin-1"), (&wide, "UTF-16")] {
            let mut asked = String::new();
            let (imports, view) = read_asking(bytes, |question| {
                asked = question.text;
                true
            });
            let id = view.unwrap().unwrap().id;
            let told = format!("shop.env is {title}, not UTF-8.");
            assert!(asked.starts_with(&told), "{asked}");
            let file = imports.find(id).unwrap();
            assert_eq!(file.import.records[0].value.expose(), "clé".as_bytes());
            let (imports, left) = read_asking(bytes, |_| false);
            assert!(left.unwrap().is_none() && imports.find(1).is_err());
        }
    }

    #[test]
    fn characters_that_nobody_sees_are_named() {
        let view = read("A=sk_test_1\u{200b}\nB=sk_test_1\n".as_bytes())
            .1
            .unwrap();
        assert_eq!(view.items[0].hidden.len(), 1);
        assert!(view.items[1].hidden.is_empty());
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
        let view = read(text).1.unwrap();
        assert_eq!(view.aws_key, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
        assert!(read(b"AWS_ACCESS_KEY_ID=i\n").1.unwrap().aws_key.is_empty());
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

    #[test]
    fn a_second_file_takes_the_place_of_the_first_and_a_lock_forgets_both() {
        let (imports, first) = read(b"A=1\n");
        let id = first.unwrap().id;
        assert!(imports.find(id).is_ok());
        let second = imports.keep(
            "b".into(),
            PlaceGuess::default(),
            keyhaven_exchange::read(Format::Dotenv, b"B=2").unwrap(),
        );
        assert!(imports.find(id).is_err());
        imports.discard(id);
        assert!(imports.find(second.id).is_ok());
        imports.clear();
        assert!(imports.find(second.id).is_err());
    }
}
