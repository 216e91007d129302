//! Asking a provider whether keys are alive: the request, its answer, and why a key is found to
//! be what it is. The texts of the reasons are in the crate `messages`, under
//! `check-reason-CODE`.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::coded::coded;
use crate::reported::ReportedFacts;

/// Whether a key is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Its provider accepts it.
    Alive,
    /// Its provider refuses it as a key.
    Dead,
    /// Neither is certain.
    Unknown,
}

coded! {
    /// Why a key was found alive, dead or neither.
    CheckReason as CHECK_REASONS {
        /// No key of the provider, or one that was revoked there.
        Invalid,
        /// It has ended.
        Expired,
        /// Somebody revoked it.
        Revoked,
        /// It is switched off at the provider.
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
        /// The credential has no provider.
        NoProvider,
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
        /// The host leads to an address that is not on the internet.
        PrivateAddress,
        /// The host cannot be reached.
        Unreachable,
        /// The certificate of the host is not valid for it.
        Certificate,
        /// The host did not answer in time.
        Silent,
        /// What the host answered is not HTTP.
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
        /// The worker did not start, or ended without a result.
        WorkerFailed,
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// Whether the key is alive.
    pub state: CheckState,
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
            state: CheckState::Unknown,
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
