//! Whether a value is a secret: proposed from provider, name and shape; in doubt, yes.

use keyhaven_rules::coded;
use keyhaven_rules::ordinary::is_ordinary_word;

use crate::Recognition;

coded! {
    /// Why a value is taken for a secret or not. The texts are in the crate `messages`, under
    /// `proposal-CODE`.
    ProposalReason as PROPOSAL_REASONS {
        /// Public by design at its provider.
        Public,
        /// Has the shape of the provider's keys.
        KeyShape,
        /// An ordinary word, whatever its name says.
        OrdinaryWord,
        /// The provider uses the name for keys.
        ProviderName,
        /// The name says so.
        Name,
        /// Holds a key or password inside.
        Inside,
        /// Not text.
        NotText,
        /// An address with a user or password.
        UserInfo,
        /// Has the shape of a recovery phrase.
        RecoveryPhrase,
        /// Looks random.
        Random,
        /// An ordinary name and value.
        Ordinary,
    }
}

/// A proposal that the user may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Whether to treat the value as a secret.
    pub secret: bool,
    /// The reason, for a preview.
    pub reason: ProposalReason,
}

/// A name that contains one of these anywhere is that of a secret.
const PARTS: [&str; 8] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "APIKEY",
    "PRIVATE",
    "CREDENTIAL",
];

/// A name that contains one of these as a whole word is that of a secret.
const WORDS: [&str; 19] = [
    "KEY", "KEYS", "PASS", "PWD", "DSN", "AUTH", "PAT", "SALT", "PEM", "JWT", "COOKIE", "WEBHOOK",
    "CERT", "CREDS", "PIN", "OTP", "PSK", "SEED", "MNEMONIC",
];

/// A word that ends like this is that of a secret (`DBPASS`, `masterkey`), except for
/// ordinary words.
const ENDINGS: [&str; 3] = ["KEY", "PASS", "PWD"];
const ORDINARY: [&str; 9] = [
    "MONKEY", "TURKEY", "DONKEY", "HOCKEY", "JOCKEY", "WHISKEY", "HOTKEY", "COMPASS", "BYPASS",
];

/// A value that contains one of these, in any case, contains a secret.
const INSIDE: [&str; 8] = [
    "private key",
    "private_key",
    "password=",
    "pwd=",
    "secret=",
    "token=",
    "key=",
    "sig=",
];

/// Proposes whether a value is a secret.
///
/// `known` is the result of [`crate::Catalogue::identify`] for the same pair.
#[must_use]
pub fn propose(variable: &str, value: &[u8], known: &Recognition<'_>) -> Proposal {
    if known.is_public() {
        return plain(ProposalReason::Public);
    }
    if known.has_key_shape() {
        return secret(ProposalReason::KeyShape);
    }
    if is_ordinary_word(value) {
        return plain(ProposalReason::OrdinaryWord);
    }
    if known.is_named() {
        return secret(ProposalReason::ProviderName);
    }
    if name_says_secret(variable) {
        return secret(ProposalReason::Name);
    }
    if INSIDE.iter().any(|part| holds(value, part)) {
        return secret(ProposalReason::Inside);
    }
    let Ok(text) = std::str::from_utf8(value) else {
        return secret(ProposalReason::NotText);
    };
    if has_userinfo(text) {
        return secret(ProposalReason::UserInfo);
    }
    if is_recovery_phrase(text) {
        return secret(ProposalReason::RecoveryPhrase);
    }
    if !text.split(|c: char| !c.is_alphanumeric()).all(is_ordinary) {
        return secret(ProposalReason::Random);
    }
    plain(ProposalReason::Ordinary)
}

fn secret(reason: ProposalReason) -> Proposal {
    Proposal {
        secret: true,
        reason,
    }
}

fn plain(reason: ProposalReason) -> Proposal {
    Proposal {
        secret: false,
        reason,
    }
}

fn name_says_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    PARTS.iter().any(|part| upper.contains(part)) || words(name).any(word_says_secret)
}

fn word_says_secret(word: &str) -> bool {
    let is_one_of = |list: &[&str]| list.iter().any(|w| w.eq_ignore_ascii_case(word));
    let upper = word.to_ascii_uppercase();
    is_one_of(&WORDS) || (ENDINGS.iter().any(|end| upper.ends_with(end)) && !is_one_of(&ORDINARY))
}

/// Splits a name at everything but letters, and where camelCase begins a word.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphabetic())
        .flat_map(|part| {
            let bytes = part.as_bytes();
            let starts =
                |i: &usize| bytes[*i].is_ascii_uppercase() && bytes[*i - 1].is_ascii_lowercase();
            let mut cuts: Vec<usize> = (1..part.len()).filter(starts).collect();
            cuts.push(part.len());
            let mut from = 0;
            cuts.into_iter()
                .map(move |to| &part[std::mem::replace(&mut from, to)..to])
        })
}

/// Compares in place, so that no lower-case copy of a secret is left behind.
fn holds(value: &[u8], part: &str) -> bool {
    let part = part.as_bytes();
    value
        .windows(part.len())
        .any(|window| window.eq_ignore_ascii_case(part))
}

fn has_userinfo(text: &str) -> bool {
    // A password may itself hold `/`, `?` or `#`, so any later `@` counts.
    text.split_once("://")
        .is_some_and(|(_, rest)| rest.contains('@'))
}

/// Whether it consists of as many short words as the recovery phrase of a wallet (BIP-39).
fn is_recovery_phrase(text: &str) -> bool {
    let is_word =
        |word: &str| (3..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
    let mut words = text.split_ascii_whitespace();
    matches!(words.clone().count(), 12 | 15 | 18 | 21 | 24) && words.all(is_word)
}

/// Whether a run of letters and digits is a word, a number, or too short to be a key.
fn is_ordinary(run: &str) -> bool {
    let length = run.chars().count();
    if run.chars().all(|c| c.is_ascii_digit()) {
        return length <= 15;
    }
    if run.chars().any(char::is_numeric) {
        return length <= 7;
    }
    length <= 20 && case_changes(run) <= length / 4
}

fn case_changes(run: &str) -> usize {
    let mut before = false;
    run.chars()
        .filter(|c| {
            let rises = before && c.is_uppercase();
            before = c.is_lowercase();
            rises
        })
        .count()
}
