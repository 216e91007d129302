//! The strict reader: unknown fields, repeated ids, oversized patterns are refused.

use std::collections::HashSet;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::{Catalogue, Provider, Strategy};

/// The most bytes that a compiled pattern may take.
const PATTERN_LIMIT: usize = 1 << 20;

/// Why catalogue data was refused.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not TOML 1.0, or not the fields of an entry.
    #[error("the catalogue is not valid TOML of the expected shape: {0}")]
    Shape(#[from] toml::de::Error),
    /// An id is not `[a-z0-9-]+`.
    #[error("`{0}` is not a provider id: use a-z, 0-9 and `-`")]
    Id(String),
    /// Two entries share an id.
    #[error("the provider `{0}` is listed twice")]
    Twice(String),
    /// A pattern is not a regular expression, or compiles to more than the limit.
    #[error("a pattern of `{id}` is refused: {source}")]
    Pattern {
        /// The entry.
        id: String,
        /// What the expression compiler said.
        source: regex::Error,
    },
    /// A page is not `https`.
    #[error("the dashboard of `{0}` is not an https address")]
    Dashboard(String),
    /// An entry has neither a pattern nor a variable that is enough to recognise it.
    #[error("no value could be recognised as one of `{0}`: add a pattern or a variable")]
    Unreachable(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    provider: Vec<ProviderEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderEntry {
    id: String,
    name: String,
    strategy: Strategy,
    pattern: Option<String>,
    public_pattern: Option<String>,
    #[serde(default)]
    variables: Vec<String>,
    #[serde(default = "default_true")]
    by_name: bool,
    rotate_days: Option<u32>,
    dashboard: Option<String>,
}

fn default_true() -> bool {
    true
}

impl Catalogue {
    /// Reads catalogue data (TOML 1.0, `[[provider]]` entries).
    ///
    /// # Errors
    /// The first entry that breaks a rule; then nothing is read.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let file: CatalogueFile = toml::from_str(text)?;
        let mut ids = HashSet::new();
        let mut providers = Vec::with_capacity(file.provider.len());
        for entry in file.provider {
            if !ids.insert(entry.id.clone()) {
                return Err(CatalogueError::Twice(entry.id));
            }
            providers.push(provider(entry)?);
        }
        Ok(Self { providers })
    }
}

fn provider(entry: ProviderEntry) -> Result<Provider, CatalogueError> {
    let id = entry.id;
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(good) {
        return Err(CatalogueError::Id(id));
    }
    if let Some(page) = &entry.dashboard
        && !page.starts_with("https://")
    {
        return Err(CatalogueError::Dashboard(id));
    }
    if entry.pattern.is_none() && (entry.variables.is_empty() || !entry.by_name) {
        return Err(CatalogueError::Unreachable(id));
    }
    Ok(Provider {
        pattern: whole(&id, entry.pattern)?,
        public_pattern: whole(&id, entry.public_pattern)?,
        id,
        name: entry.name,
        variables: entry.variables,
        rotate_days: entry.rotate_days,
        dashboard: entry.dashboard,
        strategy: entry.strategy,
        by_name: entry.by_name,
    })
}

/// Compiles a pattern so that it matches whole values only.
fn whole(id: &str, pattern: Option<String>) -> Result<Option<Regex>, CatalogueError> {
    let Some(pattern) = pattern else {
        return Ok(None);
    };
    // Compiled alone first: `a)|(?:b` must not slip out of the anchors below.
    let compile = |text: &str| {
        RegexBuilder::new(text)
            .unicode(false)
            .size_limit(PATTERN_LIMIT)
            .build()
            .map_err(|source| CatalogueError::Pattern {
                id: id.to_owned(),
                source,
            })
    };
    compile(&pattern)?;
    compile(&format!(r"\A(?:{pattern})\z")).map(Some)
}
