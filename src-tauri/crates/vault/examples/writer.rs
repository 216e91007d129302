//! Opens a vault and changes it until it is killed, saying each step before it is done and
//! after: the process that `tests/kill.rs` kills.
//!
//! `writer FOLDER SEED`, with the password `password` and key derivation that costs nothing.
//! It prints `open`, then for each step `set NAME VALUE`, `remove NAME` or `use`, and `done`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use std::io::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Action, Actor, AuditContext, AuditOutcome, ClaimedFacts, CredentialFilter, Dates, Detail,
    Details, ExpectedRevision, Field, FieldKind, Folder, KdfPolicy, LocalNow, Location, Locked,
    NewCredential, NewField, NewValue, OsRandom, Unlocked, VaultOptions,
};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap();
    let seed: u64 = arguments.next().unwrap().parse().unwrap();
    // Far from the numbers that the killing test draws.
    let mut seed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let context = AuditContext {
        now: Timestamp::now(),
        actor: Actor::default(),
        claimed: ClaimedFacts::default(),
    };
    let options = VaultOptions {
        policy: KdfPolicy::cheap_for_tests(),
        seen: Some(std::path::Path::new(&folder).with_file_name("state")),
        random: Box::new(OsRandom),
    };
    let folder = Folder::open(folder.as_ref()).unwrap();
    let password = SecretBytes::copy_of(b"password");
    let locked = Locked::read(folder, options).unwrap();
    let mut vault = match locked.unlock(&password, &context) {
        Ok(vault) => vault,
        Err(failure) => panic!("{}", failure.error),
    };
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

/// In one write, so that a kill does not cut a line.
fn say(line: &str) {
    std::io::stdout()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
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
            vault.set_values(context, seen, values).unwrap();
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
