//! Test support: every parser of bytes that an attacker may have written.
//!
//! A target reads bytes and must neither panic, hang nor take much more memory than its input;
//! what it accepts must be the same after it was written and read again. `tests/parsers.rs`
//! runs all targets with mutations of the corpus on any toolchain, `cargo xtask fuzz` with
//! LLVM's libFuzzer, which is guided by coverage.
#![allow(
    clippy::panic,
    clippy::expect_used,
    reason = "an assertion that fails here is what a fuzzer looks for"
)]

mod matching;

use keyhaven_catalogue::Provider;
use keyhaven_catalogue::answer::judge;
use keyhaven_exchange::{Catalogue, Format, TextEncoding};
use keyhaven_hosts::{DatabaseUrl, GitRequest, HostPort, WebAddress};
use keyhaven_protocol::frame;
use keyhaven_protocol::project_file::{ProjectFile, Template, TemplatePart};
use keyhaven_protocol::reference::Reference;
use keyhaven_protocol::request::{CallHead, HelloAnswer, ReplyHead};
use keyhaven_rules::{days::MAX_DAYS, span, text};
use keyhaven_vault::fuzzing;

use crate::matching::{Choices, matching};

/// A parser, by the name of its folder in the corpus.
#[derive(Debug, Clone, Copy)]
pub struct FuzzTarget {
    /// Lower case, with `-`.
    pub name: &'static str,
    /// Reads some bytes, and returns whether it accepted any.
    pub run: fn(&[u8]) -> bool,
}

const fn target(name: &'static str, run: fn(&[u8]) -> bool) -> FuzzTarget {
    FuzzTarget { name, run }
}

/// All targets.
pub const TARGETS: [FuzzTarget; 15] = [
    target("header", fuzzing::header),
    target("anchor", fuzzing::anchor),
    target("seen", fuzzing::seen),
    target("uses", fuzzing::uses),
    target("schedule", fuzzing::schedule),
    target("backup", fuzzing::backup),
    target("recovery-key", |bytes| {
        with_text(bytes, fuzzing::recovery_key)
    }),
    target("call", call),
    target("reply", reply),
    target("directory", |bytes| with_text(bytes, directory)),
    target("reference", |bytes| with_text(bytes, reference)),
    target("dotenv", dotenv),
    target("catalogue", |bytes| with_text(bytes, catalogue)),
    target("host", |bytes| with_text(bytes, host)),
    target("span", |bytes| with_text(bytes, span)),
];

/// The target of a name.
#[must_use]
pub fn find(name: &str) -> Option<FuzzTarget> {
    TARGETS.into_iter().find(|target| target.name == name)
}

fn with_text(bytes: &[u8], run: impl FnOnce(&str) -> bool) -> bool {
    std::str::from_utf8(bytes).is_ok_and(run)
}

/// Frames as the agent receives them from a client.
fn call(mut bytes: &[u8]) -> bool {
    let mut accepted = false;
    while let Ok((call, segments)) = frame::read::<CallHead>(&mut bytes) {
        frame::encode(&call, &segments).expect("what was read can be sent");
        accepted = true;
    }
    accepted
}

/// Frames as a client receives them from the agent.
fn reply(mut bytes: &[u8]) -> bool {
    let mut accepted = false;
    while let Ok((reply, _)) = frame::read::<ReplyHead>(&mut bytes) {
        if let Some(answer) = &reply.answer {
            // A client reads the answer it asked for; any of them may be the wrong one.
            let _ = serde_json::from_str::<HelloAnswer>(answer.get());
        }
        accepted = true;
    }
    accepted
}

fn directory(text: &str) -> bool {
    let Ok(directory) = ProjectFile::parse(text) else {
        return false;
    };
    for variable in directory.variables.into_iter().flatten() {
        for part in &variable.template.parts {
            if let TemplatePart::Reference { reference, .. } = part {
                assert_same_again(reference);
            }
        }
    }
    true
}

fn reference(text: &str) -> bool {
    // The same text may stand as a value in the directory file.
    let template = Template::parse(text).is_ok();
    match Reference::parse(text) {
        Ok(reference) => {
            assert_same_again(&reference);
            true
        }
        Err(_) => template,
    }
}

fn assert_same_again(reference: &Reference) {
    let again = Reference::parse(&reference.to_string());
    assert_eq!(again.as_ref(), Ok(reference));
}

fn dotenv(bytes: &[u8]) -> bool {
    if let Some(text) = TextEncoding::recognise(bytes).and_then(|known| known.to_utf8(bytes)) {
        assert!(std::str::from_utf8(text.expose()).is_ok());
        let _ = keyhaven_exchange::read_valid(Format::Dotenv, text.expose());
    }
    // Where lines are skipped, what can be read as a whole is read alike.
    let valid = keyhaven_exchange::read_valid(Format::Dotenv, bytes);
    let Ok(import) = keyhaven_exchange::read(Format::Dotenv, bytes) else {
        return false;
    };
    assert!(import.records.len() <= bytes.len());
    let valid = valid.expect("what is read strictly is read");
    assert_eq!(valid.left_out, import.left_out);
    assert!(valid.skipped.is_empty() && valid.records.len() == import.records.len());
    true
}

fn catalogue(text: &str) -> bool {
    let Ok(catalogue) = Catalogue::read("fuzz.toml", text) else {
        return false;
    };
    // Compiled patterns are matched with values of all kinds, also with some that fit.
    let _ = catalogue.identify(text.as_bytes(), "API_KEY");
    let mut choices = Choices::new(text.as_bytes());
    for provider in catalogue.providers().iter().take(MOST_COMPILED) {
        keys_are_recognised(&catalogue, provider, &mut choices);
    }
    for provider in catalogue.providers() {
        let shown = serde_json::to_string(&provider.details());
        shown.expect("every entry can be shown");
        for check in &provider.checks {
            for status in [200, 401] {
                let _ = judge(&check.answers, status, text.as_bytes());
            }
        }
    }
    true
}

/// Patterns that one input has compiled: each takes memory.
const MOST_COMPILED: usize = 2;

/// A key that is made after a pattern is one of its service, and a part of it does no harm.
fn keys_are_recognised(catalogue: &Catalogue, provider: &Provider, choices: &mut Choices) {
    let shapes = provider.keys.iter().take(MOST_COMPILED);
    for (shape, pattern) in shapes.filter_map(|shape| Some((shape, shape.pattern()?))) {
        let Some(key) = matching(pattern.source(), choices) else {
            continue;
        };
        assert!(shape.is_match(&key), "{}", pattern.source());
        assert!(provider.shape_of(&key).is_some());
        let known = catalogue.identify(&key, "");
        assert_eq!(known.has_key_shape(), is_strong(catalogue, &key));
        let cut = key.get(..key.len() / 2).unwrap_or_default();
        let _ = catalogue.identify(cut, "");
    }
}

/// Whether some shape of the catalogue tells the service of that value.
fn is_strong(catalogue: &Catalogue, value: &[u8]) -> bool {
    let providers = catalogue.providers().iter();
    let mut shapes = providers.flat_map(|provider| &provider.keys);
    shapes.any(|shape| !shape.weak && shape.is_match(value))
}

/// The server of a database, in the form in which hosts are written, is the same server.
fn database(text: &str) -> bool {
    let Some(known) = DatabaseUrl::parse(text) else {
        return false;
    };
    let written = known.host.to_string();
    assert_eq!(HostPort::parse(&written), Some(known.host));
    true
}

/// The servers that git, ssh and a key's page name.
fn host(text: &str) -> bool {
    let host = HostPort::parse(text);
    if let Some(host) = &host {
        assert_eq!(HostPort::parse(&host.to_string()).as_ref(), Some(host));
    }
    let git = GitRequest::parse(text.as_bytes());
    let asked = git.is_some_and(|git| git.address.is_some());
    host.is_some() | WebAddress::parse_with_user(text).is_some() | asked | database(text)
}

/// What a user types as a span of time; the same text may be shown in a confirmation.
fn span(text: &str) -> bool {
    assert!(!text::visible(text).chars().any(text::is_invisible));
    span::parse_days(text).is_ok_and(|days| {
        assert!(days <= MAX_DAYS);
        true
    })
}
