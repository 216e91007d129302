//! One service: what its keys look like, how long they live, and what can be asked about them.

use jiff::SignedDuration;
use jiff::civil::Date;
use keyhaven_rules::words;
use serde::Serialize;

use crate::evidence::Evidence;
use crate::host_rule::HostRule;
use crate::key_position::KeyPosition;
use crate::key_shape::{KeyRole, KeyShape};
use crate::pattern::Pattern;
use crate::request::{
    Creation, Introspection, KeyCheck, KeyInjection, OrphanSearch, Revocation, TokenExchange,
    UrlTemplate,
};

words! {
    /// The subject under which a service is listed.
    Area {
        /// Models and what is around them.
        Ai,
        /// Code, packages, builds.
        Code,
        /// Clouds, hosting, secrets of machines.
        Cloud,
        /// Databases and search.
        Data,
        /// Mail, chat, telephone.
        Messaging,
        /// Payment and shops.
        Payment,
        /// Logs, figures, alerts.
        Observability,
        /// Documents, tasks, designs.
        Productivity,
        /// Market data and exchanges.
        Market,
    }
}

words! {
    /// How a service lets a key be replaced. Rotation chooses its steps by it.
    Strategy {
        /// Two keys may be valid at once: create, switch, revoke.
        Dual,
        /// The service replaces the key; the old one becomes invalid at once.
        InPlace,
        /// The service replaces the key; the old one stays valid for a time.
        RotateWithGrace,
        /// A key can be revoked through the API, but not created.
        RevokeOnly,
        /// By hand, on the service's page.
        Manual,
    }
}

words! {
    /// What is spoken with a service that no request of an entry can describe.
    BuiltInProtocol {
        /// The protocol of PostgreSQL: a key is the password of a role.
        Postgresql,
    }
}

words! {
    /// Where a companion field comes from.
    #[derive(Default)]
    FieldSource {
        /// A person knows it.
        #[default]
        User,
        /// It is part of the key.
        Value,
        /// The service reports it about the key.
        Introspect,
    }
}

words! {
    /// What a companion field holds.
    #[derive(Default)]
    FieldType {
        /// One text.
        #[default]
        Text,
        /// Several texts.
        List,
        /// A whole number.
        Number,
    }
}

words! {
    /// Whether keys of a service end by themselves.
    Expires {
        /// They do not.
        Never,
        /// It is chosen when one is made.
        Optional,
        /// All of them do.
        Always,
        /// An organisation's policy decides.
        Policy,
        /// Not known.
        Unknown,
    }
}

/// What goes with a key: an id, an account, a site.
#[derive(Debug)]
pub struct CompanionField {
    /// Its name in placeholders and in the credential.
    pub name: String,
    /// What a person is asked for.
    pub label: String,
    /// Where it comes from.
    pub from: FieldSource,
    /// The usual variable.
    pub variable: Option<String>,
    /// Whether it is a secret.
    pub secret: bool,
    /// What it holds.
    pub field_type: FieldType,
    /// The only values it may have; empty where any text will do.
    pub choices: Vec<String>,
    /// What its values look like.
    pub pattern: Option<Pattern>,
    /// Its value where nobody chose one.
    pub default: Option<String>,
    /// It is a host of the owner, which may lie in a private network.
    pub own_host: bool,
    pub(crate) extract: Option<Pattern>,
}

impl CompanionField {
    /// The part of a key that fills it.
    #[must_use]
    pub fn extract<'v>(&self, value: &'v [u8]) -> Option<&'v [u8]> {
        self.extract.as_ref()?.first_group(value)
    }
}

/// How long keys live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KeyLifetime {
    /// Whether they end by themselves.
    pub expires: Expires,
    /// Days of one for which nobody chose.
    pub default_days: Option<u32>,
    /// The most days that can be chosen.
    pub max_days: Option<u32>,
    /// Days without use after which the service removes one.
    pub idle_days: Option<u32>,
}

/// The end of a kind of key that a service has announced.
#[derive(Debug)]
pub struct Sunset {
    /// Which keys.
    pub pattern: Pattern,
    /// When.
    pub on: Date,
    /// What to do, in a sentence.
    pub says: String,
}

/// One service.
#[derive(Debug)]
pub struct Provider {
    /// Stable name, `[a-z0-9-]+`, unique in the catalogue.
    pub id: String,
    /// The name that is shown.
    pub name: String,
    /// Other names by which it is found.
    pub aliases: Vec<String>,
    /// The subject under which it is listed.
    pub area: Area,
    /// How a key is replaced.
    pub strategy: Strategy,
    /// What is spoken with it instead of requests; none where requests are made.
    pub built_in: Option<BuiltInProtocol>,
    /// Usual variables, most usual first.
    pub variables: Vec<String>,
    /// The interval between rotations that the service recommends, in days.
    pub rotate_days: Option<u32>,
    /// How long an old key stays valid at the service.
    pub grace: Option<SignedDuration>,
    /// The most keys that may exist at once.
    pub max_keys: Option<u32>,
    /// How long a new key takes until it works everywhere.
    pub propagation: Option<SignedDuration>,
    /// The page on which keys are managed.
    pub dashboard: Option<UrlTemplate>,
    /// The page that documents them.
    pub docs: Option<UrlTemplate>,
    /// Where the facts come from.
    pub evidence: Evidence,
    /// Fields of the entry that are general knowledge, unlike the others.
    pub unconfirmed: Vec<String>,
    /// What its keys look like.
    pub keys: Vec<KeyShape>,
    /// What goes with a key.
    pub fields: Vec<CompanionField>,
    /// How long keys live.
    pub lifetime: Option<KeyLifetime>,
    /// Announced ends.
    pub sunsets: Vec<Sunset>,
    /// Hosts that requests may go to.
    pub hosts: Vec<HostRule>,
    /// How a request proves itself, unless it says otherwise.
    pub auth: Option<KeyPosition>,
    /// A request that trades the key for a token, which then proves requests.
    pub exchange: Option<TokenExchange>,
    /// Requests that tell whether a key is alive; the first for a kind of key counts.
    pub checks: Vec<KeyCheck>,
    /// What the service reports about a key.
    pub introspections: Vec<Introspection>,
    /// The request that makes a key.
    pub create: Option<Creation>,
    /// The request that finds a key by its tag.
    pub find: Option<OrphanSearch>,
    /// Requests that end a key.
    pub revocations: Vec<Revocation>,
    /// Where the broker puts the key in.
    pub inject: Option<KeyInjection>,
    pub(crate) by_name: bool,
}

/// Days between rotations where a service recommends nothing else.
pub const USUAL_ROTATION: u32 = 90;

impl Provider {
    /// Days between rotations: as the service recommends, otherwise as is usual.
    #[must_use]
    pub fn rotation_days(&self) -> u32 {
        self.rotate_days.unwrap_or(USUAL_ROTATION)
    }

    /// Whether the whole value is a key or id of this service, by its shape alone.
    #[must_use]
    pub fn matches(&self, value: &[u8]) -> bool {
        let mut strong = self.keys.iter().filter(|shape| !shape.weak);
        let shape = strong.find(|shape| shape.is_match(value));
        shape.is_some_and(|shape| shape.role != KeyRole::Public)
    }

    /// The shape of a whole value; one that tells the service comes before a weak one.
    #[must_use]
    pub fn shape_of(&self, value: &[u8]) -> Option<&KeyShape> {
        let strong = self.keys.iter().filter(|shape| !shape.weak);
        let weak = self.keys.iter().filter(|shape| shape.weak);
        strong.chain(weak).find(|shape| shape.is_match(value))
    }

    /// The address of the page on which keys are managed, with the default of each field that it
    /// depends on; none where one has no default.
    #[must_use]
    pub fn dashboard_address(&self) -> Option<String> {
        let default = |name: &str| self.field(name)?.default.as_deref();
        self.dashboard.as_ref()?.filled(default)
    }

    /// The companion field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&CompanionField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The check for a key of that shape.
    #[must_use]
    pub fn check_for(&self, shape: Option<&KeyShape>) -> Option<&KeyCheck> {
        self.checks.iter().find(|check| check.request.is_for(shape))
    }

    /// Whether there is a way to find out whether a key is alive.
    #[must_use]
    pub fn can_be_checked(&self) -> bool {
        self.built_in.is_some() || !self.checks.is_empty()
    }

    /// Whether every check costs money or a part of a quota.
    #[must_use]
    pub fn every_check_costs(&self) -> bool {
        self.built_in.is_none() && self.checks.iter().all(|check| check.costs)
    }

    /// Whether the variable alone is enough to tell the service.
    #[must_use]
    pub fn is_named_by(&self, variable: &str) -> bool {
        self.by_name && self.variables.iter().any(|name| name == variable)
    }
}
