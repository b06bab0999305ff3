//! Uploading photos by tus 1.0.0. The headers are docs/PHOTOS.md's; what they mean is done in [`crate::photos::upload`].

use super::extract::PathOf;
use crate::auth::Party;
use crate::photos::upload::row::{Outcome, Part};
use crate::photos::upload::{self, Body, Taken, header as tus};
use crate::problem::{Problem, ProblemResponse};
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jicha_domain::rights::{Act, Subject};
use jiff::Timestamp;

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");

/// What the server speaks: version, extensions, checksums, the largest photo.
#[utoipa::path(options, path = "/api/photos/uploads", tag = "photos",
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm")))]
pub async fn options(State(app): State<App>) -> Response {
    std::future::ready(()).await;
    let mut response = StatusCode::NO_CONTENT.into_response();
    say(&mut response, "tus-version", tus::VERSION);
    say(&mut response, "tus-extension", tus::EXTENSIONS);
    say(&mut response, "tus-checksum-algorithm", "sha256");
    say(
        &mut response,
        "tus-max-size",
        &app.config().photo_bytes_max.to_string(),
    );
    spoken(Ok(response))
}

/// Begins an upload. With a body of type application/offset+octet-stream its first bytes come along.
#[utoipa::path(post, path = "/api/photos/uploads", tag = "photos",
    params(("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = Option<u64>, Header, description = "How many bytes there will be; not for a final upload"),
        ("Upload-Metadata" = Option<String>, Header, description = "hash, variant, sha256, filetype, each in Base64"),
        ("Upload-Concat" = Option<String>, Header, description = "partial, or final; and the parts")),
    responses((status = 201, description = "Location, Upload-Expires, Upload-Offset; Jicha-Photo-State when it is here already"),
        (status = 413, body = ProblemResponse), (status = 422, body = ProblemResponse), (status = 507, body = ProblemResponse)))]
pub async fn begin(State(app): State<App>, party: Party, headers: HeaderMap, body: Body) -> Response {
    let begun = async {
        party.scope(Act::Write, Subject::Photo)?;
        let begun = upload::begin(&app, &party, &headers, body).await?;
        let mut response = StatusCode::CREATED.into_response();
        say(
            &mut response,
            header::LOCATION.as_str(),
            &format!("/api/photos/uploads/{}", begun.id),
        );
        say_progress(&mut response, &begun.taken);
        Ok(response)
    };
    spoken(begun.await)
}

/// Where an upload stands.
#[utoipa::path(head, path = "/api/photos/uploads/{id}", tag = "photos",
    params(("id" = String, Path, description = "The upload")),
    responses((status = 200, description = "Upload-Offset, Upload-Length, Upload-Metadata, Upload-Expires"),
        (status = 404, description = "No such upload of the caller"), (status = 410, description = "Expired")))]
pub async fn head(
    State(app): State<App>,
    party: Party,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Response {
    let asked = async {
        party.scope(Act::Write, Subject::Photo)?;
        tus::require_version(&headers)?;
        let taken = upload::offset_of(&app, &party, &id).await?;
        let mut response = StatusCode::OK.into_response();
        say_progress(&mut response, &taken);
        let upload = &taken.upload;
        say(&mut response, "upload-length", &upload.length_bytes.to_string());
        if !upload.metadata.is_empty() {
            say(&mut response, "upload-metadata", &upload.metadata);
        }
        match upload.part {
            Part::Whole => {}
            Part::Partial => say(&mut response, "upload-concat", "partial"),
            Part::Final => {
                let parts: Vec<String> = upload
                    .parts
                    .split(' ')
                    .map(|part| format!("/api/photos/uploads/{part}"))
                    .collect();
                say(
                    &mut response,
                    "upload-concat",
                    &format!("final;{}", parts.join(" ")),
                );
            }
        }
        Ok(response)
    };
    spoken(asked.await)
}

/// Sends bytes from Upload-Offset on. What is answered is on the disk.
#[utoipa::path(patch, path = "/api/photos/uploads/{id}", tag = "photos",
    params(("id" = String, Path, description = "The upload"),
        ("Upload-Offset" = u64, Header, description = "Where the body begins"),
        ("Upload-Checksum" = Option<String>, Header, description = "sha256 and the digest of the body in Base64")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Upload-Offset; Jicha-Photo-State after the last byte"),
        (status = 409, body = ProblemResponse), (status = 410, body = ProblemResponse), (status = 422, body = ProblemResponse),
        (status = 423, body = ProblemResponse), (status = 460, body = ProblemResponse), (status = 507, body = ProblemResponse)))]
pub async fn patch(
    State(app): State<App>,
    party: Party,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let taken = async {
        party.scope(Act::Write, Subject::Photo)?;
        let taken = upload::take(&app, &party, &id, &headers, body).await?;
        let mut response = StatusCode::NO_CONTENT.into_response();
        say_progress(&mut response, &taken);
        Ok(response)
    };
    spoken(taken.await)
}

/// Ends an upload and drops its bytes. A photo that was stored stays.
#[utoipa::path(delete, path = "/api/photos/uploads/{id}", tag = "photos",
    params(("id" = String, Path, description = "The upload")),
    responses((status = 204, description = "It is gone"), (status = 404, body = ProblemResponse)))]
pub async fn terminate(
    State(app): State<App>,
    party: Party,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Response {
    let ended = async {
        party.scope(Act::Write, Subject::Photo)?;
        tus::require_version(&headers)?;
        upload::terminate(&app, &party, &id).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    spoken(ended.await)
}

/// Every answer names the protocol, errors too.
fn spoken(outcome: Result<Response, Problem>) -> Response {
    let mut response = outcome.unwrap_or_else(IntoResponse::into_response);
    let headers = response.headers_mut();
    headers.insert(TUS_RESUMABLE, HeaderValue::from_static(tus::VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if response.status() == StatusCode::PRECONDITION_FAILED {
        say(&mut response, "tus-version", tus::VERSION);
    }
    response
}

fn say_progress(response: &mut Response, taken: &Taken) {
    say(response, "upload-offset", &taken.offset.to_string());
    match taken.upload.outcome {
        Some(Outcome::Checked) => say(response, "jicha-photo-state", "checked"),
        Some(_) => {}
        None => say(response, "upload-expires", &http_date(taken.upload.expires_at)),
    }
}

fn say(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// An instant as HTTP writes it (RFC 9110 section 5.6.7).
fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
