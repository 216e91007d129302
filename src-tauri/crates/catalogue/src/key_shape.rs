//! What keys look like.

use keyhaven_rules::words;

use crate::pattern::Pattern;

words! {
    /// What a key may do, as its shape tells.
    KeyKind {
        /// It reaches real data.
        Live,
        /// It reaches test data alone.
        Test,
        /// It has chosen rights.
        Restricted,
        /// It ends by itself and is never rotated.
        Temporary,
        /// It manages other keys.
        Admin,
    }
}

words! {
    /// Whether a value is the secret itself.
    #[derive(Default)]
    KeyRole {
        /// It gives access to the account.
        #[default]
        Secret,
        /// It names a key or account; a secret goes with it.
        Id,
        /// Public by design.
        Public,
    }
}

words! {
    /// What can be found out about a value without a network.
    OfflineCheck {
        /// Six base-62 digits at the end are the CRC-32 of what stands before them, without
        /// the prefix.
        GithubCrc32,
        /// Eight base-32 digits are the SHA-256 of what stands before them.
        GithubSha256,
        /// Eight hexadecimal digits at the end are a CRC-32.
        GrafanaCrc32,
        /// Seven base-36 digits at the end are a CRC-32.
        GitlabCrc32,
        /// A JSON Web Token (RFC 7519), which may say when it ends.
        Jwt,
        /// The account of AWS is part of the key's id.
        AwsAccount,
    }
}

words! {
    /// A value that no pattern describes.
    StructuredKey {
        /// The JSON file of a Google service account.
        GoogleServiceAccount,
    }
}

impl StructuredKey {
    fn is_match(self, value: &[u8]) -> bool {
        match self {
            Self::GoogleServiceAccount => is_service_account(value),
        }
    }
}

/// A file of a Google service account is a JSON object that names its type.
fn is_service_account(value: &[u8]) -> bool {
    if value.trim_ascii_start().first() != Some(&b'{') {
        return false;
    }
    #[derive(serde::Deserialize)]
    struct ServiceAccount<'a> {
        #[serde(rename = "type")]
        file_type: &'a str,
    }
    let file = serde_json::from_slice::<ServiceAccount<'_>>(value);
    file.is_ok_and(|file| file.file_type == "service_account")
}

/// What one kind of key of a service looks like.
#[derive(Debug)]
pub struct KeyShape {
    /// What the service calls it.
    pub name: String,
    /// What it may do, where its shape tells.
    pub kind: Option<KeyKind>,
    /// Whether it is the secret itself.
    pub role: KeyRole,
    /// Keys of other services look the same: only a variable's name or a person tells.
    pub weak: bool,
    /// What can be found out about it without a network.
    pub offline: Option<OfflineCheck>,
    pub(crate) form: ShapeForm,
}

/// How values of a shape are recognised.
#[derive(Debug)]
pub(crate) enum ShapeForm {
    Pattern(Pattern),
    Structured(StructuredKey),
}

impl KeyShape {
    /// Whether the whole value has this shape.
    #[must_use]
    pub fn is_match(&self, value: &[u8]) -> bool {
        match &self.form {
            ShapeForm::Pattern(pattern) => pattern.is_match(value),
            ShapeForm::Structured(structure) => structure.is_match(value),
        }
    }

    /// The pattern of whole values, unless a structure tells them.
    #[must_use]
    pub fn pattern(&self) -> Option<&Pattern> {
        match &self.form {
            ShapeForm::Pattern(pattern) => Some(pattern),
            ShapeForm::Structured(_) => None,
        }
    }
}
