//! Emptying the trash.

use keyhaven_protocol::request::{EmptyTrashRequest, ListRequest, RemoveRequest};
use uuid::Uuid;

use crate::support::AgentFixture;

/// More than one request takes.
const MANY: usize = 1_500;

#[test]
fn exactly_what_was_shown_is_erased_however_much_that_is() {
    let world = AgentFixture::new();
    let mut client = world.client();
    let [first, last, later] = ["one", "two", "later"].map(|name| {
        let row = world.add(name, "x").row;
        let (id, revision) = (row.id, row.revision);
        client.ask(RemoveRequest { id, revision }).unwrap();
        id
    });
    // What is not in the trash any more is left alone; it makes the list as long as it takes.
    let mut shown = vec![first];
    shown.extend((0..MANY).map(|_| Uuid::now_v7()));
    shown.push(last);
    let parts = EmptyTrashRequest::parts(&shown);
    assert_eq!(EmptyTrashRequest::parts(&shown).count(), 2);
    let erased: u32 = parts.map(|part| client.ask(part).unwrap()).sum();
    assert_eq!(erased, 2);
    let list = ListRequest {
        removed: true,
        ..ListRequest::default()
    };
    let left = client.ask(list).unwrap();
    let left: Vec<Uuid> = left.iter().map(|row| row.id).collect();
    assert_eq!(left, [later]);
}
