//! The clipboard helper: `keyhaven-agent --clipboard SECONDS`.
//!
//! A separate process with the display of the client that asked. It reads the value from its
//! standard input, offers it with the hint that asks clipboard managers not to keep it, says
//! that it does, and ends: when something else was copied, after its seconds, or when its
//! input closes. It never hands the value on and never reads the clipboard back, so a later
//! copy of the person's own is never touched.

use std::io::{self, Read};
use std::sync::mpsc;
use std::time::Duration;

use arboard::{Clipboard, SetExtLinux as _};
use keyhaven_protocol::frame::MAX_SEGMENT;
use keyhaven_secret::SecretString;

/// Holds the value on the input for at most `seconds`; `say` gets one line: `ready`, or what
/// went wrong. When this returns, the process must end without running destructors: dropping
/// the clipboard would hand the value to a clipboard manager.
pub fn hold(seconds: u64, mut input: impl Read + Send + 'static, say: impl FnOnce(&str)) {
    let prepared = read_value(&mut input)
        .map_err(|error| error.to_string())
        .and_then(|value| offer(&value).map(|clipboard| (clipboard, value)));
    let (mut clipboard, value) = match prepared {
        Ok(prepared) => prepared,
        Err(problem) => return say(&problem),
    };
    let (over, ended) = mpsc::channel();
    let (begins, begun) = mpsc::channel();
    let lost = over.clone();
    std::thread::spawn(move || {
        // Offered once more, because only an offer that waits notices its loss.
        let set = clipboard.set().exclude_from_history().wait();
        let _ = begins.send(());
        // Exposed to be offered: that is what a copy is.
        let _ = set.text(value.expose().as_str());
        // The receiver may be gone.
        let _ = lost.send(());
        // Not dropped: see above.
        std::mem::forget(clipboard);
    });
    // Said no earlier: a copy of the person's own that came before the second offer would be
    // taken back by it.
    if begun.recv().is_ok() {
        say(crate::child_process::READY);
    }
    std::thread::spawn(move || {
        // Nothing more is sent; the end of the input is the message.
        let _ = io::copy(&mut input, &mut io::sink());
        let _ = over.send(());
    });
    // Time, loss or the end of the input: the process ends either way.
    let _ = ended.recv_timeout(Duration::from_secs(seconds));
}

/// Four bytes of length in big-endian, then the value.
fn read_value(input: &mut impl Read) -> io::Result<SecretString> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_SEGMENT {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut value = SecretString::new("\0".repeat(length));
    let mut bytes = std::mem::take(value.expose_mut()).into_bytes();
    let filled = input.read_exact(&mut bytes);
    // Back where it is wiped, whatever happened; what is no text is refused.
    match (filled, String::from_utf8(bytes)) {
        (Ok(()), Ok(text)) => {
            *value.expose_mut() = text;
            Ok(value)
        }
        (Err(error), _) => Err(error),
        (_, Err(error)) => {
            drop(keyhaven_secret::SecretBytes::new(error.into_bytes()));
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}

/// Takes the selection, so that what is wrong with the display is known at once.
fn offer(value: &SecretString) -> Result<Clipboard, String> {
    let mut clipboard = Clipboard::new().map_err(|error| error.to_string())?;
    let set = clipboard.set().exclude_from_history();
    // Exposed to be offered: that is what a copy is.
    let offered = set.text(value.expose().as_str());
    match offered {
        Ok(()) => Ok(clipboard),
        Err(error) => {
            std::mem::forget(clipboard);
            Err(error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(length: u32, bytes: &[u8]) -> Vec<u8> {
        [&length.to_be_bytes(), bytes].concat()
    }

    #[test]
    fn a_value_is_read_to_its_length() {
        let sent = framed(5, b"value and more");
        let value = read_value(&mut sent.as_slice()).unwrap();
        assert_eq!(value.expose(), "value");
    }

    #[test]
    fn what_is_cut_too_long_or_no_text_is_refused() {
        for sent in [
            framed(6, b"value"),
            framed(u32::MAX, b""),
            framed(2, &[0xff, 0xfe]),
            Vec::new(),
        ] {
            assert!(read_value(&mut sent.as_slice()).is_err());
        }
    }

    #[test]
    fn without_a_value_nothing_is_held() {
        let mut said = String::new();
        hold(1, io::empty(), |line| said.push_str(line));
        assert_ne!(said, crate::child_process::READY);
        assert!(!said.is_empty());
    }
}
