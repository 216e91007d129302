//! `keyhaven-agent` for tests: the shipped agent but for key derivation, which costs
//! nothing, the clock, which runs ahead by the seconds in
//! `$XDG_RUNTIME_DIR/clock-ahead` (see `World::pass`), and the system's bus, which is
//! `$XDG_RUNTIME_DIR/system-bus`. Its workers are test-workers, which it gives that folder. No environment variable controls it,
//! because the agent's starter hands none on.

use std::fs;
use std::mem::MaybeUninit;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_agent::cli::{self, ProgramOptions};
use keyhaven_agent::clock::{Clock, SystemClock, Waiting};
use keyhaven_secret::memory::WipingAllocator;
use keyhaven_tests::CLOCK_AHEAD;
use keyhaven_vault::KdfPolicy;
use rustix::fs::inotify;
use tokio::sync::watch;

#[global_allocator]
static ALLOCATOR: WipingAllocator = WipingAllocator;

fn main() -> ExitCode {
    cli::main(|| ProgramOptions {
        kdf: KdfPolicy::cheap_for_tests(),
        clock: Arc::new(ClockAhead::start()),
        system_bus: runtime_folder().map(|folder| {
            let bus = folder.join("system-bus");
            format!("unix:path={}", bus.display())
        }),
        worker_arguments: runtime_folder().map(Into::into).into_iter().collect(),
    })
}

fn runtime_folder() -> Option<PathBuf> {
    std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from)
}

/// The machine's clocks, ahead by what a file says. The file is read at each look, so that
/// what is asked after a change sees it; who waits hears of the change.
struct ClockAhead {
    folder: Option<PathBuf>,
    known: Arc<watch::Sender<Duration>>,
}

impl ClockAhead {
    fn start() -> Self {
        let folder = runtime_folder();
        let known = Arc::new(watch::Sender::new(Duration::ZERO));
        if let Some(folder) = folder.clone() {
            let known = known.clone();
            std::thread::spawn(move || follow(&folder, &known));
        }
        Self { folder, known }
    }

    fn ahead(&self) -> Duration {
        self.folder
            .as_deref()
            .map_or(Duration::ZERO, |folder| look(folder, &self.known))
    }

    /// Waits for the machine's clock, or until this one jumps away from where `wait` was
    /// made: each task that waits looks again.
    async fn or_jump(&self, made_at: Duration, wait: Waiting<'_>) {
        let mut ahead = self.known.subscribe();
        // Between the making of the wait and this.
        if *ahead.borrow_and_update() != made_at {
            return;
        }
        tokio::select! {
            () = wait => {}
            Ok(()) = ahead.changed() => {}
        }
    }
}

impl Clock for ClockAhead {
    fn now(&self) -> Timestamp {
        SystemClock
            .now()
            .saturating_add(self.ahead())
            .unwrap_or(Timestamp::MAX)
    }

    fn zone(&self) -> TimeZone {
        SystemClock.zone()
    }

    fn boottime(&self) -> Duration {
        SystemClock.boottime() + self.ahead()
    }

    fn until(&self, at: Timestamp) -> Waiting<'_> {
        let ahead = self.ahead();
        let at = at.saturating_sub(ahead).unwrap_or(Timestamp::UNIX_EPOCH);
        Box::pin(self.or_jump(ahead, SystemClock.until(at)))
    }

    fn until_boottime(&self, at: Duration) -> Waiting<'_> {
        let ahead = self.ahead();
        let at = at.saturating_sub(ahead);
        Box::pin(self.or_jump(ahead, SystemClock.until_boottime(at)))
    }
}

/// What the file says; a change wakes those who wait.
fn look(folder: &std::path::Path, known: &watch::Sender<Duration>) -> Duration {
    let text = fs::read_to_string(folder.join(CLOCK_AHEAD)).unwrap_or_default();
    let ahead = Duration::from_secs(text.trim().parse().unwrap_or(0));
    known.send_if_modified(|known| std::mem::replace(known, ahead) != ahead);
    ahead
}

/// Hears of each change of the file; polling would be noise in every measurement.
fn follow(folder: &std::path::Path, known: &watch::Sender<Duration>) {
    let Ok(watcher) = inotify::init(inotify::CreateFlags::CLOEXEC) else {
        return;
    };
    if inotify::add_watch(&watcher, folder, inotify::WatchFlags::MOVED_TO).is_err() {
        return;
    }
    // What was written before there was a watch.
    look(folder, known);
    let mut buffer = [MaybeUninit::uninit(); 1024];
    let mut events = inotify::Reader::new(&watcher, &mut buffer);
    while let Ok(event) = events.next() {
        if event
            .file_name()
            .is_some_and(|name| name.to_bytes() == CLOCK_AHEAD.as_bytes())
        {
            look(folder, known);
        }
    }
}
