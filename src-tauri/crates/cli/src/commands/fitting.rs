//! Values that no program can be given as a variable: said when they are stored, since each of them
//! stops every launch of its environment.

use keyhaven_protocol::problem::Problem;
use keyhaven_rules::variables::{self, MAX_STRING, VariableFault};
use keyhaven_secret::SecretBytes;

use crate::notice::CliNotice;
use crate::session::Context;

/// A variable that cannot carry its value, and why.
pub type UnfitValue = (String, Problem);

/// Which of these values their variables cannot carry; names are another question.
pub fn unfit<'a>(
    variables: impl Iterator<Item = Option<&'a str>>,
    values: &[SecretBytes],
) -> Vec<UnfitValue> {
    let filled = variables.zip(values);
    filled
        .filter_map(|(variable, value)| {
            let variable = variable?;
            // Exposed to be measured and searched.
            let problem = match variables::check(variable, value.expose(), true) {
                Err(VariableFault::Nul) => Problem::NulInValue,
                Err(VariableFault::TooLong { size }) => Problem::VariableTooLong {
                    bytes: size as u64,
                    limit: MAX_STRING as u64,
                },
                _ => return None,
            };
            Some((variable.to_owned(), problem))
        })
        .collect()
}

/// Says so, with what to do about it.
pub fn note(context: &Context, name: &str, unfit: Vec<UnfitValue>) {
    for (variable, problem) in unfit {
        context.printer.note(&CliNotice::NotForEnvironment {
            variable,
            name: name.into(),
            problem,
        });
    }
}

#[cfg(test)]
mod tests {
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
        let variables = [Some("PLAIN"), Some("NUL"), Some("LONG"), None];
        let long = Problem::VariableTooLong {
            bytes: 131_075,
            limit: 131_071,
        };
        assert_eq!(
            unfit(variables.into_iter(), &values),
            [("NUL".into(), Problem::NulInValue), ("LONG".into(), long)]
        );
    }
}
