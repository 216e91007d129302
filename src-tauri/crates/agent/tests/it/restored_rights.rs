//! Which permissions a restore brings: trusted files, production rights of profiles, variables
//! that load code, tiers.

use std::time::Duration;

use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::BackUpToRequest;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::{
    AddProfileRequest, Choice, DistrustRequest, EditProfileRequest, EditRequest,
    EnvironmentsRequest, FileTrustRequest, LaunchFile, Profile, ProfilesRequest, Proof,
    RekeyRequest, SetTierRequest, ShowRequest, TrustRequest, TrustedFilesRequest,
};
use keyhaven_protocol::view::{FileTrustView, Tier, UntrustedReason};

use crate::support::{AgentFixture, PASSWORD, metadata, named, restore_over, secret, unlock};

/// Trusts a file and saves a profile, both with production, and lets a key fill a variable that
/// loads code.
fn give_rights(world: &AgentFixture) {
    let mut client = world.client();
    let mut loader = metadata("node-options");
    loader.fields[0].allow_loader_variable = true;
    world.add_to("shop", "dev", loader, "--require x").unwrap();
    let trust = TrustRequest {
        path: "/srv/evil/.keyhaven.toml".into(),
        sha256: "ab".repeat(32),
        allow_production: true,
        outline: Vec::new(),
    };
    client.ask(trust).unwrap();
    let profile = Profile {
        name: "web".into(),
        project: "shop".into(),
        environment: "dev".into(),
        choice: Choice::default(),
        command: Vec::new(),
        directory: None,
        shell: None,
        clean: false,
        keep: Vec::new(),
        mask: false,
        allow_production: true,
        needs: Vec::new(),
    };
    client.ask(AddProfileRequest { profile }).unwrap();
}

/// Trusted files, profiles that let production in, and whether the key may fill a variable that
/// loads code.
fn rights(world: &AgentFixture) -> (usize, usize, bool) {
    let mut client = world.client();
    let trusted = client.ask(TrustedFilesRequest {}).unwrap().len();
    let profiles = client.ask(ProfilesRequest {}).unwrap();
    let entitled = profiles.iter().filter(|one| one.profile.allow_production);
    let target = named("shop", "dev", "node-options");
    let loader = client.ask(ShowRequest { target }).unwrap();
    let fields = &loader.field_list;
    (trusted, entitled.count(), fields[0].allow_loader_variable)
}

/// A backup of another vault, whose owner gave it rights.
pub(super) fn foreign_backup() -> (AgentFixture, String) {
    let other = AgentFixture::new();
    other.add("stripe", "evil");
    give_rights(&other);
    let file = other.path("evil.khbackup").to_str().unwrap().to_owned();
    let request = BackUpToRequest { file: file.clone() };
    other.client().ask(request).unwrap();
    (other, file)
}

#[test]
fn a_backup_of_another_vault_brings_no_rights_and_says_so() {
    let (other, file) = foreign_backup();
    let world = AgentFixture::new();
    let restored = restore_over(&world, &file, PASSWORD, Some(PASSWORD)).unwrap();
    assert_eq!(restored.notices, [Notice::RestoredOtherVault]);
    assert_eq!(rights(&world), (0, 0, false));
    // Control: over its own vault it brings them.
    let restored = restore_over(&other, &file, PASSWORD, Some(PASSWORD)).unwrap();
    assert_eq!(restored.notices, []);
    assert_eq!(rights(&other), (1, 1, true));
}

/// The rights of `give_rights`, withdrawn one by one.
fn withdraw_rights(world: &AgentFixture) {
    let mut client = world.client();
    let path = "/srv/evil/.keyhaven.toml".into();
    client.ask(DistrustRequest { path }).unwrap();
    let mut saved = client.ask(ProfilesRequest {}).unwrap().swap_remove(0);
    saved.profile.allow_production = false;
    let (id, revision, profile) = (saved.id, saved.revision, saved.profile);
    let edit = EditProfileRequest {
        id,
        revision,
        profile,
    };
    client.ask(edit).unwrap();
    let target = named("shop", "dev", "node-options");
    let row = client.ask(ShowRequest { target }).unwrap().row;
    let edit = EditRequest {
        id: row.id,
        revision: row.revision,
        metadata: metadata("node-options"),
    };
    client.ask(edit).unwrap();
    let tier = SetTierRequest {
        project: "shop".into(),
        environment: "dev".into(),
        tier: Tier::Production,
    };
    client.ask(tier).unwrap();
}

#[test]
fn a_backup_of_the_same_vault_brings_no_right_that_was_withdrawn_since_and_says_so() {
    for locked in [false, true] {
        let (world, file) = foreign_backup();
        withdraw_rights(&world);
        if locked {
            world.lock();
        }
        let restored = restore_over(&world, &file, PASSWORD, Some(PASSWORD)).unwrap();
        let withdrawn = Notice::RestoredRightsWithdrawn {
            files: 1,
            profiles: 1,
            credentials: 1,
            environments: 1,
        };
        assert_eq!(restored.notices, [withdrawn]);
        assert_eq!(rights(&world), (0, 0, false));
        let mut client = world.client();
        let environments = client.ask(EnvironmentsRequest {}).unwrap();
        assert_eq!(environments[0].tier, Tier::Production);
        // What was denied is not one that nobody has looked at.
        let file = LaunchFile {
            path: "/srv/evil/.keyhaven.toml".into(),
            sha256: "ab".repeat(32),
        };
        let trust = client.ask(FileTrustRequest { file }).unwrap();
        let denied = FileTrustView::Untrusted {
            reason: UntrustedReason::Denied,
        };
        assert_eq!(trust, denied);
    }
}

/// Trust that was given again may have been for other names.
#[test]
fn trust_that_was_withdrawn_and_given_again_since_the_backup_is_not_restored() {
    let (world, file) = foreign_backup();
    let mut client = world.client();
    let path = "/srv/evil/.keyhaven.toml".into();
    client.ask(DistrustRequest { path }).unwrap();
    world.clock.advance(Duration::from_secs(60));
    let trust = TrustRequest {
        path: "/srv/evil/.keyhaven.toml".into(),
        sha256: "ab".repeat(32),
        allow_production: true,
        outline: Vec::new(),
    };
    client.ask(trust).unwrap();
    let restored = restore_over(&world, &file, PASSWORD, Some(PASSWORD)).unwrap();
    assert!(matches!(
        restored.notices[..],
        [Notice::RestoredRightsWithdrawn {
            files: 1,
            profiles: 0,
            ..
        }]
    ));
    assert_eq!(rights(&world), (0, 1, true));
}

/// An old database in its place holds what was withdrawn since.
#[test]
fn a_vault_that_does_not_unlock_keeps_no_right_of_its_backup_and_says_so() {
    let (mut world, file) = foreign_backup();
    world.lock();
    let database = world.place.folder.join("vault-1.db");
    let old = std::fs::read(&database).unwrap();
    world.unlock();
    withdraw_rights(&world);
    world.lock();
    std::fs::write(&database, old).unwrap();
    world.restart();
    let mut client = world.client();
    let refused = unlock(&mut client, PASSWORD).unwrap_err();
    assert!(matches!(refused, Error::DamagedData { .. }), "{refused:?}");
    let restored = restore_over(&world, &file, PASSWORD, Some(PASSWORD)).unwrap();
    assert_eq!(restored.notices, [Notice::RestoredRightsUnknown]);
    assert_eq!(rights(&world), (0, 0, false));
}

/// As an attacker makes one who copies the id of a vault, and as a leaked key can make one.
#[test]
fn a_backup_of_the_same_id_under_another_vault_key_brings_no_rights_and_says_so() {
    let (world, file) = foreign_backup();
    let mut segments = Segments::default();
    let request = RekeyRequest {
        proof: Proof::Password(segments.push(secret(PASSWORD))),
        password: segments.push(secret(PASSWORD)),
        without_backup: false,
    };
    world.client().ask_with(request, &segments).unwrap();
    assert_eq!(rights(&world), (1, 1, true));
    let restored = restore_over(&world, &file, PASSWORD, Some(PASSWORD)).unwrap();
    assert_eq!(restored.notices, [Notice::RestoredOtherVault]);
    assert_eq!(rights(&world), (0, 0, false));
}

#[test]
fn a_header_that_cannot_be_read_asks_for_no_proof_and_gives_no_rights() {
    let (mut other, file) = foreign_backup();
    other.lock();
    for name in ["header-a", "header-b"] {
        std::fs::write(other.place.folder.join(name), "KEYHAVEN ruin").unwrap();
    }
    other.restart();
    let restored = restore_over(&other, &file, PASSWORD, None).unwrap();
    assert_eq!(restored.notices, [Notice::RestoredOtherVault]);
    assert_eq!(rights(&other), (0, 0, false));
    // Where there is no vault at all, a backup is its own.
    let empty = AgentFixture::empty();
    let restored = restore_over(&empty, &file, PASSWORD, None).unwrap();
    assert_eq!(restored.notices, []);
    assert_eq!(rights(&empty), (1, 1, true));
}
