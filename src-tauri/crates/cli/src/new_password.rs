//! A new master password: the rules first, then the password, then the same again.

use std::fs::File;

use keyhaven_client::{Style, strength};
use keyhaven_protocol::Error;
use keyhaven_protocol::request::MINIMUM_PASSWORD;
use keyhaven_protocol::strength::{PasswordStrength, StrengthText};
use keyhaven_secret::{Secret, SecretString};

use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;
use crate::stdin::line_from_stdin;
use crate::texts::{self, language, sentence};

const TOO_SHORT: Error = Error::WeakPassword {
    minimum: MINIMUM_PASSWORD,
};

/// Asks for a new password, twice. What is too short or not repeated is asked for again; what
/// is easy to guess is taken only after a yes.
///
/// # Errors
/// The user cancelled, or the terminal failed.
pub fn ask(tty: &mut File, question: &str) -> Result<SecretString, Failure> {
    let rules = [Some(texts::message(&TOO_SHORT)), texts::hint(&TOO_SHORT)];
    for rule in rules.into_iter().flatten() {
        prompt::say(tty, &format!("{}\n", sentence(&rule)))?;
    }
    prompt::until_right(tty, CliProblem::PasswordsDiffer, |tty| {
        let password = acceptable(tty, question)?;
        let repeated = prompt::hidden(tty, "Repeat it")?;
        Ok((repeated == password).then_some(password))
    })
}

/// As [`ask`], if `chosen` holds none yet: it is not asked for again where something else was
/// wrong.
///
/// # Errors
/// As [`ask`].
pub fn once(
    tty: &mut File,
    question: &str,
    chosen: &mut Option<SecretString>,
) -> Result<SecretString, Failure> {
    let password = match chosen.take() {
        Some(password) => password,
        None => ask(tty, question)?,
    };
    // Exposed to be kept for another attempt.
    *chosen = Some(Secret::new(password.expose().clone()));
    Ok(password)
}

/// A new password from stdin; the agent refuses one that is too short.
///
/// # Errors
/// There is none.
pub fn from_stdin(context: &Context) -> Result<SecretString, Failure> {
    let password = line_from_stdin()?;
    if is_long_enough(&password)
        && let Some(weak) = weakness(&password)
    {
        context.printer.note(&weak);
    }
    Ok(password)
}

fn acceptable(tty: &mut File, question: &str) -> Result<SecretString, Failure> {
    loop {
        let password = long_enough(tty, question)?;
        let Some(weak) = weakness(&password) else {
            return Ok(password);
        };
        prompt::say(tty, &format!("{}\n", sentence(&weak.text())))?;
        if prompt::yes(tty, "Use it anyway?")? {
            return Ok(password);
        }
    }
}

fn long_enough(tty: &mut File, question: &str) -> Result<SecretString, Failure> {
    prompt::until_right(tty, TOO_SHORT, |tty| {
        let password = prompt::hidden(tty, question)?;
        Ok(is_long_enough(&password).then_some(password))
    })
}

fn is_long_enough(password: &SecretString) -> bool {
    // Exposed to be counted.
    password.expose().chars().count() >= MINIMUM_PASSWORD as usize
}

/// What is to be known of a password that is easy to guess.
fn weakness(password: &SecretString) -> Option<CliNotice> {
    let judged = strength::judge(password).filter(PasswordStrength::is_weak)?;
    let text = |text: &StrengthText| strength::text(text, language(), Style::Terminal);
    Some(CliNotice::WeakPassword {
        reason: judged.warning.as_ref().map(text),
        time: text(&judged.crack_time),
    })
}
