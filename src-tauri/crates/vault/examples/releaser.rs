//! Opens a vault and releases the value of its one credential at each line on standard input,
//! as the agent does: the process that `tests/kill.rs` kills after a release.
//!
//! `releaser FOLDER`, with the password `password` and key derivation that costs nothing. It
//! prints `open`, and `released` after each release.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

mod killed;

use jiff::tz::TimeZone;
use keyhaven_vault::{Action, AuditOutcome, CredentialFilter, Detail, LocalNow};
use killed::{open, say};

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let (mut vault, context) = open(&folder);
    let clock = LocalNow {
        now: context.now,
        zone: TimeZone::UTC,
    };
    let living = vault.list(&CredentialFilter::default(), &clock).unwrap();
    let id = living.first().unwrap().credential.id;
    say("open");
    for _ in std::io::stdin().lines() {
        let (action, outcome) = (Action::Launched, AuditOutcome::Released);
        vault
            .record_use(&context, action, outcome, &[id], Detail::new())
            .unwrap();
        vault.value(id, None, None).unwrap();
        say("released");
    }
}
