//! Style sheet, script and icon, embedded in the program.

use crate::api::extract::PathOf;
use crate::problem::{Code, Problem};
use axum::http::header;
use axum::response::{IntoResponse, Response};

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// One embedded file by its name.
pub(super) async fn get(PathOf(name): PathOf<String>) -> Result<Response, Problem> {
    let (media_type, text) = match name.as_str() {
        "style.css" => ("text/css; charset=utf-8", include_str!("../../assets/style.css")),
        "app.js" => (
            "text/javascript; charset=utf-8",
            include_str!("../../assets/app.js"),
        ),
        "review.css" => ("text/css; charset=utf-8", include_str!("../../assets/review.css")),
        "review.js" => (SCRIPT, include_str!("../../assets/review.js")),
        "review-dom.js" => (SCRIPT, include_str!("../../assets/review-dom.js")),
        "review-live.js" => (SCRIPT, include_str!("../../assets/review-live.js")),
        "review-side.js" => (SCRIPT, include_str!("../../assets/review-side.js")),
        "review-viewer.js" => (SCRIPT, include_str!("../../assets/review-viewer.js")),
        "inspections-live.js" => (SCRIPT, include_str!("../../assets/inspections-live.js")),
        "icon.svg" => ("image/svg+xml", include_str!("../../assets/icon.svg")),
        _ => return Err(Problem::new(Code::NotFound)),
    };
    // Short, so that a new version of the server is seen soon.
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, text).into_response())
}
