//! How long each text that is stored may be: one list for every way in.
//!
//! A text that is a name has its own rule, a value its own limit; [`crate::names`] checks
//! them all.

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredText {
    /// The name of an environment variable.
    Variable,
    /// The id of a provider.
    Provider,
    /// What an imported credential came from.
    Source,
    /// All of a credential's metadata together.
    Metadata,
    /// A path: of a trusted file, a directory or a shell.
    Path,
    /// What a trusted file says, for the log.
    Outline,
    /// All of a profile's launch configuration together.
    LaunchConfig,
}

impl StoredText {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Variable,
        Self::Provider,
        Self::Source,
        Self::Metadata,
        Self::Path,
        Self::Outline,
        Self::LaunchConfig,
    ];

    /// The most bytes it may have.
    #[must_use]
    pub const fn limit(self) -> usize {
        match self {
            Self::Provider => 128,
            Self::Variable | Self::Source => 1024,
            // Linux's `PATH_MAX`.
            Self::Path => 4096,
            Self::Metadata | Self::Outline | Self::LaunchConfig => 64 * 1024,
        }
    }

    /// A stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Provider => "provider",
            Self::Source => "source",
            Self::Metadata => "metadata",
            Self::Path => "path",
            Self::Outline => "outline",
            Self::LaunchConfig => "launch_config",
        }
    }
}
