use super::*;

fn with(key: &str, value: &str) -> Settings {
    let mut settings = Settings::default();
    let setting = Settings::find(key).unwrap();
    assert!(setting.set(&mut settings, value), "{key} {value}");
    settings
}

/// Texts of values at the ends of a form, from the strongest to the weakest where they have an
/// order.
fn ends(form: &SettingForm) -> Vec<String> {
    match form {
        SettingForm::Number {
            minimum,
            maximum,
            zero_is_no_limit,
            weaker,
            ..
        } => {
            let mut ends = vec![minimum.to_string(), maximum.to_string()];
            ends.extend(zero_is_no_limit.then(|| "0".to_owned()));
            match weaker {
                WeakerNumber::Larger => ends,
                WeakerNumber::Smaller => ends.into_iter().rev().collect(),
                WeakerNumber::Neither => Vec::new(),
            }
        }
        SettingForm::Switch { weaker } => vec![(!weaker).to_string(), weaker.to_string()],
        SettingForm::LeadTimes { .. } => vec!["3650,30,0".into(), "30,0".into(), "none".into()],
        SettingForm::QuietHours => Vec::new(),
        SettingForm::Word { words } => words.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_defaults_are_accepted_and_survive_json_and_text() {
    let settings = Settings::default();
    assert!(settings.first_invalid().is_none());
    let text = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
    for setting in Settings::LIST {
        let mut same = settings.clone();
        let value = setting.value(&settings).to_string();
        assert!(setting.set(&mut same, &value), "{} {value}", setting.name);
        assert_eq!(same, settings);
    }
}

#[test]
fn a_setting_is_found_by_its_name_in_either_spelling() {
    for setting in Settings::LIST {
        for name in [setting.name.to_owned(), setting.key()] {
            assert_eq!(
                Settings::find(&name).map(|found| found.name),
                Some(setting.name)
            );
        }
    }
    assert!(Settings::find("colour").is_none());
}

#[test]
fn each_step_towards_less_protection_is_weaker_and_each_step_back_is_not() {
    for setting in Settings::LIST {
        let ends = ends(&setting.form);
        for (stronger, weaker) in ends.iter().zip(ends.iter().skip(1)) {
            let (stronger, weaker) = (with(setting.name, stronger), with(setting.name, weaker));
            assert!(stronger.weakened_by(&weaker), "{} {weaker:?}", setting.name);
            assert!(
                !weaker.weakened_by(&stronger),
                "{} {weaker:?}",
                setting.name
            );
            assert!(!weaker.weakened_by(&weaker));
        }
    }
}

#[test]
fn quiet_hours_are_weaker_where_they_silence_more() {
    let quiet = |from: &str, to: &str| {
        let mut settings = with("quiet-from", from);
        assert!(Settings::find("quiet-to").unwrap().set(&mut settings, to));
        settings
    };
    let night = quiet("20:00", "08:00");
    for (wanted, weaker) in [
        (quiet("22:00", "07:30"), false),
        (quiet("20:00", "20:00"), false),
        (quiet("21:00", "23:00"), false),
        (quiet("19:59", "08:00"), true),
        (quiet("20:00", "08:01"), true),
        (quiet("08:00", "20:00"), true),
        (quiet("00:00", "23:59"), true),
    ] {
        assert_eq!(night.weakened_by(&wanted), weaker, "{wanted:?}");
    }
    assert!(quiet("12:00", "12:00").weakened_by(&quiet("12:00", "12:01")));
}

#[test]
fn other_lead_times_are_weaker_unless_all_stay() {
    let present = with("lead-times", "30,7");
    assert!(!present.weakened_by(&with("lead-times", "7,30,90")));
    assert!(present.weakened_by(&with("lead-times", "30,8")));
}

#[test]
fn a_weaker_setting_is_not_made_up_for_by_a_stronger_one() {
    let present = Settings::default();
    let wanted = Settings {
        auto_lock_minutes: 5,
        expired: ExpiredPolicy::Allow,
        ..present.clone()
    };
    assert!(present.weakened_by(&wanted));
}

#[test]
fn a_setting_that_protects_nothing_is_weaker_in_no_direction() {
    let (short, long) = (
        with("hook-wait-seconds", "1"),
        with("hook-wait-seconds", "60"),
    );
    assert!(!short.weakened_by(&long) && !long.weakened_by(&short));
}

#[test]
fn what_is_not_accepted() {
    let mut settings = Settings::default();
    for (key, value) in [
        ("auto-lock-minutes", "soon"),
        ("auto-lock-minutes", "1441"),
        ("max-unlocked-hours", "721"),
        ("clipboard-seconds", "0"),
        ("audit-keep-days", "29"),
        ("hook-wait-seconds", "0"),
        ("hook-wait-seconds", "61"),
        ("lead-times", "7,x"),
        ("lead-times", "3651"),
        ("lead-times", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"),
        ("names-in-notices", "maybe"),
        ("expired", "never"),
    ] {
        let setting = Settings::find(key).unwrap();
        assert!(!setting.set(&mut settings, value), "{key} {value}");
    }
    assert_eq!(settings, Settings::default());
    settings.clipboard_seconds = 0;
    assert_eq!(settings.first_invalid().unwrap().name, "clipboard_seconds");
}

#[test]
fn times_are_strict_but_for_those_of_earlier_vaults() {
    assert_eq!(TimeOfDay::parse("07:30").unwrap().to_string(), "07:30");
    for wrong in [
        "7:30", "24:00", "07:60", "07-30", "", "07:3x", "+7:30", "07:30:00",
    ] {
        assert!(TimeOfDay::parse(wrong).is_none(), "{wrong}");
    }
    let read = |text: &str| serde_json::from_str::<TimeOfDay>(&format!("\"{text}\"")).ok();
    assert_eq!(read("20:00:00"), Some(TimeOfDay::of_hour(20)));
    assert_eq!(read("20:00"), Some(TimeOfDay::of_hour(20)));
    assert_eq!(read("20:00:01"), None);
    assert_eq!(read(":00"), None);
}

#[test]
fn what_protects_less_is_replaced_and_nothing_else() {
    let set = |pairs: &[(&str, &str)]| {
        let mut settings = Settings::default();
        for (name, value) in pairs {
            assert!(Settings::find(name).unwrap().set(&mut settings, value));
        }
        settings
    };
    let floor = set(&[("auto_lock_minutes", "5"), ("quiet_from", "22:00")]);
    let given = set(&[
        ("auto_lock_minutes", "0"),
        ("quiet_from", "12:00"),
        ("quiet_to", "11:00"),
        ("clipboard_seconds", "10"),
        ("lock_on_suspend", "false"),
    ]);
    let (raised, weaker) = given.no_weaker_than(&floor);
    let names: Vec<_> = weaker.iter().map(|setting| setting.name).collect();
    let expected = [
        "auto_lock_minutes",
        "lock_on_suspend",
        "quiet_from",
        "quiet_to",
    ];
    assert_eq!(names, expected);
    assert!(!floor.weakened_by(&raised));
    assert_eq!(raised.clipboard_seconds, 10);
    assert_eq!(floor.no_weaker_than(&floor), (floor.clone(), Vec::new()));
}
