//! The hook of a shell: what each prompt costs in a folder whose variables are loaded and where
//! nothing has changed, and whether folders are loaded while every core is busy.

use std::process::{Command, Stdio};
use std::time::Duration;

use keyhaven_tests::World;

use super::{Figure, import, median, ms};

const CLOCK: &str = r#"
eval "$(kh hook SHELL)"
least() { eval "$(/bin/true)"; }
now() { local t=$EPOCHREALTIME; now=${t%.*}; local rest=${t#*.}; rest=${rest}000000; now=$now${rest:0:6}; }
"#;

/// Enters the folder so many times, with a prompt where nothing has changed and the least that
/// it could be in between.
const ENTRIES: &str = r#"
for _ in {1..200}; do
  cd app; __kh_hook 2>> ../notes
  [ -n "$KEY_00000" ] && echo loaded
  now; a=$now; __kh_hook 2>> ../notes; now; b=$now; least; now; c=$now
  echo "$((b - a)) $((c - b))"
  cd ..; __kh_hook 2>> notes
done
grep -v 'variables loaded$\|: unloaded$' notes | sed 's/^/note /'
"#;

/// Prints microseconds, in turns: a step of the hook, and the least that a step could be.
const TURNS: &str = r#"
for _ in {1..3000}; do __kh_hook; [ -n "$KEY_00000" ] && break; done
[ -n "$KEY_00000" ] || exit 1
for _ in {1..300}; do
  now; a=$now; __kh_hook; now; b=$now; least; now; c=$now
  echo "$((b - a)) $((c - b))"
done
"#;

/// A prompt of bash.
pub fn bash() -> Figure {
    unchanged("bash", "kh hook, unchanged / eval, in bash", "")
}

/// A prompt of zsh.
pub fn zsh() -> Figure {
    let clock = "zmodload zsh/datetime\n";
    unchanged("zsh", "kh hook, unchanged / eval, in zsh", clock)
}

fn unchanged(shell: &str, what: &'static str, prelude: &str) -> Figure {
    let world = World::shipped();
    world.init();
    import(&world, 50);
    let file = "project = \"bench\"\nenvironment = \"dev\"\n";
    world.write(".keyhaven.toml", file);
    world.kh_ok(&["allow", "--yes"]);
    let script = format!("{prelude}{CLOCK}{TURNS}").replace("SHELL", shell);
    let mut command = world.command(shell);
    command.args(["-c", &script]).stderr(Stdio::null());
    let output = command.output().expect("a shell that starts");
    assert!(output.status.success(), "{shell} loads and measures");
    let text = String::from_utf8_lossy(&output.stdout);
    let (step, least) = (column(&text, 0), column(&text, 1));
    let ratio = step.as_secs_f64() / least.as_secs_f64();
    Figure {
        what,
        measured: format!("{} ({ratio:.2}x of {})", ms(step), ms(least)),
        target: "under 3 ms".into(),
        good: step < Duration::from_millis(3),
    }
}

/// The median of a column of microseconds.
fn column(text: &str, number: usize) -> Duration {
    let times = text.lines().filter_map(|line| {
        let micros = line.split(' ').nth(number)?.parse().ok()?;
        Some(Duration::from_micros(micros))
    });
    median(times.collect())
}

/// Entering a folder in bash while every core is busy.
pub fn under_load() -> Figure {
    let world = World::shipped();
    world.init();
    import(&world, 50);
    let app = world.path("work/app");
    std::fs::create_dir(&app).expect("a folder");
    let file = "project = \"bench\"\nenvironment = \"dev\"\n";
    world.write("app/.keyhaven.toml", file);
    let mut allow = world.kh(&["allow", "--yes"]);
    let allowed = allow.current_dir(&app).stdout(Stdio::null()).status();
    assert!(allowed.expect("kh that starts").success());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let busy = || {
        Command::new("sh")
            .args(["-c", "while :; do :; done"])
            .spawn()
    };
    let busy: Vec<_> = (0..cores)
        .map(|_| busy().expect("a busy process"))
        .collect();
    let script = format!("{CLOCK}{ENTRIES}").replace("SHELL", "bash");
    let output = world.command("bash").args(["-c", &script]).output();
    for mut one in busy {
        // Both fail only where it is gone already.
        let _ = one.kill().and_then(|()| one.wait());
    }
    let output = output.expect("a shell that starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    let (loaded, notes) = (count("loaded"), count("note "));
    let (step, least) = (column(&text, 0), column(&text, 1));
    let ratio = step.as_secs_f64() / least.as_secs_f64();
    Figure {
        what: "kh hook, all cores busy, in bash",
        measured: format!(
            "{loaded} of 200, {notes} notes, {ratio:.2}x of {}",
            ms(least)
        ),
        target: "200, 0, under 4x".into(),
        good: loaded == 200 && notes == 0 && ratio < 4.0,
    }
}
