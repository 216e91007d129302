//! What the requests of an entry may be made of.

use crate::evidence::Evidence;
use crate::key_position::KeyPosition;
use crate::key_shape::KeyShape;
use crate::read::hosts::HostScope;

/// What a request may be made of.
#[derive(Debug, Clone, Copy)]
pub struct RequestScope<'a> {
    /// Hosts and fields.
    pub host: HostScope<'a>,
    /// The shapes of the entry's keys.
    pub keys: &'a [KeyShape],
    /// The evidence of the entry.
    pub evidence: &'a Evidence,
    /// How a request proves itself unless it says otherwise.
    pub auth: Option<&'a KeyPosition>,
    /// The key is traded for a token.
    pub traded: bool,
}
