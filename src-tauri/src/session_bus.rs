//! The message bus of this process, checked before the toolkit, the tray or another library
//! looks for it.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use keyhaven_protocol::local_session::{BUS, BusCheck, NO_BUS, check_bus, runtime_bus};

/// Returns when the environment names a bus that may be connected to, or none that a library
/// could look for. Otherwise this process begins again in a better environment.
///
/// # Errors
/// It could not begin again.
pub fn check() -> io::Result<()> {
    let named = std::env::var_os(BUS);
    let Some(bus) = replacement(named.as_deref(), runtime_bus()) else {
        return Ok(());
    };
    let mut again = Command::new(std::env::current_exe()?);
    again.args(std::env::args_os().skip(1)).env(BUS, bus);
    Err(again.exec())
}

/// What the variable must be, where it may not stay. Without it and without a bus in the
/// runtime folder, a library would start another bus.
fn replacement(named: Option<&OsStr>, runtime: Option<String>) -> Option<String> {
    let stays = match named.map(OsStr::to_str) {
        None => runtime.is_some(),
        Some(address) => address.is_some_and(|address| check_bus(address) != BusCheck::Refused),
    };
    if stays {
        return None;
    }
    let bus = runtime.unwrap_or_else(|| NO_BUS.into());
    // It may be what was refused: then it stays, and this does not go on for ever.
    (named != Some(OsStr::new(&bus))).then_some(bus)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    const RUNTIME: &str = "unix:path=/run/user/1/bus";

    fn with(named: &str, runtime: Option<&str>) -> Option<String> {
        replacement(Some(OsStr::new(named)), runtime.map(str::to_owned))
    }

    #[test]
    fn an_address_that_is_no_socket_is_replaced_once() {
        for address in [
            "unixexec:path=/bin/sh",
            "tcp:host=a,port=1",
            "autolaunch:",
            "",
        ] {
            assert_eq!(with(address, Some(RUNTIME)).as_deref(), Some(RUNTIME));
            assert_eq!(with(address, None).as_deref(), Some(NO_BUS));
        }
        assert_eq!(with(NO_BUS, None), None);
        let no_text = OsStr::from_bytes(&[0xff]);
        assert_eq!(replacement(Some(no_text), None).as_deref(), Some(NO_BUS));
    }

    #[test]
    fn a_socket_stays_and_without_any_none_is_started() {
        assert_eq!(with("unix:path=/nowhere/bus", None), None);
        assert_eq!(replacement(None, Some(RUNTIME.into())), None);
        assert_eq!(replacement(None, None).as_deref(), Some(NO_BUS));
    }
}
