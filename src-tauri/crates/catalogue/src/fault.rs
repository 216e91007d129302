//! What can be wrong with an entry, as codes with parameters, and where it stands.

use keyhaven_rules::coded;

coded! {
    /// What is wrong with a field of an entry. The texts are in the crate `messages`, under
    /// `entry-CODE`.
    EntryFault as ENTRY_FAULTS {
        /// Longer than a file of entries may be.
        FileTooLarge {
            /// In bytes.
            limit: usize,
        },
        /// Not TOML 1.0.
        Toml {
            /// What its parser reports.
            system: String,
        },
        /// Not the fields and types of an entry.
        Shape {
            /// What the reader reports.
            system: String,
        },
        /// No entry at all.
        NoProvider,
        /// An id is not `[a-z0-9-]+`.
        BadId,
        /// Another entry has this id, or it as another name.
        IdTaken {
            /// The id or name.
            id: String,
        },
        /// A text is empty, has control characters, or is longer than the limit.
        BadText {
            /// In bytes.
            limit: usize,
        },
        /// Not the name of an environment variable.
        BadVariable,
        /// Listed twice.
        Twice,
        /// Outside what is accepted.
        OutOfRange {
            /// The least.
            minimum: u32,
            /// The most.
            maximum: u32,
        },
        /// Not a span of time such as `30s` or `72h`.
        BadSpan,
        /// Not a day such as `2026-11-29`.
        BadDay,
        /// Not a regular expression.
        BadPattern {
            /// What its parser reports.
            system: String,
        },
        /// A regular expression that matches values of any length.
        UnboundedPattern,
        /// A regular expression that is too large.
        PatternTooLarge,
        /// A regular expression that matches the empty value.
        EmptyPattern,
        /// A regular expression that has not exactly one group.
        NotOneGroup,
        /// Exactly one of these fields must describe the values.
        ExactlyOne {
            /// The fields.
            fields: String,
        },
        /// No value would be recognised as one of this service.
        Unreachable,
        /// Not the address of a page on the internet.
        BadPage,
        /// Not a host, or one that programs could read in two ways.
        BadHost,
        /// An address in place of a name.
        AddressHost,
        /// A host that is not on the internet.
        PrivateHost,
        /// A request or page that is not sent over TLS.
        NotHttps,
        /// The request would go to a host that the entry does not list.
        HostNotListed {
            /// The host.
            host: String,
        },
        /// A method that this kind of request may not use.
        BadMethod {
            /// Those it may use.
            allowed: String,
        },
        /// `{{` without `}}`, or a name that is no name.
        BadPlaceholder,
        /// A placeholder that nothing fills here.
        UnknownPlaceholder {
            /// The placeholder.
            placeholder: String,
            /// Those that are filled here, if any.
            known: Option<String>,
        },
        /// A placeholder of this kind may not stand in a host.
        PlaceholderInHost {
            /// The placeholder.
            placeholder: String,
        },
        /// Not the name of a header, or one that the connection itself sets.
        BadHeader,
        /// The key is nowhere in the request, so that nothing would be learned.
        NoKeyInRequest,
        /// Names a key, field or host that the entry does not have.
        NotInEntry {
            /// The name.
            named: String,
        },
        /// There is nothing that must stand here.
        Missing {
            /// The field.
            missing: String,
        },
        /// Not the number of a response's status.
        BadStatus,
        /// A status that shows nothing about a key.
        ProvesNothing,
        /// Not a JSON pointer (RFC 6901).
        BadPointer,
        /// A field that has a meaning only with another.
        OnlyWith {
            /// The other field.
            other: String,
        },
        /// An earlier answer already takes all of these.
        NeverReached,
        /// A fact that a response cannot report.
        BadFact {
            /// Those it can report.
            known: String,
        },
        /// A way of replacing that leaves no room for these requests.
        StrategyContradicts,
    }
}

impl EntryFault {
    /// The stable code, for scripts.
    #[must_use]
    pub fn code(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// One thing that is wrong in a file of entries.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EntryProblem {
    /// The file, as its reader was called with.
    pub file: String,
    /// The line, from 1 on.
    pub line: usize,
    /// The id of the entry, where it has a usable one.
    pub provider: Option<String>,
    /// The field with the tables around it, such as `check[0].url`; empty for a whole file.
    pub field: String,
    /// What is wrong.
    pub fault: EntryFault,
}
