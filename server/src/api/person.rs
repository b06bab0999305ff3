//! People: list, add, lock, grant.

use super::extract::{JsonBody, PathOf};
use crate::auth::password::Password;
use crate::auth::person::{self, Person};
use crate::auth::{Actor, Scope};
use crate::problem::{Code, Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jicha_domain::id::{OrgUnitCode, PersonId};
use jicha_domain::rights::{Act, Grant, Role, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role within a unit and everything below it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "role": "inspector", "unit": "0503" }))]
pub struct GrantResponse {
    /// inspector, supervisor, planner, rectifier, auditor or administrator.
    pub role: String,
    /// The org unit's code.
    pub unit: String,
}

impl From<&Grant> for GrantResponse {
    fn from(grant: &Grant) -> GrantResponse {
        GrantResponse {
            role: grant.role.to_string(),
            unit: grant.unit.to_string(),
        }
    }
}

impl TryFrom<&GrantResponse> for Grant {
    type Error = Problem;

    fn try_from(request: &GrantResponse) -> Result<Grant, Problem> {
        let invalid = |field: &str, error: String| Problem::new(Code::Invalid).at(field).detail(error);
        Ok(Grant {
            role: request
                .role
                .parse()
                .map_err(|error| invalid("role", format!("{error}")))?,
            unit: OrgUnitCode::new(request.unit.trim())
                .map_err(|error| invalid("unit", error.to_string()))?,
        })
    }
}

/// A person with an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0193a1b2-0000-7000-8000-000000000002", "login": "wang", "name": "王强",
    "grants": [{ "role": "inspector", "unit": "0503" }]
}))]
pub struct PersonResponse {
    /// The id.
    pub id: String,
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// Since when the person is locked out (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_at: Option<String>,
    /// Roles.
    pub grants: Vec<GrantResponse>,
}

impl From<&Person> for PersonResponse {
    fn from(person: &Person) -> PersonResponse {
        PersonResponse {
            id: person.id.to_string(),
            login: person.login.clone(),
            name: person.name.clone(),
            locked_at: person.locked_at.map(|at| at.to_string()),
            grants: person.grants.iter().map(GrantResponse::from).collect(),
        }
    }
}

/// All people of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeopleResponse {
    /// By name.
    pub people: Vec<PersonResponse>,
}

/// A person to add.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "login": "wang", "name": "王强", "grant": { "role": "inspector", "unit": "0503" } }))]
pub struct AddPersonRequest {
    /// 2 to 40 letters, digits, dots, hyphens or underscores.
    pub login: String,
    /// The name as people say it.
    pub name: String,
    /// The first role.
    pub grant: GrantResponse,
}

/// A person that was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedPersonResponse {
    /// The id.
    pub id: String,
    /// Shown once; must be changed at the first sign-in.
    pub one_time_password: String,
}

/// Everybody with a role in the units that the caller administers.
#[utoipa::path(get, path = "/api/people", tag = "people", responses((status = 200, body = PeopleResponse), (status = 403, body = ProblemResponse)))]
pub async fn list(State(app): State<App>, actor: Actor) -> Result<Json<PeopleResponse>, Problem> {
    let scope = actor.scope(Act::Read, Subject::People)?;
    let people = app.storage().read(move |sql| person::list(sql, &scope)).await?;
    Ok(Json(PeopleResponse {
        people: people.iter().map(PersonResponse::from).collect(),
    }))
}

/// Adds a person with a first role and a one-time password.
#[utoipa::path(post, path = "/api/people", tag = "people", request_body = AddPersonRequest,
    responses((status = 201, body = AddedPersonResponse), (status = 409, body = ProblemResponse), (status = 422, body = ProblemResponse)))]
pub async fn add(
    State(app): State<App>,
    actor: Actor,
    JsonBody(request): JsonBody<AddPersonRequest>,
) -> Result<(StatusCode, Json<AddedPersonResponse>), Problem> {
    let grant = Grant::try_from(&request.grant)?;
    let (id, password) = add_person(&app, &actor, request.login, request.name, grant).await?;
    let added = AddedPersonResponse {
        id: id.to_string(),
        one_time_password: password.reveal().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(added)))
}

/// Shared by the API and the page: the role must lie within what the actor administers.
pub(crate) async fn add_person(
    app: &App,
    actor: &Actor,
    login: String,
    name: String,
    grant: Grant,
) -> Result<(PersonId, Password), Problem> {
    let scope = actor.scope(Act::Write, Subject::People)?;
    let (who, now) = (actor.id_text(), app.now());
    let password = Password::one_time();
    let hash = Password::typed(password.reveal().to_owned()).hash().await?;
    let id = app
        .storage()
        .write(move |sql| {
            require_unit(sql, &scope, &grant)?;
            let id = person::add(sql, now, &who, &login, &name, &hash)?;
            person::grant(sql, now, &who, id, &grant)?;
            Ok::<_, Problem>(id)
        })
        .await?;
    Ok((id, password))
}

/// Grants a further role.
#[utoipa::path(post, path = "/api/people/{id}/grants", tag = "people", params(("id" = uuid::Uuid, Path, description = "The person")),
    request_body = GrantResponse, responses((status = 204), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse)))]
pub async fn add_grant(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
    JsonBody(request): JsonBody<GrantResponse>,
) -> Result<StatusCode, Problem> {
    grant_role(&app, &actor, id, Grant::try_from(&request)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shared by the API and the page.
pub(crate) async fn grant_role(app: &App, actor: &Actor, id: PersonId, grant: Grant) -> Result<(), Problem> {
    let scope = actor.scope(Act::Write, Subject::People)?;
    let (who, now) = (actor.id_text(), app.now());
    app.storage()
        .write(move |sql| {
            person::load(sql, &scope, id)?;
            require_unit(sql, &scope, &grant)?;
            person::grant(sql, now, &who, id, &grant)
        })
        .await
}

/// Takes a role back.
#[utoipa::path(delete, path = "/api/people/{id}/grants", tag = "people", params(("id" = uuid::Uuid, Path, description = "The person")),
    request_body = GrantResponse, responses((status = 204), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse)))]
pub async fn remove_grant(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
    JsonBody(request): JsonBody<GrantResponse>,
) -> Result<StatusCode, Problem> {
    revoke_role(&app, &actor, id, Grant::try_from(&request)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shared by the API and the page. Nobody takes the own role of looking after people away: a server that nobody can
/// administer helps nobody.
pub(crate) async fn revoke_role(app: &App, actor: &Actor, id: PersonId, grant: Grant) -> Result<(), Problem> {
    let scope = actor.scope(Act::Write, Subject::People)?;
    if id == actor.person && grant.role == Role::Administrator {
        return Err(
            Problem::new(Code::Forbidden).detail("Another administrator has to take your own role back.")
        );
    }
    let (who, now) = (actor.id_text(), app.now());
    app.storage()
        .write(move |sql| {
            person::load(sql, &scope, id)?;
            require_unit(sql, &scope, &grant)?;
            person::revoke(sql, now, &who, id, &grant)
        })
        .await
}

/// Locks a person out: sessions end, and so does the sync of the person's devices.
#[utoipa::path(post, path = "/api/people/{id}/lock", tag = "people", params(("id" = uuid::Uuid, Path, description = "The person")),
    responses((status = 204), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse)))]
pub async fn lock(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
) -> Result<StatusCode, Problem> {
    set_locked(&app, &actor, id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a locked person in again.
#[utoipa::path(post, path = "/api/people/{id}/unlock", tag = "people", params(("id" = uuid::Uuid, Path, description = "The person")),
    responses((status = 204), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse)))]
pub async fn unlock(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
) -> Result<StatusCode, Problem> {
    set_locked(&app, &actor, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shared by the API and the page. Nobody locks himself out by a slip.
pub(crate) async fn set_locked(app: &App, actor: &Actor, id: PersonId, locked: bool) -> Result<(), Problem> {
    if id == actor.person {
        return Err(Problem::new(Code::Invalid)
            .at("id")
            .detail("You cannot lock or unlock yourself."));
    }
    let scope = actor.scope(Act::Write, Subject::People)?;
    let (who, now) = (actor.id_text(), app.now());
    app.storage()
        .write(move |sql| {
            let person = person::load(sql, &scope, id)?;
            person::require_wholly_within(sql, &scope, &person)?;
            person::set_locked(sql, now, &who, id, locked)
        })
        .await
}

fn require_unit(sql: &rusqlite::Connection, scope: &Scope, grant: &Grant) -> Result<(), Problem> {
    if scope.contains(sql, grant.unit.as_str())? {
        Ok(())
    } else {
        Err(Problem::new(Code::Forbidden)
            .at("unit")
            .detail("You do not administer this unit."))
    }
}
