//! `profile`: saved ways to launch.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{
    AddProfileRequest, Assignment, EditProfileRequest, Profile, ProfileView, ProfilesRequest,
    RemoveProfileRequest,
};
use keyhaven_protocol::view::Tier;

use super::launch::{ChoiceArgs, choice, saved_profile};
use crate::error::Failure;
use crate::output::escaped;
use crate::problem::{CliProblem, SystemPart};
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::{LocationArgs, ProjectEnvironment};
use crate::value_parsers::some_variable;

/// Save launch configurations and list them
///
/// A profile stores which keys a program gets and how it is started. The options
/// of kh run are added to those of the profile.
///
/// Examples:
///   kh profile add web -p shop -e dev --only stripe -- node app.js
///   kh run --profile web
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ProfileArgs {
    #[command(subcommand)]
    action: Option<ProfileAction>,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // Read once, and used at once.
enum ProfileAction {
    /// List the profiles
    ///
    /// Example:
    ///   kh profile list
    #[command(verbatim_doc_comment)]
    List,
    /// Show everything about a profile
    ///
    /// Example:
    ///   kh profile show web
    #[command(verbatim_doc_comment)]
    Show {
        /// Its name
        #[arg(value_name = "PROFILE")]
        name: String,
    },
    /// Save a new profile
    ///
    /// Example:
    ///   kh profile add web -p shop -e dev --only stripe -- node app.js
    #[command(verbatim_doc_comment)]
    Add {
        /// Its name
        #[arg(value_name = "PROFILE")]
        name: String,
        #[command(flatten)]
        location: LocationArgs,
        #[command(flatten)]
        content: ProfileContentArgs,
    },
    /// Change a profile. Each given option replaces the stored one
    ///
    /// Example:
    ///   kh profile edit web --except sentry
    #[command(verbatim_doc_comment)]
    Edit {
        /// Its name
        #[arg(value_name = "PROFILE")]
        name: String,
        /// Give it a new name
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        #[command(flatten)]
        location: LocationArgs,
        #[command(flatten)]
        content: ProfileContentArgs,
        /// Remove this option from it (can be repeated)
        #[arg(long, value_name = "WHAT")]
        clear: Vec<ClearableOption>,
    },
    /// Remove a profile for good
    ///
    /// Example:
    ///   kh profile rm web
    #[command(verbatim_doc_comment)]
    Rm {
        /// Its name
        #[arg(value_name = "PROFILE")]
        name: String,
    },
}

/// What a profile gives and starts.
#[derive(Debug, Args)]
struct ProfileContentArgs {
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Require every key to have at least one of these scopes (can be repeated)
    #[arg(long = "need", value_name = "SCOPE")]
    needs: Vec<String>,
    /// Allow keys of a higher tier
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    allow_production: Option<bool>,
    /// Inherit nothing but PATH, HOME, TERM and the locale
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    clean: Option<bool>,
    /// With --clean: inherit this variable too (can be repeated)
    #[arg(long, value_name = "NAME", value_parser = some_variable)]
    keep: Vec<String>,
    /// Mask values in the output of the program
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    mask: Option<bool>,
    /// Set the working directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Set the shell for kh shell
    #[arg(long, value_name = "PATH")]
    shell: Option<String>,
    /// The command and its arguments
    #[arg(value_name = "CMD", last = true)]
    command: Vec<String>,
}

/// An option of a profile that can be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClearableOption {
    Only,
    Except,
    Prefix,
    As,
    Set,
    Need,
    Keep,
    Dir,
    Shell,
    Command,
}

/// `kh profile`
pub fn profile(context: &Context, arguments: ProfileArgs) -> Result<(), Failure> {
    match arguments.action {
        None | Some(ProfileAction::List) => list(context),
        Some(ProfileAction::Show { name }) => show(context, &name),
        Some(ProfileAction::Add {
            name,
            location,
            content,
        }) => add(context, name, &location, content),
        Some(ProfileAction::Edit {
            name,
            rename,
            location,
            content,
            clear,
        }) => {
            let mut client = context.unlocked()?;
            let saved = saved_profile(&mut client, &name)?;
            let mut profile = saved.profile;
            clear.iter().for_each(|part| empty(&mut profile, *part));
            replace(context, &mut profile, content)?;
            profile.name = rename.unwrap_or(profile.name);
            profile.project = location.project.unwrap_or(profile.project);
            profile.environment = location.environment.unwrap_or(profile.environment);
            let request = EditProfileRequest {
                id: saved.id,
                revision: saved.revision,
                profile,
            };
            let changed = client.ask(request).map_err(taken)?;
            if changed.revision == saved.revision {
                let see = "kh profile edit --help".into();
                return Err(CliProblem::NothingToChange { see }.into());
            }
            done(context, &changed, "Changed")
        }
        Some(ProfileAction::Rm { name }) => remove(context, &name),
    }
}

/// Where a name is taken, the usual hint speaks of credentials.
fn taken(error: Error) -> Failure {
    match error {
        cause @ Error::Exists { .. } => CliProblem::ProfileExists { cause }.into(),
        error => error.into(),
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let profiles = context.unlocked()?.ask(ProfilesRequest {})?;
    if context.printer.json {
        return context.printer.document(&profiles);
    }
    if profiles.is_empty() {
        return context.printer.done("There are no profiles yet.");
    }
    let mut table = Table::new(["NAME", "PROJECT", "ENV", "COMMAND"]);
    for saved in &profiles {
        let profile = &saved.profile;
        let tone = match saved.tier {
            Tier::Production => Tone::Warm,
            Tier::Development | Tier::Staging => Tone::Normal,
        };
        table.row([
            (&profile.name, Tone::Normal),
            (&profile.project, Tone::Normal),
            (&profile.environment, tone),
            (&profile.command.join(" "), Tone::Faint),
        ]);
    }
    context.printer.text(&table.render(&context.printer))
}

fn show(context: &Context, name: &str) -> Result<(), Failure> {
    let saved = saved_profile(&mut context.unlocked()?, name)?;
    if context.printer.json {
        return context.printer.document(&saved);
    }
    let mut text = String::new();
    for (label, value) in lines(&saved) {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{label:<13} {}", escaped(&value));
        }
    }
    context.printer.text(&text)
}

fn lines(saved: &ProfileView) -> Vec<(&'static str, String)> {
    let profile = &saved.profile;
    let (project, environment) = (&profile.project, &profile.environment);
    let tier = saved.tier.name();
    let said = |yes: bool, words: &str| if yes { words.into() } else { String::new() };
    let mut lines = vec![
        ("Name", profile.name.clone()),
        ("Environment", format!("{project}/{environment} ({tier})")),
        ("Only", profile.choice.only.join(", ")),
        ("Except", profile.choice.except.join(", ")),
        ("Prefix", profile.choice.prefix.clone()),
    ];
    let assigned = |label: &'static str, list: &[Assignment]| {
        let lines = list.iter();
        lines
            .map(|one| (label, format!("{}={}", one.variable, one.text)))
            .collect::<Vec<_>>()
    };
    lines.extend(assigned("As", &profile.choice.renamed));
    lines.extend(assigned("Set", &profile.choice.set));
    lines.extend([
        ("Needs scope", profile.needs.join(" or ")),
        (
            "Production",
            said(
                profile.allow_production,
                "keys of a higher tier are allowed",
            ),
        ),
        (
            "Inherits",
            said(profile.clean, "nothing but PATH, HOME, TERM and the locale"),
        ),
        ("Keeps", profile.keep.join(", ")),
        (
            "Masks",
            said(profile.mask, "values in the output of the program"),
        ),
        ("Directory", profile.directory.clone().unwrap_or_default()),
        ("Shell", profile.shell.clone().unwrap_or_default()),
        ("Command", profile.command.join(" ")),
    ]);
    lines
}

fn add(
    context: &Context,
    name: String,
    location: &LocationArgs,
    content: ProfileContentArgs,
) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let place = ProjectEnvironment::find(context, &mut client, location)?;
    let mut profile = Profile {
        name,
        project: place.project,
        environment: place.environment,
        ..Profile::default()
    };
    replace(context, &mut profile, content)?;
    done(
        context,
        &client.ask(AddProfileRequest { profile }).map_err(taken)?,
        "Saved",
    )
}

fn done(context: &Context, saved: &ProfileView, what: &str) -> Result<(), Failure> {
    if context.printer.json {
        return context.printer.document(saved);
    }
    let name = escaped(&saved.profile.name);
    context.printer.done(&format!("{what} {name}."))
}

fn remove(context: &Context, name: &str) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let saved = saved_profile(&mut client, name)?;
    client.ask(RemoveProfileRequest {
        id: saved.id,
        revision: saved.revision,
    })?;
    if context.printer.json {
        return context.printer.document(&saved);
    }
    let name = escaped(name);
    context.printer.done(&format!("Removed {name}."))
}

/// What was given takes the place of what was there.
fn replace(
    context: &Context,
    profile: &mut Profile,
    given: ProfileContentArgs,
) -> Result<(), Failure> {
    fn list<T>(old: &mut Vec<T>, new: Vec<T>) {
        if !new.is_empty() {
            *old = new;
        }
    }
    let choice = choice(context, &given.choice, None)?;
    list(&mut profile.choice.only, choice.only);
    list(&mut profile.choice.except, choice.except);
    list(&mut profile.choice.renamed, choice.renamed);
    list(&mut profile.choice.set, choice.set);
    list(&mut profile.needs, given.needs);
    list(&mut profile.keep, given.keep);
    list(&mut profile.command, given.command);
    if !choice.prefix.is_empty() {
        profile.choice.prefix = choice.prefix;
    }
    if let Some(dir) = given.dir {
        let dir = std::path::absolute(&dir)
            .map_err(|error| Failure::system(SystemPart::WorkingDirectory, &error))?;
        let found = std::fs::read_dir(&dir);
        found.map_err(|error| Failure::io(dir.display(), &error))?;
        profile.directory = Some(crate::target::path_text(&dir)?);
    }
    profile.shell = given.shell.or_else(|| profile.shell.take());
    profile.allow_production = given.allow_production.unwrap_or(profile.allow_production);
    profile.clean = given.clean.unwrap_or(profile.clean);
    profile.mask = given.mask.unwrap_or(profile.mask);
    Ok(())
}

fn empty(profile: &mut Profile, part: ClearableOption) {
    let choice = &mut profile.choice;
    match part {
        ClearableOption::Only => choice.only.clear(),
        ClearableOption::Except => choice.except.clear(),
        ClearableOption::Prefix => choice.prefix.clear(),
        ClearableOption::As => choice.renamed.clear(),
        ClearableOption::Set => choice.set.clear(),
        ClearableOption::Need => profile.needs.clear(),
        ClearableOption::Keep => profile.keep.clear(),
        ClearableOption::Dir => profile.directory = None,
        ClearableOption::Shell => profile.shell = None,
        ClearableOption::Command => profile.command.clear(),
    }
}
