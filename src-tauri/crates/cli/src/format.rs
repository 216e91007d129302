//! Variables as text: for the `eval` of shells, for npm `dotenv`, for containers, for the
//! steps of a GitHub workflow, as JSON.
//!
//! Each form is exact: what its reader gives back is the value, byte for byte. A value that
//! a form cannot carry is refused, never changed.

mod dotenv;
#[cfg(test)]
mod tests;

use clap::ValueEnum;
use data_encoding::HEXLOWER;
use keyhaven_rules::variables;
use keyhaven_runner::InjectedVariable;
use serde::ser::{SerializeMap as _, Serializer};

use crate::error::Failure;

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
        EnvFormat::Sh => check_for_shells(variables).map(|()| sh(variables)),
        EnvFormat::Fish => check_for_shells(variables).map(|()| fish(variables)),
        EnvFormat::Powershell => powershell(variables),
        EnvFormat::Dotenv => dotenv::dotenv(variables),
        EnvFormat::Json => json(variables),
        EnvFormat::Docker => docker(variables),
        EnvFormat::Github => github(variables),
    }
}

/// `export NAME='value'` (POSIX.1-2017, Shell Command Language, 2.2.2).
fn sh(variables: &[InjectedVariable]) -> Vec<u8> {
    let mut out = Vec::new();
    for variable in variables {
        out.extend_from_slice(b"export ");
        out.extend_from_slice(variable.name.as_bytes());
        out.push(b'=');
        // Exposed to be printed: this is what the command is for.
        quote_for_sh(&mut out, variable.value.expose());
        out.push(b'\n');
    }
    out
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

/// `set -gx NAME 'value'` (fish, "Quotes").
fn fish(variables: &[InjectedVariable]) -> Vec<u8> {
    let mut out = Vec::new();
    for variable in variables {
        out.extend_from_slice(format!("set -gx {} ", variable.name).as_bytes());
        // Exposed to be printed: this is what the command is for.
        quote_for_fish(&mut out, variable.value.expose());
        out.push(b'\n');
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

/// No variable is one that a shell does more with than to keep it.
fn check_for_shells(variables: &[InjectedVariable]) -> Result<(), Failure> {
    for variable in variables {
        if let Some(shell) = variables::shell(&variable.name) {
            return Err(Failure::own(
                "loader_variable",
                6,
                format!(
                    "{} is not an ordinary variable for {}, but part of it",
                    variable.name, shell
                ),
                "give it another name with: --as NAME=REF, or use kh run",
            ));
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
            let why = "PowerShell treats an empty variable as unset";
            return Err(cannot_carry(variable, "powershell", why));
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
            let why = "it has more than one line, which that format cannot represent";
            return Err(cannot_carry(variable, "docker", why));
        }
        let line = format!("{}={value}\n", variable.name);
        if line.len() > DOCKER_LINE {
            return Err(cannot_carry(variable, "docker", "it is longer than 64 KiB"));
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
            let why = "it ends in a carriage return, which would be read as part of the line break";
            return Err(cannot_carry(variable, "github", why));
        }
        let end = make_delimiter()?;
        let lines = format!("{}<<{end}\n{value}\n{end}\n", variable.name);
        out.extend_from_slice(lines.as_bytes());
    }
    Ok(out)
}

fn make_delimiter() -> Result<String, Failure> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|_| Failure::failed("the system returned no random bytes", "try again"))?;
    Ok(format!("keyhaven_{}", HEXLOWER.encode(&random)))
}

fn json(variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut out);
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
    std::str::from_utf8(variable.value.expose())
        .map_err(|_| cannot_carry(variable, format, "it is not UTF-8"))
}

fn cannot_carry(variable: &InjectedVariable, format: &str, why: &str) -> Failure {
    Failure::own(
        "cannot_carry",
        1,
        format!(
            "the value of {} cannot be written as {format}: {why}",
            variable.name
        ),
        "nothing was printed; use another --format, or kh run",
    )
}
