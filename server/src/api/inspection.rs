//! Inspections: the list by filters, one in full, and its conflicts.

mod one;
mod page;

pub(crate) use one::load;
pub(crate) use page::{Filter, inspectors, page, scope_choices, units};

use super::extract::{PathOf, QueryOf};
use crate::auth::Actor;
use crate::problem::{Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use jicha_domain::id::InspectionId;
use jicha_domain::inspection::Inspection;
use jicha_domain::rights::{Act, Subject};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which inspections are wanted. Everything is optional; an empty text counts as absent, since forms send that.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InspectionQuery {
    /// Only this org unit and what lies below it.
    #[param(example = "0503")]
    pub unit: Option<String>,
    /// open, filled or signed.
    #[param(example = "signed")]
    pub state: Option<String>,
    /// The inspector's id.
    pub inspector: Option<String>,
    /// Begun on this day or later: `2026-11-01` (China Standard Time) or an RFC 3339 instant.
    #[param(example = "2026-11-01")]
    pub since: Option<String>,
    /// `conflicts`, `doubts` or `findings`: only those that have some.
    pub with: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows of the page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
}

/// A row of the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0193a1b2-0000-7000-8000-00000000000a", "unit": "050301", "unit_name": "罗平供电公司",
    "point_no": "0503010012", "point_name": "马湾村2号台区总表", "point_kind": "gateway_transformer_area",
    "asset_no": "0000123456789", "inspector": "0193a1b2-0000-7000-8000-000000000002", "inspector_name": "王强",
    "dimension": "special", "specialty": "line_loss", "state": "signed", "started_at": "2026-11-24T02:30:00Z",
    "photo_count": 5, "finding_count": 1, "doubt_count": 0, "conflict_count": 0
}))]
pub struct InspectionRowResponse {
    /// The id.
    pub id: String,
    /// The audited unit.
    pub unit: String,
    /// Its name, or its code where the ledger does not know it.
    pub unit_name: String,
    /// Number of the metering point.
    pub point_no: String,
    /// Its name.
    pub point_name: String,
    /// What kind of point it is.
    pub point_kind: String,
    /// The meter's asset number, as found or else as in the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_no: Option<String>,
    /// Who inspected.
    pub inspector: String,
    /// The inspector's name, or the id where the account is unknown.
    pub inspector_name: String,
    /// routine, online or special.
    pub dimension: String,
    /// The specialty.
    pub specialty: String,
    /// open, filled or signed.
    pub state: String,
    /// When it began (RFC 3339).
    pub started_at: String,
    /// Photos named in it.
    pub photo_count: u32,
    /// Findings.
    pub finding_count: u32,
    /// Readings that a rule doubted.
    pub doubt_count: u32,
    /// Conflicts that nobody has settled yet.
    pub conflict_count: u32,
}

/// A page of the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InspectionsResponse {
    /// Latest first.
    pub inspections: Vec<InspectionRowResponse>,
    /// To be sent as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One value of a conflict.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CandidateResponse {
    /// The change that wrote it, by which it is chosen.
    pub change: String,
    /// The device that wrote it.
    pub device: String,
    /// Whose device that is, as far as it is known here.
    pub author: String,
    /// When, by the device's clock (RFC 3339).
    pub at: String,
    /// The value.
    #[schema(value_type = Object)]
    pub value: serde_json::Value,
}

/// Two or more values for one thing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConflictResponse {
    /// The section of the inspection, such as `registers`.
    pub section: String,
    /// The key within it.
    pub key: String,
    /// The values; the first is shown in the meantime.
    pub candidates: Vec<CandidateResponse>,
}

/// Conflicts that nobody has settled yet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConflictsResponse {
    /// In the order of their places.
    pub conflicts: Vec<ConflictResponse>,
}

/// Changes that one device made within one minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HistoryResponse {
    /// When the first of them was made, by the device's clock (RFC 3339).
    pub at: String,
    /// The device.
    pub device: String,
    /// Whose device that is, as far as it is known here.
    pub author: String,
    /// How many changes.
    pub changes: u32,
}

/// One inspection in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InspectionResponse {
    /// The row of the list.
    pub row: InspectionRowResponse,
    /// What was recorded.
    #[schema(value_type = Object)]
    pub inspection: Inspection,
    /// Conflicts that nobody has settled yet; absent for a caller who may not see conflicts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<Vec<ConflictResponse>>,
    /// Who changed it when, oldest first.
    pub history: Vec<HistoryResponse>,
}

/// The inspections that the caller may see, latest first.
#[utoipa::path(get, path = "/api/inspections", tag = "inspections", params(InspectionQuery),
    responses((status = 200, body = InspectionsResponse), (status = 400, body = ProblemResponse), (status = 403, body = ProblemResponse)))]
pub async fn list(
    State(app): State<App>,
    actor: Actor,
    QueryOf(query): QueryOf<InspectionQuery>,
) -> Result<Json<InspectionsResponse>, Problem> {
    let scope = actor.scope(Act::Read, Subject::Inspection)?;
    let filter = Filter::try_from(query)?;
    app.storage()
        .read(move |sql| page(sql, &scope, &filter))
        .await
        .map(Json)
}

/// One inspection with everything that was recorded.
#[utoipa::path(get, path = "/api/inspections/{id}", tag = "inspections", params(("id" = uuid::Uuid, Path, description = "The inspection")),
    responses((status = 200, body = InspectionResponse), (status = 404, body = ProblemResponse)))]
pub async fn get(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<InspectionId>,
) -> Result<Json<InspectionResponse>, Problem> {
    load(&app, &actor, id).await.map(Json)
}

/// The conflicts of an inspection, each with every value, its author and its time.
#[utoipa::path(get, path = "/api/inspections/{id}/conflicts", tag = "inspections", params(("id" = uuid::Uuid, Path, description = "The inspection")),
    responses((status = 200, body = ConflictsResponse), (status = 404, body = ProblemResponse)))]
pub async fn conflicts(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<InspectionId>,
) -> Result<Json<ConflictsResponse>, Problem> {
    actor.scope(Act::Read, Subject::Conflict)?;
    let found = load(&app, &actor, id).await?;
    Ok(Json(ConflictsResponse {
        conflicts: found.conflicts.unwrap_or_default(),
    }))
}
