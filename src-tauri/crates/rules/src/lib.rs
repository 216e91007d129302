//! Rules that several crates must agree on, each as a pure function with one home.
//!
//! `kh`, the window, the agent, the vault and the launcher ask here, and the page gets its
//! answers from here through Rust. Whether a plain text looks like a key is not among them:
//! that needs the patterns of the providers, and so lives with them, in `keyhaven-catalogue`.

pub mod days;
mod field_kind;
pub mod span;
pub mod text;
mod tier;
pub mod variables;

pub use field_kind::FieldKind;
pub use tier::Tier;
