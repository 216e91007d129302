//! Each finding has a command that `kh` takes, as it stands and copied into a shell.

use std::collections::HashSet;
use std::ffi::OsString;
use std::process::Command;

use keyhaven_protocol::health::HEALTH_FINDINGS;
use keyhaven_rules::Tier;
use keyhaven_rules::due::DueWords;
use proptest::prelude::*;

use super::*;
use crate::command_line::parse;

/// One of each kind.
fn each_finding(profile: &str) -> Vec<HealthFinding> {
    let text = || String::from("text");
    let due = DueWords::ExpiredDays { days: 2 };
    let (days, tier, field) = (100, Tier::Production, Some(text()));
    vec![
        HealthFinding::Expired { due },
        HealthFinding::FoundDead { days },
        HealthFinding::PlaceholderValue {
            field: field.clone(),
        },
        HealthFinding::TestKeyInProduction {
            provider: text(),
            kind: text(),
        },
        HealthFinding::SameValueAcrossTiers {
            other: text(),
            tier,
        },
        HealthFinding::RotationOverdue { due },
        HealthFinding::ExpiresSoon { due },
        HealthFinding::SunsetAnnounced {
            on: text(),
            advice: text(),
        },
        HealthFinding::SameValueInEnvironments { other: text() },
        HealthFinding::LiveKeyBelowProduction {
            provider: text(),
            kind: text(),
            tier,
        },
        HealthFinding::HigherTierInProfile {
            profile: profile.into(),
            tier,
        },
        HealthFinding::WeakValue { field },
        HealthFinding::FullAccess {
            provider: text(),
            kind: text(),
            restricted: text(),
        },
        HealthFinding::OldValueNotRevoked { version: 1 },
        HealthFinding::RotationLeftOpen { days },
        HealthFinding::NoDates { usual: 90 },
        HealthFinding::Unused { days },
        HealthFinding::NeverUsed { days },
        HealthFinding::NoOwner,
    ]
}

fn about(names: [&str; 3], finding: HealthFinding, is_rotating: bool) -> KeyFinding {
    let [project, environment, name] = names.map(str::to_owned);
    KeyFinding {
        id: "01981c5c-0000-7000-8000-000000000000".parse().unwrap(),
        project,
        environment,
        name,
        fix: finding.fix(is_rotating),
        finding,
    }
}

#[test]
fn there_is_a_sample_of_every_kind() {
    let kinds: HashSet<String> = each_finding("web")
        .iter()
        .map(|finding| format!("{finding:?}").split(' ').next().unwrap().to_owned())
        .collect();
    let all = HEALTH_FINDINGS.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(kinds, all.collect());
}

proptest! {
    // Each case defines `kh` once for each kind.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn kh_takes_the_command_of_every_finding(
        names in ["[^/\0]{1,9}", "[^/\0]{1,9}", "[^/\0]{1,9}"],
        profile in "[^-/\0][^/\0]{0,9}",
        is_rotating: bool,
    ) {
        for finding in each_finding(&profile) {
            let found = about(names.each_ref().map(String::as_str), finding, is_rotating);
            let words = ["kh".to_owned()].into_iter().chain(found.arguments());
            let words: Vec<OsString> = words.map(Into::into).collect();
            let parsed = parse(&words);
            prop_assert!(parsed.is_ok(), "{words:?}: {:?}", parsed.err());
        }
    }
}

#[test]
fn a_shell_reads_the_command_as_it_was_meant() {
    let names = ["a shop", "d'e\"v", "$(x) `y` é"];
    for finding in each_finding("my $web 'x'") {
        let found = about(names, finding, false);
        let script = format!("kh() {{ printf '%s\\n' \"$@\"; }}\n{}", found.command());
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        let read = String::from_utf8(output.stdout).unwrap();
        assert_eq!(read.lines().collect::<Vec<_>>(), found.arguments());
    }
}

#[test]
fn a_key_that_is_being_replaced_is_replaced_further() {
    let names = ["shop", "dev", "stripe"];
    let due = DueWords::OverdueDays { days: 2 };
    let command =
        |is_rotating| about(names, HealthFinding::RotationOverdue { due }, is_rotating).command();
    assert_eq!(command(false), "kh rotate kh://shop/dev/stripe");
    assert_eq!(command(true), "kh rotate kh://shop/dev/stripe --resume");
}

#[test]
fn a_long_sentence_is_broken_between_words() {
    let sentence = format!("{} {} end", "word ".repeat(20).trim(), "x".repeat(90));
    let text = wrapped(&sentence);
    assert!(text.lines().all(|line| line.starts_with("  ")), "{text}");
    let too_long: Vec<_> = text.lines().filter(|line| line.len() > WIDTH).collect();
    assert_eq!(too_long, [format!("  {}", "x".repeat(90))]);
    let words: Vec<_> = text.split_whitespace().collect();
    assert_eq!(words, sentence.split(' ').collect::<Vec<_>>());
    assert_eq!(wrapped("it is short"), "  it is short\n");
}

#[test]
fn what_is_listed_and_what_is_left_out_is_counted() {
    let mut view = HealthView {
        keys: 2,
        problems: 1,
        warnings: 3,
        notes: 0,
        findings: Vec::new(),
    };
    assert_eq!(summary(&view), "1 problem, 3 warnings in 2 keys.\n");
    view.findings.push(about(
        ["shop", "dev", "stripe"],
        HealthFinding::FoundDead { days: 0 },
        false,
    ));
    let printer = Printer::new(&crate::options::Globals {
        color: crate::options::ColorWhen::Never,
        ..Default::default()
    });
    assert_eq!(
        report(&printer, &view),
        "PROBLEMS\nkh://shop/dev/stripe\n  its provider refused it today\n  \
         fix: kh rotate kh://shop/dev/stripe\n\n\
         3 more are not shown; look at fewer keys with -p and -e.\n\
         1 problem, 3 warnings in 2 keys.\n"
    );
}
