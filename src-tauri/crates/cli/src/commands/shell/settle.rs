//! The variables of a started shell after its owner's files: what those set again is put back and
//! named, as an ordinary exported variable. Until then each value is in a variable of the shell
//! that is not exported; no file holds one.
//!
//! A file may hand the shell over to another program (`exec zsh`, `tmux`), of which nothing is
//! known any more: bash and zsh put the values back before, and say so. fish calls nothing before
//! a command of its files, so these are only searched for one ([`fish_hands_over`]).

use crate::format::shells::quoted;
use crate::notice::CliNotice;

/// Stands for what the shell fills in.
const FILLED: &str = "\u{1}";
/// What hands a shell over. A redirection of the shell itself does not.
const HANDS_OVER: &str = r#"'exec '[a-zA-Z/~.\$\"]*|*[\ \;\&\|]'exec '[a-zA-Z/~.\$\"]*"#;
/// What shows shells of a server: one that already runs gives them its own environment.
const SERVERS: [&str; 3] = ["tmux", "screen", "zellij"];

/// A message that says what is in a variable of the shell.
fn message(notice: impl Fn(String) -> CliNotice, variable: &str) -> String {
    let text = quoted(&notice(FILLED.into()).text());
    text.replace(FILLED, &format!("'\"${variable}\"'"))
}

fn overwritten(variable: &str) -> String {
    message(
        |variables| CliNotice::ShellOverwritten { variables },
        variable,
    )
}

fn read_only(variable: &str) -> String {
    message(|variables| CliNotice::ShellFixed { variables }, variable)
}

fn hands_over(variable: &str) -> String {
    message(|command| CliNotice::ShellHandsOver { command }, variable)
}

/// Patterns of the commands that show shells of a server: at the start, or after another command
/// in the same line.
fn server_patterns() -> Vec<String> {
    let mut patterns = Vec::new();
    for name in SERVERS {
        for before in ["", "*[\\;\\&\\|]", "*[\\;\\&\\|]\\ "] {
            for program in ["", "/*/", "exec\\ ", "exec\\ /*/"] {
                let command = format!("{before}{program}{name}");
                patterns.push(format!("{command}|{command}\\ *"));
            }
        }
    }
    patterns
}

/// The branches that look at a command which is about to run. What settles the variables and the
/// command that prints a text are those of the shell.
fn branches(variable: &str, print: &str) -> String {
    let of_server = message(|command| CliNotice::ShellServer { command }, variable);
    format!(
        "case ${variable} in {}) __kh_settle; {print} {of_server} >&2;; \
         {HANDS_OVER}) __kh_settle; {print} {} >&2;; esac",
        server_patterns().join("|"),
        hands_over(variable)
    )
}

/// For bash: what comes before and after the owner's files.
pub(super) fn bash(names: &[String]) -> (String, String) {
    let mut before = String::new();
    let mut settle = String::from("__kh_settle() {\nlocal - again= fixed=; set +aeux\n");
    for name in names {
        before += &format!("__kh_now_{name}=${name}\n");
        settle += &format!(
            "[[ ! -R {name} && ${{{name}-}} == \"$__kh_now_{name}\" && ${{{name}@a}} == x ]] || \
             if unset -n {name} 2>/dev/null; unset -v {name} 2>/dev/null; \
             then export {name}=\"$__kh_now_{name}\"; again+=\" {name}\"; else fixed+=\" {name}\"; fi\n"
        );
    }
    settle += &format!(
        "again=${{again# }} fixed=${{fixed# }}\n\
         [[ -z $again ]] || echo {} >&2\n[[ -z $fixed ]] || echo {} >&2\n}}\n",
        overwritten("again"),
        read_only("fixed")
    );
    before += &settle;
    before += &format!(
        "__kh_seen() {{\n[[ $1 != *$'\\n'* ]] && {}\nreturn 0\n}}\n\
         trap '__kh_seen \"$BASH_COMMAND\"' DEBUG; set -T\n",
        branches("1", "echo")
    );
    let kept: String = names
        .iter()
        .map(|name| format!(" __kh_now_{name}"))
        .collect();
    let after = format!(
        "set +T; [[ $(trap -p DEBUG) != *__kh_seen* ]] || trap - DEBUG\n\
         __kh_settle; unset -f __kh_settle __kh_seen; unset -v{kept} __kh_none\n"
    );
    (before, after)
}

/// For zsh: what comes before the owner's files, and what the first prompt calls.
pub(super) fn zsh(names: &[String]) -> String {
    let mut text = String::new();
    let mut settle = String::from(
        "__kh_settle() {\nemulate -L zsh -o no_aliases; set +aeux; local again= fixed=\n",
    );
    for name in names {
        text += &format!("typeset -g +x __kh_now_{name}=\"${name}\"\n");
        settle += &format!(
            "if [[ ${{{name}-}} != \"$__kh_now_{name}\" || ${{(t){name}}} != scalar-export ]]; then\n\
             if [[ ${{(t){name}}} == *readonly* ]]; then fixed+=\" {name}\"\n\
             else unset {name}; export {name}=\"$__kh_now_{name}\"; again+=\" {name}\"; fi; fi\n"
        );
    }
    settle += &format!(
        "again=${{again# }} fixed=${{fixed# }}\n\
         [[ -z $again ]] || print -ru2 -- {}\n[[ -z $fixed ]] || print -ru2 -- {}\n}}\n",
        overwritten("again"),
        read_only("fixed")
    );
    text += &settle;
    let kept: String = names
        .iter()
        .map(|name| format!(" __kh_now_{name}"))
        .collect();
    text += &format!(
        "TRAPDEBUG() {{\nemulate -L zsh\n[[ $ZSH_DEBUG_CMD != *$'\\n'* ]] && {}\nreturn 0\n}}\n\
         __kh_settled() {{\n\
         [[ ${{functions[TRAPDEBUG]-}} != *__kh_settle* ]] || unfunction TRAPDEBUG\n\
         __kh_settle; unset{kept} __kh_none; unfunction __kh_settle __kh_settled\n\
         precmd_functions=(${{precmd_functions:#__kh_settled}})\n}}\n\
         precmd_functions=(__kh_settled $precmd_functions)\n",
        branches("ZSH_DEBUG_CMD", "print -r --")
    );
    text
}

/// For fish, after the owner's files: what the shell was started with is still to be read.
pub(super) fn fish(names: &[String]) -> String {
    format!(
        "begin; set -l again; while read -z -d = -l name value; \
         if contains -- $name {}; and begin; not set -qgx $name; or test \"$$name\" != \"$value\"; end; \
         set -gx --unpath $name \"$value\"; set -a again $name; end; end < /proc/$fish_pid/environ; \
         if set -q again[1]; echo {} >&2; end; end; ",
        names.join(" "),
        overwritten("again")
    )
}

/// The first command in a file of fish that hands the shell over: `exec PROGRAM`, or a program
/// whose server may be running. Found by its words: functions and conditions are not followed.
pub(super) fn fish_hands_over(text: &str) -> Option<CliNotice> {
    text.lines().find_map(|line| {
        let code = line.split(" #").next().unwrap_or_default().trim();
        let mut commands = code.split([';', '|', '&']).map(str::trim_start);
        commands.find_map(|command| {
            let before = ["and", "or", "not", "command", "begin", "if"];
            let words = command.split_whitespace();
            let words: Vec<&str> = words.skip_while(|word| before.contains(word)).collect();
            let is_exec = words.first() == Some(&"exec");
            let program = words.get(usize::from(is_exec))?;
            let command = words.join(" ");
            if SERVERS.contains(&program.rsplit('/').next().unwrap_or_default()) {
                return Some(CliNotice::ShellServer { command });
            }
            // A redirection of the shell itself starts nothing.
            let redirects = program.starts_with(|c: char| c.is_ascii_digit() || "<>".contains(c));
            (is_exec && !redirects).then_some(CliNotice::ShellHandsOver { command })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hands_a_fish_over_is_found_by_its_command() {
        let found = |text: &str| {
            fish_hands_over(text).map(|notice| match notice {
                CliNotice::ShellHandsOver { command } => format!("exec: {command}"),
                CliNotice::ShellServer { command } => format!("server: {command}"),
                _ => "other".into(),
            })
        };
        for (text, expected) in [
            ("set -gx A b\nexec zsh -l", Some("exec: exec zsh -l")),
            (
                "status is-interactive; and exec zsh",
                Some("exec: exec zsh"),
            ),
            (
                "if not set -q TMUX\n    tmux attach\nend",
                Some("server: tmux attach"),
            ),
            (
                "test -n x && exec /usr/bin/tmux new",
                Some("server: exec /usr/bin/tmux new"),
            ),
            ("# exec zsh", None),
            ("exec 3>/dev/null", None),
            ("exec >/dev/null", None),
            ("echo exec zsh", None),
            ("set -gx EDITOR tmux", None),
            ("", None),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }
}
