//! What a vault needs besides requests: files that went are written again, and refusals entered in
//! its log.

use keyhaven_protocol::error::Error;
use keyhaven_vault::{Action, AuditContext, AuditOutcome, VerifyPart};

use super::{SCHEDULE, VaultPhase, VaultState};
use crate::errors::to_protocol;
use crate::vault_thread::refusals::RefusedRequest;
use crate::vault_thread::wrong_passwords::WrongPasswords;

impl VaultState {
    /// Why the vault that there is cannot be used as it is.
    pub(crate) fn problem(&mut self) -> Option<Error> {
        self.look_again();
        match &self.phase {
            VaultPhase::Unlocked(vault) => (!vault.is_in_place()).then(|| self.config.gone()),
            VaultPhase::Broken(_, error) => Some(error.clone()),
            VaultPhase::Locked(_) | VaultPhase::Empty(_) | VaultPhase::Missing => None,
        }
    }

    /// Nothing is in the way of a new vault.
    ///
    /// # Errors
    /// There is one already, or what is left of one.
    pub(crate) fn expect_none(&mut self) -> Result<(), Error> {
        if !self.is_initialised() {
            return Ok(());
        }
        Err(self.problem().unwrap_or_else(|| Error::VaultExists {
            folder: self.config.text(),
        }))
    }

    /// Writes again what is missing or damaged next to the database, as far as it is in memory;
    /// which parts that was.
    ///
    /// # Errors
    /// Something could not be written.
    pub(crate) fn heal(&mut self) -> Result<Vec<VerifyPart>, Error> {
        let healed = self.heal_now();
        // A vault that is gone is not to be healed, but to be restored.
        self.not_healed = match &healed {
            Ok(_) | Err(Error::VaultGone { .. }) => None,
            Err(error) => Some(error.clone()),
        };
        healed
    }

    /// Why files that went are still not written again: it is tried once more.
    pub(crate) fn not_healed(&mut self) -> Option<Error> {
        if self.not_healed.is_some() {
            let _ = self.heal();
        }
        self.not_healed.clone()
    }

    fn heal_now(&mut self) -> Result<Vec<VerifyPart>, Error> {
        self.look_again();
        let healed = match &mut self.phase {
            VaultPhase::Unlocked(vault) => vault.heal().map_err(to_protocol)?,
            VaultPhase::Locked(vault) => {
                vault.put_header_back().map_err(to_protocol)?;
                Vec::new()
            }
            _ => return Ok(Vec::new()),
        };
        if !self.config.folder.join(SCHEDULE).exists()
            && let Some(kept) = self.schedule.take()
        {
            self.keep(kept)?;
        }
        Ok(healed)
    }

    /// Enters a refusal in the log. While the vault is locked only wrong passwords are counted.
    pub(crate) fn note_refusal(&mut self, refusal: RefusedRequest, context: &AuditContext) {
        match &mut self.phase {
            VaultPhase::Unlocked(vault) if vault.is_in_place() => {
                // The refusal is answered either way.
                let _ = self.refusals.note(vault, refusal, context);
            }
            VaultPhase::Locked(vault) if refusal.is_password() && vault.folder().is_in_place() => {
                self.wrong_passwords.add(&self.config.folder, context.now);
            }
            _ => {}
        }
    }

    /// Enters the wrong passwords of the time when the vault was locked. `context` is the
    /// agent's own: who typed them is not known.
    ///
    /// # Errors
    /// They could not be written, and stay counted.
    pub(crate) fn enter_wrong_passwords(&mut self, context: &AuditContext) -> Result<(), Error> {
        let VaultPhase::Unlocked(vault) = &mut self.phase else {
            return Ok(());
        };
        let Some(wrong) = self.wrong_passwords.take(&self.config.folder) else {
            return Ok(());
        };
        let (action, outcome) = (Action::PasswordRefused, AuditOutcome::Failed);
        let entered = vault.record_use(context, action, outcome, &[], wrong.detail());
        if let Err(error) = entered {
            self.wrong_passwords = wrong;
            return Err(to_protocol(error));
        }
        WrongPasswords::remove(&self.config.folder);
        Ok(())
    }
}
