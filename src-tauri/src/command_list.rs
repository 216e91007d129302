//! The surface of the windows: every command that exists, and which window may call it.
//!
//! The one list behind the handlers, the application manifest (`build.rs`) and the test
//! that compares it with the capability files. A command that is not here does not exist.
//! The page's types of the commands are generated from it, and a test compares what is stated
//! here with the functions.

#[cfg(test)]
use types::*;

/// The types that the list names.
#[cfg(test)]
mod types {
    pub use std::collections::BTreeSet;

    pub use keyhaven_protocol::doctor::DoctorFindingView;
    pub use keyhaven_protocol::event::Progress;
    pub use keyhaven_protocol::notice::Notice;
    pub use keyhaven_protocol::request::{ProfileView, Query};
    pub use keyhaven_protocol::settings::Settings;
    pub use keyhaven_protocol::view::{CredentialView, ImportReport};
    pub use uuid::Uuid;

    pub use crate::app::UnsavedWork;
    pub use crate::app::preferences::Preferences;
    pub use crate::arguments::PromptKind;
    pub use crate::bindings::{Signature, Types};
    pub use crate::commands::*;
    pub use crate::imports::{ImportFileView, ImportPlan};
    pub use crate::launch::{ChildView, OutputPiece};
    pub use crate::prompt::ChosenFolder;
    pub use crate::prompt::strength::Strength;
    pub use crate::secret_input::SecretInput;
}

macro_rules! surface {
    ($all:ident { $(
        $(#[$doc:meta])*
        $window:ident, $handler:ident, $signatures:ident {
            $($command:ident($($argument:ident: $type:ty),*) -> $answer:ty,)*
        }
    )* }) => {
        /// Every command of every window.
        #[allow(dead_code, reason = "for build.rs and the tests")]
        pub const $all: &[&str] = &[$($(stringify!($command),)*)*];

        $(
            $(#[$doc])*
            #[allow(dead_code, reason = "for build.rs and the tests")]
            pub const $window: &[&str] = &[$(stringify!($command),)*];

            /// What each of them takes and answers.
            #[cfg(test)]
            pub fn $signatures(types: &mut Types) -> Vec<Signature> {
                vec![$(Signature {
                    command: stringify!($command),
                    arguments: vec![$(types.argument::<$type>(
                        stringify!($argument),
                        stringify!($type),
                    )),*],
                    answer: types.argument::<$answer>("", stringify!($answer)),
                }),*]
            }

            macro_rules! $handler {
                () => { tauri::generate_handler![$(crate::commands::$command,)*] };
            }
        )*
        #[allow(unused_imports, reason = "build.rs needs the names alone")]
        pub(crate) use { $($handler,)* };
    };
}

surface! { COMMANDS {
    /// What the main window may call; no answer of these holds a value.
    MAIN, main_handler, main_signatures {
        query(request: Query) -> QueryAnswer,
        add_credential(request: AddCredential) -> CredentialView,
        set_values(request: SetValues) -> CredentialView,
        configure(settings: Settings) -> Settings,
        check_draft(draft: KeyDraft) -> DraftCheck,
        recognise(value: SecretInput, variable: String) -> RecognisedView,
        providers() -> Vec<ProviderView>,
        import_choose() -> Option<ImportFileView>,
        import_preview(plan: ImportPlan) -> ImportReport,
        import_apply(plan: ImportPlan) -> ImportReport,
        import_discard(id: u32) -> (),
        open_prompt(kind: PromptKind) -> PromptOutcome,
        open_reveal(credential: Uuid, field: Option<String>) -> (),
        restore_backup(file: Option<String>) -> PromptOutcome,
        salvage_vault() -> Option<ChosenFolder>,
        empty_trash() -> u32,
        launch_start(wanted: LaunchDraft) -> Option<ChildView>,
        launch_again(id: u32) -> Option<ChildView>,
        launch_terminal(wanted: LaunchDraft) -> bool,
        launch_output(id: u32, from: u64) -> Option<OutputPiece>,
        launch_suggestions(directory: usize) -> Vec<String>,
        save_profile(draft: ProfileDraft) -> Option<ProfileView>,
        pinned_profiles() -> BTreeSet<Uuid>,
        pin_profile(id: Uuid, on: bool) -> (),
        launch_stop(id: u32) -> (),
        launches() -> Vec<ChildView>,
        choose_directory() -> Option<ChosenDirectory>,
        notice_text(notice: Notice) -> NoticeText,
        doctor() -> Vec<DoctorFindingView>,
        health() -> HealthReport,
        preferences() -> Preferences,
        set_preferences(preferences: Preferences) -> (),
        set_unsaved(work: Option<UnsavedWork>) -> (),
    }
    /// What the window of a prompt process may call, each only in a process of its kind.
    PROMPT, prompt_handler, prompt_signatures {
        prompt_start() -> PromptStart,
        prompt_ready() -> (),
        password_strength(password: SecretInput) -> Strength,
        prompt_unlock(password: SecretInput, accept_older: bool) -> (),
        prompt_recover(recovery_key: SecretInput, accept_older: bool) -> (),
        prompt_login() -> (),
        prompt_create(password: SecretInput) -> NewRecoveryKey,
        prompt_configure(password: SecretInput) -> (),
        prompt_password(old: SecretInput, recovery: bool, password: SecretInput) -> (),
        prompt_recovery_key(password: SecretInput) -> NewRecoveryKey,
        prompt_rekey(old: SecretInput, recovery: bool, password: SecretInput) -> RekeyResult,
        prompt_restore(password: SecretInput, present: Option<SecretInput>, recovery: bool) -> RestoreResult,
        prompt_salvage(old: SecretInput, password: SecretInput) -> SalvageResult,
        prompt_progress() -> Option<Progress>,
        prompt_finish() -> (),
        prompt_cancel() -> (),
    }
    /// What the window that shows a value may call: what it shows, the value, and its end.
    REVEAL, reveal_handler, reveal_signatures {
        reveal_start() -> RevealStart,
        reveal_value() -> ShownValue,
        reveal_leave() -> (),
    }
} }
