//! Stand-ins for those who say that a person leaves: logind and the services that lock
//! screens, on buses of the world's own.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::pipe;
use zbus::{Connection, ObjectPath, OwnedObjectPath, interface};

use crate::World;

const LOGIN: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";

/// The session of the world's own person, and one of somebody else.
pub const MINE: &str = "/org/freedesktop/login1/session/_31";
/// See [`MINE`].
pub const THEIRS: &str = "/org/freedesktop/login1/session/_32";

/// logind, as far as it is listened to.
pub struct Logind {
    connection: Connection,
    delays: Delays,
}

/// The ends of what was given to those who delay sleep.
type Delays = Arc<Mutex<Vec<OwnedFd>>>;

struct Manager {
    delays: Delays,
    preparing: bool,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    async fn inhibit(
        &self,
        what: &str,
        _who: &str,
        _why: &str,
        mode: &str,
    ) -> zbus::fdo::Result<zbus::OwnedFd> {
        if (what, mode) != ("sleep", "delay") {
            return Err(zbus::fdo::Error::AccessDenied(what.into()));
        }
        let (kept, given) = pipe().map_err(|error| zbus::fdo::Error::Failed(error.to_string()))?;
        self.delays.lock().unwrap().push(kept);
        Ok(given.into())
    }

    async fn list_sessions(&self) -> Vec<(String, u32, String, String, OwnedObjectPath)> {
        Vec::new()
    }

    #[zbus(property)]
    async fn preparing_for_sleep(&self) -> bool {
        self.preparing
    }
}

struct Session(u32);

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    async fn user(&self) -> (u32, OwnedObjectPath) {
        let path = ObjectPath::try_from("/org/freedesktop/login1/user").unwrap();
        (self.0, path.into())
    }
}

impl Logind {
    /// Starts it on the system bus of a world, which runs.
    ///
    /// # Panics
    /// When it cannot have its name.
    pub fn start(world: &World) -> Self {
        Self::with(world, false)
    }

    /// The same, while the machine is on its way to sleep.
    ///
    /// # Panics
    /// When it cannot have its name.
    pub fn start_preparing(world: &World) -> Self {
        Self::with(world, true)
    }

    fn with(world: &World, preparing: bool) -> Self {
        let delays = Delays::default();
        let manager = Manager {
            delays: delays.clone(),
            preparing,
        };
        let me = rustix::process::geteuid().as_raw();
        let connection = zbus::block_on(
            zbus::connection::Builder::address(world.system_bus_address().as_str())
                .serve_at("/org/freedesktop/login1", manager)
                .serve_at(MINE, Session(me))
                .serve_at(THEIRS, Session(me + 4242))
                .name(LOGIN)
                .build(),
        )
        .expect("logind's place on the bus");
        Self { connection, delays }
    }

    /// How many delay the machine's sleep now.
    ///
    /// # Panics
    /// When the kernel does not say.
    pub fn delays(&self) -> usize {
        let delays = self.delays.lock().unwrap();
        let held = |end: &&OwnedFd| {
            let mut look = [PollFd::from_borrowed_fd(end.as_fd(), PollFlags::empty())];
            let now = Timespec {
                tv_sec: 0,
                tv_nsec: 0,
            };
            poll(&mut look, Some(&now)).expect("a look at a pipe");
            !look[0].revents().contains(PollFlags::HUP)
        };
        delays.iter().filter(held).count()
    }

    /// Says that the machine goes to sleep, or has woken.
    ///
    /// # Panics
    /// When the bus is gone.
    pub fn prepare_for_sleep(&self, begins: bool) {
        let path = "/org/freedesktop/login1";
        emit(&self.connection, path, MANAGER, "PrepareForSleep", &begins);
    }

    /// Asks a session to lock itself.
    ///
    /// # Panics
    /// When the bus is gone.
    pub fn lock(&self, session: &str) {
        emit(&self.connection, session, SESSION, "Lock", &());
    }

    /// Says that a session is locked, or not any more.
    ///
    /// # Panics
    /// When the bus is gone.
    pub fn hint(&self, session: &str, locked: bool) {
        let changed =
            std::collections::HashMap::from([("LockedHint", zbus::OwnedVariant::from(locked))]);
        let body = (SESSION, changed, Vec::<&str>::new());
        let properties = "org.freedesktop.DBus.Properties";
        emit(
            &self.connection,
            session,
            properties,
            "PropertiesChanged",
            &body,
        );
    }
}

/// A service that locks the screen.
pub struct ScreenSaver {
    connection: Connection,
    name: &'static str,
}

impl ScreenSaver {
    /// Starts one by its name on the session bus of a world, which runs.
    ///
    /// # Panics
    /// When it cannot have its name.
    pub fn start(world: &World, name: &'static str) -> Self {
        let connection = zbus::block_on(
            zbus::connection::Builder::address(world.bus_address().as_str())
                .name(name)
                .build(),
        )
        .expect("a screen saver's place on the bus");
        Self { connection, name }
    }

    /// Says that the screen is locked, or not any more.
    ///
    /// # Panics
    /// When the bus is gone.
    pub fn active(&self, locked: bool) {
        let path = format!("/{}", self.name.replace('.', "/"));
        emit(&self.connection, &path, self.name, "ActiveChanged", &locked);
    }
}

fn emit<B: serde::Serialize + zbus::DynamicType>(
    connection: &Connection,
    path: &str,
    interface: &str,
    member: &str,
    body: &B,
) {
    let nobody = None::<zbus::names::BusName<'_>>;
    zbus::block_on(connection.emit_signal(nobody, path, interface, member, body))
        .expect("a signal on the bus");
}
