//! `profile`: saved ways to launch.

use std::fmt::Write as _;

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{
    AddProfileRequest, Assignment, EditProfileRequest, Profile, ProfileRequest, ProfileView,
    ProfilesRequest, RemoveProfileRequest,
};
use keyhaven_protocol::view::Tier;
use keyhaven_protocol::wording::{self, tier_word};

use super::launch::choice;
use crate::command_line::{PlaceArgs, ProfileAction, ProfileArgs, RecipeArgs, RecipePart};
use crate::error::Failure;
use crate::output::{Tone, plain};
use crate::session::Context;
use crate::table::Table;
use crate::target::Place;

/// `kh profile`
pub fn profile(context: &Context, arguments: ProfileArgs) -> Result<(), Failure> {
    match arguments.action {
        None | Some(ProfileAction::List) => list(context),
        Some(ProfileAction::Show { name }) => show(context, &name),
        Some(ProfileAction::Add {
            name,
            place,
            recipe,
        }) => add(context, name, &place, recipe),
        Some(ProfileAction::Edit {
            name,
            rename,
            place,
            recipe,
            clear,
        }) => {
            let mut client = context.unlocked()?;
            let saved = find(&mut client, &name)?;
            let mut profile = saved.profile;
            clear.iter().for_each(|part| empty(&mut profile, *part));
            replace(context, &mut profile, recipe)?;
            profile.name = rename.unwrap_or(profile.name);
            profile.project = place.project.unwrap_or(profile.project);
            profile.environment = place.environment.unwrap_or(profile.environment);
            let request = EditProfileRequest {
                id: saved.id,
                revision: saved.revision,
                profile,
            };
            done(context, &client.ask(request).map_err(taken)?, "Changed")
        }
        Some(ProfileAction::Rm { name }) => remove(context, &name),
    }
}

/// Where a name is taken, the usual hint speaks of credentials.
fn taken(error: Error) -> Failure {
    match error {
        Error::Exists { .. } => {
            let hint = "choose another name, or change it with: kh profile edit";
            Failure::own("exists", 5, wording::message(&error), hint)
        }
        error => error.into(),
    }
}

/// The profile of that name.
pub fn find(client: &mut Client, name: &str) -> Result<ProfileView, Failure> {
    Ok(client.ask(ProfileRequest { name: name.into() })?)
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
            Tier::Development | Tier::Staging => Tone::Plain,
        };
        table.row([
            (&profile.name, Tone::Plain),
            (&profile.project, Tone::Plain),
            (&profile.environment, tone),
            (&profile.command.join(" "), Tone::Faint),
        ]);
    }
    context
        .printer
        .out(table.render(&context.printer).as_bytes())
}

fn show(context: &Context, name: &str) -> Result<(), Failure> {
    let saved = find(&mut context.unlocked()?, name)?;
    if context.printer.json {
        return context.printer.document(&saved);
    }
    let mut text = String::new();
    for (label, value) in lines(&saved) {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{label:<13} {}", plain(&value));
        }
    }
    context.printer.out(text.as_bytes())
}

fn lines(saved: &ProfileView) -> Vec<(&'static str, String)> {
    let profile = &saved.profile;
    let (project, environment) = (&profile.project, &profile.environment);
    let tier = tier_word(saved.tier);
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
            said(profile.allow_production, "keys of a higher tier are let in"),
        ),
        (
            "Inherits",
            said(profile.clean, "nothing but PATH, HOME, TERM and the locale"),
        ),
        ("Keeps", profile.keep.join(", ")),
        (
            "Masks",
            said(profile.mask, "values in what the program prints"),
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
    place: &PlaceArgs,
    recipe: RecipeArgs,
) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let place = Place::find(context, &mut client, place)?;
    let mut profile = Profile {
        name,
        project: place.project,
        environment: place.environment,
        ..Profile::default()
    };
    replace(context, &mut profile, recipe)?;
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
    let name = plain(&saved.profile.name);
    context.printer.done(&format!("{what} {name}."))
}

fn remove(context: &Context, name: &str) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let saved = find(&mut client, name)?;
    client.ask(RemoveProfileRequest {
        id: saved.id,
        revision: saved.revision,
    })?;
    if context.printer.json {
        return context.printer.document(&saved);
    }
    let name = plain(name);
    context.printer.done(&format!("Removed {name}."))
}

/// What was given takes the place of what was there.
fn replace(context: &Context, profile: &mut Profile, given: RecipeArgs) -> Result<(), Failure> {
    fn list<T>(old: &mut Vec<T>, new: Vec<T>) {
        if !new.is_empty() {
            *old = new;
        }
    }
    let choice = choice(context, &given.choice)?;
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
            .map_err(|error| Failure::system("the working directory", &error))?;
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

fn empty(profile: &mut Profile, part: RecipePart) {
    let choice = &mut profile.choice;
    match part {
        RecipePart::Only => choice.only.clear(),
        RecipePart::Except => choice.except.clear(),
        RecipePart::Prefix => choice.prefix.clear(),
        RecipePart::As => choice.renamed.clear(),
        RecipePart::Set => choice.set.clear(),
        RecipePart::Need => profile.needs.clear(),
        RecipePart::Keep => profile.keep.clear(),
        RecipePart::Dir => profile.directory = None,
        RecipePart::Shell => profile.shell = None,
        RecipePart::Command => profile.command.clear(),
    }
}
