//! What `kh` asks a person at the terminal before it decides something: a no changes nothing, and
//! the question says what a yes does.

use keyhaven_tests::{Terminal, World};

/// Answers a question; the status of the command.
fn answer(
    world: &World,
    arguments: &[&str],
    question: &str,
    answer: &str,
) -> (Option<i32>, String) {
    let mut terminal = Terminal::asked(world, arguments, question);
    terminal.type_text(answer);
    let status = terminal.wait().code();
    (status, terminal.screen())
}

fn add(world: &World, name: &str, more: &[&str]) {
    let arguments = [&["add", name, "-p", "shop", "-e", "dev", "--stdin"], more].concat();
    world.kh_ok_with(&arguments, "value");
}

fn world_with_key(more: &[&str]) -> World {
    let world = World::new();
    world.init();
    add(&world, "stripe", more);
    world
}

/// The date of the old key says nothing of the new one.
#[test]
fn a_new_value_asks_for_the_new_key_s_expiry() {
    let world = world_with_key(&["--expires", "2099-03-01"]);
    let expires = || {
        let shown = world.kh_ok(&["show", "kh://shop/dev/stripe", "--json"]);
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        shown["expires"].to_string()
    };
    let set = ["set", "kh://shop/dev/stripe"];
    let mut terminal = Terminal::asked(&world, &set, "Value of stripe: ");
    terminal.type_text("sk_2\n");
    terminal.expect("The old key's expiry is 2099-03-01");
    terminal.type_text("tomorrow\n");
    terminal.expect("expected YYYY-MM-DD");
    terminal.answer("The old key's expiry", 2, "2099-06-01");
    assert!(terminal.wait().success());
    assert!(expires().contains("2099-06-01"), "{}", expires());
    let mut terminal = Terminal::asked(&world, &set, "Value of stripe: ");
    terminal.type_text("sk_3\n");
    terminal.expect("a date, none or keep");
    terminal.type_text("none\n");
    assert!(terminal.wait().success());
    assert_eq!(expires(), "null");
    // A key without a date is not asked about.
    let mut terminal = Terminal::asked(&world, &set, "Value of stripe: ");
    terminal.type_text("sk_4\n");
    assert!(terminal.wait().success());
    assert!(!terminal.screen().contains("expiry"));
}

#[test]
fn an_import_asks_once_for_the_expiry_of_keys_that_get_a_new_value() {
    let world = World::new();
    world.init();
    let import = |values: &str| {
        let file = world.write("some.env", values);
        let file = file.to_str().unwrap().to_owned();
        move |world: &World| {
            let arguments = ["import", "dotenv", &file, "-p", "shop", "-e", "dev"];
            Terminal::start(world.kh(&arguments))
        }
    };
    let mut first = import("A=1\nB=1\nC=1\n")(&world);
    assert!(first.wait().success(), "{}", first.screen());
    for name in ["A", "B"] {
        let reference = format!("kh://shop/dev/{name}");
        world.kh_ok(&["edit", &reference, "--expires", "2099-03-01"]);
    }
    let mut terminal = import("A=2\nB=2\nC=2\n")(&world);
    terminal.expect("Keys that get a new value have an expiry (A: 2099-03-01");
    terminal.expect("a date, none or keep: ");
    terminal.type_text("2099-06-01\n");
    terminal.expect("0 new, 3 updated");
    assert!(terminal.wait().success());
    let screen = terminal.screen();
    assert_eq!(
        screen.matches("new version, expires 2099-06-01").count(),
        2,
        "{screen}"
    );
    // Only C is new then: there is nothing to ask.
    let mut terminal = import("A=2\nB=2\nC=3\n")(&world);
    assert!(terminal.wait().success());
    assert!(!terminal.screen().contains("have an expiry"));
}

#[test]
fn a_lower_tier_needs_a_yes_that_names_the_keys() {
    let world = World::new();
    world.init();
    world.kh_ok_with(
        &["add", "live", "-p", "shop", "-e", "prod", "--stdin"],
        "value",
    );
    let set = ["environment", "set", "shop/prod", "--tier", "development"];
    let question = "1 key of shop/prod will be allowed in every development launch. Lower its tier";
    let tier = || world.kh_ok(&["environment", "list"]);
    let (status, screen) = answer(&world, &set, question, "n\n");
    assert_eq!(status, Some(1), "{screen}");
    assert!(screen.contains("the tier was not changed"), "{screen}");
    assert!(tier().contains("production"));
    // `--yes` does not answer it.
    let with_yes = [&set[..], &["--yes"]].concat();
    let (status, _) = answer(&world, &with_yes, question, "y\n");
    assert_eq!(status, Some(0));
    assert!(!tier().contains("production"));
}

#[test]
fn a_new_name_that_resembles_another_one_is_asked_about() {
    let world = world_with_key(&[]);
    let add = ["add", "x", "-p", "shpo", "-e", "dev", "--generate"];
    let question = "shpo is a new project; there is shop. Create shpo?";
    let (status, screen) = answer(&world, &add, question, "n\n");
    assert_eq!(status, Some(1), "{screen}");
    let projects = || world.kh_ok(&["environment", "list"]);
    assert!(!projects().contains("shpo"), "{}", projects());
    let (status, _) = answer(&world, &add, question, "y\n");
    assert_eq!(status, Some(0));
    assert!(projects().contains("shpo"));
    let add = ["add", "y", "-p", "shop", "-e", "dve", "--generate"];
    let question = "dve is a new environment; there is dev. Create dve?";
    let (status, _) = answer(&world, &add, question, "n\n");
    assert_eq!(status, Some(1));
    assert!(!projects().contains("dve"));
}

#[test]
fn an_environment_is_removed_with_its_trash_only_after_a_yes() {
    let world = world_with_key(&[]);
    world.kh_ok(&["rm", "kh://shop/dev/stripe"]);
    let remove = ["environment", "rm", "shop/dev"];
    let question = "keys of shop/dev are in the trash: stripe. Erase them for good?";
    let (status, screen) = answer(&world, &remove, question, "n\n");
    assert_eq!(status, Some(1));
    assert!(
        screen.contains("the environment was not removed"),
        "{screen}"
    );
    assert!(world.kh_ok(&["trash"]).contains("stripe"));
    let (status, _) = answer(&world, &remove, question, "y\n");
    assert_eq!(status, Some(0));
    assert!(!world.kh_ok(&["trash"]).contains("stripe"));
}

/// Its owner has read it there; so the question says where that is.
#[test]
fn a_file_of_another_worktree_is_one_question_that_names_where_it_is_trusted() {
    let world = world_with_key(&[]);
    let git = |arguments: &[&str]| {
        let output = world.command("git").args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    let file = "project = \"shop\"\nenvironment = \"dev\"\n";
    let main = world.path("main");
    let main_text = main.to_str().unwrap().to_owned();
    git(&["init", "-q", &main_text]);
    std::fs::write(main.join(".keyhaven.toml"), file).unwrap();
    let identity = [
        "-C",
        &main_text,
        "-c",
        "user.name=me",
        "-c",
        "user.email=me@example.com",
    ];
    git(&[&identity[..], &["add", "."]].concat());
    git(&[&identity[..], &["commit", "-q", "-m", "one"]].concat());
    let other = world.path("other");
    let other = other.to_str().unwrap();
    git(&[&identity[..], &["worktree", "add", "-q", other]].concat());
    world.kh_ok(&["allow", &main_text, "--yes"]);
    let question =
        format!("The same content is trusted in {main_text}/.keyhaven.toml. Trust it here too?");
    // The terminal is narrow, and the question may be wrapped by it, not by kh.
    let (status, _) = answer(&world, &["allow", other], &question, "n\n");
    assert_eq!(status, Some(1));
    assert!(!world.kh_ok(&["allow", "--list"]).contains(other));
    let (status, screen) = answer(&world, &["allow", other], &question, "y\n");
    assert_eq!(status, Some(0), "{screen}");
    assert_eq!(screen.matches("[y/N]").count(), 1, "{screen}");
    assert!(world.kh_ok(&["allow", "--list"]).contains(other));
}

#[test]
fn a_file_in_utf_16_is_converted_after_a_yes() {
    let world = World::new();
    world.init();
    let text = "\u{feff}KEY=grün\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let file = world.write("windows.env", bytes);
    let import = [
        "import",
        "dotenv",
        file.to_str().unwrap(),
        "-p",
        "shop",
        "-e",
        "dev",
    ];
    let question = "not UTF-8. Convert it? The file stays as it is";
    let (status, screen) = answer(&world, &import, question, "n\n");
    assert_eq!(status, Some(1));
    assert!(screen.contains("UTF-16"), "{screen}");
    assert!(!world.kh_ok(&["list"]).contains("KEY"));
    let (status, screen) = answer(&world, &import, question, "y\n");
    assert_eq!(status, Some(0), "{screen}");
    assert_eq!(world.kh_ok(&["get", "kh://shop/dev/KEY"]), "grün");
}
