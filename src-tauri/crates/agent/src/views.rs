//! The vault's records as the protocol shows them. Nothing here can hold a value.

use crate::numbers::clamp;
use keyhaven_protocol::view::{
    ActorView, AuditEntryView, Claimed, CredentialRow, CredentialState, CredentialView, DueKind,
    DueView, EnvironmentView, ExpiredPolicy, FieldView, Moment, SettingsView, TrustedFileView,
    VersionLabel, VersionView,
};
use keyhaven_vault as vault;
use keyhaven_vault::due;

pub(crate) fn moment(moment: vault::DueMoment) -> Moment {
    match moment {
        vault::DueMoment::Date(date) => Moment::Date(date),
        vault::DueMoment::Instant(at) => Moment::Instant(at),
    }
}

pub(crate) fn moment_record(moment: Moment) -> vault::DueMoment {
    match moment {
        Moment::Date(date) => vault::DueMoment::Date(date),
        Moment::Instant(at) => vault::DueMoment::Instant(at),
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
            expires: record.dates.expires.map(moment),
            rotation_due: self.rotation(summary).map(moment),
            state: self.state(summary),
            last_used: summary.usage.last_used,
        }
    }

    pub(crate) fn state(&self, summary: &vault::Summary) -> CredentialState {
        let dates = &summary.credential.dates;
        let leads = dates
            .lead_times
            .as_ref()
            .unwrap_or(&self.settings.lead_times);
        let longest = leads.iter().copied().max().unwrap_or(0);
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
        }
    }

    /// The one or two dates of a credential, as they stand in a list of what is due.
    pub(crate) fn due(&self, summary: &vault::Summary) -> Vec<DueView> {
        let dates = &summary.credential.dates;
        let expiry = dates.expires.filter(|_| summary.due.expires_at.is_some());
        let expiry = expiry.map(|due| (DueKind::Expiry, due));
        let rotation = self.rotation(summary).map(|due| (DueKind::Rotation, due));
        let views = expiry
            .into_iter()
            .chain(rotation)
            .map(|(what, due)| DueView {
                credential: self.row(summary),
                what,
                due: moment(due),
                in_days: self.days_until(due),
                snoozed_until: dates
                    .snoozed_until
                    .map(|until| due::date_of(until, &self.clock.zone)),
            });
        views.collect()
    }

    /// When the policy asks for a new value; never for what is not dated, such as plain text.
    fn rotation(&self, summary: &vault::Summary) -> Option<vault::DueMoment> {
        summary.due.rotate_at?;
        due::rotation_moment(&summary.credential.dates, &self.clock.zone)
    }

    fn days_until(&self, moment: vault::DueMoment) -> i32 {
        let today = due::day_of(self.clock.now, &self.clock.zone);
        let day = due::date_of(moment, &self.clock.zone);
        today.until(day).map_or(i32::MAX, |span| span.get_days())
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
        outcome: outcome(entry.outcome).into(),
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
        },
        claimed: Claimed {
            program: entry.claimed.program,
            directory: entry.claimed.directory,
            profile: entry.claimed.profile,
        },
        detail,
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

pub(crate) fn settings(settings: &vault::Settings) -> SettingsView {
    let time = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
    SettingsView {
        auto_lock_minutes: settings.auto_lock_minutes,
        lock_on_suspend: settings.lock_on_suspend,
        lock_on_screen_lock: settings.lock_on_screen_lock,
        clipboard_seconds: settings.clipboard_seconds,
        lead_times: settings.lead_times.clone(),
        quiet_from: time(settings.quiet_from),
        quiet_to: time(settings.quiet_to),
        names_in_notices: settings.names_in_notices,
        expired: match settings.expired {
            vault::ExpiredRule::Warn => ExpiredPolicy::Warn,
            vault::ExpiredRule::Refuse => ExpiredPolicy::Refuse,
            vault::ExpiredRule::Allow => ExpiredPolicy::Allow,
        },
        grace_hours: settings.grace_hours,
        audit_keep_days: settings.audit_keep_days,
    }
}

pub(crate) fn expired_record(policy: ExpiredPolicy) -> vault::ExpiredRule {
    match policy {
        ExpiredPolicy::Warn => vault::ExpiredRule::Warn,
        ExpiredPolicy::Refuse => vault::ExpiredRule::Refuse,
        ExpiredPolicy::Allow => vault::ExpiredRule::Allow,
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
fn bounded(mut claim: String) -> String {
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
