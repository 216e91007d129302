//! What opens the vault: the recovery key, another password, another vault key.

use keyhaven_client::Client;
use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::event::{Event, Progress};
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::{
    AuditRequest, ChangePasswordRequest, KeyDerivationRequest, NewRecoveryKeyRequest, Proof,
    RecoverRequest, RekeyRequest, StatusRequest,
};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::SecretBytes;

use crate::support::{AgentFixture, PASSWORD, secret, text, unlock};

const OTHER: &str = "battery staple lantern";

/// What is given to show that the owner asks.
#[derive(Clone, Copy)]
enum TypedProof<'a> {
    Password(&'a str),
    RecoveryKey(&'a str),
}

fn proof(given: TypedProof<'_>, segments: &mut Segments) -> Proof {
    match given {
        TypedProof::Password(text) => Proof::Password(segments.push(secret(text))),
        TypedProof::RecoveryKey(text) => Proof::RecoveryKey(segments.push(secret(text))),
    }
}

fn change(client: &mut Client, given: TypedProof<'_>, to: &str) -> Result<(), Error> {
    let mut segments = Segments::default();
    let proof = proof(given, &mut segments);
    let password = segments.push(secret(to));
    let request = ChangePasswordRequest { proof, password };
    client.ask_with(request, &segments).map(|_| ())
}

fn new_recovery_key(client: &mut Client, password: &str) -> Result<String, Error> {
    let (password, segments) = one_segment(secret(password));
    let mut answered = client.ask_with(NewRecoveryKeyRequest { password }, &segments)?;
    let key: SecretBytes = answered
        .segments
        .take(answered.answer.recovery_key)
        .unwrap();
    Ok(text(&key))
}

fn recover(client: &mut Client, key: &str) -> Result<StatusView, Error> {
    let (recovery_key, segments) = one_segment(secret(key));
    let request = RecoverRequest {
        recovery_key,
        accept_older: false,
    };
    let answered = client.ask_with(request, &segments)?;
    Ok(answered.answer)
}

fn rekey(
    client: &mut Client,
    given: TypedProof<'_>,
    to: &str,
    told: &mut dyn FnMut(Progress),
) -> Result<String, Error> {
    let mut segments = Segments::default();
    let proof = proof(given, &mut segments);
    let password = segments.push(secret(to));
    let request = RekeyRequest {
        proof,
        password,
        without_backup: false,
    };
    let mut answered = client.ask_watched(request, &segments, told)?;
    let key = answered
        .segments
        .take(answered.answer.recovery_key)
        .unwrap();
    Ok(text(&key))
}

fn newest_action(client: &mut Client) -> String {
    let request = AuditRequest::default();
    client.ask(request).unwrap().remove(0).action
}

#[test]
fn a_changed_password_opens_and_the_old_one_does_not() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut client = world.client();
    let short = change(&mut client, TypedProof::Password(PASSWORD), "short");
    assert!(matches!(short, Err(Error::WeakPassword { .. })));
    let wrong = change(&mut client, TypedProof::Password("not this one"), OTHER);
    assert_eq!(wrong, Err(Error::WrongPassword));
    change(&mut client, TypedProof::Password(PASSWORD), OTHER).unwrap();
    assert_eq!(newest_action(&mut client), "vault.password");
    world.lock();
    let locked = change(&mut client, TypedProof::Password(OTHER), PASSWORD);
    assert_eq!(locked, Err(Error::Locked));
    assert_eq!(
        unlock(&mut client, PASSWORD).unwrap_err(),
        Error::WrongPassword
    );
    unlock(&mut client, OTHER).unwrap();
    assert_eq!(world.get("stripe").unwrap(), "sk");
}

#[test]
fn the_recovery_key_opens_and_lets_the_password_be_set() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut client = world.client();
    let wrong = new_recovery_key(&mut client, "not this one");
    assert_eq!(wrong, Err(Error::WrongPassword));
    let first = new_recovery_key(&mut client, PASSWORD).unwrap();
    let key = new_recovery_key(&mut client, PASSWORD).unwrap();
    assert_eq!(newest_action(&mut client), "vault.recovery_key");
    world.lock();
    assert_eq!(
        recover(&mut client, &first).unwrap_err(),
        Error::WrongRecoveryKey
    );
    let mistyped = key.replacen(&key[..1], if &key[..1] == "A" { "B" } else { "A" }, 1);
    assert_eq!(
        recover(&mut client, &mistyped).unwrap_err(),
        Error::MistypedRecoveryKey
    );
    let status = recover(&mut client, &key.to_lowercase().replace('-', " ")).unwrap();
    assert!(!status.locked);
    assert_eq!(status.notices, [Notice::Recovered]);
    // A second one finds it open, as with a password.
    assert!(!recover(&mut client, &key).unwrap().locked);
    change(&mut client, TypedProof::RecoveryKey(&key), OTHER).unwrap();
    assert_eq!(client.ask(StatusRequest {}).unwrap().notices, []);
    world.lock();
    unlock(&mut client, OTHER).unwrap();
    assert_eq!(world.get("stripe").unwrap(), "sk");
}

#[test]
fn a_rekey_ends_old_passwords_and_keys_and_keeps_the_values() {
    let mut world = AgentFixture::new();
    for number in 0..20 {
        world.add(&format!("key-{number}"), &format!("sk_{number}"));
    }
    let mut client = world.client();
    let old = new_recovery_key(&mut client, PASSWORD).unwrap();
    let wrong = rekey(
        &mut client,
        TypedProof::RecoveryKey(&old[..7]),
        OTHER,
        &mut |_| {},
    );
    assert_eq!(wrong, Err(Error::MistypedRecoveryKey));
    let mut last = None;
    let key = rekey(
        &mut client,
        TypedProof::Password(PASSWORD),
        OTHER,
        &mut |progress| {
            last = Some(progress);
        },
    )
    .unwrap();
    let last = last.unwrap();
    assert_eq!(last.done, last.total);
    assert!(last.total > 40);
    assert_eq!(newest_action(&mut client), "vault.rekey");
    assert_eq!(world.get("key-7").unwrap(), "sk_7");
    world.restart();
    let mut client = world.client();
    assert_eq!(
        unlock(&mut client, PASSWORD).unwrap_err(),
        Error::WrongPassword
    );
    assert_eq!(
        recover(&mut client, &old).unwrap_err(),
        Error::WrongRecoveryKey
    );
    recover(&mut client, &key).unwrap();
    assert_eq!(world.get("key-19").unwrap(), "sk_19");
}

#[test]
fn a_rekey_can_be_cancelled_and_the_vault_used_meanwhile() {
    let world = AgentFixture::new();
    for number in 0..60 {
        world.add(&format!("key-{number}"), "sk");
    }
    let mut client = world.client();
    let mut canceller = client.canceller().unwrap();
    let (mut cancelled, mut backup) = (false, 0);
    let refused = rekey(
        &mut client,
        TypedProof::Password(PASSWORD),
        OTHER,
        &mut |progress| {
            // A backup comes first, of other lengths.
            if backup == 0 {
                backup = progress.total;
            }
            if progress.total != backup && !cancelled {
                cancelled = true;
                // Others are answered between two slices.
                assert_eq!(world.get("key-3").unwrap(), "sk");
                canceller.cancel().unwrap();
            }
        },
    );
    // Where the last slice came before the wish to give up, it is done instead.
    let password = match refused {
        Err(Error::Cancelled) => PASSWORD,
        Ok(_) => OTHER,
        Err(other) => panic!("{other}"),
    };
    world.lock();
    unlock(&mut world.client(), password).unwrap();
    assert_eq!(world.get("key-59").unwrap(), "sk");
    let files = std::fs::read_dir(&world.place.folder).unwrap();
    let databases = files.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".db")
    });
    assert_eq!(databases.count(), 1);
}

#[test]
fn subscribers_hear_of_a_rekey() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut events = world.client().subscribe().unwrap();
    rekey(
        &mut world.client(),
        TypedProof::Password(PASSWORD),
        OTHER,
        &mut |_| {},
    )
    .unwrap();
    while events.wait().unwrap() != Event::Changed {}
}

#[test]
fn the_key_derivation_is_shown_while_locked_too_with_its_time_once_measured() {
    let world = AgentFixture::new();
    let before = world.client().ask(KeyDerivationRequest {}).unwrap();
    assert_eq!((before.memory_kib, before.passes), (32, 1));
    assert_eq!(before.milliseconds, None);
    world.lock();
    world.unlock();
    world.lock();
    let after = world.client().ask(KeyDerivationRequest {}).unwrap();
    assert!(after.milliseconds.is_some());
}
