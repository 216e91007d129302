//! A template as it is on disk, and what its owner has said about its content.

use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use keyhaven_client::Client;
use keyhaven_client::project_file::expect_own_hands;
use keyhaven_protocol::project_file::{Suggestion, Template, fingerprint};
use keyhaven_protocol::request::{EnvironmentsRequest, FileTrustRequest, LaunchFile};
use keyhaven_protocol::view::{EnvironmentView, FileTrustView, Tier, UntrustedReason};
use keyhaven_protocol::{Error, Reference};
use rustix::fs::{Mode, OFlags};

use crate::commands::allow::contents::{MarkSummary, PRODUCTION};
use crate::error::Failure;
use crate::format::shells::argument;
use crate::notice::CliNotice;
use crate::output::shortened;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;
use crate::target::{self, ProjectEnvironment};

/// The largest template in bytes.
const MOST: u64 = 1 << 20;

/// A template as it was read.
pub struct TemplateFile {
    path: String,
    sha256: String,
    template: Template,
    inode: (u64, u64),
}

impl TemplateFile {
    /// Reads a template.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let io = |error: std::io::Error| Failure::io(path.display(), &error);
        let place = fs::canonicalize(path).map_err(io)?;
        let mut content = Vec::new();
        let file = open(&place).map_err(io)?;
        let found = file.metadata().map_err(io)?;
        if !found.is_file() {
            let path = path.display().to_string();
            return Err(CliProblem::TemplateNotRegular { path }.into());
        }
        expect_own_hands(&file, path).map_err(|error| match error {
            cause @ Error::UnsafePath { .. } => {
                let path = argument(&path.display().to_string()).into_owned();
                CliProblem::UnsafeTemplate { cause, path }.into()
            }
            error => Failure::from(error),
        })?;
        file.take(MOST + 1).read_to_end(&mut content).map_err(io)?;
        if content.len() as u64 > MOST {
            let path = path.display().to_string();
            let limit_mib = MOST >> 20;
            return Err(CliProblem::TemplateTooLarge { path, limit_mib }.into());
        }
        let sha256 = fingerprint(&content);
        let text = String::from_utf8(content).map_err(|_| CliProblem::FileNotUtf8 {
            path: path.display().to_string(),
        })?;
        let path = target::path_text(&place)?;
        let template = Template::inside(&text).map_err(|(at, expected)| {
            let line = text[..at].matches('\n').count() + 1;
            CliProblem::MalformedTemplate {
                path: path.clone(),
                line,
                expected,
            }
        })?;
        Ok(Self {
            path,
            sha256,
            template,
            inode: inode(&found),
        })
    }

    /// Whether it lies there, by whatever name.
    pub(super) fn is(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|found| inode(&found) == self.inode)
    }

    /// Says what was probably to be a reference.
    pub fn note_meant(&self, context: &Context) {
        if let Some(Suggestion { written, reference }) = self.template.suggestion() {
            context
                .printer
                .note(&CliNotice::MeantReference { written, reference });
        }
    }

    /// Each reference once.
    pub(super) fn references(&self) -> Vec<Reference> {
        let mut references = Vec::new();
        for reference in self.template.references() {
            if !references.contains(reference) {
                references.push(reference.clone());
            }
        }
        references
    }

    /// What its owner has said about this content.
    pub(super) fn trust(&self, client: &mut Client) -> Result<FileTrustView, Failure> {
        let file = self.as_launch_file();
        Ok(client.ask(FileTrustRequest { file })?)
    }

    /// What the agent knows it by.
    pub(super) fn as_launch_file(&self) -> LaunchFile {
        LaunchFile {
            path: self.path.clone(),
            sha256: self.sha256.clone(),
        }
    }

    /// Shows what the template asks for, and asks whether to give it.
    pub(super) fn ask(
        &self,
        context: &Context,
        client: &mut Client,
        place: Option<&ProjectEnvironment>,
        reason: UntrustedReason,
    ) -> Result<(), Failure> {
        if context.yes() {
            return Ok(());
        }
        let Some(mut tty) = context.terminal() else {
            let path = argument(&self.path).into_owned();
            let cause = Error::Untrusted {
                path: self.path.clone(),
                reason,
            };
            return Err(CliProblem::UntrustedTemplate {
                cause,
                reason,
                path,
            }
            .into());
        };
        let environments = client.ask(EnvironmentsRequest {})?;
        let (text, marks) = self.describe(place, &environments);
        prompt::say(&mut tty, &marks.repeated_after(text))?;
        if prompt::yes(&mut tty, "Fill the template?")? {
            return Ok(());
        }
        let path = argument(&self.path).into_owned();
        Err(CliProblem::NothingWritten { path }.into())
    }

    /// What the template asks for, with what is production marked.
    pub fn describe(
        &self,
        place: Option<&ProjectEnvironment>,
        environments: &[EnvironmentView],
    ) -> (String, MarkSummary) {
        let mut marks = MarkSummary::default();
        let mut text = format!("File         {}\nReferences\n", shortened(&self.path));
        for reference in self.references() {
            let shown = reference.to_string();
            let shown = shortened(&shown);
            // Writing to a String cannot fail.
            let _ = match production(&reference, place, environments) {
                true => {
                    marks.add(PRODUCTION, &shown);
                    writeln!(text, "  {shown}  ! {PRODUCTION}")
                }
                false => writeln!(text, "  {shown}"),
            };
        }
        (text, marks)
    }

    /// Whether it asks by name for what is production.
    pub fn in_production(&self, environments: &[EnvironmentView]) -> bool {
        let mut references = self.template.references();
        references.any(|one| production(one, None, environments))
    }

    /// What was read.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Its canonical path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its canonical path, and the SHA-256 of its content.
    pub fn identity(&self) -> (String, String) {
        (self.path.clone(), self.sha256.clone())
    }
}

/// Opens without waiting for a FIFO's other end.
fn open(path: &Path) -> std::io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

fn inode(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

fn production(
    reference: &Reference,
    place: Option<&ProjectEnvironment>,
    environments: &[EnvironmentView],
) -> bool {
    let (project, name) = match (&reference.place, place) {
        (Some((project, environment)), _) => (project, environment),
        (None, Some(place)) => (&place.project, &place.environment),
        (None, None) => return false,
    };
    environments.iter().any(|environment| {
        environment.project == *project
            && environment.name == *name
            && environment.tier == Tier::Production
    })
}
