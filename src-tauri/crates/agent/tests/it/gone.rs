//! Files of the vault that go while its agent runs: every request tells the same, and nothing
//! that is still in memory is lost.

use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{BackUpToRequest, VaultPart, VerifyRequest, VerifyView};
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::paths::socket_note;
use keyhaven_protocol::request::{InitRequest, ListRequest, LockRequest, StatusRequest};
use keyhaven_protocol::view::StatusView;

use crate::support::{AgentFixture, PASSWORD, eventually, restore_over, secret, unlock};

const HEADERS: [&str; 2] = ["header-a", "header-b"];

fn status(world: &AgentFixture) -> StatusView {
    world.client().ask(StatusRequest {}).unwrap()
}

fn verify(world: &AgentFixture) -> Result<VerifyView, Error> {
    let request = VerifyRequest { password: None };
    let answered = world.client().ask_with(request, &Segments::default());
    answered.map(|answered| answered.answer)
}

fn init(world: &AgentFixture) -> Result<(), Error> {
    let (password, segments) = one_segment(secret(PASSWORD));
    let answered = world.client().ask_with(InitRequest { password }, &segments);
    answered.map(drop)
}

fn back_up(world: &AgentFixture) -> String {
    let file = world.path("saved.khbackup").to_str().unwrap().to_owned();
    let request = BackUpToRequest { file: file.clone() };
    world.client().ask(request).unwrap();
    file
}

/// The agent may just be writing there.
fn remove_folder(world: &AgentFixture) {
    eventually("the end of the folder", || {
        std::fs::remove_dir_all(&world.place.folder).is_ok()
    });
}

fn gone(world: &AgentFixture) -> Error {
    Error::VaultGone {
        folder: world.place.folder_text(),
    }
}

#[test]
fn a_vault_whose_folder_is_gone_is_in_memory_alone_and_comes_back_by_a_restore() {
    let mut world = AgentFixture::new();
    world.add("stripe", "sk_1");
    remove_folder(&world);
    let unusable = Notice::Unusable {
        cause: Box::new(gone(&world)),
    };
    let seen = status(&world);
    assert_eq!((seen.initialised, seen.locked), (true, false));
    assert!(seen.notices.contains(&unusable), "{:?}", seen.notices);
    assert_eq!(
        world.client().ask(ListRequest::default()),
        Err(gone(&world))
    );
    assert_eq!(world.get("stripe"), Err(gone(&world)));
    assert_eq!(verify(&world).unwrap_err(), gone(&world));
    assert_eq!(init(&world), Err(gone(&world)));
    let file = back_up(&world);
    // There is nothing on the disk whose owner would have to agree.
    restore_over(&world, &file, PASSWORD, None).unwrap();
    assert_eq!(world.get("stripe").unwrap(), "sk_1");
    assert!(!status(&world).notices.contains(&unusable));
    assert!(socket_note(&world.place.folder).exists());
    world.lock();
    world.unlock();
    world.restart();
    world.unlock();
    assert_eq!(world.get("stripe").unwrap(), "sk_1");
}

#[test]
fn a_vault_whose_folder_went_while_it_was_locked_is_no_vault() {
    let world = AgentFixture::new();
    world.add("stripe", "sk_1");
    let file = back_up(&world);
    world.lock();
    let none = Error::NoVault {
        folder: world.place.folder_text(),
    };
    for open in [false, true] {
        if open {
            world.unlock();
        }
        remove_folder(&world);
        if open {
            // It is locked, but no vault that could be unlocked again.
            assert_eq!(world.client().ask(LockRequest {}), Err(none.clone()));
        }
        assert!(!status(&world).initialised);
        assert_eq!(world.get("stripe"), Err(none.clone()));
        assert_eq!(unlock(&mut world.client(), PASSWORD).unwrap_err(), none);
        restore_over(&world, &file, PASSWORD, None).unwrap();
        world.lock();
    }
    remove_folder(&world);
    init(&world).unwrap();
    assert!(!status(&world).locked);
}

#[test]
fn another_folder_in_the_place_of_the_vaults_is_seen_once_it_is_locked() {
    let world = AgentFixture::new();
    world.add("stripe", "sk_1");
    world.lock();
    let (own, moved) = (&world.place.folder, world.path("moved"));
    std::fs::rename(own, &moved).unwrap();
    assert!(!status(&world).initialised);
    std::fs::rename(&moved, own).unwrap();
    assert!(status(&world).initialised);
    world.unlock();
    assert_eq!(world.get("stripe").unwrap(), "sk_1");
}

#[test]
fn copies_of_the_header_that_go_are_written_again_while_they_are_in_memory() {
    let mut world = AgentFixture::new();
    let folder = world.place.folder.clone();
    let copies = || HEADERS.map(|copy| std::fs::read(folder.join(copy)).ok());
    let whole = copies();
    let remove = |copies: &[&str]| {
        for copy in copies {
            std::fs::remove_file(folder.join(copy)).unwrap();
        }
    };
    // By the folder's watch, whether it is unlocked or not.
    for locked in [false, true] {
        if locked {
            world.lock();
        }
        remove(&HEADERS);
        eventually("the header", || copies() == whole);
        std::fs::remove_file(socket_note(&folder)).unwrap();
        eventually("the note", || socket_note(&folder).exists());
    }
    world.unlock();
    // By a check, which says so.
    for removed in [&HEADERS[..1], &HEADERS[1..], &HEADERS] {
        remove(removed);
        let view = verify(&world).unwrap();
        assert_eq!((view.findings, copies()), (Vec::new(), whole.clone()));
        assert!(view.healed.is_empty() || view.healed == [VaultPart::Header]);
    }
    // By a backup, by the lock, and by the end of the agent.
    remove(&HEADERS);
    back_up(&world);
    assert_eq!(copies(), whole);
    remove(&HEADERS);
    world.lock();
    assert_eq!(copies(), whole);
    remove(&HEADERS);
    world.restart();
    assert_eq!(copies(), whole);
    world.unlock();
}
