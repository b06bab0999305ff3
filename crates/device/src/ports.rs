//! What a device needs from the world, handed in: time, ids, keys, the network, files.
//!
//! The same device runs in an Android or iOS app, in a browser, in a test with a made-up clock and a link that
//! breaks. Nothing below this module knows which.

use std::future::Future;
use std::io::{self, Read, Seek, Write};

use jiff::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The wall clock, which may be wrong in the field.
    fn now(&self) -> Timestamp;
    /// Milliseconds since the device was started, asleep or awake, by a clock that nobody can turn. It begins anew with
    /// each start.
    fn monotonic_ms(&self) -> u64;
}

/// Makes ids.
pub trait Ids: Send + Sync {
    /// A UUIDv7 that was never given out before. `at` is the time to put into it.
    fn new_id(&self, at: Timestamp) -> Uuid;
}

/// Keeps the device's private keys, in the platform's own keystore where there is one.
pub trait Keystore: Send + Sync {
    /// Makes an Ed25519 key under this label and returns its public half (32 bytes). A key that is already there
    /// is returned, not replaced.
    fn create_key(&self, label: &str) -> Result<[u8; 32], KeystoreError>;
    /// Signs with the key of this label (RFC 8032, 64 bytes).
    fn sign(&self, label: &str, message: &[u8]) -> Result<[u8; 64], KeystoreError>;
}

/// The keystore did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keystore refused: {why}")]
pub struct KeystoreError {
    /// The platform's words.
    pub why: String,
}

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To be told what is there.
    Head,
    /// To hand over something.
    Post,
    /// To add to what is there.
    Patch,
}

impl Method {
    /// As HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Patch => "PATCH",
        }
    }
}

/// A request to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it wants.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// The headers; names in small letters. `authorization` carries the device's token and belongs into no log.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request that hands over a body of this media type.
    pub fn post(url: String, content_type: &str, body: Vec<u8>) -> Self {
        Request {
            method: Method::Post,
            url,
            headers: vec![("content-type", content_type.to_owned())],
            body,
        }
    }

    /// Shows the device's token.
    #[must_use]
    pub fn as_device(self, token: &str) -> Self {
        self.with("authorization", format!("Bearer {token}"))
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

/// The beginning of an answer.
#[derive(Debug)]
pub struct Response<B> {
    /// The status code.
    pub status: u16,
    /// The headers; names in small letters. Those that are no text are left out.
    pub headers: Vec<(String, String)>,
    /// The rest, as it arrives.
    pub body: B,
}

impl<B> Response<B> {
    /// The value of a header, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Carries requests to the server.
pub trait Transport {
    /// The body of an answer, as it arrives.
    type Body: ResponseBody;

    /// Sends a request and waits for the beginning of the answer.
    fn send(&self, request: Request) -> impl Future<Output = Result<Response<Self::Body>, TransportError>>;
}

/// The body of an answer that is still arriving.
pub trait ResponseBody {
    /// The next piece, or nothing at the end.
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, TransportError>>;
}

/// The network failed: no connection, or one that broke. Nothing is known of what the other side got.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection failed: {why}")]
pub struct TransportError {
    /// The transport's words.
    pub why: String,
}

/// Something photos can be read from.
pub trait PhotoSource: Read + Seek + Send {}
impl<T: Read + Seek + Send> PhotoSource for T {}

/// A file that is being written and has no name yet. Dropped without [`PhotoDraft::keep`], it is gone.
pub trait PhotoDraft: Read + Write + Seek + Send {
    /// Gives it its name, durably: when this returns, the whole file is on the disk under it. A file that is there
    /// already has the same bytes and stays.
    fn keep(self: Box<Self>, name: &str) -> io::Result<()>;
}

/// The files of photos. Names are made of hexadecimal digits, letters and dots; they are the device's, not the app's.
pub trait PhotoFiles: Send + Sync {
    /// Opens the file that the app names.
    fn open(&self, path: &str) -> io::Result<Box<dyn PhotoSource>>;
    /// Begins a new file.
    fn create(&self) -> io::Result<Box<dyn PhotoDraft>>;
    /// Opens a kept file.
    fn read(&self, name: &str) -> io::Result<Box<dyn PhotoSource>>;
    /// The size of a kept file in bytes; none if there is no such file.
    fn size(&self, name: &str) -> io::Result<Option<u64>>;
    /// Removes a kept file. One that is not there is as good as removed.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// Everything that a device is handed but the network, which is handed to each sync.
#[derive(Clone)]
pub struct Ports {
    /// The time.
    pub clock: std::sync::Arc<dyn Clock>,
    /// The ids.
    pub ids: std::sync::Arc<dyn Ids>,
    /// The keys.
    pub keystore: std::sync::Arc<dyn Keystore>,
    /// The photos.
    pub photos: std::sync::Arc<dyn PhotoFiles>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ports")
    }
}
