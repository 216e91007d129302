//! Closed lists of codes with typed parameters, which the page sees too.

/// As `keyhaven_rules::coded!`, with TypeScript types.
macro_rules! coded {
    ($(#[$meta:meta])* $list:ident as $parameters:ident { $($codes:tt)* }) => {
        keyhaven_rules::coded! {
            $(#[$meta])*
            #[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
            $list as $parameters { $($codes)* }
        }
    };
}

/// Declares a coded list whose codes are grouped by how they are judged.
macro_rules! judged {
    ($(#[$meta:meta])* $list:ident as $parameters:ident, each with its $judge:ident: $judgement:ident {
        $($group:ident {
            $($(#[$doc:meta])* $name:ident $({ $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? })?,)*
        })*
    }) => {
        crate::coded::coded! {
            $(#[$meta])*
            $list as $parameters {
                $($($(#[$doc])* $name $({ $($(#[$fdoc])* $field: $type),* })?,)*)*
            }
        }

        impl $list {
            /// How this is judged.
            #[must_use]
            pub const fn $judge(&self) -> $judgement {
                match self {
                    $($(Self::$name { .. })|* => $judgement::$group,)*
                }
            }
        }
    };
}

pub(crate) use {coded, judged};
