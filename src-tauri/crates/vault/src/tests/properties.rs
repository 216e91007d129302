//! Random operations: the root kept step by step is the recomputed root (asserted at
//! each commit in test builds), values come back, and reopening changes nothing.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Operation {
    Add(u8),
    Set(u8, String),
    Rename(u8, u8),
    Remove(u8),
    Restore(u8),
    Revoke(u8),
    Rollback(u8, u32),
    EmptyTrash,
    Settings(u32),
    Reopen,
}

fn operation() -> impl Strategy<Value = Operation> {
    let key = 0..4u8;
    prop_oneof![
        4 => key.clone().prop_map(Operation::Add),
        4 => (key.clone(), "[a-z]{0,8}").prop_map(|(at, value)| Operation::Set(at, value)),
        1 => (key.clone(), 4..7u8).prop_map(|(at, to)| Operation::Rename(at, to)),
        2 => key.clone().prop_map(Operation::Remove),
        1 => key.clone().prop_map(Operation::Restore),
        1 => key.clone().prop_map(Operation::Revoke),
        2 => (key.clone(), 1..4u32).prop_map(|(at, to)| Operation::Rollback(at, to)),
        1 => Just(Operation::EmptyTrash),
        1 => (1..100u32).prop_map(Operation::Settings),
        1 => Just(Operation::Reopen),
    ]
}

/// Does it; what the rules refuse is refused.
fn apply(vault: &mut Unlocked, home: &Home, operation: &Operation) -> Result<(), VaultError> {
    let context = home.context();
    let everything: Vec<Credential> = vault
        .list(&CredentialFilter::default(), &home.clock())?
        .into_iter()
        .map(|one| one.credential)
        .chain(vault.trash()?)
        .collect();
    let pick = |at: u8| everything.get(usize::from(at)).map(seen);
    let missing = VaultError::NotFound(RecordKind::Credential);
    match operation {
        Operation::Add(name) => {
            let name = format!("k{name}");
            vault.add(&context, credential(&name, "first")).map(drop)
        }
        Operation::Set(at, value) => vault
            .set_values(
                &context,
                pick(*at).ok_or(missing)?,
                new_value(value),
                OldVersions::Keep,
            )
            .map(drop),
        Operation::Rename(at, to) => {
            let seen = pick(*at).ok_or(missing)?;
            let mut edit = unchanged(&vault.get(seen.id)?);
            edit.name = format!("k{to}");
            vault.edit(&context, seen, &edit, &[]).map(drop)
        }
        Operation::Remove(at) => vault.remove(&context, pick(*at).ok_or(missing)?).map(drop),
        Operation::Restore(at) => vault.restore(&context, pick(*at).ok_or(missing)?).map(drop),
        Operation::Revoke(at) => vault.revoke(&context, pick(*at).ok_or(missing)?).map(drop),
        Operation::Rollback(at, to) => vault
            .rollback(&context, pick(*at).ok_or(missing)?, *to, ExpiryChange::Keep)
            .map(drop),
        Operation::EmptyTrash => {
            let removed = in_trash(vault);
            vault.empty_trash(&context, &removed).map(drop)
        }
        Operation::Settings(minutes) => {
            let settings = Settings {
                auto_lock_minutes: *minutes,
                ..Settings::default()
            };
            vault.set_settings(&context, &settings)
        }
        Operation::Reopen => Ok(()),
    }
}

/// Everything one can see: names, revisions, labels, values.
fn picture(vault: &Unlocked, home: &Home) -> Vec<String> {
    let mut seen = vec![format!("{:?}", vault.settings().unwrap())];
    for one in vault
        .list(&CredentialFilter::default(), &home.clock())
        .unwrap()
    {
        let one = one.credential;
        let versions = vault.versions(one.id, home.now).unwrap();
        let value = |number| {
            vault
                .value(one.id, None, Some(number))
                .unwrap()
                .1
                .expose()
                .clone()
        };
        let values: HashMap<u32, Vec<u8>> = versions
            .iter()
            .map(|v| (v.number, value(v.number)))
            .collect();
        let mut values: Vec<_> = values.into_iter().collect();
        values.sort();
        let current = versions
            .iter()
            .filter(|v| v.label == Label::Current)
            .count();
        let previous = versions
            .iter()
            .filter(|v| v.label == Label::Previous)
            .count();
        assert!(current <= 1 && previous <= 1);
        assert_eq!(current == 0, one.revoked_at.is_some());
        seen.push(format!("{one:?} {versions:?} {values:?}"));
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_history_stays_whole(operations in proptest::collection::vec(operation(), 1..25)) {
        let home = Home::new();
        let mut vault = home.create().0;
        for operation in &operations {
            if matches!(operation, Operation::Reopen) {
                let before = picture(&vault, &home);
                home.close(vault);
                vault = home.open().unwrap();
                prop_assert_eq!(picture(&vault, &home), before);
                continue;
            }
            let generation = vault.generation();
            match apply(&mut vault, &home, operation) {
                Ok(()) => prop_assert!(vault.generation() <= generation + 1),
                Err(VaultError::DamagedData(damage)) => prop_assert!(false, "{}", damage),
                Err(_) => prop_assert_eq!(vault.generation(), generation),
            }
        }
        picture(&vault, &home);
        vault.verify_audit().unwrap();
        home.close(vault);
        home.open().unwrap();
    }
}
