//! Watches the vault's folder: small files that disappear there are written again at once, as
//! long as what they hold is in memory.

use std::sync::Arc;

use crate::agent::Agent;
use crate::server::removal_watch::RemovalWatch;
use crate::server::socket_note;

/// Watches until the agent ends. A folder that is gone is watched again once a vault is made or
/// restored.
pub(crate) async fn watch(agent: Arc<Agent>) {
    loop {
        // None where it is gone, or the kernel watches nothing more: then files are written again
        // when the vault is checked, backed up or locked.
        if let Ok(watch) = RemovalWatch::new(&agent.folder) {
            tend(&agent, &watch).await;
        }
        agent.folder_made.notified().await;
    }
}

/// Until the folder is gone or another one.
async fn tend(agent: &Agent, watch: &RemovalWatch) {
    loop {
        watch.changed().await;
        // What cannot be written is reported by the status and by a check.
        let _ = agent.vault.run(|state| state.heal()).await;
        if !watch.is_of(&agent.folder) {
            return;
        }
        socket_note::keep(&agent.folder, &agent.socket);
    }
}
