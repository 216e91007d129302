//! What can be found out about a value without a network: checksums, the account in the id of
//! an AWS key, the end of a JSON Web Token.
//!
//! The schemes were compared with examples of other people: GitHub's in its article of
//! 2021-04-05, npm's in an issue of secretlint, Grafana's in its own test, and those of GitLab,
//! Vercel and fine-grained tokens of GitHub in public rules of secret scanners. The last three may
//! be real, so the tests hold made-up values instead.

use data_encoding::{BASE32, BASE32_NOPAD, BASE64URL_NOPAD};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::key_shape::OfflineCheck;

/// Digits, capitals, small letters.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits, small letters.
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// What follows the checked part of a fine-grained token of GitHub: the sum, and what nobody
/// documents.
const GITHUB_SUM: usize = 8;
const GITHUB_REST: usize = 8;
/// The most bytes of a token whose claims are read.
const MAX_CLAIMS: usize = 8192;

/// What a checksum says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyCondition {
    /// There is no checksum.
    Unchecked,
    /// It is right.
    Sound,
    /// It is wrong, or a part is missing: the value is cut or mistyped.
    Damaged,
}

/// Checks a value of a matching shape.
pub fn condition(check: OfflineCheck, value: &[u8]) -> KeyCondition {
    let right = match check {
        OfflineCheck::GithubCrc32 => github_crc32(value),
        OfflineCheck::GithubSha256 => github_sha256(value),
        OfflineCheck::GrafanaCrc32 => grafana_crc32(value),
        OfflineCheck::GitlabCrc32 => gitlab_crc32(value),
        OfflineCheck::Jwt => Some(claims(value).is_some()),
        OfflineCheck::AwsAccount => return KeyCondition::Unchecked,
    };
    match right {
        Some(true) => KeyCondition::Sound,
        Some(false) | None => KeyCondition::Damaged,
    }
}

fn github_crc32(value: &[u8]) -> Option<bool> {
    let start = 1 + value.iter().position(|byte| *byte == b'_')?;
    let (body, sum) = value.get(start..)?.split_last_chunk::<6>()?;
    Some(digits(crc32fast::hash(body), BASE62) == *sum)
}

fn github_sha256(value: &[u8]) -> Option<bool> {
    let end = value.len().checked_sub(GITHUB_SUM + GITHUB_REST)?;
    let (body, rest) = value.split_at_checked(end)?;
    let sum = BASE32.encode(&Sha256::digest(body));
    Some(sum.as_bytes()[..GITHUB_SUM] == rest[..GITHUB_SUM])
}

/// Its bytes are written from the lowest to the highest.
fn grafana_crc32(value: &[u8]) -> Option<bool> {
    let (body, sum) = value.split_last_chunk::<8>()?;
    let body = body.strip_suffix(b"_")?;
    let mut read = [0; 4];
    data_encoding::HEXLOWER_PERMISSIVE
        .decode_mut(sum, &mut read)
        .ok()?;
    Some(crc32fast::hash(body).to_le_bytes() == read)
}

fn gitlab_crc32(value: &[u8]) -> Option<bool> {
    let (body, sum) = value.split_last_chunk::<7>()?;
    Some(digits(crc32fast::hash(body), BASE36) == *sum)
}

/// A number with leading zeros.
fn digits<const N: usize>(mut number: u32, alphabet: &[u8]) -> [u8; N] {
    let mut written = [alphabet[0]; N];
    let base = alphabet.len() as u32;
    for digit in written.iter_mut().rev() {
        *digit = alphabet[(number % base) as usize];
        number /= base;
    }
    written
}

/// The account that an AWS access key id belongs to, 12 digits. Ids from before 2019 do not
/// hold it.
pub fn aws_account(value: &[u8]) -> Option<String> {
    let id = value.get(4..20).filter(|_| value.len() == 20)?;
    if id[0] < b'Q' && id[0].is_ascii_uppercase() {
        return None;
    }
    let bytes = BASE32_NOPAD.decode(id).ok()?;
    let high = bytes.first_chunk::<6>()?;
    let number = high
        .iter()
        .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    let account = (number & 0x7fff_ffff_ff80) >> 7;
    Some(format!("{account:012}"))
}

/// When a JSON Web Token (RFC 7519) ends, if it says so.
pub fn jwt_expiry(value: &[u8]) -> Option<Timestamp> {
    let claims = claims(value)?;
    let seconds = claims.get("exp")?.as_i64()?;
    Timestamp::from_second(seconds).ok()
}

/// The claims of a token. Neither the signature nor the whole is copied.
fn claims(value: &[u8]) -> Option<serde_json::Map<String, serde_json::Value>> {
    if !value.starts_with(b"eyJ") || value.len() > MAX_CLAIMS {
        return None;
    }
    let mut parts = value.split(|byte| *byte == b'.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || signature.is_empty() {
        return None;
    }
    let object = |part: &[u8]| {
        let bytes = BASE64URL_NOPAD.decode(part).ok()?;
        serde_json::from_slice::<serde_json::Map<_, _>>(&bytes).ok()
    };
    let header: serde_json::Map<String, serde_json::Value> = object(header)?;
    header.get("alg")?;
    object(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documented examples of GitHub, npm and Grafana, none of which is a key.
    const DOCUMENTED: [(OfflineCheck, &str); 3] = [
        (
            OfflineCheck::GithubCrc32,
            "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",
        ),
        (
            OfflineCheck::GithubCrc32,
            "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",
        ),
        (
            OfflineCheck::GrafanaCrc32,
            "glsa_iNValIdinValiDinvalidinvalidinva_5b582697",
        ),
    ];

    /// Values made up for the other services. They show that a wrong character is noticed; that
    /// the scheme is the service's, the comparison described above has shown.
    fn made_up() -> [(OfflineCheck, String); 3] {
        let filled = |length| -> String { "Ex4mpleOfNoKey".chars().cycle().take(length).collect() };
        let written = |sum: &[u8]| String::from_utf8(sum.to_vec()).unwrap();
        let vercel = filled(50);
        let sum: [u8; 6] = digits(crc32fast::hash(vercel.as_bytes()), BASE62);
        let vercel = format!("vcp_{vercel}{}", written(&sum));
        let fine_grained = format!("github_pat_1{}_{}", filled(21), filled(43));
        let sum = BASE32.encode(&Sha256::digest(fine_grained.as_bytes()));
        let rest = filled(GITHUB_REST);
        let fine_grained = format!("{fine_grained}{}{rest}", &sum[..GITHUB_SUM]);
        let gitlab = format!("glpat-{}.01.0w", filled(32));
        let sum: [u8; 7] = digits(crc32fast::hash(gitlab.as_bytes()), BASE36);
        let gitlab = format!("{gitlab}{}", written(&sum));
        [
            (OfflineCheck::GithubCrc32, vercel),
            (OfflineCheck::GithubSha256, fine_grained),
            (OfflineCheck::GitlabCrc32, gitlab),
        ]
    }

    #[test]
    fn a_wrong_checksum_is_noticed() {
        let documented = DOCUMENTED.map(|(check, value)| (check, value.to_owned()));
        for (check, value) in documented.into_iter().chain(made_up()) {
            assert_eq!(
                condition(check, value.as_bytes()),
                KeyCondition::Sound,
                "{value}"
            );
            let mut mistyped = value.as_bytes().to_vec();
            mistyped[12] = if mistyped[12] == b'a' { b'b' } else { b'a' };
            assert_eq!(
                condition(check, &mistyped),
                KeyCondition::Damaged,
                "{value}"
            );
            let cut = &value.as_bytes()[..value.len() - 1];
            assert_eq!(condition(check, cut), KeyCondition::Damaged, "{value}");
            for length in 0..value.len() {
                let _ = condition(check, &value.as_bytes()[..length]);
            }
        }
    }

    #[test]
    fn the_account_is_part_of_an_aws_key_id() {
        let account = |id: &str| aws_account(id.as_bytes());
        assert_eq!(
            account("ASIAQNZGKIQY56JQ7WML").as_deref(),
            Some("029608264753")
        );
        // Before 2019, and not an id.
        assert_eq!(account("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(account("ASIAQNZGKIQY56JQ7WM1"), None);
        assert_eq!(account("ASIAQNZGKIQY56JQ7WM"), None);
        assert_eq!(account(""), None);
    }

    #[test]
    fn a_token_says_when_it_ends() {
        // RFC 7519, 3.1.
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4\
                     MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K2\
                     7uhbUJU1p1r_wW1gFWFOEjXk";
        let ends = jwt_expiry(token.as_bytes()).unwrap();
        assert_eq!(ends.to_string(), "2011-03-22T18:43:00Z");
        for (at, _) in token.char_indices() {
            let _ = jwt_expiry(&token.as_bytes()[..at]);
        }
        for none in ["", "eyJ", "eyJ.eyJ.x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
            assert_eq!(jwt_expiry(none.as_bytes()), None, "{none}");
        }
    }
}
