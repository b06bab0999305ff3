//! The quarantine as a page.

use super::moment::Moment;
use super::text::Texts;
use super::view::{Page, View, render};
use crate::api;
use crate::auth::Actor;
use crate::problem::Problem;
use crate::state::App;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "quarantine.html")]
struct QuarantinePage {
    page: Page,
    count: u64,
    rows: Vec<Row>,
}

struct Row {
    reason: String,
    words: String,
    author: String,
    document: String,
    noted: Moment,
    size: String,
}

/// All refused changes, latest first.
pub(super) async fn show(State(app): State<App>, view: View, actor: Actor) -> Result<Response, Problem> {
    let found = api::quarantine::load(&app, &actor).await?;
    let rows = found.changes.into_iter().map(|change| Row {
        reason: reason_text(&change.reason, view.t).to_owned(),
        words: change.words,
        author: change.author,
        document: change.document,
        noted: Moment::parse(&change.noted_at),
        size: super::inspection_tables::size_text(change.size_bytes),
    });
    let template = QuarantinePage {
        page: view.page(view.t.quarantine),
        count: found.count,
        rows: rows.collect(),
    };
    render(StatusCode::OK, &template)
}

/// The stable word of the reason in the reader's language; a newer word is shown as it is.
fn reason_text<'a>(reason: &'a str, t: &'static Texts) -> &'a str {
    match reason {
        "signature_invalid" => t.refused_signature_invalid,
        "signature_missing" => t.refused_signature_missing,
        "device_unknown" => t.refused_device_unknown,
        "device_locked" => t.refused_device_locked,
        "not_allowed" => t.refused_not_allowed,
        "document_too_large" => t.refused_document_too_large,
        "malformed" => t.refused_malformed,
        "sequence_taken" => t.refused_sequence_taken,
        "depends_on_refused" => t.refused_depends_on_refused,
        other => other,
    }
}
