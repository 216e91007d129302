use hyper::HeaderMap;
use keyhaven_protocol::worker::{CreateJob, FindJob, JobField, PlanJob, RevokeJob, RevokedKey};

use super::*;
use crate::outcome::HttpAnswer;

const TAG: &str = "kh-000102030405060708090a0b";

/// A job for the key of a provider with these plain fields, and for one that manages it.
fn job(provider: &str, plain: &[(&str, &str)], admin: bool) -> (ReplacementJob, Segments) {
    let mut segments = Segments::default();
    let mut field = |name: &str, secret, value: &str| JobField {
        name: name.into(),
        variable: None,
        secret,
        value: segments.push(SecretBytes::copy_of(value.as_bytes())),
    };
    let mut fields = vec![field("value", true, "the-old-key-itself")];
    fields.extend(plain.iter().map(|(name, value)| field(name, false, value)));
    let admin = admin.then(|| vec![field("value", true, "the-admin-key-itself")]);
    let job = ReplacementJob {
        provider: provider.into(),
        fields,
        admin,
    };
    (job, segments)
}

fn creation(
    provider: &str,
    plain: &[(&str, &str)],
    admin: bool,
) -> Result<create::PreparedCreation, CheckReason> {
    let (credential, segments) = job(provider, plain, admin);
    let tag = TAG.into();
    prepare_creation(CreateJob { credential, tag }, segments)
}

fn answer(body: &str) -> HttpAnswer {
    HttpAnswer {
        status: 200,
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn a_key_is_made_with_the_rights_of_the_one_that_manages_it() {
    let prepared = creation("openrouter", &[], true).unwrap();
    let request = format!("{prepared:?}");
    assert!(!request.contains("key-itself"), "{request}");
    let request = prepared.request();
    assert_eq!(
        (request.method, request.host.to_string()),
        ("POST", "openrouter.ai".into())
    );
    let header = request
        .headers
        .iter()
        .find(|(name, _)| name == "Authorization");
    let header = header.map(|(_, value)| value.expose().as_str());
    assert_eq!(header, Some("Bearer the-admin-key-itself"));
    let body = request.body.as_ref().map(|body| body.expose().as_str());
    assert_eq!(body, Some(format!(r#"{{"name":"{TAG}"}}"#).as_str()));
}

#[test]
fn what_cannot_be_made_says_why() {
    let refused = |provider: &str, admin| creation(provider, &[], admin).unwrap_err();
    assert_eq!(refused("openrouter", false), CheckReason::NoAdmin);
    assert_eq!(refused("groq", true), CheckReason::NoCreation);
    assert_eq!(refused("gitlab", false), CheckReason::NoCreation);
    let provider = "nobody".to_owned();
    assert_eq!(
        refused("nobody", true),
        CheckReason::UnknownProvider { provider }
    );
    let missing = |field: &str| CheckReason::FieldMissing {
        field: field.into(),
    };
    assert_eq!(refused("openai", true), missing("project_id"));
    let project = [("project_id", "p")];
    let refused = creation("openai", &project, true).unwrap_err();
    assert_eq!(refused, missing("service_account_id"));
}

#[test]
fn a_new_key_is_read_into_segments() {
    let plain = [("key_id", "the-old-id")];
    let prepared = creation("openrouter", &plain, true).unwrap();
    let body = r#"{"key":"the-new-key-itself","data":{"hash":"abc"}}"#;
    let (key, mut segments) = prepared.read(&answer(body)).unwrap();
    assert_eq!(key.key_id.as_deref(), Some("abc"));
    let mut values: Vec<(String, Vec<u8>)> = key
        .values
        .iter()
        .map(|value| {
            let bytes = segments.take(value.value).unwrap();
            (value.field.clone(), bytes.expose().clone())
        })
        .collect();
    values.sort();
    let expected = [
        ("key_id".to_owned(), b"abc".to_vec()),
        ("value".to_owned(), b"the-new-key-itself".to_vec()),
    ];
    assert_eq!(values, expected);
    let text = serde_json::to_string(&key).unwrap();
    assert!(!text.contains("the-new"), "{text}");
}

#[test]
fn an_answer_without_its_key_is_none() {
    let read = |body: &str| {
        creation("openrouter", &[], true)
            .unwrap()
            .read(&answer(body))
    };
    assert!(read(r#"{"key":"k","data":{"hash":"abc"}}"#).is_some());
    for body in [
        "",
        "{}",
        r#"{"key":null}"#,
        r#"{"key":""}"#,
        r#"{"key":["a","b"]}"#,
        r#"{"key":"a\u0000"}"#,
    ] {
        assert!(read(body).is_none(), "{body}");
    }
    // An id that repeats the secret is left out.
    let (key, _) =
        read(r#"{"key":"the-new-key-itself","data":{"hash":"the-new-key-itself"}}"#).unwrap();
    assert_eq!(key.key_id, None);
}

#[test]
fn keys_are_found_by_their_tag_alone() {
    let (credential, segments) = job("openrouter", &[], true);
    let job = FindJob {
        credential,
        tag: TAG.into(),
        known: Vec::new(),
    };
    let search = prepare_search(job, segments).unwrap();
    let found = |body: &str| search.read(&answer(body));
    let one =
        format!(r#"{{"data":[{{"name":"other","hash":"a"}},{{"name":"{TAG}","hash":"b"}}]}}"#);
    let keys = found(&one).unwrap();
    assert_eq!(
        (keys.key_ids, keys.is_complete),
        (vec!["b".to_owned()], true)
    );
    let none = found(r#"{"data":[]}"#).unwrap();
    assert_eq!((none.key_ids.len(), none.is_complete), (0, true));
    for further in [
        r#""has_more":true"#,
        r#""next":"x""#,
        r#""meta":{"next_page":2}"#,
    ] {
        let keys = found(&format!(r#"{{"data":[],{further}}}"#)).unwrap();
        assert!(!keys.is_complete, "{further}");
    }
    assert!(
        found(r#"{"data":[],"has_more":false,"next":null}"#)
            .unwrap()
            .is_complete
    );
    for broken in [
        "",
        "{}",
        r#"{"data":{}}"#,
        &format!(r#"{{"data":[{{"name":"{TAG}"}}]}}"#),
    ] {
        assert!(found(broken).is_none(), "{broken}");
    }
}

fn revocation(
    provider: &str,
    plain: &[(&str, &str)],
    admin: bool,
    key: RevokedKey,
) -> Result<(&'static str, String), CheckReason> {
    let (credential, segments) = job(provider, plain, admin);
    let spared = Some("in-use".to_owned());
    let job = RevokeJob {
        credential,
        key,
        spared,
    };
    let prepared = prepare_revocation(job, segments)?;
    let request = prepared.request();
    Ok((request.method, request.path.expose().clone()))
}

#[test]
fn a_key_is_ended_by_its_id_and_what_can_be_undone_comes_first() {
    let id = |key_id: &str| RevokedKey::Id {
        key_id: key_id.into(),
    };
    let value = |key_id: Option<&str>| RevokedKey::Value {
        key_id: key_id.map(Into::into),
    };
    let old = [("key_id", "old")];
    let path = |id: &str| format!("/api/v1/keys/{id}");
    let ended = revocation("openrouter", &old, true, id("orphan"));
    assert_eq!(ended, Ok(("DELETE", path("orphan"))));
    let ended = revocation("openrouter", &old, true, value(None));
    assert_eq!(ended, Ok(("PATCH", path("old"))));
    let ended = revocation("openrouter", &[], true, value(Some("made")));
    assert_eq!(ended, Ok(("PATCH", path("made"))));
    let field = "key_id".to_owned();
    let invalid = CheckReason::FieldInvalid {
        field: field.clone(),
    };
    let ended = revocation("openrouter", &[("key_id", "in-use")], true, value(None));
    assert_eq!(ended, Err(invalid.clone()));
    let ended = revocation("openrouter", &[], true, id("in-use"));
    assert_eq!(ended, Err(invalid));
    let ended = revocation("openrouter", &[], true, value(None));
    assert_eq!(ended, Err(CheckReason::FieldMissing { field }));
}

#[test]
fn an_orphan_is_never_ended_with_a_request_about_the_key_in_use() {
    let id = RevokedKey::Id {
        key_id: "orphan".into(),
    };
    // GitHub's and Slack's end the key that is sent.
    for provider in [
        "github",
        "slack",
        "huggingface",
        "doppler",
        "digitalocean",
        "algolia",
    ] {
        let ended = revocation(provider, &[("app_id", "x")], true, id.clone());
        assert_eq!(ended, Err(CheckReason::NoCreation), "{provider}");
    }
    // Without the rights of another key, Vercel has only the one for the key itself.
    assert!(revocation("vercel", &[], false, id.clone()).is_err());
    let (_, path) = revocation("vercel", &[], true, id).unwrap();
    assert_eq!(path, "/v3/user/tokens/orphan");
}

#[test]
fn a_plan_tells_what_the_catalogue_has() {
    let plan_of = |provider: &str, plain: &[(&str, &str)]| {
        let (credential, segments) = job(provider, plain, true);
        plan(PlanJob { credential }, segments)
    };
    let planned = plan_of("openrouter", &[("key_id", "old")]).unwrap();
    assert_eq!(planned.host, "openrouter.ai");
    assert!(planned.can_find && planned.can_end_by_id && planned.can_revoke);
    assert_eq!(planned.check_costs, Some(false));
    assert_eq!(
        planned.page.as_deref(),
        Some("https://openrouter.ai/settings/keys")
    );
    assert!(!plan_of("openrouter", &[]).unwrap().can_revoke);
    assert_eq!(plan_of("groq", &[]), Err(CheckReason::NoCreation));
    let project = [("project_id", "p"), ("service_account_id", "s")];
    let planned = plan_of("openai", &project).unwrap();
    assert!(!planned.can_find && !planned.can_end_by_id);
}

/// A job for a pair of AWS, which is asked with its own rights.
fn pair() -> (ReplacementJob, Segments) {
    let mut segments = Segments::default();
    let mut field = |name: &str, secret, value: &str| JobField {
        name: name.into(),
        variable: None,
        secret,
        value: segments.push(SecretBytes::copy_of(value.as_bytes())),
    };
    let fields = vec![
        field("value", true, "notarealkeynotarealkeynotarealkeynotarea"),
        field("access_key_id", false, "AKIAOLDOLDOLDOLDOLDO"),
    ];
    let job = ReplacementJob {
        provider: "aws".into(),
        fields,
        admin: None,
    };
    (job, segments)
}

const LISTED: &str = "<ListAccessKeysResponse><IsTruncated>false</IsTruncated><member>\
    <AccessKeyId>AKIAOLDOLDOLDOLDOLDO</AccessKeyId></member><member>\
    <AccessKeyId>AKIANEWNEWNEWNEWNEWN</AccessKeyId></member></ListAccessKeysResponse>";

#[test]
fn a_pair_of_aws_is_made_found_and_ended_with_its_own_rights() {
    let (credential, segments) = pair();
    let tag = TAG.into();
    let prepared = prepare_creation(CreateJob { credential, tag }, segments).unwrap();
    let request = prepared.request();
    assert_eq!(request.host.to_string(), "iam.amazonaws.com");
    let body = request.body.as_ref().map(|body| body.expose().as_str());
    assert_eq!(body, Some("Action=CreateAccessKey&Version=2010-05-08"));
    assert!(
        request
            .headers
            .iter()
            .any(|(name, _)| name == "authorization")
    );
    let made = "<AccessKey><AccessKeyId>AKIANEWNEWNEWNEWNEWN</AccessKeyId>\
                <SecretAccessKey>brandnewkeybrandnewkeybrandnewkeybrandn</SecretAccessKey></AccessKey>";
    let (key, mut segments) = prepared.read(&answer(made)).unwrap();
    assert_eq!(key.key_id.as_deref(), Some("AKIANEWNEWNEWNEWNEWN"));
    let fields: Vec<&str> = key
        .values
        .iter()
        .map(|value| value.field.as_str())
        .collect();
    assert_eq!(fields, ["value", "access_key_id"]);
    let id = segments.take(key.values[1].value).unwrap();
    assert_eq!(id.expose(), b"AKIANEWNEWNEWNEWNEWN");

    let (credential, segments) = pair();
    let known = vec!["AKIAOLDOLDOLDOLDOLDO".to_owned()];
    let job = FindJob {
        credential,
        tag: TAG.into(),
        known,
    };
    let search = prepare_search(job, segments).unwrap();
    let found = search.read(&answer(LISTED)).unwrap();
    assert_eq!(
        (found.key_ids, found.is_complete),
        (vec!["AKIANEWNEWNEWNEWNEWN".to_owned()], true)
    );
    let truncated = LISTED.replace("false", "true");
    assert!(!search.read(&answer(&truncated)).unwrap().is_complete);
    assert!(search.read(&answer("<ErrorResponse/>")).is_none());

    let ended = |key: RevokedKey| {
        let (credential, segments) = pair();
        let spared = Some("AKIAINUSEINUSEINUSEI".to_owned());
        let job = RevokeJob {
            credential,
            key,
            spared,
        };
        let prepared = prepare_revocation(job, segments).unwrap();
        let body = prepared
            .request()
            .body
            .as_ref()
            .map(|body| body.expose().clone());
        let body = body.unwrap_or_default();
        body.split('&')
            .find(|pair| pair.starts_with("AccessKeyId"))
            .map(str::to_owned)
    };
    let (credential, segments) = pair();
    let planned = plan(PlanJob { credential }, segments).unwrap();
    assert!(!planned.has_names && planned.can_find && planned.can_end_by_id && planned.can_revoke);
    assert_eq!(planned.max_keys, Some(2));
    let orphan = RevokedKey::Id {
        key_id: "AKIANEWNEWNEWNEWNEWN".into(),
    };
    assert_eq!(
        ended(orphan).as_deref(),
        Some("AccessKeyId=AKIANEWNEWNEWNEWNEWN")
    );
    let old = RevokedKey::Value { key_id: None };
    assert_eq!(
        ended(old).as_deref(),
        Some("AccessKeyId=AKIAOLDOLDOLDOLDOLDO")
    );
}
