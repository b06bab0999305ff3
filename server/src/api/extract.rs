//! Extractors that answer with a problem which names the place, where axum's own would answer with plain text.

use crate::problem::{Code, Problem};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

/// A JSON body.
pub struct JsonBody<T>(pub T);

/// A form body (`application/x-www-form-urlencoded`).
pub struct FormBody<T>(pub T);

/// The query part of the address.
pub struct QueryOf<T>(pub T);

/// The variable parts of the path.
pub struct PathOf<T>(pub T);

/// A body as it came.
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(RawBody(bytes)),
            Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_))) => {
                Err(Problem::new(Code::BodyTooLarge))
            }
            Err(_) => Err(Problem::new(Code::BadJson).detail("The body broke off.")),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_media_type(request.headers(), "application/json")?;
        let RawBody(bytes) = RawBody::from_request(request, state).await?;
        parse_json(&bytes).map(JsonBody)
    }
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let text = error.to_string();
        // serde_json ends its message with the place, which has a field of its own here.
        let detail = text.split(" at line ").next().unwrap_or(&text);
        Problem::new(Code::BadJson).at(place).detail(detail)
    })
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for FormBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_media_type(request.headers(), "application/x-www-form-urlencoded")?;
        match axum::Form::<T>::from_request(request, state).await {
            Ok(axum::Form(value)) => Ok(FormBody(value)),
            Err(rejection) if rejection.status() == Code::BodyTooLarge.status() => {
                Err(Problem::new(Code::BodyTooLarge))
            }
            Err(rejection) => Err(Problem::new(Code::BadForm).detail(rejection.body_text())),
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(QueryOf(value)),
            Err(rejection) => Err(Problem::new(Code::BadQuery)
                .at("query")
                .detail(rejection.body_text())),
        }
    }
}

/// A path that does not parse (an id that is no UUID) names nothing, so it is answered like an unknown id.
impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(PathOf(value)),
            Err(_) => Err(Problem::new(Code::NotFound).at("path")),
        }
    }
}

fn require_media_type(headers: &HeaderMap, expected: &str) -> Result<(), Problem> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let given = given.split(';').next().unwrap_or_default().trim();
    if given.eq_ignore_ascii_case(expected) {
        Ok(())
    } else {
        Err(Problem::new(Code::WrongMediaType)
            .at("Content-Type")
            .detail(format!("{expected} is expected.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_json_is_answered_with_its_place() {
        let problem = parse_json::<Vec<u8>>(b"[1,\n 2, x]").unwrap_err();
        assert_eq!(problem.at.as_deref(), Some("line 2, column 5"));
        assert_eq!(problem.detail, "expected value");
    }
}
