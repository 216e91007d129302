//! What the placeholders of a request stand for: fields of the credential, of the one that
//! manages it, and what a replacement adds.

use keyhaven_catalogue::key_position::RequestAuthority;
use keyhaven_protocol::check::CheckReason;
use serde_json::Value;

use crate::fields::{AssignedFields, SECRET};

/// The placeholder of the key with whose rights another one is managed.
const ADMIN: &str = "admin";
/// What the names of further fields of that credential begin with.
const OF_ADMIN: &str = "admin_";
/// The placeholder of the text by which a new key is found again.
const TAG: &str = "tag";
/// The placeholder of a key's id at its provider.
pub const KEY_ID: &str = "key_id";

/// What AWS calls it, where it is half of every key.
const AWS_KEY_ID: &str = "access_key_id";

/// The values of one request.
#[derive(Debug, Clone, Copy)]
pub struct RequestValues<'a> {
    fields: &'a AssignedFields<'a>,
    admin: Option<&'a AssignedFields<'a>>,
    tag: Option<&'a str>,
    key_id: Option<&'a str>,
    /// What proves the rights of the other credential is filled.
    proves_admin: bool,
}

impl<'a> RequestValues<'a> {
    /// Those of a credential alone.
    pub const fn of(fields: &'a AssignedFields<'a>) -> Self {
        Self {
            fields,
            admin: None,
            tag: None,
            key_id: None,
            proves_admin: false,
        }
    }

    /// With the rights of another credential.
    pub const fn with_admin(self, admin: Option<&'a AssignedFields<'a>>) -> Self {
        Self { admin, ..self }
    }

    /// With the tag of a new key.
    pub const fn with_tag(self, tag: &'a str) -> Self {
        let tag = Some(tag);
        Self { tag, ..self }
    }

    /// About the key with this id; without one, about that of the credential.
    pub const fn with_key_id(self, key_id: Option<&'a str>) -> Self {
        Self { key_id, ..self }
    }

    /// The values where a request proves with whose rights it is made: what belongs to the key
    /// that proves them comes from the credential of that key.
    ///
    /// # Errors
    /// There is no such credential.
    pub fn proving(self, authority: RequestAuthority) -> Result<Self, CheckReason> {
        match (authority, self.admin) {
            (RequestAuthority::Admin, None) => Err(CheckReason::NoAdmin),
            (RequestAuthority::Admin, Some(_)) => Ok(Self {
                proves_admin: true,
                ..self
            }),
            (RequestAuthority::Key | RequestAuthority::Nobody, _) => Ok(self),
        }
    }

    /// The fields of the key that signs.
    ///
    /// # Errors
    /// There is no such credential.
    pub fn signer(
        self,
        authority: RequestAuthority,
    ) -> Result<&'a AssignedFields<'a>, CheckReason> {
        match authority {
            RequestAuthority::Admin => self.admin.ok_or(CheckReason::NoAdmin),
            RequestAuthority::Key | RequestAuthority::Nobody => Ok(self.fields),
        }
    }

    /// What a placeholder stands for.
    ///
    /// # Errors
    /// Nothing here has it.
    pub fn value(&self, placeholder: &str) -> Result<&'a str, CheckReason> {
        let admin = || self.admin.ok_or(CheckReason::NoAdmin);
        match placeholder {
            ADMIN => admin()?.value(SECRET),
            TAG => self.tag.ok_or(CheckReason::NotSupported),
            KEY_ID => match self.key_id {
                Some(key_id) => Ok(key_id),
                None => {
                    let own = self.fields.value(KEY_ID);
                    own.or_else(|error| self.fields.value(AWS_KEY_ID).map_err(|_| error))
                }
            },
            _ if placeholder.starts_with(OF_ADMIN) => admin()?.value(placeholder),
            _ if self.proves_admin => {
                let own = admin()?.value(placeholder);
                own.or_else(|_| self.fields.value(placeholder))
            }
            _ => self.fields.value(placeholder),
        }
    }

    /// The texts of a list.
    ///
    /// # Errors
    /// The credential does not have it.
    pub fn list(&self, name: &str) -> Result<Vec<Value>, CheckReason> {
        self.fields.list(name)
    }
}
