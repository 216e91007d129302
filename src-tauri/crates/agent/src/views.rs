//! The vault's records as the protocol shows them. Nothing here can hold a value.

use crate::numbers::clamp;
use keyhaven_protocol::request::NextExpiry;
use keyhaven_protocol::view::{
    ActorView, AuditEntryView, AutomationView, Claimed, CredentialRow, CredentialState,
    CredentialView, DueDistance, DueKind, DueView, EnvironmentView, FieldView, Moment,
    NewValueCheckView, PreviousVersion, ProgramEvidenceView, RotationStageView, RotationView,
    TrustedFileView, VersionLabel, VersionView,
};
use keyhaven_vault as vault;
use keyhaven_vault::due;

pub(crate) fn next_expiry(said: Option<NextExpiry>) -> vault::ExpiryChange {
    match said {
        None => vault::ExpiryChange::Unsaid,
        Some(NextExpiry::Keep) => vault::ExpiryChange::Keep,
        Some(NextExpiry::None) => vault::ExpiryChange::Set(None),
        Some(NextExpiry::At(moment)) => vault::ExpiryChange::Set(Some(moment)),
    }
}

fn automation_view(asked: &vault::Automation) -> AutomationView {
    let reason = asked.reason.as_deref();
    AutomationView {
        tag: asked.tag.clone(),
        key_id: asked.key_id.clone(),
        admin: asked.admin,
        attempts: asked.attempts,
        reason: reason.and_then(|reason| serde_json::from_str(reason).ok()),
    }
}

fn field(field: &vault::Field) -> FieldView {
    FieldView {
        name: field.name.clone(),
        kind: field.kind,
        variable: field.variable.clone(),
        allow_loader_variable: field.allow_loader_variable,
    }
}

pub(crate) fn field_record(field: FieldView) -> vault::Field {
    vault::Field {
        name: field.name,
        kind: field.kind,
        variable: field.variable,
        allow_loader_variable: field.allow_loader_variable,
    }
}

/// What a row is seen against: the clock, and the vault's lead times.
pub(crate) struct ViewContext<'a> {
    pub(crate) clock: &'a vault::LocalNow,
    pub(crate) settings: &'a vault::Settings,
}

impl ViewContext<'_> {
    pub(crate) fn row(&self, summary: &vault::Summary) -> CredentialRow {
        let record = &summary.credential;
        CredentialRow {
            id: record.id,
            revision: record.revision,
            name: record.name.clone(),
            project: record.location.project.clone(),
            environment: record.location.environment.clone(),
            tier: record.tier,
            provider: record.provider.clone(),
            variables: record
                .fields
                .iter()
                .filter_map(|field| field.variable.clone())
                .collect(),
            fields: clamp(record.fields.len() as u64),
            plain: record
                .fields
                .iter()
                .all(|field| field.kind == vault::FieldKind::Plain),
            scopes: record.details.scopes.clone(),
            tags: record.details.tags.clone(),
            expires: record.dates.expires,
            expires_in: self.distance(DueKind::Expiry, self.expiry(summary)),
            rotation_due: self.rotation(summary),
            rotation_in: self.distance(DueKind::Rotation, self.rotation(summary)),
            state: self.state(summary),
            last_used: summary.usage.last_used,
            erased_after_days: None,
        }
    }

    pub(crate) fn state(&self, summary: &vault::Summary) -> CredentialState {
        let longest = self.lead_times(summary).iter().copied().max().unwrap_or(0);
        if summary.credential.revoked_at.is_some() {
            CredentialState::Revoked
        } else if summary.due.expired {
            CredentialState::Expired
        } else if summary.due.rotation_overdue {
            CredentialState::Overdue
        } else if summary.due.within(longest, self.clock) {
            CredentialState::DueSoon
        } else {
            CredentialState::Fine
        }
    }

    pub(crate) fn credential(
        &self,
        summary: &vault::Summary,
        versions: &[vault::Version],
    ) -> CredentialView {
        let record = &summary.credential;
        let details = &record.details;
        let snoozed = record.dates.snoozed_until;
        CredentialView {
            row: self.row(summary),
            field_list: record.fields.iter().map(field).collect(),
            allowed_ips: details.allowed_ips.clone(),
            owner: details.owner.clone(),
            quota: details.quota.clone(),
            url: details.url.clone(),
            note: details.note.clone(),
            rotate_every_days: record.dates.rotate_every_days,
            rotate_on: record.dates.rotate_due,
            never_rotate: details.never_rotate.clone(),
            rotation_basis: self
                .rotation(summary)
                .and(due::rotation_basis(&record.dates, versions)),
            lead_times: record.dates.lead_times.clone(),
            snoozed_until: snoozed.map(|until| due::date_of(until, &self.clock.zone)),
            created_at: record.created_at,
            changed_at: record.changed_at,
            rotated_at: record.dates.rotated_at.unwrap_or(record.created_at),
            uses: clamp(summary.usage.uses),
            version: versions
                .iter()
                .find(|version| version.label == vault::Label::Current)
                .map(|version| version.number),
            previous: versions
                .iter()
                .find(|version| version.label == vault::Label::Previous)
                .map(|version| PreviousVersion {
                    number: version.number,
                    until: version.grace_until,
                }),
        }
    }

    pub(crate) fn rotation_view(
        &self,
        summary: &vault::Summary,
        open: &vault::Rotation,
    ) -> RotationView {
        RotationView {
            credential: self.row(summary),
            stage: match open.stage(self.clock.now) {
                vault::RotationStage::Creating => RotationStageView::Creating,
                vault::RotationStage::Pending => RotationStageView::Pending,
                vault::RotationStage::Verified => RotationStageView::Verified,
                vault::RotationStage::Grace => RotationStageView::Grace,
                vault::RotationStage::GraceOver => RotationStageView::GraceOver,
                vault::RotationStage::Revoking => RotationStageView::Revoking,
                vault::RotationStage::NeedsPerson => RotationStageView::NeedsPerson,
            },
            version: open.version,
            replaced: open.replaced,
            grace_until: open.grace_until,
            check: open.check.map(|check| NewValueCheckView {
                state: check.found,
                at: check.at,
            }),
            automation: open.automation.as_ref().map(automation_view),
            started_at: open.started_at,
            changed_at: open.changed_at,
        }
    }

    /// Its own lead times, or the vault's.
    pub(crate) fn lead_times<'s>(&'s self, summary: &'s vault::Summary) -> &'s [u32] {
        let own = summary.credential.dates.lead_times.as_ref();
        own.unwrap_or(&self.settings.lead_times)
    }

    /// The dates of a credential, as they stand in a list of what is due.
    pub(crate) fn due(&self, summary: &vault::Summary) -> Vec<DueView> {
        let dates = &summary.credential.dates;
        let expiry = self.expiry(summary).map(|due| (DueKind::Expiry, due));
        let rotation = self.rotation(summary).map(|due| (DueKind::Rotation, due));
        let revocation = summary.due.revoke_at.map(Moment::Instant);
        let revocation = revocation.map(|due| (DueKind::Revocation, due));
        let views = [expiry, rotation, revocation]
            .into_iter()
            .flatten()
            .map(|(what, due)| DueView {
                credential: self.row(summary),
                what,
                due,
                distance: keyhaven_rules::due::distance(what, due, self.clock),
                lead_times: match what {
                    DueKind::Revocation => vec![0],
                    DueKind::Expiry | DueKind::Rotation => self.lead_times(summary).to_vec(),
                },
                changed_at: summary.credential.changed_at,
                words_until: keyhaven_rules::due::words_until(what, due, self.clock),
                snoozed_until: dates
                    .snoozed_until
                    .map(|until| due::date_of(until, &self.clock.zone)),
            });
        views.collect()
    }

    /// When the provider ends it; never for what is not dated, such as plain text.
    fn expiry(&self, summary: &vault::Summary) -> Option<Moment> {
        summary.due.expires_at?;
        summary.credential.dates.expires
    }

    /// When the policy asks for a new value; never for what is not dated, such as plain text.
    fn rotation(&self, summary: &vault::Summary) -> Option<Moment> {
        summary.due.rotate_at?;
        due::rotation_moment(&summary.credential.dates, &self.clock.zone)
    }

    fn distance(&self, kind: DueKind, moment: Option<Moment>) -> Option<DueDistance> {
        moment.map(|moment| keyhaven_rules::due::distance(kind, moment, self.clock))
    }
}

pub(crate) fn version(version: &vault::Version, usage: vault::Usage) -> VersionView {
    VersionView {
        number: version.number,
        label: match version.label {
            vault::Label::Pending => VersionLabel::Pending,
            vault::Label::Current => VersionLabel::Current,
            vault::Label::Previous => VersionLabel::Previous,
            vault::Label::Retired => VersionLabel::Retired,
            vault::Label::Revoked => VersionLabel::Revoked,
        },
        created_at: version.created_at,
        grace_until: version.grace_until,
        stored: version.has_values,
        uses: clamp(usage.uses),
        last_used: usage.last_used,
    }
}

pub(crate) fn environment(environment: vault::EnvironmentInfo) -> EnvironmentView {
    EnvironmentView {
        project: environment.location.project,
        name: environment.location.environment,
        tier: environment.tier,
        credentials: clamp(environment.credentials),
    }
}

/// Keys of an entry's details that have a separate field in the view.
const NAME: &str = "name";
pub(crate) const NAMES: &str = "names";
pub(crate) const PROJECT: &str = "project";
pub(crate) const ENVIRONMENT: &str = "environment";

pub(crate) fn audit_entry(entry: vault::AuditEntry) -> AuditEntryView {
    let mut detail = entry.detail;
    let names = detail.remove(NAMES).or_else(|| detail.remove(NAME));
    let names = names.unwrap_or_default();
    AuditEntryView {
        sequence: entry.sequence,
        at: entry.at,
        action: entry.action.as_str().into(),
        outcome: match entry.action.family() {
            "refused" => "refused".into(),
            _ => outcome(entry.outcome).into(),
        },
        credentials: names
            .split('\n')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        project: detail.remove(PROJECT),
        environment: detail.remove(ENVIRONMENT),
        actor: ActorView {
            uid: entry.actor.uid,
            pid: entry.actor.pid,
            program: entry.actor.program,
            known_by: entry.actor.known_by.map(program_evidence),
        },
        claimed: Claimed {
            program: entry.claimed.program,
            directory: entry.claimed.directory,
            profile: entry.claimed.profile,
        },
        detail,
    }
}

fn program_evidence(evidence: vault::ProgramEvidence) -> ProgramEvidenceView {
    match evidence {
        vault::ProgramEvidence::Handle => ProgramEvidenceView::Handle,
        vault::ProgramEvidence::Number => ProgramEvidenceView::Number,
        vault::ProgramEvidence::Name => ProgramEvidenceView::Name,
        vault::ProgramEvidence::Agent => ProgramEvidenceView::Agent,
    }
}

fn outcome(outcome: vault::AuditOutcome) -> &'static str {
    match outcome {
        vault::AuditOutcome::Done => "done",
        vault::AuditOutcome::Released => "released",
        vault::AuditOutcome::Failed => "failed",
    }
}

pub(crate) fn trusted_file(file: vault::TrustedFile) -> TrustedFileView {
    TrustedFileView {
        path: file.path,
        sha256: data_encoding::HEXLOWER.encode(&file.sha256),
        allow_production: file.production,
        allowed_at: file.allowed_at,
    }
}

pub(crate) fn claimed_record(claimed: Claimed) -> vault::ClaimedFacts {
    vault::ClaimedFacts {
        program: claimed.program.map(bounded),
        directory: claimed.directory.map(bounded),
        profile: claimed.profile.map(bounded),
    }
}

/// Linux's `PATH_MAX`: no program or folder has a longer name.
const LONGEST_CLAIM: usize = 4096;

/// What a client says of itself cannot fill the log.
pub(crate) fn bounded(mut claim: String) -> String {
    claim.truncate(claim.floor_char_boundary(LONGEST_CLAIM));
    claim
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_cut_between_characters() {
        assert_eq!(bounded("é".repeat(3000)).len(), LONGEST_CLAIM);
        assert_eq!(
            bounded(format!("x{}", "é".repeat(3000))).len(),
            LONGEST_CLAIM - 1
        );
        assert_eq!(bounded("/bin/sh".into()), "/bin/sh");
    }
}
