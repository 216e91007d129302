//! Variables that are asked about once, when a credential is to fill them, and never refused:
//! whole families by their endings, and names with honest uses.
//!
//! A family catches what no list can name. Its price is a question, so a family that catches
//! more than a few of the names that projects really use is not worth it; see the tests.

use serde::Serialize;

/// Why a variable needs a person's attention: it could make programs run other code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum VariableMark {
    /// It changes how this program loads code. Launches refuse it unless its credential
    /// allows it.
    Refused {
        /// What reads it.
        program: &'static str,
        /// The manual that documents it.
        source: &'static str,
    },
    /// It may name a program that others start.
    Command,
    /// It may hold options, and options can name a program to start.
    Options,
    /// It may name a file or folder that programs load code from.
    Code,
    /// It may name settings, and settings can name a program to start.
    Settings,
    /// It may name a file to which programs write what they should keep for themselves.
    Record,
}

impl VariableMark {
    /// One of each kind, for tests that look for their texts.
    pub const KINDS: [Self; 6] = [
        Self::Refused {
            program: "Git",
            source: "git(1)",
        },
        Self::Command,
        Self::Options,
        Self::Code,
        Self::Settings,
        Self::Record,
    ];

    /// Whether launches refuse the variable unless its credential allows it.
    #[must_use]
    pub const fn is_refused(self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

/// The mark of a name that is not on the published list. Case does not matter.
pub(super) fn asked(name: &str) -> Option<VariableMark> {
    let name = name.to_ascii_uppercase();
    let find = |lists: &[(VariableMark, &[&str])], fits: &dyn Fn(&str) -> bool| {
        let mut lists = lists.iter();
        let found = lists.find(|(_, list)| list.iter().any(|one| fits(one)));
        found.map(|(mark, _)| *mark)
    };
    let family = || {
        if ORDINARY_ENDINGS.iter().any(|end| name.ends_with(end)) {
            return None;
        }
        find(ENDINGS, &|end| name.ends_with(end))
    };
    find(NAMES, &|other| name == other)
        .or_else(|| find(PREFIXES, &|start| name.starts_with(start)))
        .or_else(family)
}

/// Endings of names that are asked about.
const ENDINGS: &[(VariableMark, &[&str])] = &[
    (
        VariableMark::Command,
        &[
            "_COMMAND",
            "PASSCOMMAND",
            "_CMD",
            "_PAGER",
            "_EDITOR",
            "_BROWSER",
            "_SSH",
            "_RSH",
            "_ASKPASS",
            "_WRAPPER",
            "_LAUNCHER",
            "_EXECUTABLE",
            "_EXECUTABLE_PATH",
            "_BINARY_PATH",
            "_EXEC_PATH",
            "_INTERPRETER",
            "_CREDENTIAL_PROVIDER",
            "_CREDENTIAL_HELPER",
            "_CONNECT_PROG",
            "_SYMBOLIZER_PATH",
            "_PLUGIN_SCANNER",
            "_PLUGIN_SCANNER_1_0",
        ],
    ),
    (
        VariableMark::Options,
        &[
            "_OPTS",
            "FLAGS",
            "_JAVA_OPTIONS",
            "_OVERRIDE_OPTIONS",
            "_CMD_ARGS",
            "_CLI_ARGS",
        ],
    ),
    (
        VariableMark::Code,
        &[
            "_PLUGIN_PATH",
            "_PLUGIN_PATHS",
            "_PLUGIN_PATH_1_0",
            "_PLUGIN_DIR",
            "_PLUGINS_PATH",
            "_PLUGINS_DIR",
            "_MODULE_DIR",
            "_MODULE_PATH",
            "_MODULES_DIR",
            "_MODULES_PATH",
            "_PRELOAD",
            "_LIBRARY_PATH",
            "_LAYER_PATH",
            "_HOOK_PATH",
            "_STARTUP_HOOKS",
            "_DYNAMIC_API",
            "_TOOL_LIBRARIES",
        ],
    ),
    (VariableMark::Settings, &["RC"]),
];

/// Endings that belong to no family, although they look like it.
const ORDINARY_ENDINGS: &[&str] = &["FEATURE_FLAGS", "_SRC", "DMARC"];

/// Beginnings of names that are asked about.
const PREFIXES: &[(VariableMark, &[&str])] = &[
    (VariableMark::Options, &["TF_CLI_ARGS_"]),
    (
        VariableMark::Code,
        &["PMIX_MCA_", "PRTE_MCA_", "BUNDLE_LOCAL__"],
    ),
    (VariableMark::Settings, &["BUNDLE_BUILD__"]),
];

/// Names whose ending does not show it.
const NAMES: &[(VariableMark, &[&str])] = &[
    (
        VariableMark::Settings,
        &[
            "ANSIBLE_CONFIG",
            "ANSIBLE_INVENTORY",
            "AWS_CONFIG_FILE",
            "AWS_SHARED_CREDENTIALS_FILE",
            "AZURE_CONFIG_DIR",
            "BUNDLE_APP_CONFIG",
            "BUNDLE_CONFIG",
            "BUNDLE_USER_CONFIG",
            "BUNDLE_USER_HOME",
            "CLOUDSDK_CONFIG",
            "COMPOSER_HOME",
            "CONFIG_SITE",
            "DOCKER_CONFIG",
            "GH_CONFIG_DIR",
            "GIT_ALLOW_PROTOCOL",
            "GOWORK",
            "GRADLE_USER_HOME",
            "HELM_CONFIG_HOME",
            "KUBECONFIG",
            "LUAROCKS_CONFIG",
            "MAKEPKG_CONF",
            "MONO_CONFIG",
            "MYSQL_HOME",
            "NVIM_APPNAME",
            "PIP_CONFIG_FILE",
            "RIPGREP_CONFIG_PATH",
            "RPM_CONFIGDIR",
            "SHELL_ESCAPE",
            "SQLPATH",
            "STARSHIP_CONFIG",
            "TEXMFCNF",
            "TNS_ADMIN",
            "VAULT_CONFIG_PATH",
            "XDG_RUNTIME_DIR",
        ],
    ),
    (
        VariableMark::Command,
        &[
            "ANSIBLE_BECOME_EXE",
            "ANSIBLE_VAULT_PASSWORD_FILE",
            "AR",
            "BINDIR",
            "CCACHE_PREFIX",
            "CCACHE_PREFIX_CPP",
            "CONFIG_SHELL",
            "DIRENV_BASH",
            "EMU",
            "ESCRIPT_EMULATOR",
            "FLATPAK_BWRAP",
            "GCCGO",
            "GOAUTH",
            "GOCACHEPROG",
            "JAVACMD",
            "KUBECTL_EXTERNAL_DIFF",
            "LD",
            "LLVM_CONFIG_PATH",
            "NIX_BUILD_SHELL",
            "PARALLEL_SHELL",
            "PKG_CONFIG",
            "PROTOC",
            "QTWEBENGINEPROCESS_PATH",
            "SOPS_GPG_EXEC",
            "TERMINAL",
            "TPM2TOOLS_TCTI",
        ],
    ),
    (
        VariableMark::Options,
        &[
            "ANSIBLE_SSH_ARGS",
            "ANSIBLE_SSH_COMMON_ARGS",
            "ANSIBLE_SSH_EXTRA_ARGS",
            "PARALLEL",
            "RAKEOPT",
        ],
    ),
    (
        VariableMark::Code,
        &[
            "ANSIBLE_ACTION_PLUGINS",
            "ANSIBLE_BECOME_PLUGINS",
            "ANSIBLE_CACHE_PLUGINS",
            "ANSIBLE_CALLBACK_PLUGINS",
            "ANSIBLE_COLLECTIONS_PATH",
            "ANSIBLE_COLLECTIONS_PATHS",
            "ANSIBLE_CONNECTION_PLUGINS",
            "ANSIBLE_FILTER_PLUGINS",
            "ANSIBLE_INVENTORY_PLUGINS",
            "ANSIBLE_LIBRARY",
            "ANSIBLE_LOOKUP_PLUGINS",
            "ANSIBLE_MODULE_UTILS",
            "ANSIBLE_ROLES_PATH",
            "ANSIBLE_STRATEGY_PLUGINS",
            "ANSIBLE_VARS_PLUGINS",
            "AZURE_EXTENSION_DIR",
            "CAMLIBS",
            "COREPACK_NPM_REGISTRY",
            "CPLUS_INCLUDE_PATH",
            "C_INCLUDE_PATH",
            "DENO_DIR",
            "DJANGO_SETTINGS_MODULE",
            "DOTNET_DIAGNOSTICPORTS",
            "ELECTRON_OVERRIDE_DIST_PATH",
            "EMACSDATA",
            "EMACSPATH",
            "FLASK_APP",
            "FREI0R_PATH",
            "GOMODCACHE",
            "GS_LIB",
            "HSA_TOOLS_LIB",
            "IOLIBS",
            "JUPYTER_DATA_DIR",
            "LADSPA_PATH",
            "LIBCLANG_PATH",
            "LIBRARY_PATH",
            "LOADER_PATH",
            "LV2_PATH",
            "MAGICK_CODER_FILTER_PATH",
            "MIX_ARCHIVES",
            "MPLBACKEND",
            "NIX_PATH",
            "NVIM_RPLUGIN_MANIFEST",
            "PASSWORD_STORE_EXTENSIONS_DIR",
            "PKCS11_PROVIDER_MODULE",
            "RUSTUP_DIST_SERVER",
            "TF_DATA_DIR",
            "TF_PLUGIN_CACHE_DIR",
            "XLOCALELIBDIR",
            "XR_RUNTIME_JSON",
        ],
    ),
    (
        VariableMark::Record,
        &["HISTFILE", "LESSHISTFILE", "PSQL_HISTORY", "SSLKEYLOGFILE"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variables::mark;

    const LAST_WORDS: &str = include_str!("../../tests/data/last-words.tsv");

    #[test]
    fn families_catch_few_of_the_names_that_projects_use() {
        let (mut all, mut marked) = (0_u32, Vec::new());
        let lines = LAST_WORDS.lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            let (word, count) = line.split_once('\t').unwrap();
            let count: u32 = count.parse().unwrap();
            all += count;
            if mark(&format!("MY_{word}")).is_some() {
                marked.push((word, count));
            }
        }
        assert!(all > 6_900, "{all}");
        let count: u32 = marked.iter().map(|(_, count)| count).sum();
        assert!(count * 100 <= all, "{count} of {all}: {marked:?}");
    }

    /// All of those 6,983 names that are marked, each looked at by hand. The refused ones do
    /// decide which code runs.
    const REFUSED: &str = "CC CFLAGS CXX ENV JAVA_HOME JAVA_OPTS PATH PYTHONPATH";
    const ASKED: &str = "AP_ENGINE_EXECUTABLE_PATH AP_NODE_EXECUTABLE_PATH CELERY__OPTS CXXFLAGS \
        DJANGO_SETTINGS_MODULE GEOSERVER_JAVA_OPTS HEART_COMMAND LANGFLOW_OPEN_BROWSER LDFLAGS \
        MAIL_SENDMAIL_COMMAND MAPRED_CONF_mapred_child_java_opts \
        MATTERMOST_CLIENT_PLUGINS_PATH MATTERMOST_PLUGINS_PATH OPENVPN_OPTS PHP_INTERPRETER \
        SAN_FLAGS SENDMAIL_COMMAND WORKSPACE_INSTALL_WORKSPACE_SSH";

    #[test]
    fn of_the_names_that_projects_use_only_what_decides_which_code_runs_is_refused() {
        for name in REFUSED.split_whitespace() {
            assert!(mark(name).is_some_and(VariableMark::is_refused), "{name}");
        }
        for name in ASKED.split_whitespace() {
            assert!(mark(name).is_some_and(|mark| !mark.is_refused()), "{name}");
        }
        for name in [
            "ALLOWED_CONNECT_SRC",
            "ENABLE_OPENDMARC",
            "EXPERIMENTAL_CLIENT_FEATURE_FLAGS",
            "X_FRAME_OPTIONS",
            "YARN_NPM_AUTH_TOKEN",
            "JUPYTERHUB_OAUTH_CLIENT_SECRET",
            "DISCORD_WEBHOOK",
        ] {
            assert_eq!(mark(name), None, "{name}");
        }
    }
}
