//! Creates a vault: the database first, the header last.

use std::path::Path;

use keyhaven_secret::Exposed;

use crate::audit::{Action, AuditContext};
use crate::crypto::kdf::{KdfParams, Kek, NewPasswordJob};
use crate::crypto::keys::{EpochKeys, VaultKey};
use crate::crypto::recovery::RecoveryKey;
use crate::epoch::{self, Epoch};
use crate::error::VaultError;
use crate::folder::{Folder, MAKING};
use crate::format::anchor::{Anchor, Mark};
use crate::format::header::{Header, HeaderCopy, database_name};
use crate::format::{disk, header_file};
use crate::locked::{Locked, OldCopy, VaultOptions};
use crate::store::audit::{self, AuditEvent, GENESIS};
use crate::store::connect;
use crate::store::row_mac::Root;
use crate::store::row_state::RowState;
use crate::unlock_slots;
use crate::unlocked::{Unlocked, locate, make_id};

const FIRST_EPOCH: u64 = 1;

/// Makes a vault with parameters from [`calibrate`](crate::KdfPolicy::calibrate), and opens
/// it. Slow: one key derivation. The recovery key is in nobody's hands but the caller's.
///
/// # Errors
/// [`VaultError::VaultExists`], [`VaultError::KdfOutOfBounds`], [`VaultError::Invalid`] for an empty
/// password, and what files and database may meet.
pub fn create(
    folder: Folder,
    password: &impl Exposed,
    kdf: KdfParams,
    context: &AuditContext,
    mut options: VaultOptions,
) -> Result<(Unlocked, RecoveryKey), VaultError> {
    clear_unfinished(&folder)?;
    let made = make(&folder, password, kdf, context, &mut options)?;
    publish(&folder, &made.copy)?;
    let opened = Locked::read(folder, options)?.open(&made.kek, OldCopy::Accept, context);
    let unlocked = opened.map_err(|failure| failure.error)?;
    Ok((unlocked, made.recovery))
}

/// An empty vault whose header is not in its folder yet.
pub(crate) struct CreatedVault {
    pub(crate) copy: HeaderCopy,
    pub(crate) kek: Kek,
    pub(crate) recovery: RecoveryKey,
}

/// Creates everything but the header: a stop here leaves no vault.
pub(crate) fn make(
    folder: &Folder,
    password: &impl Exposed,
    kdf: KdfParams,
    context: &AuditContext,
    options: &mut VaultOptions,
) -> Result<CreatedVault, VaultError> {
    let random = &mut *options.random;
    let path = folder.path();
    let job = NewPasswordJob::make(kdf, &options.policy, random)?;
    let epoch = Epoch {
        vault: make_id(random, context.now)?,
        number: FIRST_EPOCH,
    };
    let derived = job.run(password)?;
    let key = VaultKey::make(random)?;
    let password_slot = unlock_slots::make_password(epoch, &key, &derived, random)?;
    let (recovery, recovery_slot) = unlock_slots::make_recovery(epoch, &key, random)?;
    let header = Header {
        vault: epoch.vault,
        epoch: FIRST_EPOCH,
        database: database_name(FIRST_EPOCH),
        slots: vec![password_slot, recovery_slot],
    };
    let keys = EpochKeys::derive(&key, epoch.vault, FIRST_EPOCH);
    disk::replace_private(&path.join(MAKING), b"")?;
    make_data(path, &header, &keys, context).map_err(|error| locate(error, folder))?;
    let kek = Kek {
        slot: unlock_slots::PASSWORD_SLOT,
        key: derived.key,
    };
    Ok(CreatedVault {
        copy: HeaderCopy::make(header, &keys.header),
        kek,
        recovery,
    })
}

/// The header comes last: without it there is no vault.
pub(crate) fn publish(folder: &Folder, copy: &HeaderCopy) -> Result<(), VaultError> {
    header_file::ensure(folder.path(), copy)?;
    disk::remove(&folder.path().join(MAKING))
}

/// Removes what an interrupted [`create`] left: it never had a header, so nothing was in it.
pub(crate) fn clear_unfinished(folder: &Folder) -> Result<(), VaultError> {
    if !folder.holds_vault()? {
        return Ok(());
    }
    let path = folder.path();
    let making = disk::check_file(&path.join(MAKING))?;
    if !making || header_file::exists(path)? {
        return Err(VaultError::VaultExists(path.to_owned()));
    }
    epoch::remove(path, FIRST_EPOCH)
}

/// Removes a vault that was made just now and is nobody's yet; the folder and its lock stay.
pub(crate) fn discard(folder: &Folder) -> Result<(), VaultError> {
    let path = folder.path();
    // Stopped from here on it is an interrupted creation; on a full disk it is removed
    // without that mark.
    let _ = disk::replace_private(&path.join(MAKING), b"");
    header_file::remove(path)?;
    epoch::remove(path, FIRST_EPOCH)?;
    disk::remove(&path.join(MAKING))
}

/// Database and anchor of an empty vault, closed and clean.
fn make_data(
    folder: &Path,
    header: &Header,
    keys: &EpochKeys,
    context: &AuditContext,
) -> Result<(), VaultError> {
    let connection = connect::make(&folder.join(&header.database), keys)?;
    let state = RowState::derive(&keys.rows, Root::default(), 0, [0; 32]);
    let transaction = connection.unchecked_transaction()?;
    state.insert(&transaction, header.vault, header.epoch)?;
    let event = AuditEvent::done(Action::Created);
    let head = audit::append(&transaction, &keys.audit, GENESIS, context, &event)?;
    transaction.commit()?;
    connect::checkpoint(&connection)?;
    connect::close(connection)?;
    let mark = Mark {
        generation: state.generation,
        state: state.state,
        audit_sequence: head.sequence,
        audit_head: head.mac,
        clean: true,
    };
    Anchor::make(folder, header.vault, header.epoch, &mark, &keys.anchor).map(drop)
}
