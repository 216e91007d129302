//! The fields of an entry as TOML has them: nothing but their names and types is certain.

use std::collections::BTreeMap;

use keyhaven_rules::{Verdict, VerdictReason};
use serde::{Deserialize, Deserializer};

use crate::evidence::{Confidence, Tested};
use crate::key_position::{RequestAuthority, SigningScheme};
use crate::key_shape::{KeyKind, KeyRole, OfflineCheck, StructuredKey};
use crate::provider::{Area, BuiltInProtocol, Expires, FieldSource, FieldType, Strategy};
use crate::request::TimeFormat;

type Texts = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProvider {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub area: Area,
    pub strategy: Strategy,
    pub built_in: Option<BuiltInProtocol>,
    #[serde(default)]
    pub variables: Vec<String>,
    #[serde(default = "yes")]
    pub by_name: bool,
    pub rotate_days: Option<u32>,
    pub grace: Option<String>,
    pub max_keys: Option<u32>,
    pub propagation: Option<String>,
    #[serde(default)]
    pub hosts: Vec<String>,
    pub dashboard: Option<String>,
    pub docs: Option<String>,
    pub source: String,
    pub read: String,
    pub confidence: Confidence,
    #[serde(default)]
    pub tested: Tested,
    #[serde(default)]
    pub unconfirmed: Vec<String>,
    #[serde(default)]
    pub key: Vec<RawKey>,
    #[serde(default)]
    pub field: Vec<RawField>,
    pub expiry: Option<RawExpiry>,
    #[serde(default)]
    pub sunset: Vec<RawSunset>,
    pub auth: Option<RawPosition>,
    pub exchange: Option<RawExchange>,
    #[serde(default)]
    pub check: Vec<RawCheck>,
    #[serde(default)]
    pub introspect: Vec<RawIntrospect>,
    pub create: Option<RawCreate>,
    pub find: Option<RawFind>,
    #[serde(default)]
    pub revoke: Vec<RawRevoke>,
    pub inject: Option<RawInject>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawKey {
    pub name: String,
    pub pattern: Option<String>,
    pub structure: Option<StructuredKey>,
    #[serde(default)]
    pub kind: Option<KeyKind>,
    #[serde(default)]
    pub role: KeyRole,
    #[serde(default)]
    pub weak: bool,
    pub offline: Option<OfflineCheck>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawField {
    pub name: String,
    pub label: String,
    #[serde(default)]
    pub from: FieldSource,
    pub extract: Option<String>,
    pub variable: Option<String>,
    #[serde(default)]
    pub secret: bool,
    #[serde(default, rename = "type")]
    pub field_type: FieldType,
    #[serde(default)]
    pub choices: Vec<String>,
    pub pattern: Option<String>,
    pub default: Option<String>,
    #[serde(default)]
    pub own_host: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawExpiry {
    pub expires: Expires,
    pub default_days: Option<u32>,
    pub max_days: Option<u32>,
    pub idle_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSunset {
    #[serde(rename = "match")]
    pub pattern: String,
    pub on: String,
    pub says: String,
}

/// Where a key stands in a request: one of several forms, told apart by their fields.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPosition {
    pub header: Option<String>,
    pub query: Option<String>,
    pub form: Option<String>,
    pub json: Option<String>,
    pub path: Option<String>,
    pub value: Option<String>,
    pub user: Option<String>,
    pub password: Option<String>,
    pub sign: Option<SigningScheme>,
}

/// A fact in a response: a JSON pointer, or a table that says more.
pub struct RawExtract {
    pub json: Option<String>,
    pub header: Option<String>,
    pub element: Option<String>,
    pub time: Option<TimeFormat>,
}

impl<'de> Deserialize<'de> for RawExtract {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            json: Option<String>,
            header: Option<String>,
            element: Option<String>,
            #[serde(rename = "as")]
            time: Option<TimeFormat>,
        }

        struct TextOrTable;

        impl<'de> serde::de::Visitor<'de> for TextOrTable {
            type Value = RawExtract;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("a JSON pointer, or a table with json, header or element")
            }

            fn visit_str<E>(self, text: &str) -> Result<RawExtract, E> {
                Ok(RawExtract {
                    json: Some(text.to_owned()),
                    header: None,
                    element: None,
                    time: None,
                })
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                table: A,
            ) -> Result<RawExtract, A::Error> {
                let table = serde::de::value::MapAccessDeserializer::new(table);
                let whole = Whole::deserialize(table)?;
                Ok(RawExtract {
                    json: whole.json,
                    header: whole.header,
                    element: whole.element,
                    time: whole.time,
                })
            }
        }

        deserializer.deserialize_any(TextOrTable)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAnswer {
    pub status: Vec<u16>,
    pub is: Verdict,
    pub reason: Option<VerdictReason>,
    pub json: Option<String>,
    pub equals: Option<serde_json::Value>,
    #[serde(default)]
    pub any_of: Vec<serde_json::Value>,
    pub contains: Option<String>,
}

/// What every request has. `serde` cannot flatten a strict table into another, so the fields
/// are written out by a macro.
#[derive(Clone)]
pub struct RawRequest {
    pub authority: Option<RequestAuthority>,
    pub keys: Vec<String>,
    pub method: Option<String>,
    pub url: Option<String>,
    pub auth: Option<RawPosition>,
    pub headers: Texts,
    pub query: Texts,
    pub form: Texts,
    pub json: Option<serde_json::Value>,
    pub source: Option<String>,
    pub read: Option<String>,
    pub confidence: Option<Confidence>,
    pub tested: Option<Tested>,
}

macro_rules! requests {
    ($($name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$meta])* pub $field: $type,)*
            #[serde(rename = "as")]
            authority: Option<RequestAuthority>,
            #[serde(default)]
            keys: Vec<String>,
            method: Option<String>,
            url: Option<String>,
            auth: Option<RawPosition>,
            #[serde(default)]
            headers: Texts,
            #[serde(default)]
            query: Texts,
            #[serde(default)]
            form: Texts,
            json: Option<serde_json::Value>,
            source: Option<String>,
            read: Option<String>,
            confidence: Option<Confidence>,
            tested: Option<Tested>,
        }

        impl $name {
            /// What it has in common with every request.
            pub fn request(&self) -> RawRequest {
                RawRequest {
                    authority: self.authority,
                    keys: self.keys.clone(),
                    method: self.method.clone(),
                    url: self.url.clone(),
                    auth: self.auth.clone(),
                    headers: self.headers.clone(),
                    query: self.query.clone(),
                    form: self.form.clone(),
                    json: self.json.clone(),
                    source: self.source.clone(),
                    read: self.read.clone(),
                    confidence: self.confidence,
                    tested: self.tested,
                }
            }
        }
    )*};
}

requests! {
    RawCheck {
        #[serde(default)]
        costs: bool,
        answers: Vec<RawAnswer>,
    }
    RawIntrospect {
        extract: BTreeMap<String, RawExtract>,
    }
    RawExchange {
        extract: BTreeMap<String, RawExtract>,
    }
    RawCreate {
        #[serde(default)]
        ok: Vec<u16>,
        ok_json: Option<String>,
        ok_equals: Option<serde_json::Value>,
        extract: BTreeMap<String, RawExtract>,
    }
    RawFind {
        items: Option<String>,
        tag: Option<String>,
        key_id: Option<String>,
        element: Option<String>,
    }
    RawRevoke {
        #[serde(default)]
        ok: Vec<u16>,
        ok_json: Option<String>,
        ok_equals: Option<serde_json::Value>,
        #[serde(default)]
        reversible: bool,
        revoke_delay: Option<String>,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawInject {
    #[serde(default)]
    pub hosts: Vec<String>,
    #[serde(default)]
    pub at: Vec<RawPosition>,
    #[serde(default)]
    pub paths: Vec<String>,
}
