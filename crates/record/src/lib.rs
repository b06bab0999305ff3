//! The records of Jicha as Automerge documents: typed access, schema upgrades, conflicts, signatures, admission.
//!
//! One document is what one party writes: an [`inspection`] is written by inspectors, a [`review`] by supervisors
//! beside it, a [`task`] by planners. A document is a graph of [`Change`]s, each named by its hash; merging is the
//! union of the graphs, so it can't lose anything and its order does not matter.
//!
//! What this crate deliberately does not do: it reads no clock, draws no random number, stores and sends nothing.
//! Times, ids and keys are handed in.
//!
//! ```
//! # use jicha_record::{Actor, Document, DocumentId, DocumentKind};
//! # use uuid::Uuid;
//! let id = DocumentId::new(DocumentKind::Task, Uuid::from_u128(1));
//! let (here, changes) = Document::create(id, Actor::of(Uuid::from_u128(2)))?;
//!
//! let mut there = Document::empty(id, Actor::of(Uuid::from_u128(3)));
//! there.apply(changes)?;
//! assert_eq!(here.heads(), there.heads());
//! # Ok::<(), jicha_record::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod admission;
pub mod chunk;
pub mod inspection;
pub mod review;
pub mod schema;
pub mod task;

mod actor;
mod attestation;
mod change;
mod conflict;
mod content;
mod document;
mod document_id;
mod entry;
mod error;
mod undo;

pub use actor::Actor;
pub use attestation::{Attestation, DeviceKey, DeviceKeyError, signed_bytes};
pub use change::{Change, ChangeError, ChangeHash, ChangeHashError, limits};
pub use chunk::ChunkError;
pub use conflict::{Candidate, Conflict};
pub use content::{Content, Place, Unread};
pub use document::Document;
pub use document_id::{DocumentId, DocumentIdError, DocumentKind};
pub use entry::ENTRY_BYTES_MAX;
pub use error::Error;
