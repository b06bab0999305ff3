//! Enrolled devices: list, lock, unlock.

use super::extract::PathOf;
use crate::auth::device::{self, Device};
use crate::auth::{Actor, person};
use crate::problem::{Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jicha_domain::id::DeviceId;
use jicha_domain::rights::{Act, Subject};
use serde::Serialize;
use utoipa::ToSchema;

/// An enrolled device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0193a1b2-0000-7000-8000-000000000003", "person": "0193a1b2-0000-7000-8000-000000000002",
    "person_name": "王强", "name": "罗平-1", "platform": "Android 16", "enrolled_at": "2026-11-24T02:30:00Z"
}))]
pub struct DeviceResponse {
    /// The id.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// The person's name.
    pub person_name: String,
    /// What the device calls itself.
    pub name: String,
    /// Android, iOS, a browser…
    pub platform: String,
    /// RFC 3339.
    pub enrolled_at: String,
    /// The last request (RFC 3339); absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<String>,
    /// Since when it is locked (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_at: Option<String>,
}

impl From<&Device> for DeviceResponse {
    fn from(device: &Device) -> DeviceResponse {
        DeviceResponse {
            id: device.id.to_string(),
            person: device.person.to_string(),
            person_name: device.person_name.clone(),
            name: device.name.clone(),
            platform: device.platform.clone(),
            enrolled_at: device.enrolled_at.to_string(),
            seen_at: device.seen_at.map(|at| at.to_string()),
            locked_at: device.locked_at.map(|at| at.to_string()),
        }
    }
}

/// All devices of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct DevicesResponse {
    /// Newest first.
    pub devices: Vec<DeviceResponse>,
}

/// Devices of the people in the units that the caller administers.
#[utoipa::path(get, path = "/api/devices", tag = "devices", responses((status = 200, body = DevicesResponse), (status = 403, body = ProblemResponse)))]
pub async fn list(State(app): State<App>, actor: Actor) -> Result<Json<DevicesResponse>, Problem> {
    let scope = actor.scope(Act::Read, Subject::Devices)?;
    let devices = app.storage().read(move |sql| device::list(sql, &scope)).await?;
    Ok(Json(DevicesResponse {
        devices: devices.iter().map(DeviceResponse::from).collect(),
    }))
}

/// Locks a device: from now on it can neither send nor fetch, and what it signs later goes to quarantine.
#[utoipa::path(post, path = "/api/devices/{id}/lock", tag = "devices", params(("id" = uuid::Uuid, Path, description = "The device")),
    responses((status = 204), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse)))]
pub async fn lock(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<DeviceId>,
) -> Result<StatusCode, Problem> {
    set_locked(&app, &actor, id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a locked device work again.
#[utoipa::path(post, path = "/api/devices/{id}/unlock", tag = "devices", params(("id" = uuid::Uuid, Path, description = "The device")),
    responses((status = 204), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse)))]
pub async fn unlock(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<DeviceId>,
) -> Result<StatusCode, Problem> {
    set_locked(&app, &actor, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shared by the API and the page: the device's person must lie in the actor's scope.
pub(crate) async fn set_locked(app: &App, actor: &Actor, id: DeviceId, locked: bool) -> Result<(), Problem> {
    let scope = actor.scope(Act::Write, Subject::Devices)?;
    let (who, now) = (actor.id_text(), app.now());
    app.storage()
        .write(move |sql| {
            let device = device::load(sql, id)?;
            person::load(sql, &scope, device.person)?;
            device::set_locked(sql, now, &who, id, locked)
        })
        .await
}
