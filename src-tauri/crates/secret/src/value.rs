//! `Secret<T>`: a value that does not print, is wiped on drop and is only reached by name.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, Zeroizing};

/// A value that must not leak.
///
/// There is no `Display`, no `Serialize`, no `Deref` and no `Clone`; the only way in is
/// [`Secret::expose`], and each call site says in a short comment why it may.
/// The value lives in a `Box`, so that moving the secret leaves no copy behind.
pub struct Secret<T: Zeroize>(Box<Zeroizing<T>>);

/// Bytes of a value, as they travel in a frame or are stored in the vault.
pub type SecretBytes = Secret<Vec<u8>>;

/// Text such as a typed password.
pub type SecretString = Secret<String>;

impl<T: Zeroize> Secret<T> {
    /// Takes ownership of a value.
    pub fn new(value: T) -> Self {
        Self(Box::new(Zeroizing::new(value)))
    }

    /// The value itself. Say at the call why it must be seen.
    #[must_use]
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, to be changed or filled in place.
    pub fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// A borrowed look at the bytes of a secret.
pub trait Exposed {
    /// The bytes. Say at the call why they must be seen.
    fn exposed_bytes(&self) -> &[u8];
}

impl Exposed for Secret<Vec<u8>> {
    fn exposed_bytes(&self) -> &[u8] {
        self.expose()
    }
}

impl Exposed for Secret<String> {
    fn exposed_bytes(&self) -> &[u8] {
        self.expose().as_bytes()
    }
}

impl<const N: usize> Exposed for Secret<[u8; N]> {
    fn exposed_bytes(&self) -> &[u8] {
        self.expose()
    }
}

impl Secret<Vec<u8>> {
    /// Copies bytes into a new secret of exactly their size.
    #[must_use]
    pub fn copy_of(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }

    /// A second owner of the same bytes; named, so that copies can be found.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::copy_of(self.expose())
    }
}

impl From<Secret<String>> for Secret<Vec<u8>> {
    fn from(mut text: Secret<String>) -> Self {
        Self::new(std::mem::take(text.expose_mut()).into_bytes())
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// Lengths may be learnt from timing, contents may not.
impl<T: Zeroize> PartialEq for Secret<T>
where
    Self: Exposed,
{
    fn eq(&self, other: &Self) -> bool {
        self.exposed_bytes().ct_eq(other.exposed_bytes()).into()
    }
}

impl<T: Zeroize> Eq for Secret<T> where Self: Exposed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new(String::from("hunter2"));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn equality_is_by_content() {
        assert_eq!(Secret::copy_of(b"a"), Secret::copy_of(b"a"));
        assert_ne!(Secret::copy_of(b"a"), Secret::copy_of(b"b"));
        assert_ne!(Secret::copy_of(b"a"), Secret::copy_of(b"ab"));
    }
}
