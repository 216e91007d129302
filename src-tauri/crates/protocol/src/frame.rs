//! Frames: a small JSON head plus raw segments, all bounded before anything is allocated.
//!
//! Layout, integers in big-endian: `u32` length of the head, `u32` number of segments,
//! one `u32` length per segment, the head, the segments. Secrets travel only in segments,
//! which are read straight into [`SecretBytes`].

use std::io::{self, Read, Write};

use keyhaven_secret::SecretBytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::problem::Problem;

/// The largest head in bytes.
pub const MAX_HEAD: usize = 1 << 20;
/// The most segments in a frame.
pub const MAX_SEGMENTS: usize = 4096;
/// The largest segment in bytes.
pub const MAX_SEGMENT: usize = 1 << 20;
/// The largest frame in bytes: head and segments.
pub const MAX_FRAME: usize = 16 << 20;
/// Bytes of the two lengths a frame starts with.
pub const PREFIX: usize = 8;

/// The place of a secret among a frame's segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Segment(pub u32);

/// Gathers the secrets of a frame that is being made.
#[derive(Debug, Default)]
pub struct Segments(Vec<SecretBytes>);

impl Segments {
    /// Adds a secret and says where it stands.
    pub fn push(&mut self, secret: SecretBytes) -> Segment {
        let index = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(secret);
        Segment(index)
    }

    /// Takes a secret out; each can be taken once.
    ///
    /// # Errors
    /// There is no such segment: the peer broke the protocol.
    pub fn take(&mut self, at: Segment) -> Result<SecretBytes, FrameError> {
        let slot = usize::try_from(at.0)
            .ok()
            .and_then(|index| self.0.get_mut(index))
            .ok_or(FrameError::NoSegment(at.0))?;
        Ok(std::mem::replace(slot, SecretBytes::new(Vec::new())))
    }

    /// A secret that stays where it is.
    #[must_use]
    pub fn get(&self, at: Segment) -> Option<&SecretBytes> {
        self.0.get(usize::try_from(at.0).ok()?)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<SecretBytes>> for Segments {
    fn from(segments: Vec<SecretBytes>) -> Self {
        Self(segments)
    }
}

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The peer closed the connection between two frames.
    #[error("the connection was closed")]
    Closed,
    /// The connection failed, or ended inside a frame.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// A length is beyond its bound.
    #[error("a frame is too large: {what} of {size}, at most {limit}")]
    TooLarge {
        /// Which length.
        what: &'static str,
        /// What was asked for.
        size: usize,
        /// The bound.
        limit: usize,
    },
    /// The head is not the JSON that was expected. Its text is not repeated.
    #[error("a frame's head is malformed")]
    Malformed,
    /// The head names a segment that is not there.
    #[error("a frame lacks segment {0}")]
    NoSegment(u32),
}

impl FrameError {
    /// What to report of it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Closed => Problem::ConnectionClosed,
            Self::Io(error) => Problem::system(error),
            Self::TooLarge { what, size, limit } => Problem::FrameTooLarge {
                what: (*what).into(),
                size: *size as u64,
                limit: *limit as u64,
            },
            Self::Malformed => Problem::FrameMalformed,
            Self::NoSegment(segment) => Problem::SegmentMissing { segment: *segment },
        }
    }
}

/// The checked lengths of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lengths {
    /// Bytes of the head.
    pub head: usize,
    /// Bytes of each segment.
    pub segments: Vec<usize>,
}

/// The head's length and the number of segments, checked, from a frame's first bytes.
///
/// # Errors
/// A length is beyond its bound.
pub fn parse_prefix(prefix: [u8; PREFIX]) -> Result<(usize, usize), FrameError> {
    let [h0, h1, h2, h3, s0, s1, s2, s3] = prefix;
    let head = u32::from_be_bytes([h0, h1, h2, h3]) as usize;
    let segments = u32::from_be_bytes([s0, s1, s2, s3]) as usize;
    within("head", head, MAX_HEAD)?;
    within("number of segments", segments, MAX_SEGMENTS)?;
    Ok((head, segments))
}

/// The segments' lengths, checked, from the bytes that follow the prefix (four per segment).
///
/// # Errors
/// A length, or their sum, is beyond its bound.
pub fn parse_lengths(head: usize, bytes: &[u8]) -> Result<Lengths, FrameError> {
    let mut total = head;
    let mut segments = Vec::with_capacity(bytes.len() / 4);
    for chunk in bytes.chunks_exact(4) {
        let length = chunk
            .iter()
            .fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
        within("segment", length, MAX_SEGMENT)?;
        total += length;
        segments.push(length);
    }
    within("frame", total, MAX_FRAME)?;
    Ok(Lengths { head, segments })
}

fn within(what: &'static str, size: usize, limit: usize) -> Result<(), FrameError> {
    if size > limit {
        return Err(FrameError::TooLarge { what, size, limit });
    }
    Ok(())
}

/// The bytes of a frame, wiped when dropped, since its segments are secret.
///
/// # Errors
/// Something is beyond its bound; nothing was made.
pub fn encode<T: Serialize>(
    head: &T,
    segments: &Segments,
) -> Result<Zeroizing<Vec<u8>>, FrameError> {
    let head = serde_json::to_vec(head).map_err(|_| FrameError::Malformed)?;
    within("head", head.len(), MAX_HEAD)?;
    within("number of segments", segments.len(), MAX_SEGMENTS)?;
    let mut total = head.len();
    for segment in &segments.0 {
        // Exposed for its length alone.
        let length = segment.expose().len();
        within("segment", length, MAX_SEGMENT)?;
        total += length;
    }
    within("frame", total, MAX_FRAME)?;

    let mut bytes = Zeroizing::new(Vec::with_capacity(PREFIX + 4 * segments.len() + total));
    put_length(&mut bytes, head.len());
    put_length(&mut bytes, segments.len());
    for segment in &segments.0 {
        put_length(&mut bytes, segment.expose().len());
    }
    bytes.extend_from_slice(&head);
    for segment in &segments.0 {
        // Exposed to be sent: this is the one way a value leaves a process.
        bytes.extend_from_slice(segment.expose());
    }
    Ok(bytes)
}

/// Lengths were checked against bounds far below `u32::MAX`.
fn put_length(bytes: &mut Vec<u8>, length: usize) {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
}

/// Reads a head.
///
/// # Errors
/// It is not the JSON that was expected.
pub fn parse_head<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, FrameError> {
    serde_json::from_slice(bytes).map_err(|_| FrameError::Malformed)
}

/// Writes one frame, blocking.
///
/// # Errors
/// The frame is out of bounds, or the connection failed.
pub fn write<T: Serialize>(
    to: &mut impl Write,
    head: &T,
    segments: &Segments,
) -> Result<(), FrameError> {
    let bytes = encode(head, segments)?;
    to.write_all(&bytes)?;
    Ok(())
}

/// Reads one frame, blocking.
///
/// # Errors
/// The connection ended or failed, or the frame is out of bounds or malformed.
pub fn read<T: DeserializeOwned>(from: &mut impl Read) -> Result<(T, Segments), FrameError> {
    let (head, segments) = read_raw(from)?;
    Ok((parse_head(&head)?, segments))
}

/// Reads one frame, blocking, and leaves its head to be parsed by [`parse_head`].
///
/// # Errors
/// The connection ended or failed, or the frame is out of bounds.
pub fn read_raw(from: &mut impl Read) -> Result<(Vec<u8>, Segments), FrameError> {
    let mut prefix = [0; PREFIX];
    if from.read(&mut prefix[..1])? == 0 {
        return Err(FrameError::Closed);
    }
    from.read_exact(&mut prefix[1..])?;
    let (head, count) = parse_prefix(prefix)?;
    let mut bytes = vec![0; 4 * count];
    from.read_exact(&mut bytes)?;
    let lengths = parse_lengths(head, &bytes)?;
    let mut head = vec![0; lengths.head];
    from.read_exact(&mut head)?;
    let mut segments = Vec::with_capacity(lengths.segments.len());
    for length in lengths.segments {
        let mut segment = SecretBytes::new(vec![0; length]);
        // Exposed to be filled in place.
        from.read_exact(segment.expose_mut())?;
        segments.push(segment);
    }
    Ok((head, Segments(segments)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            head in ".{0,64}",
            values in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..64), 0..8),
        ) {
            let segments = Segments(values.iter().map(|v| SecretBytes::copy_of(v)).collect());
            let bytes = encode(&head, &segments).unwrap();
            let (read_head, mut read_segments) = read::<String>(&mut bytes.as_slice()).unwrap();
            prop_assert_eq!(read_head, head);
            for (index, value) in values.iter().enumerate() {
                let segment = read_segments.take(Segment(index as u32)).unwrap();
                prop_assert_eq!(segment.expose(), value);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
            let _ = read::<serde_json::Value>(&mut bytes.as_slice());
        }
    }

    #[test]
    fn a_length_of_four_gib_is_refused_before_it_is_allocated() {
        let refused = parse_prefix([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
        assert!(matches!(
            refused,
            Err(FrameError::TooLarge { what: "head", .. })
        ));
        let refused = parse_prefix([0, 0, 0, 1, 0xff, 0, 0, 0]);
        assert!(matches!(refused, Err(FrameError::TooLarge { .. })));
        let many = [0, 0x10, 0, 0].repeat(17);
        let refused = parse_lengths(0, &many);
        assert!(matches!(
            refused,
            Err(FrameError::TooLarge { what: "frame", .. })
        ));
    }

    #[test]
    fn the_end_between_frames_is_not_an_error_of_the_connection() {
        assert!(matches!(
            read::<u8>(&mut [].as_slice()),
            Err(FrameError::Closed)
        ));
        assert!(matches!(
            read::<u8>(&mut [0].as_slice()),
            Err(FrameError::Io(_))
        ));
    }
}
