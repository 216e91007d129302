//! The way out of a connection: a bounded queue and a writer that a slow client cannot hold.
//!
//! A client that does not accept an answer in time is disconnected; one that is only late with
//! its events is not, and receives later the event that it lagged.
//!
//! Promise: an answer drawn from the open vault does not leave after the vault was locked;
//! where half of its secrets have left by then, the connection ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::event::{Event, Progress};
use keyhaven_protocol::frame::{FrameError, MAX_HEAD, Segments, encode};
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{Answer, ReplyHead};
use keyhaven_secret::memory::give_back;
use serde_json::value::{RawValue, to_raw_value};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};
use zeroize::Zeroizing;

use crate::server::answer_room::AnswerRoom;
use crate::server::events::EventHub;

/// Frames that may wait in a connection's queue.
const QUEUE: usize = 4;
/// Bytes of JSON in a part of an answer; the rest of a head is for its envelope.
const LARGEST_PART: usize = MAX_HEAD - 1024;
/// How long a client may take to accept one frame.
const ACCEPT_WITHIN: Duration = Duration::from_secs(10);

/// A frame on its way out.
#[derive(Debug)]
struct OutgoingFrame {
    id: u32,
    bytes: Zeroizing<Vec<u8>>,
    /// The count of locks it is valid under; none for what may always be sent.
    valid: Option<u64>,
    /// Whether it is cut when the vault is locked meanwhile.
    secret: bool,
    event: bool,
    /// Held until it is written.
    _room: Option<AnswerRoom>,
}

/// An answer on its way into frames.
pub(crate) struct Reply {
    parts: Box<dyn Iterator<Item = Result<Box<RawValue>, Error>> + Send>,
    segments: Segments,
    valid: Option<u64>,
    room: Option<AnswerRoom>,
}

impl Reply {
    /// An answer that may be given whether the vault is locked or not.
    pub(crate) fn open<A: Answer + Send + 'static>(answer: A) -> Result<Self, Error> {
        Self::with(answer, Segments::default(), None)
    }

    /// An answer drawn from the open vault, valid under this count of locks.
    pub(crate) fn guarded<A: Answer + Send + 'static>(
        answer: A,
        valid: u64,
    ) -> Result<Self, Error> {
        Self::with(answer, Segments::default(), Some(valid))
    }

    /// An answer with secrets, valid under this count of locks, in its room if it is large.
    pub(crate) fn secret<A: Answer + Send + 'static>(
        answer: A,
        segments: Segments,
        valid: u64,
        room: Option<AnswerRoom>,
    ) -> Result<Self, Error> {
        let reply = Self::with(answer, segments, Some(valid))?;
        Ok(Self { room, ..reply })
    }

    /// An answer with a new recovery key. It is sent only once: held back by a lock it would be
    /// lost, and nobody would have the key.
    pub(crate) fn once<A: Answer + Send + 'static>(
        answer: A,
        segments: Segments,
    ) -> Result<Self, Error> {
        Self::with(answer, segments, None)
    }

    fn with<A: Answer + Send + 'static>(
        answer: A,
        segments: Segments,
        valid: Option<u64>,
    ) -> Result<Self, Error> {
        let mut left = answer.split();
        left.reverse();
        Ok(Self {
            parts: Box::new(AnswerParts(left)),
            segments,
            valid,
            room: None,
        })
    }
}

/// Encodes an answer part by part, each when its turn to be sent has come: the client reads
/// one while the next is made. The next part is the last of the list.
struct AnswerParts<A>(Vec<A>);

impl<A: Answer> Iterator for AnswerParts<A> {
    type Item = Result<Box<RawValue>, Error>;

    /// A part that fits a frame, as far as it can be cut.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut part = self.0.pop()?;
            let Ok(json) = to_raw_value(&part) else {
                return Some(Err(Error::defect("an answer could not be encoded")));
            };
            let half = (json.get().len() > LARGEST_PART)
                .then(|| part.halve())
                .flatten();
            match half {
                Some(second) => self.0.extend([second, part]),
                None => return Some(Ok(json)),
            }
        }
    }
}

/// Where a connection's frames are put.
#[derive(Debug, Clone)]
pub(crate) struct ReplyQueue {
    queue: mpsc::Sender<OutgoingFrame>,
    /// Frames that somebody waits for: all but events.
    awaited: Arc<AtomicUsize>,
}

/// The connection has ended.
#[derive(Debug)]
pub(crate) struct ConnectionEnded;

impl ReplyQueue {
    /// The queue, and the writer that empties it.
    pub(crate) fn new<W: AsyncWrite + Unpin>(
        to: W,
        events: Arc<EventHub>,
    ) -> (Self, ReplyWriter<W>) {
        let (sender, queue) = mpsc::channel(QUEUE);
        let awaited = Arc::new(AtomicUsize::new(0));
        let replies = Self {
            queue: sender,
            awaited: awaited.clone(),
        };
        let writer = ReplyWriter {
            to,
            queue,
            awaited,
            locks: events.watch_locks(),
        };
        (replies, writer)
    }

    /// Answers a call.
    pub(crate) async fn answer(
        &self,
        id: u32,
        result: Result<Reply, Error>,
    ) -> Result<(), ConnectionEnded> {
        let reply = match result {
            Ok(reply) => reply,
            Err(error) => return self.error(id, error).await,
        };
        let mut segments = Some(reply.segments);
        let mut room = reply.room;
        let mut parts = reply.parts.peekable();
        while let Some(part) = parts.next() {
            let part = match part {
                Ok(part) => part,
                Err(error) => return self.error(id, error).await,
            };
            let head: ReplyHead = ReplyHead {
                id,
                last: parts.peek().is_none(),
                answer: Some(part),
                ..ReplyHead::default()
            };
            // All secrets go with the first part; only answers of one part have any.
            let secrets = segments.take().unwrap_or_default();
            self.put(&head, &secrets, reply.valid, room.take()).await?;
        }
        Ok(())
    }

    /// Says that a call failed.
    pub(crate) async fn error(&self, id: u32, error: Error) -> Result<(), ConnectionEnded> {
        let head: ReplyHead = ReplyHead {
            id,
            last: true,
            error: Some(error),
            ..ReplyHead::default()
        };
        self.put(&head, &Segments::default(), None, None).await
    }

    /// Says how far a call is.
    pub(crate) async fn progress(
        &self,
        id: u32,
        done: u32,
        total: u32,
    ) -> Result<(), ConnectionEnded> {
        let head: ReplyHead = ReplyHead {
            id,
            progress: Some(Progress { done, total }),
            ..ReplyHead::default()
        };
        self.put(&head, &Segments::default(), None, None).await
    }

    /// Says that something happened.
    pub(crate) async fn event(&self, event: Event) -> Result<(), ConnectionEnded> {
        let head: ReplyHead = ReplyHead {
            event: Some(event),
            ..ReplyHead::default()
        };
        self.put(&head, &Segments::default(), None, None).await
    }

    async fn put(
        &self,
        head: &ReplyHead,
        segments: &Segments,
        valid: Option<u64>,
        room: Option<AnswerRoom>,
    ) -> Result<(), ConnectionEnded> {
        let bytes = match encode(head, segments) {
            Ok(bytes) => bytes,
            Err(FrameError::TooLarge { what, size, limit }) => {
                too_large(head.id, what, size, limit).ok_or(ConnectionEnded)?
            }
            Err(_) => return Err(ConnectionEnded),
        };
        let frame = OutgoingFrame {
            id: head.id,
            bytes,
            valid,
            // What is sent only once is not cut: half of a new recovery key helps nobody, and
            // the other half would be lost.
            secret: !segments.is_empty() && valid.is_some(),
            event: head.event.is_some(),
            _room: room,
        };
        if !frame.event {
            self.awaited.fetch_add(1, Ordering::Relaxed);
        }
        self.queue.send(frame).await.map_err(|_| ConnectionEnded)
    }
}

/// More than a frame can hold: a launch of more than 16 MiB, say.
fn too_large(id: u32, what: &str, size: usize, limit: usize) -> Option<Zeroizing<Vec<u8>>> {
    let error = Error::invalid(Problem::AnswerTooLarge {
        what: what.into(),
        size: size as u64,
        limit: limit as u64,
    });
    error_frame(id, error)
}

pub(crate) fn error_frame(id: u32, error: Error) -> Option<Zeroizing<Vec<u8>>> {
    let head: ReplyHead = ReplyHead {
        id,
        last: true,
        error: Some(error),
        ..ReplyHead::default()
    };
    encode(&head, &Segments::default()).ok()
}

/// Writes a connection's frames.
#[derive(Debug)]
pub(crate) struct ReplyWriter<W> {
    to: W,
    queue: mpsc::Receiver<OutgoingFrame>,
    awaited: Arc<AtomicUsize>,
    locks: watch::Receiver<u64>,
}

impl<W: AsyncWrite + Unpin> ReplyWriter<W> {
    /// Writes until the queue is closed and empty, or the client is gone or too slow.
    pub(crate) async fn run(mut self) {
        while let Some(frame) = self.queue.recv().await {
            if self.write(frame).await.is_none() {
                return;
            }
            give_back();
        }
    }

    async fn write(&mut self, mut frame: OutgoingFrame) -> Option<()> {
        let now = *self.locks.borrow_and_update();
        if frame.valid.is_some_and(|valid| valid != now) {
            frame.bytes = error_frame(frame.id, Error::Locked)?;
            frame.secret = false;
        }
        if frame.event {
            return self.write_event(&frame.bytes).await;
        }
        self.awaited.fetch_sub(1, Ordering::Relaxed);
        let writing = tokio::time::timeout(ACCEPT_WITHIN, self.to.write_all(&frame.bytes));
        if !frame.secret {
            return writing.await.ok()?.ok();
        }
        tokio::select! {
            biased;
            // Locked in the middle of a secret: the rest of it must not leave.
            _ = self.locks.changed() => None,
            written = writing => written.ok()?.ok(),
        }
    }

    /// Waits as long as it takes, unless an answer waits behind it.
    async fn write_event(&mut self, bytes: &[u8]) -> Option<()> {
        let writing = self.to.write_all(bytes);
        tokio::pin!(writing);
        loop {
            match tokio::time::timeout(ACCEPT_WITHIN, &mut writing).await {
                Ok(written) => return written.ok(),
                Err(_) if self.awaited.load(Ordering::Relaxed) > 0 => return None,
                Err(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::frame::read;
    use keyhaven_secret::SecretBytes;
    use tokio::io::AsyncReadExt as _;

    use super::*;

    fn secret_reply(valid: u64) -> Reply {
        let mut segments = Segments::default();
        segments.push(SecretBytes::copy_of(&[b'x'; 4096]));
        Reply::secret((), segments, valid, None).unwrap()
    }

    #[tokio::test]
    async fn rows_of_any_width_fit_their_frames() {
        let events = Arc::new(EventHub::default());
        let (client, server) = tokio::io::duplex(1 << 16);
        let (replies, writer) = ReplyQueue::new(server, events);
        let writing = tokio::spawn(writer.run());
        let rows: Vec<String> = (0..400).map(|n| format!("{n:0>60000}")).collect();
        let reply = Reply::open(rows.clone()).unwrap();
        let reading = tokio::spawn(async move {
            let mut client = client;
            let mut bytes = Vec::new();
            client.read_to_end(&mut bytes).await.unwrap();
            bytes
        });
        replies.answer(1, Ok(reply)).await.unwrap();
        drop(replies);
        writing.await.unwrap();
        let bytes = reading.await.unwrap();
        let mut rest = bytes.as_slice();
        let mut got: Vec<String> = Vec::new();
        loop {
            let (head, _) = read::<ReplyHead>(&mut rest).unwrap();
            assert_eq!(head.error, None);
            got.merge(serde_json::from_str(head.answer.unwrap().get()).unwrap());
            if head.last {
                break;
            }
        }
        assert!(got == rows);
    }

    #[tokio::test]
    async fn an_answer_drawn_before_a_lock_is_not_sent_after_it() {
        let events = Arc::new(EventHub::default());
        let (mut client, server) = tokio::io::duplex(1 << 20);
        let (replies, writer) = ReplyQueue::new(server, events.clone());
        replies
            .answer(1, Ok(secret_reply(events.locks())))
            .await
            .unwrap();
        events.invalidate_earlier_answers();
        replies
            .answer(2, Ok(secret_reply(events.locks())))
            .await
            .unwrap();
        drop(replies);
        writer.run().await;
        let mut bytes = Vec::new();
        client.read_to_end(&mut bytes).await.unwrap();
        let mut rest = bytes.as_slice();
        let (head, segments) = read::<ReplyHead>(&mut rest).unwrap();
        assert_eq!((head.id, head.error), (1, Some(Error::Locked)));
        assert!(segments.is_empty());
        let (head, segments) = read::<ReplyHead>(&mut rest).unwrap();
        assert_eq!((head.id, head.error, segments.len()), (2, None, 1));
    }

    #[tokio::test]
    async fn a_lock_in_the_middle_of_a_secret_ends_the_connection() {
        let events = Arc::new(EventHub::default());
        let (mut client, server) = tokio::io::duplex(512);
        let (replies, writer) = ReplyQueue::new(server, events.clone());
        replies
            .answer(1, Ok(secret_reply(events.locks())))
            .await
            .unwrap();
        let writing = tokio::spawn(writer.run());
        let mut start = [0; 100];
        client.read_exact(&mut start).await.unwrap();
        events.invalidate_earlier_answers();
        writing.await.unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert!(rest.len() < 4096 - 100);
    }

    #[tokio::test]
    async fn a_lock_in_the_middle_of_a_new_recovery_key_does_not_cut_it() {
        let events = Arc::new(EventHub::default());
        let (mut client, server) = tokio::io::duplex(512);
        let (replies, writer) = ReplyQueue::new(server, events.clone());
        let mut segments = Segments::default();
        segments.push(SecretBytes::copy_of(&[b'x'; 4096]));
        let reply = Reply::once((), segments).unwrap();
        replies.answer(1, Ok(reply)).await.unwrap();
        drop(replies);
        let writing = tokio::spawn(writer.run());
        let mut bytes = vec![0; 100];
        client.read_exact(&mut bytes).await.unwrap();
        events.invalidate_earlier_answers();
        client.read_to_end(&mut bytes).await.unwrap();
        writing.await.unwrap();
        let (head, segments) = read::<ReplyHead>(&mut bytes.as_slice()).unwrap();
        assert_eq!((head.id, head.error, segments.len()), (1, None, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_disconnected() {
        let events = Arc::new(EventHub::default());
        let (_client, server) = tokio::io::duplex(16);
        let (replies, writer) = ReplyQueue::new(server, events.clone());
        replies
            .answer(1, Ok(secret_reply(events.locks())))
            .await
            .unwrap();
        writer.run().await;
        assert!(replies.error(2, Error::Locked).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_subscriber_that_sleeps_is_kept_until_an_answer_waits() {
        let events = Arc::new(EventHub::default());
        let (_client, server) = tokio::io::duplex(16);
        let (replies, writer) = ReplyQueue::new(server, events.clone());
        let writing = tokio::spawn(writer.run());
        replies.event(Event::Changed).await.unwrap();
        tokio::time::sleep(ACCEPT_WITHIN * 100).await;
        assert!(!writing.is_finished());
        replies.error(2, Error::Locked).await.unwrap();
        writing.await.unwrap();
    }
}
