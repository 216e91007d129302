//! The watching helper: `keyhaven-agent --watch WHAT`.
//!
//! A separate process on the user's bus and the system's. It says on its output what it
//! hears, what was locked when it began to listen, and that the person leaves or is back
//! (`PresenceMessage`); it can say nothing else, and does nothing. While it lives it delays the machine's
//! sleep: who started it locks, and then ends it. It ends with its input, and when it cannot
//! listen any more.
//!
//! | leaving | heard as |
//! |---|---|
//! | the machine goes to sleep | `PrepareForSleep` of `org.freedesktop.login1` |
//! | the session is locked | `Lock` of a session, and its `LockedHint` (set by GNOME, KDE and others) |
//! | the screen is locked | `ActiveChanged` of `org.freedesktop.ScreenSaver` (KDE and others), and of GNOME's, Cinnamon's, MATE's and XFCE's own |

use std::io::{Read, Write as _};
use std::thread;
use std::time::Duration;

use futures_lite::StreamExt as _;
use keyhaven_protocol::agent_security::PresenceSignal as Signal;
use zbus::fdo::DBusProxy;
use zbus::message::Type;
use zbus::names::BusName;
use zbus::proxy::CacheProperties;
use zbus::{
    Connection, MatchRule, Message, MessageStream, OwnedFd, OwnedObjectPath, OwnedVariant, Proxy,
    connection,
};

use crate::helpers::presence_signal::{PresenceMessage, WatchedEvents};

/// Where logind is (org.freedesktop.login1(5)).
const LOGIN: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const SESSIONS: &str = "/org/freedesktop/login1/session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// Those that lock screens; each interface is called as its service is.
const SCREEN_SAVERS: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];

/// A session in a list: its id, its user's id and name, its seat, and its object.
type ListedSession = (String, u32, String, String, OwnedObjectPath);

/// logind (org.freedesktop.login1(5)).
#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait LoginManager {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    fn list_sessions(&self) -> zbus::Result<Vec<ListedSession>>;
    #[zbus(property)]
    fn preparing_for_sleep(&self) -> zbus::Result<bool>;
}

/// A session of logind.
#[zbus::proxy(
    interface = "org.freedesktop.login1.Session",
    default_service = "org.freedesktop.login1"
)]
trait LoginSession {
    #[zbus(property)]
    fn locked_hint(&self) -> zbus::Result<bool>;
    /// Its id and its object.
    #[zbus(property)]
    fn user(&self) -> zbus::Result<(u32, OwnedObjectPath)>;
}

/// How long somebody on a bus may think about an answer; meanwhile nothing is heard.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// Sessions of one person that are asked: each answer waits in a queue of 64 until all are in.
const MOST_SESSIONS: usize = 16;

/// Watches until the input ends or neither bus can be listened to any more.
pub fn watch(what: WatchedEvents, mut input: impl Read + Send + 'static) {
    let buses = [
        thread::spawn(move || zbus::block_on(system_bus(what))),
        thread::spawn(move || {
            if what.screen {
                return zbus::block_on(session_bus());
            }
            Ok(())
        }),
    ];
    thread::spawn(move || {
        // Nothing is sent; the end of the input is the message.
        let _ = std::io::copy(&mut input, &mut std::io::sink());
        std::process::exit(0);
    });
    for bus in buses {
        // A bus that was listened to and has gone: who started this may start another.
        if let Ok(Err(BusLoss::Heard)) = bus.join() {
            return;
        }
    }
}

/// Why a bus is not listened to any more.
enum BusLoss {
    /// It was, and has gone.
    Heard,
    /// It never was there.
    Never,
}

impl From<zbus::Error> for BusLoss {
    fn from(_: zbus::Error) -> Self {
        Self::Never
    }
}

impl From<zbus::fdo::Error> for BusLoss {
    fn from(_: zbus::fdo::Error) -> Self {
        Self::Never
    }
}

async fn system_bus(what: WatchedEvents) -> Result<(), BusLoss> {
    let builder = connection::Builder::system().method_timeout(ANSWER_WITHIN);
    let bus = builder.build().await?;
    // Asked for before anything is looked at, so that nothing is missed in between.
    let mut messages = MessageStream::from(&bus);
    let rules = DBusProxy::new(&bus).await?;
    if what.sleep {
        let sleep = of_login(MANAGER, "PrepareForSleep").build()?;
        rules.add_match_rule(sleep).await?;
    }
    if what.screen {
        let lock = of_login(SESSION, "Lock").path_namespace(SESSIONS);
        rules.add_match_rule(lock.build()?).await?;
        let hint = of_login(PROPERTIES, "PropertiesChanged").path_namespace(SESSIONS);
        rules.add_match_rule(hint.add_arg(SESSION).build()?).await?;
    }
    let login = LoginManagerProxy::builder(&bus).cache_properties(CacheProperties::No);
    let login = login.build().await?;
    // Held to the end of this process.
    let _delay = match what.sleep {
        true => delay(&login).await,
        false => None,
    };
    if what.screen
        && let Some(sessions) = sessions_of_mine(&login).await
    {
        let mut locked = false;
        for session in &sessions {
            locked |= is_locked(&bus, session).await;
        }
        listens(Signal::Session, locked);
    }
    while let Some(Ok(message)) = messages.next().await {
        match member(&message).as_deref() {
            Some("PrepareForSleep") if starts(&message) => {
                say(PresenceMessage::Left(Signal::Sleep))
            }
            Some("Lock") if is_mine(&bus, &message).await => {
                say(PresenceMessage::Left(Signal::Session))
            }
            Some("PropertiesChanged") => {
                if let Some(locked) = hint(&message)
                    && is_mine(&bus, &message).await
                {
                    changed(Signal::Session, locked);
                }
            }
            _ => {}
        }
    }
    Err(BusLoss::Heard)
}

async fn session_bus() -> Result<(), BusLoss> {
    let builder = connection::Builder::session().method_timeout(ANSWER_WITHIN);
    let bus = builder.build().await?;
    let mut messages = MessageStream::from(&bus);
    let rules = DBusProxy::new(&bus).await?;
    let (mut answers, mut locked) = (false, false);
    for name in SCREEN_SAVERS {
        let rule = signal(name, "ActiveChanged").build()?;
        rules.add_match_rule(rule).await?;
        let owned = rules.name_has_owner(BusName::try_from(name)?).await;
        if owned.unwrap_or(false) {
            answers = true;
            locked |= is_active(&bus, name).await;
        }
    }
    if answers {
        listens(Signal::Screen, locked);
    }
    while let Some(Ok(message)) = messages.next().await {
        if member(&message).as_deref() == Some("ActiveChanged") {
            changed(Signal::Screen, starts(&message));
        }
    }
    Err(BusLoss::Heard)
}

/// Delays sleep as long as the answer is held; says which way sleep is heard, and whether the
/// machine is on its way there already.
async fn delay(login: &LoginManagerProxy<'_>) -> Option<OwnedFd> {
    let delay = login.inhibit("sleep", "Keyhaven", "Locks the vault first", "delay");
    let delay = delay.await.ok();
    let preparing = login.preparing_for_sleep().await.ok();
    match (&delay, preparing) {
        (Some(_), _) => say(PresenceMessage::Hears(Signal::Sleep)),
        (None, Some(_)) => say(PresenceMessage::Hears(Signal::LateSleep)),
        (None, None) => {}
    }
    if preparing == Some(true) {
        say(PresenceMessage::Left(Signal::Sleep));
    }
    delay
}

/// The sessions of this user; none where nobody knows of sessions.
async fn sessions_of_mine(login: &LoginManagerProxy<'_>) -> Option<Vec<OwnedObjectPath>> {
    let sessions = login.list_sessions().await.ok()?;
    let me = rustix::process::geteuid().as_raw();
    let mine = sessions.into_iter().filter(|session| session.1 == me);
    Some(mine.map(|session| session.4).take(MOST_SESSIONS).collect())
}

/// A session by its object.
async fn session<'a>(bus: &Connection, path: &'a str) -> zbus::Result<LoginSessionProxy<'a>> {
    let session = LoginSessionProxy::builder(bus).path(path);
    session.cache_properties(CacheProperties::No).build().await
}

async fn is_locked(bus: &Connection, path: &OwnedObjectPath) -> bool {
    match session(bus, path.as_str()).await {
        Ok(session) => session.locked_hint().await.unwrap_or(false),
        Err(_) => false,
    }
}

/// Whether a screen is locked, as far as who locks it answers.
async fn is_active(bus: &Connection, name: &str) -> bool {
    let path = format!("/{}", name.replace('.', "/"));
    match Proxy::new(bus, name, path, name).await {
        Ok(screen) => screen.call("GetActive", &()).await.unwrap_or(false),
        Err(_) => false,
    }
}

/// Whether the session a signal came from is this user's. One that cannot be asked may be:
/// a lock too many does no harm.
async fn is_mine(bus: &Connection, message: &Message) -> bool {
    let header = message.header();
    let Some(path) = header.path() else {
        return false;
    };
    let user = match session(bus, path.as_str()).await {
        Ok(session) => session.user().await,
        Err(error) => Err(error),
    };
    user.map_or(true, |(user, _)| {
        user == rustix::process::geteuid().as_raw()
    })
}

/// What a session says of itself: that it is locked, or not any more.
fn hint(message: &Message) -> Option<bool> {
    let body = message.body();
    type Changed<'a> = (
        &'a str,
        std::collections::HashMap<&'a str, OwnedVariant>,
        Vec<&'a str>,
    );
    let (_, mut changed, _) = body.deserialize::<Changed<'_>>().ok()?;
    bool::try_from(changed.remove("LockedHint")?).ok()
}

/// The one argument of a signal or an answer: something begins, or has ended.
fn starts(message: &Message) -> bool {
    message.body().deserialize::<bool>().unwrap_or(false)
}

fn member(message: &Message) -> Option<String> {
    let header = message.header();
    let is_signal = header.message_type() == Type::Signal;
    let member = header.member().filter(|_| is_signal)?;
    Some(member.as_str().to_owned())
}

fn signal<'a>(interface: &'a str, member: &'a str) -> zbus::match_rule::Builder<'a> {
    MatchRule::builder()
        .msg_type(Type::Signal)
        .interface(interface)
        .member(member)
}

fn of_login<'a>(interface: &'a str, member: &'a str) -> zbus::match_rule::Builder<'a> {
    signal(interface, member).sender(LOGIN)
}

fn listens(signal: Signal, locked: bool) {
    say(match locked {
        true => PresenceMessage::Found(signal),
        false => PresenceMessage::Hears(signal),
    });
}

fn changed(signal: Signal, locked: bool) {
    say(match locked {
        true => PresenceMessage::Left(signal),
        false => PresenceMessage::Back(signal),
    });
}

/// Says one line to the agent, which reads this helper's output.
fn say(said: PresenceMessage) {
    let mut output = std::io::stdout().lock();
    // An agent that has gone needs no answer.
    let _ = writeln!(output, "{said}").and_then(|()| output.flush());
}
