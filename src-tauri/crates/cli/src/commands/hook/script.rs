//! What the hook has a shell do: commands that save, set and bring back variables.
//!
//! Whatever a variable was before (an integer, an array, a list, a reference, not exported),
//! it is kept as the shell itself describes it, in a variable that is not exported, and an
//! ordinary exported one takes its place. No value is ever evaluated. The text is read inside
//! the hook's function, where the user's own options do not apply.

use keyhaven_rules::variables::Shell;
use keyhaven_runner::InjectedVariable;

use super::HookShell;
use crate::format::shells::{by_lines, quote_for_fish, quote_for_sh, quoted};
use crate::notice::CliNotice;

/// Before a variable's name: what the shell had under that name.
const EARLIER: &str = "__kh_was_";
/// What the hook knows, in the shell and for nobody else.
const STATE: &str = "__kh_state";
/// What a shell started from this one is to know.
pub(super) const MARK: &str = "KEYHAVEN_HOOK";

impl HookShell {
    pub(super) const fn shell(self) -> Shell {
        match self {
            Self::Bash => Shell::Bash,
            Self::Zsh => Shell::Zsh,
            Self::Fish => Shell::Fish,
        }
    }

    /// Saves what the shell has under a variable's name, and sets the variable.
    pub(super) fn load(self, out: &mut Vec<u8>, variable: &InjectedVariable) {
        let name = &variable.name;
        let was = format!("{EARLIER}{name}");
        let read_only = || {
            let variable = name.clone();
            quoted(&CliNotice::HookReadOnly { variable }.text())
        };
        let (before, after) = match self {
            Self::Bash => (
                format!(
                    "unset -v {was}\n\
                     if [[ -v {name} || -R {name} || -n ${{{name}@a}} ]]; then {was}=$(declare -p {name}); fi\n\
                     if [[ ${{{was}-}} == 'declare -'*([a-zA-Z])r*([a-zA-Z])' '* ]]; then echo {} >&2; unset -v {was}\n\
                     else unset -n {name} 2>/dev/null; unset -v {name}; export {name}=",
                    read_only()
                ),
                "; fi\n",
            ),
            Self::Zsh => (
                // A hidden value is not described.
                format!(
                    "unset {was}; local kh_hidden=\n\
                     if [[ ${{(t){name}-}} == *readonly* ]]; then print -ru2 -- {}\n\
                     else\n\
                     if [[ ${{(t){name}-}} == *hideval* ]]; then typeset -g +H {name}; kh_hidden='; typeset -gH {name}'; fi\n\
                     if (( ${{+{name}}} )); then typeset -g +x {was}=\"$(typeset -p {name})$kh_hidden\"; fi\n\
                     unset {name}; export {name}=",
                    read_only()
                ),
                "; fi\n",
            ),
            Self::Fish => (
                format!(
                    "set -e -g {was}\n\
                     if set -qg {name}; set -l flags -gu --unpath; \
                     set -qgx {name}; and set flags[1] -gx; \
                     set -q --path {name}; and set flags[2] --path; \
                     set -g --unexport {was} $flags ${name}; end\n\
                     set -gx --unpath {name} "
                ),
                "\n",
            ),
        };
        out.extend_from_slice(before.as_bytes());
        match self {
            Self::Bash | Self::Zsh => by_lines(out, variable, b"$'\\n'", quote_for_sh),
            Self::Fish => by_lines(out, variable, b"\\n", quote_for_fish),
        }
        out.extend_from_slice(after.as_bytes());
    }

    /// Takes a variable away, and brings back what the shell had under its name.
    pub(super) fn restore(self, out: &mut Vec<u8>, name: &str) {
        let was = format!("{EARLIER}{name}");
        self.take(out, name);
        let back = match self {
            // As the shell described it, with its own quotes.
            Self::Bash => format!(
                "if [[ -n ${{{was}-}} ]]; then eval \"declare -g ${{{was}#declare }}\"; fi\n"
            ),
            Self::Zsh => format!("if [[ -n ${{{was}-}} ]]; then eval \"${was}\"; fi\n"),
            Self::Fish => format!("if set -qg {was}; set ${was}[1..2] {name} ${was}[3..-1]; end\n"),
        };
        out.extend_from_slice(back.as_bytes());
        self.unset(out, &was);
    }

    /// Takes a variable away.
    pub(super) fn take(self, out: &mut Vec<u8>, name: &str) {
        let command = match self {
            Self::Bash => format!("unset -n {name} 2>/dev/null; unset -v {name}\n"),
            Self::Zsh => format!("unset {name}\n"),
            Self::Fish => format!("set -e -g {name}\n"),
        };
        out.extend_from_slice(command.as_bytes());
    }

    /// Keeps what the hook knows, and the part of it that is for other shells.
    pub(super) fn keep(self, out: &mut Vec<u8>, state: &str, mark: Option<&str>) {
        let state = self.quoted(state);
        let command = match self {
            Self::Bash => format!("{STATE}={state}; export -n {STATE}\n"),
            Self::Zsh => format!("typeset -g +x {STATE}={state}\n"),
            Self::Fish => format!("set -g --unexport {STATE} {state}\n"),
        };
        out.extend_from_slice(command.as_bytes());
        let Some(mark) = mark else {
            return self.unset(out, MARK);
        };
        let mark = self.quoted(mark);
        let command = match self {
            Self::Bash | Self::Zsh => format!("export {MARK}={mark}\n"),
            Self::Fish => format!("set -gx {MARK} {mark}\n"),
        };
        out.extend_from_slice(command.as_bytes());
    }

    pub(super) fn forget_all(self, out: &mut Vec<u8>) {
        self.unset(out, STATE);
        self.unset(out, MARK);
    }

    fn unset(self, out: &mut Vec<u8>, name: &str) {
        let command = match self {
            Self::Bash | Self::Zsh => format!("unset {name}\n"),
            Self::Fish => format!("set -e -g {name}\n"),
        };
        out.extend_from_slice(command.as_bytes());
    }

    fn quoted(self, text: &str) -> String {
        let mut out = Vec::new();
        match self {
            Self::Bash | Self::Zsh => quote_for_sh(&mut out, text.as_bytes()),
            Self::Fish => quote_for_fish(&mut out, text.as_bytes()),
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::shells::tests::{BEFORE, output_of};
    use crate::format::tests::injected;

    const SHELLS: [(HookShell, &str); 5] = [
        (HookShell::Bash, "--norc"),
        (HookShell::Bash, "--norc --posix"),
        (HookShell::Zsh, "-f"),
        (
            HookShell::Zsh,
            "--emulate sh -f -o KSH_ARRAYS -o CSH_JUNKIE_QUOTES",
        ),
        (HookShell::Fish, "--no-config"),
    ];

    /// A hook that reads a text as the real one does.
    fn hook(shell: HookShell, number: usize, text: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(text);
        let body = match shell {
            HookShell::Bash => format!("local -\nset +aeux\n{text}"),
            HookShell::Zsh => format!("emulate -L zsh -o no_aliases\nset +aeux\n{text}"),
            HookShell::Fish => text.into_owned(),
        };
        match shell {
            HookShell::Fish => format!("function h{number}\n{body}\nend\nh{number}\n"),
            _ => format!("h{number}() {{\n{body}\n}}\nh{number}\n"),
        }
        .into_bytes()
    }

    fn described(shell: HookShell, names: &[String]) -> String {
        let each = |name: &String| match shell {
            HookShell::Bash => format!("declare -p {name} 2>/dev/null || echo none\n"),
            HookShell::Zsh => format!("typeset -p {name} 2>/dev/null || echo none\n"),
            HookShell::Fish => format!("set --show {name}\n"),
        };
        names.iter().map(each).collect()
    }

    fn setups(shell: HookShell) -> Vec<&'static str> {
        let program = shell.shell().program();
        let before = BEFORE.iter().find(|(one, _)| *one == program);
        let mut setups: Vec<_> = before.unwrap().1.split('|').map(str::trim).collect();
        setups.push(":");
        setups.retain(|setup| !setup.contains("-Ux"));
        setups
    }

    #[test]
    fn values_and_attributes_come_back_and_between_them_programs_have_the_values() {
        let value = b"kEy 2+2 HOME  a:b\n[$(false)] it's";
        for (shell, arguments) in SHELLS {
            let setups = setups(shell);
            let names: Vec<_> = (0..setups.len()).map(|at| format!("KH_{at:02}")).collect();
            let mut script = String::new();
            for (name, setup) in names.iter().zip(&setups) {
                script += &format!("{}\n", setup.replace("NAME", name));
            }
            let described = described(shell, &names);
            script += &described;
            script += "echo ---\n";
            if shell != HookShell::Fish {
                script += "set -a\n";
            }
            let (mut load, mut restore) = (Vec::new(), Vec::new());
            for name in &names {
                shell.load(&mut load, &injected(name, value));
                shell.restore(&mut restore, name);
            }
            let mut script = script.into_bytes();
            script.extend(hook(shell, 1, &load));
            script.extend_from_slice(b"env -0; echo; env -0 | grep -zc '^__kh'\n");
            script.extend(hook(shell, 2, &restore));
            script.extend_from_slice(format!("echo ---\n{described}").as_bytes());
            let arguments: Vec<_> = arguments.split(' ').collect();
            let program = shell.shell().program();
            let output = output_of(program, &arguments, script);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(said, "", "{program} {arguments:?}");
            let out = String::from_utf8(output.stdout).unwrap();
            let [before, between, after] = out.split("---\n").collect::<Vec<_>>()[..] else {
                panic!("{program} {arguments:?}: {out}")
            };
            assert_eq!(after, before, "{program} {arguments:?}");
            for (name, setup) in names.iter().zip(&setups) {
                let line = format!("{name}={}\0", String::from_utf8_lossy(value));
                assert!(between.contains(&line), "{program} {arguments:?}: {setup}");
            }
            assert!(between.ends_with("\n0\n"), "{program} {arguments:?}");
        }
    }

    #[test]
    fn a_read_only_variable_is_named_and_the_others_are_loaded() {
        for (shell, arguments) in SHELLS
            .into_iter()
            .filter(|(shell, _)| *shell != HookShell::Fish)
        {
            let mut load = Vec::new();
            for name in ["KH_A", "KH_B", "KH_C"] {
                shell.load(&mut load, &injected(name, b"new"));
            }
            let mut script = b"readonly KH_B=mine; typeset -ir KH_C=7\n".to_vec();
            script.extend(hook(shell, 1, &load));
            script.extend_from_slice(b"echo $KH_A $KH_B $KH_C\n");
            let program = shell.shell().program();
            let output = output_of(program, &arguments.split(' ').collect::<Vec<_>>(), script);
            assert_eq!(output.stdout, b"new mine 7\n", "{program}");
            let said = String::from_utf8_lossy(&output.stderr);
            let lines: Vec<_> = said.lines().collect();
            assert!(
                lines.len() == 2
                    && lines[0].contains("KH_B is read-only")
                    && lines[1].contains("KH_C is read-only"),
                "{program}: {said}"
            );
        }
    }
}
