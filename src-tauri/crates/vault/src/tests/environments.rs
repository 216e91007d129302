//! Environments, their tiers, the variables they give, and the files trusted with them.

use super::*;
use crate::unlocked::trusted_files::MOST_FILES;

#[test]
fn environments_have_tiers() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let in_place = |environment: &str, tier| NewCredential {
        location: location("shop", environment),
        tier,
        ..credential("k", "v")
    };
    let tier =
        |vault: &Unlocked, environment: &str| vault.tier(&location("shop", environment)).unwrap();
    vault.add(&home.context(), in_place("dev", None)).unwrap();
    vault
        .add(&home.context(), in_place("preview", None))
        .unwrap();
    vault
        .add(&home.context(), in_place("canary", Some(Tier::Staging)))
        .unwrap();
    assert_eq!(tier(&vault, "dev"), Tier::Development);
    assert_eq!(tier(&vault, "preview"), Tier::Production);
    assert_eq!(tier(&vault, "canary"), Tier::Staging);
    assert!(matches!(
        vault.add(&home.context(), in_place("dev", Some(Tier::Production))),
        Err(VaultError::Refused(Refusal::Tier {
            present: Tier::Development,
            wanted: Tier::Production
        }))
    ));
    let set = vault
        .set_tier(&home.context(), &location("shop", "preview"), Tier::Staging)
        .unwrap();
    assert_eq!(
        (set.tier, set.revision, set.credentials),
        (Tier::Staging, 2, 1)
    );
    let generation = vault.generation();
    vault
        .set_tier(&home.context(), &location("shop", "preview"), Tier::Staging)
        .unwrap();
    assert_eq!(vault.generation(), generation);
    assert_eq!(vault.environments().unwrap().len(), 3);
}

#[test]
fn a_file_is_trusted_for_the_contents_that_were_read() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    vault
        .allow_file(&home.context(), "/a/.keyhaven.toml", [1; 32], false, "")
        .unwrap();
    let trust = |vault: &Unlocked, path: &str, content: u8| {
        let trust = vault.file_trust(path, &[content; 32]);
        trust.unwrap()
    };
    assert!(matches!(
        trust(&vault, "/a/.keyhaven.toml", 1),
        FileTrust::Trusted(_)
    ));
    assert_eq!(trust(&vault, "/a/.keyhaven.toml", 2), FileTrust::Changed);
    assert_eq!(trust(&vault, "/b/.keyhaven.toml", 1), FileTrust::Unknown);
    vault
        .allow_file(
            &home.context(),
            "/a/.keyhaven.toml",
            [2; 32],
            true,
            "A\tkh:b\t",
        )
        .unwrap();
    // On another branch, the first one is trusted as before.
    let production = |content| match trust(&vault, "/a/.keyhaven.toml", content) {
        FileTrust::Trusted(file) => file.production,
        other => panic!("{other:?}"),
    };
    assert_eq!((production(1), production(2)), (false, true));
    for content in 3..30 {
        home.pass(1);
        vault
            .allow_file(
                &home.context(),
                "/a/.keyhaven.toml",
                [content; 32],
                false,
                "",
            )
            .unwrap();
    }
    let contents = vault.trusted_files().unwrap();
    assert_eq!(contents.len(), 16);
    assert!(contents.iter().all(|file| file.sha256[0] >= 14));
    assert!(
        vault
            .allow_file(&home.context(), "relative", [1; 32], false, "")
            .is_err()
    );
}

#[test]
fn a_file_that_was_denied_is_not_one_that_nobody_has_looked_at() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let (path, content) = ("/a/.keyhaven.toml", [1; 32]);
    let trust = |vault: &Unlocked| vault.file_trust(path, &content).unwrap();
    // Whether it was trusted before or not.
    for trusted in [false, true] {
        if trusted {
            vault
                .allow_file(&home.context(), path, content, false, "")
                .unwrap();
            assert!(matches!(trust(&vault), FileTrust::Trusted(_)));
        }
        vault.deny_file(&home.context(), path).unwrap();
        assert_eq!(trust(&vault), FileTrust::Denied);
        assert_eq!(vault.trusted_files().unwrap(), []);
    }
    let state = (vault.generation(), vault.head.sequence);
    vault.deny_file(&home.context(), path).unwrap();
    assert_eq!((vault.generation(), vault.head.sequence), state);
    vault
        .allow_file(&home.context(), path, content, false, "")
        .unwrap();
    assert!(matches!(trust(&vault), FileTrust::Trusted(_)));
    assert!(vault.deny_file(&home.context(), "relative").is_err());
}

#[test]
fn the_table_of_variables_follows_what_lives() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    let filled = |vault: &Unlocked| -> Vec<String> {
        let mut statement = vault
            .connection
            .prepare("SELECT variable FROM filled ORDER BY variable")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let one = vault.add(&context, credential("a", "1")).unwrap();
    vault.add(&context, credential("b", "2")).unwrap();
    assert_eq!(filled(&vault), ["A", "B"]);
    let one = vault.remove(&context, seen(&one)).unwrap();
    assert_eq!(filled(&vault), ["B"]);
    let one = vault.restore(&context, seen(&one)).unwrap();
    let mut field = one.fields[0].clone();
    field.variable = Some("C".into());
    let edit = CredentialEdit {
        fields: vec![field],
        ..unchanged(&one)
    };
    let one = vault.edit(&context, seen(&one), &edit, &[]).unwrap();
    assert_eq!(filled(&vault), ["B", "C"]);
    vault.remove(&context, seen(&one)).unwrap();
    vault.empty_trash(&context, &in_trash(&vault)).unwrap();
    assert_eq!(filled(&vault), ["B"]);
}

#[test]
fn an_empty_environment_is_removed_with_the_trash_only_on_demand() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let (dev, qa) = (location("shop", "dev"), location("shop", "qa"));
    let one = vault.add(&home.context(), credential("one", "v")).unwrap();
    vault.set_tier(&home.context(), &qa, Tier::Staging).unwrap();
    let remove = |vault: &mut Unlocked, location: &Location, erase| {
        vault.remove_environment(&home.context(), location, erase)
    };
    assert!(matches!(
        remove(&mut vault, &dev, true),
        Err(VaultError::Refused(Refusal::EnvironmentNotEmpty(1)))
    ));
    assert!(matches!(
        remove(&mut vault, &location("shop", "prod"), false),
        Err(VaultError::NotFound(RecordKind::Environment))
    ));
    vault.remove(&home.context(), seen(&one)).unwrap();
    assert!(matches!(
        remove(&mut vault, &dev, false),
        Err(VaultError::Refused(Refusal::EnvironmentHasTrash(names))) if names == ["one"]
    ));
    remove(&mut vault, &dev, true).unwrap();
    assert_eq!(vault.environments().unwrap().len(), 1);
    assert!(vault.trash().unwrap().is_empty());
    remove(&mut vault, &qa, false).unwrap();
    assert!(vault.environments().unwrap().is_empty());
    let log = vault.audit(&AuditFilter::default()).unwrap().entries;
    assert_eq!(log[0].action, Action::EnvironmentRemoved);
    assert_eq!(log[0].detail["environment"], "qa");
    // The rows and the log still agree, and the names are free again.
    vault.add(&home.context(), credential("one", "v")).unwrap();
    home.close(vault);
    home.open().unwrap();
}

#[test]
fn an_environment_with_a_profile_is_not_removed() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let place = location("shop", "dev");
    vault
        .set_tier(&home.context(), &place, Tier::Development)
        .unwrap();
    let profile = NewProfile {
        name: "web".into(),
        location: place.clone(),
        config: LaunchConfig::default(),
    };
    vault.add_profile(&home.context(), profile).unwrap();
    assert!(matches!(
        vault.remove_environment(&home.context(), &place, true),
        Err(VaultError::Refused(Refusal::EnvironmentHasProfiles(names))) if names == ["web"]
    ));
}

/// In the vault's own table zeros stand for a file that was denied.
#[test]
fn no_content_has_a_hash_of_zeros() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let path = "/a/.keyhaven.toml";
    let refused = vault.allow_file(&home.context(), path, [0; 32], false, "");
    assert!(matches!(refused, Err(VaultError::Invalid(Invalid::Sha256))));
    let trust = vault.file_trust(path, &[0; 32]).unwrap();
    assert_eq!(trust, FileTrust::Unknown);
}

#[test]
fn trusted_files_have_a_limit_and_denials_make_room() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    vault.trust_many(&context, MOST_FILES - 1).unwrap();
    let allow = |vault: &mut Unlocked, path| vault.allow_file(&context, path, [2; 32], false, "");
    allow(&mut vault, "/last").unwrap();
    let refused = allow(&mut vault, "/one/more");
    assert!(matches!(
        refused,
        Err(VaultError::Refused(Refusal::TooManyTrustedFiles(
            MOST_FILES
        )))
    ));
    // What is known can be trusted again, and be denied, which makes room.
    allow(&mut vault, "/last").unwrap();
    vault.deny_file(&context, "/many/1").unwrap();
    allow(&mut vault, "/one/more").unwrap();
    let trust = vault.file_trust("/many/1", &[1; 32]).unwrap();
    assert_eq!(trust, FileTrust::Unknown);
    assert_eq!(vault.trusted_files().unwrap().len(), MOST_FILES);
    assert!(vault.verify().unwrap().is_clean());
}
