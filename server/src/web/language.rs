//! The language switch: remembers the choice in a cookie and goes back to where the reader was.

use crate::api::extract::FormBody;
use crate::auth::cookie;
use crate::state::App;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The form of the switch.
#[derive(Debug, Deserialize)]
pub(super) struct LanguageForm {
    language: String,
    return_to: String,
}

/// Remembers a language. Nothing else changes, so it does not matter who sent the form.
pub(super) async fn choose(State(app): State<App>, FormBody(form): FormBody<LanguageForm>) -> Response {
    let language = if form.language == "en" { "en" } else { "zh" };
    let cookie = cookie::keep_language(language, app.config().is_https());
    (
        [(header::SET_COOKIE, cookie)],
        Redirect::to(own_path(&form.return_to)),
    )
        .into_response()
}

/// A path of our own, or the start page: never an address elsewhere.
pub(super) fn own_path(path: &str) -> &str {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(own_path("/inspections?unit=05"), "/inspections?unit=05");
        for path in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "evil",
            "/a\r\nb",
            "",
        ] {
            assert_eq!(own_path(path), "/", "{path:?}");
        }
    }
}
