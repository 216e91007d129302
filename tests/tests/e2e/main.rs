//! The end-to-end tests: one program, because each links everything.
//!
//! `harness` proves the harness itself; the others drive the shipped programs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agent;
mod aws;
mod canary;
mod cli;
mod clipboard;
mod contract;
mod files;
mod harness;
mod invisible;
mod kept_vault;
mod keychain;
mod leaving;
mod login;
mod masked;
mod memory;
mod notices;
mod programs;
mod strangers;
mod surface;
mod tray;
mod watched;
mod window;
