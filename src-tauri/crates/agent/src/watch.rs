//! The watching helper: `keyhaven-agent --watch WHAT`.
//!
//! A process of its own on the person's bus and the system's. It says on its output what it
//! hears (`hears NAME`), and that the person leaves (`left NAME`); it can say nothing else, and
//! does nothing. While it lives it delays the machine's sleep: who started it locks, and then
//! ends it. It ends with its input, and when it cannot listen any more.
//!
//! | leaving | heard as |
//! |---|---|
//! | the machine goes to sleep | `PrepareForSleep` of `org.freedesktop.login1` |
//! | the session is locked | `Lock` of a session, and its `LockedHint` (set by GNOME, KDE and others) |
//! | the screen is locked | `ActiveChanged` of `org.freedesktop.ScreenSaver` (KDE and others), and of GNOME's, Cinnamon's, MATE's and XFCE's own |

use std::io::{Read, Write as _};
use std::thread;

use futures_lite::StreamExt as _;
use keyhaven_protocol::protection::LeavingSignal as Signal;
use zbus::message::Type;
use zbus::names::BusName;
use zbus::{Connection, MatchRule, Message, MessageStream, ObjectPath, OwnedFd, OwnedVariant};

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

const SIGNALS: [Signal; 4] = [
    Signal::Sleep,
    Signal::LateSleep,
    Signal::Session,
    Signal::Screen,
];

/// The word for a signal.
const fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::Sleep => "sleep",
        Signal::LateSleep => "late-sleep",
        Signal::Session => "session",
        Signal::Screen => "screen",
    }
}

/// The signal of a word.
pub(crate) fn of_name(word: &str) -> Option<Signal> {
    SIGNALS.into_iter().find(|signal| name(*signal) == word)
}

/// What the helper is to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct What {
    /// The machine's sleep.
    pub sleep: bool,
    /// The lock of session or screen.
    pub screen: bool,
}

impl What {
    /// As it stands behind `--watch`.
    #[must_use]
    pub fn of_words(words: &str) -> Option<Self> {
        let mut what = Self {
            sleep: false,
            screen: false,
        };
        for word in words.split(',') {
            match word {
                "sleep" => what.sleep = true,
                "screen" => what.screen = true,
                _ => return None,
            }
        }
        Some(what)
    }
}

/// Watches until the input ends or neither bus can be listened to any more.
pub fn watch(what: What, mut input: impl Read + Send + 'static) {
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
        if let Ok(Err(Lost::Heard)) = bus.join() {
            return;
        }
    }
}

/// Why a bus is not listened to any more.
enum Lost {
    /// It was, and has gone.
    Heard,
    /// It never was there.
    Never,
}

impl From<zbus::Error> for Lost {
    fn from(_: zbus::Error) -> Self {
        Self::Never
    }
}

async fn system_bus(what: What) -> Result<(), Lost> {
    let bus = Connection::system().await?;
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
    if what.screen && has_sessions(&bus).await {
        hears(Signal::Session);
    }
    while let Some(Ok(message)) = messages.next().await {
        match member(&message).as_deref() {
            Some("PrepareForSleep") if starts(&message) => left(Signal::Sleep),
            Some("Lock") if is_mine(&bus, &message).await => left(Signal::Session),
            Some("PropertiesChanged") if is_hint(&message) && is_mine(&bus, &message).await => {
                left(Signal::Session);
            }
            _ => {}
        }
    }
    Err(Lost::Heard)
}

async fn session_bus() -> Result<(), Lost> {
    let bus = Connection::session().await?;
    let mut messages = MessageStream::from(&bus);
    let mut answers = false;
    for name in SCREEN_SAVERS {
        let rule = signal(name, "ActiveChanged").build()?;
        add(&bus, rule).await?;
        answers |= has_owner(&bus, name).await;
    }
    if answers {
        hears(Signal::Screen);
    }
    while let Some(Ok(message)) = messages.next().await {
        if member(&message).as_deref() == Some("ActiveChanged") && starts(&message) {
            left(Signal::Screen);
        }
    }
    Err(Lost::Heard)
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
    let property = (MANAGER, "PreparingForSleep");
    let preparing = bus
        .call_method(Some(LOGIN), LOGIN_PATH, Some(PROPERTIES), "Get", &property)
        .await;
    let preparing = preparing.ok().and_then(|answer| {
        let value: OwnedVariant = answer.body().deserialize().ok()?;
        bool::try_from(value).ok()
    });
    match (&delay, preparing) {
        (Some(_), _) => hears(Signal::Sleep),
        (None, Some(_)) => hears(Signal::LateSleep),
        (None, None) => {}
    }
    if preparing == Some(true) {
        left(Signal::Sleep);
    }
    delay
}

async fn has_sessions(bus: &Connection) -> bool {
    bus.call_method(Some(LOGIN), LOGIN_PATH, Some(MANAGER), "ListSessions", &())
        .await
        .is_ok()
}

/// Whether the session a signal came from is this user's. One that cannot be asked may be:
/// a lock too many does no harm.
async fn is_mine(bus: &Connection, message: &Message) -> bool {
    let header = message.header();
    let Some(path) = header.path() else {
        return false;
    };
    let property = (SESSION, "User");
    let answer = bus
        .call_method(Some(LOGIN), path, Some(PROPERTIES), "Get", &property)
        .await;
    let Ok(answer) = answer else { return true };
    let body = answer.body();
    match body.deserialize::<OwnedVariant>().map(user_of) {
        Ok(Some(user)) => user == rustix::process::geteuid().as_raw(),
        _ => true,
    }
}

/// The user of a session: its id and the path of its object.
fn user_of(value: OwnedVariant) -> Option<u32> {
    let (user, _path): (u32, zbus::OwnedObjectPath) = value.try_into().ok()?;
    Some(user)
}

/// Whether a session says that it is locked now.
fn is_hint(message: &Message) -> bool {
    let body = message.body();
    type Changed<'a> = (
        &'a str,
        std::collections::HashMap<&'a str, OwnedVariant>,
        Vec<&'a str>,
    );
    let Ok((_, mut changed, _)) = body.deserialize::<Changed<'_>>() else {
        return false;
    };
    let hint = changed.remove("LockedHint");
    hint.is_some_and(|hint| bool::try_from(hint) == Ok(true))
}

/// The signal's one argument: something begins, or has ended.
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

fn hears(signal: Signal) {
    say("hears", signal);
}

fn left(signal: Signal) {
    say("left", signal);
}

/// Says one line to the agent, which reads this helper's output.
fn say(verb: &str, signal: Signal) {
    let mut output = std::io::stdout().lock();
    // An agent that has gone needs no answer.
    let _ = writeln!(output, "{verb} {}", name(signal)).and_then(|()| output.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_to_watch() {
        let what = |sleep, screen| Some(What { sleep, screen });
        assert_eq!(What::of_words("sleep"), what(true, false));
        assert_eq!(What::of_words("sleep,screen"), what(true, true));
        for wrong in ["", "sleep,", "everything"] {
            assert_eq!(What::of_words(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn signals_have_names() {
        for signal in SIGNALS {
            assert_eq!(of_name(name(signal)), Some(signal));
        }
        assert_eq!(of_name("doorbell"), None);
    }
}
