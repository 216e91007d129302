//! The journal of automatic rotation: what is written before a provider is asked, that a new
//! key is kept whatever happened meanwhile, and what is left when it ends.

use super::*;

fn only(vault: &Unlocked, home: &Home) -> Credential {
    let all = vault.list(&CredentialFilter::default(), &home.clock());
    all.unwrap().remove(0).credential
}

fn vault_with_key(home: &Home) -> Unlocked {
    let (mut vault, _) = home.create();
    let new = credential("stripe", "one");
    vault.add(&home.context(), new).unwrap();
    vault
}

fn begin(vault: &mut Unlocked, home: &Home) -> Automation {
    let known = only(vault, home);
    vault
        .begin_creation(&home.context(), seen(&known), None, Vec::new())
        .unwrap()
}

fn keep(vault: &mut Unlocked, home: &Home, value: &str) -> Result<Credential, VaultError> {
    let id = only(vault, home).id;
    let key_id = Some("made".to_owned());
    vault.keep_created(&home.context(), id, &new_value(value), key_id)
}

fn stage(vault: &Unlocked, home: &Home) -> Option<RotationStage> {
    let rotations = vault.rotations().unwrap();
    assert!(rotations.len() <= 1);
    let id = only(vault, home).id;
    assert_eq!(vault.rotation(id).unwrap(), rotations.first().cloned());
    rotations.first().map(|open| open.stage(home.now))
}

fn refused<T: std::fmt::Debug>(done: Result<T, VaultError>) -> Refusal {
    match done {
        Err(VaultError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_is_in_the_journal_before_it_is_made_and_survives_the_program() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    let asked = begin(&mut vault, &home);
    assert!(
        asked.tag.starts_with("kh-") && asked.tag.len() == 27,
        "{}",
        asked.tag
    );
    home.close(vault);
    let mut vault = home.open().unwrap();
    let open = vault.rotations().unwrap().remove(0);
    assert_eq!(open.stage(home.now), RotationStage::Creating);
    assert_eq!((open.version, open.replaced), (2, None));
    assert_eq!(open.automation, Some(asked.clone()));
    let known = only(&vault, &home);
    let again = vault.begin_creation(&home.context(), seen(&known), None, Vec::new());
    assert!(matches!(refused(again), Refusal::RotationOpen { .. }));
    let by_hand = vault.start_rotation(
        &home.context(),
        seen(&known),
        &new_value("two"),
        OldVersions::Keep,
    );
    assert!(matches!(refused(by_hand), Refusal::RotationOpen { .. }));
    let repeated = vault.repeat_creation(&home.context(), known.id).unwrap();
    assert_eq!((repeated.attempts, &repeated.tag), (2, &asked.tag));
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_made_key_is_kept_though_its_credential_changed_meanwhile() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    begin(&mut vault, &home);
    let known = only(&vault, &home);
    let context = home.context();
    vault
        .set_values(
            &context,
            seen(&known),
            new_value("typed"),
            OldVersions::Keep,
        )
        .unwrap();
    let known = only(&vault, &home);
    vault.remove(&context, seen(&known)).unwrap();
    vault
        .keep_created(&context, known.id, &new_value("two"), Some("made".into()))
        .unwrap();
    let deleted = vault.rotation(known.id).unwrap().unwrap();
    assert_eq!(deleted.version, 3);
    assert_eq!(text_of(&vault, known.id, Some(3)), "two");
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn the_stages_of_an_automatic_rotation_end_with_its_journal() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    begin(&mut vault, &home);
    keep(&mut vault, &home, "two").unwrap();
    assert_eq!(stage(&vault, &home), Some(RotationStage::Pending));
    assert!(matches!(
        refused(keep(&mut vault, &home, "x")),
        Refusal::RotationOpen { .. }
    ));
    let context = home.context();
    let known = only(&vault, &home);
    let early = vault.begin_revocation(&context, seen(&known));
    assert!(matches!(refused(early), Refusal::NotPromoted { .. }));
    let known = vault
        .promote_rotation(&context, seen(&known), ExpiryChange::Unsaid, None)
        .unwrap();
    let asked = vault.begin_revocation(&context, seen(&known)).unwrap();
    assert_eq!(asked.key_id.as_deref(), Some("made"));
    assert_eq!(stage(&vault, &home), Some(RotationStage::Revoking));
    let why = Some("why".to_owned());
    vault
        .halt_automation(&context, known.id, why.clone())
        .unwrap();
    assert_eq!(stage(&vault, &home), Some(RotationStage::NeedsPerson));
    let open = vault.rotation(known.id).unwrap().unwrap();
    assert_eq!(open.automation.unwrap().reason, why);
    vault.begin_revocation(&context, seen(&known)).unwrap();
    vault.finish_rotation(&context, seen(&known)).unwrap();
    assert_eq!(stage(&vault, &home), None);
    begin(&mut vault, &home);
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn an_end_without_a_key_leaves_the_credential_as_it_was() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    let before = only(&vault, &home);
    begin(&mut vault, &home);
    vault.end_creation(&home.context(), before.id).unwrap();
    assert_eq!(stage(&vault, &home), None);
    begin(&mut vault, &home);
    vault
        .halt_automation(&home.context(), before.id, None)
        .unwrap();
    let undone = vault
        .abort_rotation(&home.context(), seen(&before))
        .unwrap();
    assert_eq!(undone, before);
    assert_eq!(only(&vault, &home), before);
    assert_eq!(stage(&vault, &home), None);
    let none = vault.end_creation(&home.context(), before.id);
    assert!(matches!(refused(none), Refusal::NoRotation { .. }));
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_revoked_credential_keeps_the_journal_of_a_key_that_may_exist() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    begin(&mut vault, &home);
    let known = only(&vault, &home);
    vault.revoke(&home.context(), seen(&known)).unwrap();
    assert_eq!(stage(&vault, &home), Some(RotationStage::Creating));
    keep(&mut vault, &home, "two").unwrap();
    let known = only(&vault, &home);
    vault.revoke(&home.context(), seen(&known)).unwrap();
    assert_eq!(stage(&vault, &home), None);
}
