//! The expiry of a key: what a new value and a snooze make of it.

use super::*;

#[test]
fn a_snooze_that_the_expiry_leaves_no_time_for_is_refused() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("k", "v");
    new.dates.expires = Some("2026-03-10".parse().unwrap());
    let one = vault.add(&home.context(), new).unwrap();
    let mut snooze = |home: &Home, until: Option<&str>| {
        let until = until.map(|text| text.parse().unwrap());
        vault.snooze(&home.context(), seen(&one), until, &TimeZone::UTC)
    };
    // The last day, and one after it.
    for now in ["2026-03-10T00:00:00Z", "2026-03-12T12:00:00Z"] {
        home.now = now.parse().unwrap();
        let refused = snooze(&home, Some("2026-03-20")).unwrap_err();
        assert!(
            matches!(&refused, VaultError::Refused(Refusal::SnoozePastExpiry { credential, .. })
                if credential == "k"),
            "{refused:?}"
        );
    }
    // A snooze from before can always be ended.
    assert_eq!(snooze(&home, None).unwrap().dates.snoozed_until, None);
}

#[test]
fn a_new_value_takes_the_expiry_its_owner_says() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let day = |text: &str| -> Option<Moment> { Some(text.parse().unwrap()) };
    let mut new = credential("stripe", "old");
    new.dates.expires = day("2026-03-05");
    let mut known = vault.add(&home.context(), new).unwrap();
    let mut set = |home: &Home, value: &str, expiry| {
        let new = NewVersion {
            values: new_value(value),
            expiry,
            rotate_due: None,
        };
        known = vault
            .set_values(&home.context(), seen(&known), new, OldVersions::Keep)
            .unwrap();
        known.dates.expires
    };
    assert_eq!(set(&home, "a", ExpiryChange::Unsaid), day("2026-03-05"));
    assert_eq!(
        set(&home, "b", ExpiryChange::Set(day("2026-06-01"))),
        day("2026-06-01")
    );
    home.now = "2026-07-01T12:00:00Z".parse().unwrap();
    assert_eq!(set(&home, "c", ExpiryChange::Keep), day("2026-06-01"));
    assert_eq!(set(&home, "d", ExpiryChange::Unsaid), None);
    assert_eq!(
        set(&home, "e", ExpiryChange::Set(day("2026-09-01"))),
        day("2026-09-01")
    );
    assert_eq!(set(&home, "f", ExpiryChange::Set(None)), None);
}
