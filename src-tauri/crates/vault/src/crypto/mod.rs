//! stub
pub(crate) mod kdf;
pub(crate) mod recovery;
