//! Looking after the vault: checks, backups, and what the log is checked for.

use crate::numbers::clamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    BackUpToRequest, BackupReason, BackupState, BackupView, CheckedView, FindingView, LogView,
    VaultPart, VerifyRequest, VerifyView,
};
use keyhaven_protocol::problem::Problem;
use keyhaven_secret::memory::LockedBytes;
use keyhaven_vault::{
    Authenticity, BackupInfo, Kek, MOST_FINDINGS, Reason, Verification, VerifyPart, VerifyReport,
};

use crate::errors::to_protocol;
use crate::errors::verify_finding;
use crate::handlers::secrets;
use crate::jobs::backup::{self, BackupJob};
use crate::server::client_session::ClientSession;

/// Checks the log from where it begins to its end.
pub(crate) async fn verify_log(client: &ClientSession) -> Result<LogView, Error> {
    client
        .with_vault(|vault, _| {
            Ok(LogView {
                first: vault.first_audit_entry().map_err(to_protocol)?,
                entries: vault.verify_audit().map_err(to_protocol)?,
            })
        })
        .await
}

/// The automatic backups, newest first; whose they are only the open vault can tell.
pub(crate) async fn backups(client: &ClientSession) -> Result<Vec<BackupView>, Error> {
    let listed = client.agent.vault.run(|state| state.backups()).await??;
    Ok(listed.iter().map(backup_view).collect())
}

/// Writes a backup into the vault's folder.
pub(crate) async fn back_up(client: &Arc<ClientSession>, id: u32) -> Result<BackupView, Error> {
    let info = backup::write(&client.agent, backup_job(client, id, Reason::Asked, None)).await?;
    Ok(backup_view(&info))
}

/// Writes a backup into a file.
pub(crate) async fn back_up_to(
    client: &Arc<ClientSession>,
    id: u32,
    request: BackUpToRequest,
) -> Result<BackupView, Error> {
    let file = absolute(&request.file)?;
    let info = backup::write(
        &client.agent,
        backup_job(client, id, Reason::Asked, Some(file)),
    )
    .await?;
    Ok(backup_view(&info))
}

/// A path that means the same to every process.
pub(crate) fn absolute(path: &str) -> Result<PathBuf, Error> {
    let path = Path::new(path);
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    Err(Error::invalid(Problem::RelativePath {
        path: path.display().to_string(),
    }))
}

/// A backup that a caller asks for.
pub(crate) fn backup_job(
    client: &ClientSession,
    id: u32,
    reason: Reason,
    target: Option<PathBuf>,
) -> BackupJob {
    BackupJob {
        by: client.peer.clone(),
        reason,
        target,
        progress: Some((client.replies.clone(), id)),
    }
}

/// Checks everything. An open vault is checked in slices; one that is locked is looked at
/// and stays locked.
pub(crate) async fn verify(
    client: &ClientSession,
    id: u32,
    request: VerifyRequest,
    mut segments: Segments,
) -> Result<VerifyView, Error> {
    let agent = &client.agent;
    let open = agent.vault.run(|state| {
        // What could not be written again is found below.
        let healed = state.heal().unwrap_or_default();
        state.unlocked().map(|_| healed)
    });
    let open = open.await?;
    let kek = match (request.password, &open) {
        (_, Ok(_)) => None,
        (_, Err(error @ Error::VaultGone { .. })) => return Err(error.clone()),
        (None, Err(_)) => return Err(Error::Locked),
        (Some(at), Err(_)) => {
            let password = secrets::take_password(&mut segments, at)?;
            let _ = client.replies.progress(id, 0, 2).await;
            Some(examining_kek(client, password).await?)
        }
    };
    // Not before the password: its queue can be long, and backups would wait for it.
    let _turn = agent.housework.lock().await;
    let (report, backups) = match kek {
        None => verify_open(client, id).await?,
        Some(kek) => {
            let _ = client.replies.progress(id, 1, 2).await;
            agent.vault.run(move |state| state.examine(&kek)).await??
        }
    };
    // They are read through, which needs no key.
    let whole = tokio::task::spawn_blocking(|| backups.into_iter().find(BackupInfo::is_whole));
    let backup = whole.await.unwrap_or_default();
    Ok(view(&report, &open.unwrap_or_default(), backup.as_ref()))
}

/// What a check finds, and the backups that the vault may be restored from, the best first.
type VerifyResult = (VerifyReport, Vec<BackupInfo>);

async fn verify_open(client: &ClientSession, id: u32) -> Result<VerifyResult, Error> {
    let mut under_way = Verification::default();
    loop {
        let (done, total) = under_way.progress();
        let (done, total) = (clamp(done), clamp(total));
        let _ = client.replies.progress(id, done, total).await;
        let slice = client.with_vault(move |vault, _| {
            if vault.verify_slice(&mut under_way).map_err(to_protocol)? {
                return Ok((under_way, None));
            }
            // That there is no list of them is no reason to keep the report back.
            Ok((under_way, Some(vault.restorable().unwrap_or_default())))
        });
        match slice.await? {
            (ended, Some(backups)) => return Ok((ended.into_report(), backups)),
            (goes_on, None) => under_way = goes_on,
        }
    }
}

/// The key that opens a vault which is locked or does not unlock, from its password.
pub(crate) async fn examining_kek(
    client: &ClientSession,
    password: LockedBytes,
) -> Result<Kek, Error> {
    let agent = &client.agent;
    let attempt = async {
        let job = agent.vault.run(|state| state.examine_job()).await??;
        let kek = agent.kdf.derive(job, password).await?;
        let tried = agent.vault.run(move |state| {
            state.try_key(&kek)?;
            Ok::<_, Error>(kek)
        });
        tried.await?
    };
    client.attempts.attempt(attempt).await
}

fn view(report: &VerifyReport, healed: &[VerifyPart], backup: Option<&BackupInfo>) -> VerifyView {
    let mut checked = report.checked.clone();
    checked.sort();
    VerifyView {
        checked: checked
            .iter()
            .map(|(of, things)| CheckedView {
                part: part(*of),
                things: *things,
                intact: report.is_intact(*of),
            })
            .collect(),
        findings: report
            .findings
            .iter()
            .take(MOST_FINDINGS)
            .map(|finding| FindingView {
                part: part(finding.part),
                finding: verify_finding(&finding.problem),
            })
            .collect(),
        more: clamp(report.more),
        healed: healed.iter().copied().map(part).collect(),
        backup: backup.map(backup_view),
    }
}

const fn part(part: VerifyPart) -> VaultPart {
    match part {
        VerifyPart::Header => VaultPart::Header,
        VerifyPart::Anchor => VaultPart::Anchor,
        VerifyPart::Pages => VaultPart::Pages,
        VerifyPart::Rows => VaultPart::Rows,
        VerifyPart::Values => VaultPart::Values,
        VerifyPart::Derived => VaultPart::Derived,
        VerifyPart::Log => VaultPart::Log,
    }
}

/// A backup as clients see it.
pub(crate) fn backup_view(info: &BackupInfo) -> BackupView {
    BackupView {
        file: info.path.display().to_string(),
        made_at: info.made_at,
        reason: match info.reason {
            Reason::Asked => BackupReason::Asked,
            Reason::Daily => BackupReason::Daily,
            Reason::Import => BackupReason::Import,
            Reason::Rekey => BackupReason::Rekey,
            Reason::Migration => BackupReason::Migration,
        },
        size: info.size,
        credentials: info.credentials,
        state: match info.authenticity {
            Authenticity::Authentic => BackupState::Authentic,
            Authenticity::Unproved => BackupState::Unproved,
            Authenticity::Damaged => BackupState::Damaged,
        },
    }
}
