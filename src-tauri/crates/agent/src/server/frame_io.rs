//! Frames over an asynchronous socket, with bounds on size, time and memory.
//!
//! Between two frames a peer may be silent for ever; once a frame has begun, the rest of it
//! must come soon. Secrets are read straight into [`SecretBytes`]. What large frames of all
//! connections take together is bounded from their reading to the end of their calls.

use std::sync::Arc;
use std::time::Duration;

use keyhaven_protocol::frame::{
    FrameError, Lengths, PREFIX, Segments, parse_head, parse_lengths, parse_prefix,
};
use keyhaven_secret::SecretBytes;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long a frame may take from its first byte to its last.
const FRAME_WITHIN: Duration = Duration::from_secs(10);
/// Frames up to this size need no room of the common budget.
const SMALL: usize = 16 << 10;
/// What larger frames of all connections together may hold at a time, in KiB.
const LARGE_BUDGET_KIB: u32 = 24 << 10;

/// The memory that large frames may take.
#[derive(Debug)]
pub(crate) struct FrameBudget(Arc<Semaphore>);

/// A frame that came in.
#[derive(Debug)]
pub(crate) struct IncomingFrame<T> {
    pub(crate) head: T,
    pub(crate) segments: Segments,
    /// Its share of the common budget, to be kept as long as the segments.
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

impl Default for FrameBudget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_BUDGET_KIB as usize)))
    }
}

impl FrameBudget {
    /// Waits for room for a frame.
    async fn room(&self, lengths: &Lengths) -> Option<OwnedSemaphorePermit> {
        let size = lengths.head + lengths.segments.iter().sum::<usize>();
        if size <= SMALL {
            return None;
        }
        let kib = u32::try_from(size.div_ceil(1024)).unwrap_or(LARGE_BUDGET_KIB);
        // The budget is never closed, and larger than any frame.
        self.0.clone().acquire_many_owned(kib).await.ok()
    }
}

/// Reads one frame.
///
/// # Errors
/// [`FrameError::Closed`] between frames; else the peer broke the protocol or was too slow.
pub(crate) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin),
    frame_budget: &FrameBudget,
) -> Result<IncomingFrame<T>, FrameError> {
    let mut prefix = [0; PREFIX];
    let read = from.read(&mut prefix).await?;
    if read == 0 {
        return Err(FrameError::Closed);
    }
    timeout(FRAME_WITHIN, rest(from, prefix, read, frame_budget))
        .await
        .unwrap_or_else(|_| Err(FrameError::Io(std::io::ErrorKind::TimedOut.into())))
}

async fn rest<T: DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin),
    mut prefix: [u8; PREFIX],
    read: usize,
    frame_budget: &FrameBudget,
) -> Result<IncomingFrame<T>, FrameError> {
    from.read_exact(&mut prefix[read..]).await?;
    let (head, count) = parse_prefix(prefix)?;
    let mut bytes = vec![0; 4 * count];
    from.read_exact(&mut bytes).await?;
    let lengths = parse_lengths(head, &bytes)?;
    let room = frame_budget.room(&lengths).await;
    let mut head = vec![0; lengths.head];
    from.read_exact(&mut head).await?;
    let mut segments = Vec::with_capacity(count);
    for length in lengths.segments {
        let mut segment = SecretBytes::new(vec![0; length]);
        // Exposed to be filled in place.
        from.read_exact(segment.expose_mut()).await?;
        segments.push(segment);
    }
    Ok(IncomingFrame {
        head: parse_head(&head)?,
        segments: Segments::from(segments),
        room,
    })
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use keyhaven_protocol::frame::encode;
    use tokio::io::{AsyncWriteExt as _, ReadBuf};

    use super::*;

    #[tokio::test]
    async fn what_is_written_blocking_is_read_asynchronously() {
        let mut segments = Segments::default();
        let at = segments.push(SecretBytes::copy_of(b"value"));
        let bytes = encode(&"head", &segments).unwrap();
        let frame = read::<String>(&mut bytes.as_slice(), &FrameBudget::default()).await;
        let mut frame = frame.unwrap();
        assert_eq!(frame.head, "head");
        assert_eq!(frame.segments.take(at).unwrap().expose(), b"value");
        assert!(frame.room.is_none());
    }

    /// Counts how often it is read: each read of a socket is a call to the system.
    struct CountedReads<'a> {
        bytes: &'a [u8],
        count: usize,
    }

    impl AsyncRead for CountedReads<'_> {
        fn poll_read(
            self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<std::io::Result<()>> {
            let this = self.get_mut();
            this.count += 1;
            Pin::new(&mut this.bytes).poll_read(context, buffer)
        }
    }

    #[tokio::test]
    async fn a_request_without_secrets_is_read_in_two_reads() {
        let bytes = encode(&"head", &Segments::default()).unwrap();
        let mut from = CountedReads {
            bytes: &bytes,
            count: 0,
        };
        let frame = read::<String>(&mut from, &FrameBudget::default()).await;
        assert_eq!((frame.unwrap().head.as_str(), from.count), ("head", 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_frame_waits_for_room() {
        let mut segments = Segments::default();
        for _ in 0..14 {
            segments.push(SecretBytes::new(vec![0; 1 << 20]));
        }
        let bytes = encode(&"head", &segments).unwrap();
        let frame_budget = FrameBudget::default();
        let first = read::<String>(&mut bytes.as_slice(), &frame_budget)
            .await
            .unwrap();
        assert!(first.room.is_some());
        let refused = read::<String>(&mut bytes.as_slice(), &frame_budget).await;
        assert!(matches!(refused, Err(FrameError::Io(_))));
        drop(first);
        assert!(
            read::<String>(&mut bytes.as_slice(), &frame_budget)
                .await
                .is_ok()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_frame_is_not_waited_for() {
        let (mut here, mut there) = tokio::io::duplex(64);
        here.write_all(&[0, 0, 0]).await.unwrap();
        let read = read::<String>(&mut there, &FrameBudget::default()).await;
        assert!(
            matches!(read, Err(FrameError::Io(error)) if error.kind() == std::io::ErrorKind::TimedOut)
        );
    }

    #[tokio::test]
    async fn lengths_are_refused_before_anything_is_allocated() {
        let wish = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
        let read = read::<String>(&mut wish.as_slice(), &FrameBudget::default()).await;
        assert!(matches!(read, Err(FrameError::TooLarge { .. })));
    }
}
