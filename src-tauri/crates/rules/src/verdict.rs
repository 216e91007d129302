//! What a provider's answer about a key means, in the words of the catalogue and of `--json`.

use crate::words;

words! {
    /// Whether a key is alive.
    #[derive(Default)]
    Verdict {
        /// Its provider accepts it.
        Alive,
        /// Its provider refuses it as a key.
        Dead,
        /// Neither is certain.
        #[default]
        Unknown,
    }
}

impl Verdict {
    /// Its word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
        }
    }
}

words! {
    /// Why, where an answer tells. The texts are in the crate `messages`, under
    /// `check-reason-WORD`.
    #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
    VerdictReason {
        /// No key of the provider, or one that was revoked there.
        Invalid,
        /// It has ended.
        Expired,
        /// Somebody revoked it.
        Revoked,
        /// It is switched off, and could be switched on again.
        Disabled,
        /// It lacks a right that the check needs.
        Scope,
        /// The provider does not accept it from this address.
        Address,
        /// The plan or balance of the account does not allow the request.
        Plan,
        /// The provider answers no more requests for a while.
        RateLimit,
        /// It belongs to another host or region of the provider.
        WrongHost,
        /// The clock of this machine is wrong.
        Clock,
        /// The account is blocked or closed.
        Account,
    }
}

impl VerdictReason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::Invalid,
        Self::Expired,
        Self::Revoked,
        Self::Disabled,
        Self::Scope,
        Self::Address,
        Self::Plan,
        Self::RateLimit,
        Self::WrongHost,
        Self::Clock,
        Self::Account,
    ];
}
