//! `environment list` and `environment set`.

use keyhaven_protocol::request::{EnvironmentsRequest, SetTierRequest};
use keyhaven_protocol::view::Tier;
use keyhaven_protocol::wording::tier_word;

use crate::command_line::{EnvironmentAction, EnvironmentArgs, TierArg};
use crate::error::Failure;
use crate::output::Tone;
use crate::session::Context;
use crate::table::Table;

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
            Tier::Development | Tier::Staging => Tone::Plain,
        };
        table.row([
            (&environment.project, Tone::Plain),
            (&environment.name, Tone::Plain),
            (tier_word(environment.tier), tone),
            (&environment.credentials.to_string(), Tone::Plain),
        ]);
    }
    context
        .printer
        .out(table.render(&context.printer).as_bytes())
}

fn set(context: &Context, named: &str, tier: TierArg) -> Result<(), Failure> {
    let Some((project, environment)) = named.split_once('/') else {
        return Err(Failure::usage(
            "it is not said which environment of the project",
            "write PROJECT/ENV",
        ));
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
    let name = crate::output::plain(named);
    context
        .printer
        .done(&format!("{name} is {} now.", tier_word(tier)))
}
