//! The tests that need root, or another user: they search the memory of protected processes,
//! and act as somebody else. Without root they report "not checked".
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod hostile_clients;
/// Once more: as root these tests also see what the agent inherited.
#[path = "../e2e/login.rs"]
mod login;
mod memory;
mod observed;
mod other_users;
mod worst_request;
