//! What may be on the disk after a power loss.
//!
//! Only what POSIX promises is kept: content up to the last sync of its file, names up to
//! the last sync of their folder. Of everything since then each write may be there, missing,
//! or there in some of its sectors of 512 bytes; each change of a name may be there or not,
//! but a rename is one change.

use std::collections::BTreeMap;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

pub(crate) use keyhaven_proof::SeededRng;

use super::DiskEvent;

const SECTOR: u64 = 512;

#[derive(Debug, Clone)]
enum Unsynced {
    Write(u64, Vec<u8>),
    Resize(u64),
}

#[derive(Debug, Clone, Default)]
struct Node {
    synced: Vec<u8>,
    pending: Vec<Unsynced>,
}

/// What a name stands for: the number of a file, or a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NamedNode {
    File(usize),
    Folder,
}

#[derive(Debug, Clone)]
struct NameChange {
    removed: Option<PathBuf>,
    added: Option<(PathBuf, NamedNode)>,
}

/// The files below a root: what is durable and what is not yet.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    root: PathBuf,
    nodes: Vec<Node>,
    /// As programs see it.
    names: BTreeMap<PathBuf, NamedNode>,
    /// As a power loss would leave it at least.
    durable: BTreeMap<PathBuf, NamedNode>,
    changes: Vec<NameChange>,
}

/// How the unsynced is treated.
#[derive(Debug, Clone, Copy)]
enum Manner {
    Nothing,
    Everything,
    /// In order, up to some place.
    UpTo,
    Anything,
}

impl Image {
    /// What is there now, taken as durable.
    pub(crate) fn of(root: &Path) -> Self {
        let mut image = Self {
            root: root.to_owned(),
            nodes: Vec::new(),
            names: BTreeMap::new(),
            durable: BTreeMap::new(),
            changes: Vec::new(),
        };
        image.load(root);
        image.durable = image.names.clone();
        image
    }

    fn load(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.names.insert(path.clone(), NamedNode::Folder);
                self.load(&path);
            } else {
                let synced = std::fs::read(&path).unwrap();
                let node = self.add(Node {
                    synced,
                    pending: Vec::new(),
                });
                self.names.insert(path, node);
            }
        }
    }

    fn add(&mut self, node: Node) -> NamedNode {
        self.nodes.push(node);
        NamedNode::File(self.nodes.len() - 1)
    }

    fn node(&mut self, path: &Path) -> &mut Node {
        match self.names.get(path) {
            Some(NamedNode::File(at)) => &mut self.nodes[*at],
            other => panic!("{} is {other:?}", path.display()),
        }
    }

    /// Lets one thing happen.
    pub(crate) fn apply(&mut self, event: &DiskEvent) {
        match event {
            DiskEvent::Make(path) => {
                let entry = self.add(Node::default());
                self.link(path, entry);
            }
            DiskEvent::MakeFolder(path) => self.link(path, NamedNode::Folder),
            DiskEvent::Write(path, at, bytes) => {
                let write = Unsynced::Write(*at, bytes.clone());
                self.node(path).pending.push(write);
            }
            DiskEvent::Resize(path, length) => {
                self.node(path).pending.push(Unsynced::Resize(*length));
            }
            DiskEvent::Sync(path) => {
                let node = self.node(path);
                for pending in std::mem::take(&mut node.pending) {
                    pending.apply(&mut node.synced);
                }
            }
            DiskEvent::SyncFolder(folder) => self.sync_folder(folder),
            DiskEvent::Rename(from, to) => {
                let entry = self.names.remove(from).expect("a renamed file");
                self.names.insert(to.clone(), entry);
                self.changes.push(NameChange {
                    removed: Some(from.clone()),
                    added: Some((to.clone(), entry)),
                });
            }
            DiskEvent::Remove(path) => {
                self.names.remove(path);
                self.changes.push(NameChange {
                    removed: Some(path.clone()),
                    added: None,
                });
            }
            DiskEvent::Acknowledged(_) => {}
        }
    }

    fn link(&mut self, path: &Path, entry: NamedNode) {
        self.names.insert(path.to_owned(), entry);
        self.changes.push(NameChange {
            removed: None,
            added: Some((path.to_owned(), entry)),
        });
    }

    fn sync_folder(&mut self, folder: &Path) {
        let (synced, rest) = std::mem::take(&mut self.changes)
            .into_iter()
            .partition(|change: &NameChange| change.is_in(folder));
        self.changes = rest;
        for change in synced {
            change.apply(&mut self.durable);
        }
    }

    /// Draws one of the states that a power loss may leave, and writes it below `to`.
    pub(crate) fn lose_power(&self, dice: &mut SeededRng, to: &Path) {
        let manner = match dice.below(8) {
            0 => Manner::Nothing,
            1 => Manner::Everything,
            2 | 3 => Manner::UpTo,
            _ => Manner::Anything,
        };
        let mut names = self.durable.clone();
        let end = dice.below(self.changes.len() + 1);
        for (at, change) in self.changes.iter().enumerate() {
            if manner.keeps(at < end, dice) {
                change.apply(&mut names);
            }
        }
        make_private_folder(to);
        // In the order of paths, a folder comes before what is in it.
        for (path, entry) in &names {
            let path = to.join(path.strip_prefix(&self.root).unwrap());
            if !path.parent().unwrap().is_dir() {
                continue;
            }
            match entry {
                NamedNode::Folder => make_private_folder(&path),
                NamedNode::File(at) => write_private(&path, &self.nodes[*at].draw(manner, dice)),
            }
        }
    }
}

impl NameChange {
    fn is_in(&self, folder: &Path) -> bool {
        let name = self.added.as_ref().map(|(path, _)| path);
        let name = name.or(self.removed.as_ref());
        name.and_then(|path| path.parent()) == Some(folder)
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, NamedNode>) {
        if let Some(path) = &self.removed {
            names.remove(path);
        }
        if let Some((path, entry)) = &self.added {
            names.insert(path.clone(), *entry);
        }
    }
}

impl Manner {
    fn keeps(self, before_end: bool, dice: &mut SeededRng) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::UpTo => before_end,
            Self::Anything => dice.heads(),
        }
    }
}

impl Node {
    fn draw(&self, manner: Manner, dice: &mut SeededRng) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        let end = dice.below(self.pending.len() + 1);
        for (at, pending) in self.pending.iter().enumerate() {
            match (manner, pending) {
                (Manner::Anything, Unsynced::Write(offset, content)) if dice.below(3) == 0 => {
                    tear(&mut bytes, *offset, content, dice);
                }
                _ if manner.keeps(at < end, dice) => pending.apply(&mut bytes),
                _ => {}
            }
        }
        bytes
    }
}

impl Unsynced {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, content) => put(bytes, *at, content),
            Self::Resize(length) => bytes.resize(*length as usize, 0),
        }
    }
}

fn put(bytes: &mut Vec<u8>, at: u64, content: &[u8]) {
    let (at, end) = (at as usize, at as usize + content.len());
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[at..end].copy_from_slice(content);
}

/// Some sectors of a write, and not others.
fn tear(bytes: &mut Vec<u8>, at: u64, content: &[u8], dice: &mut SeededRng) {
    let mut from = at;
    let end = at + content.len() as u64;
    while from < end {
        let to = (from / SECTOR + 1) * SECTOR;
        let to = to.min(end);
        if dice.heads() {
            put(
                bytes,
                from,
                &content[(from - at) as usize..(to - at) as usize],
            );
        }
        from = to;
    }
}

fn make_private_folder(path: &Path) {
    if !path.is_dir() {
        std::fs::DirBuilder::new().mode(0o700).create(path).unwrap();
    }
}

fn write_private(path: &Path, bytes: &[u8]) {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path).unwrap().write_all(bytes).unwrap();
}
