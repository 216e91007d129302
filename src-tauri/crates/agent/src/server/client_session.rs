//! A connection as its requests see it: who asks, and the records of its import.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::Session;
use keyhaven_vault::{AuditContext, ClaimedFacts, LocalNow, Unlocked};
use uuid::Uuid;

use crate::agent::Agent;
use crate::guarded;
use crate::server::import_session::ImportSession;
use crate::server::peer::Peer;
use crate::server::reply_writer::ReplyQueue;
use crate::server::seats::Seat;
use crate::vault_thread::attempts::PasswordAttempts;

/// Releases whose failed start a connection can still report.
const RELEASES: usize = 16;

/// One connection after its handshake.
pub(crate) struct ClientSession {
    pub(crate) agent: Arc<Agent>,
    pub(crate) peer: Peer,
    pub(crate) seat: Arc<Seat>,
    pub(crate) session: Session,
    pub(crate) replies: ReplyQueue,
    pub(crate) attempts: PasswordAttempts,
    /// Held while an answer is drawn and queued: a connection has one in memory at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
    pub(crate) import_session: Mutex<ImportSession>,
    releases: Mutex<VecDeque<Release>>,
}

/// Values that went to this connection.
#[derive(Debug, Clone)]
pub(crate) struct Release {
    /// The log's sequence number.
    pub(crate) sequence: u64,
    /// As in the row of the release.
    pub(crate) at: Timestamp,
    /// Whose.
    pub(crate) subjects: Vec<Uuid>,
    /// As in the row of the release.
    pub(crate) detail: keyhaven_vault::Detail,
    /// As in the row of the release.
    pub(crate) claimed: ClaimedFacts,
}

/// When and by whom something is done.
pub(crate) struct Now {
    pub(crate) clock: LocalNow,
    pub(crate) context: AuditContext,
}

impl ClientSession {
    pub(crate) fn new(
        agent: Arc<Agent>,
        peer: Peer,
        seat: Arc<Seat>,
        session: Session,
        replies: ReplyQueue,
    ) -> Self {
        Self {
            attempts: agent.attempts.of(&peer),
            agent,
            peer,
            seat,
            session,
            replies,
            turn: tokio::sync::Mutex::new(()),
            import_session: Mutex::default(),
            releases: Mutex::default(),
        }
    }

    /// For the audit row of what is done now.
    pub(crate) fn context(&self, claimed: ClaimedFacts) -> AuditContext {
        self.agent.context(&self.peer, claimed)
    }

    /// Does something with the open vault.
    ///
    /// # Errors
    /// It is locked, or what was done failed.
    pub(crate) async fn with_vault<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Unlocked, &Now) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.with_claim(ClaimedFacts::default(), work).await
    }

    /// Changes something. The vault's thread itself reports what follows from a change:
    /// the client may be gone when the change is done.
    ///
    /// # Errors
    /// As [`ClientSession::with_vault`].
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        follows: fn(&Agent),
        work: impl FnOnce(&mut Unlocked, &Now) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let agent = self.agent.clone();
        self.with_vault(move |vault, now| {
            let done = work(vault, now)?;
            follows(&agent);
            Ok(done)
        })
        .await
    }

    /// The same as [`ClientSession::with_vault`], with what the client says of itself.
    pub(crate) async fn with_claim<T: Send + 'static>(
        &self,
        claimed: ClaimedFacts,
        work: impl FnOnce(&mut Unlocked, &Now) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let now = Now {
            clock: self.agent.reading(),
            context: self.context(claimed),
        };
        self.agent
            .vault
            .run(move |state| work(state.unlocked()?, &now))
            .await?
    }

    /// A value was used or written. It postpones the idle lock only where a person may have
    /// asked for it: a program without a terminal would keep the vault unlocked for ever.
    pub(crate) fn use_seen(&self) {
        if self.peer.has_terminal {
            self.agent.use_seen();
        }
    }

    /// Remembers what was handed out.
    pub(crate) fn released(&self, release: Release) {
        let mut releases = guarded(&self.releases);
        if releases.len() == RELEASES {
            releases.pop_front();
        }
        releases.push_back(release);
    }

    /// Takes a release out; its failed start can be reported once.
    pub(crate) fn take_release(&self, sequence: u64) -> Option<Release> {
        let mut releases = guarded(&self.releases);
        let at = releases
            .iter()
            .position(|release| release.sequence == sequence)?;
        releases.remove(at)
    }

    /// The vault was locked: nothing drawn from it, or meant for it, stays here.
    pub(crate) fn forget(&self) {
        *guarded(&self.import_session) = ImportSession::default();
    }
}
