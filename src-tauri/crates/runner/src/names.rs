//! Which variables may be filled: well-formed names that do not change how programs load
//! code.
//!
//! Names are compared as the kernel does, by case, but for npm, which reads its settings in
//! any case (`npm help config`).

mod list;
mod shells;

use list::{NAMES, PREFIXES};
use shells::SHELLS;

/// Why a variable is not filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loader {
    /// What reads it, for a message.
    pub reader: &'static str,
}

/// npm reads these in any case.
const NPM_PREFIX: &str = "NPM_CONFIG_";

/// Whether a name is one that a variable may have: `^[A-Za-z_][A-Za-z0-9_]*$`.
#[must_use]
pub fn is_well_formed(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What would load other code because of this variable, if anything.
#[must_use]
pub fn loader(name: &str) -> Option<Loader> {
    let named = NAMES.iter().find(|(_, names)| names.contains(&name));
    let begun = || {
        PREFIXES
            .iter()
            .find(|(_, begins)| begins.iter().any(|begin| name.starts_with(begin)))
    };
    let npm = || {
        let head = name.get(..NPM_PREFIX.len())?;
        head.eq_ignore_ascii_case(NPM_PREFIX).then_some("npm")
    };
    named
        .or_else(begun)
        .map(|(reader, _)| *reader)
        .or_else(npm)
        .map(|reader| Loader { reader })
}

/// The shell that does more with a variable of this name than to keep it, if any: harmless in
/// an environment, but not in text that a shell evaluates.
#[must_use]
pub fn shell(name: &str) -> Option<Loader> {
    let named = SHELLS.iter().find(|(_, names)| names.contains(&name));
    named.map(|(reader, _)| Loader { reader })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The names the contract promises, word by word.
    const CONTRACT: &str = "LD_PRELOAD DYLD_INSERT_LIBRARIES PATH BASH_ENV ENV IFS NODE_OPTIONS \
        PYTHONPATH PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS GIT_SSH_COMMAND OPENSSL_CONF GCONV_PATH \
        GLIBC_TUNABLES PROMPT_COMMAND PS4 BASH_FUNC_x GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 \
        DOTNET_STARTUP_HOOKS GTK_MODULES QT_PLUGIN_PATH";

    #[test]
    fn the_contract_s_names_are_refused() {
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
    fn what_sudo_and_glibc_take_away_is_refused() {
        for name in SUDO.split_whitespace().chain(GLIBC.split_whitespace()) {
            assert!(loader(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_with_a_version_are_refused_too() {
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
    fn ordinary_keys_are_not() {
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
    fn what_a_shell_is_made_of_is_known() {
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
    fn what_an_interactive_zsh_evaluates_is_refused() {
        for name in ["BAUD", "DIRSTACKSIZE", "PERIOD", "REPORTTIME", "TMOUT"] {
            assert!(loader(name).is_some(), "{name}");
        }
    }

    #[test]
    fn each_name_stands_once() {
        let mut all: Vec<&str> = NAMES
            .iter()
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
        fn names_are_what_posix_says(name in ".{0,12}") {
            let expected = !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.starts_with(|c: char| c.is_ascii_digit());
            prop_assert_eq!(is_well_formed(&name), expected);
            let _ = loader(&name);
        }
    }
}
