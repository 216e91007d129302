//! One read costs the same however much the vault holds.

use std::fs;
use std::process::{Command, Stdio};

use keyhaven_tests::World;

use super::keys::{FEW, fill, very_many};
use super::{Figure, medians, ms};

const KEY: &str = "kh://bench-0/dev/KEY_00005";

/// Makes the command of one read.
type Read = fn(&World) -> Command;

/// What `kh` does for one key in a vault of 100,000, 20,000 of them in its environment, and in
/// a vault of 10, turn by turn. Without key derivation.
pub fn reads() -> Figure {
    let (few, many) = (vault(FEW), vault(very_many()));
    let reads: [(&str, Read); 4] = [
        ("get", get),
        ("run --only", run_only),
        ("git-credential", git_credential),
        ("hook", hook),
    ];
    let mut worst: f64 = 0.0;
    let mut measured = Vec::new();
    for (name, read) in reads {
        let [many, few] = medians(100, [&|| read(&many), &|| read(&few)]);
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        worst = worst.max(ratio);
        measured.push(format!("{name} {ratio:.2}x ({} / {})", ms(many), ms(few)));
    }
    Figure {
        what: "one read in a large vault / at 10",
        measured: format!("at {}: {}", very_many(), measured.join(", ")),
        target: "each at most 1.2x".into(),
        good: worst <= 1.2,
    }
}

fn vault(count: usize) -> World {
    let world = World::new();
    world.init();
    fill(&world, count);
    world.kh_ok(&["edit", KEY, "--url", "https://git.example"]);
    world.write("ask", "protocol=https\nhost=git.example\n\n");
    let file = "project = \"bench-0\"\nenvironment = \"dev\"\n[env]\nTOKEN = \"kh:KEY_00005\"\n";
    world.write(".keyhaven.toml", file);
    world.kh_ok(&["allow", "--yes"]);
    // Each does what it is to do.
    let value = world.kh_ok(&["get", KEY]);
    assert!(value.starts_with("sk_test_"), "{value}");
    let answers = [
        (run_only(&world), "KEY_00005"),
        (git_credential(&world), "password=sk_test_"),
        (hook(&world), "TOKEN"),
    ];
    for (mut command, expected) in answers {
        let output = command.output().expect("a program that starts");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(expected), "{command:?}: {text}");
    }
    world
}

fn get(world: &World) -> Command {
    world.kh(&["get", KEY])
}

fn run_only(world: &World) -> Command {
    let source = [
        "run",
        "-p",
        "bench-0",
        "-e",
        "dev",
        "--only",
        "kh:KEY_00005",
    ];
    world.kh(&[source.as_slice(), &["--", "env"]].concat())
}

fn git_credential(world: &World) -> Command {
    let mut command = world.kh(&["git-credential", KEY, "get"]);
    let asked = world.path("work").join("ask");
    command.stdin(fs::File::open(asked).expect("what git says"));
    command
}

fn hook(world: &World) -> Command {
    let mut command = world.kh(&["hook", "bash", "--step"]);
    // It says at each load how many variables there are.
    command.stderr(Stdio::null());
    command
}
