//! The command line, case by case, from the files in `tests/cmd`.

use std::sync::Mutex;

use keyhaven_tests::{World, cases};

#[test]
fn every_case_file_prints_what_it_says() {
    let waiting = Mutex::new(cases::files());
    let differences = Mutex::new(String::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(file) = { waiting.lock().unwrap().pop() } {
                    if let Err(difference) = cases::check(&file) {
                        differences.lock().unwrap().push_str(&difference);
                    }
                }
            });
        }
    });
    let differences = differences.into_inner().unwrap();
    assert!(
        differences.is_empty(),
        "{differences}\n(KEYHAVEN_CASES=write writes what was printed into the files)"
    );
}

/// Each library that is loaded costs a part of every start.
#[test]
fn kh_loads_the_c_library_and_no_other() {
    let world = World::new();
    let listed = world.command("ldd").arg(world.bin("kh")).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let loaded: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.trim().split(' ').next()?.split('/').next_back())
        .filter(|name| !name.starts_with("ld-linux") && !name.starts_with("linux-vdso"))
        .collect();
    assert_eq!(loaded, ["libc.so.6"], "{listed}");
}
