//! No older value is discarded that a person did not agree to lose.

use std::collections::BTreeSet;

use keyhaven_client::{Client, one_segment};
use keyhaven_protocol::request::{FieldValue, HistoryRequest, SetRequest, Target};
use keyhaven_protocol::{Code, Error};
use keyhaven_secret::SecretBytes;
use serde_json::Value;
use uuid::Uuid;

use super::Walk;
use super::reached::ASIDE;

/// As large as a value may be.
pub const LARGE: usize = 1 << 20;
/// More values of that size than a key has room for.
const MORE_THAN_FIT: u8 = 100;
const NAME: &str = "large";

/// The older values of a key that has no room for more, if there is such a key.
#[derive(Debug, Default)]
pub struct DiscardedVersions {
    id: Option<Uuid>,
    /// The versions whose values were there at the last look.
    known: BTreeSet<u32>,
    /// The newest version that a person agreed to lose since then, with those before it.
    agreed: Option<u32>,
    /// How many are gone.
    pub discarded: usize,
}

impl DiscardedVersions {
    /// The key, if it is there.
    pub fn id(&self) -> Option<Uuid> {
        self.id
    }
}

impl Walk {
    /// Stores a key, and values of it until the next one would discard another.
    pub(super) fn fill_with_versions(&mut self) {
        self.unlock();
        let add = [
            "add", NAME, "-p", ASIDE, "-e", "staging", "--stdin", "--json",
        ];
        let added = self.world.kh_ok_with(&add, "large-0");
        let added: Value = serde_json::from_str(&added).unwrap();
        let id = added["id"].as_str().unwrap().parse().unwrap();
        let mut fills = (0..MORE_THAN_FIT).map(|at| b'0' + at % 64);
        let full = fills.find_map(|fill| store(&mut self.client, id, fill).err());
        let full = full.expect("no room for older values").code();
        assert_eq!(full, Code::WouldDiscard);
        self.discards.id = Some(id);
        self.check_discarded();
    }

    /// A person has agreed to lose a version and those before it.
    pub(super) fn agree_to_discard(&mut self, question: &Value) {
        let text = question["text"].as_str().unwrap();
        let (_, rest) = text.split_once(" discard version ").unwrap();
        let number = rest.split(' ').next().unwrap();
        self.discards.agreed = Some(number.parse().unwrap());
    }

    /// Looks at what is gone, unless the vault is locked.
    pub(super) fn check_discarded(&mut self) {
        let agreed = self.discards.agreed.take();
        let Some(id) = self.discards.id else {
            return;
        };
        let target = Target::Id(id);
        let Ok(history) = self.client.ask(HistoryRequest { target }) else {
            return;
        };
        let stored = history.versions.iter().filter(|version| version.stored);
        let now = stored.map(|version| version.number).collect();
        let known = std::mem::replace(&mut self.discards.known, now);
        for gone in known.difference(&self.discards.known) {
            self.discards.discarded += 1;
            assert!(
                agreed.is_some_and(|newest| *gone <= newest),
                "discarded unasked: version {gone}\n{}",
                self.log.join("\n")
            );
        }
    }
}

fn store(client: &mut Client, id: Uuid, fill: u8) -> Result<(), Error> {
    let (value, segments) = one_segment(SecretBytes::new(vec![fill; LARGE]));
    let field = "value".into();
    let request = SetRequest {
        target: Target::Id(id),
        revision: None,
        values: vec![FieldValue { field, value }],
        expires: None,
        rotate_on: None,
        discard_old: false,
    };
    client.ask_with(request, &segments).map(drop)
}
