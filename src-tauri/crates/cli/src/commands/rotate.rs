//! `kh rotate`: replaces a key in stages. Each stage is stored before the next begins, so that a
//! rotation can be left at any question and taken up again later.

mod automatic;
mod checks;
mod status;
mod steps;

use clap::{ArgGroup, Args};
use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{RotationsRequest, ShowRequest, Target};
use keyhaven_protocol::view::{CredentialView, RotationView};

use self::automatic::AutomaticKey;
use self::steps::RotatedKey;
use super::next_expiry::NextExpiryArg;
use super::page;
use super::value::ValueArgs;
use crate::dates::DateArg;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::{self, LocationArgs, TargetArgs};

/// Replace a key in stages; the new value is used only when you say so
///
/// Make a new key at the provider and enter it here. It is stored, can be checked at the provider,
/// and then replaces the old one, which stays the previous version for a grace period. Revoke
/// the old key at the provider when nothing uses it any more. A rotation can be left at any time.
/// With --auto, a provider whose interface allows that makes the new key and ends the old one.
///
/// Examples:
///   kh rotate stripe -p shop -e dev
///   kh rotate stripe --stdin --check --yes < new-key
///   kh rotate stripe --done
///   kh rotate openrouter --auto --admin openrouter-admin
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(group(ArgGroup::new("asked").args(["check", "auto"]).multiple(true)))]
#[command(group(ArgGroup::new("step").args(["resume", "abort", "done", "status"])))]
pub struct RotateArgs {
    /// kh://PROJECT/ENVIRONMENT/NAME, or NAME with -p and -e
    #[arg(value_name = "REF", required_unless_present = "status")]
    reference: Option<String>,
    #[command(flatten)]
    location: LocationArgs,
    /// Rotate by hand, which is the default
    #[arg(long)]
    manual: bool,
    /// Let the provider make the new key, check it, and use it; with --done, let it end the old
    /// one
    #[arg(long, conflicts_with_all = ["manual", "stdin", "generate", "field", "abort", "status", "check", "expires", "rotate_on"])]
    auto: bool,
    /// With --auto: the key that manages this one at the provider
    #[arg(long, value_name = "REF")]
    admin: Option<String>,
    /// With --auto: show what would be asked of the provider, and ask nothing
    #[arg(long, requires = "auto", conflicts_with = "step")]
    dry_run: bool,
    #[command(flatten)]
    value: ValueArgs,
    /// Enter only this field; the others keep their values (can be repeated)
    #[arg(long, value_name = "F", conflicts_with = "step")]
    field: Vec<String>,
    /// Go on with the open rotation
    #[arg(long, conflicts_with_all = ["stdin", "generate"])]
    resume: bool,
    /// Undo the open rotation: erase the new value, or use the old one again
    #[arg(long, conflicts_with_all = ["stdin", "generate"])]
    abort: bool,
    /// End the open rotation: the old key was revoked at the provider
    #[arg(long, conflicts_with_all = ["stdin", "generate"])]
    done: bool,
    /// Show how far open rotations are
    #[arg(long, conflicts_with_all = ["stdin", "generate"])]
    status: bool,
    /// Send the new value to the provider, and use it only if it is alive there; with
    /// --done, send the old one, which must be dead
    #[arg(long)]
    check: bool,
    /// Also make a check that costs money or a part of a quota
    #[arg(long, requires = "asked")]
    costly: bool,
    /// Set the new value's expiry, as kh set does
    #[arg(long, value_name = "DATE")]
    expires: Option<NextExpiryArg>,
    /// Set the rotation date of the new value, as kh set does
    #[arg(long, value_name = "DATE")]
    rotate_on: Option<DateArg>,
    /// Discard the oldest versions if the older values take too much room
    #[arg(long)]
    discard_old: bool,
}

/// `kh rotate`
pub fn rotate(context: &Context, arguments: RotateArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let Some(reference) = arguments.reference.clone() else {
        let open = client.ask(RotationsRequest::default())?;
        return status::all(context, &open);
    };
    let target = TargetArgs {
        reference,
        location: arguments.location.clone(),
    };
    let named = target::named(context, &mut client, &target)?;
    let known = client.ask(ShowRequest {
        target: named.target,
    })?;
    let open = open_rotation(&mut client, &known)?;
    if arguments.status {
        return status::one(context, &expected(open, &known)?);
    }
    let is_automatic = open.as_ref().is_some_and(|open| open.automation.is_some());
    if arguments.auto && arguments.done && open.is_some() && !is_automatic {
        let row = &known.row;
        let reference = target::full_reference(&row.project, &row.environment, &row.name);
        let place = page::place(&known);
        return Err(CliProblem::BegunByHand { reference, place }.into());
    }
    let goes_on = arguments.resume && is_automatic;
    if arguments.auto || goes_on {
        let key = AutomaticKey {
            context,
            client,
            known,
            arguments: &arguments,
        };
        return match (arguments.done, goes_on) {
            (true, _) => key.end(),
            (false, true) => key.resume(),
            (false, false) => key.begin(),
        };
    }
    let fields = named.field.into_iter().collect();
    let mut key = RotatedKey {
        context,
        client,
        known,
        arguments: &arguments,
    };
    if arguments.resume {
        let open = expected(open, &key.known)?;
        return key.go_on(&open);
    }
    if arguments.abort {
        let open = expected(open, &key.known)?;
        return key.abort(&open);
    }
    if arguments.done {
        let open = expected(open, &key.known)?;
        return key.end(&open);
    }
    key.begin(open, fields)
}

/// The open rotation of a key.
fn open_rotation(
    client: &mut Client,
    known: &CredentialView,
) -> Result<Option<RotationView>, Failure> {
    let target = Some(Target::Id(known.row.id));
    Ok(client.ask(RotationsRequest { target })?.pop())
}

fn expected(open: Option<RotationView>, known: &CredentialView) -> Result<RotationView, Failure> {
    let name = known.row.name.clone();
    open.ok_or_else(|| Error::NoRotation { name }.into())
}
