//! What a reader of a text format expected where it could not go on.

use crate::coded;

coded! {
    /// What should have stood there. The texts are in the crate `messages`, under
    /// `expected-CODE`.
    #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
    Expected as EXPECTED {
        // Every format
        /// UTF-8.
        Utf8,
        /// A smaller file.
        SmallerFile { /** At most, with its unit. */ limit: String },
        // .env files
        /// A name, a comment or an empty line.
        DotenvLine,
        /// The separator after a name.
        DotenvSeparator,
        /// Fewer assignments.
        FewerAssignments { /** At most. */ limit: u32 },
        /// Another name.
        OtherName { /** The one that cannot be read. */ name: String },
        /// The quote that closes an open one.
        ClosingQuote,
        /// Both quotes of a value whose lines are skipped.
        QuotedValue { /** The last of them. */ line: u32 },
        /// Quotes around a value of several lines.
        QuotedBlock,
        // Project files
        /// Valid TOML.
        Toml { /** What the library says. */ system: String },
        /// A known key.
        ProjectFileKey,
        /// The line that names the project.
        ProjectLine,
        /// A truth value.
        TrueOrFalse,
        /// A text.
        QuotedText,
        /// A name without control characters.
        PlainName,
        /// A table of variables.
        VariableTable,
        /// Fewer variables.
        FewerVariables { /** At most. */ limit: u32 },
        /// Fewer references.
        FewerReferences { /** At most. */ limit: u32 },
        /// The name of a variable.
        VariableName,
        /// A value without NUL.
        NoNul,
        // Templates and references
        /// The end of a reference.
        ClosingBraces,
        /// A filter.
        Filter,
        /// Special characters of a reference are percent-encoded.
        EncodedReference,
        /// The scheme of a reference.
        ReferenceScheme,
        /// The parts of a reference.
        ReferenceParts,
        /// A valid part of a reference.
        ReferencePart,
    }
}
