//! A secret on its way to the one page that shows it, in a process that then ends.

use keyhaven_protocol::Error;
use keyhaven_protocol::frame::{Segment, Segments};
use keyhaven_secret::SecretBytes;
use serde::{Serialize, Serializer};

/// Text that is shown to its owner. No command of the main window answers with one.
#[derive(Debug)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
pub struct ShownSecret(SecretBytes);

impl ShownSecret {
    /// The secret that an answer names, out of its segments.
    ///
    /// # Errors
    /// The answer does not hold it.
    pub fn take(segments: &mut Segments, segment: Segment) -> Result<Self, Error> {
        let secret = segments.take(segment);
        secret
            .map(Self)
            .map_err(|_| Error::defect("the answer lacks the secret"))
    }

    /// Whether it can be shown.
    pub fn is_text(&self) -> bool {
        // Exposed to be looked at.
        std::str::from_utf8(self.0.expose()).is_ok()
    }
}

impl Serialize for ShownSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        // Exposed to be shown to its owner, in a process that then ends.
        let text = std::str::from_utf8(self.0.expose()).map_err(|_| S::Error::custom("text"))?;
        serializer.serialize_str(text)
    }
}
