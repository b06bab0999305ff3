//! Says a problem as a page to whoever reads pages; programs get the JSON untouched.

use super::view::{View, render};
use crate::auth::Actor;
use crate::problem::{Code, Problem};
use crate::state::App;
use crate::telemetry::RequestId;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use jicha_domain::Language;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: super::view::Page,
    status: u16,
    detail: String,
    request_id: Option<String>,
}

/// The layer: looks for a problem in the answer to a browser's request and shows it in the reader's language.
pub async fn say_problem(State(_app): State<App>, request: Request, next: Next) -> Response {
    let wants_page = !request.uri().path().starts_with("/api/") && wants_html(request.headers());
    if !wants_page {
        return next.run(request).await;
    }
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let here = request
        .uri()
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string);
    let actor = request.extensions().get::<Actor>().cloned();
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    match problem.code {
        Code::NotSignedIn if method == Method::GET && here == "/" => Redirect::to("/sign-in").into_response(),
        Code::NotSignedIn if method == Method::GET => {
            Redirect::to(&format!("/sign-in?next={}", percent_encode(&here))).into_response()
        }
        Code::NotSignedIn => Redirect::to("/sign-in").into_response(),
        Code::PasswordChangeNeeded => Redirect::to("/account/password").into_response(),
        _ => page(&View::of(&headers, actor, "/"), &problem, request_id).unwrap_or(response),
    }
}

fn page(view: &View, problem: &Problem, request_id: Option<String>) -> Option<Response> {
    let (title, detail) = match view.language {
        // Details are written for programs, in English; a Chinese page says the title only.
        Language::Zh => (problem.code.title_zh(), ""),
        Language::En => (problem.code.title_en(), problem.detail.as_str()),
    };
    let template = ProblemPage {
        page: view.narrow_page(title),
        status: problem.code.status().as_u16(),
        detail: detail.to_owned(),
        request_id: request_id.filter(|_| problem.code.status().is_server_error()),
    };
    let mut response = render(problem.code.status(), &template).ok()?;
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Some(response)
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn percent_encode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::percent_encode;

    #[test]
    fn an_address_survives_inside_an_address() {
        assert_eq!(
            percent_encode("/inspections?unit=05&state=open"),
            "/inspections%3Funit%3D05%26state%3Dopen"
        );
    }
}
