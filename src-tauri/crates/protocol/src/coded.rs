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

pub(crate) use coded;
