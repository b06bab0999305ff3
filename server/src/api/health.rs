//! Is it alive, is it ready, and its figures.

use crate::problem::{Code, Problem};
use crate::state::App;
use crate::{storage, telemetry};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

/// The process is alive. Says nothing about the database.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, body = String, example = "ok")))]
pub async fn healthz() -> &'static str {
    "ok"
}

/// The server can do its work: the database answers.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses((status = 200, body = String, example = "ready")))]
pub async fn readyz(State(app): State<App>) -> Result<&'static str, Problem> {
    app.storage()
        .read(|sql| -> Result<(), storage::Error> {
            sql.query_row("SELECT count(*) FROM migration", [], |_| Ok(()))?;
            Ok(())
        })
        .await?;
    Ok("ready")
}

/// Figures in the Prometheus text format: from this machine, or with the configured bearer token from anywhere.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, body = String)))]
pub async fn metrics(
    State(app): State<App>,
    address: crate::router::ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = app.config().metrics_token.as_str();
    let presented = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let allowed = if token.is_empty() {
        address.is_loopback()
    } else {
        presented
            .and_then(|value| value.strip_prefix("Bearer "))
            .is_some_and(|given| same_secret(given, token))
    };
    if !allowed {
        return Err(Problem::new(Code::Forbidden));
    }
    let text = telemetry::render_metrics();
    Ok((
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response())
}

/// Compares hashes, so that the time tells nothing about the secret.
fn same_secret(one: &str, other: &str) -> bool {
    use sha2::{Digest, Sha256};
    Sha256::digest(one) == Sha256::digest(other)
}
