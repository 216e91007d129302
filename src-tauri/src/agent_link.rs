//! The way to the agent: one connection per request, and types that decide which side of
//! the window may ask what.
//!
//! A process is one side. What a side may ask is written down here and nowhere else;
//! no request whose answer holds a secret is open to [`MainSide`].

use std::marker::PhantomData;
use std::sync::Arc;

use keyhaven_client::Client;
use keyhaven_client::{Answered, session_from_environment};
use keyhaven_protocol::Error;
use keyhaven_protocol::event::Progress;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance as c;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{self as q, Ask, Session};

/// The main window's process.
#[derive(Debug)]
pub struct MainSide;

/// A prompt process.
#[derive(Debug)]
pub struct PromptSide;

/// The process that shows one value.
#[derive(Debug)]
pub struct RevealSide;

/// This side may ask `R`.
pub trait MayAsk<R: Ask> {}

macro_rules! may {
    ($side:ident: $($request:ident),* $(,)?) => { $(impl MayAsk<q::$request> for $side {})* };
}

may!(
    MainSide: StatusRequest, AgentSecurityRequest, ListRequest, ShowRequest, HistoryRequest, DueRequest,
    HealthRequest,
    EnvironmentsRequest, SetTierRequest, EditRequest, RemoveRequest, RestoreRequest,
    EmptyTrashRequest, RollBackRequest, SnoozeRequest, AuditRequest, SettingsRequest, KeyDerivationRequest,
    LoginKeychainRequest, CopyRequest, TrustedFilesRequest, ProfilesRequest, ProfileRequest,
    AddProfileRequest, EditProfileRequest, RemoveProfileRequest,
    RunningRequest, EndRunningRequest, LaunchPlanRequest, LockRequest, AddRequest, SetRequest, ImportRequest, ConfigureRequest,
);
may!(
    PromptSide: StatusRequest, UnlockRequest, RecoverRequest, LoginKeychainRequest,
    UnlockByLoginRequest, InitRequest, ConfigureRequest,
    ChangePasswordRequest, NewRecoveryKeyRequest, RekeyRequest,
);
impl MayAsk<q::InputSeenRequest> for MainSide {}
impl MayAsk<c::VerifyLogRequest> for MainSide {}
impl MayAsk<c::BackupsRequest> for MainSide {}
impl MayAsk<c::BackUpRequest> for MainSide {}
impl MayAsk<c::RestoreBackupRequest> for PromptSide {}
impl MayAsk<c::SalvageRequest> for PromptSide {}
may!(RevealSide: ShowRequest, GetRequest);

/// What is needed to reach the agent of one vault.
#[derive(Debug)]
pub struct Link<S> {
    place: Arc<Result<VaultPaths, Error>>,
    session: Arc<Session>,
    side: PhantomData<fn() -> S>,
}

impl<S> Clone for Link<S> {
    fn clone(&self) -> Self {
        Self {
            place: self.place.clone(),
            session: self.session.clone(),
            side: PhantomData,
        }
    }
}

impl<S> Link<S> {
    /// The way to the vault that the environment names. That none can be named is answered
    /// to each request, so that the window can show it.
    pub fn from_environment() -> Self {
        Self {
            place: Arc::new(VaultPaths::find(None)),
            session: Arc::new(session_from_environment()),
            side: PhantomData,
        }
    }

    /// Where the vault and its socket are.
    ///
    /// # Errors
    /// The environment names no usable place.
    pub fn place(&self) -> Result<&VaultPaths, Error> {
        self.place.as_ref().as_ref().map_err(Clone::clone)
    }

    /// A connection for several requests; starts the agent when none is running.
    ///
    /// # Errors
    /// No agent could be reached or started.
    pub fn connect(&self) -> Result<Connection<S>, Error> {
        let client = Client::connect_or_start(self.place()?, &self.session)?;
        Ok(Connection {
            client,
            side: PhantomData,
        })
    }

    /// A connection to an agent that is already there, to listen to its events.
    ///
    /// # Errors
    /// As [`Client::connect`].
    pub fn connect_if_running(&self) -> Result<Option<Client>, Error> {
        Client::connect(self.place()?, &self.session)
    }

    /// Asks on a new connection.
    ///
    /// # Errors
    /// The agent's answer, or no agent could be reached or started.
    pub fn ask<R: Ask>(&self, request: R) -> Result<R::Answer, Error>
    where
        S: MayAsk<R>,
    {
        self.connect()?.ask(request)
    }

    /// Asks with secrets, on a new connection.
    ///
    /// # Errors
    /// The agent's answer, or no agent could be reached or started.
    pub fn ask_with<R: Ask>(
        &self,
        request: R,
        segments: &Segments,
    ) -> Result<Answered<R::Answer>, Error>
    where
        S: MayAsk<R>,
    {
        self.connect()?.ask_with(request, segments)
    }

    /// Asks with secrets something that takes long, and hears how far it is.
    ///
    /// # Errors
    /// As [`Link::ask_with`].
    pub fn ask_watched<R: Ask>(
        &self,
        request: R,
        segments: &Segments,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Answered<R::Answer>, Error>
    where
        S: MayAsk<R>,
    {
        let mut client = self.connect()?.client;
        client.ask_watched(request, segments, progress)
    }
}

/// A connection of one side.
#[derive(Debug)]
pub struct Connection<S> {
    client: Client,
    side: PhantomData<fn() -> S>,
}

impl<S> Connection<S> {
    /// Asks.
    ///
    /// # Errors
    /// The agent's answer, or the connection broke.
    pub fn ask<R: Ask>(&mut self, request: R) -> Result<R::Answer, Error>
    where
        S: MayAsk<R>,
    {
        self.client.ask(request)
    }

    /// Asks with secrets.
    ///
    /// # Errors
    /// The agent's answer, or the connection broke.
    pub fn ask_with<R: Ask>(
        &mut self,
        request: R,
        segments: &Segments,
    ) -> Result<Answered<R::Answer>, Error>
    where
        S: MayAsk<R>,
    {
        self.client.ask_with(request, segments)
    }

    /// Gives the bare client away, to subscribe.
    pub fn into_client(self) -> Client {
        self.client
    }
}
