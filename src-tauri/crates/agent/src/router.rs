//! The one list of requests, each with its use case.
//!
//! Both matches are exhaustive: a request without an answer does not compile.

use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{Answer, Call, Plain, Query, Submit};

use crate::caller::Caller;
use crate::cases::{
    audit, care, copy, credentials, imports, keys, launches, listing, login, outdated, passwords,
    profiles, protection, restore, session, settings, trust,
};
use crate::outbox::{Reply, defect};

/// Whether a call waits for the one before it. Those that wait for a person, a key
/// derivation or another process do not, and neither do those that must always get through.
pub(crate) fn takes_turn(call: &Call) -> bool {
    !matches!(
        call,
        Call::Query(
            Query::Status(_)
                | Query::Lock(_)
                | Query::Stop(_)
                | Query::Copy(_)
                | Query::BackUp(_)
                | Query::BackUpTo(_)
                | Query::UnlockByLogin(_)
        ) | Call::Submit(
            Submit::Unlock(_)
                | Submit::Recover(_)
                | Submit::ChangePassword(_)
                | Submit::Verify(_)
                | Submit::SetLoginKeychain(_)
                | Submit::Configure(_)
        ) | Call::Plain(
            Plain::Init(_)
                | Plain::NewRecoveryKey(_)
                | Plain::Rekey(_)
                | Plain::RestoreBackup(_)
                | Plain::Salvage(_)
        )
    )
}

/// Whether a call is carried out even when its caller goes without waiting for the answer.
pub(crate) fn cannot_be_given_up(call: &Call) -> bool {
    matches!(call, Call::Query(Query::Lock(_) | Query::Stop(_)))
}

/// The stable name of a call that lets a value out, and so needs consent. A copy goes to the
/// clipboard and not to the caller, but it does go out.
fn lets_a_value_out(call: &Call) -> Option<&'static str> {
    match call {
        Call::Plain(request) => Some(request.name()),
        Call::Query(Query::Copy(_)) => Some("Copy"),
        _ => None,
    }
}

/// Answers one call.
pub(crate) async fn answer(
    caller: &Arc<Caller>,
    id: u32,
    call: Call,
    segments: Segments,
) -> Result<Reply, Error> {
    // Taken first: a lock that comes while this is answered outdates the answer.
    let valid = caller.agent.hub.locks();
    if let Some(name) = lets_a_value_out(&call)
        && !caller.agent.consent.ask(&caller.peer, name).await
    {
        return Err(Error::Cancelled);
    }
    match call {
        Call::Query(request) => query(caller, id, request, valid).await,
        Call::Submit(request) => submit(caller, id, request, segments).await,
        Call::Plain(request) => plain(caller, id, request, segments, valid).await,
        Call::Hello(_) | Call::Cancel(_) => Err(defect("a call went astray")),
    }
}

async fn query(caller: &Arc<Caller>, id: u32, request: Query, valid: u64) -> Result<Reply, Error> {
    // Drawn from the open vault: outdated by a lock.
    fn drawn<A: Answer + Send + 'static>(
        answer: Result<A, Error>,
        valid: u64,
    ) -> Result<Reply, Error> {
        Reply::guarded(answer?, valid)
    }
    // Said whether the vault is locked or not; also for changes, which stay done.
    fn said<A: Answer + Send + 'static>(answer: Result<A, Error>) -> Result<Reply, Error> {
        Reply::open(answer?)
    }
    match request {
        Query::Status(_) => said(session::status(caller).await),
        Query::Protection(_) => said(protection::protection(caller).await),
        Query::List(request) => drawn(listing::list(caller, request).await, valid),
        Query::Show(request) => drawn(credentials::show(caller, request).await, valid),
        Query::History(request) => drawn(audit::history(caller, request).await, valid),
        Query::Due(request) => drawn(listing::due(caller, request).await, valid),
        Query::Environments(_) => drawn(listing::environments(caller).await, valid),
        Query::SetTier(request) => said(credentials::set_tier(caller, request).await),
        Query::Edit(request) => said(credentials::edit(caller, request).await),
        Query::Remove(request) => said(credentials::remove(caller, request).await),
        Query::Restore(request) => said(credentials::restore(caller, request).await),
        Query::EmptyTrash(_) => said(credentials::empty_trash(caller).await),
        Query::Snooze(request) => said(credentials::snooze(caller, request).await),
        Query::Audit(request) => drawn(audit::audit(caller, request).await, valid),
        Query::VerifyLog(_) => drawn(care::verify_log(caller).await, valid),
        Query::Backups(_) => said(care::backups(caller).await),
        Query::BackUp(_) => said(care::back_up(caller, id).await),
        Query::BackUpTo(request) => said(care::back_up_to(caller, id, request).await),
        Query::Settings(_) => drawn(settings::settings(caller).await, valid),
        Query::LoginKeychain(_) => said(login::login_keychain(caller).await),
        Query::UnlockByLogin(_) => said(login::unlock(caller).await),
        Query::KeyDerivation(_) => said(keys::key_derivation(caller).await),
        Query::Copy(request) => said(copy::copy(caller, request).await),
        Query::Trust(request) => said(trust::trust(caller, request).await),
        Query::Distrust(request) => said(trust::distrust(caller, request).await),
        Query::TrustedFiles(_) => drawn(trust::trusted_files(caller).await, valid),
        Query::Profiles(_) => drawn(profiles::profiles(caller).await, valid),
        Query::Profile(request) => drawn(profiles::profile(caller, request).await, valid),
        Query::AddProfile(request) => said(profiles::add(caller, request).await),
        Query::EditProfile(request) => said(profiles::edit(caller, request).await),
        Query::RemoveProfile(request) => said(profiles::remove(caller, request).await),
        Query::Running(_) => drawn(launches::running(caller).await, valid),
        Query::EndRunning(request) => said(launches::end_running(caller, request).await),
        Query::StartFailed(request) => said(launches::start_failed(caller, request).await),
        Query::IsOutdated(request) => drawn(outdated::is_outdated(caller, request).await, valid),
        Query::Subscribe(_) => Err(defect("a subscription went astray")),
        Query::Lock(_) => said(session::lock(caller).await),
        Query::Stop(_) => said(session::stop(caller).await),
    }
}

async fn submit(
    caller: &Arc<Caller>,
    id: u32,
    request: Submit,
    segments: Segments,
) -> Result<Reply, Error> {
    match request {
        Submit::Unlock(request) => {
            Reply::open(passwords::unlock(caller, id, request, segments).await?)
        }
        Submit::Recover(request) => Reply::open(keys::recover(caller, request, segments).await?),
        Submit::SetLoginKeychain(request) => {
            Reply::open(login::set_login_keychain(caller, request, segments).await?)
        }
        Submit::ChangePassword(request) => {
            Reply::open(keys::change_password(caller, id, request, segments).await?)
        }
        Submit::Add(request) => Reply::open(credentials::add(caller, request, segments).await?),
        Submit::Set(request) => Reply::open(credentials::set(caller, request, segments).await?),
        Submit::Import(request) => {
            Reply::open(imports::import(caller, id, request, segments).await?)
        }
        Submit::Verify(request) => Reply::open(care::verify(caller, id, request, segments).await?),
        Submit::Configure(request) => {
            Reply::open(settings::configure(caller, request, segments).await?)
        }
    }
}

async fn plain(
    caller: &Arc<Caller>,
    id: u32,
    request: Plain,
    segments: Segments,
    valid: u64,
) -> Result<Reply, Error> {
    let (reply, segments) = match request {
        Plain::Init(request) => {
            let (view, segments) = passwords::init(caller, id, request, segments).await?;
            return Reply::once(view, segments);
        }
        Plain::RestoreBackup(request) => {
            let (view, segments) = restore::restore(caller, id, request, segments).await?;
            return Reply::once(view, segments);
        }
        Plain::Salvage(request) => {
            let (view, segments) = restore::salvage(caller, id, request, segments).await?;
            return Reply::once(view, segments);
        }
        Plain::NewRecoveryKey(request) => {
            let (view, segments) = keys::new_recovery_key(caller, request, segments).await?;
            return Reply::once(view, segments);
        }
        Plain::Rekey(request) => {
            let (view, segments) = keys::rekey(caller, id, request, segments).await?;
            return Reply::once(view, segments);
        }
        Plain::Get(request) => {
            let (view, segments) = copy::get(caller, request).await?;
            return Reply::secret(view, segments, valid);
        }
        Plain::Resolve(request) => launches::resolve(caller, request).await?,
    };
    Reply::secret(reply, segments, valid)
}
