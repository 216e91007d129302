//! The surface of the windows: every command that exists, and which window may call it.
//!
//! The one list behind the handlers, the application manifest (`build.rs`) and the test
//! that compares it with the capability files. A command that is not here does not exist.

macro_rules! surface {
    ($all:ident { $($(#[$doc:meta])* $window:ident, $handler:ident { $($command:ident,)* })* }) => {
        /// Every command of every window.
        #[allow(dead_code, reason = "for build.rs and the tests")]
        pub const $all: &[&str] = &[$($(stringify!($command),)*)*];

        $(
            $(#[$doc])*
            #[allow(dead_code, reason = "for build.rs and the tests")]
            pub const $window: &[&str] = &[$(stringify!($command),)*];

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
    MAIN, main_handler {
        query,
        add_credential,
        set_values,
        configure,
        recognise,
        providers,
        import_choose,
        import_preview,
        import_apply,
        import_discard,
        open_prompt,
        open_reveal,
        restore_backup,
        launch_start,
        launch_again,
        launch_terminal,
        launch_output,
        launch_suggestions,
        save_profile,
        pinned_profiles,
        pin_profile,
        launch_stop,
        launches,
        choose_directory,
        doctor,
        preferences,
        set_preferences,
    }
    /// What the window of a prompt process may call, each only in a process of its kind.
    PROMPT, prompt_handler {
        prompt_start,
        prompt_ready,
        password_strength,
        prompt_unlock,
        prompt_recover,
        prompt_login,
        prompt_create,
        prompt_configure,
        prompt_password,
        prompt_recovery_key,
        prompt_rekey,
        prompt_restore,
        prompt_progress,
        prompt_finish,
        prompt_cancel,
    }
    /// What the window that shows a value may call: what it shows, the value, and its end.
    REVEAL, reveal_handler {
        reveal_start,
        reveal_value,
        reveal_leave,
    }
} }
