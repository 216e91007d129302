//! Dates as a person and a calendar program see them: the same in `kh`, in its JSON and in the
//! window, and read back from the calendar file by another program in three zones.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use keyhaven_tests::{WindowHost, World, eventually};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_secs(3600);

/// Prints each event of a calendar as a reader understands it: what, when, and its alarms.
const READER: &str = r#"
import sys
from datetime import date, datetime, timedelta
from icalendar import Calendar

calendar = Calendar.from_ical(open(sys.argv[1], "rb").read())
for event in sorted(calendar.walk("VEVENT"), key=lambda event: event["UID"]):
    start = event.decoded("DTSTART")
    kind = "instant" if isinstance(start, datetime) else "day"
    alarms = event.walk("VALARM")
    leads = sorted(alarm.decoded("TRIGGER") for alarm in alarms)
    days = [round((timedelta(hours=9) - lead) / timedelta(days=1)) for lead in leads]
    print(event["UID"], event["SEQUENCE"], kind, start, event["SUMMARY"], days, sep="|")
"#;

/// The Python that has the reader of calendars, where the set-up could bring it in.
fn reader() -> Option<PathBuf> {
    let programs = std::env::var_os("KEYHAVEN_BIN_DIR")?;
    let tools = PathBuf::from(programs).with_file_name("tools");
    Some(tools.join("icalendar/bin/python")).filter(|python| python.exists())
}

fn add(world: &World, name: &str, more: &[&str]) {
    let add = ["add", name, "-p", "shop", "-e", "dev", "--stdin"];
    world.kh_ok_with(&[&add, more].concat(), "value");
}

fn json_of(world: &World, arguments: &[&str]) -> Value {
    let text = world.kh_ok(&[arguments, &["--json"]].concat());
    serde_json::from_str(&text).unwrap()
}

/// What the window asks for its view of what is due.
fn window_due(window: &mut WindowHost) -> Value {
    let call = json!({
        "command": "query",
        "args": { "request": { "due": { "within_days": 90 } } },
    });
    window.call(&call, |_| None)["answer"].clone()
}

#[test]
fn kh_its_json_and_the_window_say_the_same_in_hours() {
    let world = World::new();
    world.init();
    world.configure("auto-lock-minutes", "0");
    let in_an_hour = Timestamp::now() + SignedDuration::from_hours(1);
    add(&world, "stripe", &["--expires", &in_an_hour.to_string()]);
    let mut window = WindowHost::start(&world);
    let mut check = |words: &str, code: &str, sign: i64| {
        let due = json_of(&world, &["due"])[0].clone();
        let seconds = due["seconds"].as_i64().unwrap();
        // All that is read as one hour: on a busy machine, time goes by meanwhile.
        assert!((1800..5400).contains(&(seconds * sign)), "{due}");
        assert_eq!(due["words"], json!({ "code": code, "hours": 1 }));
        let seen = window_due(&mut window)[0].clone();
        assert_eq!(
            (&seen["words"], &seen["in_days"]),
            (&due["words"], &due["in_days"])
        );
        let row = json_of(&world, &["list"])[0].clone();
        assert_eq!(row["expires_in"]["words"], due["words"]);
        for command in [&["due"][..], &["list"], &["show", "kh://shop/dev/stripe"]] {
            let said = world.kh_ok(command);
            assert!(said.contains(words), "{command:?}: {said}");
        }
    };
    check("in 1 hour", "in_hours", 1);
    world.pass(2 * HOUR);
    check("expired 1 hour ago", "expired_hours", -1);
    window.end();
}

#[test]
fn another_program_reads_the_same_days_from_the_calendar_in_three_zones() {
    let Some(reader) = reader() else {
        eprintln!("not checked: the set-up could not bring in the reader of calendars");
        return;
    };
    let world = World::new();
    world.init();
    let long = "a name, with; what \\ a calendar escapes ".repeat(3);
    add(&world, long.trim(), &["--expires", "2031-03-30"]);
    add(&world, "rotating", &["--rotate-on", "2031-10-26"]);
    add(&world, "instant", &["--expires", "2031-12-31T23:30:00Z"]);
    let script = world.write("reader.py", READER);
    let read = |file: &Path, zone: &str| {
        let mut command = world.command(&reader);
        let read = command.arg(&script).arg(file).env("TZ", zone).output();
        let read = read.unwrap();
        assert!(read.status.success(), "{read:?}");
        String::from_utf8(read.stdout).unwrap()
    };
    let file = world.write("due.ics", world.kh_ok(&["due", "--ics"]));
    let zones = ["America/St_Johns", "Africa/Cairo", "Pacific/Kiritimati"];
    let [here, there, elsewhere] = zones.map(|zone| read(&file, zone));
    assert_eq!(here, there);
    assert_eq!(here, elsewhere);
    let lines: Vec<Vec<&str>> = here.lines().map(|line| line.split('|').collect()).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line[2], line[3], line[4]))
        .collect();
    assert_eq!(
        told,
        [
            ("day", "2031-03-30", "An API key expires"),
            ("day", "2031-10-26", "An API key is due for rotation"),
            ("instant", "2031-12-31 23:30:00+00:00", "An API key expires"),
        ]
    );
    // The vault's lead times, at nine on each day.
    assert_eq!(lines[0][5], "[30, 14, 7, 3, 1, 0]");

    // A change keeps the event and raises its number.
    let move_it = [
        "edit",
        "kh://shop/dev/rotating",
        "--rotate-on",
        "2031-11-01",
    ];
    world.kh_ok(&move_it);
    let named = world.kh_ok(&["due", "--ics", "--names"]);
    let file = world.write("named.ics", named);
    let again = read(&file, "UTC");
    let moved: Vec<&str> = again.lines().nth(1).unwrap().split('|').collect();
    assert_eq!(moved[0], lines[1][0]);
    assert_eq!((lines[1][1], moved[1]), ("1", "2"));
    assert_eq!(moved[3], "2031-11-01");
    assert_eq!(moved[4], "rotating (shop/dev) is due for rotation");
    let first = again.lines().next().unwrap();
    assert!(
        first.contains(&format!("{} (shop/dev) expires", long.trim())),
        "{first}"
    );

    // The file that is kept says what the command says.
    world.configure("calendar-file", "true");
    let kept = world.path("vault/due.ics");
    let same =
        || std::fs::read_to_string(&kept).is_ok_and(|text| text == world.kh_ok(&["due", "--ics"]));
    eventually("the file that is kept", same);
}
