//! Which hosts requests may go to.

use keyhaven_hosts::HostPort;

/// A host that requests of an entry may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostRule {
    /// Exactly this one.
    Exact(HostPort),
    /// Any single label, then a dot and this name.
    OneLabel(String),
    /// The owner's own host: the value of this companion field.
    Own(String),
}

impl HostRule {
    /// Whether it is one of the internet that this rule names. An owner's own host is decided
    /// by who knows the field.
    #[must_use]
    pub fn allows(&self, host: &HostPort) -> bool {
        match self {
            Self::Exact(known) => known == host,
            Self::OneLabel(under) => {
                let host = host.to_string();
                let label = host
                    .strip_suffix(under.as_str())
                    .and_then(|it| it.strip_suffix('.'));
                label.is_some_and(|label| !label.is_empty() && !label.contains('.'))
            }
            Self::Own(_) => false,
        }
    }
}

impl std::fmt::Display for HostRule {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(host) => write!(out, "{host}"),
            Self::OneLabel(under) => write!(out, "*.{under}"),
            Self::Own(field) => write!(out, "{{{{{field}}}}}"),
        }
    }
}
