//! Closed lists of codes with typed parameters, whose texts are in the crate `messages`.

/// Declares an enum that serialises as `{"code": "...", parameters...}`, and the list of its
/// variants with the names of their parameters, by which a test compares them with the texts.
macro_rules! coded {
    ($(#[$meta:meta])* $list:ident as $parameters:ident {
        $($(#[$doc:meta])* $name:ident $({ $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? })?,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "code", rename_all = "snake_case")]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub enum $list { $($(#[$doc])* $name $({ $($(#[$fdoc])* $field: $type,)* })?,)* }

        #[doc = concat!("The variants of [`", stringify!($list), "`] with the names of their parameters.")]
        pub const $parameters: &[(&str, &[&str])] = &[
            $((stringify!($name), &[$($(stringify!($field)),*)?]),)*
        ];
    };
}

pub(crate) use coded;
