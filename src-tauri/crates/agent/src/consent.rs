//! The one place that every request passes by which a secret leaves, before it is answered.

use std::future::Future;
use std::pin::Pin;

use crate::server::peer::Peer;

/// A decision that may have to wait for a person.
pub type Decision<'a> = Pin<Box<dyn Future<Output = bool> + Send + 'a>>;

/// Decides whether a process may receive a secret. Cancelling a request drops the decision.
pub trait Consent: Send + Sync {
    /// `request` is the stable name of a [`keyhaven_protocol::request::SecretOut`], or `Copy`.
    fn ask<'a>(&'a self, peer: &'a Peer, request: &'static str) -> Decision<'a>;
}

/// Every process of the vault's owner may ask.
#[derive(Debug, Clone, Copy, Default)]
pub struct AllowAll;

impl Consent for AllowAll {
    fn ask<'a>(&'a self, _peer: &'a Peer, _request: &'static str) -> Decision<'a> {
        Box::pin(std::future::ready(true))
    }
}
