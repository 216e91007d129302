//! `kh run` against a program that does no more than set variables, and against other tools
//! that keep the same values encrypted.

use std::process::{Command, Stdio};

use keyhaven_tests::World;

use super::{Figure, import, medians, ms};

/// What a launch costs with few and with many keys.
pub fn one() -> Figure {
    against_floor("kh run of 1 key / set 1, exec", 1, 2.5)
}

/// The number a developer has.
pub fn fifty() -> Figure {
    against_floor("kh run of 50 keys / set 50, exec", 50, 1.6)
}

/// More than anybody should hand to one program.
pub fn five_hundred() -> Figure {
    against_floor("kh run of 500 keys / set 500, exec", 500, 4.0)
}

fn against_floor(what: &'static str, keys: usize, most: f64) -> Figure {
    let world = with_keys(keys);
    let ours = || ours(&world);
    let floor = || {
        let mut command = world.command(world.bin("floor"));
        command.args([&keys.to_string(), "true"]);
        command
    };
    let [ours, floor] = medians(300, [&ours, &floor]);
    let ratio = ours.as_secs_f64() / floor.as_secs_f64();
    Figure {
        what,
        measured: format!("{ratio:.2}x ({} / {})", ms(ours), ms(floor)),
        target: format!("at most {most}x"),
        good: ratio <= most,
    }
}

fn with_keys(count: usize) -> World {
    let world = World::shipped();
    world.init();
    import(&world, count);
    let variables = world.kh_ok(&["run", "-p", "bench", "-e", "dev", "--", "env"]);
    let given = variables.lines().filter(|line| line.starts_with("KEY_"));
    assert_eq!(given.count(), count, "kh run hands over every variable");
    world
}

fn ours(world: &World) -> Command {
    world.kh(&["run", "-p", "bench", "-e", "dev", "--", "true"])
}

/// A tool that keeps values encrypted on the machine itself.
struct Peer {
    program: &'static str,
    /// Prepares 50 values in `$HOME`, as its manual says.
    prepare: &'static str,
    /// Runs `true` with them in its environment.
    launch: &'static str,
}

const PEERS: [Peer; 3] = [
    Peer {
        program: "pass",
        prepare: "set -e; gpg --batch --quiet --passphrase '' --quick-gen-key bench
            pass init bench
            i=0; while [ $i -lt 50 ]; do
                echo \"sk_test_$i\" | pass insert --multiline KEY_$i; i=$((i + 1))
            done",
        launch: "i=0; while [ $i -lt 50 ]; do
                export KEY_$i=\"$(pass show KEY_$i)\"; i=$((i + 1))
            done; exec true",
    },
    Peer {
        program: "dotenvx",
        prepare: "set -e; i=0; while [ $i -lt 50 ]; do
                echo \"KEY_$i=sk_test_$i\" >> bench.env; i=$((i + 1))
            done
            dotenvx encrypt -f bench.env",
        launch: "exec dotenvx run --quiet -f bench.env -- true",
    },
    Peer {
        program: "keepassxc-cli",
        prepare: "set -e; printf 'bench\\nbench\\n' | keepassxc-cli db-create --set-password bench.kdbx
            i=0; while [ $i -lt 50 ]; do
                printf 'bench\\nsk_test\\n' | keepassxc-cli add --quiet -p bench.kdbx KEY_$i
                i=$((i + 1))
            done",
        launch: "i=0; while [ $i -lt 50 ]; do
                export KEY_$i=\"$(echo bench | keepassxc-cli show --quiet -s -a Password bench.kdbx KEY_$i)\"
                i=$((i + 1))
            done; exec true",
    },
];

/// Tools that this program cannot prepare: an account elsewhere is needed, or nobody has
/// written down how.
const OTHERS: [(&str, &str); 4] = [
    ("op", "needs an account"),
    ("doppler", "needs an account"),
    ("fnox", "not measured"),
    ("murk", "not measured"),
];

/// The fastest of the other tools that are installed, on the same number of values.
pub fn peers() -> Figure {
    let world = with_keys(50);
    let mut said = Vec::new();
    let mut fastest: Option<f64> = None;
    for peer in &PEERS {
        if !is_installed(&world, peer.program) {
            said.push(format!("{}: not installed", peer.program));
            continue;
        }
        let ratio = peer.against(&world);
        said.push(format!("{}: {ratio:.0}x", peer.program));
        fastest = Some(fastest.map_or(ratio, |least| least.min(ratio)));
    }
    for (program, why) in OTHERS {
        let found = is_installed(&world, program);
        let state = if found { why } else { "not installed" };
        said.push(format!("{program}: {state}"));
    }
    Figure {
        what: "other tools / kh run, 50 values",
        measured: said.join(", "),
        target: "each at least 3x".into(),
        // Without any there is nothing to compare with, as reported above.
        good: fastest.is_none_or(|least| least >= 3.0),
    }
}

impl Peer {
    /// How many times as long it takes.
    fn against(&self, world: &World) -> f64 {
        let prepared = shell(world, self.prepare).stdout(Stdio::null()).status();
        assert!(prepared.unwrap().success(), "{} is prepared", self.program);
        let theirs = || shell(world, self.launch);
        let ours = || ours(world);
        let [theirs, ours] = medians(10, [&theirs, &ours]);
        theirs.as_secs_f64() / ours.as_secs_f64()
    }
}

fn shell(world: &World, script: &str) -> Command {
    let mut command = world.command("sh");
    command.args(["-c", script]).stderr(Stdio::null());
    command
}

fn is_installed(world: &World, program: &str) -> bool {
    let found = shell(world, &format!("command -v {program}"))
        .stdout(Stdio::null())
        .status();
    found.unwrap().success()
}
