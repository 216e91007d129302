//! Looking for secrets in the memory of processes, as root sees it: every page that a process
//! has, for any piece of sixteen bytes, plain or in the encodings it may have passed through.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER, HEXUPPER};

/// Bytes of a secret that make a hit.
const PIECE: usize = 16;
/// What the memory is compared with at first: any piece holds one of these at an address that
/// is a multiple of eight.
const WORD: usize = 8;
/// The sieve in front of the table; most words of a memory do not pass it.
const SIEVE_BITS: u32 = 20;
const PAGE: u64 = 4096;
/// As `/proc/PID/pagemap` marks a page that is there, or swapped out (proc_pid_pagemap(5)).
const PRESENT: u64 = 1 << 63;
const SWAPPED: u64 = 1 << 62;
/// Pages that are looked at together.
const MOST_PAGES: u64 = 1024;

/// What is looked for.
#[derive(Default)]
pub struct Secrets {
    forms: Vec<Form>,
    words: HashMap<u64, Vec<(usize, usize)>>,
    sieve: Vec<bool>,
}

/// A secret in one encoding.
struct Form {
    name: String,
    bytes: Vec<u8>,
    /// How many bytes of it in a row are a hit.
    least: usize,
}

impl Secrets {
    /// Adds a text: as it is, in UTF-16, hex and base64.
    pub fn text(&mut self, name: &str, text: &str) {
        self.bytes(name, text.as_bytes());
        let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.form(&format!("{name} in UTF-16"), wide, 2 * PIECE);
    }

    /// Adds bytes: as they are, in hex and base64.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) {
        assert!(bytes.len() >= PIECE, "{name} is too short to be looked for");
        self.form(name, bytes.to_vec(), PIECE);
        for hex in [HEXLOWER, HEXUPPER] {
            self.form(
                &format!("{name} in hex"),
                hex.encode(bytes).into_bytes(),
                2 * PIECE,
            );
        }
        // What stands before it shifts the encoding by none, one or two bytes.
        for skipped in 0..3 {
            let text = BASE64.encode(&bytes[skipped..]);
            let whole = text.trim_end_matches('=').len() - 1;
            let text = text.into_bytes()[..whole].to_vec();
            self.form(&format!("{name} in base64"), text, PIECE);
        }
    }

    fn form(&mut self, name: &str, bytes: Vec<u8>, least: usize) {
        self.sieve.resize(1 << SIEVE_BITS, false);
        let number = self.forms.len();
        for (at, window) in bytes.windows(WORD).enumerate() {
            let word = u64::from_ne_bytes(window.try_into().expect("eight bytes"));
            self.sieve[sieve(word)] = true;
            self.words.entry(word).or_default().push((number, at));
        }
        self.forms.push(Form {
            name: name.to_owned(),
            bytes,
            least,
        });
    }

    /// Every encoding of every secret, one behind the other: for a control that holds them.
    pub fn all_forms(&self) -> Vec<u8> {
        let forms = self.forms.iter().map(|form| form.bytes.as_slice());
        forms.collect::<Vec<_>>().join(&b"|"[..])
    }

    /// The names of all encodings.
    pub fn names(&self) -> BTreeSet<String> {
        self.forms.iter().map(|form| form.name.clone()).collect()
    }

    /// The names of what stands in these bytes.
    fn find(&self, memory: &[u8], found: &mut BTreeSet<String>) {
        for (index, chunk) in memory.chunks_exact(WORD).enumerate() {
            let word = u64::from_ne_bytes(chunk.try_into().expect("eight bytes"));
            if !self.sieve[sieve(word)] {
                continue;
            }
            for (number, at) in self.words.get(&word).into_iter().flatten() {
                let form = &self.forms[*number];
                if run(memory, index * WORD, &form.bytes, *at) >= form.least {
                    found.insert(form.name.clone());
                }
            }
        }
    }

    /// The names of what stands in the memory of a process; nothing of one that has ended.
    ///
    /// # Panics
    /// When it lives and its memory cannot be read: a search must not pass something over.
    pub fn find_in(&self, pid: u32) -> BTreeSet<String> {
        match self.search(pid) {
            Ok(found) => found,
            Err(error) => {
                let gone = !Path::new(&format!("/proc/{pid}/maps")).exists()
                    || fs::read_to_string(format!("/proc/{pid}/maps"))
                        .is_ok_and(|maps| maps.is_empty());
                assert!(gone, "the memory of {pid} cannot be read: {error}");
                BTreeSet::new()
            }
        }
    }

    fn search(&self, pid: u32) -> io::Result<BTreeSet<String>> {
        let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
        let memory = File::open(format!("/proc/{pid}/mem"))?;
        let pages = File::open(format!("/proc/{pid}/pagemap"))?;
        let mut found = BTreeSet::new();
        for (from, to) in maps.lines().filter_map(range) {
            for (start, count) in present(&pages, from / PAGE, to / PAGE)? {
                let mut bytes = vec![0; (count * PAGE) as usize];
                match memory.read_exact_at(&mut bytes, start * PAGE) {
                    Ok(()) => self.find(&bytes, &mut found),
                    // Unmapped meanwhile: the process runs on.
                    Err(error) if still_mapped(pid, start * PAGE)? => return Err(error),
                    Err(_) => {}
                }
            }
        }
        Ok(found)
    }
}

/// Where the word has its place in the sieve.
fn sieve(word: u64) -> usize {
    // Fibonacci hashing: the high bits of a product with 2^64 divided by the golden ratio.
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SIEVE_BITS)) as usize
}

/// How many bytes around a place in memory are those around a place in a form.
fn run(memory: &[u8], place: usize, form: &[u8], at: usize) -> usize {
    let same = |pair: &(&u8, &u8)| pair.0 == pair.1;
    let after = memory[place..].iter().zip(&form[at..]);
    let before = memory[..place].iter().rev().zip(form[..at].iter().rev());
    after.take_while(same).count() + before.take_while(same).count()
}

/// A mapping that can be read and may hold what a program has written: files that were only
/// mapped to be read hold what stands in the file.
fn range(line: &str) -> Option<(u64, u64)> {
    let mut parts = line.split_whitespace();
    let (from, to) = parts.next()?.split_once('-')?;
    let mode = parts.next()?;
    let inode = parts.nth(2)?;
    let name = parts.next().unwrap_or_default();
    let kernels = name.starts_with("[v") && name != "[vdso]";
    let device = name.starts_with("/dev/dri") || name.starts_with("/dev/nvidia");
    let only_read = inode != "0" && !mode.contains('w');
    if !mode.starts_with('r') || kernels || device || only_read {
        return None;
    }
    let number = |text| u64::from_str_radix(text, 16).ok();
    Some((number(from)?, number(to)?))
}

/// Runs of pages that are there, each of at most [`MOST_PAGES`]; every run but the first of
/// its kind begins one page early, so that nothing hides between two.
fn present(pages: &File, from: u64, to: u64) -> io::Result<Vec<(u64, u64)>> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    let mut next = from;
    while next < to {
        let count = (to - next).min(1 << 16);
        let mut bytes = vec![0; (count * 8) as usize];
        let read = pages.read_at(&mut bytes, next * 8)?;
        if read == 0 {
            break;
        }
        for (index, entry) in bytes[..read].chunks_exact(8).enumerate() {
            let entry = u64::from_ne_bytes(entry.try_into().expect("eight bytes"));
            if entry & (PRESENT | SWAPPED) == 0 {
                continue;
            }
            let page = next + index as u64;
            match runs.last_mut() {
                Some((start, count)) if *start + *count == page && *count < MOST_PAGES => {
                    *count += 1;
                }
                Some((start, count)) if *start + *count == page => runs.push((page - 1, 2)),
                _ => runs.push((page, 1)),
            }
        }
        next += read as u64 / 8;
    }
    Ok(runs)
}

fn still_mapped(pid: u32, address: u64) -> io::Result<bool> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let mut ranges = maps.lines().filter_map(range);
    Ok(ranges.any(|(from, to)| (from..to).contains(&address)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_found_wherever_it_stands_and_less_is_not() {
        let mut secrets = Secrets::default();
        secrets.text("value", "abcdefghijklmnopqrstuvwxyz");
        for shift in 0..40 {
            let mut memory = vec![b'.'; 96];
            memory[shift..shift + PIECE].copy_from_slice(b"efghijklmnopqrst");
            let mut found = BTreeSet::new();
            secrets.find(&memory, &mut found);
            assert!(found.contains("value"), "at {shift}");
            memory[shift] = b'.';
            found.clear();
            secrets.find(&memory, &mut found);
            assert!(found.is_empty(), "at {shift}");
        }
    }
}
