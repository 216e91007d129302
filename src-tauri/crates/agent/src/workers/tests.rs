use std::path::Path;

use keyhaven_protocol::check::{CheckReason, CheckResult, Verdict};
use keyhaven_protocol::frame::{Segments, encode};
use keyhaven_protocol::worker::{CheckJob, JobField};
use keyhaven_secret::SecretBytes;

use super::*;

/// A worker that answers every job with this result.
fn answering(folder: &Path, host: &str) -> Workers {
    let result = CheckResult {
        state: Verdict::Alive,
        reason: None,
        host: Some(host.into()),
        reported: None,
    };
    let result = WorkerResult::Check(result);
    let file = folder.join("result");
    std::fs::write(&file, encode(&result, &Segments::default()).unwrap()).unwrap();
    let script = format!("cat > /dev/null; cat {}", file.display());
    Workers::new(WorkerProgram {
        path: "/bin/sh".into(),
        arguments: ["-c", &*script].map(Into::into).into(),
    })
}

/// A key of a provider, with what is in its field for its own host.
fn job(provider: &str, own: &str) -> (CheckJob, Segments) {
    let mut segments = Segments::default();
    let mut field = |name: &str, secret, value: &str| JobField {
        name: name.into(),
        variable: None,
        secret,
        value: segments.push(SecretBytes::copy_of(value.as_bytes())),
    };
    let fields = vec![field("value", true, "a-key"), field("url", false, own)];
    let job = CheckJob {
        provider: provider.into(),
        fields,
        may_cost: false,
    };
    (job, segments)
}

async fn checked(provider: &str, own: &str, host: &str) -> CheckResult {
    let folder = tempfile::tempdir().unwrap();
    let (job, segments) = job(provider, own);
    answering(folder.path(), host).check(job, segments).await
}

#[tokio::test]
async fn a_host_that_the_catalogue_does_not_name_is_no_result() {
    let alive = checked("stripe", "", "api.stripe.com").await;
    assert_eq!(alive.host.as_deref(), Some("api.stripe.com"));
    assert_eq!(alive.state, Verdict::Alive);
    let failed = CheckResult::not_sent(CheckReason::WorkerFailed);
    let long = "x".repeat(60_000);
    for host in [
        "evil.example",
        "api.stripe.com:8443",
        "API.stripe.com",
        "api.stripe.com\n",
        "",
        &*long,
    ] {
        assert_eq!(checked("stripe", host, host).await, failed, "{host:.40}");
    }
    assert_eq!(checked("unknown", "", "api.stripe.com").await, failed);
}

#[tokio::test]
async fn the_host_of_an_owner_counts_where_its_provider_has_such_hosts() {
    let own = "git.shop.example";
    let alive = checked("gitea", own, own).await;
    assert_eq!(alive.host.as_deref(), Some(own));
    let failed = CheckResult::not_sent(CheckReason::WorkerFailed);
    assert_eq!(checked("gitea", own, "evil.example").await, failed);
    assert_eq!(checked("stripe", own, own).await, failed);
}

#[tokio::test]
async fn a_database_is_where_its_address_or_host_says() {
    let uri = "postgres://app:no-real-password@db.example.com:5433/shop";
    for (own, host) in [
        (uri, "db.example.com:5433"),
        ("db.example.com", "db.example.com:6543"),
    ] {
        let found = checked("postgresql", own, host).await;
        assert_eq!(
            (found.state, found.host.as_deref()),
            (Verdict::Alive, Some(host))
        );
    }
    for host in ["evil.example:5433", "db.example.com:5432", "db.example.com"] {
        let failed = CheckResult::not_sent(CheckReason::WorkerFailed);
        assert_eq!(checked("postgresql", uri, host).await, failed, "{host}");
    }
}
