//! The clipboard: what a copy is, how long it is there, and whose it is.

use keyhaven_proof::ProofRun;
use keyhaven_tests::{Display, World, eventually};

#[test]
fn promise_16_a_copy_is_marked_and_cleared_and_a_later_one_left_alone() {
    let mut proof =
        ProofRun::begin("promise_16_a_copy_is_marked_and_cleared_and_a_later_one_left_alone");
    let mut world = World::new();
    let display = Display::start(&mut world);
    world.init();
    let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
    world.kh_ok_with(&add, "the value");
    world.kh_ok(&["config", "set", "clipboard-seconds", "5"]);
    let copy = || {
        world.kh_ok(&["get", "kh://shop/dev/stripe", "--copy"]);
        assert_eq!(display.clipboard(&world).as_deref(), Some("the value"));
    };
    for _ in 0..ProofRun::cases(1, 10) {
        // Clipboard managers are asked not to keep it, as KDE's Klipper understands it.
        copy();
        let hint = display.clipboard_as(&world, "x-kde-passwordManagerHint");
        assert_eq!(hint.as_deref(), Some("secret"));
        // Its time over, nobody owns the clipboard any more, and the holder is gone.
        eventually("the holder's end", || world.copy_holders() == 0);
        assert_eq!(display.clipboard(&world), None);
        proof.case();

        // A lock clears it at once, long before its time.
        world.configure("clipboard-seconds", "600");
        copy();
        world.kh_ok(&["lock"]);
        eventually("the holder's end", || world.copy_holders() == 0);
        assert_eq!(display.clipboard(&world), None);
        world.kh_ok_with(&["unlock", "--password-stdin"], keyhaven_tests::PASSWORD);
        proof.case();

        // What the person copies meanwhile is theirs: the holder gives way at once, and
        // neither its time nor a lock touches it.
        copy();
        display.copy(&world, "their own");
        eventually("the holder's end", || world.copy_holders() == 0);
        world.kh_ok(&["lock"]);
        assert_eq!(display.clipboard(&world).as_deref(), Some("their own"));
        world.kh_ok_with(&["unlock", "--password-stdin"], keyhaven_tests::PASSWORD);
        world.kh_ok(&["config", "set", "clipboard-seconds", "5"]);
        proof.case();
    }
}
