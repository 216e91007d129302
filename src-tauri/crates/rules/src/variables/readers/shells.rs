//! Variables by which shells and terminals load code.

use super::{Reader, Readers};

pub(super) const NAMES: Readers = &[
    Reader {
        program: "the shell",
        source: "bash(1); zshparam(1)",
        names: &[
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
            "PATH_LOCALE",
            "NULLCMD",
            "READNULLCMD",
            "TMPPREFIX",
            "MAILPATH",
            "FCEDIT",
        ],
    },
    // An interactive zsh evaluates these as arithmetic, down to a command in a subscript.
    Reader {
        program: "zsh",
        source: "zshparam(1)",
        names: &[
            "BAUD",
            "DIRSTACKSIZE",
            "KEYTIMEOUT",
            "LISTMAX",
            "LOGCHECK",
            "MAILCHECK",
            "PERIOD",
            "REPORTMEMORY",
            "REPORTTIME",
            "TMOUT",
        ],
    },
    Reader {
        program: "fish",
        source: "fish: special variables",
        names: &[
            "fish_function_path",
            "fish_complete_path",
            "fish_user_paths",
        ],
    },
    Reader {
        program: "terminals",
        source: "terminfo(5)",
        names: &["TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH"],
    },
    Reader {
        program: "zsh",
        source: "zshparam(1): prompts are expanded, with PROMPT_SUBST down to a command",
        names: &[
            "PROMPT", "PROMPT2", "PROMPT3", "PROMPT4", "PS3", "prompt", "RPROMPT", "RPROMPT2",
            "RPS1", "RPS2", "SPROMPT",
        ],
    },
    Reader {
        program: "bash-completion",
        source: "bash-completion README: BASH_COMPLETION_USER_FILE",
        names: &["BASH_COMPLETION_USER_FILE"],
    },
];
