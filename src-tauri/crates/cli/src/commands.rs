//! The commands: one file each, with its arguments, its help and its code.
//!
//! A new command is a file with an `Args` type, whose doc comment is the help, and a function
//! that takes it; a line in the list below; and a mention in `help/overview.txt`.

pub mod add;
pub mod agent;
pub mod allow;
pub mod askpass;
pub mod audit;
pub mod backup;
pub mod check;
pub mod completions;
pub mod config;
mod credential_helpers;
pub mod credential_process;
pub mod deny;
pub mod doctor;
pub mod due;
pub mod edit;
pub mod env;
pub mod environment;
mod fitting;
pub mod get;
pub mod git_credential;
pub mod health;
pub mod help;
pub mod history;
pub mod hook;
pub mod import;
pub mod init;
pub mod inject;
mod launch;
pub mod list;
pub mod lock;
mod marked;
mod metadata;
mod next_expiry;
mod page;
pub mod password;
pub mod profile;
pub mod provider;
pub mod recovery;
mod registry;
pub mod rename;
pub mod restore;
pub mod revoke;
pub mod rm;
pub mod rollback;
pub mod rotate;
mod rotation;
pub mod run;
pub mod salvage;
pub mod set;
pub mod shell;
pub mod show;
pub mod snooze;
pub mod status;
pub mod trash;
pub mod unlock;
mod value;
pub mod verify;

pub use registry::{CommandDefinition, define};

registry::commands! {
    "init" => init::init,
    "unlock" => unlock::unlock,
    "lock" => lock::lock,
    "password" => password::password,
    "recovery" => recovery::recovery,
    "status" => status::status,
    "add" => add::add,
    "set" => set::set,
    "edit" => edit::edit,
    "rename" => rename::rename,
    "rm" => rm::rm,
    "trash" => trash::trash,
    "get" => get::get,
    "list" => list::list,
    "show" => show::show,
    "rotate" => rotate::rotate,
    "rollback" => rollback::rollback,
    "revoke" => revoke::revoke,
    "history" => history::history,
    "due" => due::due,
    "health" => health::health,
    "check" => check::check,
    "snooze" => snooze::snooze,
    "environment" => environment::environment,
    "import" => import::import,
    "run" => run::run,
    "shell" => shell::shell,
    "env" => env::env,
    "profile" => profile::profile,
    "provider" => provider::provider,
    "inject" => inject::inject,
    "hook" => hook::hook,
    "credential-process" => credential_process::credential_process,
    "git-credential" => git_credential::git_credential,
    "askpass" => askpass::askpass,
    "allow" => allow::allow,
    "deny" => deny::deny,
    "audit" => audit::audit,
    "config" => config::config,
    "verify" => verify::verify,
    "backup" => backup::backup,
    "restore" => restore::restore,
    "salvage" => salvage::salvage,
    "doctor" => doctor::doctor,
    "agent" => agent::agent,
    "completions" => completions::completions,
    "help" => help::help,
}

/// The command of that name.
pub fn find(name: &str) -> Option<&'static CommandDefinition> {
    COMMANDS.iter().find(|command| command.name == name)
}
