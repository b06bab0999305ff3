//! Quarantine: changes that came in and were not admitted, with the reason. Nothing of it is ever thrown away.

use crate::auth::{Actor, instant};
use crate::problem::{Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use jicha_domain::rights::{Act, Subject};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// How many are listed; more would be an incident, not a list.
const LISTED_MAX: u32 = 500;

/// A change that was not admitted. Its content is not shown: whoever may read the quarantine need not be somebody who
/// may read evidence.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "document": "inspection/0193a1b2-0000-7000-8000-00000000000a", "reason": "device_locked",
    "words": "The device was locked on 2026-11-20.", "device": "0193a1b2-0000-7000-8000-000000000003",
    "author": "王强 · 罗平-1", "noted_at": "2026-11-24T02:30:00Z", "size_bytes": 312
}))]
pub struct QuarantinedResponse {
    /// The document that it wanted to change.
    pub document: String,
    /// Why it was refused, as a stable word.
    pub reason: String,
    /// The same in words.
    pub words: String,
    /// The device that made it, as the change says.
    pub device: String,
    /// Whose device that is, as far as it is known here.
    pub author: String,
    /// When it came in (RFC 3339).
    pub noted_at: String,
    /// Its size.
    pub size_bytes: u64,
}

/// All that is in quarantine.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuarantineResponse {
    /// How many there are in all.
    pub count: u64,
    /// The latest first, 500 at most.
    pub changes: Vec<QuarantinedResponse>,
}

/// Changes that were refused. Needs the right at the topmost unit, since a refused change may belong to no known unit.
#[utoipa::path(get, path = "/api/quarantine", tag = "quarantine",
    responses((status = 200, body = QuarantineResponse), (status = 403, body = ProblemResponse)))]
pub async fn list(State(app): State<App>, actor: Actor) -> Result<Json<QuarantineResponse>, Problem> {
    load(&app, &actor).await.map(Json)
}

/// Shared by the API and the page.
pub(crate) async fn load(app: &App, actor: &Actor) -> Result<QuarantineResponse, Problem> {
    let scope = actor.scope(Act::Read, Subject::Quarantine)?;
    if !scope.is_everywhere() {
        return Err(Problem::new(crate::problem::Code::Forbidden)
            .detail("The quarantine is shown to those who hold the role at the topmost unit."));
    }
    app.storage().read(read).await
}

fn read(sql: &Connection) -> Result<QuarantineResponse, Problem> {
    let count = sql.query_row("SELECT count(*) FROM quarantine", [], |row| row.get::<_, i64>(0))?;
    let mut statement = sql.prepare_cached(
        "SELECT quarantine.kind || '/' || quarantine.id, quarantine.reason, quarantine.words, quarantine.actor,
                coalesce(person.name || ' · ' || device.name, quarantine.actor), quarantine.noted_at_ms,
                length(quarantine.bytes)
         FROM quarantine
         LEFT JOIN device ON device.id = quarantine.actor
         LEFT JOIN person ON person.id = device.person
         ORDER BY quarantine.number DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([LISTED_MAX], |row| {
        Ok(QuarantinedResponse {
            document: row.get(0)?,
            reason: row.get(1)?,
            words: row.get(2)?,
            device: row.get(3)?,
            author: row.get(4)?,
            noted_at: instant(row.get(5)?).to_string(),
            size_bytes: row.get::<_, i64>(6)?.unsigned_abs(),
        })
    })?;
    Ok(QuarantineResponse {
        count: count.unsigned_abs(),
        changes: rows.collect::<Result<_, _>>()?,
    })
}
