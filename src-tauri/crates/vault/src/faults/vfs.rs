//! The database's files on the simulated disk: a VFS around SQLite's own for Unix.
//!
//! It becomes the default VFS of test builds, and hands every call on where the thread has no
//! simulated disk. Each open file is a [`Shim`] followed by the real file; SQLite calls the
//! methods of one file from one thread at a time, and the pointers it hands in live as long
//! as the call. Like `format::system` in test builds, it never waits for the real disk.
#![allow(unsafe_code)]

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Once;

use rusqlite::ffi;
use rustix::io::Errno;

use super::{after, before, wants_making};
use crate::format::system::SystemCall;

/// An open file: this, then the real one.
#[repr(C)]
struct Shim {
    base: ffi::sqlite3_file,
    /// `None` for a temporary file without a name.
    path: Option<Box<FileState>>,
}

struct FileState {
    path: PathBuf,
    /// SQLite's VFS syncs the folder at the first sync of a log that was to be made.
    sync_folder: bool,
}

/// The real VFS, found once.
struct Real(*mut ffi::sqlite3_vfs);

// SAFETY: the VFS is static data of SQLite, and its functions may be called from any thread.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}

static REAL: std::sync::OnceLock<Real> = std::sync::OnceLock::new();

fn real() -> *mut ffi::sqlite3_vfs {
    REAL.get().expect("installed").0
}

/// Makes this VFS the default one, once.
pub(crate) fn install() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        // SAFETY: initialising is idempotent and thread-safe; the found VFS is static; the
        // registered one is leaked, so it is too.
        unsafe {
            assert_eq!(ffi::sqlite3_initialize(), ffi::SQLITE_OK);
            let unix = ffi::sqlite3_vfs_find(std::ptr::null());
            assert!(!unix.is_null());
            assert!(REAL.set(Real(unix)).is_ok());
            let vfs = Box::new(ffi::sqlite3_vfs {
                szOsFile: size_of::<Shim>() as c_int + (*unix).szOsFile,
                pNext: std::ptr::null_mut(),
                zName: c"keyhaven-faults".as_ptr(),
                xOpen: Some(open),
                xDelete: Some(delete),
                xAccess: Some(access),
                ..std::ptr::read(unix)
            });
            assert_eq!(ffi::sqlite3_vfs_register(Box::leak(vfs), 1), ffi::SQLITE_OK);
        }
    });
}

/// # Safety
/// `file` is a [`Shim`] that [`open`] set up.
unsafe fn inner(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: `szOsFile` left room for the real file behind the shim.
    unsafe { file.cast::<Shim>().add(1).cast() }
}

/// # Safety
/// As for [`inner`], and nobody else looks at the shim meanwhile.
unsafe fn state<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a mut FileState> {
    // SAFETY: promised by the caller.
    unsafe { (*file.cast::<Shim>()).path.as_deref_mut() }
}

/// # Safety
/// `name` is null or ends in NUL.
unsafe fn path_of<'a>(name: *const c_char) -> Option<&'a Path> {
    if name.is_null() {
        return None;
    }
    // SAFETY: promised by the caller.
    let name = unsafe { CStr::from_ptr(name) };
    Some(Path::new(OsStr::from_bytes(name.to_bytes())))
}

/// SQLite's code for a refused call.
fn refused(call: SystemCall<'_>) -> Option<c_int> {
    let error: io::Error = before(call).err()?;
    let full = Errno::from_io_error(&error) == Some(Errno::NOSPC);
    Some(match call {
        SystemCall::Write(..) | SystemCall::Resize(..) if full => ffi::SQLITE_FULL,
        SystemCall::Write(..) => ffi::SQLITE_IOERR_WRITE,
        SystemCall::Resize(..) => ffi::SQLITE_IOERR_TRUNCATE,
        SystemCall::Sync(_) => ffi::SQLITE_IOERR_FSYNC,
        SystemCall::SyncFolder(_) => ffi::SQLITE_IOERR_DIR_FSYNC,
        SystemCall::Remove(_) => ffi::SQLITE_IOERR_DELETE,
        SystemCall::Make(_) => ffi::SQLITE_CANTOPEN,
        _ => ffi::SQLITE_IOERR_READ,
    })
}

/// Around one call to the real file.
fn around(call: SystemCall<'_>, work: impl FnOnce() -> c_int) -> c_int {
    if let Some(code) = refused(call) {
        return code;
    }
    let code = work();
    if code == ffi::SQLITE_OK {
        after(call, false, true);
    }
    code
}

unsafe extern "C" fn open(
    _vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives room for `szOsFile` bytes, and a name that ends in NUL or null.
    unsafe {
        (*file).pMethods = std::ptr::null();
        let path = path_of(name);
        let call = path.map(|path| {
            if flags & ffi::SQLITE_OPEN_CREATE != 0 {
                SystemCall::Make(path)
            } else {
                SystemCall::Look(path)
            }
        });
        let made = call.is_some_and(wants_making);
        if let Some(code) = call.and_then(refused) {
            return code;
        }
        let open = (*real()).xOpen.expect("xOpen");
        let code = open(real(), name, inner(file), flags, out);
        if (*inner(file)).pMethods.is_null() {
            return code;
        }
        if let Some(call) = call {
            after(call, made, true);
        }
        let log = ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL;
        let state = path.map(|path| {
            Box::new(FileState {
                path: path.to_owned(),
                sync_folder: flags & log != 0 && flags & ffi::SQLITE_OPEN_CREATE != 0,
            })
        });
        let shim = file.cast::<Shim>();
        std::ptr::write(&raw mut (*shim).path, state);
        (*file).pMethods = &raw const METHODS;
        code
    }
}

unsafe extern "C" fn delete(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    // SAFETY: the name ends in NUL; the real VFS gets what this one got.
    unsafe {
        let path = path_of(name).expect("a name");
        let delete = (*real()).xDelete.expect("xDelete");
        let code = around(SystemCall::Remove(path), || delete(real(), name, 0));
        if code != ffi::SQLITE_OK || sync_folder == 0 {
            return code;
        }
        around(
            SystemCall::SyncFolder(path.parent().expect("a folder")),
            || ffi::SQLITE_OK,
        )
    }
}

unsafe extern "C" fn access(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    result: *mut c_int,
) -> c_int {
    // SAFETY: as for `delete`.
    unsafe {
        let path = path_of(name).expect("a name");
        if before(SystemCall::Look(path)).is_err() {
            return ffi::SQLITE_IOERR_ACCESS;
        }
        ((*real()).xAccess.expect("xAccess"))(real(), name, flags, result)
    }
}

/// Calls a method of the real file.
macro_rules! hand_on {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let inner = inner($file);
        let method = (*(*inner).pMethods).$method.expect(stringify!($method));
        method(inner $(, $argument)*)
    }};
}

/// A method that only hands on.
macro_rules! plain {
    ($name:ident, $method:ident ($($argument:ident: $kind:ty),*) -> $result:ty) => {
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file $(, $argument: $kind)*) -> $result {
            // SAFETY: SQLite hands in a file that `open` set up; the arguments are for it.
            unsafe { hand_on!(file, $method $(, $argument)*) }
        }
    };
}

plain!(size, xFileSize(result: *mut ffi::sqlite3_int64) -> c_int);
plain!(unlock, xUnlock(level: c_int) -> c_int);
plain!(reserved, xCheckReservedLock(result: *mut c_int) -> c_int);
plain!(control, xFileControl(operation: c_int, argument: *mut c_void) -> c_int);
plain!(sector_size, xSectorSize() -> c_int);
plain!(characteristics, xDeviceCharacteristics() -> c_int);
plain!(shm_map, xShmMap(page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void) -> c_int);
plain!(shm_lock, xShmLock(offset: c_int, count: c_int, flags: c_int) -> c_int);
plain!(shm_barrier, xShmBarrier() -> ());
plain!(shm_unmap, xShmUnmap(remove: c_int) -> c_int);

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: a file that `open` set up; nothing uses it after this.
    unsafe {
        let code = hand_on!(file, xClose);
        std::ptr::drop_in_place(&raw mut (*file.cast::<Shim>()).path);
        code
    }
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    to: *mut c_void,
    count: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: a file that `open` set up, and room for `count` bytes.
    unsafe {
        if let Some(state) = state(file)
            && before(SystemCall::Look(&state.path)).is_err()
        {
            return ffi::SQLITE_IOERR_READ;
        }
        hand_on!(file, xRead, to, count, at)
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    count: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: a file that `open` set up, and `count` bytes to read.
    unsafe {
        let Some(state) = state(file) else {
            return hand_on!(file, xWrite, from, count, at);
        };
        let bytes = std::slice::from_raw_parts(from.cast::<u8>(), count as usize);
        let call = SystemCall::Write(&state.path, at.cast_unsigned(), bytes);
        around(call, || hand_on!(file, xWrite, from, count, at))
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: ffi::sqlite3_int64) -> c_int {
    // SAFETY: a file that `open` set up.
    unsafe {
        let Some(state) = state(file) else {
            return hand_on!(file, xTruncate, length);
        };
        let call = SystemCall::Resize(&state.path, length.cast_unsigned());
        around(call, || hand_on!(file, xTruncate, length))
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: a file that `open` set up.
    unsafe {
        let Some(state) = state(file) else {
            return hand_on!(file, xSync, flags);
        };
        let code = around(SystemCall::Sync(&state.path), || ffi::SQLITE_OK);
        if code != ffi::SQLITE_OK || !state.sync_folder {
            return code;
        }
        state.sync_folder = false;
        let folder = state.path.parent().expect("a folder");
        around(SystemCall::SyncFolder(folder), || ffi::SQLITE_OK)
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: a file that `open` set up.
    unsafe {
        if let Some(state) = state(file)
            && before(SystemCall::Look(&state.path)).is_err()
        {
            return ffi::SQLITE_IOERR_LOCK;
        }
        hand_on!(file, xLock, level)
    }
}
