//! What findings about keys are made from: the current secrets, which are the same, and what
//! providers said.

use keyhaven_rules::Verdict;

use super::*;

/// Names with their current secret values.
fn current(vault: &Unlocked, home: &Home) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    vault
        .each_current(&home.clock(), |summary, current| {
            for (_, value) in &current.values {
                all.push((summary.credential.name.clone(), value.expose().clone()));
            }
        })
        .unwrap();
    all
}

#[test]
fn the_current_secrets_of_what_is_in_use_are_shown() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault
        .add(&home.context(), credential("one", "old"))
        .unwrap();
    set_value(&mut vault, &home, &one, "new");
    let mut plain = credential("plain", "info");
    plain.fields[0].field.kind = FieldKind::Plain;
    vault.add(&home.context(), plain).unwrap();
    let gone = vault.add(&home.context(), credential("gone", "x")).unwrap();
    vault.remove(&home.context(), seen(&gone)).unwrap();
    let dead = vault.add(&home.context(), credential("dead", "x")).unwrap();
    vault.revoke(&home.context(), seen(&dead)).unwrap();
    assert_eq!(current(&vault, &home), [("one".into(), b"new".to_vec())]);
}

#[test]
fn values_have_one_mark_where_they_are_the_same_in_a_vault() {
    let home = Home::new();
    let (vault, _) = home.create();
    let (a, b) = (secret(b"a"), secret(b"b"));
    assert!(vault.value_mark(&a) == vault.value_mark(&secret(b"a")));
    assert!(vault.value_mark(&a) != vault.value_mark(&b));
    let other = Home::new();
    let (other_vault, _) = other.create();
    assert!(vault.value_mark(&a) != other_vault.value_mark(&a));
}

#[test]
fn the_latest_check_of_each_key_counts() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("one", "x")).unwrap();
    let two = vault.add(&home.context(), credential("two", "x")).unwrap();
    let said = |vault: &mut Unlocked, home: &Home, id, verdict: Verdict, outcome| {
        let detail = Detail::from([(CHECK_STATE.to_owned(), verdict.name().to_owned())]);
        let (context, action) = (home.context(), Action::Checked);
        vault
            .record_use(&context, action, outcome, &[id], detail)
            .unwrap();
    };
    said(&mut vault, &home, one.id, Verdict::Dead, AuditOutcome::Done);
    said(&mut vault, &home, two.id, Verdict::Dead, AuditOutcome::Done);
    home.pass(1);
    said(
        &mut vault,
        &home,
        one.id,
        Verdict::Alive,
        AuditOutcome::Done,
    );
    // It reached no provider.
    said(
        &mut vault,
        &home,
        two.id,
        Verdict::Unknown,
        AuditOutcome::Failed,
    );
    let checks = vault.latest_checks().unwrap();
    assert!(!checks[&one.id].is_dead && checks[&two.id].is_dead);
    assert_eq!(checks[&one.id].at, home.now);
}
