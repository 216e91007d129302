//! Keys, seals and MACs. Deterministic steps are called `derive_*`, those that draw
//! randomness `make_*`.

pub(crate) mod kdf;
pub(crate) mod keys;
pub(crate) mod login;
pub(crate) mod mac;
pub(crate) mod recovery;
pub(crate) mod seal;
