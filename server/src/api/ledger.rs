//! Uploading a ledger file: authorised and bounded here, understood and imported by [`crate::ledger`].

use super::extract::{PathOf, QueryOf, RawBody};
use crate::auth::{Actor, audit};
use crate::ledger::{self, LedgerKind, Limits, Outcome, Upload};
use crate::problem::{Code, Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jicha_domain::rights::{Act, Subject};
use serde::Deserialize;
use utoipa::IntoParams;

/// What is said of the file beside its bytes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LedgerQuery {
    /// The file's name, for the list of imports.
    pub file_name: Option<String>,
}

/// Imports one ledger file (CSV or Excel), wholly or not at all, and answers with a report on every column and row.
#[utoipa::path(post, path = "/api/ledger/{kind}", tag = "ledger",
    params(("kind" = String, Path, description = "org_units, metering_points, meters, customers or readings"), LedgerQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "The report: what was new, changed, unchanged; notes", content_type = "application/json"),
        (status = 413, body = ProblemResponse),
        (status = 422, body = ProblemResponse, description = "Nothing was imported; `report` names every row and column")))]
pub async fn upload(
    State(app): State<App>,
    actor: Actor,
    PathOf(kind): PathOf<String>,
    QueryOf(query): QueryOf<LedgerQuery>,
    RawBody(file): RawBody,
) -> Result<Response, Problem> {
    // A ledger speaks about the whole organisation, so a planner of one station may not replace it.
    if !actor.scope(Act::Write, Subject::Ledger)?.is_everywhere() {
        return Err(Problem::new(Code::Forbidden)
            .detail("Importing a ledger needs the planner's role at the top unit."));
    }
    let unknown = || {
        Problem::new(Code::NotFound)
            .at("kind")
            .detail(format!("No ledger is called {kind}."))
    };
    let kind = LedgerKind::from_word(&kind).ok_or_else(unknown)?;
    let now = app.now();
    let who = actor.id_text();
    let report = app
        .storage()
        .write(move |sql| -> Result<_, Problem> {
            let upload = Upload {
                kind,
                file_name: query.file_name.as_deref().unwrap_or(kind.as_str()),
                bytes: &file,
                imported_at: now,
                imported_by: &who,
            };
            let report = ledger::import(sql, &upload, &Limits::default())?;
            if report.outcome == Outcome::Imported {
                if kind == LedgerKind::OrgUnits {
                    crate::review::regroup(sql)?;
                }
                let detail = report.sha256.as_str();
                let subject = format!("ledger/{}", kind.as_str());
                let event = audit::Event {
                    who: &who,
                    act: audit::Act::LedgerImported,
                    subject: &subject,
                    detail,
                };
                audit::append(sql, now, &event)?;
            }
            Ok(report)
        })
        .await?;
    if report.outcome == Outcome::Refused {
        return refused(&report);
    }
    Ok(Json(report).into_response())
}

/// A problem as ever, with the report as a further member (RFC 9457 section 3.2).
fn refused(report: &ledger::Report) -> Result<Response, Problem> {
    let detail = format!(
        "The file has {} errors; nothing of it was imported.",
        report.errors_total
    );
    let problem = Problem::new(Code::LedgerRefused).detail(detail);
    let mut body = serde_json::to_value(problem.body()).map_err(Problem::internal)?;
    body["report"] = serde_json::to_value(report).map_err(Problem::internal)?;
    let headers = [(CONTENT_TYPE, "application/problem+json")];
    Ok((StatusCode::UNPROCESSABLE_ENTITY, headers, body.to_string()).into_response())
}
