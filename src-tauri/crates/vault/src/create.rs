//! Making a vault: the database first, the header last.

use std::path::Path;

use keyhaven_secret::Exposed;

use crate::audit::{Action, Context};
use crate::crypto::kdf::{KdfJob, KdfParams};
use crate::crypto::keys::{Keys, VaultKey};
use crate::crypto::recovery::RecoveryKey;
use crate::error::Error;
use crate::folder::Folder;
use crate::format::anchor::{self, Anchor, Mark};
use crate::format::header::{Header, Slot, SlotKind, database_name};
use crate::format::{disk, header_file};
use crate::locked::{Locked, MAKING, OldCopy, Options, PASSWORD_SLOT, RECOVERY_SLOT};
use crate::random::make_array;
use crate::store::audit::{self, Event, GENESIS};
use crate::store::connect;
use crate::store::root::{Root, State};
use crate::unlocked::{Unlocked, make_id};

const FIRST_EPOCH: u64 = 1;

/// Makes a vault with parameters from [`calibrate`](crate::KdfPolicy::calibrate), and opens
/// it. Slow: one key derivation. The recovery key is in nobody's hands but the caller's.
///
/// # Errors
/// [`Error::VaultExists`], [`Error::KdfOutOfBounds`], [`Error::Invalid`] for an empty
/// password, and what files and database may meet.
pub fn create(
    folder: Folder,
    password: &impl Exposed,
    kdf: KdfParams,
    context: &Context,
    mut options: Options,
) -> Result<(Unlocked, RecoveryKey), Error> {
    let random = &mut *options.random;
    let path = folder.path().to_owned();
    clear_unfinished(&folder)?;
    let salt: [u8; 32] = make_array(random)?;
    options.policy.check(&kdf, &salt)?;
    let vault = make_id(random, context.now)?;
    let job = KdfJob {
        slot: PASSWORD_SLOT,
        params: kdf,
        salt: salt.to_vec(),
    };
    let kek = job.run(password)?;
    let key = VaultKey::make(random)?;
    let recovery = RecoveryKey::make(random)?;
    let recovery_salt: [u8; 32] = make_array(random)?;
    let recovery_kek = recovery.derive_kek(&recovery_salt, FIRST_EPOCH);
    let mut slots = vec![
        slot(PASSWORD_SLOT, SlotKind::Password(kdf), &salt),
        slot(RECOVERY_SLOT, SlotKind::Recovery, &recovery_salt),
    ];
    for (slot, kek) in slots.iter_mut().zip([&kek.key, &recovery_kek]) {
        let associated = Header::associated(vault, FIRST_EPOCH, slot);
        slot.wrapped = key.make_wrapped(kek, &associated, random)?;
    }
    let header = Header {
        vault,
        epoch: FIRST_EPOCH,
        database: database_name(FIRST_EPOCH),
        slots,
    };
    let keys = Keys::derive(&key, vault, FIRST_EPOCH);
    disk::replace_private(&path.join(MAKING), b"")?;
    make_data(&path, &header, &keys, context)?;
    // The header comes last: without it there is no vault.
    header_file::write(&path, &header, &keys.header)?;
    disk::remove(&path.join(MAKING))?;
    let opened = Locked::read(folder, options)?.open(&kek, OldCopy::Accept, context);
    let unlocked = opened.map_err(|failure| failure.error)?;
    Ok((unlocked, recovery))
}

fn slot(id: u32, kind: SlotKind, salt: &[u8; 32]) -> Slot {
    Slot {
        id,
        kind,
        salt: salt.to_vec(),
        wrapped: Vec::new(),
    }
}

/// Removes what an interrupted [`create`] left: it never had a header, so nothing was in it.
fn clear_unfinished(folder: &Folder) -> Result<(), Error> {
    if !folder.holds_vault()? {
        return Ok(());
    }
    let path = folder.path();
    let making = disk::check_file(&path.join(MAKING))?;
    if !making || header_file::exists(path)? {
        return Err(Error::VaultExists(path.to_owned()));
    }
    let database = path.join(database_name(FIRST_EPOCH));
    for suffix in ["", "-wal", "-journal"] {
        let mut name = database.clone().into_os_string();
        name.push(suffix);
        disk::remove(Path::new(&name))?;
    }
    disk::remove(&anchor::path(path, FIRST_EPOCH))
}

/// Database and anchor of an empty vault, closed and clean.
fn make_data(folder: &Path, header: &Header, keys: &Keys, context: &Context) -> Result<(), Error> {
    let connection = connect::make(&folder.join(&header.database), keys)?;
    let state = State::derive(&keys.rows, Root::default(), 0, [0; 32]);
    let transaction = connection.unchecked_transaction()?;
    state.insert(&transaction, header.vault, header.epoch)?;
    let event = Event::done(Action::Created);
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
