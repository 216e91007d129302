//! Recognition, measured: examples, keys made after every pattern, and ten thousand values that
//! are no keys.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use keyhaven_catalogue::key_shape::{KeyKind, KeyRole};
use keyhaven_catalogue::{Catalogue, KeyCondition, MatchedBy, Provider, Recognition};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Examples from documentation, examples of secret scanners with letters and digits changed, and
/// values made up for a shape with the checksum computed. None is a key, and none was drawn from
/// a pattern of this catalogue. In two parts where a scanner of this repository would take one for
/// a key.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("aws", "AKIAIOSFODNN7", "EXAMPLE"),
    ("aws", "ASIAQNZGKIQY56JQ7WML", ""),
    ("brave", "BSAEx4mpleOfNoKeyEx4mpleOfNoKey", ""),
    (
        "brevo",
        "xkeysib-c0ffee0ddba11c0ffee0ddba11c0ffee0ddba11c0ffee0ddba11c0ffee0ddba1",
        "-Ex4mpleOfNoKeyEx",
    ),
    (
        "clickup",
        "pk_123456789_",
        "EX4MPLEOFNOKEYEX4MPLEOFNOKEYEX4M",
    ),
    (
        "coinbase",
        "organizations/243873d8-c14e-436d-9cea-10d530cbe201/apiKeys/d29bb143-ad4c-234f-9bd7-c705c16b6d19",
        "",
    ),
    ("databento", "db-abc123def456ghi789jkl012mno34", ""),
    (
        "docker-hub",
        "dckr_oat_",
        "Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4m",
    ),
    ("figma", "figd_", "1234567890123456789012345678901234abcdef"),
    (
        "fly",
        "FlyV1 fm2_Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKey",
        "Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx",
    ),
    ("github", "ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"),
    ("github", "ghs_", "16C7e42F292c69C2E7C10c838347Ae178B4a"),
    (
        "gitlab",
        "glpat-Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4m",
        ".01.0w1yo622u",
    ),
    ("gitlab", "gldt-", "xY9kLmNpQrStUvWxYz01"),
    ("gitlab", "glcbt-", "ab12_xY9kLmNpQrStUvWxYz01"),
    (
        "gitlab",
        "glptt-",
        "0d66598d696a02da33fb65e2a041f607c68ea50d",
    ),
    (
        "grafana",
        "glsa_",
        "iNValIdinValiDinvalidinvalidinva_5b582697",
    ),
    ("langfuse", "pk-lf-", "123e4567-e89b-12d3-a456-426614174000"),
    (
        "linear",
        "lin_api_",
        "9A6bCDeF0Gh1Ij2Klm3No4PQr5St6Uv7Wx8YZaBc",
    ),
    ("mailchimp", "abcdef1234567890abcdef1234567890", "-us1"),
    ("mailgun", "key-", "be24ead34bea66ab515b02f87e07a583"),
    (
        "mailgun",
        "a1b2c3d4e5f67890a1b2c3d4e5f67890",
        "-00001111-22223333",
    ),
    (
        "netlify",
        "nfp_",
        "Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoK",
    ),
    (
        "notion",
        "ntn_",
        "567587262830wXCFUUBd532FKelfgxQwx9egOu3ptaVb8w",
    ),
    ("npm", "npm_", "qkJaB6MffYVzZXWqmcoF49yrUxP3wf0LsakP"),
    (
        "paddle",
        "pdl_sdbx_apikey_",
        "ex4mpleofnokeyex4mpleofnok_Ex4mpleOfNoKeyEx4mpleO_Ex4",
    ),
    (
        "pinecone",
        "pcsk_",
        "abcde_aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3aB4cD5eF6gH7iJ8kL9mN0aB7",
    ),
    (
        "planetscale",
        "pscale_tkn_",
        "abcdefghi12lmnopqrstuvwxyZ1234567890_ABCDEF",
    ),
    (
        "posthog",
        "phc_",
        "E123456789012345678901234567890123456789012",
    ),
    (
        "sendgrid",
        "SG.ngeVfQFYQlKU0ufo8x5d1A",
        ".TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr",
    ),
    (
        "sentry",
        "sntryu_",
        "cbadefcbadefcbadefcbadefc12defcbadefcbadefcbadefcbadefcbadefcbad",
    ),
    (
        "slack",
        "xoxb-",
        "892347653847-3475646890763-HlxGERpIraYEWtD7HarZVzqE",
    ),
    (
        "slack",
        "xoxp-",
        "41684372915-1320496754-45609968301-f819cb67f2628b00a7c6ac18450587fa",
    ),
    (
        "slack",
        "xapp-",
        "1-A052FGTS2DL-5171572773297-721c7b22a5c8fc920f98c878e91f7686b4745802bdc0b0fbe162eb980fc6c66f",
    ),
    ("square", "sq0atp-", "Ex4mpleOfNoKeyEx4mpleO"),
    (
        "square",
        "sq0csp-",
        "Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyE",
    ),
    ("stripe", "sk_test_", "4eC39HqLyjWDarjtT1zdp7dc"),
    ("stripe", "pk_test_", "TYooMQauvdEDq54NiTphI7jx"),
    (
        "supabase",
        "sbp_",
        "abcd1234efgh5678ijkl9012mnop3456qrst7890",
    ),
    (
        "tailscale",
        "tskey-auth-",
        "abcDEF1CNTRL-091234567890ABCDEF",
    ),
    (
        "terraform",
        "Ex4mpleOfNoKey.atlasv1.",
        "Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNo",
    ),
    ("twilio", "AC", "823605a601d1e9bdf66d15969a8409a0"),
    (
        "vercel",
        "vcp_",
        "Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleO13nwz4",
    ),
    (
        "postgresql",
        "postgres://user:secret@localhost:5433/mydb",
        "",
    ),
];

/// Examples of services whose keys look like those of others, with the variable.
const NAMED: &[(&str, &str, &str)] = &[
    (
        "aws",
        "AWS_SECRET_ACCESS_KEY",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ),
    (
        "deepgram",
        "DEEPGRAM_API_KEY",
        "059d20fdef3929b2b468aaac25e3ad3b14e4d67f",
    ),
    (
        "discord",
        "DISCORD_TOKEN",
        "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs",
    ),
    (
        "mistral",
        "MISTRAL_API_KEY",
        "58dGANalpFp0ECbqgwisnNtu4agW3FJi",
    ),
    (
        "postmark",
        "POSTMARK_SERVER_TOKEN",
        "a60eaae3-94fb-58d8-cb9a-06f164b7e1bf",
    ),
    ("snyk", "SNYK_TOKEN", "123e4567-e89b-12d3-a456-426614174000"),
    (
        "zai",
        "ZAI_API_KEY",
        "dcf6096e18915176c57faba2ebb93945.AMW5JPIHcFFIQEu6",
    ),
];

const NON_KEYS: usize = 10_000;
const PER_SHAPE: usize = 25;

fn known(value: &str, variable: &str) -> Recognition<'static> {
    Catalogue::builtin().identify(value.as_bytes(), variable)
}

fn id(value: &str, variable: &str) -> Option<&'static str> {
    known(value, variable).provider().map(|it| it.id.as_str())
}

/// The same keys at every run.
fn runner() -> TestRunner {
    TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(11),
        ..Config::default()
    })
}

fn drawn(pattern: &str, runner: &mut TestRunner) -> String {
    let strategy = proptest::string::string_regex(pattern).unwrap();
    strategy.new_tree(runner).unwrap().current()
}

#[test]
fn documented_examples_are_recognised() {
    for (provider, start, rest) in EXAMPLES {
        let value = format!("{start}{rest}");
        assert_eq!(id(&value, ""), Some(*provider), "{start}...");
        assert_eq!(
            known(&value, "").damaged().map(|it| &*it.id),
            None,
            "{start}..."
        );
        let named = known(&value, "SNYK_TOKEN");
        assert_eq!(
            named.provider().unwrap().id,
            *provider,
            "{start}...: the shape outweighs"
        );
    }
    for (provider, variable, value) in NAMED {
        assert_eq!(id(value, ""), None, "{value}");
        let known = known(value, variable);
        assert_eq!(
            known.provider().map(|it| it.id.as_str()),
            Some(*provider),
            "{variable}"
        );
        assert!(known.only().unwrap().shape.is_some(), "{variable}");
    }
}

/// A missing or changed character is noticed wherever a shape or a checksum can tell.
#[test]
fn cut_keys_are_never_taken_for_whole_ones_of_another_service() {
    let mut noticed = 0;
    let mut tried = 0;
    for (provider, start, rest) in EXAMPLES {
        let value = format!("{start}{rest}");
        for cut in 1..=8 {
            let part = &value[..value.len() - cut];
            let known = known(part, "");
            let other = known.provider().filter(|it| it.id != *provider);
            assert!(
                other.is_none(),
                "{start}... without {cut} belongs to {other:?}"
            );
            tried += 1;
            let whole = known
                .only()
                .is_some_and(|it| it.condition != KeyCondition::Damaged);
            noticed += usize::from(!whole);
        }
    }
    println!("cut keys: {noticed} of {tried} are noticed");
    assert!(noticed * 100 >= tried * 70, "{noticed} of {tried}");
}

#[test]
fn a_cut_or_mistyped_key_is_named() {
    let token = "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";
    for bad in [
        &token[..39],
        &token[..20],
        "ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18",
        "ghp_ZQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17",
    ] {
        let known = known(bad, "");
        assert_eq!(
            known.damaged().map(|it| it.id.as_str()),
            Some("github"),
            "{bad}"
        );
        assert!(known.only().unwrap().by != MatchedBy::Variable);
    }
    // Too short for more than a guess, or a sentence.
    for other in [
        "ghp_",
        "ghp_test",
        "SG.",
        "hf_model",
        "re_build the index of all",
        "sk-proj-",
    ] {
        assert!(known(other, "").damaged().is_none(), "{other}");
    }
    let named = known("glpat-short", "GITLAB_TOKEN");
    assert_eq!(named.provider().unwrap().id, "gitlab");
}

#[test]
fn shapes_tell_the_kind() {
    let kind = |start: &str, rest: &str| known(&format!("{start}{rest}"), "").kind();
    let rest = "a1B2c3D4e5F6g7H8i9J0k1L2";
    assert_eq!(kind("sk_test_", rest), Some(KeyKind::Test));
    assert_eq!(kind("sk_live_", rest), Some(KeyKind::Live));
    assert_eq!(kind("rk_live_", rest), Some(KeyKind::Restricted));
    assert_eq!(kind("ASIAQNZGKIQY56JQ7WML", ""), Some(KeyKind::Temporary));
    assert_eq!(kind("AKIAPZOM7WBBR6QMW4WX", ""), None);
    let temporary = known("ASIAQNZGKIQY56JQ7WML", "");
    assert_eq!(temporary.account(), Some("029608264753"));
    assert!(known(&format!("pk_live_{rest}"), "").is_public());
    let session = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjEzMDA4MTkzODB9.c2lnbmF0dXJl";
    let ends = known(session, "SESSION").expires().unwrap();
    assert_eq!(ends.to_string(), "2011-03-22T18:43:00Z");
}

/// Every variable names one service, so that a name is never ambiguous.
#[test]
fn a_variable_names_one_service() {
    let mut owners = std::collections::HashMap::new();
    for provider in Catalogue::builtin().providers() {
        for variable in &provider.variables {
            let before = owners.insert(variable, &provider.id);
            assert_eq!(before, None, "{variable} of {}", provider.id);
        }
    }
}

/// Keys made after every pattern: each belongs to its service, or to a named ambiguity.
#[test]
fn keys_of_every_pattern_are_recognised() {
    let mut runner = runner();
    let (mut right, mut all, mut shapes) = (0, 0, 0);
    let mut confused = std::collections::BTreeSet::new();
    for provider in Catalogue::builtin().providers() {
        for shape in provider.keys.iter().filter(|shape| !shape.weak) {
            let Some(pattern) = shape.pattern() else {
                continue;
            };
            shapes += 1;
            for _ in 0..PER_SHAPE {
                // Patterns are of bytes; a class that is negated would else draw any character.
                let bytes = format!("(?-u:{})", pattern.source());
                let strategy = proptest::string::bytes_regex(&bytes).unwrap();
                let value = strategy.new_tree(&mut runner).unwrap().current();
                let known = Catalogue::builtin().identify(&value, "");
                all += 1;
                match known.provider() {
                    Some(found) => {
                        assert_eq!(found.id, provider.id, "{}", value.escape_ascii());
                        right += 1;
                    }
                    None => {
                        let names = known.ambiguous().iter().map(|it| it.provider.id.as_str());
                        confused.insert(names.collect::<Vec<_>>());
                    }
                }
            }
        }
    }
    println!("recall: {right} of {all} keys of {shapes} shapes; ambiguous: {confused:?}");
    assert!(
        confused.iter().all(|services| services.len() > 1),
        "{confused:?}"
    );
    assert!(right * 1000 >= all * 999, "{right} of {all}");
}

/// Keys whose shape others share are recognised by the variable alone.
#[test]
fn weak_shapes_need_the_variable() {
    let mut runner = runner();
    for provider in Catalogue::builtin().providers() {
        let weak = provider
            .keys
            .iter()
            .filter(|it| it.weak && it.role == KeyRole::Secret);
        let Some(variable) = provider.variables.first() else {
            continue;
        };
        for shape in weak {
            let value = drawn(shape.pattern().unwrap().source(), &mut runner);
            let found = known(&value, variable).provider().map(|it| &it.id);
            assert_eq!(found, Some(&provider.id), "{value}");
        }
    }
}

#[test]
fn what_is_no_key_is_not_recognised() {
    let mut runner = runner();
    let kinds: [(&str, &str); 12] = [
        (
            "UUID",
            "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        ),
        ("MD5", "[0-9a-f]{32}"),
        ("SHA-1", "[0-9a-f]{40}"),
        ("SHA-256", "[0-9a-f]{64}"),
        ("word", "[a-z]{3,12}"),
        ("words", "[a-z]{3,9}([_ -][a-z]{3,9}){1,5}"),
        (
            "identifier",
            "[A-Z][a-z]{2,8}([A-Z][a-z]{2,8}){0,3}[0-9]{0,3}",
        ),
        ("base64", "[A-Za-z0-9+/]{40,200}={0,2}"),
        // As images and archives begin.
        (
            "base64 of zeros",
            "(iVBORw0KGgo|R0lGOD|/9j/4AAQ|UEsDB|H4sI|AAAA)[A-Za-z0-9+/]{20,120}(AAAA[A-Za-z0-9+/]{4}){1,6}",
        ),
        ("random", "[A-Za-z0-9]{16,64}"),
        (
            "URL",
            "https://[a-z]{3,12}\\.(com|io|dev)/[a-z0-9/_-]{3,40}",
        ),
        (
            "version or number",
            "[0-9]{1,3}(\\.[0-9]{1,3}){1,3}|[0-9]{3,18}",
        ),
    ];
    let mut wrong: Vec<(String, String)> = Vec::new();
    for number in 0..NON_KEYS {
        let (kind, pattern) = kinds[number % kinds.len()];
        let value = drawn(pattern, &mut runner);
        let known = known(&value, "");
        if known.has_key_shape() || known.damaged().is_some() {
            wrong.push((kind.to_owned(), value));
        }
    }
    println!(
        "precision: {} of {NON_KEYS} values that are no keys were taken for one",
        wrong.len()
    );
    assert!(wrong.len() <= 1, "{wrong:?}");
}

/// What later work counts on: checks, rotation, introspection and the broker.
#[test]
fn enough_is_known_of_the_services() {
    let providers = Catalogue::builtin().providers();
    let count = |has: fn(&Provider) -> bool| providers.iter().filter(|it| has(it)).count();
    let full = count(Provider::is_full);
    let replaced = count(|it| it.create.is_some() && !it.revocations.is_empty());
    let described = count(|it| !it.introspections.is_empty());
    let brokered = count(|it| it.inject.is_some());
    println!(
        "{} services: {full} full, {replaced} made and revoked, {described} described, {brokered} brokered",
        providers.len()
    );
    assert!(providers.len() >= 100 && full >= 60 && replaced >= 15);
    assert!(described >= 20 && brokered >= 40);
    // Package registries are recognised only.
    for id in ["npm", "pypi", "crates-io", "rubygems"] {
        let provider = Catalogue::builtin().get(id).unwrap();
        assert!(
            provider.hosts.is_empty() && provider.dashboard.is_none(),
            "{id}"
        );
    }
}
