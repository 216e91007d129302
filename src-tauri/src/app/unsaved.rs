//! What the page of the main window has that is not stored. It would be lost with the window, so
//! a person is asked first. The page says so beforehand: one that does not answer any more can
//! be closed too.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;

use super::desktop::Question;
use crate::lock::locked;
use crate::strings::NativeText;

/// What is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum UnsavedWork {
    /// A key that is being added.
    Add,
    /// Changes of a key.
    Edit,
    /// A new value of a key.
    Set,
    /// An import that is being looked at.
    Import,
    /// A profile, or changes of one.
    Profile,
    /// Changed settings.
    Settings,
}

impl UnsavedWork {
    const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Edit => "edit",
            Self::Set => "set",
            Self::Import => "import",
            Self::Profile => "profile",
            Self::Settings => "settings",
        }
    }

    fn question(self) -> Question {
        let work = self.name().to_owned();
        Question {
            title: NativeText::UnsavedQuestion { work }.text(),
            text: NativeText::UnsavedText.text(),
            details: Vec::new(),
            yes: NativeText::Discard.text(),
        }
    }
}

/// What the page last said of it.
#[derive(Debug, Default)]
pub struct Unsaved {
    work: Mutex<Option<UnsavedWork>>,
    /// A person is being asked.
    asking: AtomicBool,
}

impl Unsaved {
    /// Notes what is not stored now.
    pub fn note(&self, work: Option<UnsavedWork>) {
        *locked(&self.work) = work;
    }

    /// Whether something is.
    pub fn is_some(&self) -> bool {
        locked(&self.work).is_some()
    }

    /// Whether nothing is lost, or a person agrees. A second time it is no while they are asked.
    pub fn may_be_lost(&self, ask: impl FnOnce(Question) -> bool) -> bool {
        let Some(work) = *locked(&self.work) else {
            return true;
        };
        if self.asking.swap(true, Ordering::AcqRel) {
            return false;
        }
        let agreed = ask(work.question());
        self.asking.store(false, Ordering::Release);
        agreed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_asked_where_something_is_not_stored() {
        let unsaved = Unsaved::default();
        assert!(unsaved.may_be_lost(|_| panic!("a question")));
        unsaved.note(Some(UnsavedWork::Settings));
        assert!(unsaved.is_some());
        let refused = |question: Question| {
            assert_eq!(question.title, "The changed settings are not saved.");
            assert_eq!(question.yes, "Discard");
            false
        };
        assert!(!unsaved.may_be_lost(refused));
        assert!(unsaved.may_be_lost(|_| true));
        unsaved.note(None);
        assert!(!unsaved.is_some());
        assert!(unsaved.may_be_lost(|_| panic!("a question")));
    }

    #[test]
    fn one_question_is_asked_at_a_time() {
        let unsaved = Unsaved::default();
        unsaved.note(Some(UnsavedWork::Add));
        let agreed = unsaved.may_be_lost(|_| {
            assert!(!unsaved.may_be_lost(|_| panic!("a second question")));
            true
        });
        assert!(agreed);
    }

    #[test]
    fn each_work_has_its_own_question() {
        use UnsavedWork::{Add, Edit, Import, Profile, Set, Settings};
        let all = [Add, Edit, Set, Import, Profile, Settings];
        let titles = all.map(|work| work.question().title);
        let distinct: std::collections::BTreeSet<_> = titles.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{titles:?}");
    }
}
