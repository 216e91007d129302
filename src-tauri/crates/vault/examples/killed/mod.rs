//! What the processes that `tests/kill.rs` kills have in common.

use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Actor, AuditContext, ClaimedFacts, Folder, KdfPolicy, Locked, OsRandom, Unlocked, VaultOptions,
};

/// Opens the vault in a folder with the password `password` and key derivation that costs
/// nothing, and says so.
pub fn open(folder: &str) -> (Unlocked, AuditContext) {
    let context = AuditContext {
        now: Timestamp::now(),
        actor: Actor::default(),
        claimed: ClaimedFacts::default(),
    };
    let options = VaultOptions {
        policy: KdfPolicy::cheap_for_tests(),
        seen: Some(Path::new(folder).with_file_name("state")),
        random: Box::new(OsRandom),
    };
    let locked = Locked::read(Folder::open(folder.as_ref()).unwrap(), options).unwrap();
    let password = SecretBytes::copy_of(b"password");
    let vault = match locked.unlock(&password, &context) {
        Ok(vault) => vault,
        Err(failure) => panic!("{}", failure.error),
    };
    (vault, context)
}

/// In one write, so that a kill does not cut a line.
pub fn say(line: &str) {
    std::io::stdout()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}
