//! Unlocking that follows the login: a real GNOME Keyring on a private bus.

use std::io::Write as _;
use std::process::Stdio;

use keyhaven_tests::{Bus, Kept, PASSWORD, World, eventually};

/// The keychain's bus name (Secret Service API).
const SECRETS: &str = "org.freedesktop.secrets";

/// A keychain that the person's login has unlocked.
fn keyring(world: &World, bus: &Bus) -> Kept {
    let mut command = world.command("gnome-keyring-daemon");
    command
        .args(["--foreground", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut daemon = Kept::start(&mut command);
    let mut input = daemon.child().stdin.take().unwrap();
    input.write_all(b"the login's own password").unwrap();
    drop(input);
    eventually("a keychain", || bus.has_owner(world, SECRETS));
    daemon
}

/// What the keychain keeps for this program, as it names its items.
fn items(world: &World) -> usize {
    let output = world
        .command("dbus-send")
        .args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
        ])
        .arg("/org/freedesktop/secrets")
        .arg("org.freedesktop.Secret.Service.SearchItems")
        .arg("dict:string:string:application,keyhaven")
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.matches("object path").count()
}

fn status_of_unlock(world: &World) -> (Option<i32>, String) {
    let output = world.kh_with(&["unlock", "--no-input"], "");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn a_login_opens_the_vault_where_its_owner_allowed_that_and_no_longer_than_that() {
    let world = World::new();
    let bus = Bus::start(&world);
    let daemon = keyring(&world, &bus);
    world.init();
    world.kh_ok(&["lock"]);
    assert_eq!(status_of_unlock(&world).0, Some(3), "not allowed yet");

    world.kh_ok_with(&["unlock", "--password-stdin"], PASSWORD);
    let allow = ["config", "login-keychain", "on", "--password-stdin"];
    let refused = world.kh_with(&allow, "not the password");
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(items(&world), 0);
    world.kh_ok_with(&allow, PASSWORD);
    assert_eq!(items(&world), 1);
    world.kh_ok(&["lock"]);
    assert_eq!(status_of_unlock(&world).0, Some(0));
    let log = world.kh_ok(&["audit", "--action", "vault.unlock_login", "--json"]);
    assert!(log.contains("vault.unlock_login"));

    // A new vault key ends it, and it is allowed again.
    let passwords = format!("{PASSWORD}\n{PASSWORD}\n");
    let made = world.kh_ok_with(&["password", "--rekey", "--password-stdin"], passwords);
    assert!(made.contains("Recovery key"));
    world.kh_ok(&["lock"]);
    assert_eq!(status_of_unlock(&world).0, Some(3));
    world.kh_ok_with(&["unlock", "--password-stdin"], PASSWORD);
    world.kh_ok_with(&allow, PASSWORD);
    assert_eq!(items(&world), 1, "the earlier one was replaced");

    // Without the keychain the password is asked for, and nobody is there to answer.
    drop(daemon);
    eventually("the end of the keychain", || {
        !bus.has_owner(&world, SECRETS)
    });
    world.kh_ok(&["lock"]);
    let (status, said) = status_of_unlock(&world);
    assert_eq!(status, Some(3));
    assert!(said.contains("the login keychain cannot be used"), "{said}");

    // It kept its item over a new login.
    let _daemon = keyring(&world, &bus);
    assert_eq!(status_of_unlock(&world).0, Some(0));
    world.kh_ok(&["config", "login-keychain", "off"]);
    assert_eq!(items(&world), 0);
    world.kh_ok(&["lock"]);
    assert_eq!(status_of_unlock(&world).0, Some(3));
}
