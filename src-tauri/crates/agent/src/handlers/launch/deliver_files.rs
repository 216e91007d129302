//! Values that a launch gives as files: chosen and checked as variables are, but what the
//! variable gets is the path.

use crate::handlers::launch::types::{LaunchPart, LaunchVariable, PreparedLaunch};
use crate::numbers::clamp;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{Choice, FileKind, LaunchPurpose, WantedFile};
use keyhaven_protocol::view::FieldKind;
use keyhaven_secret::SecretBytes;
use tokio::sync::watch;

use crate::private_files::{self, PrivateFile, no_file};
use crate::server::client_session::ClientSession;

/// Refuses files for what does not live on, and more than a program can mean.
pub(crate) fn check(files: &[WantedFile], purpose: LaunchPurpose) -> Result<(), Error> {
    let lives_on = matches!(purpose, LaunchPurpose::Run | LaunchPurpose::Shell);
    if !files.is_empty() && !lives_on {
        return Err(Error::invalid(Problem::FilesNeedProgram));
    }
    if files.len() > private_files::MOST_OF_ONE {
        let limit = clamp(private_files::MOST_OF_ONE as u64);
        return Err(Error::invalid(Problem::TooManyFiles { limit }));
    }
    Ok(())
}

/// The choice, with each file as a variable.
pub(crate) fn chosen(mut choice: Choice, files: &[WantedFile]) -> Choice {
    let given = files.iter().map(|file| file.given.clone());
    choice.renamed.extend(given);
    choice
}

/// Takes what is given as files out of the variables.
pub(crate) fn take(launch: &mut PreparedLaunch, files: &[WantedFile]) {
    let variables = std::mem::take(&mut launch.variables);
    for variable in variables {
        let file = files
            .iter()
            .find(|file| file.given.variable == variable.name);
        match file {
            None => launch.variables.push(variable),
            Some(file) => launch.files.push((variable, file.kind)),
        }
    }
}

/// Makes the files of a launch; their variables get the paths. Where one cannot be made there
/// is none.
pub(crate) fn give(
    client: &ClientSession,
    launch: &mut PreparedLaunch,
    locks: &watch::Receiver<u64>,
) -> Result<Vec<PrivateFile>, Error> {
    let wanted = std::mem::take(&mut launch.files);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    // A lock takes back what is not given yet.
    if locks.has_changed().unwrap_or(true) {
        return Err(Error::Locked);
    }
    is_room(client, &wanted)?;
    let mut made = Vec::new();
    for (variable, kind) in wanted {
        let value = variable.value.duplicate();
        let part = LaunchPart::new(value, variable.kind, variable.alone());
        launch.parts.push(part);
        let files = &client.agent.files;
        let file = files.make(kind, variable.value, locks.clone())?;
        let path = file.path().as_os_str().as_encoded_bytes();
        launch.variables.push(LaunchVariable {
            value: SecretBytes::copy_of(path),
            // The path is no secret.
            kind: FieldKind::Plain,
            ..variable
        });
        made.push(file);
    }
    launch.variables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(made)
}

fn is_room(client: &ClientSession, wanted: &[(LaunchVariable, FileKind)]) -> Result<(), Error> {
    let (bytes, fifos) = client.agent.running.files_of_others(&client.peer);
    // Exposed to be measured.
    let sizes = wanted.iter().map(|(file, _)| file.value.expose().len());
    if bytes + sizes.sum::<usize>() > private_files::MOST_BYTES {
        return Err(no_file(Problem::PrivateFilesTooLarge));
    }
    let new = wanted.iter().filter(|(_, kind)| *kind == FileKind::Fifo);
    if fifos + new.count() > private_files::MOST_FIFOS {
        return Err(no_file(Problem::TooManyPipes));
    }
    Ok(())
}
