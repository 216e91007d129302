//! The end-to-end tests: one program, because each links everything.
//!
//! `harness` proves the harness itself; the others drive the shipped programs. Where the tests
//! run as root, these run as an ordinary user; what needs root is in `as_root`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agent;
mod automatic_rotation;
mod aws;
mod canary;
mod check;
mod cli;
mod clipboard;
mod confirmations;
mod contract;
mod databases;
mod dates;
mod desktop;
mod documents;
mod exec_fidelity;
mod files;
mod harness;
mod kept_vault;
mod keychain;
mod leaving;
mod login;
mod mask;
mod notices;
mod page_walk;
mod programs;
mod questions;
mod rotation;
mod surface;
mod toolkit;
mod tray;
mod typing;
mod watch;
mod window;
