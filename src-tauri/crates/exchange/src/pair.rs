//! The values of a file that are one key together: the id, the secret and the session token of
//! an AWS key.

use crate::records::Record;

/// The name of the credential that they make.
pub const AWS_NAME: &str = "aws";

/// The fields of an AWS key, by the variables in which files have them.
const AWS_FIELDS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "access_key_id"),
    ("AWS_SECRET_ACCESS_KEY", "secret_access_key"),
    ("AWS_SESSION_TOKEN", "session_token"),
];

/// The variables and fields of a new key of a provider, where it has more than one part.
#[must_use]
pub fn usual_fields(provider: &str) -> &'static [(&'static str, &'static str)] {
    match provider {
        // A session token comes with short-lived keys alone.
        AWS_NAME => &AWS_FIELDS[..2],
        _ => &[],
    }
}

/// A value of an AWS key among records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwsPart {
    /// Which record.
    pub at: usize,
    /// The field that it becomes.
    pub field: &'static str,
}

/// Where the values of an AWS key are among records of these names: the id and the secret, and
/// a session token if there is one.
pub fn aws_key<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<Vec<AwsPart>> {
    let part = |(name, field): &(&str, &'static str)| {
        let at = names.clone().position(|one| one == *name)?;
        Some(AwsPart { at, field })
    };
    let [id, secret, token] = AWS_FIELDS.each_ref().map(part);
    let found = [Some(id?), Some(secret?), token];
    Some(found.into_iter().flatten().collect())
}

/// Makes one credential of the values of an AWS key. Each keeps its source, so that another
/// import of the file finds it.
pub fn join_aws_key(records: &mut [Record]) {
    let parts = aws_key(records.iter().map(|record| record.name.as_str()));
    for AwsPart { at, field } in parts.unwrap_or_default() {
        records[at].field = Some(field.to_owned());
        records[at].name = AWS_NAME.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, read};

    fn records(text: &str) -> Vec<Record> {
        read(Format::Dotenv, text.as_bytes()).unwrap().records
    }

    fn parts_of(records: &[Record]) -> Option<Vec<AwsPart>> {
        aws_key(records.iter().map(|record| record.name.as_str()))
    }

    #[test]
    fn an_id_and_a_secret_are_one_key_and_keep_their_sources() {
        let mut records = records("AWS_SECRET_ACCESS_KEY=s\nA=1\nAWS_ACCESS_KEY_ID=i\n");
        let parts = parts_of(&records).unwrap();
        assert_eq!(parts.iter().map(|part| part.at).collect::<Vec<_>>(), [2, 0]);
        join_aws_key(&mut records);
        let joined: Vec<_> = records
            .iter()
            .map(|one| {
                (
                    one.name.as_str(),
                    one.field.as_deref(),
                    one.source_id.as_str(),
                )
            })
            .collect();
        assert_eq!(
            joined,
            [
                (
                    "aws",
                    Some("secret_access_key"),
                    "dotenv:AWS_SECRET_ACCESS_KEY"
                ),
                ("A", None, "dotenv:A"),
                ("aws", Some("access_key_id"), "dotenv:AWS_ACCESS_KEY_ID"),
            ]
        );
        assert_eq!(
            records[0].variable.as_deref(),
            Some("AWS_SECRET_ACCESS_KEY")
        );
    }

    #[test]
    fn a_key_of_aws_has_two_fields_that_fill_variables_of_its_provider() {
        let aws = keyhaven_catalogue::Catalogue::builtin().get("aws").unwrap();
        let fields = usual_fields(&aws.id);
        let names: Vec<_> = fields.iter().map(|(_, name)| *name).collect();
        assert_eq!(names, ["access_key_id", "secret_access_key"]);
        let is_known =
            |(variable, _): &(&str, &str)| aws.variables.iter().any(|one| one == variable);
        assert!(fields.iter().all(is_known));
        assert!(usual_fields("stripe").is_empty());
    }

    #[test]
    fn one_without_the_other_is_no_pair() {
        let alone = records("AWS_ACCESS_KEY_ID=i\nAWS_SESSION_TOKEN=t\n");
        assert_eq!(parts_of(&alone), None);
        assert_eq!(parts_of(&records("AWS_SECRET_ACCESS_KEY=s\n")), None);
    }
}
