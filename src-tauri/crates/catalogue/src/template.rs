//! Texts with placeholders, `Bearer {{secret}}`, that are filled when a request is made.
//!
//! There are no conditions and no loops. Nothing is filled here: who fills a placeholder
//! escapes it for its position.

/// The longest text with placeholders, in bytes.
const MAX_TEMPLATE: usize = 4096;

/// A part of a text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplatePiece {
    /// Text that stands as it is.
    Text(String),
    /// The name of what stands here.
    Placeholder(String),
}

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestTemplate {
    /// Its parts, in order.
    pub pieces: Vec<TemplatePiece>,
}

impl RequestTemplate {
    /// Reads a text; none where a placeholder is not closed or its name is not `[a-z0-9_]+`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TEMPLATE || text.contains(char::is_control) {
            return None;
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}")?;
            if !is_placeholder(name) {
                return None;
            }
            if !before.is_empty() {
                pieces.push(TemplatePiece::Text(before.to_owned()));
            }
            pieces.push(TemplatePiece::Placeholder(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(TemplatePiece::Text(rest.to_owned()));
        }
        Some(Self { pieces })
    }

    /// The same with another placeholder in place of one.
    #[must_use]
    pub fn renamed(&self, from: &str, to: &str) -> Self {
        let pieces = self.pieces.iter().map(|piece| match piece {
            TemplatePiece::Placeholder(name) if name == from => {
                TemplatePiece::Placeholder(to.to_owned())
            }
            piece => piece.clone(),
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// The names of its placeholders.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            TemplatePiece::Placeholder(name) => Some(name.as_str()),
            TemplatePiece::Text(_) => None,
        })
    }

    /// Whether a placeholder of that name is in it.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.placeholders().any(|it| it == name)
    }

    /// The text with placeholders replaced by what `fill` returns for them.
    #[must_use]
    pub fn filled(&self, mut fill: impl FnMut(&str) -> String) -> String {
        let piece = |piece: &TemplatePiece| match piece {
            TemplatePiece::Text(text) => text.clone(),
            TemplatePiece::Placeholder(name) => fill(name),
        };
        self.pieces.iter().map(piece).collect()
    }
}

fn is_placeholder(name: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !name.is_empty() && name.chars().all(good)
}

/// A list of placeholders as an entry writes them; none where there is none.
pub fn placeholders(names: &[&str]) -> Option<String> {
    let written = names.iter().map(|name| format!("{{{{{name}}}}}"));
    let written: Vec<String> = written.collect();
    (!written.is_empty()).then(|| written.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found() {
        let template = RequestTemplate::parse("/a/{{one}}{{two}}?x={y}").unwrap();
        assert_eq!(template.placeholders().collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(template.filled(str::to_uppercase), "/a/ONETWO?x={y}");
        for bad in ["{{", "{{a", "{{}}", "{{A}}", "{{a b}}", "{{{{a}}}}", "a\nb"] {
            assert_eq!(RequestTemplate::parse(bad), None, "{bad}");
        }
    }
}
