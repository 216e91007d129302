//! Where a key stands in a request, and whose key it is.

use keyhaven_rules::words;

use crate::template::RequestTemplate;

words! {
    /// With whose rights a request is made.
    RequestAuthority {
        /// The key that it is about.
        Key,
        /// Another key, which manages this one.
        Admin,
        /// Nobody's: what is sent in the body is enough.
        Nobody,
    }
}

impl RequestAuthority {
    /// The placeholder of the key with these rights, where its position in a request is described.
    #[must_use]
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Key | Self::Nobody => "secret",
            Self::Admin => "admin",
        }
    }
}

words! {
    /// How a request is signed where the key itself is not sent.
    SigningScheme {
        /// AWS Signature Version 4.
        AwsSigv4,
        /// Binance: HMAC-SHA-256 of the query.
        Binance,
        /// Bybit, version 5: HMAC-SHA-256 of time, key, window and query.
        Bybit,
        /// Kraken: HMAC-SHA-512 of path, nonce and body.
        Kraken,
        /// KuCoin, version 2: HMAC-SHA-256, with an encrypted passphrase.
        Kucoin,
        /// Coinbase Developer Platform: a JSON Web Token for each request.
        CoinbaseJwt,
        /// Upbit: a JSON Web Token for each request.
        UpbitJwt,
        /// A Google service account: a signed JSON Web Token in exchange for an access token.
        GoogleJwt,
    }
}

/// Where the key with whose rights a request is made stands in it. `{{secret}}` is the key that the
/// request is about, `{{admin}}` the one that manages it, `{{token}}` what either was traded for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPosition {
    /// The value of a header.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: RequestTemplate,
    },
    /// User and password of HTTP Basic (RFC 7617).
    Basic {
        /// The user.
        user: RequestTemplate,
        /// The password.
        password: RequestTemplate,
    },
    /// A parameter of the query.
    Query {
        /// Its name.
        name: String,
        /// Its value.
        value: RequestTemplate,
    },
    /// A field of a form in the body.
    Form {
        /// Its name.
        name: String,
        /// Its value.
        value: RequestTemplate,
    },
    /// A text in the JSON of the body.
    Json {
        /// A JSON pointer to it.
        pointer: String,
        /// Its value.
        value: RequestTemplate,
    },
    /// A part of the path.
    Path {
        /// The path from its start to the key's end.
        path: RequestTemplate,
    },
    /// The key signs the request and is not sent.
    Signed {
        /// How.
        scheme: SigningScheme,
    },
}

impl KeyPosition {
    /// The same position in a request that is made with these rights. A position of a whole entry
    /// is that of the key itself.
    #[must_use]
    pub fn with_rights_of(&self, authority: RequestAuthority) -> Self {
        let of = |template: &RequestTemplate| {
            let key = RequestAuthority::Key.placeholder();
            template.renamed(key, authority.placeholder())
        };
        match self {
            Self::Header { name, value } => Self::Header {
                name: name.clone(),
                value: of(value),
            },
            Self::Basic { user, password } => Self::Basic {
                user: of(user),
                password: of(password),
            },
            Self::Query { name, value } => Self::Query {
                name: name.clone(),
                value: of(value),
            },
            Self::Form { name, value } => Self::Form {
                name: name.clone(),
                value: of(value),
            },
            Self::Json { pointer, value } => Self::Json {
                pointer: pointer.clone(),
                value: of(value),
            },
            Self::Path { path } => Self::Path { path: of(path) },
            Self::Signed { scheme } => Self::Signed { scheme: *scheme },
        }
    }
}
