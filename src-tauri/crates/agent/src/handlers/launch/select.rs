//! Which variables of a source a launch gets, under which names, and what is set besides.

use crate::handlers::launch::types::LaunchPlan;
use std::collections::HashSet;

use keyhaven_protocol::Reference;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::{ProjectVariable, Template};
use keyhaven_protocol::request::{Assignment, Choice};
use keyhaven_rules::variables::is_variable_name;
use keyhaven_vault::{Credential, CredentialFilter, Location, Unlocked};

use crate::errors::to_protocol;
use crate::handlers::lookup;
use crate::server::client_session::Now;

/// The variables of a launch, before their references are looked up.
pub(crate) struct SelectedVariables {
    pub(crate) variables: Vec<ProjectVariable>,
    /// Names of credentials that would fill some, but are revoked.
    pub(crate) revoked: Vec<String>,
}

/// Chooses from what a source gives.
pub(crate) fn choose(
    vault: &Unlocked,
    plan: &LaunchPlan,
    choice: &Choice,
    now: &Now,
) -> Result<SelectedVariables, Error> {
    let mut chosen = match &plan.wanted {
        None => all_of(vault, &plan.location, now)?,
        Some(wanted) => SelectedVariables {
            variables: wanted.clone(),
            revoked: plan.revoked.clone(),
        },
    };
    let chooser = Selector {
        vault,
        location: &plan.location,
        now,
    };
    chooser.narrow(&mut chosen, choice)?;
    chooser.rename(&mut chosen.variables, choice)?;
    Ok(chosen)
}

/// Every credential of an environment that fills variables, with references to each.
fn all_of(vault: &Unlocked, location: &Location, now: &Now) -> Result<SelectedVariables, Error> {
    let filter = CredentialFilter {
        project: Some(location.project.clone()),
        environment: Some(location.environment.clone()),
        ..CredentialFilter::default()
    };
    let mut chosen = SelectedVariables {
        variables: Vec::new(),
        revoked: Vec::new(),
    };
    vault
        .each(&filter, &now.clock, |summary| {
            let credential = &summary.credential;
            if credential.revoked_at.is_some() {
                chosen.revoked.push(credential.name.clone());
                return;
            }
            let fields = credential.fields.iter();
            let variables = fields.filter_map(|field| {
                Some(ProjectVariable {
                    name: field.variable.clone()?,
                    template: Template::of(relative(&credential.name, Some(&field.name))),
                })
            });
            chosen.variables.extend(variables);
        })
        .map_err(to_protocol)?;
    Ok(chosen)
}

struct Selector<'a> {
    vault: &'a Unlocked,
    location: &'a Location,
    now: &'a Now,
}

impl Selector<'_> {
    /// Leaves what is wanted of the source. A name that is not there is refused, or a typing
    /// error would let in what was to stay out.
    fn narrow(&self, chosen: &mut SelectedVariables, choice: &Choice) -> Result<(), Error> {
        let only = self.existing(&choice.only)?;
        let except = self.existing(&choice.except)?;
        for (reference, credential) in &only {
            if credential.revoked_at.is_some() {
                return Err(Error::Revoked {
                    name: credential.name.clone(),
                });
            }
            let mut filled = chosen.variables.iter().map(|one| &one.template);
            if !filled.any(|template| template.references().any(|one| self.covers(reference, one)))
            {
                return Err(Error::invalid(Problem::SetsNoVariable {
                    name: credential.name.clone(),
                }));
            }
        }
        let among = |list: &[(Reference, Credential)], one: &Reference| {
            list.iter()
                .any(|(reference, _)| self.covers(reference, one))
        };
        let wanted =
            |one: &Reference| (only.is_empty() || among(&only, one)) && !among(&except, one);
        chosen
            .variables
            .retain(|variable| variable.template.references().all(wanted));
        chosen.revoked.retain(|name| wanted(&relative(name, None)));
        Ok(())
    }

    fn existing(&self, texts: &[String]) -> Result<Vec<(Reference, Credential)>, Error> {
        let find = |text: &String| {
            let reference = reference(text)?;
            let credential = lookup::referred(self.vault, self.location, &reference, self.now)?;
            Ok((reference, credential))
        };
        texts.iter().map(find).collect()
    }

    /// Gives the variables their names, and adds those that are renamed one by one: they take
    /// the place of others of that name.
    fn rename(&self, variables: &mut Vec<ProjectVariable>, choice: &Choice) -> Result<(), Error> {
        let renamed: Vec<ProjectVariable> = choice
            .renamed
            .iter()
            .map(|one| Ok(wanted(one, Template::of(reference(&one.text)?))))
            .collect::<Result<_, Error>>()?;
        variables.retain(|variable| {
            let mut others = renamed.iter().filter_map(|other| other.template.alone());
            variable
                .template
                .alone()
                .is_none_or(|own| !others.any(|other| self.covers(other, own)))
        });
        for variable in variables.iter_mut() {
            variable.name.insert_str(0, &choice.prefix);
        }
        let mut own = renamed;
        for one in &choice.set {
            own.push(wanted(one, template(&one.variable, &one.text)?));
        }
        variables.retain(|one| own.iter().all(|other| other.name != one.name));
        variables.extend(own);
        check_names(variables)
    }

    /// Whether a reference means what another one does, or the credential it is a field of.
    /// Both fields are there, and without a field the only one is meant.
    fn covers(&self, reference: &Reference, other: &Reference) -> bool {
        let fields = [&reference.field, &other.field];
        reference.name == other.name
            && self.location_of(reference) == self.location_of(other)
            && (fields.iter().any(|field| field.is_none()) || fields[0] == fields[1])
    }

    fn location_of(&self, reference: &Reference) -> Location {
        lookup::location_of(reference, self.location)
    }
}

fn wanted(one: &Assignment, template: Template) -> ProjectVariable {
    ProjectVariable {
        name: one.variable.clone(),
        template,
    }
}

fn relative(name: &str, field: Option<&str>) -> Reference {
    Reference {
        place: None,
        name: name.into(),
        field: field.map(Into::into),
    }
}

/// As somebody wrote it.
pub(crate) fn reference(text: &str) -> Result<Reference, Error> {
    Reference::parse(text).map_err(|error| Error::invalid(error.problem()))
}

/// The text of a variable, as somebody wrote it.
pub(crate) fn template(variable: &str, text: &str) -> Result<Template, Error> {
    Template::parse(text).map_err(|expected| {
        Error::invalid(Problem::BadTemplate {
            variable: variable.into(),
            expected,
        })
    })
}

/// Each is a name that a variable can have, and stands once.
fn check_names(variables: &[ProjectVariable]) -> Result<(), Error> {
    let mut names = HashSet::new();
    for variable in variables {
        let name = &variable.name;
        if !is_variable_name(name) {
            return Err(Error::invalid(Problem::BadVariable {
                variable: Some(name.escape_debug().to_string()),
            }));
        }
        if !names.insert(name) {
            return Err(Error::invalid(Problem::VariableTwice {
                variable: name.clone(),
            }));
        }
    }
    Ok(())
}
