//! The metadata of a credential, as `add` and `edit` take it.

use clap::{Args, ValueEnum};
use keyhaven_exchange::Catalogue;
use keyhaven_protocol::similar;
use keyhaven_protocol::view::{FieldView, Tier};

use crate::dates::DateArg;
use crate::error::Failure;
use crate::session::Context;
use crate::value_parsers::{RotationInterval, interval, network_or_empty, variable};

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
    /// Add a scope it has at the provider (can be repeated)
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// Add an address or network it is accepted from (can be repeated)
    #[arg(long, value_name = "IP", value_parser = network_or_empty)]
    pub allow_ip: Vec<String>,
    /// Set who is responsible for it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// Add a tag (can be repeated)
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Set the URL of a page about it
    #[arg(long, value_name = "URL")]
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
    /// Rotate it after this number of days, or none
    #[arg(long, value_name = "DAYS", value_parser = interval)]
    pub rotate_every: Option<RotationInterval>,
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
            let hint = match similar(id, known) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "leave it out if the provider is not in the catalogue".into(),
            };
            let message = format!("unknown provider {id}");
            Err(Failure::own("no_provider", 4, message, hint))
        }
    }
}

/// An expiry in the past is stored as given: the key may have ended.
pub fn warn_of_past(context: &Context, about: &MetadataArgs) {
    let day = about.expires.and_then(|end| end.day(&context.calendar));
    if let Some(day) = day.filter(|day| *day < context.calendar.today()) {
        context
            .printer
            .warn(&format!("{day} is in the past: the key is expired"));
    }
}

/// Marks the fields whose variable may change how programs load code.
pub fn allow_loaders(fields: &mut [FieldView], allowed: &[String]) -> Result<(), Failure> {
    for variable in allowed {
        let field = fields
            .iter_mut()
            .find(|field| field.variable.as_ref() == Some(variable));
        let Some(field) = field else {
            return Err(Failure::usage(
                format!("no field sets {variable}"),
                "see its variables with: kh show",
            ));
        };
        field.allow_loader_variable = true;
    }
    Ok(())
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
