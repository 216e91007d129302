//! Settings across versions of the program.

use super::*;
use crate::faults::forms::Other;
use crate::store::connect::MIGRATIONS;

#[test]
fn an_earlier_program_refuses_a_vault_that_may_hold_settings_it_does_not_know() {
    let home = {
        let _earlier = Other::earlier();
        let home = Home::new();
        let (vault, _) = home.create();
        home.close(vault);
        home
    };
    let mut vault = home.open().unwrap();
    assert_eq!(vault.settings().unwrap(), Settings::default());
    let settings = Settings {
        max_unlocked_hours: 8,
        ..Settings::default()
    };
    vault.set_settings(&home.context(), &settings).unwrap();
    home.close(vault);
    let earlier = Other::earlier();
    let refused = home.open().err().unwrap();
    drop(earlier);
    let newer = VaultError::NewerVersion {
        found: u32::try_from(MIGRATIONS.len()).unwrap(),
        supported: 1,
    };
    assert_eq!(format!("{refused:?}"), format!("{newer:?}"));
    assert_eq!(home.open().unwrap().settings().unwrap(), settings);
}
