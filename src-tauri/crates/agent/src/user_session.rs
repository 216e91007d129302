//! The user's session: where helper processes find a display and a bus when no client's own
//! display is meant.
//!
//! The bus is the one of the runtime folder. Where there is none, it is the bus of the client
//! that unlocks the vault, and no other client changes that until the vault is locked. Nothing
//! that a client names is connected to before it was checked ([`LocalSession`]).

use std::sync::Mutex;

use keyhaven_protocol::local_session::LocalSession;
use keyhaven_protocol::request::Session;

use crate::guarded;

/// What is known of the user's session.
#[derive(Debug, Default)]
pub(crate) struct UserSession(Mutex<KnownSession>);

#[derive(Debug, Default)]
struct KnownSession {
    session: Session,
    /// Whether it is that of the client that unlocked the vault, which is still unlocked.
    pinned: bool,
}

impl UserSession {
    /// A client greeted. While the vault is locked its session is the newest that is known.
    /// Whether it is taken.
    pub(crate) fn meet(&self, session: &Session) -> bool {
        let mut known = guarded(&self.0);
        let takes = !known.pinned && (has_display(session) || session.bus.is_some());
        if takes {
            known.session = session.clone();
        }
        takes
    }

    /// A client unlocked the vault. A display that was known stays where it has none.
    pub(crate) fn pin(&self, session: &Session) {
        let mut known = guarded(&self.0);
        if has_display(session) {
            known.session = session.clone();
        }
        known.session.bus.clone_from(&session.bus);
        known.pinned = true;
    }

    /// The vault is locked.
    pub(crate) fn unpin(&self) {
        guarded(&self.0).pinned = false;
    }

    /// For a helper that no client asked for.
    pub(crate) fn current(&self) -> LocalSession {
        let session = guarded(&self.0).session.clone();
        LocalSession::check(&session)
    }

    /// The bus for what a client asks for: while the vault is locked, the client may be the one
    /// that unlocks it.
    pub(crate) fn bus_for(&self, client: &Session) -> LocalSession {
        let known = guarded(&self.0);
        let named = if known.pinned {
            known.session.bus.clone()
        } else {
            client.bus.clone()
        };
        drop(known);
        LocalSession::with_bus(named.as_deref())
    }
}

fn has_display(session: &Session) -> bool {
    session.display.is_some() || session.wayland_display.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(display: Option<&str>, bus: Option<&str>) -> Session {
        Session {
            display: display.map(str::to_owned),
            bus: bus.map(str::to_owned),
            ..Session::default()
        }
    }

    fn known(user: &UserSession) -> Session {
        guarded(&user.0).session.clone()
    }

    #[test]
    fn only_the_unlocking_client_decides_until_the_lock() {
        let user = UserSession::default();
        let first = session(Some(":1"), Some("unix:path=/1"));
        let second = session(Some(":2"), Some("unix:path=/2"));
        assert!(user.meet(&first));
        user.pin(&second);
        assert!(!user.meet(&first));
        assert_eq!(known(&user), second);
        user.unpin();
        assert!(user.meet(&first));
        assert_eq!(known(&user), first);
    }

    #[test]
    fn a_client_without_a_display_takes_none_away_and_leaves_no_other_bus() {
        let user = UserSession::default();
        user.meet(&session(Some(":1"), Some("unix:path=/1")));
        assert!(!user.meet(&Session::default()));
        user.pin(&Session::default());
        assert_eq!(known(&user), session(Some(":1"), None));
    }
}
