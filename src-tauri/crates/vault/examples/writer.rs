//! Opens a vault and changes it until it is killed, saying each step before it is done and
//! after: the process that `tests/kill.rs` kills.
//!
//! `writer FOLDER SEED`, with the password `password` and key derivation that costs nothing.
//! It prints `open`, then for each step `set NAME VALUE`, `remove NAME` or `use`, and `done`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

mod killed;

use jiff::tz::TimeZone;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Action, AuditContext, AuditOutcome, CredentialFilter, Dates, Detail, Details, ExpectedRevision,
    Field, FieldKind, LocalNow, Location, NewCredential, NewField, NewValue, OldVersions, Unlocked,
};
use killed::{open, say};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap();
    let seed: u64 = arguments.next().unwrap().parse().unwrap();
    // Far from the numbers that the killing test draws.
    let mut seed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let (mut vault, context) = open(&folder);
    say("open");
    loop {
        // Xorshift: each run is another one, and can be repeated.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        step(&mut vault, &context, seed);
        say("done");
    }
}

fn step(vault: &mut Unlocked, context: &AuditContext, seed: u64) {
    let clock = LocalNow {
        now: context.now,
        zone: TimeZone::UTC,
    };
    let living = vault.list(&CredentialFilter::default(), &clock).unwrap();
    let picked = living.get(seed as usize % 12).map(|one| &one.credential);
    let value = format!("{seed:x}");
    let Some(found) = picked else {
        let name = format!("k{:x}", seed & 0xffff_ffff);
        say(&format!("set {name} {value}"));
        vault.add(context, credential(&name, &value)).unwrap();
        return;
    };
    let seen = ExpectedRevision {
        id: found.id,
        revision: found.revision,
    };
    match seed >> 60 {
        0 => {
            say(&format!("remove {}", found.name));
            vault.remove(context, seen).unwrap();
        }
        1..10 => {
            say("use");
            let (action, outcome) = (Action::Launched, AuditOutcome::Released);
            vault
                .record_use(context, action, outcome, &[seen.id], Detail::new())
                .unwrap();
        }
        _ => {
            say(&format!("set {} {value}", found.name));
            let values = vec![NewValue {
                field: "value".into(),
                value: SecretBytes::copy_of(value.as_bytes()),
            }];
            vault
                .set_values(context, seen, values, OldVersions::Keep)
                .unwrap();
        }
    }
}

fn credential(name: &str, value: &str) -> NewCredential {
    NewCredential {
        location: Location {
            project: "shop".into(),
            environment: "dev".into(),
        },
        tier: None,
        name: name.into(),
        provider: None,
        fields: vec![NewField {
            field: Field {
                name: "value".into(),
                kind: FieldKind::Secret,
                variable: None,
                allow_loader_variable: false,
            },
            value: SecretBytes::copy_of(value.as_bytes()),
        }],
        details: Details::default(),
        dates: Dates::default(),
        source_id: None,
    }
}
