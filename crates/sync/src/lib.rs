//! How a device and the server tell each other what is new: one request, one response, and nothing acknowledged
//! is lost.
//!
//! Two state machines, [`DeviceSession`] and [`ServerSession`], turn changes into bytes and bytes into events.
//! A message is a row of frames with length and checksum; each frame can be committed as soon as it is there,
//! so a cut link keeps what passed. `docs/SYNC.md` describes every byte and why nothing gets lost.
//!
//! This crate does no I/O, reads no clock, draws no dice and starts no thread: others carry the bytes, store the
//! changes and decide who may write what. It does not merge documents and verifies no signatures; see
//! [`jicha_record`].
//!
//! ```
//! use jicha_sync::{DeviceSession, Hello, Limits, ServerEvent, ServerSession, Welcome, PROTOCOL_VERSIONS, negotiate};
//! use uuid::Uuid;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hello = Hello {
//!     protocol_min: *PROTOCOL_VERSIONS.start(),
//!     protocol_max: *PROTOCOL_VERSIONS.end(),
//!     device: Uuid::from_u128(7),
//!     epoch: None,
//!     cursor: 0,
//!     resuming: false,
//!     response_bytes_max: 1024 * 1024,
//!     app: "jicha 0.1".into(),
//! };
//! let mut device = DeviceSession::new(Limits::default(), hello)?;
//! let mut request = device.opening()?;
//! // device.push(portion, through)? for each document in the outbox
//! request.extend(device.finish()?);
//!
//! let mut server = ServerSession::new(Limits::default());
//! let mut response = Vec::new();
//! for event in server.receive(&request)? {
//!     if let ServerEvent::Hello(hello) = event {
//!         let protocol = negotiate(hello.protocol_min..=hello.protocol_max, PROTOCOL_VERSIONS)?;
//!         let welcome = Welcome { protocol, epoch: Uuid::from_u128(1), server_time_ms: 0, received: None };
//!         response.extend(server.welcome(&welcome)?);
//!     }
//! }
//! response.extend(server.end(0, false)?);
//!
//! assert_eq!(device.receive(&response)?.len(), 2);
//! device.finished()?;
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod codec;
mod columns;
mod device_session;
mod error;
mod frame;
mod incoming;
mod limits;
mod message;
mod outgoing;
mod packing;
mod portion;
mod server_session;
mod varint;
mod version;
mod wire;

pub use device_session::{DeviceEvent, DeviceSession};
pub use error::{ProtocolError, ProtocolErrorKind, SendError};
pub use limits::Limits;
pub use message::{Acknowledged, DocumentHashes, Hello, Received, RefusalReason, Refused, Welcome};
pub use outgoing::Pushed;
pub use portion::{DocumentChanges, DocumentName, Malformed, ReceivedDocument, UnknownDocument};
pub use server_session::{ServerEvent, ServerSession};
pub use version::{PROTOCOL_VERSIONS, VersionError, negotiate};

/// The media type of requests and responses over HTTP.
pub const MEDIA_TYPE: &str = "application/vnd.jicha.sync";
