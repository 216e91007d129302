//! Real programs, started with their keys.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use keyhaven_tests::{PASSWORD, PostgresServer, Terminal, World, eventually, root};
use serde_json::Value;

const SHOP_EXPECTED: &str = include_str!("../../data/shop.expected.json");

/// A world whose vault holds what is in `shop.env`, as shop/dev.
fn shop() -> World {
    let world = World::new();
    world.init();
    let file = root().join("tests/data/shop.env");
    let file = file.to_str().unwrap();
    world.kh_ok(&[
        "import", "dotenv", file, "-p", "shop", "-e", "dev", "--quiet",
    ]);
    world
}

fn expected() -> Value {
    serde_json::from_str(SHOP_EXPECTED).unwrap()
}

/// `kh run` in shop/dev of a program with arguments, not yet started.
fn run(world: &World, program: &[&str]) -> Command {
    let mut arguments = vec!["run", "-p", "shop", "-e", "dev", "--"];
    arguments.extend(program);
    world.kh(&arguments)
}

#[test]
fn a_node_script_finds_every_variable_as_dotenv_would_give_it() {
    let world = shop();
    world.write(
        "app.js",
        "process.stdout.write(JSON.stringify(process.env))",
    );
    let output = run(&world, &["node", "app.js"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let given: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (name, value) in expected().as_object().unwrap() {
        assert_eq!(given[name], *value, "{name}");
    }
}

#[test]
fn a_shell_prints_a_variable() {
    let world = shop();
    let printed = run(&world, &["sh", "-c", "printenv STRIPE_SECRET_KEY"])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(printed.stdout).unwrap().trim_end(),
        expected()["STRIPE_SECRET_KEY"]
    );
    assert!(printed.stderr.is_empty());
}

#[test]
fn the_program_is_the_very_process_and_ends_as_itself() {
    let world = shop();
    let child = run(&world, &["sh", "-c", "echo $$; exit 7"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim(),
        pid.to_string()
    );
    assert_eq!(output.status.code(), Some(7));
    let killed = run(&world, &["sh", "-c", "kill -USR1 $$"])
        .status()
        .unwrap();
    assert_eq!(killed.signal(), Some(10));
    let missing = run(&world, &["no-such-program"])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(missing.code(), Some(127));
}

/// Values that readers of `.env` files understand differently: `kh` writes no such line.
const NOT_AS_DOTENV: [&str; 2] = ["BACKTICK", "SERVICE_ACCOUNT_JSON"];

#[test]
fn what_env_prints_is_read_back_exactly() {
    let world = shop();
    let script = "eval \"$(kh env -p shop -e dev)\" && exec node -p 'JSON.stringify(process.env)'";
    let output = world.command("sh").args(["-c", script]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let by_shell: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut env = vec!["env", "-p", "shop", "-e", "dev", "--format", "dotenv"];
    for name in NOT_AS_DOTENV {
        let output = world.kh(&env).args(["--only", name]).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && message.contains(name),
            "{message}"
        );
        env.extend(["--except", name]);
    }
    let file = world.write("printed.env", world.kh_ok(&env));
    let dotenv = root().join("ui/node_modules/dotenv");
    let script = format!(
        "process.stdout.write(JSON.stringify(require({:?}).parse(require('fs').readFileSync({:?}))))",
        dotenv.to_str().unwrap(),
        file.to_str().unwrap()
    );
    let output = world
        .command("node")
        .args(["-e", &script])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let by_dotenv: Value = serde_json::from_slice(&output.stdout).unwrap();
    let json = world.kh_ok(&["env", "-p", "shop", "-e", "dev", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json, expected());
    let mut as_dotenv = expected();
    as_dotenv
        .as_object_mut()
        .unwrap()
        .retain(|name, _| !NOT_AS_DOTENV.contains(&name.as_str()));
    assert_eq!(by_dotenv, as_dotenv);
    for (name, value) in expected().as_object().unwrap() {
        assert_eq!(by_shell[name], *value, "{name}");
    }
}

#[test]
fn psql_logs_in_with_an_injected_password() {
    let world = World::new();
    world.init();
    let server = PostgresServer::start(&world, "the owner's");
    server.sql(&world, "CREATE ROLE app LOGIN PASSWORD 's3cret & long'");
    let add = [
        "add",
        "postgres",
        "-p",
        "shop",
        "-e",
        "dev",
        "--stdin",
        "--env-var",
        "PGPASSWORD",
    ];
    world.kh_ok_with(&add, "s3cret & long");
    let (socket, port) = (server.folder.to_str().unwrap(), server.port().to_string());
    let psql = [
        "psql",
        "-h",
        socket,
        "-p",
        &port,
        "-U",
        "app",
        "-d",
        "postgres",
        "-w",
        "-Atc",
        "select current_user, 6*7",
    ];
    let refused = world.command(psql[0]).args(&psql[1..]).output().unwrap();
    assert!(!refused.status.success(), "the server wants no password");
    let output = run(&world, &psql).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "app|42",
        "{output:?}"
    );
}

#[test]
fn a_shell_on_a_terminal_has_the_variables_and_is_marked() {
    let world = shop();
    let mut terminal = Terminal::start(world.kh(&["shell", "-p", "shop", "-e", "dev"]));
    terminal.expect("shop/dev");
    terminal.type_text("echo \"<$STRIPE_SECRET_KEY> <$KEYHAVEN_SHELL>\"\n");
    let key = expected()["STRIPE_SECRET_KEY"].as_str().unwrap().to_owned();
    terminal.expect(&format!("<{key}> <"));
    // Ctrl-C ends what runs, not the shell.
    terminal.type_text("sleep 1000\n");
    eventually("the sleeping child", || has_child(terminal.pid(), "sleep"));
    terminal.type_text("\u{3}");
    eventually("its end", || !has_child(terminal.pid(), "sleep"));
    terminal.type_text("kh shell -p shop -e dev; echo \"status $?\"\n");
    terminal.expect("error: ");
    terminal.expect("status ");
    terminal.type_text("exit 5\n");
    assert_eq!(terminal.wait().code(), Some(5));
}

fn has_child(parent: u32, name: &str) -> bool {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    children.split_whitespace().any(|child| {
        fs::read_to_string(format!("/proc/{child}/comm")).is_ok_and(|comm| comm.trim() == name)
    })
}

#[test]
fn a_password_is_asked_on_the_terminal_without_echo() {
    let world = World::new();
    let mut terminal = Terminal::start(world.kh(&["init"]));
    terminal.expect("assword");
    terminal.type_text("correct horse battery staple\n");
    terminal.expect("Repeat it");
    terminal.type_text("correct horse battery staple\n");
    terminal.expect("Recovery key");
    assert!(terminal.wait().success());
    assert!(
        !terminal.screen().contains("correct horse"),
        "{}",
        terminal.screen()
    );
    world.kh_ok(&["lock"]);
    // A listing asks for the password by itself.
    let mut terminal = Terminal::start(world.kh(&["list"]));
    terminal.expect("assword");
    terminal.type_text("correct horse battery staple\n");
    terminal.expect("No keys found");
    assert!(terminal.wait().success());
    assert!(
        !terminal.screen().contains("correct horse"),
        "{}",
        terminal.screen()
    );
}

/// Its first line alone would be stored for a key, and the rest be lost.
#[test]
fn of_several_lines_that_are_pasted_none_is_taken() {
    let world = World::new();
    world.init();
    let mut terminal = Terminal::start(world.kh(&["add", "pem", "-p", "shop", "-e", "dev"]));
    terminal.expect("pem");
    terminal.type_text("-----BEGIN KEY-----\nsecond line\n-----END KEY-----\n");
    terminal.expect("--stdin < FILE");
    assert_eq!(terminal.wait().code(), Some(2));
    assert!(!terminal.screen().contains("second"));
    assert!(!world.kh_ok(&["list"]).contains("pem"));
    // The end of one line may be pasted, too.
    let mut terminal = Terminal::start(world.kh(&["add", "one", "-p", "shop", "-e", "dev"]));
    terminal.expect("one");
    terminal.type_text("only line\n\n");
    assert!(terminal.wait().success());
    let got = world.kh_ok(&["get", "kh://shop/dev/one"]);
    assert_eq!(got.trim_end(), "only line");
}

#[test]
fn what_would_be_replaced_is_asked_about_on_the_terminal() {
    let world = World::new();
    world.init();
    let file = world.path("keys.khbackup");
    let file = file.to_str().unwrap();
    world.kh_ok(&["backup", file]);
    let answered = |command, question, answer| {
        let mut terminal = Terminal::start(world.kh(&[command, file]));
        terminal.expect(question);
        terminal.type_text(answer);
        terminal
    };
    let before = fs::read(file).unwrap();
    let mut refused = answered("backup", "Replace it?", "n\n");
    assert_eq!(refused.wait().code(), Some(5), "{}", refused.screen());
    assert!(before == fs::read(file).unwrap());
    let mut done = answered("backup", "Replace it?", "y\n");
    done.expect("Wrote and verified");
    assert!(done.wait().success());
    assert!(before != fs::read(file).unwrap());

    let mut refused = answered("restore", "The present vault is kept", "n\n");
    assert_eq!(refused.wait().code(), Some(1), "{}", refused.screen());
    let mut done = answered("restore", "The present vault is kept", "y\n");
    done.expect("password of the backup");
    done.type_text(&format!("{PASSWORD}\n"));
    done.expect("password of the replaced vault");
    done.type_text(&format!("{PASSWORD}\n"));
    done.expect("Restored the backup");
    assert!(done.wait().success());
}
