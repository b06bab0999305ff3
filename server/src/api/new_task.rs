//! Handing out work: a task of metering points of the ledger.

use super::extract::JsonBody;
use crate::auth::Actor;
use crate::ledger;
use crate::planning;
use crate::problem::{Code, Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::id::{MeteringPointNo, PersonId};
use jicha_domain::rights::{Act, Subject};
use jicha_domain::task::{PointReason, TaskAbout};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A task to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "unit": "5303240101", "title": "多依村台区常规检查", "dimension": "routine", "specialty": "metering",
    "due_on": "2026-12-05", "assignees": ["0193a1b2-0000-7000-8000-000000000002"],
    "points": ["5303240101G", "53032401010000"], "reason": "random"
}))]
pub struct NewTaskRequest {
    /// The audited unit's code.
    pub unit: String,
    /// One line that names the task.
    pub title: String,
    /// routine, online or special.
    pub dimension: String,
    /// connection, billing, metering, usage_inspection, service, outage or line_loss.
    pub specialty: String,
    /// By when it is to be done, YYYY-MM-DD.
    pub due_on: Option<String>,
    /// Who does it; nobody: everybody who inspects for the unit.
    #[serde(default)]
    pub assignees: Vec<String>,
    /// The metering points' numbers, in the order of the visits.
    pub points: Vec<String>,
    /// random, hand_picked, screening or follow_up; hand_picked when absent.
    pub reason: Option<String>,
    /// What else the inspector should know.
    pub note: Option<String>,
}

/// The task that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewTaskResponse {
    /// Its id.
    pub id: String,
}

/// Makes a task and sends it to its assignees' devices with their next sync.
#[utoipa::path(post, path = "/api/tasks", tag = "tasks", request_body = NewTaskRequest,
    responses((status = 201, body = NewTaskResponse), (status = 403, body = ProblemResponse),
        (status = 422, body = ProblemResponse)))]
pub async fn create(
    State(app): State<App>,
    actor: Actor,
    JsonBody(request): JsonBody<NewTaskRequest>,
) -> Result<(StatusCode, Json<NewTaskResponse>), Problem> {
    let scope = actor.scope(Act::Write, Subject::Task)?;
    let now = app.now();
    let about = TaskAbout {
        unit: parse("unit", &request.unit)?,
        title: title(&request.title)?,
        dimension: parse::<Dimension>("dimension", &request.dimension)?,
        specialty: parse::<Specialty>("specialty", &request.specialty)?,
        due_on: request
            .due_on
            .as_deref()
            .map(|text| parse("due_on", text))
            .transpose()?,
        assignees: parse_all::<PersonId>("assignees", &request.assignees)?,
        created_by: actor.person,
        created_at: now,
        checklist: None,
        note: request.note,
    };
    let points = parse_all::<MeteringPointNo>("points", &request.points)?;
    let reason = request
        .reason
        .as_deref()
        .map(|text| parse("reason", text))
        .transpose()?;
    let reason = reason.unwrap_or(PointReason::HandPicked);
    let key = app.server_key().clone();
    let id = app
        .storage()
        .write(move |sql| -> Result<_, Problem> {
            let mut units = vec![about.unit.to_string()];
            for no in &points {
                units.extend(ledger::get_point(sql, no)?.map(|point| point.unit.to_string()));
            }
            for unit in units {
                if !scope.contains(sql, &unit)? {
                    return Err(Problem::new(Code::Forbidden)
                        .at("unit")
                        .detail(format!("Unit {unit} is not yours.")));
                }
            }
            planning::make_task(sql, &key, now, about, &points, reason)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(NewTaskResponse { id: id.to_string() })))
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|error: T::Err| Problem::new(Code::Invalid).at(field).detail(error.to_string()))
}

fn parse_all<T: std::str::FromStr<Err: std::fmt::Display>>(
    field: &str,
    texts: &[String],
) -> Result<Vec<T>, Problem> {
    (0..)
        .zip(texts)
        .map(|(at, text): (usize, _)| parse(&format!("{field}[{at}]"), text))
        .collect()
}

fn title(text: &str) -> Result<String, Problem> {
    const CHARS_MAX: usize = 120;
    let text = text.trim();
    if (1..=CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(Problem::new(Code::Invalid)
            .at("title")
            .detail(format!("A title has 1 to {CHARS_MAX} characters.")))
    }
}
