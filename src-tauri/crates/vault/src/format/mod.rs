//! The files around the database: their bytes, and how they reach the disk.

pub(crate) mod anchor;
pub(crate) mod backup_file;
pub(crate) mod backup_manifest;
pub(crate) mod disk;
pub(crate) mod header;
pub(crate) mod header_file;
pub(crate) mod reader;
pub(crate) mod rollback_guard;
pub(crate) mod system;
pub(crate) mod uses_record;
