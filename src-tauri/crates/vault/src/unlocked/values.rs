//! Sealing the values of a version, each bound to the place it belongs to.
//!
//! A version's sealed values are one blob: for each field the length of its name (u8), the
//! name, the length of the seal (u32), the seal.

use keyhaven_secret::SecretBytes;
use uuid::Uuid;

use crate::crypto::keys::EpochKeys;
use crate::crypto::seal;
use crate::error::{DataDamage, VaultError};
use crate::format::reader::ByteReader;
use crate::random::Random;

/// Which values: vault, epoch, credential and version; the field joins them in each seal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding {
    pub(crate) vault: Uuid,
    pub(crate) epoch: u64,
    pub(crate) credential: Uuid,
    pub(crate) version: Uuid,
}

impl Binding {
    /// Fixed widths, the name of the field last: nothing runs into anything.
    fn associated(&self, field: &str) -> Vec<u8> {
        let mut bytes = b"keyhaven value 1".to_vec();
        bytes.extend_from_slice(self.vault.as_bytes());
        bytes.extend_from_slice(&self.epoch.to_be_bytes());
        bytes.extend_from_slice(self.credential.as_bytes());
        bytes.extend_from_slice(self.version.as_bytes());
        bytes.extend_from_slice(field.as_bytes());
        bytes
    }

    /// Seals fields by name.
    pub(crate) fn make_sealed<'a>(
        &self,
        keys: &EpochKeys,
        values: impl Iterator<Item = (&'a str, &'a SecretBytes)>,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, VaultError> {
        let mut blob = Vec::new();
        for (field, value) in values {
            let associated = self.associated(field);
            // Only to be sealed.
            let sealed = seal::make_sealed(&keys.values, &associated, value.expose(), random)?;
            // Names have at most 128 bytes and values at most 1 MiB: checked on the way in.
            blob.push(field.len() as u8);
            blob.extend_from_slice(field.as_bytes());
            blob.extend_from_slice(&(sealed.len() as u32).to_be_bytes());
            blob.extend_from_slice(&sealed);
        }
        Ok(blob)
    }

    /// Seals every field again for another location, under other keys.
    pub(crate) fn make_resealed(
        &self,
        keys: &EpochKeys,
        blob: &[u8],
        to: &Self,
        to_keys: &EpochKeys,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, VaultError> {
        let mut resealed = Vec::with_capacity(blob.len());
        let mut reader = ByteReader::new(blob);
        while !reader.at_end() {
            let (name, sealed) = next(&mut reader).ok_or(DataDamage::Value)?;
            let field = std::str::from_utf8(name).map_err(|_| DataDamage::Value)?;
            let value = seal::open(&keys.values, &self.associated(field), sealed);
            let value = value.ok_or(DataDamage::Value)?;
            resealed.extend(to.make_sealed(to_keys, [(field, &value)].into_iter(), random)?);
        }
        Ok(resealed)
    }

    /// Opens one field; `None` where the version has no such field.
    pub(crate) fn open(
        &self,
        keys: &EpochKeys,
        blob: &[u8],
        field: &str,
    ) -> Result<Option<SecretBytes>, VaultError> {
        let mut reader = ByteReader::new(blob);
        while !reader.at_end() {
            let (name, sealed) = next(&mut reader).ok_or(DataDamage::Value)?;
            if name == field.as_bytes() {
                let value = seal::open(&keys.values, &self.associated(field), sealed);
                return value.ok_or(DataDamage::Value.into()).map(Some);
            }
        }
        Ok(None)
    }

    /// Opens every field and keeps none.
    pub(crate) fn check(&self, keys: &EpochKeys, blob: &[u8]) -> Result<(), VaultError> {
        let mut reader = ByteReader::new(blob);
        while !reader.at_end() {
            let (name, sealed) = next(&mut reader).ok_or(DataDamage::Value)?;
            let field = std::str::from_utf8(name).map_err(|_| DataDamage::Value)?;
            let value = seal::open(&keys.values, &self.associated(field), sealed);
            value.ok_or(DataDamage::Value)?;
        }
        Ok(())
    }
}

fn next<'a>(reader: &mut ByteReader<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let length = reader.u8()?;
    let name = reader.take(length.into())?;
    let length = reader.u32()?;
    Some((name, reader.take(length as usize)?))
}
