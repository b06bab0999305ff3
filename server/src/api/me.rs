//! Who am I, and a code for my own next device.

use super::enrol::{EnrolmentCodeRequest, EnrolmentCodeResponse, make_code};
use super::extract::JsonBody;
use super::person::GrantResponse;
use crate::auth::Actor;
use crate::problem::{Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// The person behind the session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0193a1b2-0000-7000-8000-000000000001", "login": "li", "name": "李梅",
    "password_change_needed": false, "grants": [{ "role": "supervisor", "unit": "0500" }]
}))]
pub struct MeResponse {
    /// The person's id.
    pub id: String,
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// True until the one-time password has been changed.
    pub password_change_needed: bool,
    /// Roles, each within a unit and everything below it.
    pub grants: Vec<GrantResponse>,
}

/// The person who is signed in.
#[utoipa::path(get, path = "/api/me", tag = "people", responses((status = 200, body = MeResponse), (status = 401, body = ProblemResponse)))]
pub async fn me(actor: Actor) -> Json<MeResponse> {
    Json(MeResponse {
        id: actor.id_text(),
        grants: actor.grants.iter().map(GrantResponse::from).collect(),
        password_change_needed: actor.password_one_time,
        login: actor.login,
        name: actor.name,
    })
}

/// Makes a one-time code with which the signed-in person enrols a further device.
#[utoipa::path(post, path = "/api/me/enrolment-codes", tag = "devices", request_body = EnrolmentCodeRequest,
    responses((status = 200, body = EnrolmentCodeResponse), (status = 422, body = ProblemResponse)))]
pub async fn make_enrolment_code(
    State(app): State<App>,
    actor: Actor,
    JsonBody(request): JsonBody<EnrolmentCodeRequest>,
) -> Result<Json<EnrolmentCodeResponse>, Problem> {
    let person = actor.person;
    make_code(&app, &actor, person, request.minutes, None)
        .await
        .map(Json)
}
