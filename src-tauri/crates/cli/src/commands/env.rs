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
/// Each format is for one reader, which gets every value back exactly; a value
/// that it would change is refused.
///
///   sh          eval in sh, bash and zsh
///   fish        source in fish
///   powershell  Invoke-Expression in PowerShell
///   dotenv      npm dotenv, python-dotenv, docker compose and sh alike
///   docker      docker run --env-file
///   github      a step of GitHub Actions: >> "$GITHUB_ENV"
///   json        any JSON parser: one object
///
/// Names that a shell keeps for itself (zsh: status; fish: version) are refused;
/// a variable that is read-only in your shell is named, and then nothing is set.
/// The double quotes around $(kh env ...) are needed: without them nothing is set.
///
/// Examples:
///   eval "$(kh env -p shop -e dev)"
///   kh env -p shop -e dev --format fish | source
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
    let purpose = LaunchPurpose::Env;
    let order = order(context, &arguments.launch, purpose)?;
    let (mut launch, injected) = resolve(context, order, purpose, None)?;
    let format = match context.printer.json {
        true => EnvFormat::Json,
        false => arguments.format,
    };
    let text = format::write(format, &injected);
    // The checks are those of a launch: what is printed here goes into an environment.
    let checked = ChildEnvironment::new(std::iter::empty(), injected);
    let checked = checked.map_err(|error| launch.refused(&error));
    match checked.and(text) {
        Ok(text) => {
            launch.say_notices(context);
            context.printer.out(&text)
        }
        Err(failure) => {
            launch.never_started();
            Err(failure)
        }
    }
}
