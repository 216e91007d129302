//! Where a value comes from: the terminal, stdin, or chance. Never an argument.

use std::collections::BTreeMap;

use clap::Args;
use keyhaven_protocol::frame::{MAX_FRAME, MAX_SEGMENT, Segments};
use keyhaven_protocol::request::FieldValue;
use keyhaven_protocol::view::FieldKind;
use keyhaven_rules::{blank_ends_of_token, hidden_in_token};
use keyhaven_secret::{Secret, SecretBytes};

use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;
use crate::stdin::all_of_stdin;
use crate::value_parsers::length;

/// Where a value comes from; never from an argument.
#[derive(Debug, Args)]
pub struct ValueArgs {
    /// Read the value from stdin; several fields as a JSON object
    #[arg(long, conflicts_with = "generate")]
    pub stdin: bool,
    /// Keep the final newline of stdin
    #[arg(long, requires = "stdin")]
    pub raw: bool,
    /// Generate a random value of LEN letters and digits [default: 32]
    #[arg(long, value_name = "LEN", num_args = 0..=1, require_equals = true, default_missing_value = "32", value_parser = length)]
    pub generate: Option<u32>,
}

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The longest end of a line.
const LINE_END: &[u8] = b"\r\n";

/// A field that needs a value.
#[derive(Debug, Clone, Copy)]
pub struct NeededField<'a> {
    /// Its name.
    pub name: &'a str,
    /// A plain one is shown while it is typed.
    pub kind: FieldKind,
}

/// Gathers a value for each field, in the order of the fields.
pub fn gather(
    context: &Context,
    how: &ValueArgs,
    credential: &str,
    fields: &[NeededField<'_>],
) -> Result<Vec<SecretBytes>, Failure> {
    let values = gathered(context, how, credential, fields)?;
    // Exposed for their lengths alone.
    if values
        .iter()
        .any(|value| value.expose().len() > MAX_SEGMENT)
    {
        return Err(too_long());
    }
    let name = |field: &NeededField<'_>| match fields {
        [_] => credential.to_owned(),
        _ => format!("{credential}/{}", field.name),
    };
    let names: Vec<String> = fields.iter().map(name).collect();
    let named = names.iter().zip(fields).zip(&values);
    let named = named.map(|((name, field), value)| (name.as_str(), field.kind, value));
    warn_of_odd(context, odd_in(named));
    Ok(values)
}

/// What a person should see of values that hold what nobody sees. Blanks at the ends of plain
/// configuration are meant more often than not.
pub fn odd_in<'a>(
    values: impl Iterator<Item = (&'a str, FieldKind, &'a SecretBytes)>,
) -> Vec<CliNotice> {
    values
        .filter_map(|(name, kind, value)| {
            // Exposed to look for such characters.
            let (value, name) = (value.expose(), name.to_owned());
            let characters = hidden_in_token(value);
            if !characters.is_empty() {
                return Some(CliNotice::HiddenCharacters { name, characters });
            }
            let ends = blank_ends_of_token(value).filter(|_| kind == FieldKind::Secret)?;
            Some(CliNotice::BlankEnds { name, ends })
        })
        .collect()
}

/// Such a value is kept: its maker may have meant it.
pub fn warn_of_odd(context: &Context, odd: Vec<CliNotice>) {
    for notice in odd {
        context.printer.warn(&notice);
    }
}

fn too_long() -> Failure {
    CliProblem::ValueTooLong { limit: MAX_SEGMENT }.into()
}

fn gathered(
    context: &Context,
    how: &ValueArgs,
    credential: &str,
    fields: &[NeededField<'_>],
) -> Result<Vec<SecretBytes>, Failure> {
    if let Some(length) = how.generate {
        return fields.iter().map(|_| generate(length)).collect();
    }
    if how.stdin {
        let values = match fields {
            [_] => vec![one_from_stdin(how.raw)?],
            fields => several_from_stdin(fields)?,
        };
        return meant_empty(context, values);
    }
    let Some(mut tty) = context.terminal() else {
        return Err(CliProblem::NobodyEntersValue.into());
    };
    fields
        .iter()
        .map(|field| {
            let question = match fields {
                [_] => format!("Value of {credential}"),
                _ => format!("{} of {credential}", field.name),
            };
            let typed = match field.kind {
                FieldKind::Secret => prompt::hidden_value(&mut tty, &question)?,
                FieldKind::Plain => Secret::new(prompt::visible(
                    &mut tty,
                    &format!("{}: ", crate::output::escaped(&question)),
                )?),
            };
            let typed = SecretBytes::from(typed);
            // Exposed to see whether anything was typed.
            if typed.expose().is_empty() {
                return Err(CliProblem::NoValueEntered.into());
            }
            Ok(typed)
        })
        .collect()
}

/// An empty value is one, but more often what a command before the pipe failed to give.
fn meant_empty(context: &Context, values: Vec<SecretBytes>) -> Result<Vec<SecretBytes>, Failure> {
    // Exposed for their lengths alone.
    if context.yes() || values.iter().all(|value| !value.expose().is_empty()) {
        return Ok(values);
    }
    Err(CliProblem::EmptyStdin.into())
}

/// The values as a request carries them.
pub fn into_request(
    fields: &[NeededField<'_>],
    values: Vec<SecretBytes>,
) -> (Vec<FieldValue>, Segments) {
    let mut segments = Segments::default();
    let values = fields
        .iter()
        .zip(values)
        .map(|(field, value)| FieldValue {
            field: field.name.into(),
            value: segments.push(value),
        })
        .collect();
    (values, segments)
}

fn one_from_stdin(raw: bool) -> Result<SecretBytes, Failure> {
    // Two bytes more than a value may have, for the line end that is dropped.
    let mut bytes = match all_of_stdin(MAX_SEGMENT + LINE_END.len()) {
        Err(failure) if failure.exit_status() == 2 => return Err(too_long()),
        other => other?,
    };
    if !raw {
        drop_line_end(&mut bytes);
    }
    Ok(SecretBytes::new(bytes))
}

/// Drops one line end: LF, or CRLF as Windows writes it.
fn drop_line_end(bytes: &mut Vec<u8>) {
    let end = [LINE_END, b"\n"]
        .into_iter()
        .find(|end| bytes.ends_with(end));
    bytes.truncate(bytes.len() - end.map_or(0, <[u8]>::len));
}

fn several_from_stdin(fields: &[NeededField<'_>]) -> Result<Vec<SecretBytes>, Failure> {
    let bytes = Secret::new(all_of_stdin(MAX_FRAME)?);
    // Exposed to be read; the parser's error is not shown, since it could repeat a part.
    let mut given: BTreeMap<String, String> =
        serde_json::from_slice(bytes.expose()).map_err(|_| CliProblem::StdinNotObject {
            fields: names(fields),
        })?;
    let values = fields
        .iter()
        .map(|field| {
            let value =
                given
                    .remove(field.name)
                    .ok_or_else(|| CliProblem::FieldMissingOnStdin {
                        field: field.name.into(),
                        fields: names(fields),
                    })?;
            Ok(SecretBytes::new(value.into_bytes()))
        })
        .collect();
    if given.is_empty() {
        return values;
    }
    Err(CliProblem::UnknownFieldOnStdin {
        fields: names(fields),
    }
    .into())
}

fn names(fields: &[NeededField<'_>]) -> Vec<String> {
    fields.iter().map(|field| field.name.into()).collect()
}

/// Letters and digits, each equally likely.
fn generate(length: u32) -> Result<SecretBytes, Failure> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut value = Vec::with_capacity(length);
    let mut random = Secret::new([0; 64]);
    while value.len() < length {
        // Exposed to be filled, and to be turned into letters.
        getrandom::fill(random.expose_mut()).map_err(|_| CliProblem::NoRandomBytes)?;
        let letters = random.expose().iter().filter_map(|byte| letter(*byte));
        value.extend(letters.take(length - value.len()));
    }
    Ok(SecretBytes::new(value))
}

/// Bytes beyond the last whole multiple of 62 are thrown away, so that none is favoured.
fn letter(byte: u8) -> Option<u8> {
    let fair = usize::from(byte) < 256 / ALPHABET.len() * ALPHABET.len();
    fair.then(|| ALPHABET[usize::from(byte) % ALPHABET.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letter_is_favoured() {
        let mut counts = [0; 256];
        for byte in 0..=255 {
            if let Some(letter) = letter(byte) {
                counts[usize::from(letter)] += 1;
            }
        }
        assert!(
            ALPHABET
                .iter()
                .all(|letter| counts[usize::from(*letter)] == 4)
        );
        assert_eq!(counts.iter().sum::<i32>(), 248);
    }

    #[test]
    fn one_line_end_is_dropped() {
        for (bytes, left) in [
            (&b"a"[..], &b"a"[..]),
            (b"a\n", b"a"),
            (b"a\r\n", b"a"),
            (b"a\r\n\r\n", b"a\r\n"),
            (b"a\n\n", b"a\n"),
            (b"a\r", b"a\r"),
            (b"\r\n", b""),
            (b"", b""),
        ] {
            let mut bytes = bytes.to_vec();
            drop_line_end(&mut bytes);
            assert_eq!(bytes, left);
        }
    }

    #[test]
    fn a_generated_value_has_its_length() {
        let value = generate(100).unwrap();
        assert_eq!(value.expose().len(), 100);
        assert_ne!(value, generate(100).unwrap());
    }
}
