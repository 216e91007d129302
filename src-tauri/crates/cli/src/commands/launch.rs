//! `run` and `env`: values on their way to a program.

mod files;
pub mod hints;
pub mod supervise;

use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;

use keyhaven_client::Client;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    Choice, LaunchPurpose, LaunchSource, Overrides, Profile, ResolveRequest, StartFailedRequest,
    WantedFile,
};
use keyhaven_protocol::view::{Claimed, FieldKind, LaunchView, VariableView};
use keyhaven_protocol::wording::system_words;
use keyhaven_runner::{
    ChildEnvironment, EnvironmentError, ExecError, InjectedVariable, Supervisor, exec,
};
use keyhaven_secret::SecretBytes;

use self::supervise::Beside;
use super::status::notice_words;
use crate::command_line::{ChoiceArgs, EnvArgs, EnvFormat, InheritArgs, LaunchArgs, RunArgs};
use crate::error::Failure;
use crate::session::Context;
use crate::{format, target};

/// What a launch was given, and the connection that was given it.
pub struct Launch {
    /// Project, environment and what came with them.
    pub view: LaunchView,
    /// Variables that hold no secret.
    pub plain: Vec<String>,
    /// Variables that no credential fills under its own name.
    lent: Vec<String>,
    /// Secrets that stand within the variables' values, or in files.
    pub parts: Vec<SecretBytes>,
    /// Files in memory, which stay open through `exec`.
    pub memory: Vec<OwnedFd>,
    /// The agent, which knows what it released to whom.
    pub client: Client,
}

/// What is to be launched, before its variables are asked for.
pub struct Order {
    /// The agent, unlocked.
    pub client: Client,
    /// Where the variables come from.
    pub source: LaunchSource,
    /// Which of them.
    pub choice: Choice,
    /// What is given as files by the agent.
    pub files: Vec<WantedFile>,
    /// What is let in this once.
    pub overrides: Overrides,
    /// What the profile says; nothing where there is none.
    pub profile: Profile,
}

/// Finds out what is to be launched, and goes to where its profile says.
pub fn order(context: &Context, arguments: &LaunchArgs) -> Result<Order, Failure> {
    let choice = choice(context, &arguments.choice)?;
    let overrides = Overrides {
        expired: arguments.expired.map(Into::into),
        production: arguments.allow_production,
    };
    let mut order = Order {
        source: match &arguments.profile {
            None => target::launch_source(&arguments.place)?,
            Some(name) => LaunchSource::Profile { name: name.clone() },
        },
        client: context.unlocked()?,
        choice,
        files: Vec::new(),
        overrides,
        profile: Profile::default(),
    };
    if let Some(name) = &arguments.profile {
        order.profile = super::profile::find(&mut order.client, name)?.profile;
    }
    if let Some(directory) = &order.profile.directory {
        std::env::set_current_dir(directory).map_err(|error| Failure::io(directory, &error))?;
    }
    Ok(order)
}

/// Asks for the variables of a launch, and says what its owner should know.
pub fn resolve(
    context: &Context,
    order: Order,
    purpose: LaunchPurpose,
    program: Option<&OsStr>,
) -> Result<(Launch, Vec<InjectedVariable>), Failure> {
    let mut client = order.client;
    let directory = target::working_directory().ok();
    let claimed = Claimed {
        program: program.map(|program| program.to_string_lossy().into_owned()),
        directory: directory.map(|directory| directory.to_string_lossy().into_owned()),
        profile: None,
    };
    let (source, choice) = (order.source, order.choice);
    let files = order.files.iter().map(|file| file.given.variable.clone());
    let files: Vec<String> = files.collect();
    let request = ResolveRequest {
        source: source.clone(),
        choice: choice.clone(),
        overrides: order.overrides,
        files: order.files,
        purpose,
        claimed,
    };
    let answered = client.ask_with(request, &Default::default());
    let mut answered = answered.map_err(|error| hints::explained(error, &source))?;
    let mut view = answered.answer;
    for notice in &view.notices {
        context.printer.warn(&notice_words(notice));
    }
    let starts = matches!(
        purpose,
        LaunchPurpose::Run | LaunchPurpose::Shell | LaunchPurpose::Env
    );
    if starts && view.variables.is_empty() {
        let (project, environment) = (&view.project, &view.environment);
        let nothing = format!("no key of {project}/{environment} fills a variable here");
        context.printer.note(&nothing);
    }
    let names = view.variables.iter().map(|variable| variable.name.clone());
    let names: Vec<String> = names.collect();
    let mut lent = hints::lent(&names, &source, [&choice, &order.profile.choice]);
    lent.extend(files);
    let is_plain = |variable: &&VariableView| variable.kind == FieldKind::Plain;
    let plain = view.variables.iter().filter(is_plain);
    let plain = plain.map(|variable| variable.name.clone()).collect();
    let injected = variables(&mut view, &mut answered.segments);
    let injected = injected.ok_or_else(|| Failure::defect("the answer to a launch"))?;
    let parts = std::mem::take(&mut view.parts)
        .into_iter()
        .map(|part| answered.segments.take(part))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Failure::defect("the answer to a launch"))?;
    let launch = Launch {
        view,
        plain,
        lent,
        parts,
        memory: Vec::new(),
        client,
    };
    Ok((launch, injected))
}

/// The variables of an answer, out of its segments; none where one is not there.
pub fn variables(view: &mut LaunchView, segments: &mut Segments) -> Option<Vec<InjectedVariable>> {
    let variables = std::mem::take(&mut view.variables).into_iter();
    variables
        .map(|variable| {
            Some(InjectedVariable {
                value: segments.take(variable.value).ok()?,
                name: variable.name,
                allow_loader: variable.allow_loader_variable,
            })
        })
        .collect()
}

/// The choice as the agent reads it.
pub fn choice(context: &Context, arguments: &ChoiceArgs) -> Result<Choice, Failure> {
    let written_all = |texts: &[String]| -> Result<_, Failure> {
        texts.iter().map(|text| written(text)).collect()
    };
    let mut renamed = arguments.renamed.clone();
    for one in &mut renamed {
        one.text = written(&one.text)?;
    }
    hints::check_texts(context, &arguments.set)?;
    Ok(Choice {
        only: written_all(&arguments.only)?,
        except: written_all(&arguments.except)?,
        prefix: arguments.prefix.clone().unwrap_or_default(),
        renamed,
        set: arguments.set.clone(),
    })
}

/// A reference as the agent reads it.
pub fn written(text: &str) -> Result<String, Failure> {
    target::reference(text).map(|found| found.to_string())
}

/// What a clean environment keeps, besides the locale's `LC_...` (POSIX.1-2017, Environment
/// Variables).
const KEPT: [&str; 5] = ["PATH", "HOME", "TERM", "LANG", "LANGUAGE"];

/// The variables that the child inherits.
pub fn inherited(
    arguments: &InheritArgs,
    profile: &Profile,
) -> impl Iterator<Item = (OsString, OsString)> + use<> {
    let clean = arguments.clean || profile.clean;
    let keep: Vec<String> = arguments
        .keep
        .iter()
        .chain(&profile.keep)
        .cloned()
        .collect();
    let kept = move |name: &OsStr| {
        let named = keep.iter().any(|keep| name == keep.as_str());
        let locale = name.as_encoded_bytes().starts_with(b"LC_");
        !clean || named || locale || KEPT.iter().any(|kept| name == *kept)
    };
    std::env::vars_os().filter(move |(name, _)| kept(name))
}

impl Launch {
    /// Becomes the program. Returns only if that failed, which the log learns as well.
    pub fn become_program(
        mut self,
        program: &OsStr,
        arguments: &[OsString],
        inherited: impl Iterator<Item = (OsString, OsString)>,
        injected: Vec<InjectedVariable>,
    ) -> Failure {
        let failure = match ChildEnvironment::new(inherited, injected) {
            Ok(environment) => self.not_started(&exec(program, arguments, &environment)),
            Err(error) => self.refused(&error, "nothing was started"),
        };
        self.never_started();
        failure
    }

    /// Says that nothing was started. The answer to the command is the first failure, so
    /// that of this message is left aside.
    pub fn never_started(&mut self) {
        let _ = self.client.ask(StartFailedRequest {
            release: self.view.release,
        });
    }

    /// Why nothing was started, in words.
    pub fn not_started(&self, error: &ExecError) -> Failure {
        let (code, hint) = match error {
            ExecError::NotFound { .. } => ("not_found", "is it installed, and in PATH?"),
            ExecError::NotExecutable { .. } => ("not_executable", "see its mode with: ls -l"),
            ExecError::TooLarge(error) => return self.refused(error, "nothing was started"),
        };
        let message = match error {
            ExecError::NotExecutable { program, source } => {
                format!("{program} cannot be executed: {}", system_words(source))
            }
            error => error.to_string(),
        };
        Failure::own(code, error.exit_status(), message, hint)
    }

    fn refused(&self, error: &EnvironmentError, nothing: &str) -> Failure {
        hints::refused(error, &self.lent, nothing)
    }
}

/// `kh run`
pub fn run(context: &Context, arguments: RunArgs) -> Result<(), Failure> {
    let mut parent = None;
    loop {
        run_once(context, &arguments, &mut parent)?;
        context.printer.note("a key has a new value: starting anew");
    }
}

/// Comes back where a program is to be started anew.
fn run_once(
    context: &Context,
    arguments: &RunArgs,
    parent: &mut Option<Supervisor>,
) -> Result<(), Failure> {
    // Before the values are drawn, so that no change falls between.
    let events = arguments
        .watch
        .then(|| supervise::events(context))
        .transpose()?;
    let mut order = order(context, &arguments.launch)?;
    order.give(&arguments.files)?;
    let mut command = arguments.command.clone();
    if command.is_empty() {
        command = order.profile.command.iter().map(Into::into).collect();
    }
    let Some((program, rest)) = command.split_first() else {
        return Err(Failure::usage(
            "there is no command to run",
            "see: kh run --help",
        ));
    };
    if program.is_empty() {
        return Err(Failure::usage("the command is empty", "see: kh run --help"));
    }
    let beside = Beside {
        mask: arguments.mask || order.profile.mask,
        events,
        signal: arguments.watch_signal,
    };
    let purpose = LaunchPurpose::Run;
    let inherited = inherited(&arguments.inherit, &order.profile);
    let (mut launch, mut injected) = resolve(context, order, purpose, Some(program))?;
    launch.put_into_memory(&mut injected, &arguments.files, beside.is_wanted())?;
    if beside.is_wanted() {
        return beside.stay(
            context,
            parent,
            launch,
            (program, rest),
            inherited,
            injected,
        );
    }
    Err(launch.become_program(program, rest, inherited, injected))
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
