//! What a device needs from the world, handed in: time, ids, keys, the network, files.
//!
//! The same device runs in an Android or iOS app, in a browser, in a test with a made-up clock and a link that
//! breaks. Nothing below this module knows which.

use std::future::Future;
use std::io::{self, Read, Seek};

use jicha_domain::id::PhotoHash;
use jiff::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The wall clock, which may be wrong in the field.
    fn now(&self) -> Timestamp;
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

/// A request to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRequest {
    /// The whole address.
    pub url: String,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The device's token, for everything but enrolment.
    pub bearer: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Carries requests to the server.
pub trait Transport {
    /// The body of an answer, as it arrives.
    type Body: ResponseBody;

    /// Sends a request and waits for the beginning of the answer.
    fn post(&self, request: PostRequest) -> impl Future<Output = Result<(u16, Self::Body), TransportError>>;
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

/// The files of photos.
pub trait PhotoFiles: Send + Sync {
    /// Opens the file that the app names.
    fn open(&self, path: &str) -> io::Result<Box<dyn PhotoSource>>;
    /// Keeps the file under its hash, unchanged, and returns the name by which it is found again.
    fn keep(&self, path: &str, hash: &PhotoHash) -> io::Result<String>;
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
