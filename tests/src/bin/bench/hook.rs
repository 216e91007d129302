//! The hook of a shell, in a folder whose variables are loaded and where nothing has changed:
//! what each prompt costs.

use std::process::Stdio;
use std::time::Duration;

use keyhaven_tests::World;

use super::{Figure, import, median, ms};

/// Prints microseconds, in turns: a step of the hook, and the least that a step could be.
const TURNS: &str = r#"
eval "$(kh hook SHELL)"
least() { eval "$(/bin/true)"; }
now() { local t=$EPOCHREALTIME; now=${t%.*}; local rest=${t#*.}; rest=${rest}000000; now=$now${rest:0:6}; }
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
    let script = format!("{prelude}{TURNS}").replace("SHELL", shell);
    let mut command = world.command(shell);
    command.args(["-c", &script]).stderr(Stdio::null());
    let output = command.output().expect("a shell that starts");
    assert!(output.status.success(), "{shell} loads and measures");
    let text = String::from_utf8_lossy(&output.stdout);
    let column = |number: usize| {
        let times = text.lines().filter_map(|line| {
            let micros = line.split(' ').nth(number)?.parse().ok()?;
            Some(Duration::from_micros(micros))
        });
        median(times.collect())
    };
    let (step, least) = (column(0), column(1));
    let ratio = step.as_secs_f64() / least.as_secs_f64();
    Figure {
        what,
        measured: format!("{} ({ratio:.2}x of {})", ms(step), ms(least)),
        target: "under 3 ms".into(),
        good: step < Duration::from_millis(3),
    }
}
