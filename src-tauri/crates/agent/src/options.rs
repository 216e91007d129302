//! What an agent is started with.

use std::path::PathBuf;
use std::sync::Arc;

use keyhaven_vault::KdfPolicy;

use crate::clock::Clock;
use crate::consent::Consent;
use crate::helpers::notification::Notifier;
use crate::workers::WorkerProgram;

/// What an agent is made of.
pub struct AgentOptions {
    /// The canonical path of the vault's folder; made when it is not there.
    pub folder: PathBuf,
    /// The socket; its folder is made when it is not there.
    pub socket: PathBuf,
    /// Where the vault's last seen state is kept; none asks no questions about old copies.
    pub state: Option<PathBuf>,
    /// Where is written down what happened; with none it is not.
    pub log: Option<PathBuf>,
    /// Folders that private files of running programs may lie in; the first that is in memory
    /// is taken.
    pub files: Vec<PathBuf>,
    /// Where it is kept which one that is, if it has the same name; with none it is not.
    pub files_note: Option<PathBuf>,
    /// Accepted and chosen key derivation.
    pub kdf: KdfPolicy,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Shows reminders.
    pub notifier: Arc<dyn Notifier>,
    /// Decides about requests for secrets.
    pub consent: Arc<dyn Consent>,
    /// The program that holds copies when started with `--clipboard`.
    pub helper: PathBuf,
    /// The program that makes requests at providers.
    pub worker: WorkerProgram,
    /// How it is heard that the person leaves; with none it is not.
    pub presence_options: Option<PresenceOptions>,
}

/// How it is heard that the person leaves.
#[derive(Debug, Clone)]
pub struct PresenceOptions {
    /// The program that listens when started with `--watch`.
    pub program: PathBuf,
    /// The address of the system's bus, where it is not the usual one.
    pub system_bus: Option<String>,
}
