//! Locks when the person leaves: the machine is about to sleep, or the screen is locked.
//!
//! Who hears of that is a helper process (`keyhaven-agent --watch`, see `watch`) and not the
//! agent: parsers of what comes over a bus, and a bus library's threads, do not belong beside
//! the keys, and all that helper can make the agent do is lock. It lives exactly as long as the
//! vault is open and one of the two settings is on. Its end is what gives the kernel back the
//! inhibitor it holds, so that the machine goes to sleep when the lock is done, and not before.
//! It costs nothing while nothing happens: everybody waits.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use keyhaven_protocol::protection::LeavingSignal as Signal;
use keyhaven_protocol::request::Session;
use keyhaven_vault::Settings;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;

use crate::agent::Agent;
use crate::watch::of_name;
use crate::{Watches, guarded, helper};

/// How often a helper that ended by itself is started again for one unlock.
const MOST_STARTS: u32 = 4;
/// The first pause before that; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// What is to be watched, and what is.
#[derive(Debug)]
pub(crate) struct Departure {
    wanted: watch::Sender<Wanted>,
    heard: Mutex<Vec<Signal>>,
}

/// When the vault is to be locked; nothing while it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wanted {
    sleep: bool,
    screen: bool,
}

impl Wanted {
    /// As the helper is told.
    fn words(self) -> Option<&'static str> {
        match (self.sleep, self.screen) {
            (false, false) => None,
            (true, false) => Some("sleep"),
            (false, true) => Some("screen"),
            (true, true) => Some("sleep,screen"),
        }
    }
}

impl Default for Departure {
    fn default() -> Self {
        Self {
            wanted: watch::Sender::new(Wanted::default()),
            heard: Mutex::default(),
        }
    }
}

impl Departure {
    /// The vault was opened, or its settings changed.
    pub(crate) fn set(&self, settings: &Settings) {
        let wanted = Wanted {
            sleep: settings.lock_on_suspend,
            screen: settings.lock_on_screen_lock,
        };
        self.wanted.send_if_modified(|present| {
            let changed = *present != wanted;
            *present = wanted;
            changed
        });
    }

    /// The vault is locked: nothing is left to watch over.
    pub(crate) fn rest(&self) {
        self.wanted.send_replace(Wanted::default());
    }

    /// Which signals of leaving would be heard now.
    pub(crate) fn heard(&self) -> Vec<Signal> {
        guarded(&self.heard).clone()
    }

    fn hears(&self, signal: Signal) {
        guarded(&self.heard).push(signal);
    }

    fn hears_nothing(&self) {
        guarded(&self.heard).clear();
    }
}

/// Watches while there is something to watch over; never ends.
pub(crate) async fn watch(agent: Arc<Agent>, watches: Watches) {
    let mut wanted = agent.departure.wanted.subscribe();
    loop {
        let words = wanted.borrow_and_update().words();
        let watching = async {
            if let Some(words) = words {
                keep_watching(&agent, &watches, words).await;
            }
            // Nothing to watch, or no way to: until the next unlock or other settings.
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = watching => {}
            // What was watched is dropped, and the helper ends with it. The sender lives in
            // the agent, which this task holds.
            _ = wanted.changed() => {}
        }
        agent.departure.hears_nothing();
    }
}

/// Watches as long as that works.
async fn keep_watching(agent: &Arc<Agent>, watches: &Watches, words: &str) {
    let mut pause = FIRST_PAUSE;
    for _ in 0..MOST_STARTS {
        let heard = listen(agent, watches, words).await;
        agent.departure.hears_nothing();
        if !heard {
            return;
        }
        // A bus was there and has gone, or the helper was killed.
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}

/// Starts a helper and does what it says to its end; whether it heard anything at all.
async fn listen(agent: &Arc<Agent>, watches: &Watches, words: &str) -> bool {
    let Some((_helper, mut lines)) = start(agent, watches, words) else {
        return false;
    };
    let mut heard = false;
    while let Ok(Some(line)) = lines.next_line().await {
        match line.split_once(' ') {
            Some(("hears", name)) => {
                if let Some(signal) = of_name(name) {
                    agent.departure.hears(signal);
                    heard = true;
                }
            }
            Some(("left", _)) => {
                // A vault that could not be closed cleanly is locked all the same. What
                // follows from the lock ends this wait, and the helper with it.
                let _ = agent.lock_by_itself().await;
            }
            _ => {}
        }
    }
    heard
}

fn start(
    agent: &Agent,
    watches: &Watches,
    words: &str,
) -> Option<(Child, Lines<BufReader<ChildStdout>>)> {
    let seat = guarded(&agent.session).clone().unwrap_or_default();
    let session = Session {
        bus: helper::user_bus().or(seat.bus),
        ..Session::default()
    };
    let mut command = Command::from(helper::command(&watches.program, &session));
    if let Some(address) = &watches.system_bus {
        command.env("DBUS_SYSTEM_BUS_ADDRESS", address);
    }
    command
        .args(["--watch", words])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut helper = command.spawn().ok()?;
    let lines = BufReader::new(helper.stdout.take()?).lines();
    Some((helper, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_switched_on_is_watched_and_nothing_while_locked() {
        let departure = Departure::default();
        let words = |departure: &Departure| departure.wanted.borrow().words();
        assert_eq!(words(&departure), None);
        let mut settings = Settings::default();
        departure.set(&settings);
        assert_eq!(words(&departure), Some("sleep,screen"));
        settings.lock_on_suspend = false;
        departure.set(&settings);
        assert_eq!(words(&departure), Some("screen"));
        settings.lock_on_screen_lock = false;
        departure.set(&settings);
        assert_eq!(words(&departure), None);
        departure.set(&Settings::default());
        departure.rest();
        assert_eq!(words(&departure), None);
    }
}
