//! `get`: a value going out.

use clap::Args;
use data_encoding::BASE64;
use keyhaven_protocol::request::{CopyRequest, GetRequest, SettingsRequest, Target};

use crate::error::Failure;
use crate::output::escaped;
use crate::session::Context;
use crate::target::{self, TargetArgs};
use crate::texts::count;
use crate::value_parsers::number;

/// Print a value and nothing else
///
/// Example:
///   kh get kh://shop/dev/aws/access_key_id
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GetArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Choose the field, if there are several
    #[arg(long, value_name = "F")]
    field: Option<String>,
    /// Print an older version
    #[arg(long, value_name = "N", conflicts_with = "copy", value_parser = number)]
    version: Option<u32>,
    /// Copy it to the clipboard; cleared after clipboard-seconds (kh config)
    #[arg(long)]
    copy: bool,
}

/// `kh get`
pub fn get(context: &Context, arguments: GetArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, &arguments.target)?;
    let field = arguments.field.or(named.field);
    if arguments.copy {
        let name = shown_name(&named.target);
        client.ask(CopyRequest {
            target: named.target,
            field,
        })?;
        if context.printer.json {
            return context
                .printer
                .document(&serde_json::json!({ "copied": true }));
        }
        let seconds = client.ask(SettingsRequest {})?.clipboard_seconds;
        return context.printer.done(&format!(
            "Copied {name}; the clipboard is cleared in {}.",
            count(seconds, "second")
        ));
    }
    let request = GetRequest {
        target: named.target,
        field,
        version: arguments.version,
    };
    let mut answered = client.ask_with(request, &Default::default())?;
    let view = answered.answer;
    let value = answered
        .segments
        .take(view.value)
        .map_err(|_| Failure::defect("the answer to get"))?;
    // Exposed to be printed: this is what the command is for.
    let value = value.expose();
    if context.printer.json {
        let (name, text) = match std::str::from_utf8(value) {
            Ok(text) => ("value", text.to_owned()),
            Err(_) => ("value_base64", BASE64.encode(value)),
        };
        let document = serde_json::json!({ "field": view.field, "kind": view.kind, name: text });
        return context.printer.document(&document);
    }
    context.printer.out(value)?;
    if rustix::termios::isatty(rustix::stdio::stdout()) {
        context.printer.out(b"\n")?;
    }
    Ok(())
}

fn shown_name(target: &Target) -> String {
    match target {
        Target::Named { name, .. } => escaped(name).into_owned(),
        Target::Id(id) => id.to_string(),
    }
}
