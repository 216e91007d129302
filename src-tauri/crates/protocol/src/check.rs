//! Asking a provider whether keys are alive: the request, its answer, and why a key is found to
//! be what it is. The texts of the reasons are in the crate `messages`, under
//! `check-reason-CODE`.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::coded::coded;
use crate::reported::ReportedFacts;

pub use keyhaven_rules::{Verdict, VerdictReason};

coded! {
    /// Why a key was found alive, dead or neither.
    CheckReason as CHECK_REASONS {
        /// The credential has no provider.
        NoProvider { /** A reference to it. */ reference: String },
        /// The catalogue has no such provider.
        UnknownProvider { /** Which. */ provider: String },
        /// The catalogue has no check for keys of this kind.
        NoCheck,
        /// The check needs a signature or an exchange, which is not available yet.
        NotSupported,
        /// The check costs money or quota, and nobody asked for this key alone.
        Costs,
        /// The credential is marked as revoked or has no current value.
        NoValue,
        /// The credential has no secret field that the provider could know.
        NoSecretField,
        /// Several fields of the credential could be the key.
        SeveralSecretFields,
        /// The check needs a field that the credential does not have.
        FieldMissing { /** Which. */ field: String },
        /// A field is not what the provider expects there.
        FieldInvalid { /** Which. */ field: String },
        /// The value cannot be a part of a request.
        ValueNotSendable,
        /// The host's name has no address, or the network is down.
        NoAddress,
        /// The address in the value can be read in several ways, or leads to no server.
        AddressUnclear,
        /// The host leads to an address that is not on the internet.
        PrivateAddress,
        /// The host cannot be reached.
        Unreachable,
        /// The certificate of the host is not valid for it.
        Certificate,
        /// The host did not answer in time.
        Silent,
        /// What the host answered is not in its protocol.
        BrokenAnswer,
        /// The answer is too large.
        LargeAnswer,
        /// The host sends requests elsewhere.
        Redirected,
        /// A page for people came back.
        Page,
        /// The provider has a failure.
        ProviderFailed { /** The HTTP status. */ status: u16 },
        /// The catalogue does not know what the answer means.
        Unexpected { /** The HTTP status. */ status: u16 },
        /// The catalogue cannot make or end keys of this kind.
        NoCreation,
        /// The provider replaces a key in place, which ends the old value at once.
        ReplacedInPlace,
        /// It needs the rights of another key.
        NoAdmin,
        /// The key with whose rights it would be made is of another provider, or the key itself.
        UnfitAdmin,
        /// There are as many keys as the provider allows; nobody but their owner ends one.
        KeyLimit { /** Their ids. */ keys: String },
        /// The provider declined to do it.
        Declined { /** The HTTP status. */ status: u16 },
        /// The server has no encryption, and the password would cross a network in clear text.
        NoEncryption,
        /// The server asks for no password, so that any would do.
        NoPasswordAsked,
        /// The database server refuses something for another reason than a wrong password.
        DatabaseRefused { /** Its code, five letters and digits. */ sqlstate: String },
        /// The worker did not start, or ended without a result.
        WorkerFailed,
        /// The provider's answer tells why: its word is the code.
        #[serde(untagged)]
        Answered { /** Why. */ code: VerdictReason },
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// Whether the key is alive.
    pub state: Verdict,
    /// Why, where it is known.
    pub reason: Option<CheckReason>,
    /// The host to which the key was sent; none where it was not sent.
    pub host: Option<String>,
    /// What the provider reports about a living key; none where it reports nothing.
    pub reported: Option<ReportedFacts>,
}

impl CheckResult {
    /// Nothing is certain, and the key was not sent.
    #[must_use]
    pub const fn not_sent(reason: CheckReason) -> Self {
        Self {
            state: Verdict::Unknown,
            reason: Some(reason),
            host: None,
            reported: None,
        }
    }
}

/// See [`Query::Check`](crate::request::Query::Check).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct CheckRequest {
    /// Which credentials.
    pub ids: Vec<Uuid>,
    /// Checks that cost money or quota are made too.
    pub may_cost: bool,
    /// The version to check; none means the current one.
    #[serde(default)]
    pub version: Option<u32>,
}

/// What was found about one credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCheckView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its project.
    pub project: String,
    /// Its environment.
    pub environment: String,
    /// Its provider, by id.
    pub provider: Option<String>,
    /// What was found.
    #[serde(flatten)]
    pub result: CheckResult,
    /// How long it took.
    pub milliseconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_provider_is_a_code_like_the_others() {
        let code = VerdictReason::RateLimit;
        let reasons = [
            (CheckReason::Answered { code }, r#"{"code":"rate_limit"}"#),
            (
                CheckReason::Unexpected { status: 418 },
                r#"{"code":"unexpected","status":418}"#,
            ),
        ];
        for (reason, json) in reasons {
            assert_eq!(serde_json::to_string(&reason).unwrap(), json);
            assert_eq!(serde_json::from_str::<CheckReason>(json).unwrap(), reason);
        }
        assert!(serde_json::from_str::<CheckReason>(r#"{"code":"no_such"}"#).is_err());
    }
}
