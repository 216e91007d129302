//! Which field of a credential is the key, and which of the others go with it.

use keyhaven_catalogue::Provider;
use keyhaven_catalogue::host_rule::HostRule;
use keyhaven_catalogue::key_shape::{KeyRole, KeyShape};
use keyhaven_catalogue::provider::{CompanionField, FieldType};
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::worker::JobField;
use keyhaven_secret::SecretBytes;
use serde_json::Value;

/// The placeholder of the host that its owner chose among those of the entry.
const HOST: &str = "host";
/// The placeholder of the key.
pub const SECRET: &str = "secret";

/// A field with its value.
#[derive(Debug)]
pub struct FieldWithValue {
    pub name: String,
    pub variable: Option<String>,
    pub secret: bool,
    pub value: SecretBytes,
}

/// The fields of a credential as an entry of the catalogue knows them.
#[derive(Debug)]
pub struct AssignedFields<'a> {
    provider: &'a Provider,
    key: &'a FieldWithValue,
    fields: &'a [FieldWithValue],
    usual_host: Option<String>,
}

impl<'a> AssignedFields<'a> {
    /// Finds the key among the fields.
    ///
    /// # Errors
    /// There is none, or several could be it.
    pub fn find(provider: &'a Provider, fields: &'a [FieldWithValue]) -> Result<Self, CheckReason> {
        let other = |field: &FieldWithValue| provider.fields.iter().any(|it| is(it, field));
        let secret: Vec<_> = fields.iter().filter(|field| field.secret).collect();
        let key = match secret.as_slice() {
            [] => return Err(CheckReason::NoSecretField),
            // Whatever its name or variable, which may be that of the other half of a pair.
            [only] => *only,
            several => {
                let may_be_key = several.iter().filter(|field| !other(field));
                only_key(provider, &may_be_key.copied().collect::<Vec<_>>())?
            }
        };
        Ok(Self {
            provider,
            key,
            fields,
            usual_host: usual_host(provider),
        })
    }

    /// The shape of the key.
    pub fn shape(&self) -> Option<&'a KeyShape> {
        // Exposed to be compared with the patterns.
        self.provider.shape_of(self.key.value.expose())
    }

    /// The secret values.
    pub fn secrets(&self) -> Vec<SecretBytes> {
        let secret = self.fields.iter().filter(|field| field.secret);
        // Exposed to be copied.
        let copy = |field: &FieldWithValue| SecretBytes::copy_of(field.value.expose());
        secret.map(copy).collect()
    }

    /// The same without those that the entry knows as no secrets, also if they are stored as such:
    /// the ids of two keys of one account share their beginning.
    pub fn real_secrets(&self) -> Vec<SecretBytes> {
        let plain = |field: &FieldWithValue| {
            let mut companions = self.provider.fields.iter();
            companions.any(|companion| !companion.secret && is(companion, field))
        };
        let is_real = |field: &&FieldWithValue| {
            std::ptr::eq(*field, self.key) || (field.secret && !plain(field))
        };
        let secret = self.fields.iter().filter(is_real);
        // Exposed to be copied.
        let copy = |field: &FieldWithValue| SecretBytes::copy_of(field.value.expose());
        secret.map(copy).collect()
    }

    /// The field of the credential that is the key.
    pub fn key_name(&self) -> &'a str {
        &self.key.name
    }

    /// The field of the credential that is a companion field of the entry, if it has one.
    pub fn own_name(&self, companion: &str) -> Option<&'a str> {
        let companion = self.provider.field(companion)?;
        Some(&self.given(companion)?.name)
    }

    fn given(&self, companion: &CompanionField) -> Option<&'a FieldWithValue> {
        let is_it =
            |field: &&FieldWithValue| is(companion, field) && !std::ptr::eq(*field, self.key);
        self.fields.iter().find(is_it)
    }

    /// The texts of a list, which its owner writes with commas or spaces.
    ///
    /// # Errors
    /// The credential does not have it.
    pub fn list(&self, companion: &str) -> Result<Vec<Value>, CheckReason> {
        let field = self.provider.field(companion);
        let field = field.ok_or(CheckReason::NotSupported)?;
        let given = self
            .given(field)
            .ok_or_else(|| missing(companion))?
            .text()?;
        let texts = given.split([',', ' ']).filter(|text| !text.is_empty());
        Ok(texts.map(Value::from).collect())
    }

    /// What a placeholder stands for.
    ///
    /// # Errors
    /// The credential does not have it, or it is not what the entry expects.
    pub fn value(&self, placeholder: &str) -> Result<&str, CheckReason> {
        if placeholder == SECRET {
            return self.key.text();
        }
        let Some(companion) = self.provider.field(placeholder) else {
            return self.without_entry(placeholder);
        };
        if let Some(field) = self.given(companion) {
            return fitting(companion, field.text()?);
        }
        // Exposed to take a part out of it.
        let part = companion.extract(self.key.value.expose());
        if let Some(part) = part.and_then(|part| std::str::from_utf8(part).ok()) {
            return Ok(part);
        }
        let default = companion.default.as_deref();
        default.ok_or_else(|| missing(placeholder))
    }

    /// A placeholder that is no companion field: the host, or a token, for which a key would
    /// have to be traded.
    fn without_entry(&self, placeholder: &str) -> Result<&str, CheckReason> {
        if placeholder != HOST {
            return Err(CheckReason::NotSupported);
        }
        if let Some(field) = self.fields.iter().find(|field| field.name == HOST) {
            return field.text();
        }
        let usual = self.usual_host.as_deref();
        usual.ok_or_else(|| missing(placeholder))
    }
}

/// The first host of the entry.
fn usual_host(provider: &Provider) -> Option<String> {
    let exact = |rule: &HostRule| match rule {
        HostRule::Exact(host) => Some(host.to_string()),
        HostRule::OneLabel(_) | HostRule::Own(_) => None,
    };
    provider.hosts.iter().find_map(exact)
}

fn missing(field: &str) -> CheckReason {
    CheckReason::FieldMissing {
        field: field.to_owned(),
    }
}

/// Whether a field of the credential is this one of the entry: by its name or its variable.
fn is(companion: &CompanionField, field: &FieldWithValue) -> bool {
    let variable = companion.variable.is_some() && companion.variable == field.variable;
    companion.name == field.name || variable
}

/// The only one, else the only one that is a key by its shape.
fn only_key<'a>(
    provider: &Provider,
    fields: &[&'a FieldWithValue],
) -> Result<&'a FieldWithValue, CheckReason> {
    if let [only] = fields {
        return Ok(only);
    }
    let is_key = |field: &&&FieldWithValue| {
        // Exposed to be compared with the patterns.
        let shape = provider.shape_of(field.value.expose());
        shape.is_some_and(|shape| shape.role == KeyRole::Secret)
    };
    let mut keys = fields.iter().filter(is_key);
    match (keys.next(), keys.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(CheckReason::SeveralSecretFields),
    }
}

/// The value, if the entry accepts it.
fn fitting<'v>(companion: &CompanionField, value: &'v str) -> Result<&'v str, CheckReason> {
    let choices = &companion.choices;
    let chosen = choices.is_empty() || choices.iter().any(|choice| choice == value);
    let pattern = companion.pattern.as_ref();
    let shaped = pattern.is_none_or(|pattern| pattern.is_match(value.as_bytes()));
    if companion.field_type != FieldType::Text {
        return Err(CheckReason::NotSupported);
    }
    if chosen && shaped {
        return Ok(value);
    }
    Err(CheckReason::FieldInvalid {
        field: companion.name.clone(),
    })
}

impl FieldWithValue {
    /// The fields of a job with their values, which are taken out of its segments.
    ///
    /// # Errors
    /// The agent broke the protocol.
    pub fn all_of(
        fields: Vec<JobField>,
        segments: &mut Segments,
    ) -> Result<Vec<Self>, CheckReason> {
        let with_value = |field: JobField| {
            let value = segments.take(field.value);
            Ok(Self {
                name: field.name,
                variable: field.variable,
                secret: field.secret,
                value: value.map_err(|_| CheckReason::WorkerFailed)?,
            })
        };
        fields.into_iter().map(with_value).collect()
    }

    fn text(&self) -> Result<&str, CheckReason> {
        // Exposed to become a part of the request.
        let text = std::str::from_utf8(self.value.expose());
        text.map_err(|_| CheckReason::ValueNotSendable)
    }
}
