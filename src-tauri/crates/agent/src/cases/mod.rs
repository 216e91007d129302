//! The use cases, thin over the vault, by subject.

pub(crate) mod agent_security;
pub(crate) mod audit;
pub(crate) mod care;
pub(crate) mod choice;
pub(crate) mod copy;
pub(crate) mod credentials;
pub(crate) mod filling;
pub(crate) mod handing;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod launches;
pub(crate) mod listing;
pub(crate) mod locate;
pub(crate) mod login;
pub(crate) mod outdated;
pub(crate) mod passwords;
pub(crate) mod profiles;
pub(crate) mod restore;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod sources;
pub(crate) mod trust;
