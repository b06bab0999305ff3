//! What lies around every route: request id, log, figures, time limit, size limit, security headers, panics.

use crate::problem::{Code, Problem};
use crate::state::App;
use crate::{telemetry, web};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Nothing but our own files: no inline script or style, no foreign host, no frame around us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Wraps the router. The last layer added is the outermost.
pub(super) fn around(router: Router<App>, app: &App) -> Router<App> {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .fallback(|| async { Problem::new(Code::UnknownRoute) })
        .method_not_allowed_fallback(|| async { Problem::new(Code::WrongMethod) })
        .layer(DefaultBodyLimit::max(app.config().body_bytes_max))
        .layer(from_fn_with_state(app.clone(), within_time))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            // The panic hook has logged message and place; the caller learns only that it was us.
            Problem::new(Code::Internal).into_response()
        }))
        .layer(from_fn_with_state(app.clone(), web::say_problem))
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
        .layer(CompressionLayer::new())
        .layer(from_fn(telemetry::observe))
}

/// Breaks a request off that takes too long. What it was writing is rolled back or whole, never half.
///
/// A sync and an upload may take as long as a poor link needs; they are broken off when nothing arrives any more.
async fn within_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path == "/api/sync" || path.starts_with("/api/photos/uploads") {
        return next.run(request).await;
    }
    let limit = Duration::from_secs(u64::from(app.config().request_timeout_s));
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::TimedOut).into_response(),
    }
}
