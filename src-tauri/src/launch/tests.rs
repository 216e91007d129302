//! Tests of children, with a stand-in for `kh`.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::{OnceLock, mpsc};

use keyhaven_protocol::view::{LaunchPlanView, Tier};

use super::*;
use crate::launch::LaunchKeys;

/// Stands in for `kh`: runs what follows `--`, as `kh run` does, but without keys. Written
/// once, before anything is started: who starts something meanwhile would hold the file
/// open, and what is open for writing cannot be run.
fn stand_in() -> &'static Path {
    static STAND_IN: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = STAND_IN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kh");
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o700).open(&path);
        let script = "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n";
        file.as_mut().unwrap().write_all(script.as_bytes()).unwrap();
        (folder, path)
    });
    path
}

/// Waits for what is bound to come.
fn wait_until(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain");
        thread::yield_now();
    }
}

pub fn order(command: &str) -> LaunchRequest {
    order_of(&parse_command(command))
}

/// Of a command whose words are known.
pub fn order_of<W: ToString>(words: &[W]) -> LaunchRequest {
    LaunchRequest {
        keys: LaunchKeys::Environment {
            project: "shop".into(),
            environment: "dev".into(),
        },
        command: words.iter().map(ToString::to_string).collect(),
        directory: None,
    }
}

/// With keys that nothing fills.
pub fn planned(order: LaunchRequest) -> PlannedLaunch {
    let (project, environment) = order.keys.place();
    let plan = LaunchPlanView {
        project: project.into(),
        environment: environment.into(),
        environment_id: None,
        tier: Tier::Development,
        profile: None,
        variables: Vec::new(),
        fingerprint: "f00d".into(),
    };
    PlannedLaunch { order, plan }
}

fn run(command: &str, act: impl FnOnce(&Launches, &ChildView)) -> ChildView {
    let launches = Launches::default();
    let (sender, ended) = mpsc::channel();
    let launched = launches
        .start(stand_in(), planned(order(command)), move |news| {
            sender.send(news).unwrap()
        })
        .unwrap();
    act(&launches, &launched);
    while ended.recv_timeout(Duration::from_secs(20)).unwrap() != LaunchChange::Ended {}
    launches.list().remove(0)
}

#[test]
fn the_end_of_a_child_is_known_exactly() {
    let ended = run("exit 7", |launches, launched| {
        assert_eq!(launched.id, 1);
        assert_eq!(launches.list().len(), 1);
    });
    assert_eq!(
        ended.ended,
        Some(LaunchEnd {
            code: Some(7),
            signal: None
        })
    );
    let ended = run("kill -9 $$", |_, _| {});
    assert_eq!(
        ended.ended,
        Some(LaunchEnd {
            code: None,
            signal: Some(9)
        })
    );
}

#[test]
fn what_a_child_writes_is_kept_in_order() {
    let ended = run("echo out; echo err >&2; echo out", |launches, launched| {
        wait_until(|| launches.output(launched.id, 0).unwrap().text == "out\nerr\nout\n");
        assert_eq!(launches.output(launched.id, 4).unwrap().text, "err\nout\n");
        assert_eq!(launches.output(launched.id + 1, 0), None);
    });
    assert_eq!(ended.command, "echo out; echo err >&2; echo out");
}

#[test]
fn a_child_leads_a_new_process_group() {
    let ended = run("test $(ps -o pgid= -p $$) -eq $$", |_, _| {});
    assert_eq!(
        ended.ended,
        Some(LaunchEnd {
            code: Some(0),
            signal: None
        })
    );
}

#[test]
fn stop_ends_the_whole_group() {
    let ended = run("sleep 1000 & wait", |launches, launched| {
        launches.stop(launched.id)
    });
    assert_eq!(
        ended.ended,
        Some(LaunchEnd {
            code: None,
            signal: Some(15)
        })
    );
}

#[test]
fn a_child_that_does_not_listen_is_made_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("ready");
    let command = format!(
        "trap '' TERM; touch {}; while :; do sleep 1; done",
        mark.display()
    );
    let ended = run(&command, |launches, launched| {
        wait_until(|| mark.exists());
        launches.stop(launched.id);
    });
    assert_eq!(
        ended.ended,
        Some(LaunchEnd {
            code: None,
            signal: Some(9)
        })
    );
}

#[test]
fn a_program_missing_from_the_windows_folder_is_named() {
    let error = Launches::default()
        .start(Path::new("/nonexistent/kh"), planned(order("true")), |_| {})
        .unwrap_err();
    assert!(matches!(error, Error::Io { path, .. } if path == "/nonexistent/kh"));
}
