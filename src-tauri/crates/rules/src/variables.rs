//! Which environment variables a credential may set: well-formed names, and the policy for
//! names that change how programs load code.
//!
//! Names are compared as the kernel compares them, by case, except for npm, which reads its
//! settings in any case (`npm help config`).

mod readers;
mod redirect;
mod shells;

use readers::{NAMES, PREFIXES};
use shells::SHELLS;

pub use redirect::redirects_traffic;

/// The longest `NAME=value` in bytes: Linux's `MAX_ARG_STRLEN` without the final NUL.
pub const MAX_STRING: usize = 131_071;

/// npm reads variables with this prefix in any case.
const NPM_PREFIX: &str = "NPM_CONFIG_";

/// Whether a text is the name of an environment variable: `^[A-Za-z_][A-Za-z0-9_]*$`, the
/// "Name" of POSIX.1-2024, 3.216.
#[must_use]
pub fn is_variable_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The variable that is named after a credential or its field: upper case, with `_` for each
/// character that a variable's name cannot hold.
#[must_use]
pub fn variable_for(name: &str) -> String {
    let fit = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let mut variable: String = name.chars().map(fit).collect();
    if variable.is_empty() || variable.starts_with(|first: char| first.is_ascii_digit()) {
        variable.insert(0, '_');
    }
    variable
}

/// The program or library that would load other code because of this variable, if any.
#[must_use]
pub fn loader(name: &str) -> Option<&'static str> {
    let exact = NAMES
        .into_iter()
        .flatten()
        .find(|(_, names)| names.contains(&name));
    let prefix = || {
        PREFIXES
            .iter()
            .find(|(_, starts)| starts.iter().any(|start| name.starts_with(start)))
    };
    let npm = || {
        let head = name.get(..NPM_PREFIX.len())?;
        head.eq_ignore_ascii_case(NPM_PREFIX).then_some("npm")
    };
    exact
        .or_else(prefix)
        .map(|(reader, _)| *reader)
        .or_else(npm)
}

/// The shell that gives a variable of this name a special meaning, if any. Such a name is
/// harmless in an environment, but not in text that a shell evaluates.
#[must_use]
pub fn shell(name: &str) -> Option<&'static str> {
    let special = SHELLS.iter().find(|(_, names)| names.contains(&name));
    special.map(|(shell, _)| *shell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The names listed in the contract, with an example for each pattern.
    const CONTRACT: &str = "LD_PRELOAD DYLD_INSERT_LIBRARIES PATH BASH_ENV ENV IFS NODE_OPTIONS \
        PYTHONPATH PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS GIT_SSH_COMMAND OPENSSL_CONF GCONV_PATH \
        GLIBC_TUNABLES PROMPT_COMMAND PS4 BASH_FUNC_x GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 \
        DOTNET_STARTUP_HOOKS GTK_MODULES QT_PLUGIN_PATH";

    #[test]
    fn names_from_the_contract_are_refused() {
        for name in CONTRACT.split_whitespace() {
            assert!(loader(name).is_some(), "{name}");
        }
        assert!(loader("npm_config_node_options").is_some());
    }

    /// sudoers(5), `env_delete`, with a name for each pattern.
    const SUDO: &str = "IFS CDPATH LOCALDOMAIN RES_OPTIONS HOSTALIASES NLSPATH PATH_LOCALE \
        LD_AUDIT _RLD_LIST TERMINFO TERMINFO_DIRS TERMPATH TERMCAP ENV BASH_ENV PS4 GLOBIGNORE \
        BASHOPTS SHELLOPTS JAVA_TOOL_OPTIONS PERLIO_DEBUG PERLLIB PERL5LIB PERL5OPT PERL5DB FPATH \
        NULLCMD READNULLCMD ZDOTDIR TMPPREFIX PYTHONHOME PYTHONPATH PYTHONINSPECT PYTHONUSERBASE \
        RUBYLIB RUBYOPT";
    /// glibc, `UNSECURE_ENVVARS`, without `TMPDIR`.
    const GLIBC: &str = "GCONV_PATH GETCONF_DIR GLIBC_TUNABLES HOSTALIASES LD_LIBRARY_PATH \
        LOCALDOMAIN LOCPATH MALLOC_TRACE NIS_PATH NLSPATH RESOLV_HOST_CONF RES_OPTIONS TZDIR";

    #[test]
    fn names_that_sudo_and_glibc_remove_are_refused() {
        for name in SUDO.split_whitespace().chain(GLIBC.split_whitespace()) {
            assert!(loader(name).is_some(), "{name}");
        }
    }

    #[test]
    fn prefixes_cover_names_with_a_version() {
        for name in [
            "LUA_INIT_5_4",
            "DOTNET_ROOT_X64",
            "COMPlus_GCName",
            "npm_config_script_shell",
            "KEYHAVEN_HOME",
        ] {
            assert!(loader(name).is_some(), "{name}");
        }
    }

    #[test]
    fn ordinary_names_are_accepted() {
        for name in [
            "STRIPE_SECRET_KEY",
            "DATABASE_URL",
            "LD",
            "path",
            "NODE_ENV",
            "PGPASSWORD",
            "NPM_TOKEN",
            "GIT_TOKEN",
            "CARGO_REGISTRY_TOKEN",
            "YARN_NPM_AUTH_TOKEN",
        ] {
            assert_eq!(loader(name), None, "{name}");
        }
    }

    #[test]
    fn parts_of_a_shell_are_known() {
        for name in [
            "path",
            "PROMPT",
            "precmd_functions",
            "BASH_ALIASES",
            "RANDOM",
        ] {
            assert!(shell(name).is_some() && loader(name).is_none(), "{name}");
        }
        assert_eq!(shell("PATH_TO_KEY"), None);
    }

    #[test]
    fn numbers_that_zsh_evaluates_are_refused() {
        for name in ["BAUD", "DIRSTACKSIZE", "PERIOD", "REPORTTIME", "TMOUT"] {
            assert!(loader(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_variable_is_named_after_a_credential() {
        for (name, variable) in [
            ("stripe-eu.v2", "STRIPE_EU_V2"),
            ("aws_access_key_id", "AWS_ACCESS_KEY_ID"),
            ("2fa", "_2FA"),
            ("ä", "_"),
            ("", "_"),
        ] {
            assert_eq!(variable_for(name), variable);
        }
    }

    #[test]
    fn no_name_is_listed_twice() {
        let mut all: Vec<&str> = NAMES
            .into_iter()
            .flatten()
            .chain(SHELLS)
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    proptest! {
        #[test]
        fn names_follow_posix(name in ".{0,12}") {
            let expected = !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.starts_with(|c: char| c.is_ascii_digit());
            prop_assert_eq!(is_variable_name(&name), expected);
            let _ = loader(&name);
            prop_assert!(is_variable_name(&variable_for(&name)));
        }
    }
}
