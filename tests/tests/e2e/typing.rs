//! What is typed and pasted at the questions of `kh`: only text becomes part of a secret, and
//! what was mistyped can be typed again.

use std::os::unix::process::ExitStatusExt as _;

use keyhaven_tests::{PASSWORD, Terminal, World, eventually};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::LocalModes;

#[test]
fn a_value_has_only_the_text_that_was_typed_and_its_length_is_shown() {
    let world = World::new();
    world.init();
    let add = |name| {
        let arguments = ["add", name, "-p", "shop", "-e", "dev"];
        Terminal::asked(&world, &arguments, &format!("Value of {name}: "))
    };
    let get = |name: &str| world.kh_ok(&["get", &format!("kh://shop/dev/{name}")]);

    let mut edited = add("edited");
    edited.type_text("wrong line\u{15}sk_test wrongword\u{17}\u{7f}_12X\u{7f}3ü\n");
    edited.expect("Value of edited: 12 characters\r\n");
    assert!(edited.wait().success());
    assert_eq!(get("edited"), "sk_test_123ü");

    let mut pasted = add("pasted");
    pasted.type_text("\u{1b}[200~sk_test_456\u{1b}[201~\n");
    assert!(pasted.wait().success());
    assert_eq!(get("pasted"), "sk_test_456");

    // An arrow key moves nothing, so the line would not be what the person sees in mind.
    let mut arrow = add("arrow");
    arrow.type_text("sk_tset\u{1b}[D");
    arrow.expect("are not accepted here");
    arrow.answer("Value of arrow", 2, "sk_test");
    assert!(arrow.wait().success());
    assert_eq!(get("arrow"), "sk_test");

    let mut refused = add("refused");
    for tries in 1..=3 {
        refused.expect_times("Value of refused", tries);
        refused.type_text("a\tb\n");
    }
    refused.expect("hint: pass a value that contains them with --stdin");
    assert_eq!(refused.wait().code(), Some(2));
    assert!(!world.kh_ok(&["list"]).contains("refused"));
    for terminal in [&edited, &pasted, &arrow, &refused] {
        assert!(!terminal.screen().contains("sk_t"), "{}", terminal.screen());
    }
}

#[test]
fn ctrl_c_at_a_hidden_question_ends_the_script_around_it() {
    let world = World::new();
    world.init();
    world.kh_ok(&["lock"]);
    let mut script = world.command("bash");
    script.args([
        "-c",
        "for i in 1 2 3; do kh list; done; echo went $((40 + 2)) on",
    ]);
    let mut terminal = Terminal::start(script);
    terminal.expect("Master password: ");
    terminal.type_text("hunter\u{3}");
    assert_eq!(terminal.wait().signal(), Some(2), "{}", terminal.screen());
    terminal.expect("interrupted; nothing was changed");
    assert!(
        !terminal.screen().contains("went 42"),
        "{}",
        terminal.screen()
    );
    assert_eq!(terminal.count("Master password"), 1);
    assert!(terminal.settings().local_modes.contains(LocalModes::ECHO));
}

#[test]
fn a_new_password_is_asked_again_until_it_follows_the_rules_and_is_repeated() {
    let world = World::new();
    let mut terminal = Terminal::asked(&world, &["init"], "Master password: ");
    assert!(terminal.screen().contains("at least 8 characters"));
    terminal.type_text("short\n");
    terminal.answer("Master password: ", 2, "password1");
    terminal.expect("easy to guess");
    terminal.expect("estimated time to crack it");
    terminal.expect("Use it anyway?");
    terminal.type_text("n\n");
    terminal.answer("Master password: ", 3, PASSWORD);
    terminal.expect("Repeat it: ");
    terminal.type_text("correct horse battery stable\n");
    terminal.expect("The passwords do not match.");
    terminal.answer("Master password: ", 4, PASSWORD);
    terminal.answer("Repeat it: ", 2, PASSWORD);
    terminal.expect("Recovery key");
    assert!(terminal.wait().success());
    assert!(!terminal.screen().contains("horse"));
}

#[test]
fn three_wrong_passwords_bring_up_the_recovery_key() {
    let world = World::new();
    world.init();
    world.kh_ok(&["lock"]);
    let mut terminal = Terminal::asked(&world, &["list"], "Master password: ");
    for tries in 1..=3 {
        terminal.answer("Master password: ", tries, "not this one");
    }
    terminal.expect("kh unlock --recovery");
    assert_eq!(terminal.wait().code(), Some(1));
}

#[test]
fn a_restore_gives_each_password_three_tries() {
    let world = World::new();
    world.init();
    let file = world.path("keys.khbackup");
    let file = file.to_str().unwrap();
    world.kh_ok(&["backup", file]);
    let mut terminal = Terminal::asked(&world, &["restore", file, "--yes"], "of the backup: ");
    terminal.type_text("not this one\n");
    terminal.expect("of the replaced vault: ");
    terminal.type_text("nor this one\n");
    terminal.answer("of the replaced vault: ", 2, PASSWORD);
    // What was right is not asked for again.
    terminal.answer("of the backup: ", 2, PASSWORD);
    terminal.expect("Restored the backup");
    assert!(terminal.wait().success());
}

#[test]
fn an_aws_key_in_a_file_is_offered_as_one_key() {
    let world = World::new();
    world.init();
    let file = world.write("aws.env", "AWS_ACCESS_KEY_ID=i\nAWS_SECRET_ACCESS_KEY=s\n");
    let import = [
        "import",
        "dotenv",
        file.to_str().unwrap(),
        "-p",
        "shop",
        "-e",
        "dev",
    ];
    let mut terminal = Terminal::asked(&world, &import, "are one AWS key.");
    terminal.type_text("y\n");
    terminal.expect("aws/secret_access_key");
    assert!(terminal.wait().success());
    // The second time nothing is asked, and nothing changes.
    let mut terminal = Terminal::asked(&world, &import, "2 unchanged");
    assert!(terminal.wait().success());
    assert!(!terminal.screen().contains("one AWS key"));
}

#[test]
fn a_dry_run_of_an_import_asks_nothing() {
    let world = World::new();
    world.init();
    world.kh_ok_with(&["add", "a", "-p", "shop", "-e", "dev", "--stdin"], "1");
    let file = world.write("keys.env", "KEY=1\n");
    let file = file.to_str().unwrap();
    let import = ["import", "dotenv", file, "-p", "shpo", "-e", "dev"];
    let mut dry = Terminal::start(world.kh(&[&import[..], &["--dry-run"]].concat()));
    assert!(dry.wait().success(), "{}", dry.screen());
    assert!(!dry.screen().contains("Create"), "{}", dry.screen());
    // The control: without --dry-run it is a question.
    let mut asked = Terminal::asked(&world, &import, "there is shop. Create shpo?");
    asked.type_text("n\n");
    asked.expect("nothing was created");
    assert_eq!(asked.wait().code(), Some(1));
}

#[test]
fn a_new_vault_comes_among_other_files_only_after_a_yes() {
    use std::os::unix::fs::DirBuilderExt as _;
    let world = World::new();
    let folder = world.path("used");
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .unwrap();
    std::fs::write(folder.join("notes"), "mine").unwrap();
    let folder = folder.to_str().unwrap();
    let question = "holds other files. Create the vault among them?";
    let arguments = ["--vault", folder, "init"];
    let mut refused = Terminal::asked(&world, &arguments, question);
    refused.type_text("n\n");
    refused.expect("no vault was created there");
    assert_eq!(refused.wait().code(), Some(5));
    let names = std::fs::read_dir(folder).unwrap();
    assert_eq!(names.count(), 1, "nothing was made in it");
    let mut agreed = Terminal::asked(&world, &arguments, question);
    agreed.type_text("y\n");
    agreed.expect("Master password");
    agreed.type_text("\u{3}");
    agreed.wait();
}

#[test]
fn every_command_that_asks_for_the_password_gives_three_tries() {
    let world = World::new();
    world.init();
    let salvaged = world.path("salvaged");
    let salvage = ["salvage", salvaged.to_str().unwrap()];
    let new = "a salvaged battery staple";
    for (is_locked, arguments, question, done) in [
        (false, &["recovery"][..], "Master password: ", "KEY"),
        (true, &["recovery"], "Master password: ", "KEY"),
        (true, &["verify"], "Master password: ", "intact"),
        (true, &salvage, "of the damaged vault: ", "Saved 0 keys"),
    ] {
        if is_locked {
            world.kh_ok(&["lock"]);
        }
        let mut terminal = Terminal::start(world.kh(arguments));
        terminal.answer(question, 1, "not this one");
        if arguments == salvage {
            terminal.answer("of the new vault: ", 1, new);
            terminal.answer("Repeat it: ", 1, new);
        }
        terminal.answer(question, 2, "nor this one");
        terminal.answer(question, 3, PASSWORD);
        assert!(terminal.wait().success(), "{}", terminal.screen());
        let done = done.replace("KEY", "no longer works");
        assert!(terminal.screen().contains(&done), "{}", terminal.screen());
    }
}

#[test]
fn the_new_password_is_asked_for_once_however_often_the_old_one_is_wrong() {
    let world = World::new();
    world.init();
    let new = "another battery staple";
    for locked in [false, true] {
        let (old, new) = match locked {
            false => (PASSWORD, new),
            true => (new, PASSWORD),
        };
        let mut terminal = Terminal::start(world.kh(&["password"]));
        let question = "\nMaster password: ";
        terminal.expect("Master password: ");
        terminal.type_text("not this one\n");
        if !locked {
            terminal.answer("New master password: ", 1, new);
            terminal.answer("Repeat it: ", 1, new);
        }
        terminal.answer(question, 1, old);
        if locked {
            terminal.answer("New master password: ", 1, new);
            terminal.answer("Repeat it: ", 1, new);
        }
        terminal.expect("The master password was changed.");
        assert!(terminal.wait().success(), "{}", terminal.screen());
        world.kh_ok(&["lock"]);
    }
    // Three times are the end, and nothing has changed.
    let mut terminal = Terminal::start(world.kh(&["password"]));
    for tries in 1..=3 {
        terminal.answer("Master password: ", tries, "not this one");
    }
    terminal.expect("the password is wrong");
    assert_eq!(terminal.wait().code(), Some(1), "{}", terminal.screen());
    world.kh_ok_with(&["unlock", "--password-stdin"], PASSWORD);
}

#[test]
fn nothing_that_is_typed_while_a_password_is_checked_is_shown() {
    let world = World::new();
    world.init();
    world.kh_ok(&["lock"]);
    let agent = Pid::from_raw(world.agent_pid().unwrap().cast_signed()).unwrap();
    let checking = || {
        let mut terminal = Terminal::asked(&world, &["list"], "Master password: ");
        kill_process(agent, Signal::STOP).unwrap();
        terminal.type_text(&format!("{PASSWORD}\n"));
        terminal.expect("Master password: \r\n");
        // The question was silent too; its end is not what is waited for, so a second thread
        // must be there, which drops what is typed.
        let threads = format!("/proc/{}/task", terminal.pid());
        eventually("a silent terminal that is watched", || {
            !terminal.settings().local_modes.contains(LocalModes::ECHO)
                && std::fs::read_dir(&threads).unwrap().count() == 2
        });
        terminal
    };

    let mut terminal = checking();
    terminal.type_text("typed ahead\n");
    kill_process(agent, Signal::CONT).unwrap();
    terminal.expect("No keys found");
    assert!(terminal.wait().success());
    assert!(
        !terminal.screen().contains("ahead"),
        "{}",
        terminal.screen()
    );
    assert!(terminal.settings().local_modes.contains(LocalModes::ECHO));

    world.kh_ok(&["lock"]);
    let mut terminal = checking();
    terminal.type_text("typed ahead\u{3}");
    assert_eq!(terminal.wait().signal(), Some(2), "{}", terminal.screen());
    assert!(
        !terminal.screen().contains("ahead"),
        "{}",
        terminal.screen()
    );
    assert!(terminal.settings().local_modes.contains(LocalModes::ECHO));
    kill_process(agent, Signal::CONT).unwrap();
}

#[test]
fn a_key_of_a_provider_that_has_several_fields_is_asked_for_each() {
    let world = World::new();
    world.init();
    let add = ["add", "aws", "-p", "shop", "-e", "dev", "--provider", "aws"];
    let mut terminal = Terminal::asked(&world, &add, "access_key_id of aws: ");
    terminal.type_text("AKIAPZOM7WBBR6QMW4WX\n");
    terminal.answer("secret_access_key of aws: ", 1, "s");
    terminal.expect("setting AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY");
    assert!(terminal.wait().success());
    assert_eq!(
        world.kh_ok(&["get", "kh://shop/dev/aws/secret_access_key"]),
        "s"
    );
}

#[test]
fn ctrl_z_at_a_hidden_question_stops_the_command_until_it_is_continued() {
    let world = World::new();
    world.init();
    world.kh_ok(&["lock"]);
    let mut shell = world.command("bash");
    shell.args(["--norc", "--noprofile", "-i"]).env("PS1", "$ ");
    let mut terminal = Terminal::start(shell);
    terminal.expect("$ ");
    terminal.type_text("kh list\n");
    terminal.expect("Master password: ");
    terminal.type_text("hunter\u{1a}");
    terminal.expect("Stopped");
    eventually("a shell that takes commands", || {
        let modes = terminal.settings().local_modes;
        !modes.contains(LocalModes::ICANON) || modes.contains(LocalModes::ECHO)
    });
    terminal.type_text("fg\n");
    terminal.answer("Master password: ", 2, PASSWORD);
    terminal.expect("No keys found");
    terminal.type_text("exit\n");
    assert!(terminal.wait().success(), "{}", terminal.screen());
    assert!(
        !terminal.screen().contains("hunter"),
        "{}",
        terminal.screen()
    );
}
