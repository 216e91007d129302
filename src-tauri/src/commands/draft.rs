//! What is wrong with the form of a key while it is typed, by the rules that the agent has too.
//! No value takes part, and no agent is asked.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use keyhaven_client::{Language, Style, text};
use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::view::{DueDistance, DueKind, Moment, Tier};
use keyhaven_rules::due::{self, LocalNow};
use keyhaven_rules::names::{NameFault, check_name};
use keyhaven_rules::span::{self, SpanError};
use keyhaven_rules::{days, variables};
use serde::{Deserialize, Serialize};

/// The form of a key as it is typed, without values. What is empty is left to the form.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KeyDraft {
    /// Today, here.
    #[cfg_attr(test, ts(type = "string"))]
    today: Date,
    project: String,
    environment: String,
    name: String,
    expires: String,
    rotate_every: String,
    rotate_on: String,
    allowed_ips: Vec<String>,
    fields: Vec<FieldNames>,
}

/// The names of one field.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FieldNames {
    name: String,
    variable: String,
}

/// What is wrong with a draft, and what follows from it.
#[derive(Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DraftCheck {
    problems: Vec<DraftProblem>,
    /// The tier that the environment's name tells.
    tier: Option<Tier>,
    /// The variable that is named after the key.
    variable: Option<String>,
    /// When it expires, where that can be read.
    expires: Option<Moment>,
    /// How far away that is.
    expires_in: Option<DueDistance>,
    /// The rotation interval, where that can be read.
    rotate_every_days: Option<u32>,
    /// The fixed rotation date, where that can be read.
    rotate_on: Option<Moment>,
    /// How far away that is.
    rotate_in: Option<DueDistance>,
    /// The fields, by their number, whose variable changes how programs load code.
    loaders: Vec<usize>,
}

/// What is wrong at one place of the form.
#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DraftProblem {
    place: DraftPlace,
    problem: Problem,
    /// As a sentence.
    text: String,
}

/// A place of the form; fields and addresses count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
enum DraftPlace {
    Project,
    Environment,
    Name,
    Expires,
    RotateEvery,
    RotateOn,
    AllowedIp(usize),
    FieldName(usize),
    Variable(usize),
}

/// Says what is wrong with a draft of a key.
#[tauri::command]
pub fn check_draft(draft: KeyDraft) -> DraftCheck {
    let clock = LocalNow {
        now: Timestamp::now(),
        zone: TimeZone::system(),
    };
    check_at(&draft, &clock)
}

fn check_at(draft: &KeyDraft, clock: &LocalNow) -> DraftCheck {
    let mut check = DraftCheck::default();
    check.names(draft);
    check.dates(draft, clock);
    check.fields(&draft.fields);
    for (at, address) in draft.allowed_ips.iter().enumerate() {
        if keyhaven_hosts::network(address).is_none() {
            let text = address.clone();
            check.note(DraftPlace::AllowedIp(at), Problem::BadAddress { text });
        }
    }
    check
}

impl DraftCheck {
    fn note(&mut self, place: DraftPlace, problem: Problem) {
        let error = Error::invalid(problem.clone());
        self.problems.push(DraftProblem {
            place,
            problem,
            text: text::of_error(Language::of_environment(), Style::Sentence, &error).message,
        });
    }

    fn name(&mut self, place: DraftPlace, name: &str, problem: fn(NameFault) -> Problem) {
        match check_name(name) {
            Ok(()) | Err(NameFault::Empty) => {}
            Err(fault) => self.note(place, problem(fault)),
        }
    }

    fn names(&mut self, draft: &KeyDraft) {
        let (environment, name) = (draft.environment.trim(), draft.name.trim());
        let project = draft.project.trim();
        self.name(DraftPlace::Project, project, |fault| {
            Problem::BadProjectName { fault }
        });
        self.name(DraftPlace::Environment, environment, |fault| {
            Problem::BadEnvironmentName { fault }
        });
        self.name(DraftPlace::Name, name, |fault| Problem::BadCredentialName {
            fault,
        });
        self.tier = Tier::of_environment(environment);
        self.variable = variables::variable_for(name);
    }

    fn dates(&mut self, draft: &KeyDraft, clock: &LocalNow) {
        let (expires, rotate_every) = (draft.expires.trim(), draft.rotate_every.trim());
        match moment(expires, draft.today) {
            _ if expires.is_empty() => {}
            Ok(moment) => {
                self.expires = Some(moment);
                self.expires_in = Some(due::distance(DueKind::Expiry, moment, clock));
            }
            Err(problem) => self.note(DraftPlace::Expires, problem),
        }
        let rotate_on = draft.rotate_on.trim();
        match moment(rotate_on, draft.today) {
            _ if rotate_on.is_empty() => {}
            Ok(moment) => {
                self.rotate_on = Some(moment);
                self.rotate_in = Some(due::distance(DueKind::Rotation, moment, clock));
            }
            Err(problem) => self.note(DraftPlace::RotateOn, problem),
        }
        match interval(rotate_every) {
            _ if rotate_every.is_empty() => {}
            Ok(days) => self.rotate_every_days = Some(days),
            Err(problem) => self.note(DraftPlace::RotateEvery, problem),
        }
    }

    fn fields(&mut self, fields: &[FieldNames]) {
        let (mut names, mut taken) = (HashSet::new(), HashSet::new());
        for (at, field) in fields.iter().enumerate() {
            let (name, variable) = (field.name.trim(), field.variable.trim());
            self.name(DraftPlace::FieldName(at), name, |fault| {
                Problem::BadFieldName { fault }
            });
            if !name.is_empty() && !names.insert(name) {
                let name = name.to_owned();
                self.note(DraftPlace::FieldName(at), Problem::Duplicate { name });
            }
            self.variable(at, variable, &mut taken);
        }
    }

    fn variable<'a>(&mut self, at: usize, variable: &'a str, taken: &mut HashSet<&'a str>) {
        if variable.is_empty() {
            return;
        }
        if variables::loader(variable).is_some() {
            self.loaders.push(at);
        }
        let given = || variable.escape_debug().to_string();
        if !variables::is_variable_name(variable) {
            let variable = Some(given());
            self.note(DraftPlace::Variable(at), Problem::BadVariable { variable });
        } else if !taken.insert(variable) {
            let variable = given();
            self.note(
                DraftPlace::Variable(at),
                Problem::VariableTwice { variable },
            );
        }
    }
}

/// A day, an instant, or a time from today.
fn moment(text: &str, today: Date) -> Result<Moment, Problem> {
    let bad_date = || Problem::BadDate { text: text.into() };
    let is_date = text.len() == 10;
    if let (true, Ok(date)) = (is_date, text.parse()) {
        return Ok(Moment::Date(date));
    }
    if let (false, Ok(instant)) = (is_date, text.parse()) {
        return Ok(Moment::Instant(instant));
    }
    // A bare number could be part of a date.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad_date());
    }
    let span = span::parse(text).map_err(|error| match error {
        SpanError::Minutes { count } => minutes(count),
        _ => bad_date(),
    })?;
    let date = today.checked_add(span).map_err(|_| bad_date())?;
    Ok(Moment::Date(date))
}

fn interval(text: &str) -> Result<u32, Problem> {
    let found = span::parse_days(text).map_err(|error| match error {
        SpanError::Minutes { count } => minutes(count),
        SpanError::OutOfRange => out_of_range(),
        SpanError::Format | SpanError::TooFine => Problem::BadSpan { text: text.into() },
    })?;
    if days::ROTATION.contains(&found) {
        Ok(found)
    } else {
        Err(out_of_range())
    }
}

fn minutes(count: i64) -> Problem {
    let count = u32::try_from(count.unsigned_abs()).unwrap_or(u32::MAX);
    Problem::SpanInMinutes { count }
}

const fn out_of_range() -> Problem {
    Problem::IntervalOutOfRange {
        minimum: *days::ROTATION.start(),
        maximum: *days::ROTATION.end(),
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::view::DueWords;

    use super::*;

    #[test]
    fn what_is_empty_is_left_to_the_form() {
        let empty = KeyDraft {
            fields: vec![FieldNames::default(), FieldNames::default()],
            ..KeyDraft::default()
        };
        assert_eq!(check_draft(empty), DraftCheck::default());
    }

    #[test]
    fn a_time_from_today_becomes_a_day() {
        let read = |expires: &str| {
            check_draft(KeyDraft {
                today: Date::constant(2026, 11, 30),
                expires: expires.into(),
                ..KeyDraft::default()
            })
        };
        for (text, day) in [
            ("90d", "2027-02-28"),
            ("3mo", "2027-02-28"),
            (" 2027-01-31 ", "2027-01-31"),
        ] {
            let expected = Moment::Date(day.parse().unwrap());
            assert_eq!(read(text).expires, Some(expected), "{text}");
        }
        let clock = LocalNow {
            now: "2026-11-30T12:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
        };
        let draft = KeyDraft {
            expires: "2026-11-30T13:00:00Z".into(),
            ..KeyDraft::default()
        };
        let words = check_at(&draft, &clock).expires_in.map(|it| it.words);
        assert_eq!(words, Some(DueWords::InHours { hours: 1 }));
        for text in ["2027-02-30", "soon", "30", "3m", "9999y"] {
            let check = read(text);
            assert!(
                check.expires.is_none() && check.problems.len() == 1,
                "{text}"
            );
        }
    }
}
