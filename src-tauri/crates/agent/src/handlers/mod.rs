//! The requests' handlers, thin over the vault, by subject.

pub(crate) mod agent_security;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod credentials;
pub(crate) mod environments;
pub(crate) mod health;
pub(crate) mod imports;
pub(crate) mod launch;
pub(crate) mod listing;
pub(crate) mod login;
pub(crate) mod lookup;
pub(crate) mod maintenance;
pub(crate) mod profiles;
pub(crate) mod refusals;
pub(crate) mod restore;
pub(crate) mod rotations;
pub(crate) mod secrets;
pub(crate) mod settings;
pub(crate) mod staleness;
pub(crate) mod status;
pub(crate) mod trust;
pub(crate) mod unlock;
pub(crate) mod unlock_methods;
