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
use crate::settings as s;
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
        v::PreviousVersion,
        v::VersionLabel,
        v::VersionView,
        v::HistoryView,
        v::EnvironmentView,
        v::DueView,
        v::DueKind,
        v::DueDistance,
        v::DueWords,
        v::RotationBasis,
        v::StatusView,
        v::AgentView,
        crate::notice::Notice,
        crate::problem::Problem,
        crate::problem::PathFault,
        crate::finding::Damage,
        keyhaven_rules::Expected,
        keyhaven_rules::names::NameFault,
        v::AuditEntryView,
        v::ActorView,
        v::ProgramEvidenceView,
        v::Claimed,
        v::TrustedFileView,
        v::UntrustedReason,
        v::FileTrustView,
        s::Settings,
        keyhaven_rules::settings::TimeOfDay,
        s::ExpiredPolicy,
        crate::accepted_value::AcceptedValue,
        c::BackupView,
        c::BackupReason,
        c::BackupState,
        c::LogView,
        v::RunningView,
        v::ImportReport,
        v::ImportExpiry,
        v::ImportItemView,
        v::ImportOutcome,
        p::AgentSecurityRequest,
        d::DoctorFindingView,
        d::DoctorState,
        crate::health::HealthSeverity,
        crate::health::HealthFix,
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
        q::InputSeenRequest,
        q::TestNotificationRequest,
        q::LockRequest,
        q::StopRequest,
        q::Target,
        q::ListRequest,
        q::ShowRequest,
        q::HistoryRequest,
        q::DueRequest,
        q::HealthRequest,
        q::SetTierRequest,
        q::RemoveEnvironmentRequest,
        q::Metadata,
        q::EditRequest,
        q::EditAllRequest,
        q::RemoveRequest,
        q::RestoreRequest,
        q::EmptyTrashRequest,
        q::RollBackRequest,
        q::RotationsRequest,
        q::RotateRequest,
        q::RotationStep,
        q::RotateAutomaticallyRequest,
        q::AutomaticPart,
        q::RevokeRequest,
        q::SnoozeRequest,
        q::NextExpiry,
        q::AuditRequest,
        c::VerifyLogRequest,
        c::BackupsRequest,
        c::BackUpRequest,
        c::BackUpToRequest,
        q::CopyRequest,
        q::CheckRequest,
        q::TrustRequest,
        q::DistrustRequest,
        q::FileTrustRequest,
        q::StartFailedRequest,
        q::LaunchFile,
        q::IsOutdatedRequest,
        q::LaunchSource,
        q::Overrides,
        q::LaunchPlanRequest,
        q::Query,
        Event,
        Progress,
        Error,
    );
    text.push_str(&settings_list());
    text
}

/// The list of settings and their defaults, from which the page makes its form.
fn settings_list() -> String {
    let list = serde_json::to_string_pretty(s::Settings::LIST).unwrap();
    let defaults = serde_json::to_string_pretty(&s::Settings::default()).unwrap();
    format!(
        "\nexport const settingsList = {list} as const;\n\
         \nexport type Setting = (typeof settingsList)[number];\n\
         \nexport const defaultSettings: Settings = {defaults};\n"
    )
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
