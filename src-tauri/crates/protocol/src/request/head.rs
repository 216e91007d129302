//! What frames carry besides secrets: a call, and what comes back for it.

use serde::{Deserialize, Serialize};

use super::Call;

/// What a client sends: a call with its number, chosen by the client.
#[derive(Debug, Serialize, Deserialize)]
pub struct CallHead {
    /// Unique among the open calls of the connection.
    pub id: u32,
    /// The call.
    pub call: Call,
}

/// What the agent sends: exactly one of its parts is there.
///
/// An answer may come in several frames of one id, the last one marked. Events have id 0.
/// The answer is a separate JSON text; a reader may borrow it from the frame.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "A: Deserialize<'de>"))]
pub struct ReplyHead<A = Box<serde_json::value::RawValue>> {
    /// The call that is answered; 0 for events.
    pub id: u32,
    /// Whether this is the end of the answer to that call.
    #[serde(default)]
    pub last: bool,
    /// An answer, or a part of one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub answer: Option<A>,
    /// The call failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::Error>,
    /// The call goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<crate::event::Progress>,
    /// Something happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<crate::event::Event>,
}

/// An answer that is there, also the answer `null` of a request that brings nothing.
fn present<'de, D: serde::Deserializer<'de>, A: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<A>, D::Error> {
    A::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_null_is_an_answer() {
        let read = |json: &str| serde_json::from_str::<ReplyHead>(json).unwrap().answer;
        assert_eq!(
            read(r#"{"id":1,"last":true,"answer":null}"#).unwrap().get(),
            "null"
        );
        assert!(read(r#"{"id":1,"progress":{"done":1,"total":2}}"#).is_none());
    }
}
