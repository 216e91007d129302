//! The findings of an answer: counted all, and kept up to a limit.

use keyhaven_protocol::health::{
    HealthFinding, HealthSeverity, HealthView, KeyFinding, MOST_HEALTH_FINDINGS,
};
use keyhaven_vault::Location;
use uuid::Uuid;

/// Findings while they are made.
#[derive(Debug, Default)]
pub(crate) struct FindingList {
    view: HealthView,
    problems: Vec<KeyFinding>,
    warnings: Vec<KeyFinding>,
    notes: Vec<KeyFinding>,
}

impl FindingList {
    /// Counts a key that was looked at.
    pub(crate) fn key(&mut self) {
        self.view.keys = self.view.keys.saturating_add(1);
    }

    /// Adds a finding about a key.
    pub(crate) fn add(
        &mut self,
        id: Uuid,
        location: &Location,
        name: &str,
        is_rotating: bool,
        finding: HealthFinding,
    ) {
        let (list, count) = match finding.severity() {
            HealthSeverity::Problem => (&mut self.problems, &mut self.view.problems),
            HealthSeverity::Warning => (&mut self.warnings, &mut self.view.warnings),
            HealthSeverity::Note => (&mut self.notes, &mut self.view.notes),
        };
        *count = count.saturating_add(1);
        if list.len() < MOST_HEALTH_FINDINGS {
            list.push(KeyFinding {
                id,
                project: location.project.clone(),
                environment: location.environment.clone(),
                name: name.to_owned(),
                fix: finding.fix(is_rotating),
                finding,
            });
        }
    }

    /// The answer: the most urgent first, and those of a severity by key.
    pub(crate) fn into_view(self) -> HealthView {
        let mut view = self.view;
        for mut list in [self.problems, self.warnings, self.notes] {
            list.sort_by_cached_key(|one| {
                let place = (one.project.clone(), one.environment.clone());
                (place, one.name.to_lowercase(), one.name.clone())
            });
            view.findings.extend(list);
        }
        view.findings.truncate(MOST_HEALTH_FINDINGS);
        view
    }
}
