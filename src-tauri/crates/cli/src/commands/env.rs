//! `kh env`: the variables of an environment, printed.

use clap::Args;
use keyhaven_protocol::request::LaunchPurpose;
use keyhaven_runner::ChildEnvironment;

use super::launch::{LaunchArgs, order, resolve};
use crate::error::Failure;
use crate::format::{self, EnvFormat};
use crate::session::Context;

/// Print the variables of an environment, for eval
///
/// sh is for eval in sh, bash and zsh; dotenv is what npm dotenv reads; json is
/// one object.
///
/// Example:
///   eval "$(kh env -p shop -e dev)"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EnvArgs {
    #[command(flatten)]
    launch: LaunchArgs,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "sh")]
    format: EnvFormat,
}

/// `kh env`
pub fn env(context: &Context, arguments: EnvArgs) -> Result<(), Failure> {
    let (order, purpose) = (order(context, &arguments.launch)?, LaunchPurpose::Env);
    let (mut launch, injected) = resolve(context, order, purpose, None)?;
    let format = match context.printer.json {
        true => EnvFormat::Json,
        false => arguments.format,
    };
    let text = format::write(format, &injected);
    // The checks are those of a launch: what is printed here goes into an environment.
    let checked = ChildEnvironment::new(std::iter::empty(), injected);
    let checked = checked.map_err(|error| launch.refused(&error, "nothing was printed"));
    match checked.and(text) {
        Ok(text) => context.printer.out(&text),
        Err(failure) => {
            launch.never_started();
            Err(failure)
        }
    }
}
