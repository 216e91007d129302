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
use zbus::message::Type;
use zbus::names::BusName;
use zbus::{
    Connection, MatchRule, Message, MessageStream, ObjectPath, OwnedFd, OwnedObjectPath,
    OwnedVariant, connection,
};

use crate::helpers::presence_signal::{PresenceMessage, WatchedEvents};

/// Where logind is (org.freedesktop.login1(5)).
const LOGIN: &str = "org.freedesktop.login1";
const LOGIN_PATH: &str = "/org/freedesktop/login1";
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

async fn system_bus(what: WatchedEvents) -> Result<(), BusLoss> {
    let builder = connection::Builder::system().method_timeout(ANSWER_WITHIN);
    let bus = builder.build().await?;
    // Asked for before anything is looked at, so that nothing is missed in between.
    let mut messages = MessageStream::from(&bus);
    if what.sleep {
        add(&bus, of_login(MANAGER, "PrepareForSleep").build()?).await?;
    }
    if what.screen {
        let lock = of_login(SESSION, "Lock").path_namespace(SESSIONS);
        add(&bus, lock.build()?).await?;
        let hint = of_login(PROPERTIES, "PropertiesChanged").path_namespace(SESSIONS);
        add(&bus, hint.add_arg(SESSION).build()?).await?;
    }
    // Held to the end of this process.
    let _delay = match what.sleep {
        true => delay(&bus).await,
        false => None,
    };
    if what.screen
        && let Some(sessions) = sessions_of_mine(&bus).await
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
    let (mut answers, mut locked) = (false, false);
    for name in SCREEN_SAVERS {
        let rule = signal(name, "ActiveChanged").build()?;
        add(&bus, rule).await?;
        if has_owner(&bus, name).await {
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
async fn delay(bus: &Connection) -> Option<OwnedFd> {
    let why = ("sleep", "Keyhaven", "Locks the vault first", "delay");
    let answer = bus
        .call_method(Some(LOGIN), LOGIN_PATH, Some(MANAGER), "Inhibit", &why)
        .await;
    let delay = answer.ok().and_then(|answer| {
        let body = answer.body();
        body.deserialize::<OwnedFd>().ok()
    });
    let preparing = property(bus, LOGIN_PATH, MANAGER, "PreparingForSleep").await;
    let preparing = preparing.and_then(|value| bool::try_from(value).ok());
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
async fn sessions_of_mine(bus: &Connection) -> Option<Vec<OwnedObjectPath>> {
    type Session = (String, u32, String, String, OwnedObjectPath);
    let answer = bus
        .call_method(Some(LOGIN), LOGIN_PATH, Some(MANAGER), "ListSessions", &())
        .await;
    let sessions: Vec<Session> = answer.ok()?.body().deserialize().ok()?;
    let me = rustix::process::geteuid().as_raw();
    let mine = sessions.into_iter().filter(|session| session.1 == me);
    Some(mine.map(|session| session.4).take(MOST_SESSIONS).collect())
}

async fn is_locked(bus: &Connection, session: &OwnedObjectPath) -> bool {
    let hint = property(bus, session, SESSION, "LockedHint").await;
    hint.is_some_and(|hint| bool::try_from(hint) == Ok(true))
}

/// Whether a screen is locked, as far as who locks it answers.
async fn is_active(bus: &Connection, name: &str) -> bool {
    let path = format!("/{}", name.replace('.', "/"));
    let answer = bus
        .call_method(Some(name), path.as_str(), Some(name), "GetActive", &())
        .await;
    answer.is_ok_and(|answer| starts(&answer))
}

/// A property of something of logind's.
async fn property(
    bus: &Connection,
    path: &str,
    interface: &str,
    name: &str,
) -> Option<OwnedVariant> {
    let answer = bus
        .call_method(
            Some(LOGIN),
            path,
            Some(PROPERTIES),
            "Get",
            &(interface, name),
        )
        .await;
    answer.ok()?.body().deserialize().ok()
}

/// Whether the session a signal came from is this user's. One that cannot be asked may be:
/// a lock too many does no harm.
async fn is_mine(bus: &Connection, message: &Message) -> bool {
    let header = message.header();
    let Some(path) = header.path() else {
        return false;
    };
    let user = property(bus, path, SESSION, "User").await.and_then(user_of);
    user.is_none_or(|user| user == rustix::process::geteuid().as_raw())
}

/// The user of a session: its id and the path of its object.
fn user_of(value: OwnedVariant) -> Option<u32> {
    let (user, _path): (u32, OwnedObjectPath) = value.try_into().ok()?;
    Some(user)
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

/// Asks the bus for what a rule matches.
async fn add(bus: &Connection, rule: MatchRule<'_>) -> zbus::Result<()> {
    ask_bus(bus, "AddMatch", &rule.to_string()).await.map(drop)
}

async fn has_owner(bus: &Connection, name: &str) -> bool {
    let answer = ask_bus(bus, "NameHasOwner", name).await;
    answer.is_ok_and(|answer| answer.body().deserialize().unwrap_or(false))
}

async fn ask_bus(bus: &Connection, method: &str, about: &str) -> zbus::Result<Message> {
    let name = BusName::try_from("org.freedesktop.DBus")?;
    let path = ObjectPath::try_from("/org/freedesktop/DBus")?;
    bus.call_method(
        Some(name),
        path,
        Some("org.freedesktop.DBus"),
        method,
        &about,
    )
    .await
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
