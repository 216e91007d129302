//! Promise 18: the log tells the truth, and what it cannot tell does not happen.

use keyhaven_proof::ProofRun;

use super::restoring::{gone_on, stage};
use super::verifying::{lively, use_of};
use super::*;
use crate::error::DataDamage;
use crate::store::audit::{self, GENESIS, Head};
use crate::store::connect;

/// An open vault whose log has so many entries.
fn with_log(entries: u64) -> (Home, Unlocked) {
    let (home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap().id;
    while vault.head.sequence < entries {
        use_of(&home, &mut vault, &[one]);
    }
    vault.flush_uses().unwrap();
    (home, vault)
}

/// What somebody with the key of the database does to an entry; SQL by its number.
type LogAttack = fn(u64, u64) -> String;

const ATTACKS: [(&str, LogAttack); 4] = [
    ("edit", |at, _| {
        format!("UPDATE audit SET detail = '{{\"name\":\"other\"}}' WHERE sequence = {at}")
    }),
    ("drop", |at, _| {
        format!("DELETE FROM audit WHERE sequence = {at}")
    }),
    ("swap", |at, last| {
        let other = if at == last { at - 1 } else { at + 1 };
        format!(
            "UPDATE audit SET sequence = -1 WHERE sequence = {at};
             UPDATE audit SET sequence = {at} WHERE sequence = {other};
             UPDATE audit SET sequence = {other} WHERE sequence = -1"
        )
    }),
    ("cut", |at, _| {
        format!("DELETE FROM audit WHERE sequence >= {at}")
    }),
];

fn attacked<T>(vault: &Unlocked, sql: &str, look: impl FnOnce(&Unlocked) -> T) -> T {
    let begin = format!("SAVEPOINT attack; {sql}");
    vault.connection.execute_batch(&begin).unwrap();
    let seen = look(vault);
    let end = "ROLLBACK TO attack; RELEASE attack";
    vault.connection.execute_batch(end).unwrap();
    seen
}

#[test]
fn promise_18_each_attack_on_each_entry_is_noticed() {
    let mut proof = ProofRun::begin("promise_18_each_attack_on_each_entry_is_noticed");
    let last = ProofRun::cases(60, 1000) as u64;
    let (_home, vault) = with_log(last);
    for at in 1..=last {
        for (name, attack) in ATTACKS {
            let found = attacked(&vault, &attack(at, last), |vault| vault.verify_audit());
            // The first wrong entry is named; of a swap that is the earlier one.
            let named = match found {
                Err(VaultError::DamagedData(DataDamage::Audit { sequence })) => sequence,
                other => panic!("{name} of entry {at}: {other:?}"),
            };
            let earliest = if name == "swap" && at == last {
                at - 1
            } else {
                at
            };
            assert_eq!(named, earliest, "{name} of entry {at}");
            proof.case();
        }
    }
    assert_eq!(vault.verify_audit().unwrap(), last);
}

/// Control: with each key disclosed in turn, the same attacks succeed.
#[test]
fn promise_18_control_without_chain_or_anchor_the_attacks_succeed() {
    let mut proof =
        ProofRun::begin("promise_18_control_without_chain_or_anchor_the_attacks_succeed");
    let (_home, vault) = with_log(40);
    let numbers = |vault: &Unlocked| -> (i64, i64) {
        let sql = "SELECT count(*), max(sequence) FROM audit";
        let counted = vault
            .connection
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        counted.unwrap()
    };
    let [(_, edit), (_, drop), (_, swap), (_, cut)] = ATTACKS;
    // Numbers alone do not show an entry that was edited or has changed places.
    let whole = numbers(&vault);
    assert_eq!(attacked(&vault, &edit(20, 40), numbers), whole);
    assert_eq!(attacked(&vault, &swap(20, 40), numbers), whole);
    // A log is read without its chain as if it were whole.
    let name = attacked(&vault, &edit(20, 40), |vault| {
        let page = vault.audit(&AuditFilter::default()).unwrap();
        let entry = page.entries.into_iter().find(|entry| entry.sequence == 20);
        entry.unwrap().detail["name"].clone()
    });
    assert_eq!(name, "other");
    // What follows a dropped entry is in order by itself: only the chain misses it.
    let (mac, rest) = {
        let sql = "SELECT mac FROM audit WHERE sequence = 20";
        let mac = vault.connection.query_row(sql, [], |row| row.get(0));
        let mac: [u8; 32] = mac.unwrap();
        let rest = attacked(&vault, &drop(20, 40), |vault| {
            let from = Head { sequence: 20, mac };
            audit::verify_from(&vault.connection, &vault.keys.audit, from).map(|head| head.sequence)
        });
        (mac, rest)
    };
    assert_ne!(mac, [0; 32]);
    assert_eq!(rest.unwrap(), 40);
    // A cut end is in order by itself: only what is anchored outside misses it.
    let cut = attacked(&vault, &cut(30, 40), |vault| {
        let walked = audit::verify_from(&vault.connection, &vault.keys.audit, GENESIS);
        walked.map(|head| head.sequence)
    });
    assert_eq!(cut.unwrap(), 29);
    proof.case();
}

/// While the vault is locked: what was anchored cannot be cut without the unlock noticing.
#[test]
fn promise_18_a_cut_behind_the_vaults_back_stops_the_unlock() {
    let mut proof = ProofRun::begin("promise_18_a_cut_behind_the_vaults_back_stops_the_unlock");
    let last = ProofRun::cases(24, 200) as u64;
    let (home, vault) = with_log(last);
    home.close(vault);
    // The lock itself is the last entry.
    let database = home.vault().join("vault-1.db");
    let whole = std::fs::read(&database).unwrap();
    let locked = home.read().unwrap();
    let kek = locked
        .password_job()
        .unwrap()
        .run(&secret(PASSWORD))
        .unwrap();
    let header = locked.header();
    let key = crate::unlock_slots::open_slot(header, &kek).unwrap();
    let keys = crate::crypto::keys::EpochKeys::derive(&key, header.vault, header.epoch);
    drop(locked);
    for at in 1..=last + 1 {
        std::fs::write(&database, &whole).unwrap();
        let connection = connect::open(&database, &keys).unwrap();
        let sql = format!("DELETE FROM audit WHERE sequence >= {at}");
        connection.execute_batch(&sql).unwrap();
        connect::checkpoint(&connection).unwrap();
        connect::close(connection).unwrap();
        assert!(
            matches!(
                home.open(),
                Err(VaultError::DamagedData(DataDamage::Audit { sequence })) if sequence == last + 1
            ),
            "cut from {at}"
        );
        proof.case();
    }
    // Control: the same writes without a cut open.
    std::fs::write(&database, &whole).unwrap();
    home.open().unwrap();
}

/// Everything that leaves an entry.
type Deed = (
    &'static str,
    fn(&Home, &mut Unlocked) -> Result<(), VaultError>,
);

const DEEDS: [Deed; 22] = [
    ("add", |home, vault| {
        vault.add(&home.context(), credential("new", "x")).map(drop)
    }),
    ("set", |home, vault| {
        let found = find(vault, "one");
        vault
            .set_values(
                &home.context(),
                seen(&found),
                new_value("x"),
                OldVersions::Keep,
            )
            .map(drop)
    }),
    ("edit", |home, vault| {
        let found = find(vault, "one");
        let mut edit = unchanged(&found);
        edit.details.note = Some("x".into());
        vault
            .edit(&home.context(), seen(&found), &edit, &[])
            .map(drop)
    }),
    ("rename", |home, vault| {
        let found = find(vault, "one");
        rename(vault, &home.context(), &found, "other").map(drop)
    }),
    ("remove", |home, vault| {
        let found = find(vault, "one");
        vault.remove(&home.context(), seen(&found)).map(drop)
    }),
    ("restore", |home, vault| {
        let gone = vault.trash().unwrap().remove(0);
        vault.restore(&home.context(), seen(&gone)).map(drop)
    }),
    ("erase", |home, vault| {
        let removed = in_trash(vault);
        vault.empty_trash(&home.context(), &removed).map(drop)
    }),
    ("snooze", |home, vault| {
        let found = find(vault, "one");
        let until = Some(Moment::Instant(home.now));
        vault
            .snooze(&home.context(), seen(&found), until, &TimeZone::UTC)
            .map(drop)
    }),
    ("roll back", |home, vault| {
        let found = find(vault, "one");
        vault
            .rollback(&home.context(), seen(&found), 1, ExpiryChange::Keep)
            .map(drop)
    }),
    ("revoke", |home, vault| {
        let found = find(vault, "one");
        vault.revoke(&home.context(), seen(&found)).map(drop)
    }),
    ("set a tier", |home, vault| {
        vault
            .set_tier(&home.context(), &location("blog", "qa"), Tier::Staging)
            .map(drop)
    }),
    ("remove an environment", |home, vault| {
        vault.remove_environment(&home.context(), &location("blog", "empty"), false)
    }),
    ("change settings", |home, vault| {
        let settings = Settings {
            grace_hours: 1,
            ..Settings::default()
        };
        vault.set_settings(&home.context(), &settings)
    }),
    ("allow a file", |home, vault| {
        vault.allow_file(&home.context(), "/x/.keyhaven.toml", [1; 32], false, "")
    }),
    ("deny a file", |home, vault| {
        vault.deny_file(&home.context(), "/y/.keyhaven.toml")
    }),
    ("import", |home, vault| {
        let target = ImportTarget {
            location: location("shop", "dev"),
            tier: None,
        };
        let item = ImportRecord {
            field: None,
            source_id: "dotenv:X".into(),
            name: "x".into(),
            kind: FieldKind::Secret,
            variable: None,
            provider: None,
            rotate_every_days: None,
            value: secret(b"x"),
        };
        vault
            .apply_import(&home.context(), &target, &[item], OldVersions::Keep)
            .map(drop)
    }),
    ("use", |home, vault| {
        let id = find(vault, "one").id;
        let (action, outcome) = (Action::Shown, AuditOutcome::Released);
        let recorded = vault.record_use(&home.context(), action, outcome, &[id], Detail::new());
        recorded.map(drop)
    }),
    ("cut the log", |home, vault| {
        vault.cut_audit(&home.context(), u64::MAX).map(drop)
    }),
    ("back up", |home, vault| {
        let path = home.path().join("deed.khbackup");
        let _ = std::fs::remove_file(&path);
        let done = vault.backup(&path, Reason::Asked, &home.context());
        assert_eq!(path.exists(), done.is_ok());
        done.map(drop)
    }),
    ("change the password", |home, vault| {
        keys::change_password(vault, home, PASSWORD, PASSWORD)
    }),
    ("let a login open it", |home, vault| {
        let proof = keys::proof(vault, PASSWORD);
        vault.add_login_slot(&home.context(), &proof).map(drop)
    }),
    ("make a recovery key", |home, vault| {
        let job = vault.password_job().unwrap();
        let proof = job.run(&secret(PASSWORD)).unwrap();
        vault.make_recovery(&home.context(), &proof).map(drop)
    }),
];

fn find(vault: &Unlocked, name: &str) -> Credential {
    vault.find(&location("shop", "dev"), name).unwrap()
}

/// A vault in which every deed has something to do.
fn ready() -> (Home, Unlocked) {
    let (home, mut vault) = lively();
    let three = find(&vault, "three");
    vault.remove(&home.context(), seen(&three)).unwrap();
    vault
        .allow_file(&home.context(), "/y/.keyhaven.toml", [1; 32], false, "")
        .unwrap();
    let empty = location("blog", "empty");
    vault
        .set_tier(&home.context(), &empty, Tier::Staging)
        .unwrap();
    (home, vault)
}

const REFUSE: &str = "CREATE TEMP TRIGGER refuse BEFORE INSERT ON audit
    BEGIN SELECT RAISE(ABORT, 'no entry can be written'); END";

#[test]
fn promise_18_what_cannot_be_recorded_does_not_happen() {
    let mut proof = ProofRun::begin("promise_18_what_cannot_be_recorded_does_not_happen");
    for (name, deed) in DEEDS {
        let (home, mut vault) = ready();
        let header = std::fs::read(home.vault().join("header-a")).unwrap();
        vault.connection.execute_batch(REFUSE).unwrap();
        let before = (vault.state, vault.head);
        let rows =
            crate::store::row_mac::Root::compute(&vault.connection, &vault.keys.rows).unwrap();
        let refused = deed(&home, &mut vault);
        assert!(
            matches!(refused, Err(VaultError::Database { .. })),
            "{name}: {refused:?}"
        );
        assert_eq!((vault.state, vault.head), before, "{name}");
        let after =
            crate::store::row_mac::Root::compute(&vault.connection, &vault.keys.rows).unwrap();
        assert_eq!(rows, after, "{name}");
        let now = std::fs::read(home.vault().join("header-a")).unwrap();
        assert!(header == now, "{name}: the header changed");
        // Control: with an entry it happens.
        let free = "DROP TRIGGER refuse";
        vault.connection.execute_batch(free).unwrap();
        deed(&home, &mut vault).unwrap();
        assert!(vault.head.sequence > before.1.sequence, "{name}");
        assert!(vault.verify().unwrap().is_clean(), "{name}");
        proof.case();
    }
}

#[test]
fn promise_18_a_new_key_that_cannot_be_recorded_is_not_made() {
    let mut run = ProofRun::begin("promise_18_a_new_key_that_cannot_be_recorded_is_not_made");
    let (home, mut vault) = ready();
    let header = || std::fs::read(home.vault().join("header-a")).unwrap();
    let (before, was) = ((vault.state, vault.head), header());
    let proof = keys::proof(&vault, PASSWORD);
    let password = keys::new_password(&mut vault, &home, PASSWORD);
    let mut rekey = Rekey::begin(&mut vault, &proof).unwrap();
    let mut more = true;
    while more {
        (rekey, more) = rekey.step(&mut vault).unwrap();
    }
    rekey.next.connection.execute_batch(REFUSE).unwrap();
    let refused = rekey.seal(&mut vault, &home.context(), &password);
    assert!(matches!(refused, Err(VaultError::Database { .. })));
    drop(refused);
    assert_eq!((vault.state, vault.head), before);
    assert!(header() == was, "the header changed");
    assert!(vault.verify().unwrap().is_clean());
    // Control: with an entry it is made.
    let (mut vault, _) = keys::rekey(vault, &home, PASSWORD);
    assert!(vault.head.sequence > before.1.sequence);
    assert!(header() != was);
    assert!(vault.verify().unwrap().is_clean());
    run.case();
}

#[test]
fn promise_18_a_restore_that_cannot_be_recorded_does_not_happen() {
    let mut run = ProofRun::begin("promise_18_a_restore_that_cannot_be_recorded_does_not_happen");
    let (home, path, stock) = gone_on();
    let header = || std::fs::read(home.vault().join("header-a")).unwrap();
    let was = header();
    let (staged, password) = stage(&home, &path, Some(&stock)).unwrap();
    staged.next.connection.execute_batch(REFUSE).unwrap();
    let refused = staged.put(&password, &home.context());
    assert!(matches!(refused, Err(VaultError::Database { .. })));
    drop(refused);
    assert!(header() == was, "the header changed");
    let mut vault = home.open().unwrap();
    assert_eq!(text_of(&vault, find(&vault, "two").id, None), "newest");
    assert!(vault.verify().unwrap().is_clean());
    home.close(vault);
    // Control: with an entry it happens.
    let (staged, password) = stage(&home, &path, Some(&stock)).unwrap();
    let (mut vault, _, _) = staged.put(&password, &home.context()).unwrap();
    assert_eq!(text_of(&vault, find(&vault, "two").id, None), "second");
    assert!(header() != was);
    assert!(vault.verify().unwrap().is_clean());
    run.case();
}
