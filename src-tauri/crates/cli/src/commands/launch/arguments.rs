//! The arguments that say which variables a launch gets.

use clap::{Args, ValueEnum};
use keyhaven_protocol::request::{Assignment, Profile};
use keyhaven_protocol::settings::ExpiredPolicy;

use crate::target::LocationArgs;
use crate::value_parsers::{assignment, some_variable};

/// Where the variables come from, which of them, and what is allowed for this launch.
#[derive(Debug, Args)]
pub struct LaunchArgs {
    /// Use a saved profile instead of -p and -e
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["project", "environment"])]
    pub profile: Option<String>,
    #[command(flatten)]
    pub location: LocationArgs,
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Allow, warn about or refuse expired keys, for this launch only
    #[arg(long, value_name = "WHAT")]
    pub expired: Option<ExpiredArg>,
    /// Allow keys of a higher tier, for this launch only
    #[arg(long)]
    pub allow_production: bool,
    /// Refuse a launch that is not the one of this fingerprint, which the window confirmed
    #[arg(long, value_name = "SHA256", hide = true)]
    pub expect: Option<String>,
}

/// What is masked in the output of a program.
#[derive(Debug, Args)]
pub struct MaskArgs {
    /// Mask values in the output of the command; see: kh help mask
    #[arg(long)]
    pub mask: bool,
    /// Mask the values of plain keys too
    #[arg(long)]
    pub mask_all: bool,
}

/// Which values are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskScope {
    /// Those of secret fields.
    Secrets,
    /// Every one.
    All,
}

impl MaskArgs {
    /// Which values are masked, where any is; the profile may ask for it as well.
    pub fn scope(&self, profile: &Profile) -> Option<MaskScope> {
        match self {
            Self { mask_all: true, .. } => Some(MaskScope::All),
            Self { mask, .. } if *mask || profile.mask => Some(MaskScope::Secrets),
            _ => None,
        }
    }
}

/// Which variables, and under which names.
#[derive(Debug, Args)]
pub struct ChoiceArgs {
    /// Include only the variables set by REF (can be repeated)
    #[arg(long, value_name = "REF")]
    pub only: Vec<String>,
    /// Leave out the variables set by REF (can be repeated)
    #[arg(long, value_name = "REF")]
    pub except: Vec<String>,
    /// Prefix the names of the variables with TEXT
    #[arg(long, value_name = "TEXT", value_parser = some_variable)]
    pub prefix: Option<String>,
    /// Set NAME from REF, replacing the variable that REF usually fills (can be repeated)
    #[arg(long = "as", value_name = "NAME=REF", value_parser = assignment)]
    pub renamed: Vec<Assignment>,
    /// Set a variable; VALUE may hold {{kh:REF|FILTER}} (can be repeated)
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub set: Vec<Assignment>,
}

/// What a child inherits.
#[derive(Debug, Args)]
pub struct InheritArgs {
    /// Inherit nothing but PATH, HOME, TERM and the locale
    #[arg(long)]
    pub clean: bool,
    /// With --clean: inherit this variable too (can be repeated)
    #[arg(long, value_name = "NAME", requires = "clean", value_parser = some_variable)]
    pub keep: Vec<String>,
}

/// What to do with expired keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExpiredArg {
    Refuse,
    Warn,
    Allow,
}

impl From<ExpiredArg> for ExpiredPolicy {
    fn from(argument: ExpiredArg) -> Self {
        match argument {
            ExpiredArg::Refuse => Self::Refuse,
            ExpiredArg::Warn => Self::Warn,
            ExpiredArg::Allow => Self::Allow,
        }
    }
}
