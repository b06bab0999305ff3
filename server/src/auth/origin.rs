//! Protection against cross-site requests: a writing request must come from our own pages.
//!
//! Every browser of the last five years says where a request comes from, in `Sec-Fetch-Site` and in `Origin`, and no
//! page can forge either. So no hidden form field is needed, and none can be forgotten. The cookie is `SameSite=Lax` as
//! well, so a foreign form would arrive without a session anyway.

use crate::problem::{Code, Problem};
use axum::http::{HeaderMap, Method, header};

/// Refuses a writing request that does not say that it comes from this very site.
///
/// `own_origin` is the configured public address; the Host header counts as our own as well, for a browser sends it
/// itself and a foreign page cannot change it.
pub fn require_same_origin(method: &Method, headers: &HeaderMap, own_origin: &str) -> Result<(), Problem> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let same = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => {
            let host = text(header::HOST.as_str()).unwrap_or_default();
            origin == own_origin
                || origin
                    .split_once("://")
                    .is_some_and(|(_, rest)| !host.is_empty() && rest == host)
        }
        (None, None) => false,
    };
    if same {
        Ok(())
    } else {
        Err(Problem::new(Code::CrossSite))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(pairs: &[(&'static str, &str)], allowed: bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let outcome = require_same_origin(&Method::POST, &headers, "https://jicha.example");
        assert_eq!(outcome.is_ok(), allowed, "{pairs:?}");
    }

    #[test]
    fn only_our_own_pages_may_post() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://jicha.example"),
            ],
            false,
        );
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "https://jicha.example")], true);
        check(
            &[("origin", "http://127.0.0.1:8088"), ("host", "127.0.0.1:8088")],
            true,
        );
        check(
            &[("origin", "https://evil.example"), ("host", "127.0.0.1:8088")],
            false,
        );
        check(&[("origin", "null")], false);
        check(&[], false);
    }

    #[test]
    fn reading_needs_no_origin() {
        assert!(require_same_origin(&Method::GET, &HeaderMap::new(), "https://jicha.example").is_ok());
    }
}
