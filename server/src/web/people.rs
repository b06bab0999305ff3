//! People and their devices as a page.

use super::moment::Moment;
use super::view::{Choice, Page, View, render};
use crate::api::extract::{FormBody, PathOf};
use crate::api::person::{GrantResponse, add_person, grant_role, revoke_role, set_locked};
use crate::api::{self, inspection};
use crate::auth::device::{self, Device};
use crate::auth::{Actor, person};
use crate::problem::{Code, Problem};
use crate::state::App;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jicha_domain::Language;
use jicha_domain::id::{DeviceId, PersonId};
use jicha_domain::rights::{Act, Grant, Role, Subject};
use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    page: Page,
    people: Vec<PersonCard>,
    roles: Vec<Choice>,
    units: Vec<Choice>,
    may_write_people: bool,
    may_write_devices: bool,
    message: Option<String>,
    one_time_password: Option<String>,
    error: Option<String>,
}

struct PersonCard {
    id: String,
    name: String,
    login: String,
    grants: Vec<String>,
    devices: Vec<DeviceLine>,
    locked: bool,
    is_me: bool,
}

/// A device as pages show it.
pub(super) struct DeviceLine {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) platform: String,
    pub(super) enrolled: Moment,
    pub(super) seen: Option<Moment>,
    pub(super) locked: bool,
}

impl From<&Device> for DeviceLine {
    fn from(device: &Device) -> DeviceLine {
        DeviceLine {
            id: device.id.to_string(),
            name: device.name.clone(),
            platform: device.platform.clone(),
            enrolled: device.enrolled_at.into(),
            seen: device.seen_at.map(Moment::from),
            locked: device.locked_at.is_some(),
        }
    }
}

/// The form for a new person.
#[derive(Debug, Deserialize)]
pub(super) struct AddForm {
    name: String,
    login: String,
    role: String,
    unit: String,
}

/// The form for a further role.
#[derive(Debug, Deserialize)]
pub(super) struct GrantForm {
    role: String,
    unit: String,
}

/// What the page says above the list.
#[derive(Default)]
struct Said {
    message: Option<String>,
    one_time_password: Option<String>,
    error: Option<String>,
}

/// Everybody in the units that the reader administers.
pub(super) async fn show(State(app): State<App>, view: View, actor: Actor) -> Result<Response, Problem> {
    page(&app, &view, &actor, StatusCode::OK, Said::default()).await
}

/// Adds a person and shows the one-time password, once.
pub(super) async fn add(
    State(app): State<App>,
    view: View,
    actor: Actor,
    FormBody(form): FormBody<AddForm>,
) -> Result<Response, Problem> {
    let grant = Grant::try_from(&GrantResponse {
        role: form.role,
        unit: form.unit,
    })?;
    match add_person(&app, &actor, form.login, form.name, grant).await {
        Ok((_, password)) => {
            let said = Said {
                message: Some(view.t.person_added.to_owned()),
                one_time_password: Some(password.reveal().to_owned()),
                error: None,
            };
            page(&app, &view, &actor, StatusCode::CREATED, said).await
        }
        Err(problem) if matches!(problem.code, Code::Invalid | Code::AlreadyExists) => {
            let error = match view.language {
                Language::Zh => problem.code.title_zh().to_owned(),
                Language::En => format!("{}. {}", problem.code.title_en(), problem.detail),
            };
            let said = Said {
                error: Some(error),
                ..Said::default()
            };
            page(&app, &view, &actor, problem.code.status(), said).await
        }
        Err(problem) => Err(problem),
    }
}

/// Grants a further role.
pub(super) async fn grant(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
    FormBody(form): FormBody<GrantForm>,
) -> Result<Response, Problem> {
    let grant = Grant::try_from(&GrantResponse {
        role: form.role,
        unit: form.unit,
    })?;
    grant_role(&app, &actor, id, grant).await?;
    Ok(back())
}

/// Takes a role back.
pub(super) async fn revoke(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
    FormBody(form): FormBody<GrantForm>,
) -> Result<Response, Problem> {
    let grant = Grant::try_from(&GrantResponse {
        role: form.role,
        unit: form.unit,
    })?;
    revoke_role(&app, &actor, id, grant).await?;
    Ok(back())
}

/// Locks a person.
pub(super) async fn lock(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
) -> Result<Response, Problem> {
    set_locked(&app, &actor, id, true).await?;
    Ok(back())
}

/// Unlocks a person.
pub(super) async fn unlock(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
) -> Result<Response, Problem> {
    set_locked(&app, &actor, id, false).await?;
    Ok(back())
}

/// Locks a device.
pub(super) async fn lock_device(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<DeviceId>,
) -> Result<Response, Problem> {
    api::device::set_locked(&app, &actor, id, true).await?;
    Ok(back())
}

/// Unlocks a device.
pub(super) async fn unlock_device(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<DeviceId>,
) -> Result<Response, Problem> {
    api::device::set_locked(&app, &actor, id, false).await?;
    Ok(back())
}

fn back() -> Response {
    Redirect::to("/people").into_response()
}

async fn page(
    app: &App,
    view: &View,
    actor: &Actor,
    status: StatusCode,
    said: Said,
) -> Result<Response, Problem> {
    let people_scope = actor.scope(Act::Read, Subject::People)?;
    let device_scope = actor.scope(Act::Read, Subject::Devices).ok();
    let (me, language) = (actor.person, view.language);
    let (people, units) = app
        .storage()
        .read(move |sql| {
            let devices = match &device_scope {
                Some(scope) => device::list(sql, scope)?,
                None => Vec::new(),
            };
            let mut cards = Vec::new();
            for person in person::list(sql, &people_scope)? {
                let own = devices.iter().filter(|device| device.person == person.id);
                cards.push(PersonCard {
                    id: person.id.to_string(),
                    is_me: person.id == me,
                    grants: person
                        .grants
                        .iter()
                        .map(|grant| grant_text(sql, grant, language))
                        .collect::<Result<_, _>>()?,
                    devices: own.map(DeviceLine::from).collect(),
                    locked: person.locked_at.is_some(),
                    name: person.name,
                    login: person.login,
                });
            }
            Ok::<_, Problem>((cards, inspection::units(sql, &people_scope)?))
        })
        .await?;
    let template = PeoplePage {
        page: view.page(view.t.people),
        people,
        roles: Role::ALL
            .iter()
            .map(|role| Choice {
                value: role.to_string(),
                label: role.label(language).to_owned(),
                chosen: false,
            })
            .collect(),
        units: units
            .into_iter()
            .map(|(value, label)| Choice {
                value,
                label,
                chosen: false,
            })
            .collect(),
        may_write_people: actor.may_somewhere(Act::Write, Subject::People),
        may_write_devices: actor.may_somewhere(Act::Write, Subject::Devices),
        message: said.message,
        one_time_password: said.one_time_password,
        error: said.error,
    };
    render(status, &template)
}

/// A role and its unit in words.
pub(super) fn grant_text(sql: &Connection, grant: &Grant, language: Language) -> rusqlite::Result<String> {
    let name: Option<String> = sql
        .prepare_cached("SELECT name FROM org_unit WHERE code = ?1")?
        .query_row([grant.unit.as_str()], |row| row.get(0))
        .optional()?;
    Ok(format!(
        "{} · {}",
        grant.role.label(language),
        name.unwrap_or_else(|| grant.unit.to_string())
    ))
}
