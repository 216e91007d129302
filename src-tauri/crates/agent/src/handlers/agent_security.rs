//! What is and is not protected, as far as the agent knows of itself.

use keyhaven_protocol::VERSION;
use keyhaven_protocol::agent_security::AgentSecurityView;
use keyhaven_protocol::error::Error;
use keyhaven_secret::memory::locked_kib;
use keyhaven_secret::process::is_undumpable;
use rustix::process::{Resource, getrlimit};

use crate::guarded;
use crate::server::client_session::ClientSession;
use crate::tasks::reminders;

/// Shows a test notification; whether a service took it.
pub(crate) async fn test_notification(client: &ClientSession) -> Result<bool, Error> {
    Ok(reminders::test(&client.agent).await)
}

/// Determined for each request; never counts as use.
pub(crate) async fn agent_security(client: &ClientSession) -> Result<AgentSecurityView, Error> {
    let agent = &client.agent;
    // In memory also where its files are gone.
    let looked = agent.vault.run(|state| {
        let problem = state.problem();
        match state.in_memory() {
            Ok(vault) => (
                problem,
                Some(vault.keys_are_locked()),
                vault.cipher_version(),
            ),
            Err(_) => (problem, None, None),
        }
    });
    let (vault_problem, keys_locked, sqlcipher) = looked.await?;
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
        socket: agent.socket.display().to_string(),
        vault_problem,
    })
}
