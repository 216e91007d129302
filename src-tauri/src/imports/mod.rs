//! Files of others on their way into the vault: read here, parsed by `exchange`, kept as
//! secrets until a person has decided, and handed to the agent.
//!
//! JavaScript names the file by an id, and learns of it what `view` says.

mod file;
mod place;
mod plan;
mod view;

use std::path::Path;
use std::sync::{Arc, Mutex};

use keyhaven_client::import::{self, ImportOptions};
use keyhaven_exchange::{Format, Import, MAX_BYTES, TextEncoding};
use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::ImportStep;
use keyhaven_protocol::view::ImportReport;

use self::file::{malformed, read_bounded};
use self::place::PlaceGuess;
pub use self::plan::ImportPlan;
pub use self::view::ImportFileView;
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
        let items = plan.items(&file.import.records);
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
        let view = ImportFileView::of(slot.last_id, &name, suggested, &import);
        slot.file = Some(Arc::new(ChosenFile { name, import }));
        view
    }

    fn find(&self, id: u32) -> Result<Arc<ChosenFile>, Error> {
        let slot = locked(&self.0);
        let file = slot.file.clone().filter(|_| slot.last_id == id);
        file.ok_or(Error::invalid(Problem::ImportClosed))
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

#[cfg(test)]
mod tests {
    use super::plan::tests::plan;
    use super::*;

    pub(super) fn read(text: &[u8]) -> (Imports, Result<ImportFileView, Error>) {
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
