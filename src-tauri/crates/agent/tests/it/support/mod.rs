//! A real agent on a real socket with a real vault in a new folder, cheap key
//! derivation and a clock that the test sets.

pub mod separate;

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_agent::clock::ManualClock;
use keyhaven_agent::consent::{AllowAll, Consent};
use keyhaven_agent::helpers::notification::{Notification, Notifier, ShowFuture};
use keyhaven_agent::{AgentOptions, PresenceOptions, WorkerProgram, run};
use keyhaven_client::Client;
use keyhaven_client::one_segment;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::local_session::LocalSession;
use keyhaven_protocol::maintenance::{RestoreBackupRequest, RestoredView};
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{
    AddRequest, Call, CallHead, FieldValue, GetRequest, Hello, InitRequest, LockRequest, Metadata,
    Proof, ReplyHead, SecretOut, Session, StopRequest, Target, UnlockRequest,
};
use keyhaven_protocol::view::{CredentialView, FieldKind, FieldView, Moment, StatusView};
use keyhaven_protocol::{Error, PROTOCOL, VERSION};
use keyhaven_secret::SecretBytes;
use keyhaven_vault::KdfPolicy;

pub const PASSWORD: &str = "correct horse battery";
/// Long enough for a loaded machine; a test that needs it has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Keeps what was shown.
pub struct Recorder {
    shown: Mutex<mpsc::Sender<Notification>>,
}

impl Notifier for Recorder {
    fn show<'a>(&'a self, notice: Notification, _session: LocalSession) -> ShowFuture<'a> {
        let sent = self.shown.lock().unwrap().send(notice).is_ok();
        Box::pin(std::future::ready(sent))
    }
}

pub struct AgentFixture {
    home: tempfile::TempDir,
    pub place: VaultPaths,
    pub clock: Arc<ManualClock>,
    pub notices: mpsc::Receiver<Notification>,
    agent: Option<JoinHandle<Result<(), Error>>>,
}

impl AgentFixture {
    /// An agent over an empty folder, at noon UTC of 1 June 2026.
    pub fn empty() -> Self {
        Self::with(Arc::new(AllowAll))
    }

    /// The same, with a vault that is open.
    pub fn new() -> Self {
        let world = Self::empty();
        world.init();
        world
    }

    /// An agent over an empty folder whose watching helper is a script of `sh`.
    pub fn watched_by(script: &str) -> Self {
        Self::made(Arc::new(AllowAll), Some(script))
    }

    pub fn with(consent: Arc<dyn Consent>) -> Self {
        Self::made(consent, None)
    }

    fn made(consent: Arc<dyn Consent>, watched_by: Option<&str>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let place = VaultPaths::new(&home.path().join("vault"), Some(home.path())).unwrap();
        let noon: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let clock = Arc::new(ManualClock::new(noon, TimeZone::UTC));
        let (shown, notices) = mpsc::channel();
        let mut options = options(&place, home.path(), clock.clone(), shown, consent);
        options.presence_options = watched_by.map(|script| presence_options(home.path(), script));
        let agent = start(options).unwrap();
        Self {
            home,
            place,
            clock,
            notices,
            agent: Some(agent),
        }
    }

    /// Ends the agent and starts another one on the same folder.
    pub fn restart(&mut self) {
        self.stop();
        let (shown, notices) = mpsc::channel();
        let home = self.home.path().to_owned();
        let clock = self.clock.clone();
        let options = options(&self.place, &home, clock, shown, Arc::new(AllowAll));
        self.notices = notices;
        self.agent = Some(start(options).unwrap());
    }

    pub fn stop(&mut self) {
        if let Some(agent) = self.agent.take() {
            self.client().ask(StopRequest {}).unwrap();
            agent.join().unwrap().unwrap();
        }
    }

    pub fn client(&self) -> Client {
        Client::connect(&self.place, &Session::default())
            .unwrap()
            .unwrap()
    }

    pub fn init(&self) {
        let (password, segments) = one_segment(secret(PASSWORD));
        let mut client = self.client();
        let answered = client
            .ask_with(InitRequest { password }, &segments)
            .unwrap();
        assert_eq!(answered.segments.len(), 1);
    }

    /// A file of this world.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn lock(&self) {
        self.client().ask(LockRequest {}).unwrap();
    }

    pub fn unlock(&self) {
        unlock(&mut self.client(), PASSWORD).unwrap();
    }

    /// Stores a credential of one field in `shop/dev`.
    pub fn add(&self, name: &str, value: &str) -> CredentialView {
        self.add_to("shop", "dev", metadata(name), value).unwrap()
    }

    pub fn add_to(
        &self,
        project: &str,
        environment: &str,
        metadata: Metadata,
        value: &str,
    ) -> Result<CredentialView, Error> {
        let (at, segments) = one_segment(secret(value));
        let request = AddRequest {
            project: project.into(),
            environment: environment.into(),
            tier: None,
            metadata,
            values: vec![FieldValue {
                field: "value".into(),
                value: at,
            }],
        };
        let answered = self.client().ask_with(request, &segments)?;
        Ok(answered.answer)
    }

    pub fn get(&self, name: &str) -> Result<String, Error> {
        let request = GetRequest {
            target: named("shop", "dev", name),
            field: None,
            version: None,
        };
        let mut answered = self.client().ask_with(request, &Segments::default())?;
        let value = answered.segments.take(answered.answer.value).unwrap();
        Ok(text(&value))
    }

    /// The next notice.
    pub fn notice(&self) -> Notification {
        self.notices.recv_timeout(PATIENCE).unwrap()
    }
}

impl Drop for AgentFixture {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stop();
        }
    }
}

fn presence_options(home: &Path, script: &str) -> PresenceOptions {
    let program = home.join("watches");
    std::fs::write(
        &program,
        format!("#!/bin/sh\ncd {}\n{script}\n", home.display()),
    )
    .unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&program, mode).unwrap();
    PresenceOptions {
        program,
        system_bus: None,
    }
}

fn options(
    place: &VaultPaths,
    home: &Path,
    clock: Arc<ManualClock>,
    shown: mpsc::Sender<Notification>,
    consent: Arc<dyn Consent>,
) -> AgentOptions {
    AgentOptions {
        folder: place.folder.clone(),
        socket: place.socket.clone(),
        state: Some(home.join("state")),
        log: Some(home.join("agent.log")),
        files: place.files(),
        files_note: None,
        kdf: KdfPolicy::cheap_for_tests(),
        clock,
        notifier: Arc::new(Recorder {
            shown: Mutex::new(shown),
        }),
        consent,
        helper: env!("CARGO_BIN_EXE_keyhaven-agent").into(),
        worker: WorkerProgram {
            path: home.join("no-worker"),
            arguments: Vec::new(),
        },
        presence_options: None,
    }
}

/// Runs an agent on a thread; returns when it serves or has failed.
pub fn start(options: AgentOptions) -> Result<JoinHandle<Result<(), Error>>, Error> {
    let (ready, is_ready) = mpsc::channel();
    let agent = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(run(options, move || ready.send(()).unwrap()))
    });
    match is_ready.recv_timeout(PATIENCE) {
        Ok(()) => Ok(agent),
        Err(_) => Err(agent.join().unwrap().unwrap_err()),
    }
}

/// A second agent for the same folder.
pub fn second(world: &AgentFixture) -> Result<JoinHandle<Result<(), Error>>, Error> {
    let home = tempfile::tempdir().unwrap();
    let (shown, _) = mpsc::channel();
    let clock = world.clock.clone();
    let consent = Arc::new(AllowAll);
    start(options(&world.place, home.path(), clock, shown, consent))
}

/// Puts a backup in the vault's place, whose own password it knows.
pub fn restore(world: &AgentFixture, file: &str, password: &str) -> Result<RestoredView, Error> {
    restore_over(world, file, password, Some(PASSWORD))
}

/// Puts a backup in the vault's place, perhaps with that vault's own password.
pub fn restore_over(
    world: &AgentFixture,
    file: &str,
    password: &str,
    present: Option<&str>,
) -> Result<RestoredView, Error> {
    let mut segments = Segments::default();
    let request = RestoreBackupRequest {
        file: file.into(),
        password: segments.push(secret(password)),
        present: present.map(|text| Proof::Password(segments.push(secret(text)))),
    };
    let answered = world.client().ask_with(request, &segments)?;
    assert_eq!(answered.segments.len(), 1, "the recovery key is shown");
    Ok(answered.answer)
}

pub fn secret(text: &str) -> SecretBytes {
    SecretBytes::copy_of(text.as_bytes())
}

pub fn text(secret: &SecretBytes) -> String {
    String::from_utf8(secret.expose().clone()).unwrap()
}

pub fn unlock(client: &mut Client, password: &str) -> Result<StatusView, Error> {
    let (password, segments) = one_segment(secret(password));
    let request = UnlockRequest {
        password,
        accept_older: false,
    };
    client
        .ask_with(request, &segments)
        .map(|answered| answered.answer)
}

pub fn named(project: &str, environment: &str, name: &str) -> Target {
    Target::Named {
        project: project.into(),
        environment: environment.into(),
        name: name.into(),
    }
}

pub fn metadata(name: &str) -> Metadata {
    Metadata {
        name: name.into(),
        provider: None,
        fields: vec![FieldView {
            name: "value".into(),
            kind: FieldKind::Secret,
            variable: Some(name.to_uppercase().replace('-', "_")),
            allow_loader_variable: false,
        }],
        scopes: Vec::new(),
        allowed_ips: Vec::new(),
        owner: None,
        quota: None,
        url: None,
        note: None,
        tags: Vec::new(),
        expires: None,
        rotate_every_days: None,
        rotate_on: None,
        never_rotate: None,
        lead_times: None,
    }
}

pub fn expiring(name: &str, date: &str) -> Metadata {
    Metadata {
        expires: Some(Moment::Date(date.parse().unwrap())),
        ..metadata(name)
    }
}

/// A connection that can be rude.
pub struct Raw {
    pub stream: UnixStream,
}

impl Raw {
    pub fn connect(world: &AgentFixture) -> Self {
        let stream = UnixStream::connect(&world.place.socket).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream }
    }

    pub fn greeted(world: &AgentFixture) -> Self {
        let mut raw = Self::connect(world);
        raw.call(1, Call::Hello(hello(world)));
        assert_eq!(raw.reply().0.error, None);
        raw
    }

    pub fn call(&mut self, id: u32, call: Call) {
        let head = CallHead { id, call };
        frame::write(&mut self.stream, &head, &Segments::default()).unwrap();
    }

    pub fn get(&mut self, id: u32, name: &str) {
        let request = GetRequest {
            target: named("shop", "dev", name),
            field: None,
            version: None,
        };
        self.call(id, Call::SecretOut(SecretOut::Get(request)));
    }

    pub fn reply(&mut self) -> (ReplyHead, Segments) {
        frame::read(&mut self.stream).unwrap()
    }

    /// Reads until an event comes.
    pub fn wait_for(&mut self, event: &Event) {
        while self.reply().0.event.as_ref() != Some(event) {}
    }

    /// Reads to the end of the connection; what came.
    pub fn rest(&mut self) -> Vec<ReplyHead> {
        let mut replies = Vec::new();
        loop {
            match frame::read::<ReplyHead>(&mut self.stream) {
                Ok((head, _)) => replies.push(head),
                Err(frame::FrameError::Io(error))
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) =>
                {
                    panic!("the connection was not closed")
                }
                Err(_) => return replies,
            }
        }
    }
}

pub fn hello(world: &AgentFixture) -> Hello {
    Hello {
        protocol: PROTOCOL,
        version: VERSION.into(),
        vault: world.place.folder_text(),
        session: Session::default(),
    }
}

/// Waits for a condition.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what} did not come");
        std::thread::yield_now();
    }
}
