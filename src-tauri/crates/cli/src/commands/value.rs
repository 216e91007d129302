//! Where a value comes from: the terminal, stdin, or chance. Never an argument.

use std::collections::BTreeMap;

use clap::Args;
use keyhaven_protocol::frame::{MAX_FRAME, MAX_SEGMENT, Segments};
use keyhaven_protocol::request::FieldValue;
use keyhaven_protocol::view::FieldKind;
use keyhaven_secret::{Secret, SecretBytes};

use crate::error::Failure;
use crate::prompt;
use crate::session::{Context, all_of_stdin};
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
    Ok(values)
}

fn too_long() -> Failure {
    Failure::usage(
        format!("a value has at most {MAX_SEGMENT} bytes"),
        "nothing was stored; keep large files elsewhere and store only their encryption key",
    )
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
        return Err(Failure::nobody_to_ask("the value", "pass it with --stdin"));
    };
    fields
        .iter()
        .map(|field| {
            let question = match fields {
                [_] => format!("Value of {credential}"),
                _ => format!("{} of {credential}", field.name),
            };
            let typed = match field.kind {
                FieldKind::Secret => prompt::hidden(&mut tty, &question)?,
                FieldKind::Plain => Secret::new(prompt::visible(
                    &mut tty,
                    &format!("{}: ", crate::output::escaped(&question)),
                )?),
            };
            let typed = SecretBytes::from(typed);
            // Exposed to see whether anything was typed.
            if typed.expose().is_empty() {
                return Err(Failure::usage(
                    "no value was entered",
                    "pass an empty value with: --stdin --yes",
                ));
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
    Err(Failure::usage(
        "the value on stdin is empty",
        "store an empty value with --yes",
    ))
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
    // One byte more than a value may have, for the newline that is dropped.
    let mut bytes = match all_of_stdin(MAX_SEGMENT + 1) {
        Err(failure) if failure.exit_status() == 2 => return Err(too_long()),
        other => other?,
    };
    if !raw && bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    Ok(SecretBytes::new(bytes))
}

fn several_from_stdin(fields: &[NeededField<'_>]) -> Result<Vec<SecretBytes>, Failure> {
    let bytes = Secret::new(all_of_stdin(MAX_FRAME)?);
    // Exposed to be read; the parser's error is not shown, since it could repeat a part.
    let mut given: BTreeMap<String, String> =
        serde_json::from_slice(bytes.expose()).map_err(|_| {
            let message = "stdin is not a JSON object with a text for each field";
            Failure::usage(message, format!("expected {}", names(fields)))
        })?;
    let values = fields
        .iter()
        .map(|field| {
            let value = given.remove(field.name).ok_or_else(|| {
                let message = format!("the field {} is missing on stdin", field.name);
                Failure::usage(message, format!("expected {}", names(fields)))
            })?;
            Ok(SecretBytes::new(value.into_bytes()))
        })
        .collect();
    if given.is_empty() {
        return values;
    }
    Err(Failure::usage(
        "stdin contains an unknown field",
        format!("expected {}", names(fields)),
    ))
}

fn names(fields: &[NeededField<'_>]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    names.join(", ")
}

/// Letters and digits, each equally likely.
fn generate(length: u32) -> Result<SecretBytes, Failure> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut value = Vec::with_capacity(length);
    let mut random = Secret::new([0; 64]);
    while value.len() < length {
        // Exposed to be filled, and to be turned into letters.
        getrandom::fill(random.expose_mut())
            .map_err(|_| Failure::failed("the system returned no random bytes", "try again"))?;
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
    fn a_generated_value_has_its_length() {
        let value = generate(100).unwrap();
        assert_eq!(value.expose().len(), 100);
        assert_ne!(value, generate(100).unwrap());
    }
}
