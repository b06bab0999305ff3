//! What an operator sees: one log line a request, figures for Prometheus, a request id in both.
//!
//! No names, positions, keys, codes or addresses go into the log: the route's pattern stands there, not the path.

use crate::config::{Config, LogFormat};
use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tracing::Instrument;
use tracing_subscriber::EnvFilter;

/// Upper bounds in seconds of the histogram of request times.
const DURATION_BUCKETS_S: [f64; 10] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

const REQUEST_ID: &str = "x-request-id";

/// Starts logging to standard error. A second call in one process (tests) changes nothing.
pub fn start_log(config: &Config) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::try_new(&config.log)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .try_init(),
    };
    // Somebody else in this process has started logging already, which serves as well.
    drop(started);
    Ok(())
}

/// The recorder of the process, installed at the first call.
fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets(&DURATION_BUCKETS_S)
            .expect("the list of buckets is not empty")
            .build_recorder();
        let handle = recorder.handle();
        drop(metrics::set_global_recorder(recorder));
        describe();
        handle
    })
}

fn describe() {
    metrics::describe_counter!(
        "jicha_requests",
        "Requests answered, by route, method and status."
    );
    metrics::describe_histogram!("jicha_request_duration_seconds", "Time to answer, by route.");
    metrics::describe_counter!("jicha_sign_ins", "Attempts to sign in, by outcome.");
    metrics::describe_counter!("jicha_devices_enrolled", "Devices enrolled.");
    metrics::describe_counter!("jicha_photo_uploads_total", "Uploads that ended, by outcome.");
    metrics::describe_counter!(
        "jicha_photo_bytes_received_total",
        "Bytes of photos received and kept."
    );
    metrics::describe_gauge!(
        "jicha_photo_uploads_running",
        "Uploads whose bytes are being received."
    );
    metrics::describe_counter!(
        "jicha_photo_uploads_expired_total",
        "Uploads that nobody finished in time."
    );
    metrics::describe_counter!("jicha_photo_storage_full_total", "Refusals for lack of room.");
    metrics::describe_gauge!(
        "jicha_photo_jobs_waiting",
        "Photos whose thumbnail or figures are still to be made."
    );
    metrics::describe_counter!("jicha_photos_derived_total", "Photos worked on.");
    metrics::describe_counter!("jicha_photos_not_derived_total", "Photos that can't be decoded.");
}

/// Installs the recorder and keeps its histograms small for as long as the process runs.
pub fn start_metrics() {
    let handle = recorder();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            ticks.tick().await;
            handle.run_upkeep();
        }
    });
}

/// The figures in the Prometheus text format.
pub fn render_metrics() -> String {
    recorder().render()
}

/// The outermost layer: gives the request its id, measures it, and writes its one log line.
pub async fn observe(mut request: Request, next: Next) -> Response {
    recorder();
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", id = %id, method = %method, route = %route);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, elapsed_us = elapsed.as_micros() as u64, "answered"));
    let labels = [
        ("route", route.clone()),
        ("method", method.to_string()),
        ("status", status.to_string()),
    ];
    metrics::counter!("jicha_requests", &labels).increment(1);
    metrics::histogram!("jicha_request_duration_seconds", "route" => route).record(elapsed.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The id of a request, for whoever wants to name it in an answer.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The id that a proxy gave, if it is short and plain; otherwise a new one.
fn request_id(request: &Request) -> String {
    let given = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let plain = |text: &&str| {
        (8..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match given.filter(plain) {
        Some(text) => text.to_owned(),
        None => uuid::Uuid::from_bytes(crate::auth::token::random_bytes())
            .simple()
            .to_string(),
    }
}
