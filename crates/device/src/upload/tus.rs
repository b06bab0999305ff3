//! The requests of tus 1.0.0, and what their answers mean.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jicha_store::photo_queue::UploadItem;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::answer::{ANSWER_BYTES_MAX, Problem, collect};
use crate::enrolment::Enrolment;
use crate::ports::{Method, Request, ResponseBody, Transport};

const VERSION: &str = "1.0.0";
const BYTES: &str = "application/offset+octet-stream";

/// What the server answered.
#[derive(Debug)]
pub(super) enum Answer {
    /// It has so many bytes of the upload at this address.
    At {
        /// The address, where the server gave a new one.
        url: Option<String>,
        /// The bytes.
        offset: u64,
        /// All of them, and the hash fits.
        checked: bool,
    },
    /// The server does not know the upload any more.
    Gone,
    /// It has another number of bytes; ask.
    WrongOffset,
    /// The bytes were garbled on the way.
    Garbled,
    /// Something else.
    Problem(Problem),
}

/// Begins an upload. A body is its first bytes, and for a small file all of them.
pub(super) fn create(enrolment: &Enrolment, item: &UploadItem, body: Vec<u8>) -> Request {
    let pairs = [
        ("hash", item.hash.to_string()),
        ("variant", item.variant.as_str().to_owned()),
        ("filetype", item.media_type.clone()),
        ("sha256", item.sha256.clone()),
    ];
    let metadata: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name} {}", STANDARD.encode(value)))
        .collect();
    let url = format!("{}/api/photos/uploads", enrolment.server);
    let request = request(Method::Post, url, enrolment)
        .with("upload-length", item.size_bytes)
        .with("upload-metadata", metadata.join(","));
    with_bytes(request, body)
}

/// Asks how far an upload is.
pub(super) fn head(enrolment: &Enrolment, url: &str) -> Request {
    request(Method::Head, url.to_owned(), enrolment)
}

/// Sends the bytes from `offset` on.
pub(super) fn patch(enrolment: &Enrolment, url: &str, offset: u64, body: Vec<u8>) -> Request {
    let request = request(Method::Patch, url.to_owned(), enrolment).with("upload-offset", offset);
    with_bytes(request, body)
}

fn request(method: Method, url: String, enrolment: &Enrolment) -> Request {
    let request = Request {
        method,
        url,
        headers: vec![("tus-resumable", VERSION.to_owned())],
        body: Vec::new(),
    };
    request.as_device(&enrolment.token)
}

fn with_bytes(mut request: Request, body: Vec<u8>) -> Request {
    if !body.is_empty() {
        request = request.with("content-type", BYTES).with(
            "upload-checksum",
            format!("sha256 {}", STANDARD.encode(Sha256::digest(&body))),
        );
    }
    request.body = body;
    request
}

/// Sends a request and reads its answer.
pub(super) async fn exchange<T: Transport>(
    transport: &T,
    enrolment: &Enrolment,
    request: Request,
) -> Result<Answer, Error> {
    let asks = matches!(request.method, Method::Head);
    let mut response = transport.send(request).await?;
    match response.status {
        200 | 201 | 204 => {
            // Nothing stands in the body; it is read so that the connection can be used again.
            while response.body.chunk().await?.is_some() {}
            let offset = response
                .header("upload-offset")
                .and_then(|text| text.parse().ok());
            let url = response
                .header("location")
                .and_then(|url| absolute(enrolment, url));
            let created_without_offset = (response.status == 201).then_some(0);
            match offset.or(created_without_offset) {
                Some(offset) => Ok(Answer::At {
                    url,
                    offset,
                    checked: response.header("jicha-photo-state") == Some("checked"),
                }),
                None => Ok(Answer::Problem(Problem {
                    status: response.status,
                    code: "no_upload_offset".to_owned(),
                    detail: "the server's answer has no Upload-Offset".to_owned(),
                })),
            }
        }
        // An answer to HEAD has no body, so no word of ours either. What is wrong, the next request says.
        404 | 410 if asks => Ok(Answer::Gone),
        404 | 410 => {
            let problem = problem(response.status, response.body).await?;
            // Without a word of ours it is a server that has no such address at all.
            if problem.code.is_empty() {
                return Ok(Answer::Problem(problem));
            }
            Ok(Answer::Gone)
        }
        409 => Ok(Answer::WrongOffset),
        460 => Ok(Answer::Garbled),
        status => Ok(Answer::Problem(problem(status, response.body).await?)),
    }
}

async fn problem(status: u16, body: impl ResponseBody) -> Result<Problem, Error> {
    Ok(Problem::read(status, &collect(body, ANSWER_BYTES_MAX).await?))
}

/// Where the server says that the upload is. Only our own server: an address elsewhere would get the device's token.
fn absolute(enrolment: &Enrolment, location: &str) -> Option<String> {
    if location.starts_with('/') && !location.starts_with("//") {
        return Some(format!("{}{location}", enrolment.server));
    }
    let own = format!("{}/", enrolment.server);
    location.starts_with(&own).then(|| location.to_owned())
}
