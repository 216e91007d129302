//! `restore` and `salvage`: a backup in the vault's place, and a new vault from what a damaged
//! one still holds.

use keyhaven_client::Client;
use keyhaven_protocol::frame::{Segment, Segments};
use keyhaven_protocol::maintenance::{
    RestoreBackupRequest, RestoredView, SalvageRequest, SalvageView,
};
use keyhaven_protocol::request::StatusRequest;
use keyhaven_protocol::wording::count;
use keyhaven_secret::SecretBytes;

use crate::command_line::{RestoreArgs, SalvageArgs};
use crate::commands::verify::absolute;
use crate::error::Failure;
use crate::prompt;
use crate::session::{Context, line_from_stdin};

/// Names in a list; the whole list is in the JSON.
const MOST_NAMES: usize = 20;

/// `kh restore`
pub fn restore(context: &Context, arguments: RestoreArgs) -> Result<(), Failure> {
    let file = absolute(&arguments.file)?;
    let mut client = context.agent()?;
    may_replace(context, &mut client)?;
    let password = if arguments.password_stdin {
        line_from_stdin()?
    } else {
        let Some(mut tty) = context.terminal() else {
            return Err(Failure::nobody_to_ask(
                "the password of the backup",
                "give it with --password-stdin",
            ));
        };
        prompt::hidden(&mut tty, "Master password of the backup")?
    };
    let mut segments = Segments::default();
    let password = segments.push(password.into());
    let mut meter = context.printer.meter("Restoring");
    let request = RestoreBackupRequest { file, password };
    let answered = client.ask_watched(request, &segments, &mut |step| {
        meter.show(step.done, step.total);
    });
    drop(meter);
    let mut answered = answered?;
    let view = answered.answer;
    let key = taken(&mut answered.segments, view.recovery_key)?;
    let key = text(&key)?;
    if context.printer.json {
        return context.printer.document(&serde_json::json!({
            "recovery_key": key,
            "made_at": view.made_at,
            "credentials": view.credentials,
            "replaced": view.replaced,
            "compared": view.compared,
            "check": view.check,
            "missing": view.missing,
        }));
    }
    let text = restored(context, &view, key);
    context.printer.out(text.as_bytes())
}

/// A vault does not go unasked where its owner can be asked, or said that nobody is to be.
fn may_replace(context: &Context, client: &mut Client) -> Result<(), Failure> {
    let status = client.ask(StatusRequest {})?;
    let is_script = context.terminal().is_none() && !context.no_input();
    if !status.initialised || is_script {
        return Ok(());
    }
    let question = format!(
        "Put the backup in the place of the vault in {}? What it replaces is kept",
        status.folder
    );
    if context.confirm(&question, "put it in the vault's place with --yes")? {
        return Ok(());
    }
    Err(Failure::failed("nothing was restored", ""))
}

fn restored(context: &Context, view: &RestoredView, key: &str) -> String {
    let mut text = format!(
        "Restored the backup of {}, {}. The vault is unlocked.\n",
        context.calendar.local(view.made_at),
        count(view.credentials, "credential")
    );
    if let Some(replaced) = &view.replaced {
        text += &format!("What it replaced is kept: kh --vault {replaced}\n");
        if !view.compared {
            text += "It was locked, so that nothing could be compared with it.\n";
        }
    }
    if !view.check.is_empty() {
        text +=
            "\nThese had changed since and now have the tag check: find out which value works.\n";
        text += &names(&view.check);
    }
    if !view.missing.is_empty() {
        text += "\nThese came later and are not in the backup:\n";
        text += &names(&view.missing);
    }
    text + &recovery(key)
}

fn lines(all: &[String]) -> String {
    let line = |one: &String| format!("  {}\n", crate::output::plain(one));
    all.iter().map(line).collect()
}

fn names(all: &[String]) -> String {
    let mut text = lines(&all[..all.len().min(MOST_NAMES)]);
    if let Some(more) = all.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
        text += &format!("  and {more} more\n");
    }
    text
}

fn recovery(key: &str) -> String {
    format!(
        "\nNew recovery key, shown only this once; the one of before opens nothing any more:\n\n  \
         {key}\n\nWrite it down and keep it apart from this machine.\n"
    )
}

/// `kh salvage`
pub fn salvage(context: &Context, arguments: SalvageArgs) -> Result<(), Failure> {
    let folder = absolute(&arguments.folder)?;
    let mut client = context.agent()?;
    context.initialised(&mut client)?;
    if !client.agent().locked {
        return Err(Failure::failed(
            "the vault is open, so that it is not as damaged as that",
            "check it with: kh verify, or lock it first with: kh lock",
        ));
    }
    let (old, new) = if arguments.password_stdin {
        (line_from_stdin()?, line_from_stdin()?)
    } else {
        let Some(mut tty) = context.terminal() else {
            return Err(Failure::nobody_to_ask(
                "the two passwords",
                "give them with --password-stdin, a line each",
            ));
        };
        let old = prompt::hidden(&mut tty, "Master password of the damaged vault")?;
        (
            old,
            prompt::new_password(&mut tty, "Master password of the new vault")?,
        )
    };
    let mut segments = Segments::default();
    let request = SalvageRequest {
        folder,
        password: segments.push(old.into()),
        new_password: segments.push(new.into()),
    };
    let mut meter = context.printer.meter("Salvaging");
    let answered = client.ask_watched(request, &segments, &mut |step| {
        meter.show(step.done, step.total);
    });
    drop(meter);
    let mut answered = answered?;
    let view = answered.answer;
    let key = taken(&mut answered.segments, view.recovery_key)?;
    let key = text(&key)?;
    if context.printer.json {
        return context.printer.document(&serde_json::json!({
            "recovery_key": key,
            "folder": view.folder,
            "credentials": view.credentials,
            "versions": view.versions,
            "profiles": view.profiles,
            "lost": view.lost,
            "changed": view.changed,
        }));
    }
    context.printer.out(salvaged(&view, key).as_bytes())
}

fn salvaged(view: &SalvageView, key: &str) -> String {
    let profiles = match view.profiles {
        0 => String::new(),
        some => format!(" and {}", count(some, "profile")),
    };
    let mut text = format!(
        "Saved {} with {}{profiles} into a new vault: kh --vault {} unlock\n\
         The damaged vault and its log stay where they are.\n",
        count(view.credentials, "credential"),
        count(view.versions, "value"),
        view.folder
    );
    if view.lost.is_empty() {
        text += "Nothing is known to be lost.\n";
    } else {
        text += "\nLost:\n";
        text += &lines(&view.lost);
    }
    if !view.changed.is_empty() {
        text += "\nChanged on the way:\n";
        text += &lines(&view.changed);
    }
    text + &recovery(key).replace("; the one of before opens nothing any more", "")
}

fn taken(segments: &mut Segments, at: Segment) -> Result<SecretBytes, Failure> {
    segments
        .take(at)
        .map_err(|_| Failure::defect("an answer without its recovery key"))
}

fn text(key: &SecretBytes) -> Result<&str, Failure> {
    // Exposed to be shown: it is shown once, here.
    std::str::from_utf8(key.expose()).map_err(|_| Failure::defect("the text of the recovery key"))
}
