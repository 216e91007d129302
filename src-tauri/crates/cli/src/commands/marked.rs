//! Variables that could make programs run other code, asked about once: when a credential is
//! to fill them. Launches do not ask again.

use keyhaven_rules::variables::{VariableMark, mark};

use crate::error::Failure;
use crate::problem::{CliProblem, Undone};
use crate::session::Context;
use crate::{prompt, texts};

/// Of more variables than this, the rest is counted in the question.
const MAX_NAMED: usize = 8;

/// Asks before credentials fill these variables, where a person is there to answer; else it
/// says what they can do. Those that launches refuse are another matter.
///
/// # Errors
/// The answer was no, and what was not done for that reason.
pub fn confirm<'v>(
    context: &Context,
    variables: impl Iterator<Item = &'v str>,
    undone: Undone,
) -> Result<(), Failure> {
    let asked: Vec<_> = asked(variables).collect();
    if asked.is_empty() || context.yes() {
        return Ok(());
    }
    let Some(mut tty) = context.terminal() else {
        note(context, asked.into_iter().map(|(variable, _)| variable));
        return Ok(());
    };
    if prompt::yes(&mut tty, &question(&asked))? {
        return Ok(());
    }
    Err(CliProblem::VariableDeclined { undone }.into())
}

/// Says what these variables can do, without a question.
pub fn note<'v>(context: &Context, variables: impl Iterator<Item = &'v str>) {
    for (variable, mark) in asked(variables) {
        context
            .printer
            .note_text(&texts::marked_variable(variable, mark));
    }
}

fn asked<'v>(
    variables: impl Iterator<Item = &'v str>,
) -> impl Iterator<Item = (&'v str, VariableMark)> {
    let marked = variables.filter_map(|variable| mark(variable).map(|mark| (variable, mark)));
    marked.filter(|(_, mark)| !mark.is_refused())
}

fn question(asked: &[(&str, VariableMark)]) -> String {
    let named = asked.get(..MAX_NAMED).unwrap_or(asked);
    let named = named
        .iter()
        .map(|(name, mark)| texts::marked_variable(name, *mark));
    let mut text = named.collect::<Vec<_>>().join("; ");
    if let Some(more @ 1..) = asked.len().checked_sub(MAX_NAMED) {
        text += &format!("; and {more} more");
    }
    text + ". Store it?"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_names_what_each_variable_can_do_and_counts_the_rest() {
        assert_eq!(
            question(&[
                ("GIT_PAGER2", VariableMark::Command),
                ("KUBECONFIG", VariableMark::Settings)
            ]),
            "GIT_PAGER2 can name a program that others start; KUBECONFIG can name settings that \
             make programs start others. Store it?"
        );
        let many = vec![("KUBECONFIG", VariableMark::Settings); MAX_NAMED + 3];
        assert!(question(&many).ends_with("; and 3 more. Store it?"));
    }
}
