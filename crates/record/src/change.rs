//! One change of one document: the unit that is logged, sent, signed and admitted.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::chunk::{self, ChunkError};
use crate::{Actor, DocumentId};

/// The SHA-256 by which Automerge names a change; it covers the change's content and its predecessors' hashes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeHash(pub [u8; 32]);

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is not a change hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a change hash has 64 hexadecimal digits")]
pub struct ChangeHashError;

impl FromStr for ChangeHash {
    type Err = ChangeHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(ChangeHashError);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| ChangeHashError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ChangeHashError)?;
        }
        Ok(ChangeHash(hash))
    }
}

impl From<automerge::ChangeHash> for ChangeHash {
    fn from(hash: automerge::ChangeHash) -> Self {
        ChangeHash(hash.0)
    }
}

impl From<ChangeHash> for automerge::ChangeHash {
    fn from(hash: ChangeHash) -> Self {
        automerge::ChangeHash(hash.0)
    }
}

/// What a change must not exceed, whoever sends it.
pub mod limits {
    /// The bytes of one change, uncompressed. A long checklist with notes is about 10 kB.
    pub const CHANGE_BYTES_MAX: usize = 256 * 1024;
    /// The operations of one change, which bounds the work that its run-length columns can ask for.
    pub const CHANGE_OPERATIONS_MAX: u64 = 20_000;
    /// The direct predecessors that one change may name.
    pub const CHANGE_DEPENDENCIES_MAX: usize = 64;
    /// The changes of one document together, uncompressed.
    pub const DOCUMENT_BYTES_MAX: usize = 1024 * 1024;
    /// The operations of one document. A change of 200 bytes can hold 20,000 of them, so the bytes alone would let a
    /// document of a mebibyte grow to gigabytes in memory.
    pub const DOCUMENT_OPERATIONS_MAX: u64 = 200_000;
}

/// Why bytes are not an acceptable change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The bytes do not follow Automerge's chunk format, or go beyond its limits.
    #[error("the change is malformed")]
    Chunk(#[from] ChunkError),
    /// Automerge itself can't read the operations.
    #[error("the change's operations can't be read: {why}")]
    Operations {
        /// Automerge's own words.
        why: String,
    },
    /// The writer is not a device of this system.
    #[error("the change's actor is not the id of a device")]
    ForeignActor,
    /// The time that the change states is outside the calendar.
    #[error("the change's time, {ms} ms since 1970, is outside the calendar")]
    Time {
        /// The stated time.
        ms: i64,
    },
}

/// A well-formed change of a document. Nothing is said yet of who made it or whether it may enter: see
/// [`crate::admission`].
#[derive(Clone, Debug)]
pub struct Change {
    document: DocumentId,
    actor: Actor,
    time: Timestamp,
    inner: automerge::Change,
}

impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document && self.hash() == other.hash()
    }
}

impl Change {
    /// Reads a change from outside. Sizes and run lengths are bounded before Automerge sees a byte.
    pub fn parse(document: DocumentId, bytes: &[u8]) -> Result<Self, ChangeError> {
        chunk::check(bytes)?;
        // What is known to make Automerge panic has been refused above; what is not must not take the server along.
        let inner = std::panic::catch_unwind(|| automerge::Change::try_from(bytes))
            .map_err(|_| ChangeError::Operations {
                why: "reading them failed unexpectedly".to_owned(),
            })?
            .map_err(|source| ChangeError::Operations {
                why: source.to_string(),
            })?;
        Self::from_automerge(document, inner)
    }

    pub(crate) fn from_automerge(
        document: DocumentId,
        inner: automerge::Change,
    ) -> Result<Self, ChangeError> {
        let actor = Actor::from_automerge(inner.actor_id()).ok_or(ChangeError::ForeignActor)?;
        let ms = inner.timestamp();
        let time = Timestamp::from_millisecond(ms).map_err(|_| ChangeError::Time { ms })?;
        Ok(Change {
            document,
            actor,
            time,
            inner,
        })
    }

    /// The document that the change belongs to.
    pub fn document(&self) -> DocumentId {
        self.document
    }

    /// The hash that names the change.
    pub fn hash(&self) -> ChangeHash {
        self.inner.hash().into()
    }

    /// The hashes of the direct predecessors.
    pub fn dependencies(&self) -> impl Iterator<Item = ChangeHash> + '_ {
        self.inner.deps().iter().map(|hash| (*hash).into())
    }

    /// Who wrote the change.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The number of the change among its actor's, from 1 without gaps.
    pub fn sequence(&self) -> u64 {
        self.inner.seq()
    }

    /// The writer's clock when the change was made.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// How many operations the change holds.
    pub fn operations(&self) -> u64 {
        self.inner.len() as u64
    }

    /// The number of the change's first operation, within the document.
    pub(crate) fn first_operation(&self) -> u64 {
        self.inner.start_op().get()
    }

    /// The uncompressed Automerge chunk.
    pub fn bytes(&self) -> &[u8] {
        self.inner.raw_bytes()
    }

    pub(crate) fn into_automerge(self) -> automerge::Change {
        self.inner
    }
}
