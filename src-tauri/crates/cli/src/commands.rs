//! The commands, by subject.

pub mod add;
pub mod agent;
pub mod allow;
pub mod audit;
pub mod config;
pub mod credential_helpers;
pub mod doctor;
pub mod due;
pub mod edit;
pub mod environment;
pub mod get;
pub mod help;
pub mod hook;
pub mod import;
pub mod inject;
pub mod launch;
pub mod list;
pub mod password;
pub mod profile;
pub mod restore;
pub mod shell;
pub mod show;
pub mod status;
pub mod trash;
mod value;
pub mod verify;
