//! A line that is typed without being shown: bytes of a terminal in, a text out.
//!
//! Only what a person sees on the keys becomes part of the text. The editing keys of the
//! terminal edit, the marks around a paste are dropped, and every other control byte or
//! sequence refuses the line: it would be stored as part of a key or password that nobody
//! can type again.

use keyhaven_secret::{Secret, SecretBytes, SecretString};

use crate::problem::CliProblem;

/// The longest line taken, in bytes; longer values come by `--stdin`.
pub const MAX_LINE: usize = 1 << 20;
const ESCAPE: u8 = 0x1b;
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// The keys that edit or end a line; 0 is none.
#[derive(Debug, Clone, Copy)]
pub struct LineKeys {
    pub erase: u8,
    pub kill_word: u8,
    pub kill_line: u8,
    pub interrupt: u8,
    pub suspend: u8,
    pub end: u8,
}

impl Default for LineKeys {
    fn default() -> Self {
        Self {
            erase: 0x7f,
            kill_word: 0x17,
            kill_line: 0x15,
            interrupt: 0x03,
            suspend: 0x1a,
            end: 0x04,
        }
    }
}

/// What a byte leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineStep {
    /// The line goes on.
    More,
    /// The line is complete.
    Done,
    /// The key that interrupts.
    Interrupted,
    /// The key that stops the process until the shell continues it.
    Suspended,
    /// The end of the input, before anything was typed.
    Ended,
    /// A control byte or sequence that no text has.
    Refused,
    /// More than a line may have.
    TooLong,
}

/// The line so far.
#[derive(Debug)]
pub struct HiddenLine {
    keys: LineKeys,
    text: SecretBytes,
    /// A sequence that has begun.
    sequence: Vec<u8>,
    /// Between the marks of a paste, where no byte is a key.
    pasting: bool,
}

impl HiddenLine {
    /// An empty line.
    pub fn new(keys: LineKeys) -> Self {
        Self {
            keys,
            text: SecretBytes::new(Vec::with_capacity(256)),
            sequence: Vec::new(),
            pasting: false,
        }
    }

    /// Takes the next byte.
    pub fn take(&mut self, byte: u8) -> LineStep {
        if byte == ESCAPE || !self.sequence.is_empty() {
            return self.in_sequence(byte);
        }
        match byte {
            b'\n' | b'\r' => LineStep::Done,
            byte if byte < 0x20 || byte == 0x7f || self.is_key(byte) => self.control(byte),
            byte => self.push(byte),
        }
    }

    /// The text.
    ///
    /// # Errors
    /// It is not UTF-8, or has control characters of Unicode.
    pub fn into_text(mut self) -> Result<SecretString, CliProblem> {
        // Exposed to be read as text.
        let text = String::from_utf8(std::mem::take(self.text.expose_mut()));
        let text = Secret::new(text.map_err(|_| CliProblem::InputNotUtf8)?);
        if text.expose().chars().any(char::is_control) {
            return Err(CliProblem::ControlCharacter);
        }
        Ok(text)
    }

    fn is_key(&self, byte: u8) -> bool {
        let keys = &self.keys;
        let all = [
            keys.erase,
            keys.kill_word,
            keys.kill_line,
            keys.interrupt,
            keys.suspend,
            keys.end,
        ];
        !self.pasting && all.contains(&byte)
    }

    fn in_sequence(&mut self, byte: u8) -> LineStep {
        self.sequence.push(byte);
        let sequence = self.sequence.as_slice();
        if sequence == PASTE_BEGINS || sequence == PASTE_ENDS {
            self.pasting = sequence == PASTE_BEGINS;
            self.sequence.clear();
            return LineStep::More;
        }
        match PASTE_BEGINS.starts_with(sequence) || PASTE_ENDS.starts_with(sequence) {
            true => LineStep::More,
            false => LineStep::Refused,
        }
    }

    fn control(&mut self, byte: u8) -> LineStep {
        let keys = self.keys;
        if byte == 0 || self.pasting {
            return LineStep::Refused;
        }
        // Exposed to be edited in place.
        let text = self.text.expose_mut();
        if byte == keys.interrupt {
            return LineStep::Interrupted;
        } else if byte == keys.suspend {
            return LineStep::Suspended;
        } else if byte == keys.end && text.is_empty() {
            return LineStep::Ended;
        } else if byte == keys.end {
            return LineStep::Done;
        } else if byte == keys.kill_line {
            text.clear();
        } else if byte == keys.kill_word {
            drop_word(text);
        } else if byte == keys.erase || byte == 0x08 || byte == 0x7f {
            drop_character(text);
        } else {
            return LineStep::Refused;
        }
        LineStep::More
    }

    fn push(&mut self, byte: u8) -> LineStep {
        // Exposed to be added to.
        let text = self.text.expose_mut();
        if text.len() == MAX_LINE {
            return LineStep::TooLong;
        }
        text.push(byte);
        LineStep::More
    }
}

/// What comes after a line at once: nothing but its end, or other lines of a paste.
#[derive(Debug, Default)]
pub struct FollowingLines(Vec<u8>);

impl FollowingLines {
    /// Takes the next bytes; only as many are kept as are needed to tell.
    pub fn take(&mut self, bytes: &[u8]) {
        let visible = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
        let room = PASTE_ENDS.len() + 1 - self.0.len();
        self.0.extend(visible.take(room));
    }

    /// Whether there is more than the end of a line and of a paste.
    pub fn are_there(&self) -> bool {
        !self.0.is_empty() && self.0 != PASTE_ENDS
    }
}

/// Removes the last character of UTF-8 text.
fn drop_character(line: &mut Vec<u8>) {
    while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
}

/// Removes the last word, with the blanks after it.
fn drop_word(line: &mut Vec<u8>) {
    let blanks = line.iter().rev().take_while(|byte| **byte == b' ').count();
    line.truncate(line.len() - blanks);
    let word = line.iter().rev().take_while(|byte| **byte != b' ').count();
    line.truncate(line.len() - word);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The first step that ends the line, and its text if it is one.
    fn typed(bytes: &[u8]) -> (LineStep, Option<String>) {
        let mut line = HiddenLine::new(LineKeys::default());
        for byte in bytes {
            match line.take(*byte) {
                LineStep::More => {}
                LineStep::Done => {
                    let text = line.into_text().ok().map(|text| text.expose().clone());
                    return (LineStep::Done, text);
                }
                step => return (step, None),
            }
        }
        (LineStep::More, None)
    }

    #[track_caller]
    fn gives(bytes: &[u8], text: &str) {
        assert_eq!(typed(bytes), (LineStep::Done, Some(text.into())));
    }

    #[test]
    fn editing_keys_edit() {
        gives("aä日\x7f\x7fb\n".as_bytes(), "ab");
        gives(b"\x7f\x08ab\x08\n", "a");
        gives(b"one two  \x17three\n", "one three");
        gives(b"one\x17\x17two\n", "two");
        gives(b"all of it\x15new\r", "new");
        gives(b"typed\x04", "typed");
    }

    #[test]
    fn marks_of_a_paste_are_no_part_of_it() {
        gives(b"\x1b[200~sk_test\x1b[201~\n", "sk_test");
        gives(b"a\x1b[200~b\x1b[201~c\x1b[200~d\n", "abcd");
    }

    #[test]
    fn what_is_no_text_refuses_the_line() {
        for bytes in [
            &b"a\x1b[D\n"[..],
            b"\x1b\n",
            b"\x1bOP",
            b"a\tb\n",
            b"\0",
            b"\x1b[200~a\x03b\x1b[201~\n",
            b"\x1b[200~a\x7fb\x1b[201~\n",
            b"\x1b[200~\x1b[D",
        ] {
            assert_eq!(typed(bytes).0, LineStep::Refused, "{bytes:?}");
        }
        assert_eq!(typed("a\u{9b}31m\n".as_bytes()), (LineStep::Done, None));
        assert_eq!(typed(b"\xff\n"), (LineStep::Done, None));
    }

    #[test]
    fn a_line_can_be_interrupted_suspended_and_ended() {
        assert_eq!(typed(b"abc\x03").0, LineStep::Interrupted);
        assert_eq!(typed(b"\x04").0, LineStep::Ended);
        assert_eq!(typed(b"abc\x1a").0, LineStep::Suspended);
        assert_eq!(typed(b"\x1b[200~a\x1a").0, LineStep::Refused);
        assert_eq!(typed(b"a\x15\x04").0, LineStep::Ended);
    }

    #[test]
    fn the_keys_are_those_of_the_terminal() {
        let keys = LineKeys {
            erase: b'#',
            kill_line: 0,
            suspend: 0,
            ..LineKeys::default()
        };
        let mut line = HiddenLine::new(keys);
        for byte in b"ab#" {
            assert_eq!(line.take(*byte), LineStep::More);
        }
        assert_eq!(line.take(0), LineStep::Refused);
        assert_eq!(line.take(0x15), LineStep::Refused);
        assert_eq!(line.take(0x1a), LineStep::Refused);
        assert_eq!(line.into_text().unwrap().expose(), "a");
    }

    #[test]
    fn the_end_of_a_paste_is_no_further_line() {
        let follow = |chunks: &[&[u8]]| {
            let mut lines = FollowingLines::default();
            chunks.iter().for_each(|chunk| lines.take(chunk));
            lines.are_there()
        };
        assert!(!follow(&[]) && !follow(&[b"\n\r\n", b" "]));
        assert!(!follow(&[b"\x1b[2", b"01~\n"]) && !follow(&[b"\n\x1b[201~"]));
        assert!(follow(&[b"x"]) && follow(&[b"\nsecond\x1b[201~"]));
        assert!(follow(&[b"\x1b[201~", &[b' '; 9000], b"x"]));
    }

    proptest! {
        #[test]
        fn a_text_without_control_characters_comes_back(text in "\\PC*", pasted in any::<bool>()) {
            prop_assume!(!text.chars().any(char::is_control));
            let line = match pasted {
                true => format!("\x1b[200~{text}\x1b[201~\n"),
                false => format!("{text}\n"),
            };
            prop_assert_eq!(typed(line.as_bytes()), (LineStep::Done, Some(text)));
        }

        #[test]
        fn no_control_character_gets_in(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let (LineStep::Done, Some(text)) = typed(&bytes) {
                prop_assert!(!text.chars().any(char::is_control), "{:?}", text);
            }
        }

        #[test]
        fn what_is_erased_was_never_typed(text in "[^\\p{Cc}]*", more in "[^\\p{Cc} ]+", blanks in " {0,3}") {
            let erased = "\x7f".repeat(more.chars().count());
            let line = format!("{text}{more}{erased}\n");
            prop_assert_eq!(typed(line.as_bytes()).1, Some(text.clone()));
            let line = format!("{text} {more}{blanks}\x17\n");
            prop_assert_eq!(typed(line.as_bytes()).1, Some(format!("{text} ")));
            let line = format!("{text}\x15{more}\n");
            prop_assert_eq!(typed(line.as_bytes()).1, Some(more));
        }
    }
}
