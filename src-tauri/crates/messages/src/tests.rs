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
    assert_eq!(locked.hint.as_deref(), Some("Unlock it with: kh unlock."));
    let revoked = error(
        Style::Sentence,
        &json!({"code": "revoked", "name": "stripe"}),
    );
    assert_eq!(revoked.message, "stripe is revoked.");
}

#[test]
fn a_part_with_a_code_brings_its_own_text_and_hint() {
    let value = json!({"code": "invalid", "problem": {"code": "quiet_hours"}});
    let text = error(Style::Sentence, &value);
    assert_eq!(
        text.message,
        "A time of the quiet hours is HH:MM, such as 20:00."
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
    for (tag, files) in catalogue::files() {
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
        if id.starts_with("dialog-") || id.starts_with("notification-") {
            continue;
        }
        let text = raw(&id);
        assert!(!text.ends_with('.'), "{id}: {text}");
        let word = text.split(' ').next().unwrap_or_default();
        let capital = word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
        assert!(!capital, "{id}: {text}");
    }
}

/// A text without parameters filled in; hints included.
fn raw(id: &str) -> String {
    let nothing = Arguments::default();
    match id.split_once('.') {
        Some((id, _)) => CatalogueText::find(Language::ENGLISH, id)
            .unwrap()
            .hint(&nothing)
            .unwrap(),
        None => CatalogueText::find(Language::ENGLISH, id)
            .unwrap()
            .message(&nothing),
    }
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
