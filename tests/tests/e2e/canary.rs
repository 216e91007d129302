//! Values stay where they belong: after everything was done with unusual values, no file,
//! no message, no command line and no notification holds one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use data_encoding::{BASE64_NOPAD, HEXLOWER};
use keyhaven_proof::ProofRun;
use keyhaven_tests::{Bus, Display, Kept, PASSWORD, World, eventually};

/// In pieces, lest a search of this program's own source or arguments finds it.
fn canary(name: &str) -> String {
    format!("{}-{}-{name}-ЖЖ", "canary7Qz", "9vXw3")
}

/// What a value may look like where it was encoded on the way.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let hex = HEXLOWER.encode(value.as_bytes());
    let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let base64 = BASE64_NOPAD.encode(value.as_bytes());
    // The last letters depend on what follows.
    let base64 = base64[..base64.len() - 2].to_owned();
    vec![value.into(), hex.into_bytes(), wide, base64.into_bytes()]
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Where any of the values stands in these bytes.
fn leak(bytes: &[u8], values: &[String]) -> bool {
    values
        .iter()
        .flat_map(|value| forms(value))
        .any(|form| contains(bytes, &form))
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files_below(&path, found),
            Ok(kind) if kind.is_file() => found.push(path),
            _ => {}
        }
    }
}

/// Command lines of all processes whose own user may be us.
fn command_lines() -> Vec<u8> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.collect::<Vec<_>>().join(&b'\n')
}

#[test]
fn promise_15_no_value_is_left_anywhere() {
    let mut proof = ProofRun::begin("promise_15_no_value_is_left_anywhere");
    let mut world = World::new();
    // Whatever a library could say about what it does, it is asked to say.
    for (variable, level) in [
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
        ("G_MESSAGES_DEBUG", "all"),
        ("DBUS_VERBOSE", "1"),
    ] {
        world.set(variable, level);
    }
    let bus = Bus::start(&world);
    let mut display = Display::start(&mut world);
    display.show_notices(&world, &bus);
    world.init();
    // At any time of day a reminder is wanted at once.
    world.kh_ok(&["config", "set", "quiet-from", "00:00"]);
    world.kh_ok(&["config", "set", "quiet-to", "00:00"]);
    let values: Vec<String> = ["one", "two", "three", "env"].map(canary).into();
    let [one, two, three, env] = values.as_slice() else {
        unreachable!("four values")
    };
    let mut said: Vec<u8> = Vec::new();
    let mut kh = |arguments: &[&str], input: &str| {
        let output = world.kh_with(arguments, input);
        said.extend(&output.stdout);
        said.extend(&output.stderr);
    };

    // Stored, replaced, edited, imported, shown in every listing.
    kh(
        &[
            "add",
            "first",
            "-p",
            "shop",
            "-e",
            "dev",
            "--stdin",
            "--expires",
            "1d",
        ],
        one,
    );
    kh(&["set", "first", "-p", "shop", "-e", "dev", "--stdin"], two);
    kh(
        &[
            "add", "pair", "-p", "shop", "-e", "dev", "--stdin", "--field", "a=PAIR_A", "--field",
            "b=PAIR_B",
        ],
        &format!("{{\"a\":\"{three}\",\"b\":\"{three}\"}}"),
    );
    kh(
        &[
            "import",
            "dotenv",
            "-",
            "-p",
            "shop",
            "-e",
            "dev",
            "--dry-run",
        ],
        &format!("FROM_FILE={env}\n"),
    );
    kh(
        &["import", "dotenv", "-", "-p", "shop", "-e", "dev"],
        &format!("FROM_FILE={env}\n"),
    );
    for command in ["list", "due", "health", "audit", "status", "config"] {
        kh(&[command], "");
        kh(&[command, "--json"], "");
    }
    for command in ["show", "history"] {
        kh(&[command, "kh://shop/dev/first"], "");
        kh(&[command, "kh://shop/dev/first", "--json"], "");
    }
    kh(
        &[
            "profile",
            "add",
            "web",
            "-p",
            "shop",
            "-e",
            "dev",
            "--as",
            "A=first",
            "--set",
            "B={{kh:pair/a|url}}",
            "--",
            "true",
        ],
        "",
    );
    kh(&["run", "--profile", "web", "--only", "first"], "");
    kh(&["profile", "show", "web", "--json"], "");
    kh(&["audit", "--json"], "");
    // Refused, in as many ways as there are.
    kh(&["add", "first", "-p", "shop", "-e", "dev", "--stdin"], one);
    kh(
        &[
            "add",
            "loader",
            "-p",
            "shop",
            "-e",
            "dev",
            "--stdin",
            "--env-var",
            "LD_PRELOAD",
        ],
        one,
    );
    kh(&["run", "-p", "shop", "-e", "dev", "--", "true"], "");
    kh(&["rm", "kh://shop/dev/loader"], "");
    kh(
        &["import", "dotenv", "-", "-p", "shop", "-e", "dev"],
        &format!("BAD=\"{env}\n"),
    );
    kh(
        &["import", "dotenv", "-", "-p", "shop", "-e", "dev"],
        &format!("{env} is no line\n"),
    );
    kh(
        &[
            "add", "many", "-p", "shop", "-e", "dev", "--stdin", "--field", "x",
        ],
        &format!("{{\"y\":\"{one}\"}}"),
    );
    kh(
        &[
            "add", "many", "-p", "shop", "-e", "dev", "--stdin", "--field", "x",
        ],
        one,
    );
    kh(&["unlock", "--password-stdin"], two);
    kh(&["get", "kh://shop/dev/nothing"], "");
    let mut values = values.clone();
    let password = canary("password");
    kh(
        &["password", "--password-stdin"],
        &format!("{PASSWORD}\n{password}\n"),
    );
    kh(
        &["password", "--password-stdin"],
        &format!("{two}\n{three}\n"),
    );
    kh(&["agent", "log"], "");
    // Shown once, and nowhere else.
    let shown = world.kh_ok_with(
        &["recovery", "--password-stdin", "--json"],
        format!("{password}\n"),
    );
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let key = shown["recovery_key"].as_str().unwrap();
    values.extend([password, key.to_owned(), key.replace('-', "")]);
    assert!(!leak(&said, &values), "{}", String::from_utf8_lossy(&said));
    // The agent's own log has been at it, and has no names either.
    let log = world.kh_ok(&["agent", "log"]);
    assert!(log.contains("code=wrong_password"), "{log}");
    for name in ["first", "pair", "FROM_FILE", "shop"] {
        assert!(!log.contains(name), "{name}: {log}");
    }

    // Given to a program that lives while all command lines are read; copied, reminded of.
    let ready = world.path("work/ready");
    let program = ["run", "-p", "shop", "-e", "dev", "--", "sh", "-c"];
    let script = "test -n \"$FIRST\" && touch ready && exec sleep 1000";
    let running = Kept::start(world.kh(&program).arg(script).stdout(Stdio::null()));
    eventually("the program", || ready.exists());
    world.kh_ok(&["get", "kh://shop/dev/first", "--copy"]);
    eventually("the copy", || {
        display.clipboard(&world).as_deref() == Some(two.as_str())
    });
    assert!(!leak(&command_lines(), &values));
    assert!(
        contains(&command_lines(), b"--clipboard"),
        "nothing was looked at"
    );
    // Its environment is the one place: the control of the search.
    let given = fs::read(format!("/proc/{}/environ", running.pid())).unwrap();
    assert!(leak(&given, &values));
    world.pass(std::time::Duration::from_secs(2 * 24 * 60 * 60));
    eventually("a reminder", || !display.notices().is_empty());
    let notices = format!("{:?}", display.notices());
    assert!(!leak(notices.as_bytes(), &values), "{notices}");
    drop(running);

    for state in ["unlocked", "locked", "ended"] {
        let mut files = Vec::new();
        files_below(&world.path(""), &mut files);
        let names: BTreeSet<_> = files.iter().filter_map(|file| file.file_name()).collect();
        assert!(
            names
                .iter()
                .any(|name| name.to_string_lossy().ends_with(".db")),
            "{names:?}"
        );
        proof.held(files.len() * values.len());
        for file in &files {
            let bytes = fs::read(file).unwrap_or_default();
            assert!(!leak(&bytes, &values), "{} while {state}", file.display());
            assert!(!contains(&bytes, PASSWORD.as_bytes()), "{}", file.display());
        }
        match state {
            "unlocked" => drop(world.kh_ok(&["lock"])),
            "locked" => drop(world.kh_ok(&["agent", "stop"])),
            _ => {}
        }
    }
}
