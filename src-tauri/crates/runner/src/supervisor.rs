//! A parent that stays with its child, and is as little noticed as it can be.
//!
//! What is printed passes the masks: through a pseudo-terminal where there was a terminal,
//! through pipes elsewhere. Standard input is left alone unless keys are typed there for a
//! terminal of the child's own; where something is piped in, keys are read from the user's
//! terminal. Signals are passed on, unless the child has them from who sent them to the whole
//! group; stops are shared, and the end is the child's.
//!
//! What is typed ahead is typed to the child, and is gone when it ends without reading it.
//! When the child has ended, what it left in its pipes and its terminal is still printed;
//! who else holds them open is not waited for.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use crate::child::{ChildCommand, ChildProcess, StartError};
use crate::ends::SupervisorEnds;
use crate::event_loop::EventLoop;
use crate::mask::Masks;
use crate::pty::HeldSignals;
use crate::restart::{ChildOutcome, RestartTrigger};

/// A process that starts a child and stays until it ends. It has one thread.
pub struct Supervisor {
    signals: HeldSignals,
}

impl Supervisor {
    /// Holds signals back from now on, for the child.
    ///
    /// # Errors
    /// The system refused.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            signals: HeldSignals::hold()?,
        })
    }

    /// Runs a program to its end, with its output masked and until it is to be replaced, where
    /// that is asked for.
    ///
    /// # Errors
    /// Nothing was started.
    pub fn run<'w>(
        &'w self,
        launch: &ChildCommand<'_>,
        masks: Option<&Masks>,
        watch: Option<&'w mut (dyn RestartTrigger + 'w)>,
    ) -> Result<ChildOutcome, StartError> {
        let (ours, ends) = masks
            .map(SupervisorEnds::open)
            .transpose()?
            .unwrap_or_default();
        let (child, ours) = ChildProcess::start(&self.signals, launch, ends, ours)?;
        Ok(EventLoop::new(&self.signals, child, ours, watch).run())
    }

    /// Ends this process as its child ended: by the same status or the same signal.
    pub fn end_as(&self, status: ExitStatus) -> ! {
        if let Some(signal) = status.signal() {
            // Of this process there is nothing to be learnt.
            let _ = keyhaven_secret::process::disable_core_files();
            self.signals.suffer(signal);
            // The first process of a container lives on.
            std::process::exit(128 + signal);
        }
        std::process::exit(status.code().unwrap_or(1))
    }
}
