//! Taking in rows of another vault: their ids and dates stay, their values are sealed anew.

use super::values::Binding;
use super::{Edit, Unlocked};
use crate::audit::Context;
use crate::crypto::keys::Keys;
use crate::error::{Damage, Error};
use crate::model::{Place, Tier};
use crate::store::audit::Event;
use crate::store::rows::{CredentialRow, VersionRow};

/// What takes rows in, within one change.
pub(crate) struct Adopt<'a, 'b>(&'a mut Edit<'b>);

impl Unlocked {
    /// Takes in rows, in one transaction with the event that tells of them.
    pub(crate) fn adopt(
        &mut self,
        context: &Context,
        work: impl FnOnce(&mut Adopt<'_, '_>) -> Result<Event, Error>,
    ) -> Result<(), Error> {
        self.change(context, |edit| {
            let event = work(&mut Adopt(edit))?;
            Ok(((), Some(event)))
        })
    }
}

impl Adopt<'_, '_> {
    /// Takes in a credential under a place, which is made where it is missing.
    pub(crate) fn credential(
        &mut self,
        mut row: CredentialRow,
        place: &Place,
        tier: Tier,
    ) -> Result<(), Error> {
        row.environment = self.0.environment(place, Some(tier))?.id;
        self.0.rooted.put_credential(&row)
    }

    /// Takes in a version of a credential that was taken in; false where its values do not
    /// open, and it was not.
    pub(crate) fn version(
        &mut self,
        mut row: VersionRow,
        from: &Binding,
        keys: &Keys,
    ) -> Result<bool, Error> {
        if let Some(blob) = &row.sealed {
            let to = self.0.binding(row.credential, row.id);
            match from.make_resealed(keys, blob, &to, self.0.keys, self.0.random) {
                Ok(sealed) => row.sealed = Some(sealed),
                Err(Error::DamagedData(Damage::Value)) => return Ok(false),
                Err(other) => return Err(other),
            }
        }
        self.0.rooted.put_version(&row)?;
        Ok(true)
    }
}
