//! Variables as text: for the `eval` of shells, for `.env` files, for containers, for the
//! steps of a GitHub workflow, as JSON.
//!
//! Each form is exact: what its reader gives back is the value, byte for byte. A value that
//! a form cannot carry is refused, never changed.

mod dotenv;
pub mod shells;
#[cfg(test)]
pub mod tests;

use clap::ValueEnum;
use data_encoding::HEXLOWER;
use keyhaven_rules::variables::Shell;
use keyhaven_runner::InjectedVariable;
use serde::ser::{SerializeMap as _, Serializer};

use crate::error::Failure;
use crate::json::serializer;
use crate::problem::CliProblem;
use shells::{fish, sh};

/// How variables are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EnvFormat {
    Sh,
    Fish,
    Powershell,
    Dotenv,
    Json,
    Docker,
    Github,
}

/// Variables in a form, ready to be printed.
///
/// # Errors
/// A value that the form cannot carry.
pub fn write(format: EnvFormat, variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    match format {
        // What dash keeps for itself, bash does too.
        EnvFormat::Sh => {
            check_for_shells(&[Shell::Bash, Shell::Zsh], variables).map(|()| sh(variables))
        }
        EnvFormat::Fish => check_for_shells(&[Shell::Fish], variables).map(|()| fish(variables)),
        EnvFormat::Powershell => powershell(variables),
        EnvFormat::Dotenv => dotenv::dotenv(variables),
        EnvFormat::Json => json(variables),
        EnvFormat::Docker => docker(variables),
        EnvFormat::Github => github(variables),
    }
}

/// No variable is one that a shell does more with than to keep it.
///
/// # Errors
/// One is.
pub fn check_for_shells(shells: &[Shell], variables: &[InjectedVariable]) -> Result<(), Failure> {
    for variable in variables {
        if let Some(shell) = shells.iter().find(|shell| shell.owns(&variable.name)) {
            return Err(CliProblem::ShellVariable {
                variable: variable.name.clone(),
                shell: shell.program().into(),
            }
            .into());
        }
    }
    Ok(())
}

/// `$env:NAME = 'value'` (PowerShell, about_Quoting_Rules): between single quotes only the
/// single quotes are special, and typographic ones count as such; each is doubled. Control
/// characters stand outside the quotes, since a pipe may rewrite line breaks.
fn powershell(variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    let mut out = String::new();
    for variable in variables {
        let value = text(variable, "powershell")?;
        if value.is_empty() {
            return Err(CliProblem::FormatEmpty {
                variable: variable.name.clone(),
                format: "powershell".into(),
            }
            .into());
        }
        out += &format!("$env:{} = '", variable.name);
        for c in value.chars() {
            match c {
                '\'' | '\u{2018}'..='\u{201b}' => out.extend([c, c]),
                c if c.is_control() => out += &format!("' + [char]{} + '", u32::from(c)),
                c => out.push(c),
            }
        }
        out += "'\n";
    }
    Ok(out.into_bytes())
}

/// The longest line that `docker --env-file` reads, with its end.
const DOCKER_LINE: usize = 64 << 10;

/// `NAME=value` for `docker run --env-file`: nothing is quoted, the value goes to the end of
/// the line.
fn docker(variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    for variable in variables {
        let value = text(variable, "docker")?;
        if value.contains(['\n', '\r']) {
            return Err(CliProblem::FormatLines {
                variable: variable.name.clone(),
                format: "docker".into(),
            }
            .into());
        }
        let line = format!("{}={value}\n", variable.name);
        if line.len() > DOCKER_LINE {
            return Err(CliProblem::FormatLong {
                variable: variable.name.clone(),
                format: "docker".into(),
                limit_kib: DOCKER_LINE / 1024,
            }
            .into());
        }
        out.extend_from_slice(line.as_bytes());
    }
    Ok(out)
}

/// `NAME<<DELIMITER` for `$GITHUB_ENV` (GitHub, "Workflow commands": multiline strings). The
/// delimiter is random, so that no value can end itself and begin another variable.
fn github(variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    for variable in variables {
        let value = text(variable, "github")?;
        if value.ends_with('\r') {
            return Err(CliProblem::FormatCarriageReturn {
                variable: variable.name.clone(),
                format: "github".into(),
            }
            .into());
        }
        let end = make_delimiter()?;
        let lines = format!("{}<<{end}\n{value}\n{end}\n", variable.name);
        out.extend_from_slice(lines.as_bytes());
    }
    Ok(out)
}

fn make_delimiter() -> Result<String, Failure> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| CliProblem::NoRandomBytes)?;
    Ok(format!("keyhaven_{}", HEXLOWER.encode(&random)))
}

fn json(variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    let mut serializer = serializer(&mut out);
    let defect = |_| Failure::defect("the variables as JSON");
    let mut map = serializer
        .serialize_map(Some(variables.len()))
        .map_err(defect)?;
    for variable in variables {
        map.serialize_entry(&variable.name, text(variable, "json")?)
            .map_err(defect)?;
    }
    map.end().map_err(defect)?;
    out.push(b'\n');
    Ok(out)
}

/// The value, for a format that is text.
fn text<'v>(variable: &'v InjectedVariable, format: &str) -> Result<&'v str, Failure> {
    // Exposed to be printed: this is what the command is for.
    std::str::from_utf8(variable.value.expose()).map_err(|_| {
        Failure::Own(CliProblem::FormatNotUtf8 {
            variable: variable.name.clone(),
            format: format.into(),
        })
    })
}
