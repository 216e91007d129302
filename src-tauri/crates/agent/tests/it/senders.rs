//! Who asked: only the process that opened a connection is heard on it.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use keyhaven_protocol::frame::{Segments, encode};
use keyhaven_protocol::request::{AuditRequest, Call, CallHead, GetRequest, SecretOut};
use keyhaven_protocol::view::ProgramEvidenceView;

use crate::support::{AgentFixture, hello, named};

/// A greeting and a request for a value, as bytes.
fn frames(world: &AgentFixture) -> Vec<u8> {
    let get = GetRequest {
        target: named("shop", "dev", "stripe"),
        field: None,
        version: None,
    };
    let calls = [
        Call::Hello(hello(world)),
        Call::SecretOut(SecretOut::Get(get)),
    ];
    let mut bytes = Vec::new();
    for (id, call) in (1..).zip(calls) {
        let frame = encode(&CallHead { id, call }, &Segments::default()).unwrap();
        bytes.extend_from_slice(&frame);
    }
    bytes
}

/// Connects, then `then` sends what comes on the standard input; what it was answered.
fn answer(world: &AgentFixture, then: &str) -> Vec<u8> {
    let script = format!(
        "use IO::Socket::UNIX; binmode STDIN; binmode STDOUT; $| = 1;
         my $s = IO::Socket::UNIX->new(Peer => shift) or die; my $parent = $$;
         sub talk {{ local $/; $s->syswrite(<STDIN>); my $all = '';
                    while ($s->sysread(my $part, 65536)) {{
                        $all .= $part; last if $all =~ /canary/ }}
                    print $all; exit 0 }}
         {then}"
    );
    let mut asking: Child = Command::new("perl")
        .args(["-e", &script])
        .arg(&world.place.socket)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    asking
        .stdin
        .take()
        .unwrap()
        .write_all(&frames(world))
        .unwrap();
    let mut answer = Vec::new();
    asking
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut answer)
        .unwrap();
    asking.kill().unwrap();
    asking.wait().unwrap();
    answer
}

fn holds(answer: &[u8], value: &str) -> bool {
    answer
        .windows(value.len())
        .any(|part| part == value.as_bytes())
}

#[test]
fn a_child_cannot_ask_in_the_name_of_another_program() {
    let world = AgentFixture::new();
    world.add("stripe", "sk_live_canary");
    // The control: the process that connected asks by itself.
    assert!(holds(&answer(&world, "talk()"), "sk_live_canary"));
    let entries = world.client().ask(AuditRequest::default()).unwrap();
    let shown = entries.iter().find(|entry| entry.action == "use.show");
    let actor = &shown.unwrap().actor;
    assert!(actor.program.contains("perl"), "{actor:?}");
    assert!(matches!(
        actor.known_by,
        Some(ProgramEvidenceView::Handle | ProgramEvidenceView::Number)
    ));
    // Its child asks, once it has become another program.
    let then = "if (fork) { close STDOUT; exec '/bin/sleep', '60' }
        1 while readlink(\"/proc/$parent/exe\") =~ /perl/; talk()";
    let got = answer(&world, then);
    assert!(got.is_empty(), "{got:?}");
    let entries = world.client().ask(AuditRequest::default()).unwrap();
    let shown = entries.iter().filter(|entry| entry.action == "use.show");
    assert_eq!(shown.count(), 1);
    assert!(entries.iter().all(|entry| !entry.actor.program.is_empty()));
}
