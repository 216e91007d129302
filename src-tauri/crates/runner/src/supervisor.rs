//! A process that supervises its child, as unobtrusively as possible.
//!
//! Output passes through the masks: over a pseudo-terminal where there was a terminal, over
//! pipes elsewhere. Standard input is not touched unless keys are typed there for the child's
//! pseudo-terminal; if something is piped in, keys are read from the user's terminal. Signals
//! are forwarded unless the child received them with the whole group; the supervisor stops
//! when the child stops, and ends as the child ends. A child that is to be replaced is, with
//! everything that it started, gone before its successor starts.
//!
//! Keys typed ahead go to the child, and are lost if it ends without reading them. After the
//! child has ended, what it left in its pipes and its terminal is still printed; other
//! processes that hold them open are not waited for.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use crate::child::{ChildCommand, ChildProcess, StartError};
use crate::ends::SupervisorEnds;
use crate::event_loop::EventLoop;
use crate::mask::Masks;
use crate::process_tree::{ProcessTree, adopt_orphans};
use crate::pty::HeldSignals;
use crate::restart::{ChildOutcome, RestartTrigger};

/// Starts a child and stays until it ends. The process has one thread.
pub struct Supervisor {
    signals: HeldSignals,
}

impl Supervisor {
    /// Blocks signals from now on, to forward them to the child.
    ///
    /// # Errors
    /// The system refused to.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            signals: HeldSignals::hold()?,
        })
    }

    /// Runs a program to its end, without keeping its environment, with its output masked if there are masks, and until it is
    /// to be restarted if there is a trigger.
    ///
    /// # Errors
    /// No child was started.
    pub fn run<'w>(
        &'w self,
        launch: ChildCommand<'_>,
        masks: Option<&Masks>,
        watch: Option<&'w mut (dyn RestartTrigger + 'w)>,
    ) -> Result<ChildOutcome, StartError> {
        let (ours, ends) = masks
            .map(SupervisorEnds::open)
            .transpose()?
            .unwrap_or_default();
        if watch.is_some() {
            adopt_orphans();
        }
        let mut tree = ProcessTree::begin();
        let (child, ours) = ChildProcess::start(&self.signals, launch, ends, ours)?;
        child.leave_helpers_out(&mut tree);
        Ok(EventLoop::new(&self.signals, child, ours, watch, tree).run())
    }

    /// Ends this process as its child ended: by the same status or the same signal.
    pub fn end_as(&self, status: ExitStatus) -> ! {
        if let Some(signal) = status.signal() {
            // The memory of this process must not reach a core file.
            let _ = keyhaven_secret::process::disable_core_files();
            self.signals.suffer(signal);
            // The first process of a container survives such a signal.
            std::process::exit(128 + signal);
        }
        std::process::exit(status.code().unwrap_or(1))
    }
}
