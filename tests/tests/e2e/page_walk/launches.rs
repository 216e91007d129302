//! What was confirmed, and what was started: a program records by itself what it got.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use keyhaven_protocol::view::CredentialView;
use keyhaven_tests::World;
use serde_json::Value;
use uuid::Uuid;

/// What a shell of a terminal is called in a dialog.
pub const SHELL: &str = "A shell in a terminal";
/// Variables that a shell or `kh` sets by itself.
const OWN: [&str; 8] = [
    "PWD",
    "OLDPWD",
    "SHLVL",
    "_",
    "KEYHAVEN_SHELL",
    "PS1",
    "TERMINAL",
    "SHELL",
];

/// A launch as a person has agreed to it.
#[derive(Debug)]
pub struct Confirmed {
    /// The command.
    pub command: String,
    folder: PathBuf,
    variables: Vec<ShownVariable>,
}

#[derive(Debug)]
struct ShownVariable {
    name: String,
    /// Text without a reference.
    text: Option<String>,
    /// What of whose is in it.
    from: Vec<FilledFrom>,
}

/// A field that fills a variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilledFrom {
    /// The credential.
    pub credential: Uuid,
    /// The field of it.
    pub field: String,
    /// Whether it is plain.
    pub is_plain: bool,
}

/// A variable, and a field in it.
pub type FilledVariable = (String, FilledFrom);

impl Confirmed {
    /// Reads what a dialog has shown.
    pub fn read(question: &Value, known: &[CredentialView], home: &Path) -> Self {
        let text = question["text"].as_str().unwrap();
        let folder = text.lines().find_map(|line| line.strip_prefix("In "));
        let folder = folder.filter(|folder| *folder != "your home folder");
        let lines = question["details"].as_array().unwrap().iter();
        let lines = lines.map(|line| ShownVariable::read(line.as_str().unwrap(), known));
        Self {
            command: text.lines().next().unwrap().to_owned(),
            folder: folder.map_or(home.to_owned(), PathBuf::from),
            variables: lines.collect(),
        }
    }

    /// Each variable with what fills it.
    pub fn fields(&self) -> Vec<FilledVariable> {
        let variables = self.variables.iter();
        let fields = variables.flat_map(|variable| {
            let from = variable.from.iter();
            from.map(|from| (variable.name.clone(), from.clone()))
        });
        let mut fields: Vec<_> = fields.collect();
        fields.sort();
        fields
    }
}

impl Confirmed {
    /// Every one of these variables, for a command in this folder.
    pub fn of(command: String, folder: PathBuf, fields: Vec<FilledVariable>) -> Self {
        let variables = fields.into_iter().map(|(name, from)| ShownVariable {
            name,
            text: None,
            from: vec![from],
        });
        Self {
            command,
            folder,
            variables: variables.collect(),
        }
    }
}

impl ShownVariable {
    /// `[New: |Changed: ]NAME [is TEXT] [from PLACE/NAME[ (plain)], ...][, which ...]`
    fn read(line: &str, known: &[CredentialView]) -> Self {
        let line = line.strip_prefix("New: ").unwrap_or(line);
        let line = line.strip_prefix("Changed: ").unwrap_or(line);
        let line = line
            .strip_suffix(", which changes how programs load code")
            .unwrap_or(line);
        let (head, from) = match line.rsplit_once(" from ") {
            Some((head, from)) => (head, from),
            None => (line, ""),
        };
        let (name, text) = match head.split_once(" is ") {
            Some((name, text)) => (name, Some(text)),
            None => (head, None),
        };
        let find = |shown: &str| {
            let path = shown.strip_suffix(" (plain)").unwrap_or(shown);
            let found = known.iter().find_map(|one| {
                let row = &one.row;
                let own = format!("{}/{}/{}", row.project, row.environment, row.name);
                let field = match path.strip_prefix(&own)? {
                    "" => "value",
                    rest => rest.strip_prefix('/')?,
                };
                Some((row.id, field.to_owned()))
            });
            let (credential, field) =
                found.unwrap_or_else(|| panic!("{path} of {line} is not there"));
            FilledFrom {
                credential,
                field,
                is_plain: shown != path,
            }
        };
        let from: Vec<_> = from
            .split(", ")
            .filter(|one| !one.is_empty())
            .map(find)
            .collect();
        Self {
            name: name.into(),
            text: text.filter(|_| from.is_empty()).map(Into::into),
            from,
        }
    }
}

/// Where programs record what they got.
pub struct Records {
    folder: PathBuf,
    program: PathBuf,
    /// Variables that are there without any key.
    inherited: BTreeSet<String>,
}

impl Records {
    /// Makes the program, and lets terminals and shells run it.
    pub fn new(world: &mut World) -> Self {
        let folder = world.path("work/records");
        fs::create_dir(&folder).unwrap();
        let text = format!(
            "#!/bin/sh\n\
             out={}/$$\n\
             {{ /usr/bin/printf '%s\\0' \"$0\" \"$@\"; /usr/bin/printf '\\0'; /usr/bin/env -0; }} \
             > \"$out.new\"\n\
             /bin/mv \"$out.new\" \"$out.done\"\n\
             exec /usr/bin/env\n",
            folder.display()
        );
        let program = script(world, "print-environment", &text);
        // A new session, as every terminal makes one: at the terminal that the tests were started
        // from, `kh` would ask for the password and wait for ever.
        let terminal = script(world, "terminal", "#!/bin/sh\nshift\nexec setsid \"$@\"\n");
        world.set("TERMINAL", terminal);
        world.set("SHELL", &program);
        let names = world.command("env").output().unwrap();
        let names = String::from_utf8(names.stdout).unwrap();
        let names = names.lines().filter_map(|line| line.split_once('='));
        let inherited = names.map(|(name, _)| name.to_owned());
        Self {
            folder,
            program,
            inherited: inherited.chain(OWN.map(String::from)).collect(),
        }
    }

    /// The program as it is typed, with arguments.
    pub fn program(&self, arguments: &str) -> String {
        format!("{} {arguments}", self.program.display())
            .trim()
            .into()
    }

    /// Takes what a program got in addition to its keys for what it would have had anyway: the real
    /// window sets variables of its toolkit.
    pub fn inherit(&mut self, record: &Record, confirmed: &Confirmed) {
        let names = record.variables.keys();
        let other = names.filter(|name| confirmed.variables.iter().all(|one| one.name != **name));
        self.inherited.extend(other.cloned());
    }

    /// What was recorded since the last time.
    pub fn take(&self) -> Vec<Record> {
        let files = fs::read_dir(&self.folder).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let done = files.filter(|path| path.extension().is_some_and(|end| end == "done"));
        let read = |path: PathBuf| {
            let bytes = fs::read(&path).unwrap();
            fs::remove_file(&path).unwrap();
            Record::read(&String::from_utf8_lossy(&bytes), &self.inherited)
        };
        done.map(read).collect()
    }
}

fn script(world: &World, name: &str, text: &str) -> PathBuf {
    let path = world.write(name, text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What a program got.
#[derive(Debug)]
pub struct Record {
    command: String,
    folder: PathBuf,
    /// Without what it would have had anyway.
    variables: BTreeMap<String, String>,
}

impl Record {
    fn read(text: &str, inherited: &BTreeSet<String>) -> Self {
        let (arguments, environment) = text.split_once("\0\0").unwrap();
        let all = environment
            .split('\0')
            .filter_map(|one| one.split_once('='));
        let all: BTreeMap<&str, &str> = all.collect();
        let variables = all.iter().filter(|(name, _)| !inherited.contains(**name));
        Self {
            command: arguments.replace('\0', " "),
            folder: all["PWD"].into(),
            variables: variables
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    /// Whether exactly this was confirmed.
    pub fn is(&self, confirmed: &Confirmed, values: &[(String, Uuid)]) -> bool {
        let shell = confirmed.command == SHELL && self.command.ends_with(" -i");
        let holds = |variable: &ShownVariable| {
            let Some(value) = self.variables.get(&variable.name) else {
                return false;
            };
            let text = variable.text.as_ref().is_none_or(|text| text == value);
            let of = |from: &FilledFrom| {
                let mut own = values.iter().filter(|(_, of)| *of == from.credential);
                own.any(|(known, _)| value.contains(known.as_str()))
            };
            text && variable.from.iter().all(of)
        };
        (shell || confirmed.command == self.command)
            && confirmed.folder == self.folder
            && confirmed.variables.len() == self.variables.len()
            && confirmed.variables.iter().all(holds)
    }
}
