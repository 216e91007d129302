//! What is and is not protected, as far as the agent knows of itself.

use keyhaven_protocol::VERSION;
use keyhaven_protocol::agent_security::AgentSecurityView;
use keyhaven_protocol::error::Error;
use keyhaven_secret::memory::locked_kib;
use keyhaven_secret::process::is_undumpable;
use rustix::process::{Resource, getrlimit};

use crate::guarded;
use crate::server::client_session::ClientSession;

/// Determined for each request; never counts as use.
pub(crate) async fn agent_security(client: &ClientSession) -> Result<AgentSecurityView, Error> {
    let agent = &client.agent;
    let database = agent.vault.run(|state| match state.unlocked() {
        Ok(vault) => (Some(vault.keys_are_locked()), vault.cipher_version()),
        Err(_) => (None, None),
    });
    let (keys_locked, sqlcipher) = database.await?;
    Ok(AgentSecurityView {
        keys_locked,
        locked_kib: locked_kib(),
        limit_kib: getrlimit(Resource::Memlock)
            .current
            .map(|bytes| bytes / 1024),
        undumpable: is_undumpable(),
        core_files: getrlimit(Resource::Core).current != Some(0),
        notices_work: *guarded(&agent.notices_work),
        listening: agent.presence.observed(),
        watcher_failed: agent.presence.watcher_failed(),
        sqlite: keyhaven_vault::sqlite_version().into(),
        sqlcipher,
        version: VERSION.into(),
    })
}
