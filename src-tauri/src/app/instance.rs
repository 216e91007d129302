//! One window process per vault: a second start hands its request to the first and ends.
//!
//! The first holds a lock file for its life and listens on a socket next to the agent's.
//! Both sides check that the other is the same user.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use keyhaven_protocol::paths::VaultPaths;

use crate::arguments::ToShow;

/// A request is a word or an id.
const MAX_WISH: u64 = 64;
/// For a peer that says nothing, and for a first process that does not listen yet.
const PATIENCE: Duration = Duration::from_secs(2);
const SHOW: &str = "show";

/// Whether this process is the first.
#[derive(Debug)]
pub enum Instance {
    /// It is, or nothing can be known; `None` cannot be reached by later ones.
    First(Option<Listener>),
    /// Another one has taken the request.
    Other,
}

/// Receives the requests of later starts.
#[derive(Debug)]
pub struct Listener {
    socket: UnixListener,
    /// Held for the life of the process.
    _lock: File,
}

/// Becomes the first process for this vault, or hands the request to it.
///
/// The request is what to show; none means just to show the window.
pub fn claim(place: &VaultPaths, to_show: Option<ToShow>) -> Instance {
    // Without a private folder every start has its own window: less comfort, no harm.
    try_claim(place, to_show).unwrap_or(Instance::First(None))
}

fn try_claim(place: &VaultPaths, to_show: Option<ToShow>) -> io::Result<Instance> {
    let folder = place.socket.parent().ok_or(io::ErrorKind::NotFound)?;
    if folder == place.folder {
        // The vault folder is the agent's alone.
        return Err(io::ErrorKind::Unsupported.into());
    }
    private_folder(folder)?;
    let socket = place.socket.with_extension("window");
    let lock = open_lock(&place.socket.with_extension("window.lock"))?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        if lock.try_lock().is_ok() {
            return listen(&socket, lock);
        }
        match hand_over(&socket, to_show) {
            Ok(()) => return Ok(Instance::Other),
            // The first process holds the lock and is about to listen, or just ended.
            Err(_) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(error),
        }
    }
}

fn private_folder(folder: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = fs::symlink_metadata(folder)?;
    let mine = found.uid() == rustix::process::geteuid().as_raw();
    if found.is_dir() && mine && found.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(io::ErrorKind::PermissionDenied.into())
}

fn open_lock(path: &Path) -> io::Result<File> {
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

/// Only the holder of the lock may remove what an earlier process left.
fn listen(path: &PathBuf, lock: File) -> io::Result<Instance> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let socket = UnixListener::bind(path)?;
    // Its folder is private already; this is for tools that check the socket alone.
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(Instance::First(Some(Listener {
        socket,
        _lock: lock,
    })))
}

fn hand_over(path: &Path, to_show: Option<ToShow>) -> io::Result<()> {
    let mut stream = UnixStream::connect(path)?;
    check_peer(&stream)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let word = to_show.map_or_else(|| SHOW.to_owned(), |shown| shown.to_string());
    stream.write_all(word.as_bytes())?;
    stream.shutdown(std::net::Shutdown::Write)?;
    // The answer says that it was understood; a process that is ending gives none.
    stream.read_exact(&mut [0])
}

fn check_peer(stream: &UnixStream) -> io::Result<()> {
    if rustix::net::sockopt::socket_peercred(stream)?.uid == rustix::process::geteuid() {
        return Ok(());
    }
    Err(io::ErrorKind::PermissionDenied.into())
}

impl Listener {
    /// Waits for requests for the rest of the process' life.
    pub fn serve(&self, mut each: impl FnMut(Option<ToShow>)) {
        loop {
            let Ok((stream, _)) = self.socket.accept() else {
                return;
            };
            // A peer that breaks off or talks nonsense makes no request.
            if let Ok(to_show) = take_request(stream) {
                each(to_show);
            }
        }
    }
}

fn take_request(mut stream: UnixStream) -> io::Result<Option<ToShow>> {
    check_peer(&stream)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut word = String::new();
    (&stream).take(MAX_WISH).read_to_string(&mut word)?;
    let to_show = match word.as_str() {
        SHOW => None,
        word => Some(word.parse().map_err(|_| io::ErrorKind::InvalidData)?),
    };
    stream.write_all(b"+")?;
    Ok(to_show)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn place(root: &Path) -> VaultPaths {
        VaultPaths::new(&root.join("vault"), Some(root)).unwrap()
    }

    /// What the first process is asked to show.
    fn first(place: &VaultPaths) -> mpsc::Receiver<Option<ToShow>> {
        let Instance::First(Some(listener)) = claim(place, None) else {
            panic!("nobody was there before");
        };
        let (sender, requests) = mpsc::channel();
        std::thread::spawn(move || listener.serve(|to_show| sender.send(to_show).unwrap()));
        requests
    }

    #[test]
    fn a_second_start_hands_over_and_the_next_first_takes_the_place() {
        let root = tempfile::tempdir().unwrap();
        let place = place(root.path());
        let requests = first(&place);

        let id = ToShow::Key(uuid::Uuid::from_u128(7));
        assert!(matches!(claim(&place, Some(id)), Instance::Other));
        assert!(matches!(claim(&place, None), Instance::Other));
        assert_eq!(requests.recv().unwrap(), Some(id));
        assert_eq!(requests.recv().unwrap(), None);
    }

    #[test]
    fn what_a_killed_process_left_is_in_nobodys_way() {
        let root = tempfile::tempdir().unwrap();
        let place = place(root.path());
        assert!(matches!(claim(&place, None), Instance::First(Some(_))));
        assert!(place.socket.with_extension("window").exists());
        assert!(matches!(claim(&place, None), Instance::First(Some(_))));
    }

    #[test]
    fn nonsense_is_no_request() {
        let root = tempfile::tempdir().unwrap();
        let place = place(root.path());
        let requests = first(&place);
        for nonsense in [&b"../../etc"[..], &[0xff; 200], b""] {
            let mut stream = UnixStream::connect(place.socket.with_extension("window")).unwrap();
            // The other side may hang up before everything was written.
            let _ = stream.write_all(nonsense);
        }
        assert!(matches!(claim(&place, None), Instance::Other));
        assert_eq!(
            requests.recv().unwrap(),
            None,
            "the first request that was understood"
        );
        assert!(requests.try_recv().is_err());
    }

    #[test]
    fn a_folder_open_to_others_is_not_used() {
        let root = tempfile::tempdir().unwrap();
        let place = place(root.path());
        let folder = root.path().join("keyhaven");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(claim(&place, None), Instance::First(None)));
    }
}
