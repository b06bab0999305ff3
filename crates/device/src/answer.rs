//! Small answers of the server, read whole, and the problems it reports.

use serde::Deserialize;

use crate::Error;
use crate::ports::ResponseBody;

/// The bytes that a small answer may have.
pub(crate) const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// A problem as in RFC 9457, as far as a device needs it.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) detail: String,
}

impl Problem {
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Body {
            #[serde(default)]
            code: String,
            #[serde(default)]
            title: String,
            #[serde(default)]
            detail: Option<String>,
        }
        match serde_json::from_slice::<Body>(body) {
            Ok(body) => Problem {
                status,
                code: body.code,
                detail: body.detail.unwrap_or(body.title),
            },
            Err(_) => Problem {
                status,
                code: String::new(),
                detail: format!("HTTP status {status}"),
            },
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let Problem { status, code, detail } = problem;
        match status {
            426 => Error::AppTooOld { detail },
            _ => Error::Server { status, code, detail },
        }
    }
}

pub(crate) async fn collect(mut body: impl ResponseBody, bytes_max: usize) -> Result<Vec<u8>, Error> {
    let mut collected = Vec::new();
    while let Some(chunk) = body.chunk().await? {
        if collected.len() + chunk.len() > bytes_max {
            return Err(Error::Server {
                status: 200,
                code: "answer-too-large".to_owned(),
                detail: format!("the answer has more than {bytes_max} bytes"),
            });
        }
        collected.extend_from_slice(&chunk);
    }
    Ok(collected)
}
