//! The process at the other end of a socket.

use std::io;
use std::os::unix::net::UnixStream;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use rustix::process::Pid;

use super::broken;

/// The process that listens on the agent's socket.
///
/// # Errors
/// It belongs to another user, whose socket could be a trap for the password.
pub fn own_peer(stream: &UnixStream) -> Result<Pid, Error> {
    let peer = rustix::net::sockopt::socket_peercred(stream)
        .map_err(|error| broken(&io::Error::from(error).into()))?;
    if peer.uid == rustix::process::geteuid() {
        return Ok(peer.pid);
    }
    Err(Error::BrokenAgent {
        problem: Problem::OtherUser,
    })
}
