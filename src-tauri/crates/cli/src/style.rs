//! How text is emphasised on a terminal.

/// The urgency of a text, shown as a color on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Unchanged.
    Normal,
    /// Less important than the rest.
    Faint,
    /// A heading.
    Strong,
    /// Soon.
    Warm,
    /// Past.
    Hot,
}

impl Tone {
    /// The terminal's sequence for it (ECMA-48, SGR).
    pub const fn sequence(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Faint => "\x1b[2m",
            Self::Strong => "\x1b[1m",
            Self::Warm => "\x1b[33m",
            Self::Hot => "\x1b[31m",
        }
    }
}

/// Ends what [`Tone::sequence`] began.
pub const RESET: &str = "\x1b[0m";
