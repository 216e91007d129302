//! AWS's own command line, which asks `kh credential-process` for its key, and a server that
//! checks what it signs with it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use keyhaven_tests::{Kept, StandIn, StandInAnswer, World, eventually_some};
use serde_json::{Value, json};

/// The Python that has the stand-in for AWS, where the set-up could bring it in.
fn server() -> Option<PathBuf> {
    let programs = std::env::var_os("KEYHAVEN_BIN_DIR")?;
    let tools = PathBuf::from(programs).with_file_name("tools");
    Some(tools.join("moto/bin/python")).filter(|python| python.exists())
}

/// Starts it on a free port; gives its address. Requests after the first `free` must be
/// signed with a key of a user it knows.
fn start(world: &World, server: PathBuf, free: usize) -> (Kept, String) {
    let said = world.write("said", "");
    // Two writers of one file: neither may write over the other.
    let append = || fs::File::options().append(true).open(&said).unwrap();
    let mut command = world.command(server);
    command
        .args(["-m", "moto.server", "--host", "127.0.0.1", "--port", "0"])
        .env("INITIAL_NO_AUTH_ACTION_COUNT", free.to_string())
        .stdout(append())
        .stderr(append());
    let server = Kept::start(&mut command);
    let address = eventually_some("the address of the server", || {
        let said = fs::read_to_string(&said).unwrap();
        let (_, rest) = said.split_once("Running on ")?;
        Some(rest.split_once('\n')?.0.to_owned())
    });
    (server, address)
}

fn aws(world: &World, address: &str, arguments: &[&str]) -> Command {
    let mut command = world.command("aws");
    command
        .args(["--endpoint-url", address, "--output", "json"])
        .args(arguments)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_PAGER", "");
    command
}

fn answer(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// A user who may do everything, and its key.
fn user(world: &World, address: &str) -> (String, String) {
    let all = json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let ask = |arguments: &[&str]| {
        let anybody = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
        let mut command = aws(world, address, &[&["iam"], arguments].concat());
        answer(&command.envs(anybody).output().unwrap())
    };
    let name = ["--user-name", "deploy"];
    ask(&[&["create-user"], name.as_slice()].concat());
    let policy = [
        "--policy-name",
        "all",
        "--policy-document",
        &all.to_string(),
    ];
    ask(&[&["put-user-policy"], name.as_slice(), &policy].concat());
    let made = ask(&[&["create-access-key"], name.as_slice()].concat());
    let part = |part: &str| made["AccessKey"][part].as_str().unwrap().to_owned();
    (part("AccessKeyId"), part("SecretAccessKey"))
}

fn add(world: &World, name: &str, id: &str, secret: &str) {
    let add = [
        "add",
        name,
        "-p",
        "shop",
        "-e",
        "dev",
        "--stdin",
        "--provider",
        "aws",
        "--field",
        "access_key_id",
        "--field",
        "secret_access_key",
    ];
    let key = json!({"access_key_id": id, "secret_access_key": secret});
    world.kh_ok_with(&add, key.to_string());
}

#[test]
fn the_tools_of_aws_sign_with_the_key_that_kh_gives_them() {
    let Some(server) = server() else {
        eprintln!("not checked: the set-up could not bring in the stand-in for AWS");
        return;
    };
    let mut world = World::new();
    world.init();
    let (_server, address) = start(&world, server, 3);
    let (id, secret) = user(&world, &address);
    add(&world, "aws", &id, &secret);
    // The control: the server tells a key from one that is nearly it.
    add(&world, "wrong", &id, &format!("{secret}x"));
    let config = world.write(
        "config",
        "[profile deploy]\ncredential_process = kh credential-process aws kh://shop/dev/aws\n\
         [profile wrong]\ncredential_process = kh credential-process aws kh://shop/dev/wrong\n",
    );
    world.set("AWS_CONFIG_FILE", &config);
    let ask = |arguments: &[&str]| aws(&world, &address, arguments).output().unwrap();
    let me = ["sts", "get-caller-identity", "--profile"];
    let refused = ask(&[me.as_slice(), &["wrong"]].concat());
    assert!(!refused.status.success(), "{refused:?}");
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(why.contains("SignatureDoesNotMatch"), "{why}");
    let identity = answer(&ask(&[me.as_slice(), &["deploy"]].concat()));
    assert_eq!(identity["Arn"], "arn:aws:iam::123456789012:user/deploy");
    let made = ask(&["s3", "mb", "s3://a-bucket", "--profile", "deploy"]);
    assert!(made.status.success(), "{made:?}");
    let buckets = answer(&ask(&["s3api", "list-buckets", "--profile", "deploy"]));
    assert_eq!(buckets["Buckets"][0]["Name"], "a-bucket");
    let log = world.kh_ok(&["audit", "--action", "use.export", "--json"]);
    assert_eq!(log.matches("\"purpose\":\"helper\"").count(), 4, "{log}");
}

/// The key signs the request, and another implementation checks the signature.
#[test]
fn a_key_is_checked_by_what_it_signs() {
    let Some(server) = server() else {
        eprintln!("not checked: the set-up could not bring in the stand-in for AWS");
        return;
    };
    let world = World::new();
    let stand_in = StandIn::start(&world);
    world.init();
    let (_server, address) = start(&world, server, 3);
    let (id, secret) = user(&world, &address);
    let (_, port) = address.rsplit_once(':').unwrap();
    let port = port.parse().unwrap();
    stand_in.answer("sts.amazonaws.com", StandInAnswer::Forwarded(port));
    add(&world, "right", &id, &secret);
    add(
        &world,
        "wrong",
        &id,
        &secret.chars().rev().collect::<String>(),
    );
    add(&world, "gone", "AKIAPZOM7WBBR6QMW4WX", &secret);
    let checked = world.kh_with(&["check", "--all", "--json"], "");
    let found: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let state = |name: &str| {
        let views = found.as_array().unwrap();
        let view = views.iter().find(|view| view["name"] == name).unwrap();
        (view["state"].clone(), view["reason"]["code"].clone())
    };
    assert_eq!(state("right"), (json!("alive"), Value::Null), "{found}");
    assert_eq!(state("wrong"), (json!("dead"), json!("invalid")), "{found}");
    assert_eq!(state("gone"), (json!("dead"), json!("invalid")), "{found}");
    for request in stand_in.seen() {
        assert!(!request.text.contains(&secret), "{}", request.text);
    }
}

/// The ids of the user's keys, as the server lists them for a key.
fn ids(world: &World, address: &str, (id, secret): (&str, &str)) -> Vec<String> {
    let mut command = aws(world, address, &["iam", "list-access-keys"]);
    let signed = [("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret)];
    let listed = answer(&command.envs(signed).output().unwrap());
    let keys = listed["AccessKeyMetadata"].as_array().unwrap();
    let ids = keys
        .iter()
        .map(|key| key["AccessKeyId"].as_str().unwrap().to_owned());
    ids.collect()
}

/// Another implementation makes the pair, lists and deletes it.
#[test]
fn a_pair_is_replaced_with_its_own_rights() {
    let Some(server) = server() else {
        eprintln!("not checked: the set-up could not bring in the stand-in for AWS");
        return;
    };
    let world = World::new();
    let stand_in = StandIn::start(&world);
    world.init();
    let (_server, address) = start(&world, server, 3);
    let (old, secret) = user(&world, &address);
    let (_, port) = address.rsplit_once(':').unwrap();
    let port = port.parse().unwrap();
    for host in ["sts.amazonaws.com", "iam.amazonaws.com"] {
        stand_in.answer(host, StandInAnswer::Forwarded(port));
    }
    add(&world, "aws", &old, &secret);
    let rotate = ["rotate", "aws", "--auto", "--yes"];
    world.kh_ok(&rotate);
    let field = |name: &str| world.kh_ok(&["get", &format!("kh://shop/dev/aws/{name}")]);
    let (new, new_secret) = (field("access_key_id"), field("secret_access_key"));
    assert_ne!((&new, &new_secret), (&old, &secret));
    let listed = || {
        let mut ids = ids(&world, &address, (&new, &new_secret));
        ids.sort();
        ids
    };
    let mut both = [old.clone(), new.clone()];
    both.sort();
    assert_eq!(listed(), both);

    // Two are the most; which one goes, only their owner knows.
    world.kh_ok(&["rotate", "aws", "--abort", "--yes"]);
    let full = world.kh_with(&rotate, "");
    let said = String::from_utf8_lossy(&full.stderr);
    assert_eq!(full.status.code(), Some(1), "{said}");
    assert!(said.contains(&old) && said.contains(&new), "{said}");
    assert_eq!(listed(), both);

    let mut delete = aws(
        &world,
        &address,
        &["iam", "delete-access-key", "--access-key-id", &new],
    );
    let signed = [
        ("AWS_ACCESS_KEY_ID", &old),
        ("AWS_SECRET_ACCESS_KEY", &secret),
    ];
    answer(&delete.envs(signed).output().unwrap());
    world.kh_ok(&rotate);
    world.kh_ok(&["lock"]);
    world.pass(std::time::Duration::from_secs(4 * 86_400));
    world.kh_ok_with(&["unlock", "--password-stdin"], keyhaven_tests::PASSWORD);
    let end = ["rotate", "aws", "--done", "--auto", "--yes"];
    world.kh_ok(&end);
    let (new, new_secret) = (field("access_key_id"), field("secret_access_key"));
    assert_eq!(
        ids(&world, &address, (&new, &new_secret)),
        std::slice::from_ref(&new)
    );
    for request in stand_in.seen() {
        assert!(!request.text.contains(&secret), "{}", request.text);
    }
}
