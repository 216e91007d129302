//! The metadata of a credential, as `add` and `edit` take it.

use clap::{Args, ValueEnum};
use keyhaven_exchange::Catalogue;
use keyhaven_protocol::request::Metadata;
use keyhaven_protocol::similar;
use keyhaven_protocol::view::{FieldView, Moment, Tier};

use crate::dates::DateArg;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::value_parsers::{RotationInterval, interval, network_or_empty, url_or_empty, variable};

/// How close to production an environment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TierArg {
    Development,
    Staging,
    Production,
}

impl From<TierArg> for Tier {
    fn from(tier: TierArg) -> Self {
        match tier {
            TierArg::Development => Self::Development,
            TierArg::Staging => Self::Staging,
            TierArg::Production => Self::Production,
        }
    }
}

/// The metadata of a credential.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub struct MetadataArgs {
    /// Set the provider, such as stripe
    #[arg(long, value_name = "ID")]
    pub provider: Option<String>,
    /// Set the variable it fills; '' for none
    #[arg(long, value_name = "VAR", value_parser = variable)]
    pub env_var: Option<String>,
    /// Set a scope it has at the provider (can be repeated)
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// Set an address or network it is accepted from (can be repeated)
    #[arg(long, value_name = "IP", value_parser = network_or_empty)]
    pub allow_ip: Vec<String>,
    /// Set who is responsible for it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// Set a tag, or several separated by commas (can be repeated)
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    pub tag: Vec<String>,
    /// Set the URL of its web page, such as https://example.com/keys
    #[arg(long, value_name = "URL", value_parser = url_or_empty)]
    pub url: Option<String>,
    /// Set a note
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Describe the quota that the provider grants
    #[arg(long, value_name = "TEXT")]
    pub quota: Option<String>,
    /// Set the expiry: YYYY-MM-DD, RFC 3339, a span such as 90d, or none
    #[arg(long, value_name = "DATE")]
    pub expires: Option<DateArg>,
    /// Rotate it after this number of days, usual (for its provider), or none
    #[arg(long, value_name = "DAYS", value_parser = interval)]
    pub rotate_every: Option<RotationInterval>,
    /// Rotate it on this day, until the next new value: YYYY-MM-DD, 90d, or none
    #[arg(long, value_name = "DATE")]
    pub rotate_on: Option<DateArg>,
    /// Never rotate it, for this reason; '' ends that
    #[arg(long, value_name = "REASON", conflicts_with_all = ["rotate_every", "rotate_on"])]
    pub never_rotate: Option<String>,
    /// Allow a variable that changes how programs load code (can be repeated)
    #[arg(long, value_name = "VAR", value_parser = variable)]
    pub allow_loader_variable: Vec<String>,
}

/// A service is one of the catalogue, or nothing would know it.
pub fn known_provider(about: &MetadataArgs) -> Result<(), Failure> {
    let catalogue = Catalogue::builtin();
    match about.provider.as_deref() {
        None | Some("") => Ok(()),
        Some(id) if catalogue.get(id).is_some() => Ok(()),
        Some(id) => {
            let known = catalogue
                .providers()
                .iter()
                .map(|provider| provider.id.as_str());
            Err(CliProblem::NoProvider {
                provider: id.into(),
                similar: similar(id, known),
            }
            .into())
        }
    }
}

/// The interval that is usual for a provider, if any.
pub fn usual_interval(provider: Option<&str>) -> Option<u32> {
    let provider = Catalogue::builtin().get(provider?)?;
    Some(provider.rotation_days())
}

/// Puts the rotation policy that was given into the metadata. What is never rotated has no
/// dates, and what has one is rotated.
pub fn change_rotation(
    context: &Context,
    metadata: &mut Metadata,
    about: &MetadataArgs,
) -> Result<(), Failure> {
    if let Some(reason) = &about.never_rotate {
        metadata.never_rotate = (!reason.is_empty()).then(|| reason.clone());
        if metadata.never_rotate.is_some() {
            (metadata.rotate_every_days, metadata.rotate_on) = (None, None);
        }
    }
    if let Some(interval) = about.rotate_every {
        metadata.rotate_every_days = match interval {
            RotationInterval::None => None,
            RotationInterval::Days(days) => Some(days),
            RotationInterval::Usual => Some(usual_of(metadata)?),
        };
    }
    if let Some(date) = about.rotate_on {
        metadata.rotate_on = date.placed(&context.calendar);
    }
    if metadata.rotate_every_days.is_some() || metadata.rotate_on.is_some() {
        metadata.never_rotate = None;
    }
    Ok(())
}

fn usual_of(metadata: &Metadata) -> Result<u32, CliProblem> {
    let usual = usual_interval(metadata.provider.as_deref());
    usual.ok_or_else(|| CliProblem::NoUsualInterval {
        name: metadata.name.clone(),
        provider: metadata.provider.clone(),
    })
}

/// An expiry in the past is stored as given: the key may have ended.
pub fn warn_of_past(context: &Context, expires: Option<Moment>) {
    let is_over = |end: &Moment| context.calendar.until_expiry(*end).seconds <= 0;
    if let Some(end) = expires.filter(is_over) {
        context.printer.warn(&CliNotice::PastExpiry {
            day: context.calendar.plain(end),
        });
    }
}

/// Marks the fields whose variable may change how programs load code.
pub fn allow_loaders(fields: &mut [FieldView], allowed: &[String]) -> Result<(), Failure> {
    for variable in allowed {
        let is_it = |field: &FieldView| field.variable.as_ref() == Some(variable);
        let Some(at) = fields.iter().position(is_it) else {
            return Err(no_field_sets(variable.clone(), fields).into());
        };
        fields[at].allow_loader_variable = true;
    }
    Ok(())
}

fn no_field_sets(variable: String, fields: &[FieldView]) -> CliProblem {
    let set = fields.iter().filter_map(|field| field.variable.clone());
    let variables: Vec<String> = set.collect();
    CliProblem::NoFieldSets {
        variable,
        variables: (!variables.is_empty()).then_some(variables),
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::view::FieldKind;

    use super::*;

    #[test]
    fn a_loader_is_allowed_by_its_name() {
        let mut fields = vec![FieldView {
            name: "value".into(),
            kind: FieldKind::Plain,
            variable: Some("NODE_OPTIONS".into()),
            allow_loader_variable: false,
        }];
        assert!(allow_loaders(&mut fields, &["LD_PRELOAD".into()]).is_err());
        allow_loaders(&mut fields, &["NODE_OPTIONS".into()]).unwrap();
        assert!(fields[0].allow_loader_variable);
    }
}
