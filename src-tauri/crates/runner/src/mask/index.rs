//! Where a value may begin: the first four bytes of every form of every value.
//!
//! A filter of bits, small enough for the nearest cache, passes over what begins nothing;
//! only the rest is looked up and compared.

use keyhaven_secret::SecretBytes;
use zeroize::Zeroizing;

use super::forms::{self, Form, Found};

/// By how many bytes a form is looked up. None is shorter.
pub(super) const KEY: usize = size_of::<u32>();
/// Bits of the filter, as a power of two.
const FILTER: u32 = 17;

/// What is searched for.
pub(super) struct Index {
    values: Vec<SecretBytes>,
    forms: Vec<(usize, Form)>,
    /// The first bytes of a form in the upper half, the form in the lower; in order.
    keys: Zeroizing<Vec<u64>>,
    filter: Zeroizing<Vec<u64>>,
}

impl Index {
    pub(super) fn new(values: Vec<SecretBytes>) -> Self {
        let mut index = Self {
            values,
            forms: Vec::new(),
            keys: Zeroizing::default(),
            filter: Zeroizing::new(vec![0; 1 << (FILTER - u64::BITS.ilog2())]),
        };
        for number in 0..index.values.len() {
            index.add(number);
        }
        index.keys.sort_unstable();
        index
    }

    fn add(&mut self, number: usize) {
        // Exposed because its first bytes are what is looked for.
        let value = forms::without_outer_breaks(self.values[number].expose());
        for form in forms::of(value) {
            let name = self.forms.len() as u64;
            self.forms.push((number, form));
            for begin in forms::begins(form, value) {
                self.keys
                    .push(u64::from(u32::from_be_bytes(begin)) << 32 | name);
                let (word, bit) = place(begin);
                self.filter[word] |= bit;
            }
        }
    }

    /// The first position from `from` on where a form may begin, also one of which the end
    /// of `bytes` shows less than its key, unless nothing follows.
    pub(super) fn next_candidate(&self, bytes: &[u8], from: usize, ended: bool) -> Option<usize> {
        let rest = bytes.get(from..)?;
        let whole = rest.array_windows::<KEY>();
        let found = whole.into_iter().position(|window| self.may_begin(*window));
        found.map(|at| from + at).or_else(|| {
            let tail = from.max(bytes.len().saturating_sub(KEY - 1));
            (tail..bytes.len()).find(|at| !ended && self.begins(&bytes[*at..]))
        })
    }

    #[inline]
    fn may_begin(&self, window: [u8; KEY]) -> bool {
        let (word, bit) = place(window);
        self.filter[word] & bit != 0
    }

    /// Whether fewer bytes than a key are the beginning of one.
    fn begins(&self, bytes: &[u8]) -> bool {
        let (least, most) = (padded(bytes, 0), padded(bytes, u8::MAX));
        let at = self.keys.partition_point(|key| key >> 32 < least);
        self.keys.get(at).is_some_and(|key| key >> 32 <= most)
    }

    /// What begins at the start of `bytes`.
    pub(super) fn look(&self, bytes: &[u8], ended: bool) -> Found {
        if bytes.len() < KEY {
            return Found::open(!ended);
        }
        let key = padded(&bytes[..KEY], 0);
        let first = self.keys.partition_point(|other| other >> 32 < key);
        let same = self.keys[first..].iter();
        same.take_while(|other| *other >> 32 == key)
            .map(|name| {
                let (value, form) = self.forms[(name & u64::from(u32::MAX)) as usize];
                // Exposed to be compared with what was printed.
                let value = forms::without_outer_breaks(self.values[value].expose());
                forms::find(form, value, bytes, ended)
            })
            .fold(Found::open(false), Found::or)
    }
}

fn padded(bytes: &[u8], filling: u8) -> u64 {
    let mut key = [filling; KEY];
    key[..bytes.len()].copy_from_slice(bytes);
    u64::from(u32::from_be_bytes(key))
}

/// The word and the bit of the filter (multiplicative hashing).
#[inline]
fn place(window: [u8; KEY]) -> (usize, u64) {
    let hash = u32::from_le_bytes(window).wrapping_mul(0x9e37_79b1) >> (u32::BITS - FILTER);
    (hash as usize / 64, 1 << (hash % 64))
}

impl std::fmt::Debug for Index {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Index({} values)", self.values.len())
    }
}
