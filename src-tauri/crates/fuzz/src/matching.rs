//! Values that match a pattern: a mutated text hardly ever does, so they are drawn from it.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Numbers that follow from some bytes.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn new(seed: &[u8]) -> Self {
        // FNV-1a.
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(seed.iter().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    /// A number below that one, which is not zero.
    fn below(&mut self, limit: u64) -> u64 {
        // Knuth's MMIX.
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}

/// A value that the pattern matches as a whole; none where what stands around a place counts too,
/// or nothing matches.
pub(crate) fn matching(pattern: &str, choices: &mut Choices) -> Option<Vec<u8>> {
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    let mut value = Vec::new();
    draw(&parser.parse(pattern).ok()?, choices, &mut value)?;
    Some(value)
}

fn draw(hir: &Hir, choices: &mut Choices, value: &mut Vec<u8>) -> Option<()> {
    match hir.kind() {
        HirKind::Empty => {}
        HirKind::Look(_) => return None,
        HirKind::Literal(literal) => value.extend_from_slice(&literal.0),
        // A choice between single characters becomes one.
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            let at = choices.below(ranges.len() as u64);
            let range = ranges.get(usize::try_from(at).ok()?)?;
            value.extend_from_slice(range.start().encode_utf8(&mut [0; 4]).as_bytes());
        }
        HirKind::Class(Class::Bytes(class)) => {
            let ranges = class.ranges();
            let at = choices.below(ranges.len() as u64);
            let range = ranges.get(usize::try_from(at).ok()?)?;
            let within = choices.below(u64::from(range.end() - range.start()) + 1);
            value.push(range.start() + u8::try_from(within).ok()?);
        }
        HirKind::Repetition(repeated) => {
            let more = u64::from(repeated.max?.checked_sub(repeated.min)?);
            for _ in 0..u64::from(repeated.min) + choices.below(more + 1) {
                draw(&repeated.sub, choices, value)?;
            }
        }
        HirKind::Capture(group) => draw(&group.sub, choices, value)?,
        HirKind::Concat(parts) => {
            for part in parts {
                draw(part, choices, value)?;
            }
        }
        HirKind::Alternation(parts) => {
            let at = choices.below(parts.len() as u64);
            draw(parts.get(usize::try_from(at).ok()?)?, choices, value)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_matches() {
        let mut choices = Choices::new(b"seed");
        let value = matching("(?:a|b)_[0-9]{2,3}(c)?", &mut choices).unwrap();
        assert!(value.starts_with(b"a_") || value.starts_with(b"b_"));
        assert!((4..=6).contains(&value.len()), "{value:?}");
        assert_eq!(matching(r"\bx", &mut choices), None);
        let drawn = || matching("[a-z]{40}", &mut Choices::new(b"seed"));
        assert_eq!(drawn(), drawn());
    }
}
