//! The window's start against that of an empty one: from the start of the
//! process to the paint in which its first view stands, whole and usable.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use keyhaven_tests::{Bus, Content, Display, Kept, World, eventually};

use crate::{Figure, import, median, ms};

/// Starts of each.
const ROUNDS: usize = 15;

/// Between two looks at the display.
const LOOK: Duration = Duration::from_millis(2);

/// The agent runs and the vault is open, as for most of a day: the first view
/// is the overview of 50 keys.
pub fn open() -> Figure {
    let world = World::shipped();
    start("window to first view, open / empty Tauri", world, |_| {})
}

/// The vault is locked.
pub fn locked() -> Figure {
    let world = World::shipped();
    start(
        "window to first view, locked / empty Tauri",
        world,
        |world| {
            world.kh_ok(&["lock"]);
        },
    )
}

fn start(what: &'static str, mut world: World, prepare: impl FnOnce(&World)) -> Figure {
    let bus = Bus::start(&world);
    let display = Display::start(&mut world);
    world.init();
    import(&world, 50);
    prepare(&world);
    let desk = Desk {
        screen: display.screen(),
        display,
        world,
        _bus: bus,
    };
    let programs = [
        Program::learn(&desk, "keyhaven", "^Keyhaven$"),
        Program::learn(&desk, "examples/empty-window", "^Empty$"),
    ];
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        for (program, times) in programs.iter().zip(&mut times) {
            times.push(program.time(&desk));
        }
    }
    let [ours, empty] = times.map(median);
    let ratio = ours.as_secs_f64() / empty.as_secs_f64();
    Figure {
        what,
        measured: format!("{ratio:.2}x ({} / {})", ms(ours), ms(empty)),
        target: "at most 1.3x".into(),
        good: ratio <= 1.3,
    }
}

struct Desk {
    screen: keyhaven_tests::Screen,
    display: Display,
    world: World,
    _bus: Bus,
}

/// A program with a window, and what that shows once it can be used.
struct Program {
    name: &'static str,
    title: &'static str,
    content: Content,
}

impl Program {
    fn learn(desk: &Desk, name: &'static str, title: &'static str) -> Self {
        let running = Kept::start(&mut command(desk, name));
        let window = desk.display.window(&desk.world, title);
        desk.display.settle();
        let area = desk.display.area(&desk.world, &window);
        let program = Self {
            name,
            title,
            content: desk.screen.content(area),
        };
        program.end(desk, running);
        program
    }

    fn time(&self, desk: &Desk) -> Duration {
        let mut command = command(desk, self.name);
        let start = Instant::now();
        let running = Kept::start(&mut command);
        while !desk.screen.shows(&self.content) {
            assert!(
                start.elapsed() < keyhaven_tests::PATIENCE,
                "{} never looked as it did the first time",
                self.name
            );
            std::thread::sleep(LOOK);
        }
        let time = start.elapsed();
        self.end(desk, running);
        time
    }

    /// What WebKit still does after its program's end is not to be measured
    /// with the next one.
    fn end(&self, desk: &Desk, running: Kept) {
        drop(running);
        desk.display.wait_gone(&desk.world, self.title);
        desk.display.settle();
        eventually("an empty display", || !desk.screen.shows(&self.content));
    }
}

fn command(desk: &Desk, name: &str) -> Command {
    let mut command = desk.world.command(name);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}
