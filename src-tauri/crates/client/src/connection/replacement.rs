//! Replacing an agent of an older version.

use std::time::{Duration, Instant};

use keyhaven_protocol::PROTOCOL;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame;
use keyhaven_protocol::request::{HelloAnswer, ReplyHead};
use rustix::process::{Pid, Signal};

use super::peer::own_peer;
use super::{Client, broken};

/// How long an agent that is being replaced may take to end.
const END_WITHIN: Duration = Duration::from_secs(10);

/// What a client does about the agent that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    Use,
    Replace,
    Refuse,
}

/// An older agent is replaced when it is locked. An unlocked or newer one stays and is used if it
/// has the same protocol: two programs of different versions would otherwise replace each other's
/// agents without end.
pub(super) fn course(agent: &HelloAnswer, mine: &str) -> Course {
    let same = agent.version == mine && agent.protocol == PROTOCOL;
    let newer = agent.protocol > PROTOCOL || numbers(&agent.version) > numbers(mine);
    match (agent.locked && !same && !newer, agent.protocol == PROTOCOL) {
        (true, _) => Course::Replace,
        (false, true) => Course::Use,
        (false, false) => Course::Refuse,
    }
}

/// The numbers of a version (Semantic Versioning 2.0); a text that is none counts as the oldest.
fn numbers(version: &str) -> Vec<u64> {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.')
        .map(|number| number.parse().unwrap_or(0))
        .collect()
}

/// Ends a locked agent by SIGTERM, which every version understands.
pub(super) fn end(mut client: Client) -> Result<(), Error> {
    terminate(own_peer(&client.writer)?)?;
    let deadline = Instant::now() + END_WITHIN;
    while Instant::now() < deadline {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = left.max(Duration::from_millis(1));
        client
            .writer
            .set_read_timeout(Some(timeout))
            .map_err(|error| broken(&error.into()))?;
        if frame::read::<ReplyHead>(&mut client.reader).is_err() {
            return Ok(());
        }
    }
    Err(client.other_version())
}

fn terminate(pid: Pid) -> Result<(), Error> {
    match rustix::process::kill_process(pid, Signal::TERM) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(broken(&std::io::Error::from(error).into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(version: &str, protocol: u32, locked: bool) -> HelloAnswer {
        HelloAnswer {
            protocol,
            version: version.into(),
            vault: String::new(),
            locked,
            pid: 1,
            hook_wait_seconds: None,
        }
    }

    #[test]
    fn only_an_older_agent_that_is_locked_is_replaced() {
        for (version, protocol, locked, expected) in [
            ("1.2.3", PROTOCOL, true, Course::Use),
            ("1.2.3", PROTOCOL, false, Course::Use),
            ("1.2.2", PROTOCOL, true, Course::Replace),
            ("0.9.10", PROTOCOL, true, Course::Replace),
            ("1.2.2", PROTOCOL, false, Course::Use),
            ("1.2.2", PROTOCOL - 1, true, Course::Replace),
            ("1.2.2", PROTOCOL - 1, false, Course::Refuse),
            ("1.10.0", PROTOCOL, true, Course::Use),
            ("2.0.0", PROTOCOL + 1, true, Course::Refuse),
            ("2.0.0", PROTOCOL + 1, false, Course::Refuse),
            // Between two builds of one version, the protocol tells.
            ("1.2.3", PROTOCOL - 1, true, Course::Replace),
            ("1.2.3", PROTOCOL + 1, true, Course::Refuse),
            ("no version", PROTOCOL, true, Course::Replace),
        ] {
            let agent = agent(version, protocol, locked);
            assert_eq!(course(&agent, "1.2.3"), expected, "{agent:?}");
        }
    }
}
