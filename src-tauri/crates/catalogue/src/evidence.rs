//! Where the facts of an entry come from, and how certain they are.

use jiff::civil::Date;
use keyhaven_rules::words;
use serde::Serialize;

words! {
    /// How certain the facts of an entry are.
    Confidence {
        /// Read in the source.
        Verified,
        /// General knowledge. Nothing of it runs unattended.
        Unverified,
    }
}

words! {
    /// What the requests of an entry were tried with.
    #[derive(Default)]
    Tested {
        /// The service itself.
        Live,
        /// A substitute that behaves as documented.
        StandIn,
        /// Nothing yet.
        #[default]
        None,
    }
}

/// Where facts come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// An address, or the name of a document.
    pub source: String,
    /// The day on which it was read.
    pub read: Date,
    /// How certain the facts are.
    pub confidence: Confidence,
    /// What they were tried with.
    pub tested: Tested,
}
