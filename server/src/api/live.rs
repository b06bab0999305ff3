//! Live events.

use super::extract::QueryOf;
use crate::auth::Actor;
use crate::live::{Listener, Stream};
use crate::problem::{Problem, ProblemResponse};
use crate::review::units;
use crate::state::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jicha_domain::rights::{Act, Subject};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::IntoParams;

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LiveQuery {
    /// The id of the last event seen, for a script that opens a new stream and can't send `Last-Event-ID`.
    pub after: Option<String>,
}

/// What happens, as server-sent events: `inspection`, `photo`, `verdict`, `presence`, and `resync` when a page has missed
/// too much. The id of an event goes back as `Last-Event-ID`.
#[utoipa::path(get, path = "/api/live", tag = "review", params(LiveQuery),
    responses((status = 200, description = "A stream that does not end", content_type = "text/event-stream"),
        (status = 429, body = ProblemResponse, description = "Too many pages listen for this person")))]
pub async fn live(
    State(app): State<App>,
    actor: Actor,
    QueryOf(query): QueryOf<LiveQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scopes: Vec<_> = [Subject::Inspection, Subject::Photo, Subject::Review]
        .into_iter()
        .filter_map(|subject| Some((subject, actor.scope(Act::Read, subject).ok()?)))
        .collect();
    let roots = app
        .storage()
        .read(move |sql| -> Result<BTreeMap<_, _>, Problem> {
            let tops = |(subject, scope)| Ok((subject, units::tops(sql, &scope, None)?));
            scopes.into_iter().map(tops).collect()
        })
        .await?;
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let seen = seen.or(query.after.as_deref());
    let listener = Listener {
        person: actor.person,
        roots,
        seen: seen.map(str::to_owned),
    };
    let stream = Stream::open(&app, listener)?;
    // Proxies hold answers back to fill their buffers unless they are told not to.
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}
