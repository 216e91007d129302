//! The vault locks when its person leaves: before the machine sleeps, and with the screen.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use keyhaven_client::Client;
use keyhaven_client::one_segment;
use keyhaven_proof::ProofRun;
use keyhaven_protocol::agent_security::PresenceSignal;
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::request::{
    AgentSecurityRequest, Ask, AuditRequest, CallHead, ConfigureRequest, GetRequest, Hello,
    ReplyHead, Session, SettingsRequest, StatusRequest, Target, UnlockRequest,
};
use keyhaven_secret::SecretBytes;
use keyhaven_tests::{
    Bus, Logind, MINE, PASSWORD, SCREEN_SAVERS, ScreenSaver, THEIRS, Terminal, World, eventually,
};
use rustix::process::{Pid, Signal, kill_process};

/// A world with both buses and an open vault in it.
struct Home {
    logind: Logind,
    _session_bus: Bus,
    _system_bus: Bus,
    world: World,
}

impl Home {
    fn new() -> Self {
        let home = Self::with(Logind::start);
        let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
        home.world.kh_ok_with(&add, "value");
        home
    }

    fn with(logind: fn(&World) -> Logind) -> Self {
        let world = World::new();
        let session_bus = Bus::start(&world);
        let system_bus = Bus::start_system(&world);
        let logind = logind(&world);
        world.init();
        Self {
            logind,
            _session_bus: session_bus,
            _system_bus: system_bus,
            world,
        }
    }

    fn client(&self) -> Client {
        let client = Client::connect(&self.world.place(), &Session::default());
        client.unwrap().expect("a running agent")
    }

    fn is_locked(&self) -> bool {
        self.client().ask(StatusRequest {}).unwrap().locked
    }

    fn unlock(&self) {
        let (password, segments) = one_segment(SecretBytes::copy_of(PASSWORD.as_bytes()));
        let request = UnlockRequest {
            password,
            accept_older: false,
        };
        self.client().ask_with(request, &segments).unwrap();
    }

    /// The helper listens: it holds the machine's sleep back.
    fn wait_until_watched(&self) {
        eventually("a delay of sleep", || self.logind.delays() == 1);
    }

    fn wait_until_locked(&self) {
        eventually("the lock", || self.is_locked());
    }

    fn locks_in_the_log(&self) -> usize {
        let log = self.client().ask(AuditRequest::default()).unwrap();
        log.iter()
            .filter(|entry| entry.action == "vault.lock")
            .count()
    }

    /// Changes settings, with the password.
    fn configure(&self, on_suspend: bool, on_screen_lock: bool) {
        let mut client = self.client();
        let mut settings = client.ask(SettingsRequest {}).unwrap();
        settings.lock_on_suspend = on_suspend;
        settings.lock_on_screen_lock = on_screen_lock;
        let (password, segments) = one_segment(SecretBytes::copy_of(PASSWORD.as_bytes()));
        let request = ConfigureRequest {
            settings,
            password: Some(password),
        };
        client.ask_with(request, &segments).unwrap();
    }

    /// Both the session's lock and the screen's are heard.
    fn wait_until_heard(&self) {
        eventually("a helper that hears session and screen", || {
            let heard = self.heard();
            [PresenceSignal::Session, PresenceSignal::Screen]
                .iter()
                .all(|signal| heard.contains(signal))
        });
    }

    fn heard(&self) -> Vec<PresenceSignal> {
        self.client()
            .ask(AgentSecurityRequest {})
            .unwrap()
            .listening
    }

    /// What each watching helper was started to watch.
    fn watchers(&self) -> Vec<String> {
        self.helpers().into_iter().map(|(_, words)| words).collect()
    }

    /// The watching helpers, each with what it watches.
    fn helpers(&self) -> Vec<(u32, String)> {
        let helpers = self.world.helpers().into_iter();
        let watching = helpers.filter_map(|(pid, words)| {
            let at = words.iter().position(|word| word == "--watch")?;
            Some((pid, words.get(at + 1)?.clone()))
        });
        watching.collect()
    }

    /// Ends the helpers there are, and waits until they are gone.
    fn end_helpers(&self) {
        for (helper, _) in self.helpers() {
            let pid = Pid::from_raw(helper.try_into().unwrap()).unwrap();
            // It may end by itself meanwhile.
            let _ = kill_process(pid, Signal::KILL);
            // Its delay may outlive its command line, but not its entry.
            let entry = format!("/proc/{helper}");
            eventually("the end of a helper", || {
                !std::path::Path::new(&entry).exists()
            });
        }
    }
}

/// Times gate only where promises are proved; a loaded machine is no failure of the others.
fn in_time(since: Instant) {
    if ProofRun::is_full() {
        assert!(since.elapsed() < Duration::from_secs(1), "{since:?}");
    }
}

#[test]
fn promise_17_the_machine_sleeps_when_the_vault_is_locked_and_not_before() {
    let mut proof =
        ProofRun::begin("promise_17_the_machine_sleeps_when_the_vault_is_locked_and_not_before");
    let home = Home::new();
    for _ in 0..ProofRun::cases(3, 100) {
        home.wait_until_watched();
        assert!(!home.is_locked());
        let start = Instant::now();
        home.logind.prepare_for_sleep(true);
        eventually("the end of the delay", || home.logind.delays() == 0);
        in_time(start);
        // The delay has ended, so it is locked: nothing is waited for here.
        assert!(home.is_locked());
        home.logind.prepare_for_sleep(false);
        assert!(home.watchers().is_empty());
        home.unlock();
        proof.case();
    }
}

#[test]
fn promise_17_a_vault_that_is_opened_on_the_way_to_sleep_is_locked_again() {
    let mut proof =
        ProofRun::begin("promise_17_a_vault_that_is_opened_on_the_way_to_sleep_is_locked_again");
    let home = Home::with(Logind::start_preparing);
    home.wait_until_locked();
    eventually("the end of the delay", || home.logind.delays() == 0);
    proof.case();
}

#[test]
fn promise_17_the_vault_locks_with_the_screen_of_every_desktop() {
    let mut proof = ProofRun::begin("promise_17_the_vault_locks_with_the_screen_of_every_desktop");
    let home = Home::new();
    let start = |name: &&'static str| ScreenSaver::start(&home.world, name);
    let screens: Vec<ScreenSaver> = SCREEN_SAVERS.iter().map(start).collect();
    let screens: Vec<_> = screens.iter().collect();
    let leave: Vec<Box<dyn Fn()>> = vec![
        Box::new(|| home.logind.lock(MINE)),
        Box::new(|| home.logind.hint(MINE, true)),
    ];
    let locked_by_screens = screens.iter().map(|screen| {
        let screen = *screen;
        Box::new(move || screen.active(true)) as Box<dyn Fn() + '_>
    });
    for leaves in leave.into_iter().chain(locked_by_screens) {
        home.wait_until_watched();
        let locks = home.locks_in_the_log();
        // What is no leaving of this person's locks nothing: their session, a screen that is
        // unlocked.
        home.logind.lock(THEIRS);
        home.logind.hint(THEIRS, true);
        home.logind.hint(MINE, false);
        screens.iter().for_each(|screen| screen.active(false));
        let start = Instant::now();
        // The helper listens on two buses; asked on both, it takes the later one's word.
        while !home.is_locked() {
            leaves();
            assert!(start.elapsed() < keyhaven_tests::PATIENCE);
        }
        in_time(start);
        home.unlock();
        assert_eq!(home.locks_in_the_log(), locks + 1);
        proof.case();
    }
}

#[test]
fn promise_17_what_is_switched_off_locks_nothing_and_costs_nothing() {
    let mut proof =
        ProofRun::begin("promise_17_what_is_switched_off_locks_nothing_and_costs_nothing");
    let home = Home::new();
    let screen = ScreenSaver::start(&home.world, "org.gnome.ScreenSaver");
    home.wait_until_watched();
    home.configure(true, false);
    eventually("a helper that watches the sleep alone", || {
        // Its own word: the delay may still be that of the helper before it.
        home.watchers() == ["sleep"] && home.heard() == [PresenceSignal::Sleep]
    });
    screen.active(true);
    home.logind.lock(MINE);
    // The control of the others: the vault answers as long as it is not asked to lock.
    assert!(!home.is_locked());
    home.logind.prepare_for_sleep(true);
    home.wait_until_locked();
    home.unlock();
    assert_eq!(home.locks_in_the_log(), 1);

    home.configure(false, false);
    eventually("the end of the helper and its delay", || {
        home.watchers().is_empty() && home.logind.delays() == 0
    });
    home.logind.prepare_for_sleep(true);
    screen.active(true);
    assert_eq!(home.world.kh_ok(&["get", "kh://shop/dev/stripe"]), "value");
    proof.case();
}

#[test]
fn promise_17_no_answer_comes_after_the_lock() {
    let mut proof = ProofRun::begin("promise_17_no_answer_comes_after_the_lock");
    let home = Home::new();
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..ProofRun::cases(15, 1000) {
        home.wait_until_watched();
        let asked = [(); 4].map(|()| Asked::many(&home));
        // Looked for without a pause: the race is to begin while most are still open.
        let start = Instant::now();
        while !asked.iter().any(|asked| asked.waiting() > 0) {
            assert!(start.elapsed() < keyhaven_tests::PATIENCE);
        }
        home.logind.prepare_for_sleep(true);
        let start = Instant::now();
        eventually("the end of the delay", || home.logind.delays() == 0);
        in_time(start);
        let sent = asked.each_ref().map(Asked::waiting);
        for (asked, sent) in asked.into_iter().zip(sent) {
            let told = asked.read_after(sent);
            assert_eq!(told.values_late, 0, "an answer after the lock");
            answered += told.values;
            refused += told.asked - told.values;
        }
        home.unlock();
        proof.case();
    }
    assert!(answered > 0 && refused > 0, "no race: {answered} {refused}");
    // The control: where nothing is locked, answers do come late, and are seen to.
    let told = Asked::many(&home).read_after(0);
    assert_eq!(told.values_late, told.asked);
}

#[test]
fn promise_17_what_was_locked_before_the_unlock_leaves_the_vault_usable() {
    let mut proof =
        ProofRun::begin("promise_17_what_was_locked_before_the_unlock_leaves_the_vault_usable");
    let home = Home::new();
    let screen = ScreenSaver::start(&home.world, "org.gnome.ScreenSaver");
    home.world.kh_ok(&["lock"]);
    // As when somebody comes in over the network.
    home.logind.be_locked(true);
    screen.be_locked(true);
    home.unlock();
    home.wait_until_heard();
    assert_eq!(home.world.kh_ok(&["get", "kh://shop/dev/stripe"]), "value");
    // Nor does it count when the helper is started again.
    home.end_helpers();
    // The new one, not what is still known of the old.
    home.wait_until_watched();
    home.wait_until_heard();
    assert!(!home.is_locked());
    screen.active(false);
    screen.active(true);
    home.wait_until_locked();
    proof.case();
}

#[test]
fn promise_17_what_was_locked_while_nobody_listened_locks_the_vault() {
    let mut proof =
        ProofRun::begin("promise_17_what_was_locked_while_nobody_listened_locks_the_vault");
    let home = Home::new();
    let screen = ScreenSaver::start(&home.world, "org.gnome.ScreenSaver");
    let locks: [&dyn Fn(bool); 2] = [&|locked| home.logind.be_locked(locked), &|locked| {
        screen.be_locked(locked)
    }];
    home.world.kh_ok(&["lock"]);
    for lock in locks {
        home.unlock();
        home.wait_until_heard();
        // Nothing reports it: it is found at the next check.
        lock(true);
        assert!(!home.is_locked());
        home.end_helpers();
        home.wait_until_locked();
        lock(false);
    }
    proof.case();
}

#[test]
fn a_listener_that_ends_again_and_again_is_reported() {
    let home = Home::new();
    home.wait_until_watched();
    let says = |arguments: &[&str], words: &str| home.world.kh_ok(arguments).contains(words);
    assert!(!says(&["status"], "keeps stopping"));
    eventually("a notice", || {
        home.end_helpers();
        says(&["status"], "keeps stopping")
    });
    assert!(says(&["doctor"], "keeps stopping"));
    home.world.kh_ok(&["lock"]);
    home.unlock();
    home.wait_until_watched();
    assert!(!says(&["status"], "keeps stopping"));
}

/// A connection on which many questions for a value were asked at once. Answers wait in its
/// socket unread: what lies there at a time was sent by then, however late it is read.
struct Asked(UnixStream);

/// How the questions of a connection were answered.
#[derive(Default)]
struct ReadAnswers {
    asked: usize,
    /// Answers with the value.
    values: usize,
    /// Those of them that came late.
    values_late: usize,
}

impl Asked {
    /// As many as the agent lets one connection ask.
    const QUESTIONS: usize = 32;

    fn many(home: &Home) -> Self {
        let place = home.world.place();
        let mut stream = UnixStream::connect(&place.socket).unwrap();
        let hello = Hello {
            protocol: keyhaven_protocol::PROTOCOL,
            version: keyhaven_protocol::VERSION.into(),
            vault: place.folder_text(),
            session: Session::default(),
        };
        send(&mut stream, 1, hello);
        let _: (ReplyHead, Segments) = frame::read(&mut stream).unwrap();
        for id in (2..).take(Self::QUESTIONS) {
            let target = Target::Named {
                project: "shop".into(),
                environment: "dev".into(),
                name: "stripe".into(),
            };
            let request = GetRequest {
                target,
                field: None,
                version: None,
            };
            send(&mut stream, id, request);
        }
        Self(stream)
    }

    /// Bytes of answers that have come.
    fn waiting(&self) -> u64 {
        rustix::io::ioctl_fionread(&self.0).unwrap()
    }

    /// Reads all that was answered, or up to where the agent ended the connection; what was
    /// not among the first bytes came late.
    fn read_after(self, first: u64) -> ReadAnswers {
        let mut told = ReadAnswers {
            asked: Self::QUESTIONS,
            ..ReadAnswers::default()
        };
        let mut incoming = Counted {
            from: self.0,
            bytes: 0,
        };
        for _ in 0..Self::QUESTIONS {
            let read: Result<(ReplyHead, Segments), _> = frame::read(&mut incoming);
            let Ok((reply, _)) = read else { break };
            let value = usize::from(reply.answer.is_some());
            told.values += value;
            told.values_late += value * usize::from(incoming.bytes > first);
        }
        told
    }
}

fn send<R: Ask>(stream: &mut UnixStream, id: u32, request: R) {
    let call = request.into_call();
    frame::write(stream, &CallHead { id, call }, &Segments::default()).unwrap();
}

/// Counts what is read.
struct Counted<R> {
    from: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(into)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

#[test]
fn promise_17_without_use_the_vault_locks_at_its_time() {
    let mut proof = ProofRun::begin("promise_17_without_use_the_vault_locks_at_its_time");
    let home = Home::new();
    home.world.pass(Duration::from_secs(29 * 60));
    assert!(!home.is_locked());
    home.world.pass(Duration::from_secs(61));
    home.wait_until_locked();
    proof.case();
}

/// Seconds until the vault locks itself.
fn left(home: &Home) -> u32 {
    let status = home.client().ask(StatusRequest {}).unwrap();
    status.locks_in_seconds.unwrap()
}

#[test]
fn promise_17_a_program_without_a_terminal_does_not_postpone_the_idle_lock() {
    let mut proof =
        ProofRun::begin("promise_17_a_program_without_a_terminal_does_not_postpone_the_idle_lock");
    let home = Home::new();
    let get = ["get", "kh://shop/dev/stripe"];
    home.world.pass(Duration::from_secs(20 * 60));
    // In a new session, it has no terminal.
    let mut without = home.world.command("setsid");
    without.args(["--wait", "kh"]).args(get);
    let output = without.output().unwrap();
    assert_eq!(output.stdout, b"value");
    assert!(left(&home) <= 600);
    // The control: at a terminal it does.
    let mut at_terminal = Terminal::start(home.world.kh(&get));
    at_terminal.expect("value");
    assert!(at_terminal.wait().success());
    assert!(left(&home) > 1700);
    proof.case();
}
