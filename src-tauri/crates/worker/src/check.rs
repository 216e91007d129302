//! The check of a key: what the catalogue has for it, filled with the credential's fields.

use keyhaven_catalogue::answer::ExpectedAnswer;
use keyhaven_catalogue::provider::BuiltInProtocol;
use keyhaven_catalogue::request::Extraction;
use keyhaven_catalogue::{Catalogue, Provider};
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::worker::CheckJob;
use keyhaven_secret::SecretBytes;

use crate::fields::{AssignedFields, FieldWithValue};
use crate::fill::{FilledRequest, fill};
use crate::postgres::DatabaseAccount;
use crate::values::RequestValues;

/// A check that can be made.
#[derive(Debug)]
pub enum CheckToMake {
    /// By a request.
    Request(Box<PreparedCheck>),
    /// By a login at a database.
    Login(DatabaseAccount),
}

/// A check that can be sent.
#[derive(Debug)]
pub struct PreparedCheck {
    /// What is sent.
    pub request: FilledRequest,
    /// What responses mean.
    pub answers: Vec<ExpectedAnswer>,
    /// What a provider reports about a key that is alive.
    pub reports: Vec<PreparedReport>,
    /// The secrets of the credential, which no report may hold.
    pub secrets: Vec<SecretBytes>,
}

/// Facts that can be read from an answer.
#[derive(Debug)]
pub struct PreparedReport {
    /// The request; none where the answer to the check has them.
    pub request: Option<FilledRequest>,
    /// What is read.
    pub extract: Vec<Extraction>,
}

/// Prepares the check that a job asks for.
///
/// # Errors
/// There is none, or it cannot be made.
pub fn prepare(job: CheckJob, mut segments: Segments) -> Result<CheckToMake, CheckReason> {
    let provider = Catalogue::builtin().get(&job.provider);
    let provider = provider.ok_or(CheckReason::UnknownProvider {
        provider: job.provider,
    })?;
    let fields = FieldWithValue::all_of(job.fields, &mut segments)?;
    let fields = AssignedFields::find(provider, &fields)?;
    if let Some(BuiltInProtocol::Postgresql) = provider.built_in {
        return Ok(CheckToMake::Login(DatabaseAccount::find(&fields)?));
    }
    let check = provider.check_for(fields.shape());
    let check = check.ok_or(CheckReason::NoCheck)?;
    if provider.exchange.is_some() {
        return Err(CheckReason::NotSupported);
    }
    if check.costs && !job.may_cost {
        return Err(CheckReason::Costs);
    }
    Ok(CheckToMake::Request(Box::new(PreparedCheck {
        request: fill(provider, &check.request, RequestValues::of(&fields))?,
        answers: check.answers.clone(),
        reports: reports(provider, &fields),
        secrets: fields.secrets(),
    })))
}

/// Those for this key. One that cannot be asked for tells nothing; the check goes on.
fn reports(provider: &Provider, fields: &AssignedFields<'_>) -> Vec<PreparedReport> {
    let mut reports = Vec::new();
    for introspection in &provider.introspections {
        if !introspection.is_for(fields.shape()) {
            continue;
        }
        let request = match &introspection.request {
            None => None,
            Some(request) => match fill(provider, request, RequestValues::of(fields)) {
                Ok(request) => Some(request),
                Err(_) => continue,
            },
        };
        reports.push(PreparedReport {
            request,
            extract: introspection.extract.clone(),
        });
    }
    reports
}
