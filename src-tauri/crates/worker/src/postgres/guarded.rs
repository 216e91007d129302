//! What a server of PostgreSQL sends, counted before the library reads it: a message that is too
//! large, or too many of them, end the stream. It also notes whether the server asked for the
//! password and accepted it, which the library does not tell.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The most bytes of a message.
const MAX_MESSAGE: usize = 64 << 10;
/// The most bytes of a whole connection.
const MAX_TOTAL: usize = 256 << 10;
/// The length of a message's head: its type, and how long it is.
const HEAD: usize = 5;
/// The same with the kind of a message about the login.
const LOGIN_HEAD: usize = 9;
/// The type of messages about the login.
const AUTHENTICATION: u8 = b'R';

/// A connection without or with TLS.
pub trait ByteStream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> ByteStream for T {}

/// What was noted so far.
#[derive(Debug, Default)]
pub struct LoginProgress {
    asked: AtomicBool,
    accepted: AtomicBool,
    too_large: AtomicBool,
}

impl LoginProgress {
    /// The server asked for the password. One that does not would accept any.
    pub fn was_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// The server accepted the password for which it had asked.
    pub fn was_accepted(&self) -> bool {
        self.accepted.load(Ordering::Relaxed)
    }

    /// The stream ended because the server sent too much.
    pub fn was_too_large(&self) -> bool {
        self.too_large.load(Ordering::Relaxed)
    }
}

/// A stream that counts.
pub struct GuardedStream {
    inner: Box<dyn ByteStream>,
    progress: Arc<LoginProgress>,
    head: [u8; LOGIN_HEAD],
    /// How many bytes of the current message were read.
    at: usize,
    /// How many it has, its head included.
    length: usize,
    total: usize,
}

impl GuardedStream {
    /// Counts from here on.
    pub fn new(inner: Box<dyn ByteStream>, progress: Arc<LoginProgress>) -> Self {
        Self {
            inner,
            progress,
            head: [0; LOGIN_HEAD],
            at: 0,
            length: 0,
            total: 0,
        }
    }

    fn note(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.total += bytes.len();
        if self.total > MAX_TOTAL {
            return Err(self.too_large());
        }
        for &byte in bytes {
            if let Some(place) = self.head.get_mut(self.at) {
                *place = byte;
            }
            self.at += 1;
            if self.at == HEAD {
                let [_, length @ .., _, _, _, _] = self.head;
                self.length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                self.length = self.length.saturating_add(1);
                if self.length > MAX_MESSAGE {
                    return Err(self.too_large());
                }
            }
            if self.at == LOGIN_HEAD && self.head[0] == AUTHENTICATION {
                self.note_login();
            }
            if self.at >= HEAD && self.at >= self.length {
                self.at = 0;
            }
        }
        Ok(())
    }

    /// Notes what a message about the login says.
    fn note_login(&self) {
        match self.head[HEAD..] {
            [0, 0, 0, 0] => {
                let asked = self.progress.was_asked();
                self.progress.accepted.store(asked, Ordering::Relaxed);
            }
            // In clear text, hashed with MD5, or with SCRAM.
            [0, 0, 0, 3 | 5 | 10] => self.progress.asked.store(true, Ordering::Relaxed),
            _ => {}
        }
    }

    fn too_large(&self) -> io::Error {
        self.progress.too_large.store(true, Ordering::Relaxed);
        io::Error::from(io::ErrorKind::InvalidData)
    }
}

impl AsyncRead for GuardedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        Poll::Ready(self.note(&buffer.filled()[before..]))
    }
}

impl AsyncWrite for GuardedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
