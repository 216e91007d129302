//! For the `eval` of shells. A shell may already have a variable of the same name that is an
//! integer, an array, upper case or a reference to another one: assigning to it would change
//! the value, evaluate it, or set the other one. So each is unset first, and an ordinary
//! exported variable takes its place. Where one of them is read-only, nothing is set.
//!
//! No literal line break stands between quotes: zsh refuses it with `CSH_JUNKIE_QUOTES`, and
//! `eval` without quotes would replace it.

#[cfg(test)]
pub mod tests;

pub use keyhaven_rules::shell_words::{argument, quoted};
use keyhaven_rules::variables;
use keyhaven_runner::InjectedVariable;

use crate::notice::CliNotice;

/// What splitting into words changes.
const SPLIT: &str = "a  b:,/|.=@%+-_";
/// Stands for the name of a variable in a text, until the shell fills it in.
const NAME: &str = "\u{1}";

/// For sh, dash, bash and zsh (POSIX.1-2017, Shell Command Language).
pub fn sh(variables: &[InjectedVariable]) -> Vec<u8> {
    if variables.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::new();
    let unquoted = quoted(&CliNotice::ShellUnquoted.text());
    let split: String = SPLIT.bytes().map(|byte| format!("\\{byte:03o}")).collect();
    out.extend_from_slice(
        format!(
            "if test '{SPLIT}' != \"$(printf '{split}')\"; then echo {unquoted} >&2; false; else\n"
        )
        .as_bytes(),
    );
    // One that is allowed in spite of what it does, like PATH, keeps what the shell ties to it.
    let plain = variables
        .iter()
        .map(|one| one.name.as_str())
        .filter(|name| variables::loader(name).is_none());
    let plain = plain.collect::<Vec<_>>().join(" ");
    if plain.is_empty() {
        export(&mut out, variables);
    } else {
        let before = format!(
            "test -z \"${{BASH_VERSION-}}\" || unset -n {plain} 2>/dev/null || :;\n\
             if (unset {plain}) 2>/dev/null; then unset {plain};\n"
        );
        out.extend_from_slice(before.as_bytes());
        export(&mut out, variables);
        let variable = NAME.into();
        let read_only = quoted(&CliNotice::ShellReadOnly { variable }.text());
        let read_only = read_only.replace(NAME, "'\"$__kh_name\"'");
        let otherwise = format!(
            "else for __kh_name in {plain}; do (unset \"$__kh_name\") 2>/dev/null || \
             echo {read_only} >&2; done; unset __kh_name; false; fi;\n"
        );
        out.extend_from_slice(otherwise.as_bytes());
    }
    out.extend_from_slice(b"fi\n");
    out
}

fn export(out: &mut Vec<u8>, variables: &[InjectedVariable]) {
    // Exposed to be printed: this is what the command is for.
    let breaks = variables
        .iter()
        .any(|one| one.value.expose().contains(&b'\n'));
    if breaks {
        out.extend_from_slice(b"__kh_nl=$(printf '\\nx') __kh_nl=${__kh_nl%x};\n");
    }
    for variable in variables {
        out.extend_from_slice(format!("export {}=", variable.name).as_bytes());
        by_lines(out, variable, b"\"$__kh_nl\"", quote_for_sh);
        out.extend_from_slice(b";\n");
    }
    if breaks {
        out.extend_from_slice(b"unset __kh_nl;\n");
    }
}

/// A value whose lines are quoted by themselves.
pub fn by_lines(
    out: &mut Vec<u8>,
    variable: &InjectedVariable,
    line_break: &[u8],
    quote: impl Fn(&mut Vec<u8>, &[u8]),
) {
    // Exposed to be printed: this is what the command is for.
    let lines = variable.value.expose().split(|byte| *byte == b'\n');
    for (at, line) in lines.enumerate() {
        if at > 0 {
            out.extend_from_slice(line_break);
        }
        quote(out, line);
    }
}

/// Between single quotes nothing is special but the single quote.
pub fn quote_for_sh(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'\'');
    for byte in value {
        match byte {
            b'\'' => out.extend_from_slice(b"'\\''"),
            byte => out.push(*byte),
        }
    }
    out.push(b'\'');
}

/// `set -gx NAME 'value'` (fish, "Quotes"); without `--unpath` it stays a list where it was one.
pub fn fish(variables: &[InjectedVariable]) -> Vec<u8> {
    let mut out = Vec::new();
    for variable in variables {
        out.extend_from_slice(format!("set -gx --unpath {} ", variable.name).as_bytes());
        by_lines(&mut out, variable, b"\\n", quote_for_fish);
        out.extend_from_slice(b";\n");
    }
    out
}

/// Between single quotes only the single quote and the backslash are special to fish, each
/// after a backslash.
pub fn quote_for_fish(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'\'');
    for byte in value {
        if matches!(byte, b'\'' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'\'');
}
