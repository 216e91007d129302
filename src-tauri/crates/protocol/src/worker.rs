//! The messages on the pipes between the agent and a worker: one job, one result, each a frame.
//!
//! The job names the provider and holds the fields of one credential; what is sent where, and
//! what the answer means, the worker finds in the catalogue.

use serde::{Deserialize, Serialize};

pub use crate::check::CheckResult;
use crate::frame::Segment;

/// Check whether a key is alive, and read what its provider reports about it. The answer is a [`CheckResult`].
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckJob {
    /// The provider, by id.
    pub provider: String,
    /// The fields of the credential.
    pub fields: Vec<JobField>,
    /// The check is made also if it costs money or quota.
    pub may_cost: bool,
}

/// A field of the credential.
#[derive(Debug, Serialize, Deserialize)]
pub struct JobField {
    /// Its name.
    pub name: String,
    /// The variable that it fills.
    pub variable: Option<String>,
    /// Whether it is a secret.
    pub secret: bool,
    /// Its value.
    pub value: Segment,
}
