//! The same change of many credentials, as one change of the vault.

use uuid::Uuid;

use super::credentials::check_edit;
use super::{Edit, ExpectedRevision, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::VaultError;
use crate::model::CredentialEdit;
use crate::stop;
use crate::store::audit::AuditEvent;
use crate::store::rows::CredentialRecord;

impl Unlocked {
    /// Replaces the metadata of several credentials, of all or of none. Each keeps its name,
    /// whatever its edit says: profiles would not follow.
    ///
    /// # Errors
    /// As [`Unlocked::edit`], with the credential it is about.
    pub fn edit_all(
        &mut self,
        context: &AuditContext,
        edits: &[(ExpectedRevision, CredentialEdit)],
    ) -> Result<(), (Uuid, VaultError)> {
        for (seen, new) in edits {
            check_edit(new).map_err(|invalid| (seen.id, invalid.into()))?;
        }
        let mut at = Uuid::nil();
        let edited = self.change(context, |edit| {
            let mut event = AuditEvent::done(Action::Edited);
            let mut names = Vec::with_capacity(edits.len());
            for (seen, new) in edits {
                stop::check()?;
                at = seen.id;
                let row = edit.edited_under_its_name(*seen, new)?;
                names.push(row.name.clone());
                event = event.about(row.id);
                edit.finish(Action::Edited, row)?;
            }
            let event = event.with("names", names.join("\n"));
            Ok(((), (!edits.is_empty()).then_some(event)))
        });
        edited.map_err(|error| (at, error))
    }
}

impl Edit<'_> {
    /// A living credential with new metadata, and its own name whatever that says.
    fn edited_under_its_name(
        &self,
        seen: ExpectedRevision,
        new: &CredentialEdit,
    ) -> Result<CredentialRecord, VaultError> {
        let row = self.seen_living(seen)?;
        let new = CredentialEdit {
            name: row.name.clone(),
            ..new.clone()
        };
        self.applied(row, &new)
    }
}
