//! `environment list` and `environment set`.

use clap::{Args, Subcommand};
use keyhaven_protocol::request::{EnvironmentsRequest, SetTierRequest};
use keyhaven_protocol::view::Tier;

use super::metadata::TierArg;
use crate::error::Failure;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;

/// List environments and set their tiers
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
    },
}

/// `kh environment`
pub fn environment(context: &Context, arguments: EnvironmentArgs) -> Result<(), Failure> {
    match arguments.action {
        None | Some(EnvironmentAction::List) => list(context),
        Some(EnvironmentAction::Set { environment, tier }) => set(context, &environment, tier),
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
    context
        .printer
        .out(table.render(&context.printer).as_bytes())
}

fn set(context: &Context, named: &str, tier: TierArg) -> Result<(), Failure> {
    let Some((project, environment)) = named.split_once('/') else {
        return Err(Failure::usage("no environment given", "write PROJECT/ENV"));
    };
    let tier = Tier::from(tier);
    context.unlocked()?.ask(SetTierRequest {
        project: project.into(),
        environment: environment.into(),
        tier,
    })?;
    if context.printer.json {
        let document = serde_json::json!({ "project": project, "name": environment, "tier": tier });
        return context.printer.document(&document);
    }
    let name = crate::output::escaped(named);
    context
        .printer
        .done(&format!("{name} is {} now.", tier.name()))
}
