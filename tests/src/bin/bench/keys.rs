//! What a change of the master password costs, however much the vault holds.

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs;

use keyhaven_tests::{PASSWORD, World};

use super::{Figure, medians, ms};

/// Set to try a figure with fewer keys, which then says nothing about its target.
const KEYS: &str = "KEYHAVEN_BENCH_KEYS";

/// Credentials in the largest vault.
pub fn very_many() -> usize {
    let fewer = std::env::var(KEYS).ok();
    fewer.map_or(100_000, |keys| keys.parse().expect("a number of keys"))
}

pub const FEW: usize = 10;
/// The one that [`PASSWORD`] takes turns with.
const OTHER: &str = "battery staple lantern";

/// With the test-agent, whose key derivation costs next to nothing: what is left of a change
/// is everything else.
pub fn password() -> Figure {
    let (few, many) = (Vault::with(FEW), Vault::with(very_many()));
    let [many, few] = medians(40, [&|| many.change(), &|| few.change()]);
    let ratio = many.as_secs_f64() / few.as_secs_f64();
    Figure {
        what: "kh password at 100,000 / at 10, without KDF",
        measured: format!("{ratio:.2}x ({} / {})", ms(many), ms(few)),
        target: "at most 1.2x".into(),
        good: ratio <= 1.2,
    }
}

/// An import has a limit, so a large vault is filled by several.
pub fn fill(world: &World, count: usize) {
    const PART: usize = 20_000;
    for part in 0..count.div_ceil(PART) {
        let mut text = String::new();
        for number in 0..count.min(PART) {
            let _ = writeln!(text, "KEY_{number:05}=sk_test_{number:032x}");
        }
        let file = world.write("keys.env", text);
        let file = file.to_str().expect("a plain path");
        let project = format!("bench-{part}");
        world.kh_ok(&[
            "import", "dotenv", file, "-p", &project, "-e", "dev", "--yes",
        ]);
    }
}

struct Vault {
    world: World,
    changes: Cell<usize>,
}

impl Vault {
    fn with(count: usize) -> Self {
        let world = World::new();
        world.init();
        fill(&world, count);
        let there = format!("{PASSWORD}\n{OTHER}\n");
        world.write("there", there);
        world.write("back", format!("{OTHER}\n{PASSWORD}\n"));
        Self {
            world,
            changes: Cell::new(0),
        }
    }

    /// From one password to the other, or back.
    fn change(&self) -> std::process::Command {
        let turn = self.changes.replace(self.changes.get() + 1);
        let input = if turn.is_multiple_of(2) {
            "there"
        } else {
            "back"
        };
        let input = self.world.path("work").join(input);
        let mut command = self.world.kh(&["password", "--password-stdin", "--quiet"]);
        command.stdin(fs::File::open(input).expect("a file of passwords"));
        command
    }
}
