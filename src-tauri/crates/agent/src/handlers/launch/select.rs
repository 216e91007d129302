//! Which variables of a source a launch gets, under which names, and what is set besides.

use crate::handlers::launch::bounds;
use crate::handlers::launch::types::LaunchPlan;
use std::collections::{HashMap, HashSet};

use keyhaven_protocol::Reference;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::{ProjectVariable, Template};
use keyhaven_protocol::request::{Assignment, Choice};
use keyhaven_rules::variables::is_variable_name;
use keyhaven_vault::{Credential, Location, Unlocked, stop};
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::failure::RequestFailure;
use crate::handlers::lookup;

/// The variables of a launch, before their references are looked up.
#[derive(Default)]
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
) -> Result<SelectedVariables, RequestFailure> {
    bounds::check_choice(choice)?;
    let selector = Selector {
        vault,
        location: &plan.location,
    };
    let only = selector.existing(&choice.only)?;
    let except = selector.existing(&choice.except)?;
    let mut chosen = match &plan.wanted {
        Some(wanted) => SelectedVariables {
            variables: wanted.clone(),
            revoked: plan.revoked.clone(),
        },
        None if only.is_empty() => all_of(vault, &plan.location)?,
        // However many others there are, they are not looked at.
        None => these(&plan.location, &only),
    };
    selector.narrow(&mut chosen, &only, &except)?;
    selector.rename(&mut chosen.variables, choice)?;
    Ok(chosen)
}

/// Every credential of an environment that fills variables, with references to each.
fn all_of(vault: &Unlocked, location: &Location) -> Result<SelectedVariables, Error> {
    let mut chosen = SelectedVariables::default();
    vault
        .each_in(location, |credential| {
            if credential.revoked_at.is_some() {
                chosen.revoked.push(credential.name.clone());
            } else {
                chosen.variables.extend(variables(credential));
            }
            Ok(())
        })
        .map_err(to_protocol)?;
    Ok(chosen)
}

/// Of an environment, those credentials that are named.
fn these(location: &Location, named: &[ChosenCredential]) -> SelectedVariables {
    let mut known = HashSet::new();
    let of_it = named.iter().filter(|one| one.location == *location);
    let once = of_it.filter(|one| known.insert(&one.reference.name));
    SelectedVariables {
        variables: once.flat_map(|one| one.variables.clone()).collect(),
        revoked: Vec::new(),
    }
}

/// The variables that a credential fills.
fn variables(credential: &Credential) -> Vec<ProjectVariable> {
    let fields = credential.fields.iter();
    let variables = fields.filter_map(|field| {
        Some(ProjectVariable {
            name: field.variable.clone()?,
            template: Template::of(relative(&credential.name, Some(&field.name))),
        })
    });
    variables.collect()
}

/// A credential that a choice names.
struct ChosenCredential {
    id: Uuid,
    reference: Reference,
    location: Location,
    revoked: bool,
    variables: Vec<ProjectVariable>,
}

impl ChosenCredential {
    /// What names it in any command.
    fn full_reference(&self) -> String {
        let location = &self.location;
        let reference = Reference {
            place: Some((location.project.clone(), location.environment.clone())),
            ..self.reference.clone()
        };
        reference.to_string()
    }
}

/// References by what they mean.
struct ReferenceSet<'a> {
    own: &'a Location,
    /// By project, environment and name.
    fields: HashMap<[&'a str; 3], HashSet<Option<&'a str>>>,
}

impl<'a> ReferenceSet<'a> {
    fn new(own: &'a Location, references: impl Iterator<Item = &'a Reference>) -> Self {
        let mut set = Self {
            own,
            fields: HashMap::new(),
        };
        for reference in references {
            let key = place_and_name(own, reference);
            let fields = set.fields.entry(key).or_default();
            fields.insert(reference.field.as_deref());
        }
        set
    }

    /// Whether one of them means what a reference does, or the credential it is a field of.
    /// Both fields are there, and without a field the only one is meant.
    fn covers(&self, reference: &Reference) -> bool {
        let fields = self.fields.get(&place_and_name(self.own, reference));
        fields.is_some_and(|fields| match reference.field.as_deref() {
            None => true,
            field => fields.contains(&None) || fields.contains(&field),
        })
    }
}

fn place_and_name<'r>(own: &'r Location, reference: &'r Reference) -> [&'r str; 3] {
    let (project, environment) = match &reference.place {
        Some((project, environment)) => (project, environment),
        None => (&own.project, &own.environment),
    };
    [project, environment, &reference.name]
}

struct Selector<'a> {
    vault: &'a Unlocked,
    location: &'a Location,
}

impl Selector<'_> {
    /// Leaves what is wanted of the source. A name that is not there is refused, or a typing
    /// error would let in what was to stay out.
    fn narrow(
        &self,
        chosen: &mut SelectedVariables,
        only: &[ChosenCredential],
        except: &[ChosenCredential],
    ) -> Result<(), RequestFailure> {
        let variables = chosen.variables.iter();
        let references = variables.flat_map(|variable| variable.template.references());
        let filled = ReferenceSet::new(self.location, references);
        for named in only {
            let name = || named.reference.name.clone();
            if named.revoked {
                let refused = vec![(name(), named.id)];
                let error = Error::Revoked { name: name() };
                return Err(RequestFailure::about(error, refused));
            }
            if !filled.covers(&named.reference) {
                let name = named.full_reference();
                return Err(Error::invalid(Problem::SetsNoVariable { name }).into());
            }
        }
        let only = self.set(only);
        let except = self.set(except);
        let wanted =
            |one: &Reference| (only.fields.is_empty() || only.covers(one)) && !except.covers(one);
        chosen
            .variables
            .retain(|variable| variable.template.references().all(wanted));
        chosen.revoked.retain(|name| wanted(&relative(name, None)));
        Ok(())
    }

    fn set<'s>(&'s self, named: &'s [ChosenCredential]) -> ReferenceSet<'s> {
        ReferenceSet::new(self.location, named.iter().map(|one| &one.reference))
    }

    fn existing(&self, texts: &[String]) -> Result<Vec<ChosenCredential>, Error> {
        let find = |text: &String| {
            stop::check().map_err(to_protocol)?;
            let reference = reference(text)?;
            let credential = lookup::referred(self.vault, self.location, &reference)?;
            Ok(ChosenCredential {
                id: credential.id,
                reference,
                revoked: credential.revoked_at.is_some(),
                variables: variables(&credential),
                location: credential.location,
            })
        };
        texts.iter().map(find).collect()
    }

    /// Gives the variables their names, and adds those that are renamed one by one: they take
    /// the place of others of that name.
    fn rename(&self, variables: &mut Vec<ProjectVariable>, choice: &Choice) -> Result<(), Error> {
        let mut own: Vec<ProjectVariable> = choice
            .renamed
            .iter()
            .map(|one| Ok(wanted(one, Template::of(reference(&one.text)?))))
            .collect::<Result<_, Error>>()?;
        let references = own.iter().filter_map(|one| one.template.alone());
        let renamed = ReferenceSet::new(self.location, references);
        variables.retain(|variable| {
            let alone = variable.template.alone();
            alone.is_none_or(|alone| !renamed.covers(alone))
        });
        for variable in variables.iter_mut() {
            variable.name.insert_str(0, &choice.prefix);
        }
        for one in &choice.set {
            own.push(wanted(one, template(&one.variable, &one.text)?));
        }
        let taken: HashSet<&String> = own.iter().map(|one| &one.name).collect();
        variables.retain(|one| !taken.contains(&one.name));
        variables.extend(own);
        check_names(variables)
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
