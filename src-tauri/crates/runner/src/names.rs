//! Which variables may be filled: well-formed names that do not change how programs load
//! code.
//!
//! The list is made from the manuals of what reads the variables: ld.so(8), dyld(1),
//! bash(1), dash(1), zsh(1), git(1), openssl(1), glibc's iconv, locale and tunables, and the
//! language runtimes'. Names are compared as the kernel does, by case, but for npm, which
//! reads its settings in any case (`npm help config`).

/// Why a variable is not filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loader {
    /// What reads it, for a message.
    pub reader: &'static str,
}

/// Exact names, by what reads them.
const NAMES: &[(&str, &[&str])] = &[
    ("program lookup", &["PATH"]),
    (
        "the shell",
        &[
            "BASH_ENV",
            "ENV",
            "IFS",
            "CDPATH",
            "SHELLOPTS",
            "BASHOPTS",
            "BASH_LOADABLES_PATH",
            "PS0",
            "PS1",
            "PS2",
            "PS4",
            "PROMPT_COMMAND",
            "ZDOTDIR",
            "FPATH",
            "SHELL",
            "INPUTRC",
            "EXECIGNORE",
            "GLOBIGNORE",
            "BASH_XTRACEFD",
        ],
    ),
    (
        "Node.js",
        &["NODE_OPTIONS", "NODE_PATH", "NODE_REPL_EXTERNAL_MODULE"],
    ),
    (
        "Python",
        &[
            "PYTHONPATH",
            "PYTHONHOME",
            "PYTHONSTARTUP",
            "PYTHONINSPECT",
            "PYTHONUSERBASE",
            "PYTHONEXECUTABLE",
            "PYTHONPLATLIBDIR",
            "PYTHONWARNINGS",
            "PYTHONBREAKPOINT",
            "PYTHONPYCACHEPREFIX",
            "PYTHONCASEOK",
        ],
    ),
    (
        "Perl",
        &[
            "PERL5LIB",
            "PERLLIB",
            "PERL5OPT",
            "PERL5DB",
            "PERL5SHELL",
            "PERL_MM_OPT",
            "PERL_MB_OPT",
        ],
    ),
    (
        "Ruby",
        &[
            "RUBYOPT",
            "RUBYLIB",
            "RUBYSHELL",
            "GEM_PATH",
            "GEM_HOME",
            "BUNDLE_GEMFILE",
        ],
    ),
    (
        "Java",
        &[
            "JAVA_TOOL_OPTIONS",
            "_JAVA_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "JAVA_OPTS",
            "CLASSPATH",
            "MAVEN_OPTS",
            "MAVEN_ARGS",
            "GRADLE_OPTS",
            "ANT_OPTS",
            "SBT_OPTS",
            "JAVA_HOME",
        ],
    ),
    ("PHP", &["PHPRC", "PHP_INI_SCAN_DIR"]),
    ("Lua", &["LUA_PATH", "LUA_CPATH", "LUA_INIT"]),
    (
        "R",
        &[
            "R_PROFILE",
            "R_PROFILE_USER",
            "R_ENVIRON",
            "R_ENVIRON_USER",
            "R_LIBS",
            "R_LIBS_USER",
            "R_HOME",
        ],
    ),
    (
        "Julia",
        &["JULIA_LOAD_PATH", "JULIA_DEPOT_PATH", "JULIA_PROJECT"],
    ),
    (
        "Erlang",
        &[
            "ERL_FLAGS",
            "ERL_AFLAGS",
            "ERL_ZFLAGS",
            "ERL_LIBS",
            "ELIXIR_ERL_OPTIONS",
        ],
    ),
    ("Go", &["GOFLAGS", "GOROOT", "GOTOOLCHAIN"]),
    (
        "Rust",
        &[
            "RUSTC",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTFLAGS",
            "RUSTDOC",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_HOME",
            "RUSTUP_HOME",
            "RUSTUP_TOOLCHAIN",
        ],
    ),
    (
        ".NET",
        &[
            "DOTNET_STARTUP_HOOKS",
            "DOTNET_ADDITIONAL_DEPS",
            "DOTNET_SHARED_STORE",
            "DOTNET_ROOT",
        ],
    ),
    (
        "Git",
        &[
            "GIT_SSH",
            "GIT_SSH_COMMAND",
            "GIT_ASKPASS",
            "GIT_PROXY_COMMAND",
            "GIT_EXEC_PATH",
            "GIT_TEMPLATE_DIR",
            "GIT_EXTERNAL_DIFF",
            "GIT_EDITOR",
            "GIT_SEQUENCE_EDITOR",
            "GIT_PAGER",
            "GIT_DIR",
            "GIT_WORK_TREE",
        ],
    ),
    (
        "programs that start others",
        &[
            "EDITOR",
            "VISUAL",
            "PAGER",
            "MANPAGER",
            "BROWSER",
            "LESSOPEN",
            "LESSCLOSE",
            "SSH_ASKPASS",
            "SUDO_ASKPASS",
            "MAKEFLAGS",
            "MFLAGS",
            "MAKEFILES",
            "TEXINPUTS",
        ],
    ),
    (
        "OpenSSL",
        &[
            "OPENSSL_CONF",
            "OPENSSL_MODULES",
            "OPENSSL_ENGINES",
            "OPENSSL_CONF_INCLUDE",
        ],
    ),
    (
        "the C library",
        &[
            "GCONV_PATH",
            "GLIBC_TUNABLES",
            "LOCPATH",
            "NLSPATH",
            "HOSTALIASES",
            "LOCALDOMAIN",
            "RES_OPTIONS",
            "GETCONF_DIR",
            "MALLOC_TRACE",
            "TZDIR",
            "RESOLV_HOST_CONF",
        ],
    ),
    (
        "desktop libraries",
        &[
            "GTK_MODULES",
            "GTK3_MODULES",
            "GTK_PATH",
            "GTK_EXE_PREFIX",
            "GTK_IM_MODULE_FILE",
            "GIO_EXTRA_MODULES",
            "GIO_MODULE_DIR",
            "GDK_PIXBUF_MODULE_FILE",
            "GDK_PIXBUF_MODULEDIR",
            "GST_PLUGIN_PATH",
            "GST_PLUGIN_SYSTEM_PATH",
            "QT_PLUGIN_PATH",
            "QT_QPA_PLATFORM_PLUGIN_PATH",
            "QML_IMPORT_PATH",
            "QML2_IMPORT_PATH",
            "WEBKIT_INJECTED_BUNDLE_PATH",
            "VK_LAYER_PATH",
            "VK_ICD_FILENAMES",
            "LIBGL_DRIVERS_PATH",
            "GBM_BACKENDS_PATH",
        ],
    ),
    (
        "terminals",
        &["TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH"],
    ),
    (
        "Emacs and Vim",
        &[
            "EMACSLOADPATH",
            "VIMINIT",
            "EXINIT",
            "MYVIMRC",
            "VIMRUNTIME",
        ],
    ),
];

/// Beginnings of names, by what reads them.
const PREFIXES: &[(&str, &[&str])] = &[
    ("the dynamic linker", &["LD_", "DYLD_", "_RLD"]),
    ("the shell", &["BASH_FUNC_"]),
    ("Git", &["GIT_CONFIG"]),
    (".NET", &["CORECLR_", "COR_"]),
    (
        "Rust",
        &[
            "CARGO_TARGET_",
            "CARGO_BUILD_",
            "CARGO_PROFILE_",
            "CARGO_ALIAS_",
        ],
    ),
];

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

    #[test]
    fn ordinary_keys_are_not() {
        for name in [
            "STRIPE_SECRET_KEY",
            "DATABASE_URL",
            "LD",
            "path",
            "NODE_ENV",
            "PGPASSWORD",
        ] {
            assert_eq!(loader(name), None, "{name}");
        }
    }

    #[test]
    fn each_name_stands_once() {
        let mut all: Vec<&str> = NAMES
            .iter()
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
