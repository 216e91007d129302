//! `kh run`: a program with the variables of an environment.

use std::ffi::OsString;

use clap::Args;
use keyhaven_protocol::request::LaunchPurpose;
use keyhaven_runner::Supervisor;

use super::launch::{
    FileArgs, InheritArgs, LaunchArgs, MaskArgs, Supervision, WatchSignal, events, expect_program,
    inherited, order, resolve, room,
};
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::session::Context;

/// Run a command with the variables of an environment
///
/// The command replaces kh: same process, same exit status.
///
/// With --mask, kh stays as its parent and masks values in its output, also in
/// base64, hex, percent-encoded and as escaped in JSON. With --mask-all, those of
/// plain keys too. See: kh help mask
///
/// With --watch, kh asks the command and everything it started to stop when one
/// of its keys changes, kills them after 10 s, and restarts it with the current
/// values. If the agent ends, kh reports that and continues with the next agent.
///
/// For --file, --fifo and --memfd see: kh help files
///
/// Examples:
///   kh run -p shop -e dev -- node app.js
///   kh run -p shop -e dev --file GOOGLE_APPLICATION_CREDENTIALS=gcp -- node app.js
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RunArgs {
    #[command(flatten)]
    launch: LaunchArgs,
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    inherit: InheritArgs,
    #[command(flatten)]
    mask: MaskArgs,
    /// Restart the command when one of its keys changes
    #[arg(long)]
    watch: bool,
    /// With --watch: stop the command with this signal
    #[arg(
        long,
        value_name = "SIGNAL",
        requires = "watch",
        ignore_case = true,
        default_value = "term"
    )]
    watch_signal: WatchSignal,
    /// The command and its arguments
    #[arg(
        value_name = "CMD",
        required_unless_present = "profile",
        trailing_var_arg = true
    )]
    command: Vec<OsString>,
}

/// `kh run`
pub fn run(context: &Context, arguments: RunArgs) -> Result<(), Failure> {
    let mut parent = None;
    loop {
        run_once(context, &arguments, &mut parent)?;
        context.printer.note(&CliNotice::Restarting);
    }
}

/// Returns only if the program is to be restarted.
fn run_once(
    context: &Context,
    arguments: &RunArgs,
    parent: &mut Option<Supervisor>,
) -> Result<(), Failure> {
    // Before the values are drawn, so that no change falls between.
    let events = arguments.watch.then(|| events(context)).transpose()?;
    let purpose = LaunchPurpose::Run;
    let mut order = order(context, &arguments.launch, purpose)?;
    order.give(&arguments.files)?;
    let mut command = arguments.command.clone();
    if command.is_empty() {
        command = order.profile.command.iter().map(Into::into).collect();
    }
    let Some((program, rest)) = command.split_first() else {
        return Err(CliProblem::NoCommand.into());
    };
    if program.is_empty() {
        return Err(CliProblem::EmptyCommand.into());
    }
    let path = expect_program(program)?;
    let supervision = Supervision {
        mask: arguments.mask.scope(&order.profile),
        events,
        signal: arguments.watch_signal,
    };
    let inherited: Vec<_> = inherited(&arguments.inherit, &order.profile).collect();
    order.room = room(&path, rest, &inherited);
    let inherited = inherited.into_iter();
    let (mut launch, mut injected) = resolve(context, order, purpose, Some(program))?;
    launch.put_into_memory(&mut injected, &arguments.files, supervision.is_wanted())?;
    if supervision.is_wanted() {
        return supervision.stay(
            context,
            parent,
            launch,
            (program, rest),
            inherited,
            injected,
        );
    }
    Err(launch.become_program(context, program, rest, inherited, injected))
}
