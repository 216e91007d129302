//! The clocks of the agent behind one trait, so that a test can live through a year.
//!
//! Dates follow the wall clock and hear when somebody sets it; idleness follows a clock
//! that also counts while the machine sleeps. Waiting costs nothing until it is over.

mod zone_watch;

use std::future::Future;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime,
    timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;
use tokio::sync::watch;

use crate::async_fd::watched;
use crate::guarded;

/// Something to wait for.
pub type Waiting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What the agent asks of time.
pub trait Clock: Send + Sync {
    /// The present.
    fn now(&self) -> Timestamp;

    /// The zone in which civil dates are read.
    fn zone(&self) -> TimeZone;

    /// Time since boot, sleep included.
    fn boottime(&self) -> Duration;

    /// Waits for a point of the wall clock. Ends early when the clock is set or the machine
    /// gets another zone after this call: the caller reads the clock again.
    fn until(&self, at: Timestamp) -> Waiting<'_>;

    /// Waits for a point of the clock since boot. May end early.
    fn until_boottime(&self, at: Duration) -> Waiting<'_>;
}

/// Both clocks as the vault wants them.
pub(crate) fn reading(clock: &dyn Clock) -> keyhaven_vault::LocalNow {
    keyhaven_vault::LocalNow {
        now: clock.now(),
        zone: clock.zone(),
    }
}

/// The machine's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn zone(&self) -> TimeZone {
        TimeZone::system()
    }

    fn boottime(&self) -> Duration {
        let time = clock_gettime(ClockId::Boottime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
    }

    fn until(&self, at: Timestamp) -> Waiting<'_> {
        Box::pin(until_or_another_zone(at, Path::new(zone_watch::LOCAL_TIME)))
    }

    fn until_boottime(&self, at: Duration) -> Waiting<'_> {
        let when = Timespec {
            tv_sec: i64::try_from(at.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(at.subsec_nanos()),
        };
        Box::pin(timer(
            TimerfdClockId::Boottime,
            TimerfdTimerFlags::ABSTIME,
            when,
        ))
    }
}

/// Waits for a point of the wall clock, or until the file that names the zone is another one.
///
/// The watch begins with this call, not with the first poll, and the zone is read again after
/// it, so that a caller who looks at the zone next misses no change of it.
fn until_or_another_zone(at: Timestamp, zone: &Path) -> impl Future<Output = ()> + Send + use<> {
    let when = Timespec {
        tv_sec: at.as_second(),
        tv_nsec: i64::from(at.subsec_nanosecond().max(0)),
    };
    let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
    let another_zone = zone_watch::changed(zone);
    jiff::tz::reset_system_time_zone_cache();
    async move {
        tokio::select! {
            () = timer(TimerfdClockId::Realtime, flags, when) => {}
            () = another_zone => jiff::tz::reset_system_time_zone_cache(),
        }
    }
}

/// Waits for a kernel timer. A set clock ends the wait with ECANCELED, which is as good.
async fn timer(clock: TimerfdClockId, flags: TimerfdTimerFlags, mut when: Timespec) {
    // A timer at zero is disarmed; one nanosecond later has passed just as well.
    if when.tv_sec <= 0 && when.tv_nsec == 0 {
        when.tv_nsec = 1;
    }
    match armed(clock, flags, when) {
        // Any end of the wait will do: the caller reads the clock again.
        Ok(timer) => drop(timer.readable().await),
        // Out of descriptors: look again in a minute rather than at once.
        Err(_) => tokio::time::sleep(Duration::from_secs(60)).await,
    }
}

fn armed(
    clock: TimerfdClockId,
    flags: TimerfdTimerFlags,
    when: Timespec,
) -> std::io::Result<AsyncFd<OwnedFd>> {
    let timer = timerfd_create(clock, TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK)?;
    let once = Itimerspec {
        it_interval: Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        },
        it_value: when,
    };
    timerfd_settime(&timer, flags, &once)?;
    watched(timer)
}

/// A clock that stands still until it is set. For tests and the test agent.
#[derive(Debug)]
pub struct ManualClock {
    zone: Mutex<TimeZone>,
    time: watch::Sender<Times>,
}

#[derive(Debug, Clone, Copy)]
struct Times {
    now: Timestamp,
    boot: Duration,
    /// How often somebody set the wall clock or the zone.
    set: u64,
}

impl ManualClock {
    /// Stands at this time, an hour after boot.
    #[must_use]
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self {
            zone: Mutex::new(zone),
            time: watch::Sender::new(Times {
                now,
                boot: Duration::from_secs(3600),
                set: 0,
            }),
        }
    }

    /// Time passes: both clocks advance and waiters wake.
    pub fn advance(&self, by: Duration) {
        self.time.send_modify(|time| {
            time.now = time.now.saturating_add(by).unwrap_or(Timestamp::MAX);
            time.boot = time.boot.saturating_add(by);
        });
    }

    /// Somebody sets the wall clock, and who waits for it wakes; the time since boot stays.
    pub fn set(&self, to: Timestamp) {
        self.time.send_modify(|time| {
            time.now = to;
            time.set += 1;
        });
    }

    /// The machine travels.
    pub fn set_zone(&self, zone: TimeZone) {
        *guarded(&self.zone) = zone;
        self.time.send_modify(|time| time.set += 1);
    }

    async fn wait(&self, over: impl Fn(&Times) -> bool) {
        let mut time = self.time.subscribe();
        // The sender lives as long as this clock.
        let _ = time.wait_for(over).await;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.time.borrow().now
    }

    fn zone(&self) -> TimeZone {
        guarded(&self.zone).clone()
    }

    fn boottime(&self) -> Duration {
        self.time.borrow().boot
    }

    fn until(&self, at: Timestamp) -> Waiting<'_> {
        let set = self.time.borrow().set;
        Box::pin(self.wait(move |time| time.now >= at || time.set != set))
    }

    fn until_boottime(&self, at: Duration) -> Waiting<'_> {
        Box::pin(self.wait(move |time| time.boot >= at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_past_moment_is_not_waited_for() {
        SystemClock.until(Timestamp::UNIX_EPOCH).await;
        SystemClock.until_boottime(Duration::ZERO).await;
        let clock = SystemClock;
        assert!(clock.boottime() > Duration::ZERO);
    }

    #[tokio::test]
    async fn a_moment_that_comes_ends_the_wait() {
        let soon = SystemClock.boottime() + Duration::from_millis(20);
        SystemClock.until_boottime(soon).await;
        assert!(SystemClock.boottime() >= soon);
    }

    #[tokio::test]
    async fn another_zone_ends_the_wait_for_a_far_moment() {
        let folder = tempfile::tempdir().unwrap();
        let zone = folder.path().join("localtime");
        let far = SystemClock.now() + Duration::from_secs(24 * 3600);
        // The watch begins with the call: nothing has polled the wait when the zone changes.
        let wait = until_or_another_zone(far, &zone);
        std::os::unix::fs::symlink("/usr/share/zoneinfo/Asia/Tokyo", &zone).unwrap();
        let patience = Duration::from_secs(60);
        assert!(tokio::time::timeout(patience, wait).await.is_ok());
    }

    #[tokio::test]
    async fn a_clock_that_is_set_wakes_those_who_wait() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH, TimeZone::UTC);
        let later = Timestamp::from_second(100).unwrap();
        let wait = clock.until(later);
        let both = async { tokio::join!(wait, async { clock.set(later) }) };
        both.await;
        // Also when it is set back.
        let wait = clock.until(Timestamp::MAX);
        let both = async { tokio::join!(wait, async { clock.set(later) }) };
        both.await;
        assert_eq!(clock.boottime(), Duration::from_secs(3600));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), Timestamp::from_second(101).unwrap());
    }
}
