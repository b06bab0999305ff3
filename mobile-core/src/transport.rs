//! HTTP to the server: TLS with the Mozilla roots, no redirects, and a patience that slow links need.
//!
//! A request is not given a time as a whole, since 4 MiB over 2G take half an hour and every piece that passes is
//! kept. It is given up when nothing moved in either direction for [`IDLE_MAX`].

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use jicha_device::ports::{Request, ResponseBody, Transport, TransportError};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderValue};
use reqwest::{Body, Client, Method, Url, redirect};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::Instant;

use crate::JichaException;

/// How long connecting may take.
const CONNECT_MAX: Duration = Duration::from_secs(15);
/// How long nothing may move before a request is given up.
const IDLE_MAX: Duration = Duration::from_secs(60);
/// The size of the pieces in which a request is sent, so that its progress can be seen.
const PIECE_BYTES: usize = 8 * 1024;

/// Carries requests over HTTP.
#[derive(Clone, Debug)]
pub(crate) struct HttpTransport {
    client: Client,
}

impl HttpTransport {
    pub(crate) fn new() -> Result<Self, JichaException> {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| JichaException::bug(format!("TLS can't be set up: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(CONNECT_MAX)
            // Whatever the environment says: the way to the server is the one that the enrolment code names.
            .no_proxy()
            // A redirect would carry the device's token to another place.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| JichaException::bug(format!("HTTP can't be set up: {error}")))?;
        Ok(Self { client })
    }
}

impl Transport for HttpTransport {
    type Body = HttpBody;

    async fn send(
        &self,
        request: Request,
    ) -> Result<jicha_device::ports::Response<HttpBody>, TransportError> {
        if let Some(why) = why_not_permitted(&request.url) {
            return Err(TransportError { why });
        }
        let method = Method::from_bytes(request.method.as_str().as_bytes());
        let method = method.map_err(|error| TransportError {
            why: error.to_string(),
        })?;
        let mut sending = self
            .client
            .request(method, request.url)
            .header(CONTENT_LENGTH, request.body.len());
        for (name, value) in &request.headers {
            sending = sending.header(*name, header(name, value)?);
        }
        let moved = LastMove::now();
        let pieces = Pieces {
            bytes: request.body,
            sent: 0,
            moved: moved.clone(),
        };
        let response = moved
            .watch(sending.body(Body::wrap_stream(pieces)).send())
            .await?;
        moved.note();
        let headers = response.headers().iter();
        let headers = headers
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        Ok(jicha_device::ports::Response {
            status: response.status().as_u16(),
            headers: headers.collect(),
            body: HttpBody { response, moved },
        })
    }
}

/// A header's value; the device's token is marked so that nothing prints it.
fn header(name: &str, value: &str) -> Result<HeaderValue, TransportError> {
    let mut header = HeaderValue::try_from(value).map_err(|_| TransportError {
        why: format!("the header {name} can't be sent"),
    })?;
    header.set_sensitive(name == AUTHORIZATION.as_str());
    Ok(header)
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) struct HttpBody {
    response: reqwest::Response,
    moved: LastMove,
}

impl ResponseBody for HttpBody {
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        self.moved.note();
        let chunk = self.moved.watch(self.response.chunk()).await?;
        Ok(chunk.map(|bytes| bytes.to_vec()))
    }
}

/// When something last moved on a connection.
#[derive(Clone, Debug)]
struct LastMove(Arc<Mutex<Instant>>);

impl LastMove {
    fn now() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn idle_at(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) + IDLE_MAX
    }

    /// Waits for the network, but not longer than it may be idle.
    async fn watch<T>(&self, work: impl Future<Output = reqwest::Result<T>>) -> Result<T, TransportError> {
        let idle = async {
            while Instant::now() < self.idle_at() {
                tokio::time::sleep_until(self.idle_at()).await;
            }
        };
        tokio::select! {
            biased;
            done = work => done.map_err(|error| TransportError { why: said(error) }),
            () = idle => Err(TransportError { why: format!("nothing moved for {} seconds", IDLE_MAX.as_secs()) }),
        }
    }
}

/// A request's body, which notes when a piece was taken.
struct Pieces {
    bytes: Vec<u8>,
    sent: usize,
    moved: LastMove,
}

impl Stream for Pieces {
    type Item = Result<Vec<u8>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.moved.note();
        let rest = self.bytes.get(self.sent..).unwrap_or_default();
        let piece = rest
            .get(..PIECE_BYTES.min(rest.len()))
            .unwrap_or_default()
            .to_vec();
        self.sent += piece.len();
        Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
    }
}

/// What the network said, cause by cause, without the address.
fn said(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Why this address is not spoken to; nothing where it is. Without TLS only this machine and private networks are,
/// for tests.
pub(crate) fn why_not_permitted(address: &str) -> Option<String> {
    let Ok(url) = Url::parse(address) else {
        return Some("expected a web address".to_owned());
    };
    let private = url.host_str().is_some_and(is_private);
    match url.scheme() {
        "https" => None,
        "http" if private => None,
        _ => Some(
            "expected an address that begins with https://; http:// is for test servers nearby".to_owned(),
        ),
    }
}

fn is_private(host: &str) -> bool {
    match host.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_only_this_machine_and_private_networks_are_spoken_to() {
        let permitted = [
            "https://jicha.example/api",
            "http://127.0.0.1:8080",
            "http://localhost:80/x",
            "http://[::1]:9",
            "http://192.168.1.7:8080",
            "http://10.0.2.2:8080",
        ];
        for address in permitted {
            assert_eq!(why_not_permitted(address), None, "{address}");
        }
        for address in [
            "http://jicha.example",
            "http://8.8.8.8",
            "ftp://127.0.0.1",
            "jicha",
            "http://localhost.evil.example",
        ] {
            assert!(why_not_permitted(address).is_some(), "{address}");
        }
    }
}
