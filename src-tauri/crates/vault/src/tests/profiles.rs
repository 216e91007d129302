//! Saved ways to launch, and how a vault of a program that knew none gets them.

use super::restoring::restore;
use keyhaven_rules::names::NameFault;

use super::*;
use crate::faults::forms::Other;
use crate::store::connect::MIGRATIONS;
use crate::unlocked::profiles::MOST_PROFILES;

fn profile(name: &str) -> NewProfile {
    NewProfile {
        name: name.into(),
        location: location("shop", "dev"),
        config: LaunchConfig {
            only: vec!["kh:stripe".into()],
            set: vec![("LEVEL".into(), "debug".into())],
            command: vec!["node".into(), "app.js".into()],
            needs: vec!["read".into()],
            ..LaunchConfig::default()
        },
    }
}

fn seen_profile(profile: &SavedProfile) -> ExpectedRevision {
    ExpectedRevision {
        id: profile.id,
        revision: profile.revision,
    }
}

#[test]
fn a_profile_is_saved_changed_and_removed() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    let nowhere = vault.add_profile(&context, profile("web"));
    assert!(matches!(
        nowhere,
        Err(VaultError::NotFound(RecordKind::Environment))
    ));
    vault.add(&context, credential("stripe", "sk")).unwrap();
    let web = vault.add_profile(&context, profile("web")).unwrap();
    assert_eq!((web.revision, web.tier), (1, Tier::Development));
    assert_eq!(vault.profile("web").unwrap(), web);
    let again = vault.add_profile(&context, profile("web"));
    assert!(matches!(
        again,
        Err(VaultError::Exists(RecordKind::Profile))
    ));
    vault.add_profile(&context, profile("api")).unwrap();

    let seen = seen_profile(&web);
    let same = vault.edit_profile(&context, seen, profile("web"));
    assert_eq!(same.unwrap(), web);
    let taken = vault.edit_profile(&context, seen, profile("api"));
    assert!(matches!(
        taken,
        Err(VaultError::Exists(RecordKind::Profile))
    ));
    let mut new = profile("site");
    new.config.allow_production = true;
    let site = vault.edit_profile(&context, seen, new).unwrap();
    assert_eq!((site.id, site.revision), (web.id, 2));
    let stale = vault.remove_profile(&context, seen).unwrap_err();
    let changed = VaultError::Changed {
        expected: 1,
        found: 2,
    };
    assert_eq!(format!("{stale:?}"), format!("{changed:?}"));

    let entry = &vault.audit(&AuditFilter::default()).unwrap().entries[0];
    assert_eq!(entry.action, Action::ProfileEdited);
    let said = |key: &str| &*entry.detail[key];
    assert_eq!((said("profile"), said("production")), ("site", "true"));
    assert!(vault.verify().unwrap().is_clean());
    home.close(vault);

    let mut vault = home.open().unwrap();
    let profiles = vault.profiles().unwrap();
    let names: Vec<&str> = profiles.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["api", "site"]);
    vault.remove_profile(&context, seen_profile(&site)).unwrap();
    let gone = vault.profile("site");
    assert!(matches!(
        gone,
        Err(VaultError::NotFound(RecordKind::Profile))
    ));
    assert_eq!(vault.profiles().unwrap().len(), 1);
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_renamed_credential_takes_profiles_along_in_one_change() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    let stripe = vault.add(&context, credential("stripe", "sk")).unwrap();
    let web = vault.add_profile(&context, profile("web")).unwrap();
    let other = vault.add_profile(&context, profile("other")).unwrap();
    let edit = CredentialEdit {
        name: "pay".into(),
        ..unchanged(&stripe)
    };
    let config = LaunchConfig {
        only: vec!["kh:pay".into()],
        ..web.config.clone()
    };
    let invalid = LaunchConfig {
        prefix: "-".into(),
        ..config.clone()
    };
    vault
        .edit(&context, seen(&stripe), &edit, &[(web.id, invalid)])
        .unwrap_err();
    assert_eq!(vault.get(stripe.id).unwrap().name, "stripe");

    vault
        .edit(&context, seen(&stripe), &edit, &[(web.id, config.clone())])
        .unwrap();
    let followed = vault.profile("web").unwrap();
    assert_eq!((followed.revision, followed.config), (2, config));
    assert_eq!(vault.profile("other").unwrap(), other);
    let entry = &vault.audit(&AuditFilter::default()).unwrap().entries[0];
    assert_eq!(
        (entry.action, &*entry.detail["profiles"]),
        (Action::Edited, "web")
    );
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn what_a_profile_says_is_checked() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    vault.add(&context, credential("stripe", "sk")).unwrap();
    let configs: [fn(&mut LaunchConfig); 6] = [
        |config| config.set.push(("A B".into(), String::new())),
        |config| config.renamed.push((String::new(), "kh:stripe".into())),
        |config| config.keep.push("1".into()),
        |config| config.prefix = "-".into(),
        |config| config.directory = Some("relative".into()),
        |config| config.command.push("x".repeat(64 * 1024)),
    ];
    for spoil in configs {
        let mut new = profile("web");
        spoil(&mut new.config);
        let refused = vault.add_profile(&context, new);
        assert!(
            matches!(refused, Err(VaultError::Invalid(_))),
            "{refused:?}"
        );
    }
    let refused = vault.add_profile(&context, profile("a/b"));
    let named = VaultError::Invalid(Invalid::Name(RecordKind::Profile, NameFault::Slash));
    assert_eq!(format!("{:?}", refused.unwrap_err()), format!("{named:?}"));
}

const TRUSTED: &str = "/a/.keyhaven.toml";

/// A vault and a backup of it, as the program before profiles left them.
fn before_profiles() -> (Home, PathBuf) {
    let _earlier = Other::earlier();
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    vault.add(&context, credential("stripe", "sk")).unwrap();
    vault
        .allow_file(&context, TRUSTED, [1; 32], true, "")
        .unwrap();
    let path = home.path().join("before.khbackup");
    vault.backup(&path, Reason::Asked, &context).unwrap();
    home.close(vault);
    (home, path)
}

#[test]
fn a_vault_without_profiles_gets_them_after_a_backup() {
    let (home, _) = before_profiles();
    let mut vault = home.open().unwrap();
    assert!(vault.profiles().unwrap().is_empty());
    let trusted = vault.file_trust(TRUSTED, &[1; 32]).unwrap();
    assert!(matches!(trusted, FileTrust::Trusted(file) if file.production));
    let context = home.context();
    vault
        .allow_file(&context, TRUSTED, [2; 32], false, "")
        .unwrap();
    assert_eq!(vault.trusted_files().unwrap().len(), 2);
    vault.add_profile(&context, profile("web")).unwrap();
    assert!(vault.verify().unwrap().is_clean());
    let backups = vault.backups().unwrap();
    assert!(backups.iter().any(|one| one.reason == Reason::Migration));
    home.close(vault);
    let vault = home.open().unwrap();
    assert_eq!(vault.profiles().unwrap().len(), 1);
    home.close(vault);
    let _earlier = Other::earlier();
    let newer = VaultError::NewerVersion {
        found: u32::try_from(MIGRATIONS.len()).unwrap(),
        supported: 1,
    };
    let refused = home.open().err().unwrap();
    assert_eq!(format!("{refused:?}"), format!("{newer:?}"));
}

#[test]
fn a_backup_without_profiles_is_restored() {
    let (home, path) = before_profiles();
    let (mut vault, _) = restore(&home, &path, None).unwrap();
    assert!(vault.profiles().unwrap().is_empty());
    vault.add_profile(&home.context(), profile("web")).unwrap();
    assert!(vault.verify().unwrap().is_clean());
    home.close(vault);
    assert_eq!(home.open().unwrap().profiles().unwrap().len(), 1);
}

#[test]
fn profiles_have_a_limit() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    vault.add(&context, credential("stripe", "sk")).unwrap();
    for number in 0..MOST_PROFILES {
        let new = profile(&format!("profile-{number}"));
        vault.add_profile(&context, new).unwrap();
    }
    let refused = vault.add_profile(&context, profile("one more"));
    assert!(matches!(
        refused,
        Err(VaultError::Refused(Refusal::TooManyProfiles(MOST_PROFILES)))
    ));
    let first = vault.profile("profile-0").unwrap();
    vault
        .remove_profile(&context, seen_profile(&first))
        .unwrap();
    vault.add_profile(&context, profile("one more")).unwrap();
}
