//! What is wrong with the keys: rules over what is known of each key, without a vault.
//!
//! The rules are the list [`rules::RULES`]; the handler `handlers::health` gathers what they
//! look at. A value is looked at here and nowhere kept.

pub(crate) mod list;
pub(crate) mod profiles;
pub(crate) mod rules;
pub(crate) mod shared;
#[cfg(test)]
mod tests;
pub(crate) mod values;
