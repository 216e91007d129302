//! A connection as a stream of events, and the handles with which another thread ends it or
//! cancels a request.

use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::request::{Call, CallHead, ReplyHead};

use super::{Client, broken};

/// Cancels the request that was sent last when it was made, or the next one.
#[derive(Debug)]
pub struct Canceller {
    pub(super) writer: UnixStream,
    pub(super) id: u32,
}

impl Canceller {
    /// Cancels the request; its answer is [`Error::Cancelled`] unless it came before.
    ///
    /// # Errors
    /// The connection broke.
    pub fn cancel(&mut self) -> Result<(), Error> {
        let head = CallHead {
            id: 0,
            call: Call::Cancel(self.id),
        };
        frame::write(&mut self.writer, &head, &Segments::default()).map_err(|error| broken(&error))
    }
}

/// The events of the agent, until the connection ends.
#[derive(Debug)]
pub struct Events {
    pub(super) client: Client,
}

impl Events {
    /// Waits for the next event.
    ///
    /// # Errors
    /// The connection ended; [`Error::BrokenAgent`].
    pub fn wait(&mut self) -> Result<Event, Error> {
        loop {
            if let (
                ReplyHead {
                    event: Some(event), ..
                },
                _,
            ) = self.client.receive()?
            {
                return Ok(event);
            }
        }
    }

    /// Whether an event has been read already, so that [`AsFd`] does not report it.
    #[must_use]
    pub fn is_one_read(&self) -> bool {
        !self.client.reader.buffer().is_empty()
    }

    /// Returns a handle with which another thread can end [`Events::wait`].
    ///
    /// # Errors
    /// The system has no more descriptors.
    pub fn closer(&self) -> Result<Closer, Error> {
        let stream = self
            .client
            .writer
            .try_clone()
            .map_err(|error| broken(&error.into()))?;
        Ok(Closer(stream))
    }
}

/// Becomes readable when an event comes.
impl AsFd for Events {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.client.writer.as_fd()
    }
}

/// Ends a stream of events.
#[derive(Debug)]
pub struct Closer(UnixStream);

impl Closer {
    /// Closes the connection; the waiting thread gets an error.
    pub fn close(&self) {
        // A connection that is already gone is closed as well.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}
