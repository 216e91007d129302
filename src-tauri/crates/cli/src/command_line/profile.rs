//! The arguments of `kh profile`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{ChoiceArgs, PlaceArgs};
use crate::value_parsers as values;

#[derive(Debug, Clone, Args)]
pub struct ProfileArgs {
    #[command(subcommand)]
    pub action: Option<ProfileAction>,
}

#[derive(Debug, Clone, Subcommand)]
#[allow(clippy::large_enum_variant)] // Read once, and used at once.
pub enum ProfileAction {
    /// Lists the saved ways to launch
    List,
    /// Shows everything about a profile
    Show {
        /// Its name
        #[arg(value_name = "PROFILE")]
        name: String,
    },
    /// Saves a way to launch
    Add {
        /// Its name
        #[arg(value_name = "PROFILE")]
        name: String,
        #[command(flatten)]
        place: PlaceArgs,
        #[command(flatten)]
        recipe: RecipeArgs,
    },
    /// Changes a profile; what is given replaces what was there
    Edit {
        /// Its name
        #[arg(value_name = "PROFILE")]
        name: String,
        /// Give it this name
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        #[command(flatten)]
        place: PlaceArgs,
        #[command(flatten)]
        recipe: RecipeArgs,
        /// Take this out of it (repeat)
        #[arg(long, value_name = "WHAT")]
        clear: Vec<RecipePart>,
    },
    /// Removes a profile for good
    Rm {
        /// Its name
        #[arg(value_name = "PROFILE")]
        name: String,
    },
}

/// What a profile gives and starts.
#[derive(Debug, Clone, Args)]
pub struct RecipeArgs {
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Each key must have this scope, or another one named so (repeat)
    #[arg(long = "need", value_name = "SCOPE")]
    pub needs: Vec<String>,
    /// Let keys of a higher tier in
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub allow_production: Option<bool>,
    /// Inherit nothing but PATH, HOME, TERM and the locale
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub clean: Option<bool>,
    /// With --clean: inherit this variable too (repeat)
    #[arg(long, value_name = "NAME", value_parser = values::some_variable)]
    pub keep: Vec<String>,
    /// Mask values in what the program prints
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub mask: Option<bool>,
    /// The working directory
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The shell for kh shell
    #[arg(long, value_name = "PATH")]
    pub shell: Option<String>,
    /// The command and its arguments
    #[arg(value_name = "CMD", last = true)]
    pub command: Vec<String>,
}

/// A part of a profile that can be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecipePart {
    Only,
    Except,
    Prefix,
    As,
    Set,
    Need,
    Keep,
    Dir,
    Shell,
    Command,
}
