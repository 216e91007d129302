//! Rules that several crates must agree on, each as a pure function with one home.
//!
//! `kh`, the window, the agent, the vault and the launcher ask here, and the page gets its
//! answers from here through Rust. Whether a plain text looks like a key is not among them:
//! that needs the patterns of the providers, and so lives with them, in `keyhaven-catalogue`.

mod coded;
pub mod days;
pub mod due;
mod expected;
mod field_kind;
pub mod guessable;
mod hidden;
pub mod names;
pub mod ordinary;
pub mod placeholder;
pub mod settings;
pub mod shell_words;
pub mod span;
pub mod text;
mod tier;
pub mod variables;
pub mod vault_files;
mod verdict;
mod words;

pub use expected::{EXPECTED, Expected};
/// The most credentials that one import may bring.
pub const MOST_IMPORTED: usize = 20_000;
/// Bytes of values that one import may bring.
pub const MOST_IMPORTED_BYTES: usize = 32 << 20;

pub use field_kind::FieldKind;
pub use hidden::{BlankEnds, blank_ends_of_token, hidden_in_token};
pub use tier::Tier;
pub use verdict::{Verdict, VerdictReason};
