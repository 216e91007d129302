//! What the agent and its watching helper say to one another: what is to be watched, and what
//! was heard. Everything is a word of this list; anything else says nothing.

use std::fmt;

use keyhaven_protocol::agent_security::PresenceSignal as Signal;

const SIGNALS: [Signal; 4] = [
    Signal::Sleep,
    Signal::LateSleep,
    Signal::Session,
    Signal::Screen,
];

/// The word for a signal.
pub(crate) const fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::Sleep => "sleep",
        Signal::LateSleep => "late-sleep",
        Signal::Session => "session",
        Signal::Screen => "screen",
    }
}

/// What the helper is to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchedEvents {
    /// The machine's sleep.
    pub sleep: bool,
    /// The lock of session or screen.
    pub screen: bool,
}

impl WatchedEvents {
    /// Everything that can be watched.
    pub(crate) const ALL: Self = Self {
        sleep: true,
        screen: true,
    };

    /// Whether this signal is among it.
    pub(crate) const fn has(self, signal: Signal) -> bool {
        match signal {
            Signal::Sleep | Signal::LateSleep => self.sleep,
            Signal::Session | Signal::Screen => self.screen,
        }
    }

    /// As it stands behind `--watch`; none where there is nothing to watch.
    pub(crate) const fn words(self) -> Option<&'static str> {
        match (self.sleep, self.screen) {
            (false, false) => None,
            (true, false) => Some("sleep"),
            (false, true) => Some("screen"),
            (true, true) => Some("sleep,screen"),
        }
    }

    /// As it stands behind `--watch`.
    #[must_use]
    pub fn of_words(words: &str) -> Option<Self> {
        let mut what = Self {
            sleep: false,
            screen: false,
        };
        for word in words.split(',') {
            match word {
                "sleep" => what.sleep = true,
                "screen" => what.screen = true,
                _ => return None,
            }
        }
        Some(what)
    }
}

/// One line of the helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PresenceMessage {
    /// It listens now, and nothing is locked.
    Hears(Signal),
    /// It listens now, and this is locked already.
    Found(Signal),
    /// The person leaves.
    Left(Signal),
    /// What was locked is so no more.
    Back(Signal),
}

impl fmt::Display for PresenceMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, signal) = match *self {
            Self::Hears(signal) => ("hears", signal),
            Self::Found(signal) => ("found", signal),
            Self::Left(signal) => ("left", signal),
            Self::Back(signal) => ("back", signal),
        };
        write!(f, "{verb} {}", name(signal))
    }
}

impl PresenceMessage {
    /// A line that may say one of these.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (verb, word) = line.split_once(' ')?;
        let signal = SIGNALS.into_iter().find(|signal| name(*signal) == word)?;
        match verb {
            "hears" => Some(Self::Hears(signal)),
            "found" => Some(Self::Found(signal)),
            "left" => Some(Self::Left(signal)),
            "back" => Some(Self::Back(signal)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_to_watch() {
        for (sleep, screen) in [(true, false), (false, true), (true, true)] {
            let what = WatchedEvents { sleep, screen };
            assert_eq!(what.words().and_then(WatchedEvents::of_words), Some(what));
        }
        for wrong in ["", "sleep,", "everything"] {
            assert_eq!(WatchedEvents::of_words(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_line_says_one_thing() {
        for signal in SIGNALS {
            for said in [
                PresenceMessage::Hears,
                PresenceMessage::Found,
                PresenceMessage::Left,
                PresenceMessage::Back,
            ] {
                let said = said(signal);
                assert_eq!(PresenceMessage::parse(&said.to_string()), Some(said));
            }
        }
        for wrong in ["", "left", "left doorbell", "stays screen", "left  screen"] {
            assert_eq!(PresenceMessage::parse(wrong), None, "{wrong}");
        }
    }
}
