//! Every way by which a text gets into the vault has its limit.

use super::*;

fn over(kind: StoredText) -> String {
    "x".repeat(kind.limit() + 1)
}

fn refused<T>(result: Result<T, VaultError>, kind: StoredText) {
    match result.map(drop) {
        Err(VaultError::Invalid(Invalid::TextTooLong(found))) if found == kind => {}
        other => panic!("{kind:?}: {other:?}"),
    }
}

/// Each text of a credential's metadata, set to something.
fn metadata() -> [fn(&mut Details, String); 7] {
    [
        |details, text| details.scopes = vec![text],
        |details, text| details.allowed_ips = vec![text],
        |details, text| details.tags = vec![text],
        |details, text| details.owner = Some(text),
        |details, text| details.quota = Some(text),
        |details, text| details.url = Some(text),
        |details, text| details.note = Some(text),
    ]
}

#[test]
fn a_new_or_edited_credential_has_limited_texts() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    let known = vault.add(&context, credential("known", "v")).unwrap();
    for set in metadata() {
        let text = over(StoredText::Metadata);
        let mut new = credential("k", "v");
        set(&mut new.details, text.clone());
        refused(vault.add(&context, new), StoredText::Metadata);
        let mut edit = unchanged(&known);
        set(&mut edit.details, text);
        let edited = vault.edit(&context, seen(&known), &edit, &[]);
        refused(edited, StoredText::Metadata);
    }
    // So many empty tags take room as well.
    let mut many = credential("k", "v");
    many.details.tags = vec![String::new(); StoredText::Metadata.limit() / 4 + 1];
    refused(vault.add(&context, many), StoredText::Metadata);
    let provider = Some(over(StoredText::Provider));
    let mut new = credential("k", "v");
    new.provider.clone_from(&provider);
    refused(vault.add(&context, new), StoredText::Provider);
    let mut edit = unchanged(&known);
    edit.provider = provider;
    let edited = vault.edit(&context, seen(&known), &edit, &[]);
    refused(edited, StoredText::Provider);
    let mut new = credential("k", "v");
    new.fields[0].field.variable = Some(over(StoredText::Variable));
    refused(vault.add(&context, new), StoredText::Variable);
    assert_eq!(vault.generation(), 1);
}

#[test]
fn a_trusted_file_has_a_limited_path_and_outline() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    let longest = format!("/{}", "x".repeat(StoredText::Path.limit() - 1));
    let mut allow =
        |path: &str, outline: &str| vault.allow_file(&context, path, [1; 32], false, outline);
    refused(allow(&format!("{longest}x"), ""), StoredText::Path);
    refused(
        allow(&longest, &over(StoredText::Outline)),
        StoredText::Outline,
    );
    allow(&longest, "").unwrap();
}

#[test]
fn an_import_has_limited_texts() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let target = ImportTarget {
        location: location("shop", "dev"),
        tier: None,
    };
    let item = || ImportRecord {
        field: None,
        source_id: "dotenv:A".into(),
        name: "a".into(),
        kind: FieldKind::Secret,
        variable: None,
        provider: None,
        rotate_every_days: None,
        value: secret(b"v"),
    };
    let cases = [
        (
            StoredText::Source,
            ImportRecord {
                field: None,
                source_id: over(StoredText::Source),
                ..item()
            },
        ),
        (
            StoredText::Provider,
            ImportRecord {
                field: None,
                provider: Some(over(StoredText::Provider)),
                ..item()
            },
        ),
        (
            StoredText::Variable,
            ImportRecord {
                field: None,
                variable: Some(over(StoredText::Variable)),
                ..item()
            },
        ),
    ];
    for (kind, item) in cases {
        let items = [item];
        let preview = vault.preview_import(&target, &items).unwrap();
        let invalid = ImportConflict::Invalid(Invalid::TextTooLong(kind));
        assert_eq!(preview.lines[0].outcome, ImportEffect::Conflict(invalid));
        let applied = vault.apply_import(&home.context(), &target, &items, OldVersions::Keep);
        assert!(applied.is_err(), "{kind:?}");
    }
    assert_eq!(vault.generation(), 0);
}

#[test]
fn a_profile_has_limited_texts() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    vault.add(&context, credential("known", "v")).unwrap();
    let path = || Some(format!("/{}", over(StoredText::Path)));
    let cases = [
        (
            StoredText::Path,
            LaunchConfig {
                directory: path(),
                ..LaunchConfig::default()
            },
        ),
        (
            StoredText::Path,
            LaunchConfig {
                shell: path(),
                ..LaunchConfig::default()
            },
        ),
        (
            StoredText::Variable,
            LaunchConfig {
                keep: vec![over(StoredText::Variable)],
                ..LaunchConfig::default()
            },
        ),
        (
            StoredText::LaunchConfig,
            LaunchConfig {
                command: vec![over(StoredText::LaunchConfig)],
                ..LaunchConfig::default()
            },
        ),
    ];
    for (kind, config) in cases {
        let new = NewProfile {
            name: "web".into(),
            location: location("shop", "dev"),
            config,
        };
        refused(vault.add_profile(&context, new), kind);
    }
}
