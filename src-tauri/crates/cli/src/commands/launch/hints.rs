//! What a launch says to help: about texts that are no keys but look like them, or like
//! references; and where a refusal can be lifted.

use keyhaven_exchange::Catalogue;
use keyhaven_protocol::Error;
use keyhaven_protocol::project_file::{ProjectFile, Suggestion, Template};
use keyhaven_protocol::request::{Assignment, Choice, LaunchSource};
use keyhaven_rules::variables;
use keyhaven_runner::EnvironmentError;

use crate::error::Failure;
use crate::session::Context;

/// Looks at texts that programs get as they are. None may be a key: texts are shown, are not
/// masked, and nobody is reminded of them.
pub fn check_texts(context: &Context, texts: &[Assignment]) -> Result<(), Failure> {
    for Assignment { variable, text } in texts {
        if variables::loader(variable).is_some() {
            return Err(loader(variable, true));
        }
        // What cannot be read is refused by the agent.
        let Ok(template) = Template::parse(text) else {
            continue;
        };
        let secret = Catalogue::builtin().secret_in(&template.literal());
        if let Some(kind) = secret.filter(|_| !context.yes()) {
            return Err(looks_like_a_secret(variable, kind));
        }
        if let Some(words) = suggestion_words(&template) {
            context.printer.note(&format!("{variable}: {words}"));
        }
    }
    Ok(())
}

/// What was probably to be a reference, in words.
pub fn suggestion_words(template: &Template) -> Option<String> {
    let Suggestion { written, reference } = template.suggestion()?;
    Some(format!(
        "{written} is not replaced; to get a value of the vault write {reference}"
    ))
}

fn looks_like_a_secret(variable: &str, kind: &str) -> Failure {
    Failure::own(
        "looks_like_a_secret",
        6,
        format!("the text of {variable} looks like a secret ({kind})"),
        format!(
            "store it with kh add NAME, and use it with --as {variable}=NAME or inside a text \
             with {{{{kh:NAME}}}}; if it is not a secret, repeat with --yes"
        ),
    )
}

/// The variables that a credential does not fill under its own name: none can allow them.
pub fn lent(names: &[String], source: &LaunchSource, choices: [&Choice; 2]) -> Vec<String> {
    let texts = match source {
        LaunchSource::ProjectFile { content, .. } => texts(content),
        _ => Vec::new(),
    };
    let is_lent = |name: &&String| {
        let of = |choice: &&Choice| {
            let mut assigned = choice.renamed.iter().chain(&choice.set);
            let prefix = &choice.prefix;
            assigned.any(|one| one.variable == **name)
                || (!prefix.is_empty() && name.starts_with(prefix))
        };
        texts.contains(name) || choices.iter().any(of)
    };
    names.iter().filter(is_lent).cloned().collect()
}

/// The variables of a project file that are more than a reference.
fn texts(content: &str) -> Vec<String> {
    let directory = ProjectFile::parse(content).ok();
    let variables = directory.and_then(|directory| directory.variables);
    let variables = variables.unwrap_or_default().into_iter();
    variables
        .filter(|variable| variable.template.alone().is_none())
        .map(|variable| variable.name)
        .collect()
}

/// A variable that changes how programs load code.
pub fn loader(variable: &str, lent: bool) -> Failure {
    let refused = Failure::from(Error::LoaderVariable {
        variable: variable.into(),
    });
    if !lent {
        return refused;
    }
    Failure::own(
        "loader_variable",
        refused.exit_status(),
        refused.message(),
        format!(
            "put it before the command: {variable}=VALUE kh run ... (with --clean add --keep {variable})"
        ),
    )
}

/// Variables that are not handed over; `nothing` was done.
pub fn refused(error: &EnvironmentError, lent: &[String], nothing: &str) -> Failure {
    match error {
        EnvironmentError::Loader { name, .. } => loader(name, lent.contains(name)),
        error => Failure::own("variable_refused", 1, error.to_string(), nothing),
    }
}

/// A refusal of the agent, with where this launch may lift it.
pub fn explained(error: Error, source: &LaunchSource) -> Failure {
    let (Error::TierRefused { .. }, LaunchSource::Profile { name }) = (&error, source) else {
        return error.into();
    };
    let refused = Failure::from(error);
    Failure::own(
        "tier_refused",
        refused.exit_status(),
        refused.message(),
        format!(
            "allow it with --allow-production for one launch, or for every launch of this profile: kh \
             profile edit {name} --allow-production"
        ),
    )
}
