//! Locks when the person leaves: the machine is about to sleep, or the screen is locked.
//!
//! Who hears of that is a helper process (`keyhaven-agent --watch`, see `watch`) and not the
//! agent: parsers of what comes over a bus, and a bus library's threads, do not belong beside
//! the keys, and all that helper can make the agent do is lock. It lives exactly as long as the
//! vault is open, or being opened, and one of the two settings is on. Its end is what gives the kernel back the
//! inhibitor it holds, so that the machine goes to sleep when the lock is done, and not before.
//! It costs nothing while nothing happens: everybody waits.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use keyhaven_protocol::agent_security::PresenceSignal as Signal;
use keyhaven_protocol::request::Session;
use keyhaven_vault::Settings;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;

use crate::agent::Agent;
use crate::helpers::presence_signal::{Said, What};
use crate::log::{Happening, Why};
use crate::{Watches, child_process, guarded};

/// How often in a row a helper may end by itself before none is started any more.
const MOST_LOST: u32 = 5;
/// The pause after the first time; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// A helper that listened as long begins a new row.
const LISTENED: Duration = Duration::from_secs(60);

/// What is to be watched, and what is.
#[derive(Debug, Default)]
pub(crate) struct Departure {
    wanted: watch::Sender<Wanted>,
    heard: Mutex<Heard>,
    /// Held from the moment somebody left until the vault is locked.
    leaving: tokio::sync::Mutex<()>,
}

/// What a helper hears now.
#[derive(Debug, Default)]
struct Heard {
    signals: Vec<Signal>,
    gave_up: bool,
}

/// When the vault is to be locked; nothing while it is and nobody opens it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wanted {
    open: Option<What>,
    openings: u32,
    /// How often the vault was locked: each time what was watched ends.
    locks: u64,
}

impl Wanted {
    /// As the helper is told. Before the settings can be read everything counts.
    fn words(self) -> Option<&'static str> {
        match self.open {
            Some(what) => what.words(),
            None if self.openings > 0 => What::ALL.words(),
            None => None,
        }
    }
}

/// An unlock under way; what happens meanwhile is heard, and locks the vault once it is open.
/// It goes with the work that opens the vault, which goes on when whoever asked is gone.
pub(crate) struct Opening(watch::Sender<Wanted>);

impl Drop for Opening {
    fn drop(&mut self) {
        self.0.send_modify(|wanted| wanted.openings -= 1);
    }
}

impl Departure {
    /// An unlock begins.
    pub(crate) fn opening(&self) -> Opening {
        self.wanted.send_modify(|wanted| wanted.openings += 1);
        Opening(self.wanted.clone())
    }

    /// The vault was opened, or its settings changed.
    pub(crate) fn set(&self, settings: &Settings) {
        let what = What {
            sleep: settings.lock_on_suspend,
            screen: settings.lock_on_screen_lock,
        };
        self.wanted.send_modify(|wanted| wanted.open = Some(what));
    }

    /// The vault is locked: nothing is left to watch over.
    pub(crate) fn rest(&self) {
        self.wanted.send_modify(|wanted| {
            wanted.open = None;
            wanted.locks += 1;
        });
    }

    /// Somebody left: locks where that counts, after an unlock under way.
    async fn leave(&self, signal: Signal, lock: impl Future<Output = ()>) {
        let _under_way = self.leaving.lock().await;
        if self.is_open_to(signal).await {
            lock.await;
        }
    }

    /// Whether the vault is to be locked at this signal, when no unlock is under way.
    async fn is_open_to(&self, signal: Signal) -> bool {
        let mut wanted = self.wanted.subscribe();
        let decided = |wanted: &Wanted| wanted.open.is_some() || wanted.openings == 0;
        // The sender lives as long as this does.
        let decided = wanted.wait_for(decided).await;
        decided.is_ok_and(|wanted| wanted.open.is_some_and(|what| what.has(signal)))
    }

    /// Watches until something else is wanted. Who left by then is locked out first: an unlock
    /// that ends may change what is wanted as well.
    async fn until(&self, changed: impl Fn(&Wanted) -> bool, watching: impl Future<Output = ()>) {
        let mut wanted = self.wanted.subscribe();
        let changed = async {
            // The sender lives as long as this does.
            let _ = wanted.wait_for(|next| changed(next)).await;
            drop(self.leaving.lock().await);
        };
        // What was watched is dropped then, and the helper ends with it.
        tokio::select! {
            () = watching => {}
            () = changed => {}
        }
    }

    /// Which signals of leaving would be heard now.
    pub(crate) fn heard(&self) -> Vec<Signal> {
        guarded(&self.heard).signals.clone()
    }

    /// Whether what listens has ended so often that it is not started again before the next
    /// unlock.
    pub(crate) fn gave_up(&self) -> bool {
        guarded(&self.heard).gave_up
    }

    fn hears(&self, signal: Signal) {
        guarded(&self.heard).signals.push(signal);
    }

    fn gives_up(&self) {
        guarded(&self.heard).gave_up = true;
    }

    fn hears_nothing(&self) {
        *guarded(&self.heard) = Heard::default();
    }
}

/// What was locked when the unlock began. Whoever unlocks then, over ssh or while a desktop
/// says so by mistake, has proved to be there all the same: only what is locked later counts.
#[derive(Debug, Default)]
struct Before {
    seen: Vec<Signal>,
    locked: Vec<Signal>,
}

impl Before {
    /// A helper begins to listen; whether what it finds was locked since the unlock began.
    fn is_news(&mut self, signal: Signal, locked: bool) -> bool {
        if self.seen.contains(&signal) {
            return locked && !self.locked.contains(&signal);
        }
        self.seen.push(signal);
        if locked {
            self.locked.push(signal);
        }
        false
    }

    fn is_over(&mut self, signal: Signal) {
        self.locked.retain(|other| *other != signal);
    }
}

/// Watches while there is something to watch over; never ends.
pub(crate) async fn watch(agent: Arc<Agent>, watches: Watches) {
    let wanted = &agent.departure.wanted;
    let mut before = Before::default();
    loop {
        let now = *wanted.borrow();
        let watching = async {
            if let Some(words) = now.words() {
                keep_watching(&agent, &watches, words, &mut before).await;
            }
            // Nothing to watch, or no way to: until the next unlock or other settings.
            std::future::pending::<()>().await;
        };
        let changed = |next: &Wanted| next.words() != now.words() || next.locks != now.locks;
        agent.departure.until(changed, watching).await;
        agent.departure.hears_nothing();
        let next = *wanted.borrow();
        if next.words().is_none() || next.locks != now.locks {
            before = Before::default();
        }
    }
}

/// Watches as long as that works.
async fn keep_watching(agent: &Arc<Agent>, watches: &Watches, words: &str, before: &mut Before) {
    let mut lost = 0;
    loop {
        let start = agent.clock.boottime();
        let ended = listen(agent, watches, words, before).await;
        agent.departure.hears_nothing();
        if let Ended::Alone = ended {
            return;
        }
        agent.note(Happening::ListenerLost);
        if agent.clock.boottime().saturating_sub(start) >= LISTENED {
            lost = 0;
        }
        lost += 1;
        if lost == MOST_LOST {
            agent.departure.gives_up();
            agent.note(Happening::ListenerGivenUp);
            return;
        }
        tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(lost - 1)).await;
    }
}

/// Why nobody listens any more.
enum Ended {
    /// There was nobody to listen to.
    Alone,
    /// A bus was there and has gone, or the helper was killed or never began.
    Lost,
}

/// Starts a helper and does what it says to its end.
async fn listen(agent: &Arc<Agent>, watches: &Watches, words: &str, before: &mut Before) -> Ended {
    let Some((mut helper, mut lines)) = start(agent, watches, words) else {
        return Ended::Lost;
    };
    let mut heard = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let left = match Said::parse(&line) {
            Some(Said::Hears(signal)) => {
                agent.departure.hears(signal);
                heard = true;
                before.is_news(signal, false).then_some(signal)
            }
            Some(Said::Found(signal)) => {
                agent.departure.hears(signal);
                heard = true;
                before.is_news(signal, true).then_some(signal)
            }
            Some(Said::Left(signal)) => Some(signal),
            Some(Said::Back(signal)) => {
                before.is_over(signal);
                None
            }
            None => None,
        };
        if let Some(signal) = left {
            let lock = async {
                // A vault that could not be closed cleanly is locked all the same. What follows
                // from the lock ends this wait, and the helper with it.
                let _ = agent.lock_by_itself(Why::Left(signal)).await;
            };
            agent.departure.leave(signal, lock).await;
        }
    }
    match helper.wait().await {
        Ok(status) if status.success() && !heard => Ended::Alone,
        _ => Ended::Lost,
    }
}

fn start(
    agent: &Agent,
    watches: &Watches,
    words: &str,
) -> Option<(Child, Lines<BufReader<ChildStdout>>)> {
    let seat = guarded(&agent.session).clone().unwrap_or_default();
    let session = Session {
        bus: child_process::user_bus().or(seat.bus),
        ..Session::default()
    };
    let mut command = Command::from(child_process::command(&watches.program, &session));
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

    fn words(departure: &Departure) -> Option<&'static str> {
        departure.wanted.borrow().words()
    }

    #[test]
    fn only_what_is_switched_on_is_watched_and_nothing_while_locked() {
        let departure = Departure::default();
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

    #[test]
    fn everything_is_watched_while_the_vault_is_being_opened() {
        let departure = Departure::default();
        let first = departure.opening();
        let second = departure.opening();
        drop(first);
        assert_eq!(words(&departure), Some("sleep,screen"));
        let settings = Settings {
            lock_on_suspend: false,
            ..Settings::default()
        };
        departure.set(&settings);
        assert_eq!(words(&departure), Some("screen"));
        drop(second);
        assert_eq!(words(&departure), Some("screen"));
        departure.rest();
        drop(departure.opening());
        assert_eq!(words(&departure), None);
    }

    #[tokio::test]
    async fn who_leaves_during_an_unlock_is_waited_for_until_the_vault_is_open() {
        let departure = Departure::default();
        let _opening = departure.opening();
        let open = departure.is_open_to(Signal::Screen);
        tokio::pin!(open);
        let now = std::future::ready(());
        tokio::select! {
            biased;
            _ = &mut open => panic!("not open yet"),
            () = now => {}
        }
        departure.set(&Settings::default());
        assert!(open.await);
    }

    /// As on the vault's thread: it is given to the work, and whoever asked is gone.
    #[tokio::test]
    async fn who_leaves_is_waited_for_when_whoever_unlocks_is_gone() {
        let departure = Arc::new(Departure::default());
        let (begin, begun) = std::sync::mpsc::channel();
        let (opening, told) = (departure.opening(), departure.clone());
        let asker = tokio::task::spawn_blocking(move || {
            begun.recv().unwrap();
            told.set(&Settings::default());
            drop(opening);
        });
        drop(asker);
        let open = departure.is_open_to(Signal::Screen);
        tokio::pin!(open);
        tokio::select! {
            biased;
            _ = &mut open => panic!("not open yet"),
            () = std::future::ready(()) => {}
        }
        begin.send(()).unwrap();
        assert!(open.await);
    }

    /// Whether somebody who leaves during an unlock is locked out, where only the screen counts
    /// once the vault is open: what is wanted changes with the unlock.
    async fn locks_out(signal: Signal, opens: bool) -> bool {
        let departure = Departure::default();
        let opening = departure.opening();
        let locked = std::cell::Cell::new(false);
        let lock = async { locked.set(true) };
        let watching = async {
            departure.leave(signal, lock).await;
            std::future::pending::<()>().await;
        };
        let changed = |next: &Wanted| next.words() != What::ALL.words();
        let unlock = async {
            tokio::task::yield_now().await;
            if opens {
                departure.set(&Settings {
                    lock_on_suspend: false,
                    ..Settings::default()
                });
            }
            drop(opening);
        };
        tokio::join!(departure.until(changed, watching), unlock);
        locked.get()
    }

    #[tokio::test]
    async fn who_leaves_during_an_unlock_is_locked_out_whatever_is_wanted_then() {
        // Which of two things that happen at once is seen first is drawn anew each time.
        for _ in 0..100 {
            assert!(locks_out(Signal::Screen, true).await);
            assert!(!locks_out(Signal::Sleep, true).await);
            assert!(!locks_out(Signal::Screen, false).await);
        }
    }

    #[test]
    fn what_was_locked_before_the_unlock_is_no_news() {
        let mut before = Before::default();
        assert!(!before.is_news(Signal::Screen, true));
        assert!(!before.is_news(Signal::Session, false));
        // The helper was started again.
        assert!(!before.is_news(Signal::Screen, true));
        assert!(before.is_news(Signal::Session, true));
        before.is_over(Signal::Screen);
        assert!(!before.is_news(Signal::Screen, false));
        assert!(before.is_news(Signal::Screen, true));
    }
}
