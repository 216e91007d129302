//! Which environment variables a credential may set: well-formed names, and the policy for
//! names that change how programs load code.
//!
//! Names are compared as the kernel compares them, by case, except for npm, which reads its
//! settings in any case (`npm help config`).

mod marks;
mod readers;
mod redirect;
mod shells;

use readers::{PREFIXES, Reader};
use shells::SHELLS;

pub use marks::VariableMark;
pub use redirect::redirects_traffic;

/// The longest `NAME=value` in bytes: Linux's `MAX_ARG_STRLEN` without the final NUL.
pub const MAX_STRING: usize = 131_071;

/// Bytes that Linux counts for a variable of a new program (execve(2)): `NAME=value`, a NUL and a
/// pointer.
#[must_use]
pub const fn exec_cost(name: usize, value: usize) -> usize {
    name + 1 + value + 1 + size_of::<usize>()
}

/// npm reads variables with this prefix in any case.
const NPM_PREFIX: &str = "NPM_CONFIG_";
static NPM: Reader = Reader {
    program: "npm",
    source: "npm help config",
    names: &[NPM_PREFIX],
};

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
/// character that a variable's name cannot hold. None where that would leave a name nobody
/// recognises: letters and digits are lost, or there are none.
#[must_use]
pub fn variable_for(name: &str) -> Option<String> {
    let is_lost = |c: char| c.is_alphanumeric() && !c.is_ascii();
    if name.chars().any(is_lost) || !name.contains(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let fit = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c.to_ascii_uppercase(),
        _ => '_',
    };
    let mut variable: String = name.chars().map(fit).collect();
    if variable.starts_with(|first: char| first.is_ascii_digit()) {
        variable.insert(0, '_');
    }
    Some(variable)
}

/// Why a program cannot be given a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableFault {
    /// Not a name of a variable.
    Name,
    /// The name changes how programs load code, which its owner has not allowed.
    Loader {
        /// What reads it.
        reader: &'static str,
    },
    /// The value holds a NUL byte, which no environment can carry.
    Nul,
    /// `NAME=value` is over [`MAX_STRING`].
    TooLong {
        /// Bytes of `NAME=value`.
        size: usize,
    },
}

/// Whether a program can be given a variable with this value.
///
/// # Errors
/// Why it cannot.
pub fn check(name: &str, value: &[u8], allow_loader: bool) -> Result<(), VariableFault> {
    if !is_variable_name(name) {
        return Err(VariableFault::Name);
    }
    if let Some(reader) = loader(name).filter(|_| !allow_loader) {
        return Err(VariableFault::Loader { reader });
    }
    if value.contains(&0) {
        return Err(VariableFault::Nul);
    }
    let size = name.len() + 1 + value.len();
    if size > MAX_STRING {
        return Err(VariableFault::TooLong { size });
    }
    Ok(())
}

/// Why a person should look before programs receive a variable of this name, if there is a
/// reason. Which reasons redirect traffic is another question: [`redirects_traffic`].
#[must_use]
pub fn mark(name: &str) -> Option<VariableMark> {
    let refused = reader(name).map(|reader| VariableMark::Refused {
        program: reader.program,
        source: reader.source,
    });
    refused.or_else(|| marks::asked(name))
}

/// The program or library that would load other code because of this variable, if any.
#[must_use]
pub fn loader(name: &str) -> Option<&'static str> {
    reader(name).map(|reader| reader.program)
}

fn reader(name: &str) -> Option<&'static Reader> {
    let prefix = || {
        PREFIXES
            .iter()
            .find(|reader| reader.names.iter().any(|start| name.starts_with(start)))
    };
    let npm = || {
        let head = name.get(..NPM_PREFIX.len())?;
        head.eq_ignore_ascii_case(NPM_PREFIX).then_some(&NPM)
    };
    readers::of_name(name).or_else(prefix).or_else(npm)
}

/// A shell whose own variables are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// bash, also as `sh`.
    Bash,
    /// zsh, also as `sh`.
    Zsh,
    /// fish.
    Fish,
}

impl Shell {
    /// Every shell.
    pub const ALL: [Self; 3] = [Self::Bash, Self::Zsh, Self::Fish];

    /// The name of its program.
    #[must_use]
    pub const fn program(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }

    /// Whether a variable of this name is a part of the shell: harmless in an environment, but
    /// nothing that the shell keeps as it was set.
    #[must_use]
    pub fn owns(self, name: &str) -> bool {
        let mut own = SHELLS
            .iter()
            .filter(|reader| reader.program == self.program());
        own.any(|reader| reader.names.contains(&name))
    }
}

/// The first shell of which a variable of this name is a part, if any.
#[must_use]
pub fn shell(name: &str) -> Option<Shell> {
    Shell::ALL.into_iter().find(|shell| shell.owns(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::readers::NAMES;
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
        for name in [
            "STRIPE_SECRET_KEY",
            "DATABASE_URL",
            "NPM_TOKEN",
            "GIT_TOKEN",
        ] {
            assert_eq!(mark(name), None, "{name}");
        }
    }

    #[test]
    fn parts_of_a_shell_are_known() {
        for (shell, names) in [
            (Shell::Bash, "BASH_ALIASES RANDOM BASH_VERSINFO _"),
            (Shell::Zsh, "path precmd_functions status argv RANDOM _"),
            (Shell::Fish, "version hostname history status argv _"),
        ] {
            for name in names.split(' ') {
                assert!(shell.owns(name) && loader(name).is_none(), "{name}");
            }
        }
        assert!(!Shell::Bash.owns("status") && !Shell::Zsh.owns("version"));
        assert_eq!(shell("hostname"), Some(Shell::Fish));
        assert_eq!(shell("PATH_TO_KEY"), None);
    }

    #[test]
    fn numbers_that_zsh_evaluates_are_refused() {
        for name in ["BAUD", "DIRSTACKSIZE", "PERIOD", "REPORTTIME", "TMOUT"] {
            assert!(loader(name).is_some(), "{name}");
        }
    }

    /// Each ran code in a hostile review, with the program that its list names.
    const PROVEN: &str = "GNUMAKEFLAGS RM CFLAGS CPATH GIT_COMMON_DIR WGETRC MANOPT \
        GROFF_BIN_PATH TCL_LIBRARY JDK_JAVAC_OPTIONS PIP_PYTHON PYENV_HOOK_PATH PREFIX \
        HARNESS_PERL HARNESS_PERL_SWITCHES ZIP GS_OPTIONS VALGRIND_LIB RUSTFMT APT_CONFIG \
        __EGL_VENDOR_LIBRARY_DIRS RPROMPT PROMPT PROMPT2 PS3 BASH_COMPLETION_USER_FILE";
    /// Ran code too, or wrote secrets, but have honest uses.
    const PROVEN_WITH_HONEST_USES: &str = "DOCKER_CONFIG KUBECONFIG AWS_CONFIG_FILE \
        AWS_SHARED_CREDENTIALS_FILE SSLKEYLOGFILE HISTFILE";
    /// One of each family, and of what a manual says without our having tried it.
    const ASKED: &str = "AWS_PAGER KUBE_EDITOR DISTCC_SSH BORG_RSH BORG_PASSCOMMAND \
        RCLONE_PASSWORD_COMMAND AIRFLOW__CORE__SQL_ALCHEMY_CONN_CMD CMAKE_C_COMPILER_LAUNCHER \
        CARGO_REGISTRIES_MINE_CREDENTIAL_PROVIDER SPEC_OPTS LDFLAGS GUNICORN_CMD_ARGS \
        TF_CLI_ARGS_plan MARIADB_PLUGIN_DIR PIPEWIRE_MODULE_DIR GEMRC IRBRC GOAUTH \
        OMP_TOOL_LIBRARIES VK_IMPLICIT_LAYER_PATH PMIX_MCA_pmdl GST_PLUGIN_SCANNER shell_escape \
        SOPS_GPG_EXEC DOTNET_DiagnosticPorts SYSTEMD_SSH";

    #[test]
    fn what_ran_code_is_refused_and_what_might_is_asked_about() {
        for name in PROVEN.split_whitespace() {
            assert!(mark(name).is_some_and(VariableMark::is_refused), "{name}");
        }
        let asked = PROVEN_WITH_HONEST_USES.split_whitespace();
        for name in asked.chain(ASKED.split_whitespace()) {
            assert!(mark(name).is_some_and(|mark| !mark.is_refused()), "{name}");
        }
    }

    #[test]
    fn every_listed_name_is_found_and_no_other_of_its_length() {
        for reader in NAMES.into_iter().flatten() {
            for name in reader.names {
                assert_eq!(loader(name), Some(reader.program), "{name}");
                let other = format!("{}\u{7f}", &name[..name.len() - 1]);
                assert!(readers::of_name(&other).is_none(), "{name}");
            }
        }
    }

    #[test]
    fn every_reader_names_its_source() {
        let readers = NAMES.into_iter().flatten().chain(PREFIXES).chain(SHELLS);
        for reader in readers {
            assert!(!reader.source.is_empty(), "{}", reader.program);
        }
    }

    #[test]
    fn a_variable_is_named_after_a_credential() {
        for (name, variable) in [
            ("stripe-eu.v2", "STRIPE_EU_V2"),
            ("aws_access_key_id", "AWS_ACCESS_KEY_ID"),
            ("2fa", "_2FA"),
            ("my key (eu)", "MY_KEY__EU_"),
        ] {
            assert_eq!(variable_for(name).as_deref(), Some(variable));
        }
        for name in [
            "ä",
            "",
            "_",
            "--",
            "na\u{ef}ve-key",
            "\u{43a}\u{43b}\u{44e}\u{447}",
            "\u{663}key",
        ] {
            assert_eq!(variable_for(name), None, "{name}");
        }
    }

    #[test]
    fn no_name_is_listed_twice() {
        let names = |reader: &'static Reader| reader.names.iter().copied();
        let loaders: Vec<&str> = NAMES.into_iter().flatten().flat_map(names).collect();
        for own in SHELLS {
            let mut all: Vec<&str> = loaders.iter().copied().chain(names(own)).collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count, "{}", own.program);
        }
    }

    proptest! {
        #[test]
        fn names_follow_posix(name in ".{0,12}") {
            let expected = !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.starts_with(|c: char| c.is_ascii_digit());
            prop_assert_eq!(is_variable_name(&name), expected);
            let _ = loader(&name);
            prop_assert!(variable_for(&name).is_none_or(|variable| is_variable_name(&variable)));
        }
    }
}
