//! Variables by which shells and terminals load code.

use super::Readers;

pub(super) const NAMES: Readers = &[
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
            "PATH_LOCALE",
            "NULLCMD",
            "READNULLCMD",
            "TMPPREFIX",
            "MAILPATH",
            "FCEDIT",
        ],
    ),
    // An interactive zsh evaluates these as arithmetic, down to a command in a subscript.
    (
        "zsh",
        &[
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
    ),
    (
        "fish",
        &[
            "fish_function_path",
            "fish_complete_path",
            "fish_user_paths",
        ],
    ),
    (
        "terminals",
        &["TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH"],
    ),
];
