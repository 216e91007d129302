//! Rotation in stages: what each one does, what is refused, and that no order of stages and
//! other changes, with the vault opened again between any two, loses the value in use.

use keyhaven_rules::Verdict;
use proptest::prelude::*;

use super::*;
use crate::audit::Detail;

/// How long a replaced value counts as working, unless set.
const GRACE: SignedDuration = SignedDuration::from_hours(72);

fn start(vault: &mut Unlocked, home: &Home, value: &str) -> Result<Credential, VaultError> {
    let known = only(vault, home);
    let values = new_value(value);
    vault.start_rotation(&home.context(), seen(&known), &values, OldVersions::Keep)
}

fn promote(vault: &mut Unlocked, home: &Home) -> Result<Credential, VaultError> {
    let known = only(vault, home);
    vault.promote_rotation(&home.context(), seen(&known), ExpiryChange::Unsaid, None)
}

fn finish(vault: &mut Unlocked, home: &Home) -> Result<Credential, VaultError> {
    let known = only(vault, home);
    vault.finish_rotation(&home.context(), seen(&known))
}

fn abort(vault: &mut Unlocked, home: &Home) -> Result<Credential, VaultError> {
    let known = only(vault, home);
    vault.abort_rotation(&home.context(), seen(&known))
}

/// The only credential of the vault.
fn only(vault: &Unlocked, home: &Home) -> Credential {
    let all = vault.list(&CredentialFilter::default(), &home.clock());
    all.unwrap().remove(0).credential
}

fn stage(vault: &Unlocked, home: &Home) -> Option<RotationStage> {
    let rotations = vault.rotations().unwrap();
    assert!(rotations.len() <= 1);
    rotations.first().map(|open| open.stage(home.now))
}

/// Label and value of each version that has one, newest first.
fn standing(vault: &Unlocked, home: &Home) -> Vec<(u32, Label, Option<String>)> {
    let id = only(vault, home).id;
    let versions = vault.versions(id, home.now).unwrap();
    let versions = versions.iter().map(|version| {
        let number = version.number;
        let value = version.has_values.then(|| text_of(vault, id, Some(number)));
        (number, version.label, value)
    });
    versions.collect()
}

fn current(vault: &Unlocked, home: &Home) -> String {
    text_of(vault, only(vault, home).id, None)
}

fn vault_with_key(home: &Home) -> Unlocked {
    let (mut vault, _) = home.create();
    let mut new = credential("stripe", "one");
    new.dates.rotate_every_days = Some(30);
    new.dates.expires = Some(Moment::Date("2026-04-01".parse().unwrap()));
    vault.add(&home.context(), new).unwrap();
    vault
}

/// When the replaced value is to be revoked, and how many credentials are overdue.
fn to_revoke(vault: &Unlocked, home: &Home) -> (Option<Timestamp>, u64) {
    let clock = home.clock();
    let overdue = vault.counts(&clock).unwrap().overdue;
    let due = vault.due(30, &clock).unwrap();
    (due.first().and_then(|first| first.due.revoke_at), overdue)
}

fn refused<T>(done: Result<T, VaultError>) -> Refusal {
    match done {
        Err(VaultError::Refused(refusal)) => refusal,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

fn name() -> String {
    "stripe".into()
}

#[test]
fn a_new_value_is_pending_until_it_is_promoted_and_the_old_one_ends_when_its_owner_says_so() {
    let mut home = Home::new();
    let mut vault = vault_with_key(&home);
    start(&mut vault, &home, "two").unwrap();
    assert_eq!(stage(&vault, &home), Some(RotationStage::Pending));
    assert_eq!(current(&vault, &home), "one");
    home.pass(48);
    home.close(vault);
    let mut vault = home.open().unwrap();
    let promoted = promote(&mut vault, &home).unwrap();
    assert_eq!(current(&vault, &home), "two");
    assert_eq!(promoted.dates.rotated_at, Some(home.now));
    assert_eq!(stage(&vault, &home), Some(RotationStage::Grace));
    let (one, two) = (Some("one".to_owned()), Some("two".to_owned()));
    assert_eq!(
        standing(&vault, &home),
        [
            (2, Label::Current, two.clone()),
            (1, Label::Previous, one.clone())
        ]
    );
    assert_eq!(to_revoke(&vault, &home), (Some(home.now + GRACE), 0));
    // Once more changes nothing.
    let generation = vault.generation();
    assert_eq!(promote(&mut vault, &home).unwrap(), promoted);
    assert_eq!(vault.generation(), generation);
    home.pass(72);
    assert_eq!(stage(&vault, &home), Some(RotationStage::GraceOver));
    assert_eq!(to_revoke(&vault, &home), (Some(home.now), 1));
    home.close(vault);
    let mut vault = home.open().unwrap();
    // Counted from what stands on the disk, as at an unlock.
    assert_eq!(to_revoke(&vault, &home), (Some(home.now), 1));
    finish(&mut vault, &home).unwrap();
    assert_eq!(stage(&vault, &home), None);
    assert_eq!(to_revoke(&vault, &home), (None, 0));
    assert_eq!(
        standing(&vault, &home),
        [(2, Label::Current, two), (1, Label::Revoked, one)]
    );
    let log = vault.audit(&AuditFilter::default()).unwrap().entries;
    let steps = log
        .iter()
        .filter(|entry| entry.action.family() == "rotation");
    let steps: Vec<_> = steps
        .map(|entry| (entry.action.as_str(), entry.detail["version"].as_str()))
        .collect();
    assert_eq!(
        steps,
        [
            ("rotation.finish", "1"),
            ("rotation.promote", "2"),
            ("rotation.start", "2")
        ]
    );
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn an_abort_erases_the_new_value_or_brings_the_old_one_and_its_dates_back() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    let before = only(&vault, &home);
    start(&mut vault, &home, "two").unwrap();
    abort(&mut vault, &home).unwrap();
    assert_eq!(current(&vault, &home), "one");
    assert_eq!(standing(&vault, &home)[0], (2, Label::Revoked, None));
    assert_eq!(stage(&vault, &home), None);
    start(&mut vault, &home, "three").unwrap();
    let known = only(&vault, &home);
    let expiry = ExpiryChange::Set(None);
    vault
        .promote_rotation(&home.context(), seen(&known), expiry, None)
        .unwrap();
    assert_eq!(only(&vault, &home).dates.expires, None);
    let back = abort(&mut vault, &home).unwrap();
    assert_eq!(current(&vault, &home), "one");
    assert_eq!(back.dates, before.dates);
    assert_eq!(standing(&vault, &home)[0].1, Label::Previous);
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn what_does_not_fit_the_stage_is_refused() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    let credential = name();
    let none = Refusal::NoRotation { credential };
    assert_eq!(refused(promote(&mut vault, &home)), none);
    assert_eq!(refused(finish(&mut vault, &home)), none);
    assert_eq!(refused(abort(&mut vault, &home)), none);
    let same = Refusal::SameValue { credential: name() };
    assert_eq!(refused(start(&mut vault, &home, "one")), same);
    start(&mut vault, &home, "two").unwrap();
    let open = Refusal::RotationOpen {
        credential: name(),
        started_at: home.now,
    };
    assert_eq!(refused(start(&mut vault, &home, "three")), open);
    let early = Refusal::NotPromoted { credential: name() };
    assert_eq!(refused(finish(&mut vault, &home)), early);
    let known = only(&vault, &home);
    let back = vault.rollback(&home.context(), seen(&known), 2, ExpiryChange::Keep);
    assert_eq!(refused(back), Refusal::VersionPending(2));

    // Another value in use meanwhile: the replaced one is still to be revoked.
    promote(&mut vault, &home).unwrap();
    let known = only(&vault, &home);
    set_value(&mut vault, &home, &known, "three");
    let overtaken = Refusal::RotationOvertaken { credential: name() };
    assert_eq!(refused(abort(&mut vault, &home)), overtaken);
    finish(&mut vault, &home).unwrap();
    assert_eq!(standing(&vault, &home)[2].1, Label::Revoked);

    // A revoked credential has no rotation, open or new.
    start(&mut vault, &home, "four").unwrap();
    let known = only(&vault, &home);
    vault.revoke(&home.context(), seen(&known)).unwrap();
    assert_eq!(stage(&vault, &home), None);
    assert!(matches!(
        refused(start(&mut vault, &home, "five")),
        Refusal::Revoked { .. }
    ));
}

#[test]
fn a_check_of_the_new_value_is_kept_and_one_of_another_version_is_only_logged() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    start(&mut vault, &home, "two").unwrap();
    let id = only(&vault, &home).id;
    let mut check = |version, found| {
        let detail = Detail::from([("host".to_owned(), "example.com".to_owned())]);
        vault
            .record_check(&home.context(), id, version, found, detail)
            .unwrap();
        let open = vault.rotation(id).unwrap().unwrap();
        (open.check.map(|check| check.found), open.stage(home.now))
    };
    let (dead, alive) = (Verdict::Dead, Verdict::Alive);
    assert_eq!(check(1, dead), (None, RotationStage::Pending));
    assert_eq!(check(2, dead), (Some(dead), RotationStage::Pending));
    assert_eq!(check(2, alive), (Some(alive), RotationStage::Verified));
    let unknown = Verdict::Unknown;
    assert_eq!(check(2, unknown), (Some(unknown), RotationStage::Pending));
    let checks = AuditFilter {
        action: Some(Action::Checked),
        ..AuditFilter::default()
    };
    let checks = vault.audit(&checks).unwrap().entries;
    assert!(
        checks
            .iter()
            .all(|entry| entry.detail["host"] == "example.com")
    );
    assert_eq!(checks.len(), 4);
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_rotation_goes_to_the_trash_and_comes_back_with_its_credential() {
    let home = Home::new();
    let mut vault = vault_with_key(&home);
    start(&mut vault, &home, "two").unwrap();
    let known = only(&vault, &home);
    vault.remove(&home.context(), seen(&known)).unwrap();
    assert!(vault.rotations().unwrap().is_empty());
    let trash = in_trash(&vault);
    let removed = vault.get(trash[0]).unwrap();
    vault.restore(&home.context(), seen(&removed)).unwrap();
    assert_eq!(stage(&vault, &home), Some(RotationStage::Pending));
    let known = only(&vault, &home);
    vault.remove(&home.context(), seen(&known)).unwrap();
    vault.empty_trash(&home.context(), &trash).unwrap();
    assert_eq!(vault.rotation(known.id).unwrap(), None);
    assert!(vault.verify().unwrap().is_clean());
}

#[derive(Debug, Clone)]
enum TriedStep {
    Start(String),
    Check(bool),
    Promote,
    Finish,
    Abort,
    Set(String),
    Rollback(u32),
    Pass(i64),
}

fn step() -> impl Strategy<Value = TriedStep> {
    prop_oneof![
        4 => "[a-z]{1,4}".prop_map(TriedStep::Start),
        1 => any::<bool>().prop_map(TriedStep::Check),
        4 => Just(TriedStep::Promote),
        2 => Just(TriedStep::Finish),
        3 => Just(TriedStep::Abort),
        2 => "[a-z]{1,4}".prop_map(TriedStep::Set),
        2 => (1..6u32).prop_map(TriedStep::Rollback),
        1 => (1..100i64).prop_map(TriedStep::Pass),
    ]
}

fn take(vault: &mut Unlocked, home: &mut Home, step: &TriedStep) -> Result<(), VaultError> {
    let context = home.context();
    let known = only(vault, home);
    let done = match step {
        TriedStep::Start(value) => start(vault, home, value),
        TriedStep::Promote => promote(vault, home),
        TriedStep::Finish => finish(vault, home),
        TriedStep::Abort => abort(vault, home),
        TriedStep::Set(value) => {
            vault.set_values(&context, seen(&known), new_value(value), OldVersions::Keep)
        }
        TriedStep::Rollback(to) => vault.rollback(&context, seen(&known), *to, ExpiryChange::Keep),
        TriedStep::Check(alive) => {
            let found = if *alive {
                Verdict::Alive
            } else {
                Verdict::Dead
            };
            let version = vault.rotation(known.id)?.map_or(1, |open| open.version);
            return vault.record_check(&context, known.id, version, found, Detail::new());
        }
        TriedStep::Pass(hours) => {
            home.pass(*hours);
            return Ok(());
        }
    };
    done.map(drop)
}

fn count(standing: &[(u32, Label, Option<String>)], label: Label) -> usize {
    standing.iter().filter(|(_, own, _)| *own == label).count()
}

/// What there is without one version.
fn without(
    standing: &[(u32, Label, Option<String>)],
    number: u32,
) -> Vec<(u32, Label, Option<String>)> {
    let mut rest = standing.to_vec();
    rest.retain(|(own, ..)| *own != number);
    rest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_order_of_steps_loses_the_value_in_use(
        steps in proptest::collection::vec(step(), 1..20),
    ) {
        let mut home = Home::new();
        let mut vault = vault_with_key(&home);
        for step in &steps {
            let before = standing(&vault, &home);
            let open = vault.rotations().unwrap();
            let in_use = current(&vault, &home);
            let done = take(&mut vault, &mut home, step).is_ok();
            // Every stage is on the disk: nothing depends on what is in memory.
            home.close(vault);
            vault = home.open().unwrap();
            let now = standing(&vault, &home);
            if !done {
                prop_assert_eq!(&now, &before);
                prop_assert_eq!(&vault.rotations().unwrap(), &open);
            }
            prop_assert_eq!(count(&now, Label::Current), 1);
            prop_assert!(count(&now, Label::Previous) <= 1);
            let pending = |open: &[Rotation]| {
                let pending = open.iter().find(|open| open.replaced.is_none());
                pending.map(|open| open.version)
            };
            let is_pending = pending(&vault.rotations().unwrap()).is_some();
            prop_assert_eq!(count(&now, Label::Pending), usize::from(is_pending));
            let now_in_use = current(&vault, &home);
            match (step, pending(&open)) {
                (TriedStep::Abort, Some(new)) => {
                    prop_assert_eq!(without(&now, new), without(&before, new));
                    prop_assert!(now.contains(&(new, Label::Revoked, None)));
                }
                (TriedStep::Promote, Some(new)) => {
                    prop_assert!(now.contains(&(new, Label::Current, Some(now_in_use))));
                }
                // One in use may be swapped back.
                (TriedStep::Abort | TriedStep::Set(_) | TriedStep::Rollback(_), _) => {}
                _ => prop_assert_eq!(&now_in_use, &in_use),
            }
        }
        prop_assert!(vault.verify().unwrap().is_clean());
    }
}
