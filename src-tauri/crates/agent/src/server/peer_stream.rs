//! Reads a connection, and only what the process sent that opened it.
//!
//! A process may open a connection and leave it to another one, or become another program
//! while a child of it goes on: the log would name a program that asked for nothing. The kernel
//! says of all bytes who sent them (SCM_CREDENTIALS in unix(7)). Where it does not, since they
//! were sent while older kernels did not note it yet, they are taken.

use std::io::{self, IoSliceMut};
use std::os::fd::AsRawFd as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, UnixCredentials, recvmsg, setsockopt, sockopt,
};
use tokio::io::{AsyncRead, Interest, ReadBuf};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedReadHalf;

/// The half of a connection that is read.
#[derive(Debug)]
pub(crate) struct PeerStream {
    stream: OwnedReadHalf,
    pid: u32,
    /// Room for one note of who sent something.
    note: Vec<u8>,
}

/// Lets the kernel note who sends something. Set on a listening socket, it holds for its
/// connections from their beginning (Linux 6.16).
///
/// # Errors
/// The kernel cannot do that.
pub(crate) fn note_senders(socket: &impl std::os::fd::AsFd) -> io::Result<()> {
    setsockopt(socket, sockopt::PassCred, &true).map_err(io::Error::from)
}

impl PeerStream {
    /// Reads what this process sends.
    pub(crate) fn new(stream: OwnedReadHalf, pid: u32) -> Self {
        Self {
            stream,
            pid,
            note: nix::cmsg_space!(UnixCredentials),
        }
    }
}

impl AsyncRead for PeerStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let stream: &UnixStream = this.stream.as_ref();
        loop {
            ready!(stream.poll_read_ready(context))?;
            let unfilled = buffer.initialize_unfilled();
            let receive = || receive(stream, unfilled, &mut this.note, this.pid);
            match stream.try_io(Interest::READABLE, receive) {
                Ok(count) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

/// Receives bytes; those of different processes never come together (unix(7)).
fn receive(stream: &UnixStream, into: &mut [u8], note: &mut [u8], pid: u32) -> io::Result<usize> {
    let mut parts = [IoSliceMut::new(into)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let received = recvmsg::<()>(stream.as_raw_fd(), &mut parts, Some(note), flags)?;
    let sender = received.cmsgs()?.find_map(|message| match message {
        ControlMessageOwned::ScmCredentials(sender) => Some(sender.pid()),
        _ => None,
    });
    let is_peer = match sender {
        // Nobody sends the end of the stream.
        _ if received.bytes == 0 => true,
        None | Some(0) => true,
        Some(sender) => u32::try_from(sender) == Ok(pid),
    };
    if is_peer {
        return Ok(received.bytes);
    }
    Err(io::ErrorKind::PermissionDenied.into())
}
