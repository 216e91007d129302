//! The one list of requests, each with its use case.
//!
//! Both matches are exhaustive: a request without an answer does not compile.

use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{Answer, Call, Query, SecretIn, SecretOut};

use crate::failure::RequestFailure;
use crate::handlers::{
    agent_security, audit, check, copy, credentials, environments, health, imports, launch,
    listing, login, maintenance, profiles, refusals, restore, rotations, settings, staleness,
    status, trust, unlock, unlock_methods,
};
use crate::server::client_session::ClientSession;
use crate::server::reply_writer::Reply;

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
                | Query::Check(_)
        ) | Call::SecretIn(
            SecretIn::Unlock(_)
                | SecretIn::Recover(_)
                | SecretIn::ChangePassword(_)
                | SecretIn::Verify(_)
                | SecretIn::SetLoginKeychain(_)
                | SecretIn::CheckPassword(_)
                | SecretIn::Configure(_)
        ) | Call::SecretOut(
            SecretOut::Init(_)
                | SecretOut::NewRecoveryKey(_)
                | SecretOut::Rekey(_)
                | SecretOut::RestoreBackup(_)
                | SecretOut::Salvage(_)
        )
    )
}

/// Whether a call is carried out even when its caller goes without waiting for the answer.
pub(crate) fn cannot_be_cancelled(call: &Call) -> bool {
    matches!(call, Call::Query(Query::Lock(_) | Query::Stop(_)))
}

/// Whether a call keeps its connection where too many are open.
pub(crate) fn reserves_seat(call: &Call) -> bool {
    matches!(
        call,
        Call::Query(Query::Status(_) | Query::Lock(_) | Query::Stop(_))
    )
}

/// The stable name of a call that lets a value out, and so needs consent. A copy goes to the
/// clipboard and a check to a provider, not to the caller, but they do go out.
fn lets_a_value_out(call: &Call) -> Option<&'static str> {
    match call {
        Call::SecretOut(request) => Some(request.name()),
        Call::Query(Query::Copy(_)) => Some("Copy"),
        Call::Query(Query::Check(_)) => Some("Check"),
        _ => None,
    }
}

/// Answers one call.
pub(crate) async fn answer(
    client: &Arc<ClientSession>,
    id: u32,
    call: Call,
    segments: Segments,
) -> Result<Reply, Error> {
    // Taken first: a lock that comes while this is answered outdates the answer.
    let valid = client.agent.events.locks();
    if let Some(name) = lets_a_value_out(&call)
        && !client.agent.consent.ask(&client.peer, name).await
    {
        return Err(Error::Cancelled);
    }
    let attempt = refusals::Attempt::of(&call);
    let answered = match call {
        Call::Query(request) => query(client, id, request, valid).await,
        Call::SecretIn(request) => secret_in(client, id, request, segments).await,
        Call::SecretOut(request) => secret_out(client, id, request, segments, valid).await,
        Call::Hello(_) | Call::Cancel(_) => Err(Error::defect("a call was lost").into()),
    };
    match answered {
        Ok(reply) => Ok(reply),
        Err(failure) => {
            attempt.note(client, &failure).await;
            Err(failure.error)
        }
    }
}

async fn query(
    client: &Arc<ClientSession>,
    id: u32,
    request: Query,
    valid: u64,
) -> Result<Reply, RequestFailure> {
    // Drawn from the open vault: outdated by a lock.
    fn drawn<A: Answer + Send + 'static>(
        answer: Result<A, impl Into<RequestFailure>>,
        valid: u64,
    ) -> Result<Reply, RequestFailure> {
        Ok(Reply::guarded(answer.map_err(Into::into)?, valid)?)
    }
    // Said whether the vault is locked or not; also for changes, which stay done.
    fn said<A: Answer + Send + 'static>(
        answer: Result<A, impl Into<RequestFailure>>,
    ) -> Result<Reply, RequestFailure> {
        Ok(Reply::open(answer.map_err(Into::into)?)?)
    }
    match request {
        Query::Status(_) => said(status::status(client).await),
        Query::AgentSecurity(_) => said(agent_security::agent_security(client).await),
        Query::TestNotification(_) => said(agent_security::test_notification(client).await),
        Query::List(request) => drawn(listing::list(client, request).await, valid),
        Query::Show(request) => drawn(credentials::show(client, request).await, valid),
        Query::History(request) => drawn(audit::history(client, request).await, valid),
        Query::Due(request) => drawn(listing::due(client, request).await, valid),
        Query::Health(request) => drawn(health::health(client, request).await, valid),
        Query::Environments(_) => drawn(listing::environments(client).await, valid),
        Query::SetTier(request) => said(environments::set_tier(client, request).await),
        Query::RemoveEnvironment(request) => said(environments::remove(client, request).await),
        Query::Edit(request) => said(credentials::edit(client, request).await),
        Query::EditAll(request) => said(credentials::edit_all(client, request).await),
        Query::Remove(request) => said(credentials::remove(client, request).await),
        Query::Restore(request) => said(credentials::restore(client, request).await),
        Query::EmptyTrash(request) => said(credentials::empty_trash(client, request).await),
        Query::RollBack(request) => said(credentials::roll_back(client, request).await),
        Query::Rotations(request) => drawn(rotations::rotations(client, request).await, valid),
        Query::Rotate(request) => said(rotations::rotate(client, request).await),
        Query::RotateAutomatically(request) => {
            said(rotations::rotate_automatically(client, id, request).await)
        }
        Query::Revoke(request) => said(rotations::revoke(client, request).await),
        Query::Snooze(request) => said(credentials::snooze(client, request).await),
        Query::Audit(request) => drawn(audit::audit(client, request).await, valid),
        Query::VerifyLog(_) => drawn(maintenance::verify_log(client).await, valid),
        Query::Backups(_) => said(maintenance::backups(client).await),
        Query::BackUp(_) => said(maintenance::back_up(client, id).await),
        Query::BackUpTo(request) => said(maintenance::back_up_to(client, id, request).await),
        Query::Settings(_) => drawn(settings::settings(client).await, valid),
        Query::LoginKeychain(_) => said(login::login_keychain(client).await),
        Query::UnlockByLogin(_) => said(login::unlock(client).await),
        Query::KeyDerivation(_) => said(unlock_methods::key_derivation(client).await),
        Query::Copy(request) => said(copy::copy(client, request).await),
        Query::Check(request) => drawn(check::check(client, id, request).await, valid),
        Query::Trust(request) => said(trust::trust(client, request).await),
        Query::Distrust(request) => said(trust::distrust(client, request).await),
        Query::FileTrust(request) => drawn(trust::file_trust(client, request).await, valid),
        Query::TrustedFiles(_) => drawn(trust::trusted_files(client).await, valid),
        Query::Profiles(_) => drawn(profiles::profiles(client).await, valid),
        Query::Profile(request) => drawn(profiles::profile(client, request).await, valid),
        Query::AddProfile(request) => said(profiles::add(client, request).await),
        Query::EditProfile(request) => said(profiles::edit(client, request).await),
        Query::RemoveProfile(request) => said(profiles::remove(client, request).await),
        Query::LaunchPlan(request) => drawn(launch::plan(client, request).await, valid),
        Query::Running(_) => drawn(launch::running(client).await, valid),
        Query::EndRunning(request) => said(launch::end_running(client, request).await),
        Query::StartFailed(request) => said(launch::start_failed(client, request).await),
        Query::IsOutdated(request) => drawn(staleness::is_outdated(client, request).await, valid),
        Query::Subscribe(_) => Err(Error::defect("a subscription was lost").into()),
        Query::InputSeen(_) => {
            client.agent.use_seen();
            said(Ok::<_, Error>(()))
        }
        Query::Lock(_) => said(status::lock(client).await),
        Query::Stop(_) => said(status::stop(client).await),
    }
}

async fn secret_in(
    client: &Arc<ClientSession>,
    id: u32,
    request: SecretIn,
    segments: Segments,
) -> Result<Reply, RequestFailure> {
    let reply = match request {
        SecretIn::Unlock(request) => {
            Reply::open(unlock::unlock(client, id, request, segments).await?)
        }
        SecretIn::Recover(request) => {
            Reply::open(unlock_methods::recover(client, request, segments).await?)
        }
        SecretIn::SetLoginKeychain(request) => {
            Reply::open(login::set_login_keychain(client, request, segments).await?)
        }
        SecretIn::ChangePassword(request) => {
            Reply::open(unlock_methods::change_password(client, id, request, segments).await?)
        }
        SecretIn::Add(request) => Reply::open(credentials::add(client, request, segments).await?),
        SecretIn::Set(request) => Reply::open(credentials::set(client, request, segments).await?),
        SecretIn::StartRotation(request) => {
            Reply::open(rotations::start(client, request, segments).await?)
        }
        SecretIn::Import(request) => {
            Reply::open(imports::import(client, id, request, segments).await?)
        }
        SecretIn::Verify(request) => {
            Reply::open(maintenance::verify(client, id, request, segments).await?)
        }
        SecretIn::CheckPassword(request) => {
            Reply::open(settings::check_password(client, request, segments).await?)
        }
        SecretIn::Configure(request) => {
            Reply::open(settings::configure(client, request, segments).await?)
        }
    };
    Ok(reply?)
}

async fn secret_out(
    client: &Arc<ClientSession>,
    id: u32,
    request: SecretOut,
    segments: Segments,
    valid: u64,
) -> Result<Reply, RequestFailure> {
    let reply = match request {
        SecretOut::Init(request) => {
            let (view, segments) = unlock::init(client, id, request, segments).await?;
            Reply::once(view, segments)
        }
        SecretOut::RestoreBackup(request) => {
            let (view, segments) = restore::restore(client, id, request, segments).await?;
            Reply::once(view, segments)
        }
        SecretOut::Salvage(request) => {
            let (view, segments) = restore::salvage(client, id, request, segments).await?;
            Reply::once(view, segments)
        }
        SecretOut::NewRecoveryKey(request) => {
            let (view, segments) =
                unlock_methods::new_recovery_key(client, request, segments).await?;
            Reply::once(view, segments)
        }
        SecretOut::Rekey(request) => {
            let (view, segments) = unlock_methods::rekey(client, id, request, segments).await?;
            Reply::once(view, segments)
        }
        SecretOut::Get(request) => {
            let (view, segments, room) = copy::get(client, request).await?;
            Reply::secret(view, segments, valid, room)
        }
        SecretOut::Resolve(request) => {
            let (view, segments, room) = launch::resolve(client, request).await?;
            Reply::secret(view, segments, valid, room)
        }
    };
    Ok(reply?)
}
