//! What clients name as their bus and display: the agent connects to none that is not this
//! user's own.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use keyhaven_client::Client;
use keyhaven_protocol::request::{CopyRequest, Session, SetLoginKeychainRequest};
use keyhaven_protocol::{Error, Problem};

use crate::support::{AgentFixture, named};

fn client(world: &AgentFixture, session: &Session) -> Client {
    Client::connect(&world.place, session).unwrap().unwrap()
}

#[test]
fn an_address_that_names_a_program_starts_none() {
    let world = AgentFixture::new();
    let (program, ran) = (world.path("program"), world.path("ran"));
    let script = format!("#!/bin/sh\necho ran >{}\n", ran.display());
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    // The control: it can be started.
    assert!(
        std::process::Command::new(&program)
            .status()
            .unwrap()
            .success()
    );
    std::fs::remove_file(&ran).unwrap();
    let session = Session {
        bus: Some(format!("unixexec:path={}", program.display())),
        ..Session::default()
    };
    let request = SetLoginKeychainRequest {
        on: false,
        password: None,
    };
    // What the keychain keeps opens nothing any more, so that this fails is no error.
    client(&world, &session).ask(request).unwrap();
    assert!(!ran.exists());
}

#[test]
fn a_display_elsewhere_is_no_display_and_nothing_is_connected_to() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let number = listener.local_addr().unwrap().port().saturating_sub(6000);
    let names = [
        format!("127.0.0.1:{number}"),
        format!("localhost:{number}.0"),
        format!("tcp/127.0.0.1:{number}"),
        // Without a server of this number, a library tries the loopback.
        format!(":{number}"),
    ];
    for name in names {
        let session = Session {
            display: Some(name.clone()),
            wayland_display: Some("../wayland-0".into()),
            ..Session::default()
        };
        let copy = CopyRequest {
            target: named("shop", "dev", "stripe"),
            field: None,
        };
        let refused = client(&world, &session).ask(copy).unwrap_err();
        let expected = Error::NoClipboard {
            problem: Problem::NoDisplay,
        };
        assert_eq!(refused, expected, "{name}");
        let connected = listener.accept().map_err(|error| error.kind());
        assert_eq!(connected.unwrap_err(), ErrorKind::WouldBlock, "{name}");
    }
}
