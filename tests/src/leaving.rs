//! Stand-ins for those who say that a person leaves: logind and the services that lock
//! screens, on buses of the world's own.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
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
    locked: Locked,
}

/// The ends of what was given to those who delay sleep.
type Delays = Arc<Mutex<Vec<OwnedFd>>>;

struct Manager {
    delays: Delays,
    preparing: bool,
    sessions: Vec<(&'static str, u32)>,
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
        let (kept, given) = pipe_with(PipeFlags::CLOEXEC)
            .map_err(|error| zbus::fdo::Error::Failed(error.to_string()))?;
        self.delays.lock().unwrap().push(kept);
        Ok(given.into())
    }

    async fn list_sessions(&self) -> Vec<(String, u32, String, String, OwnedObjectPath)> {
        let sessions = self.sessions.iter().map(|(path, user)| {
            let path = ObjectPath::try_from(*path).unwrap();
            (
                String::new(),
                *user,
                String::new(),
                String::new(),
                path.into(),
            )
        });
        sessions.collect()
    }

    #[zbus(property)]
    async fn preparing_for_sleep(&self) -> bool {
        self.preparing
    }
}

struct Session {
    user: u32,
    locked: Locked,
}

/// Whether something is locked now, as it says when it is asked.
type Locked = Arc<AtomicBool>;

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    async fn user(&self) -> (u32, OwnedObjectPath) {
        let path = ObjectPath::try_from("/org/freedesktop/login1/user").unwrap();
        (self.user, path.into())
    }

    #[zbus(property(emits_changed_signal = "false"))]
    async fn locked_hint(&self) -> bool {
        self.locked.load(Ordering::Acquire)
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
        let me = rustix::process::geteuid().as_raw();
        let others = me + 4242;
        let manager = Manager {
            delays: delays.clone(),
            preparing,
            sessions: vec![(MINE, me), (THEIRS, others)],
        };
        let locked = Locked::default();
        let mine = Session {
            user: me,
            locked: locked.clone(),
        };
        // Of no concern to anybody here.
        let theirs = Session {
            user: others,
            locked: Arc::new(true.into()),
        };
        let connection = zbus::block_on(
            zbus::connection::Builder::address(world.system_bus_address().as_str())
                .serve_at("/org/freedesktop/login1", manager)
                .serve_at(MINE, mine)
                .serve_at(THEIRS, theirs)
                .name(LOGIN)
                .build(),
        )
        .expect("logind's place on the bus");
        Self {
            connection,
            delays,
            locked,
        }
    }

    /// Whether the world's own session is locked, for a process that asks; nothing is announced.
    pub fn be_locked(&self, locked: bool) {
        self.locked.store(locked, Ordering::Release);
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
        if session == MINE {
            self.be_locked(locked);
        }
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

macro_rules! screen_savers {
    ($($service:ident $name:tt,)*) => {
        $(
            struct $service(Locked);

            #[interface(name = $name)]
            impl $service {
                async fn get_active(&self) -> bool {
                    self.0.load(Ordering::Acquire)
                }
            }
        )*

        /// Those that lock the screens of desktops.
        pub const SCREEN_SAVERS: &[&str] = &[$($name),*];

        fn serve(
            builder: zbus::connection::Builder<'static>,
            name: &'static str,
            locked: &Locked,
        ) -> zbus::connection::Builder<'static> {
            let path = path(name);
            match name {
                $($name => builder.serve_at(path, $service(locked.clone())),)*
                _ => builder,
            }
        }
    };
}

screen_savers! {
    Freedesktop "org.freedesktop.ScreenSaver",
    Gnome "org.gnome.ScreenSaver",
    Cinnamon "org.cinnamon.ScreenSaver",
    Mate "org.mate.ScreenSaver",
    Xfce "org.xfce.ScreenSaver",
}

fn path(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// A service that locks the screen.
pub struct ScreenSaver {
    connection: Connection,
    name: &'static str,
    locked: Locked,
}

impl ScreenSaver {
    /// Starts one by its name on the session bus of a world, which runs.
    ///
    /// # Panics
    /// When it cannot have its name.
    pub fn start(world: &World, name: &'static str) -> Self {
        let locked = Locked::default();
        let builder = zbus::connection::Builder::address(world.bus_address().as_str());
        let builder = serve(builder, name, &locked).name(name);
        let connection =
            zbus::block_on(builder.build()).expect("a screen saver's place on the bus");
        Self {
            connection,
            name,
            locked,
        }
    }

    /// Whether the screen is locked, for a process that asks; nothing is announced.
    pub fn be_locked(&self, locked: bool) {
        self.locked.store(locked, Ordering::Release);
    }

    /// Says that the screen is locked, or not any more.
    ///
    /// # Panics
    /// When the bus is gone.
    pub fn active(&self, locked: bool) {
        self.be_locked(locked);
        let path = path(self.name);
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
