//! Test builds only: a simulated disk under every file of a vault.
//!
//! While a [`Disk`] lives, each call that its thread makes below its root, by
//! `format::system` or by the database (`vfs`), is counted and recorded. A [`FaultPlan`] makes
//! the n-th of them the last (a kill) or fail (a full or broken disk). From the record a
//! power loss at any place can be drawn: whatever was not synced is there, or not, or torn
//! (`loss`).

pub(crate) mod loss;
mod vfs;

use std::cell::RefCell;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::format::system::SystemCall;
pub(crate) use vfs::install;

/// Something that reached the file system, in order.
#[derive(Debug, Clone)]
pub(crate) enum DiskEvent {
    Make(PathBuf),
    MakeFolder(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    Resize(PathBuf, u64),
    Sync(PathBuf),
    SyncFolder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    /// Said by the test: so many changes were acknowledged.
    Acknowledged(usize),
}

/// What goes wrong, and when: at the `at`-th call that it is about, from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FaultPlan {
    pub(crate) at: usize,
    pub(crate) fault: Fault,
}

/// A way to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A kill: this call, counted among those that change anything, and all after it do
    /// not happen.
    Stop,
    /// One call fails with this error; any call but ENOSPC, which is only for those that
    /// take room.
    Once(Errno),
    /// It fails, and all of its kind do until [`Disk::repair`].
    From(Errno),
}

/// Syncs that are only pretended: the controls of power loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// Of the database and its log.
    Database,
    /// Of other files.
    Files,
    /// Of folders.
    Folders,
}

#[derive(Debug)]
struct DiskState {
    root: PathBuf,
    plan: Option<FaultPlan>,
    lie: Option<FaultKind>,
    calls: usize,
    struck: bool,
    events: Vec<DiskEvent>,
}

thread_local! {
    static STATE: RefCell<Option<DiskState>> = const { RefCell::new(None) };
}

/// The simulated disk of this thread, until dropped.
#[derive(Debug)]
pub(crate) struct Disk {
    _of_this_thread: PhantomData<*const ()>,
}

impl Disk {
    /// Everything works, and is recorded.
    pub(crate) fn recording(root: &Path) -> Self {
        Self::start(root, None, None)
    }

    /// Everything works and is recorded, but some syncs did nothing.
    pub(crate) fn lying(root: &Path, lie: FaultKind) -> Self {
        Self::start(root, None, Some(lie))
    }

    /// Something goes wrong.
    pub(crate) fn failing(root: &Path, plan: FaultPlan) -> Self {
        Self::start(root, Some(plan), None)
    }

    fn start(root: &Path, plan: Option<FaultPlan>, lie: Option<FaultKind>) -> Self {
        install();
        STATE.with_borrow_mut(|state| {
            assert!(state.is_none(), "one simulated disk at a time");
            *state = Some(DiskState {
                root: root.to_owned(),
                plan,
                lie,
                calls: 0,
                struck: false,
                events: Vec::new(),
            });
        });
        Self {
            _of_this_thread: PhantomData,
        }
    }

    /// Whether the plan's call was reached.
    pub(crate) fn struck(&self) -> bool {
        with(|state| state.struck)
    }

    /// The disk works again.
    pub(crate) fn repair(&self) {
        with(|state| state.plan = None);
    }

    /// So many changes are promised from now on.
    pub(crate) fn acknowledge(&self, changes: usize) {
        with(|state| state.events.push(DiskEvent::Acknowledged(changes)));
    }

    /// How much was recorded so far.
    pub(crate) fn recorded(&self) -> usize {
        with(|state| state.events.len())
    }

    /// What reached the file system.
    pub(crate) fn finish(self) -> Vec<DiskEvent> {
        with(|state| std::mem::take(&mut state.events))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        STATE.set(None);
    }
}

fn with<T>(work: impl FnOnce(&mut DiskState) -> T) -> T {
    STATE.with_borrow_mut(|state| work(state.as_mut().expect("a simulated disk")))
}

/// Makes a call of `format::system`, unless the plan says otherwise.
pub(crate) fn around<T>(
    call: SystemCall<'_>,
    work: impl FnOnce() -> io::Result<T>,
) -> io::Result<T> {
    let made = wants_making(call);
    before(call)?;
    let result = work()?;
    after(call, made, false);
    Ok(result)
}

/// Whether opening makes the file: to be asked before it is opened.
fn wants_making(call: SystemCall<'_>) -> bool {
    matches!(call, SystemCall::Make(path) if !path.exists())
}

/// The machine of a test, and its boots.
pub(crate) mod boots {
    use std::cell::Cell;

    use uuid::Uuid;

    thread_local! {
        static BOOT: Cell<u128> = const { Cell::new(1) };
        static MACHINE: Cell<&'static str> = const { Cell::new("here") };
    }

    /// From here on this thread is on another machine.
    pub(crate) fn move_to(machine: &'static str) {
        MACHINE.set(machine);
    }

    pub(crate) fn machine() -> Option<String> {
        Some(MACHINE.get().into())
    }

    pub(crate) fn restart() {
        BOOT.set(BOOT.get() + 1);
    }

    pub(crate) fn boot() -> Uuid {
        Uuid::from_u128(BOOT.get())
    }
}

/// Lets a test look at the files between two operations, as a kill there would leave them.
pub(crate) mod stops {
    use std::cell::RefCell;

    type Look = Box<dyn FnMut()>;

    thread_local! {
        static LOOK: RefCell<Option<Look>> = const { RefCell::new(None) };
    }

    /// Looks before each operation of this thread that changes a file, while something is
    /// done.
    pub(crate) fn watch<T>(look: impl FnMut() + 'static, work: impl FnOnce() -> T) -> T {
        super::install();
        LOOK.set(Some(Box::new(look)));
        let done = work();
        LOOK.take();
        done
    }

    pub(super) fn pass() {
        // Taken out meanwhile: looking is not a separate operation.
        if let Some(mut look) = LOOK.take() {
            look();
            LOOK.set(Some(look));
        }
    }
}

/// The database without the authentication of its pages: for a control.
pub(crate) mod unauthenticated {
    use std::cell::Cell;

    thread_local! {
        static IS_ON: Cell<bool> = const { Cell::new(false) };
    }

    pub(crate) fn set(on: bool) {
        IS_ON.set(on);
    }

    pub(crate) fn is_on() -> bool {
        IS_ON.get()
    }

    pub(crate) fn pragma() -> &'static str {
        if is_on() {
            "PRAGMA cipher_use_hmac = OFF"
        } else {
            ""
        }
    }
}

/// What other programs know of the tables: an earlier one their first form, a later one a
/// step more.
pub(crate) mod forms {
    use std::cell::Cell;
    use std::marker::PhantomData;
    use std::sync::LazyLock;

    use crate::store::connect::MIGRATIONS;

    /// A new table, and other content in a table that counts in the root.
    const STEP: &str = "CREATE TABLE later (id INTEGER PRIMARY KEY);
         UPDATE credential SET name = name || '-migrated', revision = revision + 1";

    static LATER: LazyLock<Vec<&str>> =
        LazyLock::new(|| MIGRATIONS.into_iter().chain([STEP]).collect());

    thread_local! {
        static FORMS: Cell<&'static [&'static str]> = const { Cell::new(&MIGRATIONS) };
    }

    pub(crate) fn migrations() -> &'static [&'static str] {
        FORMS.get()
    }

    /// While it lives, this thread is another program.
    #[derive(Debug)]
    pub(crate) struct Other(PhantomData<*const ()>);

    impl Other {
        pub(crate) fn later() -> Self {
            Self::knowing(LATER.as_slice())
        }

        pub(crate) fn earlier() -> Self {
            Self::knowing(&MIGRATIONS[..1])
        }

        fn knowing(forms: &'static [&'static str]) -> Self {
            FORMS.set(forms);
            Self(PhantomData)
        }
    }

    impl Drop for Other {
        fn drop(&mut self) {
            FORMS.set(&MIGRATIONS);
        }
    }
}

/// Counts a call; an error where it must not happen.
fn before(call: SystemCall<'_>) -> io::Result<()> {
    if Fault::Stop.is_about(call) {
        stops::pass();
    }
    STATE.with_borrow_mut(|state| match state {
        Some(state) if path_of(call).starts_with(&state.root) => state.count(call),
        _ => Ok(()),
    })
}

/// Records a call that happened.
fn after(call: SystemCall<'_>, made: bool, of_database: bool) {
    STATE.with_borrow_mut(|state| {
        let Some(state) = state else { return };
        if path_of(call).starts_with(&state.root) {
            state.record(call, made, of_database);
        }
    });
}

fn path_of(call: SystemCall<'_>) -> &Path {
    match call {
        SystemCall::Look(path)
        | SystemCall::Make(path)
        | SystemCall::MakeFolder(path)
        | SystemCall::Write(path, ..)
        | SystemCall::Resize(path, _)
        | SystemCall::Sync(path)
        | SystemCall::SyncFolder(path)
        | SystemCall::Rename(path, _)
        | SystemCall::Remove(path) => path,
    }
}

impl DiskState {
    fn count(&mut self, call: SystemCall<'_>) -> io::Result<()> {
        let Some(plan) = self.plan else {
            return Ok(());
        };
        if !plan.fault.is_about(call) {
            return Ok(());
        }
        let at = self.calls;
        self.calls += 1;
        let (strikes, error) = match plan.fault {
            Fault::Stop => (at >= plan.at, Errno::IO),
            Fault::Once(error) => (at == plan.at, error),
            Fault::From(error) => (at >= plan.at, error),
        };
        self.struck |= strikes;
        if strikes { Err(error.into()) } else { Ok(()) }
    }

    fn record(&mut self, call: SystemCall<'_>, made: bool, of_database: bool) {
        let lies = |lie| self.lie == Some(lie);
        let event = match call {
            SystemCall::Look(_) => return,
            SystemCall::Make(_) if !made => return,
            SystemCall::Sync(_) if of_database && lies(FaultKind::Database) => return,
            SystemCall::Sync(_) if !of_database && lies(FaultKind::Files) => return,
            SystemCall::SyncFolder(_) if lies(FaultKind::Folders) => return,
            SystemCall::Make(path) => DiskEvent::Make(path.into()),
            SystemCall::MakeFolder(path) => DiskEvent::MakeFolder(path.into()),
            SystemCall::Write(path, at, bytes) => DiskEvent::Write(path.into(), at, bytes.into()),
            SystemCall::Resize(path, length) => DiskEvent::Resize(path.into(), length),
            SystemCall::Sync(path) => DiskEvent::Sync(path.into()),
            SystemCall::SyncFolder(path) => DiskEvent::SyncFolder(path.into()),
            SystemCall::Rename(from, to) => DiskEvent::Rename(from.into(), to.into()),
            SystemCall::Remove(path) => DiskEvent::Remove(path.into()),
        };
        self.events.push(event);
    }
}

impl Fault {
    fn is_about(self, call: SystemCall<'_>) -> bool {
        match self {
            Self::Stop => !matches!(call, SystemCall::Look(_)),
            Self::Once(Errno::NOSPC) | Self::From(Errno::NOSPC) => {
                matches!(
                    call,
                    SystemCall::Make(_)
                        | SystemCall::MakeFolder(_)
                        | SystemCall::Write(..)
                        | SystemCall::Rename(..)
                )
            }
            Self::Once(_) | Self::From(_) => true,
        }
    }
}
