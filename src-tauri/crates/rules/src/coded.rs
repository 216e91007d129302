//! The shape of a closed list of codes with typed parameters, whose texts are Fluent files.

/// Declares an enum that serialises as `{"code": "...", parameters...}`, and the list of its
/// variants with the names of their parameters, by which a test compares them with the texts.
/// The crate that uses it needs `serde`.
#[macro_export]
macro_rules! coded {
    ($(#[$meta:meta])* $list:ident as $parameters:ident {
        $($(#[$doc:meta])* $name:ident $({ $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? })?,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "code", rename_all = "snake_case")]
        pub enum $list { $($(#[$doc])* $name $({ $($(#[$fdoc])* $field: $type,)* })?,)* }

        #[doc = concat!("The variants of [`", stringify!($list), "`] with the names of their parameters.")]
        pub const $parameters: &[(&str, &[&str])] = &[
            $((stringify!($name), &[$($(stringify!($field)),*)?]),)*
        ];
    };
}
