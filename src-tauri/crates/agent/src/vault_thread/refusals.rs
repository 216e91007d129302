//! Refusals as entries of the audit log, bounded: the first of a kind is written at once, others
//! of the same kind within ten minutes are counted, and the count becomes one entry.
//!
//! While the vault is locked nothing can be written into it. Wrong passwords of that time are
//! counted in a small file next to it, and entered at the next unlock.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use keyhaven_protocol::error::Error;
use keyhaven_vault::{Action, AuditContext, AuditOutcome, Detail, Unlocked};
use uuid::Uuid;

use crate::failure::RequestFailure;
use crate::views::{ENVIRONMENT, NAMES, PROJECT};

/// For so long refusals of the same kind are counted.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Kinds that are kept apart at a time; of more, each action has one count.
const MOST_KINDS: usize = 16;
/// The most credentials that an entry is about.
const MOST_SUBJECTS: usize = 256;
/// The longest path or name that an entry keeps.
const MOST_TEXT: usize = 1024;

/// What was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefusedRequest {
    action: Action,
    detail: Detail,
    /// The credentials that it is about.
    subjects: BTreeSet<Uuid>,
}

impl RefusedRequest {
    /// The refusal that an error is, if it is one.
    pub(crate) fn of(failure: &RequestFailure) -> Option<Self> {
        let (action, detail) = match &failure.error {
            Error::WrongPassword | Error::WrongRecoveryKey | Error::WrongPresentPassword => {
                (Action::PasswordRefused, None)
            }
            Error::TierRefused { name, .. } => (Action::TierRefused, Some((NAMES, name))),
            Error::ProductionNotAllowed { path } => (Action::TierRefused, Some(("file", path))),
            Error::Untrusted { path, .. } => (Action::UntrustedRefused, Some(("file", path))),
            Error::KeyRenamed { path, .. } => (Action::UntrustedRefused, Some(("file", path))),
            Error::Expired { name } => (Action::ExpiredRefused, Some((NAMES, name))),
            Error::Revoked { name } => (Action::RevokedRefused, Some((NAMES, name))),
            Error::ScopeMissing { name, .. } => (Action::ScopeRefused, Some((NAMES, name))),
            Error::LoaderVariable { variable, .. } | Error::VariableRefused { variable, .. } => {
                (Action::VariableRefused, Some(("variable", variable)))
            }
            _ => return None,
        };
        let detail = detail.map(|(key, text)| (key.to_owned(), shortened(text)));
        let mut detail: Detail = detail.into_iter().collect();
        let refused = &failure.refused.credentials;
        let refused = refused.get(..MOST_SUBJECTS).unwrap_or(refused);
        if !refused.is_empty() {
            let names: Vec<&str> = refused.iter().map(|(name, _)| name.as_str()).collect();
            detail.insert(NAMES.into(), names.join("\n"));
        }
        if let Some(location) = &failure.refused.location {
            detail.insert(PROJECT.into(), location.project.clone());
            detail.insert(ENVIRONMENT.into(), location.environment.clone());
        }
        Some(Self {
            action,
            detail,
            subjects: refused.iter().map(|(_, id)| *id).collect(),
        })
    }

    /// Whether it was a wrong password.
    pub(crate) fn is_password(&self) -> bool {
        self.action == Action::PasswordRefused
    }

    /// Makes it a refusal of these as well, as far as there is room.
    fn add_subjects(&mut self, subjects: BTreeSet<Uuid>) {
        for subject in subjects {
            if self.subjects.len() < MOST_SUBJECTS {
                self.subjects.insert(subject);
            }
        }
    }
}

fn shortened(text: &str) -> String {
    text[..text.floor_char_boundary(MOST_TEXT)].into()
}

/// Refusals of the same kind by the same program.
struct RefusalCount {
    refusal: RefusedRequest,
    /// None where several programs and details are counted together.
    program: Option<String>,
    since: Timestamp,
    /// Who came last.
    last: AuditContext,
    /// How many came after the one that was written.
    repeats: u64,
}

/// The kinds of the last ten minutes.
#[derive(Default)]
pub(crate) struct RefusalLog(Vec<RefusalCount>);

impl RefusalLog {
    /// Writes a refusal, or counts it.
    ///
    /// # Errors
    /// What a write may meet.
    pub(crate) fn note(
        &mut self,
        vault: &mut Unlocked,
        refusal: RefusedRequest,
        context: &AuditContext,
    ) -> Result<(), keyhaven_vault::VaultError> {
        self.settle(vault, context.now)?;
        let program = Some(context.actor.program.clone());
        if let Some(known) = self.find(&refusal, program.as_ref()) {
            known.repeats += 1;
            known.last = context.clone();
            return Ok(());
        }
        if self.0.len() < MOST_KINDS {
            write(vault, &refusal, context, &[])?;
            self.begin(refusal, program, context, 0);
            return Ok(());
        }
        let action = refusal.action;
        let shared =
            |kind: &&mut RefusalCount| kind.program.is_none() && kind.refusal.action == action;
        match self.0.iter_mut().find(shared) {
            Some(known) => {
                known.repeats += 1;
                known.last = context.clone();
                known.refusal.add_subjects(refusal.subjects);
            }
            None => {
                let any = RefusedRequest {
                    detail: Detail::new(),
                    ..refusal
                };
                self.begin(any, None, context, 1);
            }
        }
        Ok(())
    }

    /// Writes every count: the vault is about to be locked.
    ///
    /// # Errors
    /// What a write may meet.
    pub(crate) fn close(&mut self, vault: &mut Unlocked) -> Result<(), keyhaven_vault::VaultError> {
        let kinds = std::mem::take(&mut self.0);
        kinds.iter().try_for_each(|kind| kind.write(vault))
    }

    /// Writes the counts of the windows that are over. A clock that was set back ends them too.
    fn settle(
        &mut self,
        vault: &mut Unlocked,
        now: Timestamp,
    ) -> Result<(), keyhaven_vault::VaultError> {
        let is_over = |kind: &mut RefusalCount| {
            let age = now.duration_since(kind.since);
            age >= WINDOW || age.is_negative()
        };
        let over: Vec<RefusalCount> = self.0.extract_if(.., is_over).collect();
        over.iter().try_for_each(|kind| kind.write(vault))
    }

    fn find(
        &mut self,
        refusal: &RefusedRequest,
        program: Option<&String>,
    ) -> Option<&mut RefusalCount> {
        let same =
            |kind: &&mut RefusalCount| kind.refusal == *refusal && kind.program.as_ref() == program;
        self.0.iter_mut().find(same)
    }

    fn begin(
        &mut self,
        refusal: RefusedRequest,
        program: Option<String>,
        context: &AuditContext,
        repeats: u64,
    ) {
        self.0.push(RefusalCount {
            refusal,
            program,
            since: context.now,
            last: context.clone(),
            repeats,
        });
    }
}

impl RefusalCount {
    fn write(&self, vault: &mut Unlocked) -> Result<(), keyhaven_vault::VaultError> {
        if self.repeats == 0 {
            return Ok(());
        }
        let more = [
            ("repeats", self.repeats.to_string()),
            ("since", self.since.to_string()),
        ];
        write(vault, &self.refusal, &self.last, &more)
    }
}

fn write(
    vault: &mut Unlocked,
    refusal: &RefusedRequest,
    context: &AuditContext,
    more: &[(&str, String)],
) -> Result<(), keyhaven_vault::VaultError> {
    let mut detail = refusal.detail.clone();
    let more = more
        .iter()
        .map(|(key, text)| ((*key).to_owned(), text.clone()));
    detail.extend(more);
    let (action, outcome) = (refusal.action, AuditOutcome::Failed);
    let subjects: Vec<Uuid> = refusal.subjects.iter().copied().collect();
    vault
        .record_use(context, action, outcome, &subjects, detail)
        .map(drop)
}
