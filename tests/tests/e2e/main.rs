//! The end-to-end tests: one program, because each links everything.
//!
//! `harness` proves the harness itself; the others drive the shipped programs.

mod cli;
mod harness;
