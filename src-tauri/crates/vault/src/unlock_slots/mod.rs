//! The unlock slots of a header: the vault key, wrapped once for each way to unlock
//! (password, recovery key, key in the login keychain).

mod make;
mod open;

pub(crate) use make::{
    LOGIN_SLOT, PASSWORD_SLOT, RECOVERY_SLOT, make_login, make_password, make_recovery,
};
pub(crate) use open::{open_slot, password_job, recovery_kek};
