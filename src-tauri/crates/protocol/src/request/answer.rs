//! Answers, and how a long one is cut into frames and put together again.

use serde::{Serialize, de::DeserializeOwned};

use super::{
    HelloAnswer, KeyDerivationView, LoginKeychainView, ProfileView, RecoveryKeyView, RekeyView,
    ValueView,
};
use crate::agent_security::AgentSecurityView;
use crate::health::HealthView;
use crate::maintenance::{BackupView, LogView, RestoredView, SalvageView, VerifyView};
use crate::settings::Settings;
use crate::view::{
    AutomaticRotationView, CredentialView, FileTrustView, HistoryView, ImportReport,
    LaunchPlanView, LaunchView, StatusView,
};

/// An answer; a long one goes over several frames.
pub trait Answer: Serialize + DeserializeOwned {
    /// Cuts the answer into parts that usually fit a frame's head.
    fn split(self) -> Vec<Self> {
        vec![self]
    }

    /// Takes the second half off a part that does not fit after all; none where there is
    /// nothing to cut.
    fn halve(&mut self) -> Option<Self> {
        None
    }

    /// Takes up the next part.
    fn merge(&mut self, _next: Self) {}
}

/// Rows per frame: about half a MiB of JSON for the widest row.
const ROWS_PER_FRAME: usize = 500;

impl<T: Serialize + DeserializeOwned> Answer for Vec<T> {
    fn split(self) -> Vec<Self> {
        if self.len() <= ROWS_PER_FRAME {
            return vec![self];
        }
        // Each row is moved once, however many there are.
        let mut parts = Vec::with_capacity(self.len() / ROWS_PER_FRAME + 1);
        let mut rows = self.into_iter();
        while rows.len() > 0 {
            parts.push(rows.by_ref().take(ROWS_PER_FRAME).collect());
        }
        parts
    }

    fn halve(&mut self) -> Option<Self> {
        (self.len() > 1).then(|| self.split_off(self.len() / 2))
    }

    fn merge(&mut self, next: Self) {
        self.extend(next);
    }
}

impl Answer for ImportReport {
    fn split(self) -> Vec<Self> {
        let applied = self.applied;
        let parts = self.items.split().into_iter();
        parts.map(|items| Self { items, applied }).collect()
    }

    fn halve(&mut self) -> Option<Self> {
        let applied = self.applied;
        self.items.halve().map(|items| Self { items, applied })
    }

    fn merge(&mut self, next: Self) {
        self.items.merge(next.items);
    }
}

/// The counts stand in each part.
impl Answer for HealthView {
    fn split(self) -> Vec<Self> {
        let whole = Self {
            findings: Vec::new(),
            ..self
        };
        let parts = self.findings.split().into_iter();
        parts
            .map(|findings| Self {
                findings,
                ..whole.clone()
            })
            .collect()
    }

    fn halve(&mut self) -> Option<Self> {
        let findings = self.findings.halve()?;
        Some(Self { findings, ..*self })
    }

    fn merge(&mut self, next: Self) {
        self.findings.merge(next.findings);
    }
}

/// Only the log grows without bound: an entry names every credential of its launch.
impl Answer for HistoryView {
    fn halve(&mut self) -> Option<Self> {
        let uses = self.uses.halve()?;
        Some(Self {
            credential: self.credential.clone(),
            versions: Vec::new(),
            uses,
        })
    }

    fn merge(&mut self, next: Self) {
        self.versions.extend(next.versions);
        self.uses.extend(next.uses);
    }
}

macro_rules! answers {
    ($($answer:ty),* $(,)?) => { $(impl Answer for $answer {})* };
}

answers!(
    (),
    bool,
    u32,
    StatusView,
    AgentSecurityView,
    AutomaticRotationView,
    CredentialView,
    Settings,
    LaunchView,
    LaunchPlanView,
    FileTrustView,
    ProfileView,
    ValueView,
    RecoveryKeyView,
    KeyDerivationView,
    LoginKeychainView,
    RekeyView,
    HelloAnswer,
    BackupView,
    LogView,
    VerifyView,
    RestoredView,
    SalvageView
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_import_report_goes_in_parts_that_fit_and_comes_back_whole() {
        let item = |number: usize| crate::view::ImportItemView {
            name: format!("{number:0>128}"),
            variable: Some(format!("V{number:0>127}")),
            kind: crate::view::FieldKind::Secret,
            provider: None,
            rotate_every_days: None,
            outcome: crate::view::ImportOutcome::New,
            expiry: None,
        };
        let report = ImportReport {
            items: (0..20_000).map(item).collect(),
            applied: true,
        };
        let mut parts = report.clone().split().into_iter();
        let mut whole = parts.next().unwrap();
        let mut largest = serde_json::to_vec(&whole).unwrap().len();
        for part in parts {
            largest = largest.max(serde_json::to_vec(&part).unwrap().len());
            whole.merge(part);
        }
        assert_eq!(whole, report);
        assert!(largest < crate::frame::MAX_HEAD / 2, "{largest}");
        let empty = ImportReport {
            items: Vec::new(),
            applied: false,
        };
        assert_eq!(empty.clone().split(), [empty]);
    }

    #[test]
    fn a_part_that_is_too_large_is_halved_down_to_one_row() {
        let mut rows = vec![1, 2, 3];
        assert_eq!(rows.halve(), Some(vec![2, 3]));
        assert_eq!((rows.halve(), rows), (None, vec![1]));
    }

    #[test]
    fn findings_go_in_parts_and_come_back_whole() {
        let found = |number: usize| crate::health::KeyFinding {
            id: uuid::Uuid::nil(),
            project: "p".repeat(128),
            environment: "e".repeat(128),
            name: format!("{number:0>128}"),
            fix: crate::health::HealthFix::Rotate,
            finding: crate::health::HealthFinding::SameValueAcrossTiers {
                other: "%FF".repeat(3 * 128),
                tier: crate::view::Tier::Production,
            },
        };
        let view = HealthView {
            keys: 9,
            problems: 2_000,
            warnings: 0,
            notes: 1,
            findings: (0..crate::health::MOST_HEALTH_FINDINGS)
                .map(found)
                .collect(),
        };
        let mut parts = view.clone().split();
        let second = parts.remove(0).halve();
        assert!(second.is_some());
        let mut parts = view.clone().split().into_iter();
        let mut whole = parts.next().unwrap();
        assert!(serde_json::to_vec(&whole).unwrap().len() < crate::frame::MAX_HEAD);
        let rest = whole.halve().unwrap();
        whole.merge(rest);
        parts.for_each(|part| whole.merge(part));
        assert_eq!(whole, view);
        let empty = HealthView::default();
        assert_eq!(empty.clone().split(), [empty]);
    }
}
