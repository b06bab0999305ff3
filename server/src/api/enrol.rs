//! Enrolling a device: codes for it, and the one request that an app sends with such a code.

use super::extract::{JsonBody, PathOf};
use crate::auth::enrolment::{self, Candidate, EarlierIdentity};
use crate::auth::enrolment_code::{self, EnrolmentCode};
use crate::auth::{Actor, Attempts, Scope, base64url, person};
use crate::problem::{Code, Problem, ProblemResponse};
use crate::router::ClientAddress;
use crate::state::App;
use crate::sync::audiences_of;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jicha_domain::id::{DeviceId, PersonId};
use jicha_domain::rights::{Act, Subject, role_may};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The oldest and the newest sync protocol that this server speaks.
pub const PROTOCOL: ProtocolRange = ProtocolRange { min: 1, max: 1 };

/// A range of protocol versions.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ProtocolRange {
    /// The oldest.
    pub min: u16,
    /// The newest.
    pub max: u16,
}

/// How long a code is to live.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "minutes": 60 }))]
pub struct EnrolmentCodeRequest {
    /// 10 to 1440 minutes.
    #[serde(default = "an_hour")]
    pub minutes: u32,
}

fn an_hour() -> u32 {
    60
}

/// A one-time code, to be scanned or typed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "7K3QD-9XWTB", "url": "https://jicha.example/enrol#7K3QD9XWTB", "ends_at": "2026-11-24T03:30:00Z"
}))]
pub struct EnrolmentCodeResponse {
    /// As it is typed.
    pub code: String,
    /// The text of the QR code.
    pub url: String,
    /// When it stops working (RFC 3339).
    pub ends_at: String,
}

/// What an app sends to become a device.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "code": "7K3QD-9XWTB", "device_name": "罗平-1", "platform": "Android 16",
    "public_key": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "proof": "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc-bRr0lv18FlbviRlUUFDjnoQCw"
}))]
pub struct EnrolRequest {
    /// The one-time code; case, blanks and hyphens do not matter.
    pub code: String,
    /// What the device calls itself.
    pub device_name: String,
    /// Android, iOS, a browser…
    pub platform: String,
    /// The device's Ed25519 public key: 32 bytes in base64url without padding.
    pub public_key: String,
    /// Its signature over `jicha-enrol-v1`, the code in capitals without hyphen, and the key's 32 bytes:
    /// 64 bytes in base64url without padding.
    pub proof: String,
    /// Who the device was before, if it was enrolled already: a restored server may not know it any more.
    #[serde(default)]
    pub earlier: Vec<EarlierIdentityRequest>,
}

/// An identity that the device had before.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EarlierIdentityRequest {
    /// The id under which it wrote.
    #[schema(value_type = String)]
    pub device_id: DeviceId,
    /// To whom it belonged then; only the own earlier identities count.
    #[schema(value_type = String)]
    pub person_id: PersonId,
    /// The public key that it signed with, as above.
    pub public_key: String,
    /// The signature of that key, as above.
    pub proof: String,
}

/// The person that a device works for.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrolledPersonResponse {
    /// The id, which stands in documents.
    pub id: String,
    /// The name.
    pub name: String,
}

/// What a new device needs to know.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "device_id": "0193a1b2-0000-7000-8000-000000000003",
    "person": { "id": "0193a1b2-0000-7000-8000-000000000002", "name": "王强" },
    "unit": "0503", "audiences": ["person/0193a1b2-0000-7000-8000-000000000002", "unit/0503"],
    "server_public_key": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "device_token": "…43 characters…", "protocol": { "min": 1, "max": 1 }
}))]
pub struct EnrolResponse {
    /// The device's id.
    pub device_id: String,
    /// Whose device it is.
    pub person: EnrolledPersonResponse,
    /// The unit that the person inspects for (or belongs to); absent for a person without a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What the device will be sent: what is addressed to the person, and what these units share.
    pub audiences: Vec<String>,
    /// The server's Ed25519 key (base64url).
    pub server_public_key: String,
    /// The bearer token for sync; shown once, kept in the device's key store.
    pub device_token: String,
    /// The protocol versions that the server speaks.
    pub protocol: ProtocolRange,
}

/// Enrols a device with a one-time code. Needs no session: the code is the permission.
#[utoipa::path(post, path = "/api/enrol", tag = "devices", request_body = EnrolRequest,
    responses((status = 201, body = EnrolResponse), (status = 403, body = ProblemResponse),
        (status = 409, body = ProblemResponse), (status = 429, body = ProblemResponse)))]
pub async fn enrol(
    State(app): State<App>,
    address: ClientAddress,
    JsonBody(request): JsonBody<EnrolRequest>,
) -> Result<(StatusCode, Json<EnrolResponse>), Problem> {
    let attempts = Attempts::EnrolAddress(address.to_string());
    app.throttle().begin(&attempts, app.now())?;
    let code = EnrolmentCode::parse(&request.code).ok_or_else(|| {
        Problem::new(Code::EnrolmentCodeUnusable)
            .at("code")
            .detail("A code has ten characters.")
    })?;
    let candidate = Candidate {
        name: request.device_name,
        platform: request.platform,
        public_key: bytes("public_key", &request.public_key)?,
        proof: bytes("proof", &request.proof)?,
        earlier: request
            .earlier
            .iter()
            .map(earlier_identity)
            .collect::<Result<_, _>>()?,
    };
    enrolment::check(&code, &candidate)?;
    let now = app.now();
    let enrolled = app
        .storage()
        .write(move |sql| enrolment::enrol(sql, now, &code, &candidate))
        .await?;
    app.throttle().succeeded(&attempts);
    metrics::counter!("jicha_devices_enrolled").increment(1);

    let reads_here = |grant: &&jicha_domain::rights::Grant| role_may(grant.role, Act::Read, Subject::Task);
    let unit = enrolled
        .grants
        .iter()
        .find(reads_here)
        .or(enrolled.grants.first())
        .map(|grant| grant.unit.to_string());
    let audiences = audiences_of(enrolled.person, &enrolled.grants);
    let response = EnrolResponse {
        device_id: enrolled.device.to_string(),
        person: EnrolledPersonResponse {
            id: enrolled.person.to_string(),
            name: enrolled.person_name,
        },
        unit,
        audiences: audiences.iter().map(ToString::to_string).collect(),
        server_public_key: base64url::encode(app.server_key().verifying_key().as_bytes()),
        device_token: enrolled.token,
        protocol: PROTOCOL,
    };
    Ok((StatusCode::CREATED, Json(response)))
}

/// Makes a one-time code for a person of the units that the caller administers.
#[utoipa::path(post, path = "/api/people/{id}/enrolment-codes", tag = "devices", params(("id" = uuid::Uuid, Path, description = "The person")),
    request_body = EnrolmentCodeRequest,
    responses((status = 200, body = EnrolmentCodeResponse), (status = 404, body = ProblemResponse), (status = 422, body = ProblemResponse)))]
pub async fn make_for_person(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
    JsonBody(request): JsonBody<EnrolmentCodeRequest>,
) -> Result<Json<EnrolmentCodeResponse>, Problem> {
    let scope = actor.scope(Act::Write, Subject::Devices)?;
    make_code(&app, &actor, id, request.minutes, Some(scope))
        .await
        .map(Json)
}

/// Shared by the API and the pages. Without a scope the code is for the actor's own device.
///
/// A device acts with all roles of its person, so a code for somebody who also holds a role elsewhere is refused: it
/// would let the administrator of one station act for the whole bureau.
pub(crate) async fn make_code(
    app: &App,
    actor: &Actor,
    person: PersonId,
    minutes: u32,
    scope: Option<Scope>,
) -> Result<EnrolmentCodeResponse, Problem> {
    let (who, now, life) = (
        actor.id_text(),
        app.now(),
        SignedDuration::from_mins(i64::from(minutes)),
    );
    let (code, ends_at) = app
        .storage()
        .write(move |sql| {
            if let Some(scope) = scope {
                let found = person::load(sql, &scope, person)?;
                person::require_wholly_within(sql, &scope, &found)?;
            }
            enrolment_code::make(sql, now, &who, person, life)
        })
        .await?;
    let url = format!("{}/enrol#{}", app.config().base_url(), code.as_str());
    Ok(EnrolmentCodeResponse {
        code: code.to_string(),
        url,
        ends_at: ends_at.to_string(),
    })
}

fn earlier_identity(request: &EarlierIdentityRequest) -> Result<EarlierIdentity, Problem> {
    Ok(EarlierIdentity {
        device: request.device_id,
        person: request.person_id,
        public_key: bytes("earlier.public_key", &request.public_key)?,
        proof: bytes("earlier.proof", &request.proof)?,
    })
}

fn bytes<const N: usize>(field: &str, text: &str) -> Result<[u8; N], Problem> {
    base64url::decode(text)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| {
            Problem::new(Code::Invalid)
                .at(field)
                .detail(format!("{N} bytes in base64url without padding are expected."))
        })
}
