//! What a task calls when the vault is to be locked.
//!
//! The tasks know this trait and not the agent, which knows them.

use std::pin::Pin;
use std::sync::Arc;

use crate::log::LockReason;

/// A lock that is under way.
pub(crate) type Locking = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Locks the vault.
pub(crate) trait VaultLocker: Send + Sync {
    /// Locks. A vault that cannot be closed cleanly is locked, too.
    fn lock(self: Arc<Self>, reason: LockReason) -> Locking;
}
