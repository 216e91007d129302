//! One credential: shown, stored, changed, removed. It is long because there is a request for
//! each of these, and a short handler for each request.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{
    AddRequest, EditAllRequest, EditRequest, EmptyTrashRequest, FieldValue as SentValue, Metadata,
    RemoveRequest, RestoreRequest, RollBackRequest, SetRequest, ShowRequest, SnoozeRequest,
};
use keyhaven_protocol::view::CredentialView;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Credential, CredentialEdit, Dates, Details, ExpectedRevision, ExpiryChange, Moment,
    NewCredential, NewField, NewValue, NewVersion, RollbackDates, Unlocked, ValueDates, VaultError,
    stop,
};
use uuid::Uuid;

use crate::agent::Agent;
use crate::errors::{ErrorContext, to_protocol};
use crate::handlers::{lookup, profiles, secrets};
use crate::server::client_session::{ClientSession, Now};
use crate::views::{self, ViewContext};

/// Everything about one credential but its values.
pub(crate) async fn show(
    client: &ClientSession,
    request: ShowRequest,
) -> Result<CredentialView, Error> {
    client
        .with_vault(move |vault, now| {
            let credential = lookup::credential(vault, &request.target)?;
            view(vault, credential.id, now)
        })
        .await
}

pub(crate) fn view(vault: &Unlocked, id: Uuid, now: &Now) -> Result<CredentialView, Error> {
    let settings = vault.settings().map_err(to_protocol)?;
    let summary = vault.summary(id, &now.clock).map_err(to_protocol)?;
    let versions = vault.versions(id, now.clock.now).map_err(to_protocol)?;
    let view_context = ViewContext {
        clock: &now.clock,
        settings: &settings,
    };
    Ok(view_context.credential(&summary, &versions))
}

/// The same after a change. That is done: a lock must not make it look as if it were not.
fn changed_view(vault: &Unlocked, id: Uuid, now: &Now) -> Result<CredentialView, Error> {
    stop::to_the_end(|| view(vault, id, now))
}

/// Stores a new credential.
pub(crate) async fn add(
    client: &ClientSession,
    request: AddRequest,
    mut segments: Segments,
) -> Result<CredentialView, Error> {
    let values = values(request.values, &mut segments)?;
    let metadata = request.metadata;
    let about = ErrorContext::named(&request.project, &request.environment, &metadata.name);
    let new = NewCredential {
        location: lookup::location(&request.project, &request.environment),
        tier: request.tier,
        name: metadata.name.clone(),
        provider: metadata.provider.clone(),
        fields: new_fields(&metadata, values)?,
        details: details(&metadata),
        dates: Dates {
            expires: metadata.expires,
            rotate_every_days: metadata.rotate_every_days,
            rotate_due: metadata.rotate_on,
            lead_times: metadata.lead_times.clone(),
            ..Dates::default()
        },
        source_id: None,
    };
    let added = client.change(Agent::dates_changed, move |vault, now| {
        let credential = vault
            .add(&now.context, new)
            .map_err(|e| about.to_protocol(e))?;
        changed_view(vault, credential.id, now)
    });
    let view = added.await?;
    client.use_seen();
    Ok(view)
}

/// Each field with its value; one value too many or too few is refused.
fn new_fields(
    metadata: &Metadata,
    mut values: Vec<(String, SecretBytes)>,
) -> Result<Vec<NewField>, Error> {
    let mut fields = Vec::with_capacity(metadata.fields.len());
    for field in &metadata.fields {
        let at = values.iter().position(|(name, _)| *name == field.name);
        let at = at.ok_or_else(|| {
            Error::invalid(Problem::FieldWithoutValue {
                name: metadata.name.clone(),
                field: field.name.clone(),
            })
        })?;
        fields.push(NewField {
            field: views::field_record(field.clone()),
            value: values.swap_remove(at).1,
        });
    }
    match values.first() {
        None => Ok(fields),
        Some((field, _)) => Err(Error::invalid(Problem::ValueWithoutField {
            name: metadata.name.clone(),
            field: field.clone(),
        })),
    }
}

fn values(
    sent: Vec<SentValue>,
    segments: &mut Segments,
) -> Result<Vec<(String, SecretBytes)>, Error> {
    let taken = sent
        .into_iter()
        .map(|value| Ok((value.field, secrets::take(segments, value.value)?)));
    taken.collect()
}

/// Values for fields that are there.
pub(crate) fn new_values(
    sent: Vec<SentValue>,
    segments: &mut Segments,
) -> Result<Vec<NewValue>, Error> {
    let values = values(sent, segments)?.into_iter();
    Ok(values
        .map(|(field, value)| NewValue { field, value })
        .collect())
}

fn details(metadata: &Metadata) -> Details {
    Details {
        scopes: metadata.scopes.clone(),
        allowed_ips: metadata.allowed_ips.clone(),
        tags: metadata.tags.clone(),
        owner: metadata.owner.clone(),
        quota: metadata.quota.clone(),
        url: metadata.url.clone(),
        note: metadata.note.clone(),
        never_rotate: metadata.never_rotate.clone(),
        ..Details::default()
    }
}

/// Stores a new version; fields that are not named keep their value. Given the values there
/// are, the credential stays as it is: another version would push out the one before.
pub(crate) async fn set(
    client: &ClientSession,
    request: SetRequest,
    mut segments: Segments,
) -> Result<CredentialView, Error> {
    let values = new_values(request.values, &mut segments)?;
    let stored = client.change(Agent::dates_changed, move |vault, now| {
        let credential = lookup::credential(vault, &request.target)?;
        for value in &values {
            lookup::field(&credential, Some(&value.field))?;
        }
        let seen = ExpectedRevision {
            id: credential.id,
            revision: request.revision.unwrap_or(credential.revision),
        };
        let expiry = views::next_expiry(request.expires);
        let stored = if vault.holds(credential.id, &values).map_err(to_protocol)? {
            dates_alone(vault, now, seen, expiry, request.rotate_on)
        } else {
            let old = secrets::old_versions(request.discard_old);
            let new = NewVersion {
                values,
                expiry,
                rotate_due: request.rotate_on,
            };
            vault.set_values(&now.context, seen, new, old).map(drop)
        };
        stored.map_err(|error| ErrorContext::credential(&credential).to_protocol(error))?;
        changed_view(vault, credential.id, now)
    });
    let view = stored.await?;
    client.use_seen();
    Ok(view)
}

/// The dates that were given with the values there are already.
fn dates_alone(
    vault: &mut Unlocked,
    now: &Now,
    seen: ExpectedRevision,
    expiry: ExpiryChange,
    rotate_on: Option<Moment>,
) -> Result<(), VaultError> {
    let known = vault.get(seen.id)?.dates;
    let other_expiry = matches!(expiry, ExpiryChange::Set(expires) if expires != known.expires);
    let other_rotation = rotate_on.is_some() && rotate_on != known.rotate_due;
    if !other_expiry && !other_rotation {
        return Ok(());
    }
    let dated = vault.set_dates(&now.context, seen, expiry, rotate_on);
    dated.map(drop)
}

/// Replaces what is known about a credential, in one transaction.
pub(crate) async fn edit(
    client: &ClientSession,
    request: EditRequest,
) -> Result<CredentialView, Error> {
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let name = request.metadata.name.clone();
    let new = new_metadata(request.metadata);
    let edit = move |vault: &mut Unlocked, now: &Now, about: &ErrorContext| {
        let credential = vault.get(seen.id).map_err(to_protocol)?;
        check_fields(&credential, &new)?;
        let followed = match credential.name == name {
            true => Vec::new(),
            false => profiles::renamed(vault, &credential, &name)?,
        };
        let about = ErrorContext {
            name,
            ..about.clone()
        };
        vault
            .edit(&now.context, seen, &new, &followed)
            .map_err(|error| about.to_protocol(error))
    };
    change(client, seen.id, edit).await
}

/// Replaces what is known about several credentials, in one transaction.
pub(crate) async fn edit_all(
    client: &ClientSession,
    request: EditAllRequest,
) -> Result<Vec<CredentialView>, Error> {
    let edited = client.change(Agent::dates_changed, move |vault, now| {
        let mut edits = Vec::with_capacity(request.edits.len());
        for edit in request.edits {
            stop::check().map_err(to_protocol)?;
            let credential = vault.get(edit.id).map_err(to_protocol)?;
            let new = new_metadata(edit.metadata);
            check_fields(&credential, &new)?;
            let seen = ExpectedRevision {
                id: edit.id,
                revision: edit.revision,
            };
            edits.push((seen, new));
        }
        if let Err((id, error)) = vault.edit_all(&now.context, &edits) {
            let about = vault.get(id).map(|known| ErrorContext::credential(&known));
            return Err(about.unwrap_or_default().to_protocol(error));
        }
        let views = edits
            .iter()
            .map(|(seen, _)| changed_view(vault, seen.id, now));
        views.collect()
    });
    edited.await
}

/// An edit may change fields, not add or drop them.
fn check_fields(credential: &Credential, new: &CredentialEdit) -> Result<(), Error> {
    for field in &new.fields {
        lookup::field(credential, Some(&field.name))?;
    }
    if new.fields.len() == credential.fields.len() {
        return Ok(());
    }
    Err(Error::invalid(Problem::FieldsDiffer {
        name: credential.name.clone(),
    }))
}

fn new_metadata(metadata: Metadata) -> CredentialEdit {
    CredentialEdit {
        details: details(&metadata),
        name: metadata.name,
        provider: metadata.provider,
        expires: metadata.expires,
        rotate_every_days: metadata.rotate_every_days,
        rotate_due: metadata.rotate_on,
        lead_times: metadata.lead_times,
        fields: metadata
            .fields
            .into_iter()
            .map(views::field_record)
            .collect(),
    }
}

/// Moves a credential to the trash.
pub(crate) async fn remove(client: &ClientSession, request: RemoveRequest) -> Result<(), Error> {
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let remove = move |vault: &mut Unlocked, now: &Now| vault.remove(&now.context, seen);
    change_seen(client, seen, remove).await.map(|_| ())
}

/// Takes a credential back from the trash.
pub(crate) async fn restore(
    client: &ClientSession,
    request: RestoreRequest,
) -> Result<CredentialView, Error> {
    let id = request.id;
    let restore = move |vault: &mut Unlocked, now: &Now, about: &ErrorContext| {
        let credential = vault.get(id).map_err(|error| about.to_protocol(error))?;
        let seen = ExpectedRevision {
            id,
            revision: credential.revision,
        };
        vault
            .restore(&now.context, seen)
            .map_err(|error| about.to_protocol(error))
    };
    change(client, id, restore).await
}

/// Erases what of the listed credentials is in the trash.
pub(crate) async fn empty_trash(
    client: &ClientSession,
    request: EmptyTrashRequest,
) -> Result<u32, Error> {
    let erased = client.change(Agent::changed, move |vault, now| {
        let emptied = vault.empty_trash(&now.context, &request.ids);
        emptied.map_err(to_protocol)
    });
    Ok(u32::try_from(erased.await?).unwrap_or(u32::MAX))
}

/// Makes an older version the current one again.
pub(crate) async fn roll_back(
    client: &ClientSession,
    request: RollBackRequest,
) -> Result<CredentialView, Error> {
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let dates = RollbackDates {
        expiry: views::next_expiry(request.expires),
        ended: request.ended.map(|ended| ValueDates {
            rotate_due: ended.rotate_on,
            snoozed_until: ended.snoozed_until.map(Moment::Date),
        }),
    };
    let roll_back = move |vault: &mut Unlocked, now: &Now, about: &ErrorContext| {
        let about = ErrorContext {
            version: request.version,
            ..about.clone()
        };
        vault
            .rollback(&now.context, seen, request.version, dates)
            .map_err(|error| about.to_protocol(error))
    };
    change(client, seen.id, roll_back).await
}

/// Quiets the reminders of a credential; the answer says until when.
pub(crate) async fn snooze(
    client: &ClientSession,
    request: SnoozeRequest,
) -> Result<CredentialView, Error> {
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let until = request.until.map(Moment::Date);
    let snooze = move |vault: &mut Unlocked, now: &Now| {
        vault.snooze(&now.context, seen, until, &now.clock.zone)
    };
    change_seen(client, seen, snooze).await
}

/// A change of one credential whose errors name it and nothing else.
pub(crate) async fn change_seen(
    client: &ClientSession,
    seen: ExpectedRevision,
    work: impl FnOnce(&mut Unlocked, &Now) -> Result<Credential, VaultError> + Send + 'static,
) -> Result<CredentialView, Error> {
    let work = |vault: &mut Unlocked, now: &Now, about: &ErrorContext| {
        work(vault, now).map_err(|error| about.to_protocol(error))
    };
    change(client, seen.id, work).await
}

/// A change of one credential that needs no value.
async fn change(
    client: &ClientSession,
    id: Uuid,
    work: impl FnOnce(&mut Unlocked, &Now, &ErrorContext) -> Result<Credential, Error> + Send + 'static,
) -> Result<CredentialView, Error> {
    let changed = client.change(Agent::dates_changed, move |vault, now| {
        let about = match vault.get(id) {
            Ok(credential) => ErrorContext::credential(&credential),
            Err(_) => ErrorContext::named("", "", &id.to_string()),
        };
        work(vault, now, &about)?;
        changed_view(vault, id, now)
    });
    changed.await
}
