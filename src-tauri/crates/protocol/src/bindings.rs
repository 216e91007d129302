//! The TypeScript types of the protocol, generated and committed.
//!
//! `cargo xtask generate` writes them; without it this test fails when they have drifted.

use std::path::Path;

use ts_rs::{Config, TS};

use crate::agent_security as p;
use crate::doctor as d;
use crate::error::Error;
use crate::event::{Event, Progress};
use crate::maintenance as c;
use crate::request as q;
use crate::view as v;

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../ui/src/lib/ipc/generated.ts"
);

fn generated() -> String {
    let config = Config::default();
    let mut text = String::from(
        "// Generated from src-tauri/crates/protocol by `cargo xtask generate`. Do not edit.\n",
    );
    macro_rules! declare {
        ($($type:ty),* $(,)?) => { $(
            text.push_str("\nexport ");
            text.push_str(&<$type as TS>::decl(&config));
            text.push('\n');
        )* };
    }
    declare!(
        v::Tier,
        v::FieldKind,
        v::Moment,
        v::CredentialState,
        v::FieldView,
        v::CredentialRow,
        v::CredentialView,
        v::VersionLabel,
        v::VersionView,
        v::HistoryView,
        v::EnvironmentView,
        v::DueView,
        v::DueKind,
        v::StatusView,
        v::AgentView,
        crate::notice::Notice,
        crate::problem::Problem,
        crate::finding::Damage,
        v::AuditEntryView,
        v::ActorView,
        v::Claimed,
        v::TrustedFileView,
        v::SettingsView,
        v::ExpiredPolicy,
        c::BackupView,
        c::BackupReason,
        c::BackupState,
        c::LogView,
        v::RunningView,
        v::ImportReport,
        v::ImportItemView,
        v::ImportOutcome,
        p::AgentSecurityRequest,
        d::DoctorFindingView,
        d::DoctorState,
        q::StatusRequest,
        q::EnvironmentsRequest,
        q::SettingsRequest,
        q::TrustedFilesRequest,
        q::KeyDerivationRequest,
        q::KeyDerivationView,
        q::LoginKeychainRequest,
        q::LoginKeychainView,
        q::UnlockByLoginRequest,
        q::Choice,
        q::Assignment,
        q::Profile,
        q::ProfileView,
        q::ProfilesRequest,
        q::ProfileRequest,
        q::AddProfileRequest,
        q::EditProfileRequest,
        q::RemoveProfileRequest,
        q::RunningRequest,
        q::EndRunningRequest,
        q::SubscribeRequest,
        q::LockRequest,
        q::StopRequest,
        q::Target,
        q::ListRequest,
        q::ShowRequest,
        q::HistoryRequest,
        q::DueRequest,
        q::SetTierRequest,
        q::Metadata,
        q::EditRequest,
        q::RemoveRequest,
        q::RestoreRequest,
        q::EmptyTrashRequest,
        q::SnoozeRequest,
        q::AuditRequest,
        c::VerifyLogRequest,
        c::BackupsRequest,
        c::BackUpRequest,
        c::BackUpToRequest,
        q::CopyRequest,
        q::TrustRequest,
        q::DistrustRequest,
        q::StartFailedRequest,
        q::LaunchFile,
        q::IsOutdatedRequest,
        q::Query,
        Event,
        Progress,
        Error,
    );
    text
}

#[test]
fn the_committed_bindings_are_current() {
    let generated = generated();
    if std::env::var_os("KEYHAVEN_WRITE_BINDINGS").is_some() {
        std::fs::create_dir_all(Path::new(FILE).parent().unwrap()).unwrap();
        std::fs::write(FILE, generated).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        committed == generated,
        "run `cargo xtask generate` and commit {FILE}"
    );
}
