//! The commands, by subject.

pub mod agent;
mod agent_log;
pub mod audit;
pub mod care;
pub mod config;
pub mod doctor;
pub mod due;
pub mod edit;
pub mod environment;
pub mod get;
pub mod help;
pub mod helper;
pub mod hook;
pub mod import;
pub mod inject;
pub mod keys;
pub mod launch;
pub mod list;
pub mod profile;
pub mod remove;
pub mod restore;
pub mod shell;
pub mod show;
pub mod store;
pub mod trust;
mod value;
pub mod vault;
