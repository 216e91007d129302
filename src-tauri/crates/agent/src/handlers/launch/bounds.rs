//! How much a launch may be: known and checked before anything of it is made.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::{MAX_FRAME, MAX_HEAD, MAX_SEGMENT, MAX_SEGMENTS};
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::{MAX_REFERENCES, ProjectVariable};
use keyhaven_protocol::request::Choice;
use keyhaven_vault::Location;

use crate::numbers::clamp;

/// Values of a launch: each has a segment of a frame.
pub(crate) const MOST_VALUES: usize = MAX_SEGMENTS;
/// Bytes of all values of a launch: they go in one frame.
pub(crate) const MOST_BYTES: usize = MAX_FRAME - MAX_HEAD;
/// Bytes of one value: it goes in one segment.
pub(crate) const MOST_OF_VALUE: usize = MAX_SEGMENT;

/// A request names no more than a launch can have.
pub(crate) fn check_choice(choice: &Choice) -> Result<(), Error> {
    let named = [choice.only.len(), choice.except.len(), choice.renamed.len()];
    check_references(named.iter().sum::<usize>() + choice.set.len())
}

/// A request replaces no more variables than a launch can have.
pub(crate) fn check_replaced(replaced: &[String]) -> Result<(), Error> {
    if replaced.len() > MOST_VALUES {
        let count = clamp(replaced.len() as u64);
        let limit = clamp(MOST_VALUES as u64);
        return Err(Error::invalid(Problem::TooManyVariables {
            location: None,
            count,
            limit,
        }));
    }
    Ok(())
}

/// The variables fit one answer, and their references are not more than a file may have.
pub(crate) fn check_variables(
    location: &Location,
    variables: &[ProjectVariable],
) -> Result<(), Error> {
    check_values(location, variables.len())?;
    let references = variables
        .iter()
        .map(|one| one.template.references().count());
    check_references(references.sum())
}

fn check_references(count: usize) -> Result<(), Error> {
    if count > MAX_REFERENCES {
        return Err(Error::invalid(Problem::TooManyReferences {
            count: clamp(count as u64),
            limit: clamp(MAX_REFERENCES as u64),
        }));
    }
    Ok(())
}

/// So many values fit one answer.
pub(crate) fn check_values(location: &Location, count: usize) -> Result<(), Error> {
    if count > MOST_VALUES {
        return Err(too_many(location, count as u64));
    }
    Ok(())
}

/// The variables are more than one answer can hold.
pub(crate) fn too_many(location: &Location, count: u64) -> Error {
    Error::invalid(Problem::TooManyVariables {
        location: name(location),
        count: clamp(count),
        limit: clamp(MOST_VALUES as u64),
    })
}

/// The value of a variable is longer than [`MOST_OF_VALUE`].
pub(crate) fn value_too_long(variable: &str) -> Error {
    Error::invalid(Problem::ValueTooLong {
        name: Some(variable.into()),
        bytes: None,
    })
}

/// Adds up the bytes of a launch's values before they are made.
pub(crate) struct LaunchSize<'a> {
    location: &'a Location,
    left: usize,
}

impl<'a> LaunchSize<'a> {
    pub(crate) fn at_most(location: &'a Location, most: usize) -> Self {
        Self {
            location,
            left: most,
        }
    }

    /// Counts a value.
    pub(crate) fn add(&mut self, bytes: usize) -> Result<(), Error> {
        match self.left.checked_sub(bytes) {
            Some(left) => self.left = left,
            None => return Err(too_large(self.location)),
        }
        Ok(())
    }
}

/// The values are too large together.
pub(crate) fn too_large(location: &Location) -> Error {
    Error::invalid(Problem::LaunchTooLarge {
        location: name(location),
        limit_mib: clamp((MOST_BYTES >> 20) as u64),
    })
}

/// A launch of references alone may have none.
fn name(location: &Location) -> Option<String> {
    (!location.project.is_empty()).then(|| format!("{}/{}", location.project, location.environment))
}
