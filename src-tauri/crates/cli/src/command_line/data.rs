//! The arguments of the commands about credentials.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use keyhaven_protocol::view::Tier;

use crate::value_parsers::{
    Field, Interval, Moments, days, field, interval, length, network_or_empty, number, variable,
};

/// Where a credential lives.
#[derive(Debug, Clone, Default, Args)]
pub struct PlaceArgs {
    /// The project
    #[arg(short, long, value_name = "PROJECT")]
    pub project: Option<String>,
    /// The environment
    #[arg(short, long = "env", value_name = "ENV")]
    pub environment: Option<String>,
}

/// One credential.
#[derive(Debug, Clone, Args)]
pub struct TargetArgs {
    /// kh://PROJECT/ENV/NAME, or NAME with -p and -e
    #[arg(value_name = "REF")]
    pub reference: String,
    #[command(flatten)]
    pub place: PlaceArgs,
}

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

/// What may be said about a credential.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct AboutArgs {
    /// The service it belongs to, such as stripe
    #[arg(long, value_name = "ID")]
    pub provider: Option<String>,
    /// The variable it fills; '' for none
    #[arg(long, value_name = "VAR", value_parser = variable)]
    pub env_var: Option<String>,
    /// A scope it has at the provider (repeat)
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// An address or network it is accepted from (repeat)
    #[arg(long, value_name = "IP", value_parser = network_or_empty)]
    pub allow_ip: Vec<String>,
    /// Who answers for it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// A label (repeat)
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// A page about it
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// A note
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Its quota, in words
    #[arg(long, value_name = "TEXT")]
    pub quota: Option<String>,
    /// When it ends: YYYY-MM-DD, RFC 3339, 90d, or none
    #[arg(long, value_name = "DATE")]
    pub expires: Option<Moments>,
    /// Rotate after so many days, or none
    #[arg(long, value_name = "DAYS", value_parser = interval)]
    pub rotate_every: Option<Interval>,
    /// Allow a variable that changes how programs load code (repeat)
    #[arg(long, value_name = "VAR", value_parser = variable)]
    pub allow_loader_variable: Vec<String>,
}

/// Where a value comes from; never from an argument.
#[derive(Debug, Clone, Default, Args)]
pub struct ValueArgs {
    /// Read the value from stdin; several fields as a JSON object
    #[arg(long, conflicts_with = "generate")]
    pub stdin: bool,
    /// Keep the final newline of stdin
    #[arg(long, requires = "stdin")]
    pub raw: bool,
    /// Make up a value of LEN letters and digits (32 unless said)
    #[arg(long, value_name = "LEN", num_args = 0..=1, require_equals = true, default_missing_value = "32", value_parser = length)]
    pub generate: Option<u32>,
}

#[derive(Debug, Clone, Args)]
pub struct AddArgs {
    /// Its name within the environment
    pub name: String,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub value: ValueArgs,
    /// A field, and the variable it fills (repeat for several)
    #[arg(long, value_name = "F[=VAR]", value_parser = field)]
    pub field: Vec<Field>,
    /// The value is no secret, only configuration
    #[arg(long)]
    pub plain: bool,
    /// The tier of a new environment
    #[arg(long)]
    pub tier: Option<TierArg>,
    #[command(flatten)]
    pub about: AboutArgs,
}

#[derive(Debug, Clone, Args)]
pub struct SetArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub value: ValueArgs,
    /// Only this field (repeat); the others keep their values
    #[arg(long, value_name = "F")]
    pub field: Vec<String>,
}

#[derive(Debug, Clone, Args)]
pub struct EditArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub about: AboutArgs,
    /// The variable a field fills, as F=VAR (repeat)
    #[arg(long, value_name = "F=VAR", value_parser = field)]
    pub field: Vec<Field>,
    /// Its values are no secrets, only configuration
    #[arg(long, conflicts_with = "secret")]
    pub plain: bool,
    /// Its values are secrets
    #[arg(long)]
    pub secret: bool,
    /// Refuse again the variables that change how programs load code
    #[arg(long, conflicts_with = "allow_loader_variable")]
    pub refuse_loader_variables: bool,
}

impl EditArgs {
    /// Whether there is anything in it but the credential.
    pub fn says_anything(&self) -> bool {
        self.about != AboutArgs::default()
            || !self.field.is_empty()
            || self.plain
            || self.secret
            || self.refuse_loader_variables
    }
}

#[derive(Debug, Clone, Args)]
pub struct RenameArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    /// The new name
    #[arg(value_name = "NEW")]
    pub new: String,
}

#[derive(Debug, Clone, Args)]
pub struct RemoveArgs {
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Clone, Args)]
pub struct TrashArgs {
    #[command(subcommand)]
    pub action: Option<TrashAction>,
}

#[derive(Debug, Clone, Subcommand)]
pub enum TrashAction {
    /// Lists what lies in the trash
    List,
    /// Takes a credential back
    Restore {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Erases what lies in it for good, after a question
    Empty,
}

#[derive(Debug, Clone, Args)]
pub struct GetArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    /// The field, where there are several
    #[arg(long, value_name = "F")]
    pub field: Option<String>,
    /// An older version
    #[arg(long, value_name = "N", conflicts_with = "copy", value_parser = number)]
    pub version: Option<u32>,
    /// Put it on the clipboard for a while instead
    #[arg(long)]
    pub copy: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// Text in a name, project, environment, provider, variable or tag
    #[arg(value_name = "TEXT")]
    pub text: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// With this label
    #[arg(long)]
    pub tag: Option<String>,
    /// Of this service
    #[arg(long, value_name = "ID")]
    pub provider: Option<String>,
    /// Only what is due soon, overdue or expired
    #[arg(long)]
    pub due: bool,
    /// Only what is expired
    #[arg(long)]
    pub expired: bool,
    /// Only what was never used
    #[arg(long)]
    pub unused: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Clone, Args)]
pub struct HistoryArgs {
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Clone, Args)]
pub struct DueArgs {
    /// How many days to look ahead
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = days)]
    pub within: u32,
}

#[derive(Debug, Clone, Args)]
pub struct SnoozeArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    /// Quiet until then: YYYY-MM-DD, 3d, 1w; none ends the quiet
    #[arg(long, value_name = "DATE")]
    pub until: Moments,
}

#[derive(Debug, Clone, Args)]
pub struct EnvironmentArgs {
    #[command(subcommand)]
    pub action: Option<EnvironmentAction>,
}

#[derive(Debug, Clone, Subcommand)]
pub enum EnvironmentAction {
    /// Lists environments with their tiers
    List,
    /// Sets the tier of an environment; creates it when it is new
    Set {
        /// PROJECT/ENV
        #[arg(value_name = "PROJECT/ENV")]
        environment: String,
        /// How close to production it is
        #[arg(long)]
        tier: TierArg,
    },
}

#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// The file's format
    pub format: ImportFormat,
    /// The file; - for stdin
    pub file: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The tier of a new environment
    #[arg(long)]
    pub tier: Option<TierArg>,
    /// Only say what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// This key's value is no secret (repeat)
    #[arg(long, value_name = "KEY")]
    pub plain: Vec<String>,
    /// This key's value is a secret (repeat)
    #[arg(long, value_name = "KEY")]
    pub secret: Vec<String>,
    /// Import even where no backup can be written before
    #[arg(long)]
    pub no_backup: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    Dotenv,
}
