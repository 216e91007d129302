//! A vault and a backup that an earlier version made still open, verify, back up and restore.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use keyhaven_tests::{World, root};

/// The master password of every kept vault.
const KEPT_PASSWORD: &str = "correct horse battery staple\n";
/// The recovery key of the vault of version 0.1.0.
const RECOVERY_KEY: &str = "XWKG9-GK9V1-7VPP5-4401Y-RGY6G-K6E7M-VBJY8-5CKM0\n";

fn kept() -> PathBuf {
    root().join("tests/data/vault-0.1.0")
}

/// A world whose vault is a private copy of the kept one. Its programs are the shipped ones,
/// since the kept vault has their key derivation.
fn world_with_kept_vault() -> World {
    let world = World::shipped();
    let vault = world.path("vault");
    fs::create_dir_all(&vault).unwrap();
    private(&vault, 0o700);
    for entry in fs::read_dir(kept().join("vault")).unwrap() {
        let entry = entry.unwrap();
        let copy = vault.join(entry.file_name());
        fs::copy(entry.path(), &copy).unwrap();
        private(&copy, 0o600);
    }
    world
}

fn private(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Every kind of content that the kept vault has is there, value by value.
fn check_content(world: &World) {
    let get = |reference: &str, more: &[&str]| {
        let arguments: Vec<&str> = ["get", reference].iter().chain(more).copied().collect();
        world.kh_ok(&arguments)
    };
    assert_eq!(get("kh://shop/dev/Stripe", &[]), "kept-value-stripe-3");
    let previous = get("kh://shop/dev/Stripe", &["--version", "2"]);
    assert_eq!(previous, "kept-value-stripe-2");
    let secret = get("kh://shop/prod/AWS%20deploy/secret_access_key", &[]);
    assert_eq!(secret, "kept-aws-secret");
    let odd = get("kh://shop/staging/Odd", &[]);
    assert_eq!(
        odd.trim_end(),
        "kept \"quoted\" \\ $value\nwith two lines é"
    );
    assert_eq!(get("kh://imported/dev/FROM_FILE", &[]), "kept-from-file");

    let shown = world.kh_ok(&["show", "kh://shop/dev/Stripe", "--json"]);
    for part in [
        "2031-03-31",
        "charges:read",
        "192.0.2.0/24",
        "Billing team",
        "2031-01-01",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(world.kh_ok(&["trash"]).contains("Old"));
    assert!(world.kh_ok(&["profile", "list"]).contains("web"));
    let tiers = world.kh_ok(&["environment", "list"]);
    assert!(tiers.contains("sandbox") && tiers.contains("staging"));
    let minutes = world.kh_ok(&["config", "get", "auto-lock-minutes"]);
    assert_eq!(minutes.trim(), "45");
    let log = world.kh_ok(&["audit", "--json"]);
    assert!(log.contains("vault.create") && log.contains("use.launch"));
}

#[test]
fn a_vault_of_version_0_1_0_opens_verifies_and_is_backed_up() {
    let world = world_with_kept_vault();
    world.kh_ok_with(&["unlock", "--password-stdin"], KEPT_PASSWORD);
    check_content(&world);
    world.kh_ok(&["verify"]);
    world.kh_ok(&["audit", "--verify"]);
    // It can still be written to, and what is written goes into a backup.
    world.kh_ok_with(
        &["add", "New", "-p", "shop", "-e", "dev", "--stdin"],
        "new value",
    );
    let backup = world.path("work/again.khbackup");
    world.kh_ok(&["backup", backup.to_str().unwrap()]);
    world.kh_ok(&["lock"]);
    world.kh_ok_with(&["unlock", "--recovery", "--password-stdin"], RECOVERY_KEY);
    assert_eq!(world.kh_ok(&["get", "kh://shop/dev/New"]), "new value");
    world.kh_ok(&["agent", "stop"]);

    let elsewhere = World::shipped();
    let backup = backup.to_str().unwrap();
    elsewhere.kh_ok_with(&["restore", backup, "--password-stdin"], KEPT_PASSWORD);
    check_content(&elsewhere);
    let new = elsewhere.kh_ok(&["get", "kh://shop/dev/New"]);
    assert_eq!(new, "new value");
}

#[test]
fn a_backup_of_version_0_1_0_is_restored() {
    let world = World::shipped();
    let backup = kept().join("backup.khbackup");
    let backup = backup.to_str().unwrap();
    world.kh_ok_with(&["restore", backup, "--password-stdin"], KEPT_PASSWORD);
    check_content(&world);
    world.kh_ok(&["verify"]);
}
