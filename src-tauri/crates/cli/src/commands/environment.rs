//! `environment list`, `environment set` and `environment rm`.

use clap::{Args, Subcommand};
use keyhaven_client::{Client, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{
    CheckPasswordRequest, EnvironmentsRequest, RemoveEnvironmentRequest, SetTierRequest,
};
use keyhaven_protocol::view::{EnvironmentView, Tier};

use super::metadata::TierArg;
use crate::error::Failure;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;
use crate::stdin::line_from_stdin;
use crate::style::Tone;
use crate::table::Table;
use crate::target::ProjectEnvironment;
use crate::texts;

/// List environments, set their tiers, remove empty ones
///
/// Example:
///   kh environment set shop/demo --tier staging
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EnvironmentArgs {
    #[command(subcommand)]
    action: Option<EnvironmentAction>,
}

#[derive(Debug, Subcommand)]
enum EnvironmentAction {
    /// List environments with their tiers
    ///
    /// Example:
    ///   kh environment list
    #[command(verbatim_doc_comment)]
    List,
    /// Set the tier of an environment, and create it if it is new
    ///
    /// A lower tier asks first, also with --yes: every key of the environment
    /// loses protection. Without a terminal it needs the master password.
    ///
    /// Example:
    ///   kh environment set shop/demo --tier staging
    #[command(verbatim_doc_comment)]
    Set {
        /// The environment, as PROJECT/ENV
        #[arg(value_name = "PROJECT/ENV")]
        environment: String,
        /// How close to production it is
        #[arg(long)]
        tier: TierArg,
        /// Read the master password from stdin, one line
        #[arg(long)]
        password_stdin: bool,
    },
    /// Remove an environment without keys, and its project with the last one
    ///
    /// Example:
    ///   kh environment rm shpo/dev
    #[command(verbatim_doc_comment)]
    Rm {
        /// The environment, as PROJECT/ENV
        #[arg(value_name = "PROJECT/ENV")]
        environment: String,
    },
}

/// `kh environment`
pub fn environment(context: &Context, arguments: EnvironmentArgs) -> Result<(), Failure> {
    match arguments.action {
        None | Some(EnvironmentAction::List) => list(context),
        Some(EnvironmentAction::Set {
            environment,
            tier,
            password_stdin,
        }) => set(context, &environment, tier, password_stdin),
        Some(EnvironmentAction::Rm { environment }) => remove(context, &environment),
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let environments = context.unlocked()?.ask(EnvironmentsRequest {})?;
    if context.printer.json {
        return context.printer.document(&environments);
    }
    if environments.is_empty() {
        return context.printer.done("There are no environments yet.");
    }
    let mut table = Table::new(["PROJECT", "ENV", "TIER", "CREDENTIALS"]);
    for environment in &environments {
        let tone = match environment.tier {
            Tier::Production => Tone::Warm,
            Tier::Development | Tier::Staging => Tone::Normal,
        };
        table.row([
            (&environment.project, Tone::Normal),
            (&environment.name, Tone::Normal),
            (environment.tier.name(), tone),
            (&environment.credentials.to_string(), Tone::Normal),
        ]);
    }
    context.printer.text(&table.render(&context.printer))
}

fn set(context: &Context, named: &str, tier: TierArg, password_stdin: bool) -> Result<(), Failure> {
    let (project, name) = parts(named)?;
    let tier = Tier::from(tier);
    let mut client = context.unlocked()?;
    let place = ProjectEnvironment {
        project: project.into(),
        environment: name.into(),
    };
    let new = place.expect_new(context, &mut client)?;
    let known = client.ask(EnvironmentsRequest {})?;
    let known = known
        .iter()
        .find(|one| one.project == project && one.name == name);
    if let Some(known) = known.filter(|known| known.tier > tier && known.credentials > 0) {
        agree_to_lower(context, &mut client, known, tier, password_stdin)?;
    }
    client.ask(SetTierRequest {
        project: project.into(),
        environment: name.into(),
        tier,
    })?;
    if context.printer.json {
        let document = serde_json::json!({ "project": project, "name": name, "tier": tier });
        return context.printer.document(&document);
    }
    let name = escaped(named);
    context
        .printer
        .done(&format!("{name} is {} now.", tier.name()))?;
    if let Some(new) = new {
        new.note(context);
    }
    Ok(())
}

fn parts(named: &str) -> Result<(&str, &str), CliProblem> {
    named
        .split_once('/')
        .ok_or_else(|| CliProblem::NoEnvironmentInLocation {
            project: named.into(),
        })
}

/// A lower tier takes protection from every key: a yes at the terminal, which `--yes` does not
/// give, or the master password.
fn agree_to_lower(
    context: &Context,
    client: &mut Client,
    known: &EnvironmentView,
    tier: Tier,
    password_stdin: bool,
) -> Result<(), Failure> {
    if password_stdin {
        let (password, segments) = one_segment(line_from_stdin()?.into());
        client.ask_with(CheckPasswordRequest { password }, &segments)?;
        return Ok(());
    }
    let location = format!("{}/{}", known.project, known.name);
    let credentials = known.credentials;
    let Some(mut tty) = context.terminal() else {
        return Err(CliProblem::NobodyLowersTier {
            location,
            credentials,
        }
        .into());
    };
    let question = format!(
        "{} of {location} will be allowed in every {} launch. Lower its tier from {}?",
        texts::count(credentials, "key"),
        tier.name(),
        known.tier.name()
    );
    match prompt::yes(&mut tty, &question)? {
        true => Ok(()),
        false => Err(CliProblem::TierKept.into()),
    }
}

fn remove(context: &Context, named: &str) -> Result<(), Failure> {
    let (project, environment) = parts(named)?;
    let mut client = context.unlocked()?;
    let mut request = RemoveEnvironmentRequest {
        project: project.into(),
        environment: environment.into(),
        erase_trash: false,
    };
    match client.ask(request.clone()) {
        Err(refused @ Error::EnvironmentHasTrash { .. }) => {
            agree_to_erase(context, &refused)?;
            request.erase_trash = true;
            client.ask(request)?;
        }
        removed => removed?,
    }
    if context.printer.json {
        let document = serde_json::json!({ "project": project, "name": environment });
        return context.printer.document(&document);
    }
    context
        .printer
        .done(&format!("Removed {}.", escaped(named)))
}

/// What of an environment is in the trash goes with it, after a yes.
fn agree_to_erase(context: &Context, refused: &Error) -> Result<(), Failure> {
    if context.yes() {
        return Ok(());
    }
    let Some(mut tty) = context.terminal() else {
        return Err(refused.clone().into());
    };
    let question = format!("{}. Erase them for good?", texts::message(refused));
    match prompt::yes(&mut tty, &question)? {
        true => Ok(()),
        false => Err(CliProblem::EnvironmentKept.into()),
    }
}
