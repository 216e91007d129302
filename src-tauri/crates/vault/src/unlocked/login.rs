//! A slot that the login keychain opens: its key is random and kept there, so that unlocking
//! follows the login. It is made and taken away by its owner alone, and a re-key drops it.

use super::Unlocked;
use super::slots::told;
use crate::audit::{Action, AuditContext};
use crate::crypto::kdf::Kek;
use crate::crypto::login::LoginKey;
use crate::error::VaultError;
use crate::store::audit::AuditEvent;
use crate::unlock_slots::{self, LOGIN_SLOT};

impl Unlocked {
    /// Whether there is a slot for the login keychain.
    #[must_use]
    pub fn has_login_slot(&self) -> bool {
        self.chosen.copy.header.has_slot(LOGIN_SLOT)
    }

    /// Adds the slot, or replaces it; its key is for the keychain alone. `proof` is the key
    /// of any slot.
    ///
    /// # Errors
    /// As [`Unlocked::set_password`].
    pub fn add_login_slot(
        &mut self,
        context: &AuditContext,
        proof: &Kek,
    ) -> Result<LoginKey, VaultError> {
        let key = unlock_slots::open_slot(&self.chosen.copy.header, proof)?;
        let epoch = self.epoch();
        let (login, slot) = unlock_slots::make_login(epoch, &key, &mut *self.options.random)?;
        let event = told(AuditEvent::done(Action::LoginAllowed), proof);
        self.replace_slot(context, slot, event)?;
        Ok(login)
    }

    /// Takes the slot away; what the keychain keeps opens nothing any more.
    ///
    /// # Errors
    /// What files and database may meet: the slot is still there then.
    pub fn remove_login_slot(&mut self, context: &AuditContext) -> Result<(), VaultError> {
        if !self.has_login_slot() {
            return Ok(());
        }
        self.drop_slot(
            context,
            LOGIN_SLOT,
            AuditEvent::done(Action::LoginForbidden),
        )
    }
}
