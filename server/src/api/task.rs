//! Tasks: the work packages, as far as the caller may see them.

use super::extract::QueryOf;
use super::paging::{After, limit};
use crate::auth::{Actor, Scope, instant};
use crate::problem::{Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use jicha_domain::rights::{Act, Subject};
use rusqlite::{Connection, named_params};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page is wanted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows of the page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
}

/// A row of the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0193a1b2-0000-7000-8000-00000000000b", "unit": "050301", "title": "马湾村2号台区线损核查",
    "dimension": "special", "specialty": "line_loss", "state": "dispatched", "due_on": "2026-11-30",
    "created_at": "2026-11-20T01:00:00Z", "point_count": 14
}))]
pub struct TaskRowResponse {
    /// The id.
    pub id: String,
    /// The audited unit.
    pub unit: String,
    /// The title.
    pub title: String,
    /// routine, online or special.
    pub dimension: String,
    /// The specialty.
    pub specialty: String,
    /// Where it stands.
    pub state: String,
    /// By when it is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<String>,
    /// When it was made (RFC 3339).
    pub created_at: String,
    /// Metering points in it.
    pub point_count: u32,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TasksResponse {
    /// Newest first.
    pub tasks: Vec<TaskRowResponse>,
    /// To be sent as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The tasks of the caller's units, newest first.
#[utoipa::path(get, path = "/api/tasks", tag = "tasks", params(TaskQuery),
    responses((status = 200, body = TasksResponse), (status = 403, body = ProblemResponse)))]
pub async fn list(
    State(app): State<App>,
    actor: Actor,
    QueryOf(query): QueryOf<TaskQuery>,
) -> Result<Json<TasksResponse>, Problem> {
    let scope = actor.scope(Act::Read, Subject::Task)?;
    let after = query.after.as_deref().map(str::parse::<After>).transpose()?;
    let rows = limit(query.limit)?;
    app.storage()
        .read(move |sql| page(sql, &scope, after, rows))
        .await
        .map(Json)
}

fn page(sql: &Connection, scope: &Scope, after: Option<After>, rows: u32) -> Result<TasksResponse, Problem> {
    let text = format!(
        "{} SELECT id, unit, title, dimension, specialty, state, due_on, created_at_ms, point_count FROM task
         WHERE (:everywhere OR unit IN (SELECT code FROM scope))
           AND (:after_ms IS NULL OR (created_at_ms, id) < (:after_ms, :after_id))
         ORDER BY created_at_ms DESC, id DESC LIMIT :rows",
        Scope::SQL
    );
    let mut statement = sql.prepare_cached(&text)?;
    let found = statement.query_map(
        named_params! {
            ":scope": scope.to_json(),
            ":everywhere": scope.is_everywhere(),
            ":after_ms": after.map(|after| after.at_ms),
            ":after_id": after.map(|after| after.id.to_string()),
            ":rows": rows + 1,
        },
        |row| {
            let created_at_ms: i64 = row.get(7)?;
            let task = TaskRowResponse {
                id: row.get(0)?,
                unit: row.get(1)?,
                title: row.get(2)?,
                dimension: row.get(3)?,
                specialty: row.get(4)?,
                state: row.get(5)?,
                due_on: row.get(6)?,
                created_at: instant(created_at_ms).to_string(),
                point_count: row.get(8)?,
            };
            Ok((created_at_ms, task))
        },
    )?;
    let mut found = found.collect::<Result<Vec<_>, _>>()?;
    let mut next = None;
    if found.len() > rows as usize {
        found.truncate(rows as usize);
        next = found.last().and_then(|(at_ms, task)| {
            Some(
                After {
                    at_ms: *at_ms,
                    id: task.id.parse().ok()?,
                }
                .to_string(),
            )
        });
    }
    Ok(TasksResponse {
        tasks: found.into_iter().map(|(_, task)| task).collect(),
        next,
    })
}
