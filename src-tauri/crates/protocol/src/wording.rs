//! The English words of every error: what happened, and what to do about it.
//!
//! Both clients word errors here and nowhere else. No text holds a value.

use crate::error::Error;
use crate::request::KeyDerivationView;
use crate::view::Tier;

/// What happened, without a final full stop.
#[must_use]
pub fn message(error: &Error) -> String {
    match error {
        Error::WrongPassword => "the password is wrong".into(),
        Error::WrongRecoveryKey => "this recovery key does not open this vault".into(),
        Error::MistypedRecoveryKey => "the recovery key is not typed correctly".into(),
        Error::NoVault { folder } => format!("there is no vault in {folder} yet"),
        Error::NotAVault { path } => format!("{path} is not a Keyhaven vault"),
        Error::NewerVault { vault, program } => {
            format!("the vault has format {vault}, this program reads up to {program}")
        }
        Error::OlderCopy { changes } => {
            format!(
                "this copy of the vault is {} older than the one last opened here",
                count(*changes, "change")
            )
        }
        Error::UnsafePath { path, problem } => format!("{path} is not safe to use: {problem}"),
        Error::LongSocketPath { path } => {
            format!("{path} is too long for a socket: at most 107 bytes")
        }
        Error::Io { path, problem } => format!("{path}: {problem}"),
        Error::DiskFull => "the disk is full; nothing was changed".into(),
        Error::KdfRefused { problem } => {
            format!("the vault's header asks for key derivation out of bounds: {problem}")
        }
        Error::NotEnoughMemory { needed_mib } => {
            format!("unlocking needs {needed_mib} MiB of memory, which are not free")
        }
        Error::WeakPassword { minimum } => {
            format!("the master password needs at least {minimum} characters")
        }
        Error::PasswordNeeded => "this change needs the master password".into(),
        Error::NoClipboard { problem } => format!("the clipboard could not be reached: {problem}"),
        Error::NoKeychain { problem } => {
            format!("the login keychain could not be used: {problem}")
        }
        Error::NoPrivateFile { problem } => format!("a key cannot be given as a file: {problem}"),
        Error::Cancelled => "cancelled".into(),
        Error::BackupFailed { problem } => {
            format!("no backup could be written before it: {problem}; nothing was changed")
        }
        Error::NotABackup { path } => format!("{path} is not a backup of Keyhaven"),
        Error::Malformed {
            file,
            line,
            column,
            expected,
        } => {
            format!("{file}:{line}:{column}: expected {expected}")
        }
        Error::AgentRunning => "another agent already holds this vault".into(),
        Error::Invalid { what, problem } => format!("{what}: {problem}"),
        Error::BackupInVault { path } => {
            format!("{path} lies in the vault's own folder, and would be lost with it")
        }
        Error::FieldNeeded { name, fields } => {
            format!("{name} has several fields: {}", fields.join(", "))
        }
        Error::Locked => "the vault is locked".into(),
        Error::NoCredential { name, .. } => format!("there is no credential {name}"),
        Error::NoProject { project, .. } => format!("there is no project {project}"),
        Error::NoEnvironment {
            project,
            environment,
            ..
        } => {
            format!("there is no environment {environment} in project {project}")
        }
        Error::NoProfile { name, .. } => format!("there is no profile {name}"),
        Error::NoField { name, field, .. } => format!("{name} has no field {field}"),
        Error::NoVersion { name, version } => {
            format!("{name} has no version {version}, or its value was erased")
        }
        Error::VaultExists { folder } => format!("there is a vault in {folder} already"),
        Error::FolderNotEmpty { folder } => {
            format!("{folder} is not empty; it was left as it is")
        }
        Error::Exists { name } => format!("{name} exists already"),
        Error::VariableTaken { variable, by } => {
            format!("{variable} is filled by {by} in this environment already")
        }
        Error::Changed { name } => format!("{name} was changed meanwhile"),
        Error::ImportConflict { names } => format!(
            "{} in the way: {}; nothing was imported",
            if let [_] = names.as_slice() {
                "a credential of another origin is"
            } else {
                "credentials of another origin are"
            },
            names.join(", ")
        ),
        Error::Revoked { name } => format!("{name} is revoked"),
        Error::Expired { name } => format!("{name} has expired"),
        Error::TierRefused { name, tier, launch } => {
            format!(
                "{name} is a {} key and does not enter a {} launch",
                tier_word(*tier),
                tier_word(*launch)
            )
        }
        Error::ScopeMissing { name, needs } => {
            format!("{name} does not have the scope {}", needs.join(" or "))
        }
        Error::Untrusted { path } => format!("{path} is not trusted, or has changed since"),
        Error::ProductionNotAllowed { path } => {
            format!("{path} lives in production, and was trusted without that")
        }
        Error::LoaderVariable { variable } => {
            format!("{variable} changes how programs load code and is not injected")
        }
        Error::DamagedHeader { finding } => format!("the vault's header is damaged: {finding}"),
        Error::DamagedData { finding } => format!("the vault's data is damaged: {finding}"),
        Error::DamagedBackup { path, finding } => {
            format!("the backup {path} is damaged: {finding}")
        }
        Error::NoAgent { problem } => {
            format!("the agent could not be reached or started: {problem}")
        }
        Error::AgentVersion { agent, client } => {
            format!("the running agent has version {agent}, this program {client}")
        }
        Error::BrokenAgent { problem } => format!("the connection to the agent broke: {problem}"),
        Error::Defect { place } => format!("a defect in Keyhaven: {place}"),
    }
}

/// What to do about it, a sentence without a final full stop; none where nothing helps.
#[must_use]
pub fn hint(error: &Error) -> Option<String> {
    let fixed = match error {
        Error::WrongPassword => "check caps lock and the keyboard layout",
        Error::WrongRecoveryKey => {
            "a newer one may have been made since, or it belongs to another vault"
        }
        Error::MistypedRecoveryKey => {
            "it has eight groups of five characters; compare each with what you wrote down"
        }
        Error::NoVault { .. } => "create one with: kh init",
        Error::NotAVault { .. } => {
            "choose another folder with --vault or KEYHAVEN_HOME; this one was left as it is"
        }
        Error::NewerVault { .. } => "install a newer Keyhaven",
        Error::OlderCopy { .. } => {
            "if you restored it on purpose, unlock at a terminal and answer yes"
        }
        Error::UnsafePath { .. } => {
            "only its owner may use a vault: see chown, and chmod 700 for folders or 600 for files"
        }
        Error::LongSocketPath { .. } => {
            "set XDG_RUNTIME_DIR to a folder of yours with a short path (systems make one at \
             login: /run/user/UID), or choose a vault folder with a shorter one"
        }
        Error::Io { .. } => "check that the path is right, and that you may use what is there",
        Error::DiskFull => "free some space and try again",
        Error::KdfRefused { .. } => "the header was altered or damaged; restore it from a backup",
        Error::NotEnoughMemory { .. } => "close other programs and try again",
        Error::WeakPassword { .. } => {
            "several unrelated words are easy to remember and hard to guess"
        }
        Error::PasswordNeeded => "it makes the vault less safe, so its owner is asked",
        Error::NoClipboard { .. } => {
            "a clipboard needs a desktop session; kh get prints the value instead"
        }
        Error::NoKeychain { .. } => {
            "it needs a desktop session whose keychain (Secret Service) is unlocked"
        }
        Error::NoPrivateFile { .. } => "give it with --memfd, which needs no folder",
        Error::Cancelled => return None,
        Error::BackupFailed { .. } => "free some space, or go on without a backup with --no-backup",
        Error::NotABackup { .. } => "see which there are with: kh backup --list",
        Error::Malformed { .. } => "nothing was imported; mend that line and try again",
        Error::AgentRunning => "see: kh agent status",
        Error::Invalid { .. } => return None,
        Error::BackupInVault { .. } => {
            "name a file outside of it, or none: kh backup keeps one with the daily ones"
        }
        Error::FieldNeeded { .. } => "name one with --field, or as the last part of the reference",
        Error::Locked => "unlock it with: kh unlock",
        Error::NoCredential { similar, .. }
        | Error::NoProject { similar, .. }
        | Error::NoEnvironment { similar, .. } => {
            return Some(match similar {
                Some(similar) => format!("did you mean {similar}?"),
                None => "see what there is with: kh list".into(),
            });
        }
        Error::NoProfile { similar, .. } => {
            return Some(match similar {
                Some(similar) => format!("did you mean {similar}?"),
                None => "see what there is with: kh profile list".into(),
            });
        }
        Error::NoField { fields, .. } => return Some(format!("its fields: {}", fields.join(", "))),
        Error::NoVersion { .. } => "see its versions with: kh history",
        Error::VaultExists { .. } => "unlock it with: kh unlock",
        Error::FolderNotEmpty { .. } => "name a folder that is empty or not there yet",
        Error::Exists { .. } => "choose another name; a new value is given with: kh set",
        Error::VariableTaken { .. } => "choose another variable with --env-var",
        Error::Changed { .. } => "look at it again and repeat the change",
        Error::ImportConflict { .. } => {
            "remove what is in the way, or import into another environment"
        }
        Error::Revoked { .. } => "give it a new value with: kh set",
        Error::Expired { .. } => {
            "give it a new value with: kh set, or let it in with: --expired warn for one launch, \
             kh config set expired warn for all"
        }
        Error::TierRefused { .. } => {
            "let it in with: --allow-production for one launch; a directory file may say \
             allow_production = true, and its owner yes at: kh allow"
        }
        Error::ScopeMissing { .. } => {
            "its scopes are set with: kh edit REF --scope SCOPE; what the profile asks for with: \
             kh profile edit PROFILE --need SCOPE"
        }
        Error::Untrusted { .. } => "read it and trust it with: kh allow",
        Error::ProductionNotAllowed { .. } => {
            "let it in with: kh allow --allow-production, or name an environment with -e"
        }
        Error::LoaderVariable { .. } => {
            "the credential that fills it may allow it: kh edit REF --allow-loader-variable VARIABLE"
        }
        Error::DamagedHeader { .. } | Error::DamagedData { .. } => {
            "keep the folder as it is; see what is damaged with: kh verify, then kh restore a \
             backup, or save what can be read with: kh salvage"
        }
        Error::DamagedBackup { .. } => {
            "try another one; see which there are with: kh backup --list"
        }
        Error::NoAgent { .. } => {
            "keyhaven-agent must lie beside this program; see: kh agent status"
        }
        Error::AgentVersion { .. } => "restart it with: kh agent restart",
        Error::BrokenAgent { .. } => "try again; if it stays so: kh agent restart",
        Error::Defect { .. } => "please report it with the command you ran; never send a value",
    };
    Some(fixed.into())
}

/// The word for a tier.
#[must_use]
pub const fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::Development => "development",
        Tier::Staging => "staging",
        Tier::Production => "production",
    }
}

/// How a password's key is derived, and how long that took where it is known.
#[must_use]
pub fn key_derivation(view: &KeyDerivationView) -> String {
    let memory = match view.memory_kib {
        kib if kib % 1024 == 0 => format!("{} MiB", kib / 1024),
        kib => format!("{kib} KiB"),
    };
    let passes = match view.passes {
        1 => "1 pass".into(),
        passes => format!("{passes} passes"),
    };
    let mut text = format!("{memory}, {passes}, {}", count(view.lanes, "lane"));
    if let Some(took) = view.milliseconds {
        text += &format!(", {}.{:02} s", took / 1000, took % 1000 / 10);
    }
    text
}

/// What the system said, without the number of its error.
#[must_use]
pub fn system_words(error: &std::io::Error) -> String {
    let words = error.to_string();
    match words.rsplit_once(" (os error ") {
        Some((words, _)) => words.into(),
        None => words,
    }
}

/// A number with its noun.
#[must_use]
pub fn count(number: u32, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_derivation_is_worded() {
        let mut view = KeyDerivationView {
            memory_kib: 128 * 1024,
            passes: 3,
            lanes: 4,
            milliseconds: None,
        };
        assert_eq!(key_derivation(&view), "128 MiB, 3 passes, 4 lanes");
        view.milliseconds = Some(1057);
        assert_eq!(key_derivation(&view), "128 MiB, 3 passes, 4 lanes, 1.05 s");
    }
}
