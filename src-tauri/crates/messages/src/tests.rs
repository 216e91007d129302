use serde_json::json;

use super::*;

fn error(style: Style, value: &Value) -> Text {
    text(Language::ENGLISH, style, Family::Error, value)
}

#[test]
fn a_text_is_found_by_its_code_and_filled_with_its_parameters() {
    let text = error(
        Style::Terminal,
        &json!({"code": "weak_password", "minimum": 8}),
    );
    assert_eq!(
        text.message,
        "the master password needs at least 8 characters"
    );
    assert!(text.hint.is_some());
}

#[test]
fn a_window_starts_a_sentence_with_a_capital_but_leaves_names_alone() {
    let locked = error(Style::Sentence, &json!({"code": "locked"}));
    assert_eq!(locked.message, "The vault is locked.");
    assert_eq!(locked.hint.as_deref(), Some("Unlock it to continue."));
    let revoked = error(
        Style::Sentence,
        &json!({"code": "revoked", "name": "stripe"}),
    );
    assert_eq!(revoked.message, "stripe is revoked.");
}

#[test]
fn a_part_with_a_code_brings_its_own_text_and_hint() {
    let value = json!({
        "code": "invalid",
        "problem": {
            "code": "setting_value",
            "setting": "quiet-from",
            "accepted": {"code": "time_of_day"},
        },
    });
    let text = error(Style::Sentence, &value);
    assert_eq!(
        text.message,
        "quiet-from takes a time of day such as 20:00."
    );
    let value = json!({"code": "backup_failed", "cause": {"code": "disk_full"}});
    let text = error(Style::Terminal, &value);
    assert!(text.message.contains("the disk is full"), "{text:?}");
}

#[test]
fn an_optional_parameter_may_be_absent() {
    let hint = |similar: Value| {
        let value = json!({"code": "no_credential", "name": "a", "similar": similar});
        error(Style::Terminal, &value).hint.unwrap()
    };
    assert_eq!(hint(json!("ab")), "did you mean ab?");
    assert_eq!(hint(Value::Null), "see what there is with: kh list");
}

#[test]
fn every_language_has_exactly_the_texts_and_parameters_of_english() {
    let english = ids(Language::ENGLISH);
    assert!(english.len() > 200, "{}", english.len());
    for language in Language::all() {
        let mut these = ids(language);
        let mut those = english.clone();
        these.sort();
        those.sort();
        assert_eq!(these, those, "{language:?}");
    }
}

#[test]
fn every_file_is_well_formed_and_no_id_stands_twice() {
    for (tag, files) in files::LANGUAGES {
        for file in *files {
            let parsed = fluent_syntax::parser::parse(*file);
            assert!(parsed.is_ok(), "{tag}: {:?}", parsed.err());
        }
    }
    let mut ids: Vec<String> = ids(Language::ENGLISH)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn no_text_ends_with_a_full_stop_or_starts_with_a_capital_word() {
    for (id, _) in ids(Language::ENGLISH) {
        if id.starts_with("native-") || id.starts_with("notification-") {
            continue;
        }
        let text = raw(&id);
        assert!(!text.ends_with('.'), "{id}: {text}");
        let word = text.split(' ').next().unwrap_or_default();
        let capital = word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
        assert!(!capital, "{id}: {text}");
    }
}

/// What an error says is all there is to do, or nothing can be done.
const WITHOUT_HINT: &[&str] = &[
    // It was what its owner wanted.
    "error-cancelled",
    "cli-input-ended",
    // The system's own text; what helps depends on it.
    "cli-system",
    // Another text brings its hint: the problem within, or the parser's message around it.
    "error-invalid",
    "cli-bad-network",
    "cli-bad-host",
    "cli-bad-url",
    "cli-bad-variable",
    "cli-empty-variable",
    "cli-bad-assignment",
    "cli-bad-field",
    "cli-bad-number",
    "cli-number-from-one",
    "cli-bad-length",
    "cli-bad-format",
    "cli-days-out-of-range",
    "cli-no-such-day",
    "cli-bad-date",
    "cli-bad-since",
    "cli-bad-span",
    "cli-span-in-minutes",
    "cli-span-too-fine",
    "cli-span-too-long",
    // They name what is accepted.
    "problem-interval-out-of-range",
    "problem-bad-date",
    "problem-span-in-minutes",
    "problem-bad-span",
    "problem-bad-address",
    "problem-empty-password",
    "problem-setting-value",
    // What was asked about has gone.
    "problem-process-not-running",
    "problem-launch-gone",
    "problem-profile-gone",
    // Only a program that breaks the protocol, or a page that a window does not trust, meets them.
    "problem-too-many-connections",
    "problem-too-many-requests",
    "problem-request-id",
    "problem-greeting-late",
    "problem-greeting-missing",
    "problem-greeting-twice",
    "problem-release-unknown",
    "problem-bad-sha256",
    "problem-command-nul",
    "problem-field-without-value",
    "problem-value-without-field",
    "problem-import-conflicts",
    "problem-folder-not-chosen",
    "problem-request-not-allowed",
    "problem-prompt-not-openable",
    "problem-nothing-to-finish",
    "problem-other-prompt",
];

/// Problems that are always the reason within another error, which brings its hint.
const REASONS: &[&str] = &[
    // Of a folder or a file that is not safe to use.
    "problem-symlink",
    "problem-not-regular-file",
    "problem-not-a-folder",
    "problem-not-a-socket",
    "problem-no-parent-folder",
    "problem-other-owner",
    "problem-wrong-mode",
    "problem-writable-by-others",
    "problem-writable-by-group",
    "problem-file-too-large",
    "problem-not-utf8",
    "problem-system",
    // Of key derivation that is refused.
    "problem-kdf-memory",
    "problem-kdf-passes",
    "problem-kdf-lanes",
    "problem-kdf-work",
    "problem-kdf-salt",
    // Of a clipboard, a keychain or private files that cannot be used.
    "problem-no-display",
    "problem-display-silent",
    "problem-helper-not-started",
    "problem-helper-ended",
    "problem-no-session-bus",
    "problem-keychain-silent",
    "problem-no-secret-service",
    "problem-keychain-locked",
    "problem-keychain-empty",
    "problem-keychain-key-unknown",
    "problem-process-not-observable",
    "problem-private-files-too-large",
    "problem-too-many-pipes",
    "problem-no-memory-folder",
    "problem-memory-folders-refused",
    // Of an agent that cannot be reached, or breaks off.
    "problem-program-missing",
    "problem-socket-silent",
    "problem-other-agent-silent",
    "problem-agent-silent",
    "problem-agent-ended",
    "problem-agent-does-not-end",
    "problem-socket-refused",
    "problem-other-vault",
    "problem-other-user",
    "problem-too-many-attempts",
    "problem-connection-closed",
    "problem-frame-too-large",
    "problem-frame-malformed",
    "problem-segment-missing",
    // Of a variable that no program can be given.
    "problem-nul-in-value",
    "problem-variable-too-long",
    "problem-environment-too-large",
    // Of uses that may be missing from the log.
    "problem-uses-record-missing",
    "problem-uses-record-damaged",
    "problem-uses-other-boot",
    "problem-uses-other-residence",
    "problem-uses-disk-error",
];

#[test]
fn an_error_says_what_to_do_where_something_can_be_done() {
    let all = ids(Language::ENGLISH);
    let has_hint = |id: &str| all.iter().any(|(one, _)| one == &format!("{id}.hint"));
    let is_error = |id: &str| {
        let families = ["error-", "problem-", "cli-"];
        !id.contains('.')
            && !id.starts_with("cli-notice-")
            && families.iter().any(|family| id.starts_with(family))
    };
    let without: Vec<&str> = all
        .iter()
        .map(|(id, _)| id.as_str())
        .filter(|id| is_error(id) && !has_hint(id))
        .collect();
    let listed = || WITHOUT_HINT.iter().chain(REASONS);
    let missing: Vec<_> = without
        .iter()
        .filter(|id| !listed().any(|one| one == *id))
        .collect();
    assert!(missing.is_empty(), "without a hint: {missing:#?}");
    let stale: Vec<_> = listed().filter(|id| !without.contains(id)).collect();
    assert!(
        stale.is_empty(),
        "listed, but with a hint, or no longer there: {stale:#?}"
    );
}

/// A text without parameters filled in; hints included.
fn raw(id: &str) -> String {
    let nothing = Arguments::default();
    match id.split_once('.') {
        Some((id, attribute)) => {
            let style = match attribute {
                "hint-window" => Style::Sentence,
                "hint-hook" => Style::Hook,
                _ => Style::Terminal,
            };
            let text = CatalogueText::find(Language::ENGLISH, id).unwrap();
            text.hint(style, &nothing).unwrap_or_default()
        }
        None => CatalogueText::find(Language::ENGLISH, id)
            .unwrap()
            .message(&nothing),
    }
}

#[test]
fn a_hint_of_the_window_names_no_command_of_a_terminal() {
    for (id, _) in ids(Language::ENGLISH) {
        let families = ["error-", "problem-", "notice-"];
        if id.contains('.') || !families.iter().any(|family| id.starts_with(family)) {
            continue;
        }
        let text = CatalogueText::find(Language::ENGLISH, &id).unwrap();
        let hint = text.hint(Style::Sentence, &Arguments::default());
        let hint = hint.unwrap_or_default();
        for of_terminal in ["kh ", " --", "terminal:"] {
            assert!(!hint.contains(of_terminal), "{id}: {hint}");
        }
    }
}

/// The hook gives what a trusted file says: nothing is added where it is started.
#[test]
fn a_hint_of_the_hook_names_no_option_of_a_launch() {
    let of_launches = [
        "variable-refused",
        "loader-variable",
        "tier-refused",
        "expired",
        "scope-missing",
        "production-not-allowed",
        "no-environment",
    ];
    for code in of_launches {
        let text = CatalogueText::find(Language::ENGLISH, &format!("error-{code}")).unwrap();
        for given in [false, true] {
            let mut arguments = Arguments::default();
            for name in ["variable", "credential", "known"] {
                match given {
                    true => arguments.text(name, "X".into()),
                    false => arguments.absent(name),
                }
            }
            let hint = text.hint(Style::Hook, &arguments).unwrap_or_default();
            let options = [
                "--except",
                "--only",
                "--as ",
                "--file",
                "--expired",
                "one launch",
                " -e",
            ];
            for option in options {
                assert!(!hint.contains(option), "{code}: {hint}");
            }
        }
    }
}

#[test]
fn an_empty_hint_of_the_window_is_none() {
    let value = json!({"code": "no_version", "name": "stripe", "version": 2});
    assert_eq!(error(Style::Sentence, &value).hint, None);
    assert!(error(Style::Terminal, &value).hint.is_some());
}

#[test]
fn a_language_is_chosen_by_tag_or_locale() {
    assert_eq!(Language::best(["xx", "en-GB"]), Language::ENGLISH);
    assert_eq!(Language::best([]), Language::ENGLISH);
    let of = |locale| Language::of_locale([None, Some(""), Some(locale)]);
    for locale in ["C", "POSIX", "en_US.UTF-8", "xx_YY@z", "no such locale"] {
        assert_eq!(of(locale), Language::ENGLISH, "{locale}");
    }
}
