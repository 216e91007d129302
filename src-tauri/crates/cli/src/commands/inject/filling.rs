//! The values in the places of their references: each once, and none that could break out of its
//! place.

use std::collections::HashMap;

use keyhaven_protocol::Reference;
use keyhaven_protocol::project_file::{
    FileFormat, FillError, FilterError, Template, TemplatePart, ValueFilter,
};
use keyhaven_protocol::request::Assignment;
use keyhaven_secret::SecretBytes;

use super::file_format::{each_reference, keeps, quotes_twice};
use crate::error::Failure;
use crate::problem::CliProblem;

/// Each reference under a name by which its value is found again.
pub(super) fn numbered(references: &[Reference]) -> Vec<Assignment> {
    let numbered = references.iter().enumerate();
    numbered
        .map(|(at, reference)| Assignment {
            variable: variable(at),
            text: reference.to_string(),
        })
        .collect()
}

fn variable(at: usize) -> String {
    format!("R{at}")
}

/// The template with its values.
pub(super) fn fill(
    template: &Template,
    references: &[Reference],
    values: &HashMap<String, SecretBytes>,
    format: Option<FileFormat>,
) -> Result<SecretBytes, Failure> {
    let value = |reference: &Reference| {
        let at = references.iter().position(|one| one == reference);
        at.and_then(|at| values.get(&variable(at)))
            .ok_or_else(|| Failure::defect("a reference is missing in the answer"))
    };
    each_reference(template, |before, part| match part {
        TemplatePart::Literal(_) => Ok(()),
        TemplatePart::Reference { reference, filter } => {
            let (written, value) = (format, value(reference)?);
            check_place(written, before, (reference, *filter), value)
        }
    })?;
    let length = template.length(usize::MAX, |reference, filter| {
        let value = value(reference).map_err(FillError::Value)?;
        ValueFilter::written_length(filter, value).map_err(FillError::Filter)
    });
    let filled = length.and_then(|length| template.fill(length.unwrap_or_default(), value));
    filled.map_err(|error| match error {
        FillError::Filter(error) => refused(error).into(),
        FillError::Value(failure) => failure,
    })
}

/// What could end the quotes or the line it comes into, or mean something else there, needs a
/// filter; and a filter that adds quotes needs a place without.
fn check_place(
    format: Option<FileFormat>,
    before: &str,
    (reference, filter): (&Reference, Option<ValueFilter>),
    value: &SecretBytes,
) -> Result<(), Failure> {
    let text = || reference.to_string();
    let problem = match (filter, format) {
        (Some(filter), Some(format)) if quotes_twice(format, before, filter) => {
            let filter = filter.name().into();
            CliProblem::FilterInQuotes { filter }
        }
        (None, None) if has_specials(value) => CliProblem::FilterNeeded { reference: text() },
        (None, Some(format)) if has_specials(value) || !keeps(format, before, value) => {
            let written = format!("{{{{{}|{}}}}}", reference, format.name());
            CliProblem::FormatFilterNeeded {
                reference: text(),
                format: format.title().into(),
                written: match format {
                    FileFormat::Json => format!("\"{written}\""),
                    _ => written,
                },
            }
        }
        _ => return Ok(()),
    };
    Err(problem.into())
}

fn has_specials(value: &SecretBytes) -> bool {
    // Exposed to be searched.
    let special = |byte: &u8| b"\n\r\0\"'`\\".contains(byte);
    value.expose().iter().any(special)
}

fn refused(error: FilterError) -> CliProblem {
    match error {
        FilterError::NotText(filter) => CliProblem::FilterNotText {
            filter: filter.name().into(),
        },
        FilterError::NoForm(filter) => CliProblem::FilterNoForm {
            filter: filter.name().into(),
        },
    }
}
