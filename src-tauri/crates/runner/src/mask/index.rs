//! Finds where a value may begin: by the first four bytes of every form of every value.
//!
//! A bit filter that fits into the cache skips what begins no value; only the rest is looked up and compared. Of values that begin alike, one is compared for all of them, as
//! far as they are equal.

use std::iter::repeat;

use keyhaven_secret::SecretBytes;
use zeroize::Zeroizing;

use super::forms::{self, PREFIX, ValueForm};
use super::outcome::{FormAttempt, FormMatch};

/// Bits of the filter for each key, and of the whole filter, as powers of two. A hundred
/// values that begin alike have some hundred keys, others some ten thousand.
const KEY_FILTER: u32 = 6;
const FILTER: std::ops::RangeInclusive<u32> = 14..=20;

/// The values to search for.
pub(super) struct MaskIndex {
    /// Sorted by their bytes, without duplicates.
    values: Vec<SecretBytes>,
    /// In order, so that values that begin alike stand together.
    forms: Vec<(ValueForm, usize)>,
    /// The first bytes of a form in the upper half, the form in the lower; in order.
    keys: Zeroizing<Vec<u64>>,
    filter: Zeroizing<Vec<u64>>,
    /// By how much a hash is shifted to be a place in the filter.
    shift: u32,
}

impl MaskIndex {
    pub(super) fn new(mut values: Vec<SecretBytes>) -> Self {
        values.sort_unstable_by(|one, other| bare(one).cmp(bare(other)));
        values.dedup_by(|one, other| bare(one) == bare(other));
        let numbered = values.iter().enumerate();
        let mut forms: Vec<(ValueForm, usize)> = numbered
            .flat_map(|(number, value)| forms::of(bare(value)).zip(repeat(number)))
            .collect();
        forms.sort_unstable();
        let mut index = Self {
            values,
            forms,
            keys: Zeroizing::default(),
            filter: Zeroizing::default(),
            shift: 0,
        };
        for name in 0..index.forms.len() {
            let (form, value) = index.form(name as u64);
            let begins = forms::begins(form, value).into_iter();
            let key = |begin| u64::from(u32::from_be_bytes(begin)) << 32 | name as u64;
            let keys: Vec<u64> = begins.map(key).collect();
            index.keys.extend(keys);
        }
        index.keys.sort_unstable();
        index.fill_filter();
        index
    }

    fn fill_filter(&mut self) {
        let mut begins: Vec<u32> = self.keys.iter().map(|key| (key >> 32) as u32).collect();
        begins.dedup();
        let wanted = begins.len().next_power_of_two().ilog2() + KEY_FILTER;
        let bits = wanted.clamp(*FILTER.start(), *FILTER.end());
        self.shift = u32::BITS - bits;
        self.filter = Zeroizing::new(vec![0; 1 << (bits - u64::BITS.ilog2())]);
        for begin in begins {
            let (word, bit) = place(begin.to_be_bytes(), self.shift);
            self.filter[word] |= bit;
        }
    }

    /// The form that a key, or the lower half of one, names.
    fn form(&self, key: u64) -> (ValueForm, &[u8]) {
        let (form, value) = self.forms[(key & u64::from(u32::MAX)) as usize];
        (form, bare(&self.values[value]))
    }

    /// The first position from `from` on where a form may begin, also one of which the end
    /// of `bytes` shows less than its key, unless nothing follows.
    pub(super) fn next_candidate(&self, bytes: &[u8], from: usize, ended: bool) -> Option<usize> {
        let rest = bytes.get(from..)?;
        let whole = rest.array_windows::<PREFIX>();
        let found = whole.into_iter().position(|window| self.may_begin(*window));
        found.map(|at| from + at).or_else(|| {
            let tail = from.max(bytes.len().saturating_sub(PREFIX - 1));
            (tail..bytes.len()).find(|at| !ended && self.begins(&bytes[*at..]))
        })
    }

    #[inline]
    fn may_begin(&self, window: [u8; PREFIX]) -> bool {
        let (word, bit) = place(window, self.shift);
        self.filter[word] & bit != 0
    }

    /// Whether fewer bytes than a key are the beginning of one.
    fn begins(&self, bytes: &[u8]) -> bool {
        let (least, most) = (padded(bytes, 0), padded(bytes, u8::MAX));
        let at = self.keys.partition_point(|key| key >> 32 < least);
        self.keys.get(at).is_some_and(|key| key >> 32 <= most)
    }

    /// What begins at the start of `bytes`.
    pub(super) fn look(&self, bytes: &[u8], ended: bool) -> FormMatch {
        if bytes.len() < PREFIX {
            return FormMatch::open(!ended);
        }
        let tried = self.tries(bytes, ended).map(|tried| tried.found);
        tried.fold(FormMatch::open(false), FormMatch::or)
    }

    /// What came of each value that was looked for at the start of `bytes`, which are a key at
    /// least.
    fn tries(&self, bytes: &[u8], ended: bool) -> impl Iterator<Item = FormAttempt> {
        let key = padded(&bytes[..PREFIX], 0);
        let first = self.keys.partition_point(|other| other >> 32 < key);
        let rest = &self.keys[first..];
        let mut rest = &rest[..rest.partition_point(|other| other >> 32 == key)];
        // How far the values were compared as they are, which is tried first.
        let mut compared = PREFIX;
        std::iter::from_fn(move || {
            // Without a sign that far, the other forms say nothing else about any value.
            let is_same = |name: &u64| !forms::has_sign(self.form(*name).0, &bytes[..compared]);
            while let Some(name) = rest.first().filter(|name| is_same(name)) {
                let (form, _) = self.form(*name);
                rest = &rest[rest.partition_point(|other| self.form(*other).0 == form)..];
            }
            let (name, others) = rest.split_first()?;
            let (form, value) = self.form(*name);
            let tried = forms::find(form, value, bytes, ended);
            if form == ValueForm::Text {
                compared = compared.max((tried.read + 1).min(bytes.len()));
            }
            let is_alike = |other: &u64| {
                let (other_form, other) = self.form(*other);
                other_form == form && tried.holds_for(value, other)
            };
            rest = &others[others.partition_point(is_alike)..];
            Some(tried)
        })
    }
}

/// The part of a value that is looked for.
fn bare(value: &SecretBytes) -> &[u8] {
    // Exposed to be compared with what was printed.
    forms::without_outer_breaks(value.expose())
}

fn padded(bytes: &[u8], filling: u8) -> u64 {
    let mut key = [filling; PREFIX];
    key[..bytes.len()].copy_from_slice(bytes);
    u64::from(u32::from_be_bytes(key))
}

/// The word and the bit of the filter (multiplicative hashing).
#[inline]
fn place(window: [u8; PREFIX], shift: u32) -> (usize, u64) {
    let hash = u32::from_le_bytes(window).wrapping_mul(0x9e37_79b1) >> shift;
    (hash as usize / 64, 1 << (hash % 64))
}

impl std::fmt::Debug for MaskIndex {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "MaskIndex({} values)", self.values.len())
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE32, BASE64, HEXLOWER};
    use proptest::prelude::*;

    use super::*;

    fn index(values: &[String]) -> MaskIndex {
        let secret = |value: &String| SecretBytes::copy_of(value.as_bytes());
        MaskIndex::new(values.iter().map(secret).collect())
    }

    /// However many values there are, what they share is compared once for each form.
    #[test]
    fn values_that_begin_alike_are_compared_once_as_far_as_they_are_the_same() {
        /// Text, and with each of four signs; each with any of the two digits that come next.
        const MOST: usize = 5 * 2 * 16;
        let shared = "shared ".repeat(30);
        for begin in ["export VARIABLE_", "sk_live_", &shared] {
            let values: Vec<String> = (0..256_u32)
                .map(|number| format!("{begin}{:08x}=word", number.wrapping_mul(0x9e37_79b1)))
                .collect();
            let index = index(&values);
            let tried = |output: &[u8]| index.tries(output, false).count();
            let other = format!("{begin}another word");
            for output in [
                begin.into(),
                other.clone(),
                HEXLOWER.encode(other.as_bytes()),
                BASE64.encode(other.as_bytes()),
                begin.repeat(2),
            ] {
                let tries = tried(output.as_bytes());
                assert!((1..=MOST).contains(&tries), "{output}: {tries}");
            }
            let found = index.look(values[77].as_bytes(), false);
            assert_eq!(found.length, Some(values[77].len()));
        }
    }

    /// What is found by comparing every form of every value.
    fn by_hand(values: &[String], output: &[u8], ended: bool) -> FormMatch {
        let forms = values.iter().flat_map(|value| {
            let value = forms::without_outer_breaks(value.as_bytes());
            forms::of(value).map(move |form| (form, value))
        });
        forms
            .filter(|(form, value)| {
                forms::begins(*form, value)
                    .iter()
                    .any(|b| output.starts_with(b))
            })
            .map(|(form, value)| forms::find(form, value, output, ended).found)
            .fold(FormMatch::open(false), FormMatch::or)
    }

    fn written(value: &str, way: u8) -> String {
        match way {
            0 => value.into(),
            1 => HEXLOWER.encode(value.as_bytes()),
            2 => BASE64.encode(value.as_bytes()),
            3 => value.replace('\n', "\r\n").replace('b', "%62"),
            4 => value.replace('\n', "\\n").replace('b', "\\u0062"),
            5 => value.replace('b', "\\142").replace('a', "\\x61"),
            6 => value.replace('b', "&#98;").replace('a', "&#x61;"),
            7 => value.replace('b', "=62").replace('a', "=\na"),
            8 => numbers(value, |byte| format!("{byte:02x}"), " "),
            9 => numbers(value, |byte| byte.to_string(), ", "),
            10 => numbers(value, |byte| format!("{byte:03o}"), " "),
            _ => BASE32.encode(value.as_bytes()),
        }
    }

    fn numbers(value: &str, write: fn(u8) -> String, separator: &str) -> String {
        value.bytes().map(write).collect::<Vec<_>>().join(separator)
    }

    proptest! {
        #[test]
        fn what_is_not_compared_would_not_be_found(
            values in prop::collection::vec("[ab](a|b|\n|\r|é|%|\\\\){2,8}[ab]", 1..20),
            (which, way) in (any::<prop::sample::Index>(), 0..12_u8),
            cut in any::<prop::sample::Index>(),
            after in "(a|b|\n|é|=|%6|\\\\u0){0,4}",
            ended in any::<bool>(),
        ) {
            let value: &String = which.get(&values);
            let mut output = written(value, way).into_bytes();
            output.truncate(cut.index(output.len()) + 1);
            output.extend_from_slice(after.as_bytes());
            prop_assume!(output.len() >= PREFIX);
            prop_assert_eq!(index(&values).look(&output, ended), by_hand(&values, &output, ended));
        }
    }
}
