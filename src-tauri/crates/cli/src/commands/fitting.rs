//! Values that no program can be given as a variable: said when they are stored, since each of them
//! stops every launch of its environment.

use keyhaven_protocol::Reference;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::view::{CredentialView, FieldView};
use keyhaven_rules::variables::{self, MAX_STRING, VariableFault};
use keyhaven_secret::SecretBytes;

use crate::notice::CliNotice;
use crate::session::Context;

/// A value that the variable of its field cannot carry.
#[derive(Debug, PartialEq, Eq)]
pub struct UnfitValue {
    field: String,
    variable: String,
    /// Why.
    problem: Problem,
}

/// Which of these values the variables of their fields cannot carry; names are another question.
pub fn unfit<'a>(
    fields: impl Iterator<Item = &'a FieldView>,
    values: &[SecretBytes],
) -> Vec<UnfitValue> {
    let filled = fields.zip(values);
    filled
        .filter_map(|(field, value)| {
            let variable = field.variable.as_deref()?;
            // Exposed to be measured and searched.
            let problem = match variables::check(variable, value.expose(), true) {
                Err(VariableFault::Nul) => Problem::NulInValue,
                Err(VariableFault::TooLong { size }) => Problem::VariableTooLong {
                    bytes: size as u64,
                    limit: MAX_STRING as u64,
                },
                _ => return None,
            };
            Some(UnfitValue {
                field: field.name.clone(),
                variable: variable.to_owned(),
                problem,
            })
        })
        .collect()
}

/// Says so, with what to do about it.
pub fn note(context: &Context, stored: &CredentialView, unfit: Vec<UnfitValue>) {
    let row = &stored.row;
    for one in unfit {
        let field = (stored.field_list.len() > 1).then_some(one.field);
        let reference = Reference {
            place: Some((row.project.clone(), row.environment.clone())),
            name: row.name.clone(),
            field,
        };
        context.printer.note(&CliNotice::NotForEnvironment {
            variable: one.variable,
            reference: reference.to_string(),
            problem: one.problem,
        });
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::view::FieldKind;

    use super::*;

    #[test]
    fn a_value_that_no_variable_carries_is_named_with_its_size() {
        let values = [
            b"plain".to_vec(),
            b"a\0b".to_vec(),
            vec![b'x'; 131_070],
            vec![0],
        ];
        let values = values.map(SecretBytes::new);
        let fields = [Some("PLAIN"), Some("NUL"), Some("LONG"), None].map(|variable| FieldView {
            name: variable.unwrap_or("none").to_lowercase(),
            kind: FieldKind::Secret,
            variable: variable.map(Into::into),
            allow_loader_variable: false,
        });
        let long = Problem::VariableTooLong {
            bytes: 131_075,
            limit: 131_071,
        };
        let found = unfit(fields.iter(), &values);
        let found: Vec<_> = found
            .iter()
            .map(|one| (&*one.field, &*one.variable, &one.problem))
            .collect();
        assert_eq!(
            found,
            [
                ("nul", "NUL", &Problem::NulInValue),
                ("long", "LONG", &long)
            ]
        );
    }
}
