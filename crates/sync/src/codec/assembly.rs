//! The documents of a frame, put together from the changes as they are read.

use jicha_record::{Attestation, Change, ChangeHash};
use sha2::{Digest, Sha256};

use super::layout::Before;
use crate::portion::{DocumentName, Malformed, ReceivedDocument, UnknownDocument};

/// A frame of changes, read.
#[derive(Debug, PartialEq)]
pub(crate) struct Batch {
    pub(crate) position: u64,
    pub(crate) through: Option<ChangeHash>,
    pub(crate) documents: Vec<ReceivedDocument>,
    pub(crate) unknown: Vec<UnknownDocument>,
}

/// One document while its changes come in.
pub(super) struct Document {
    pub(super) name: DocumentName,
    pub(super) change_count: usize,
    pub(super) attestation_count: usize,
    pub(super) before: Before,
    /// The hash of each change so far; `None` where none may refer to it.
    pub(super) places: Vec<Option<ChangeHash>>,
    pub(super) changes: Vec<Change>,
    pub(super) malformed: Vec<Malformed>,
    pub(super) unread: Vec<(ChangeHash, Vec<u8>)>,
    pub(super) attestations: Vec<Attestation>,
}

impl Document {
    /// Files a change by whether it can be read. `hash` is `None` for one that came whole.
    pub(super) fn take(&mut self, bytes: Vec<u8>, hash: Option<ChangeHash>) {
        let Some(document) = self.name.known() else {
            let hash = hash.unwrap_or_else(|| hash_of(&bytes));
            return self.unread.push((hash, bytes));
        };
        match Change::parse(document, &bytes) {
            Ok(change) => self.changes.push(change),
            Err(error) => self.malformed.push(Malformed { bytes, hash, error }),
        }
    }
}

/// Automerge's name for a change: SHA-256 over all that stands behind the magic bytes and the checksum.
pub(super) fn hash_of(chunk: &[u8]) -> ChangeHash {
    const MAGIC_AND_CHECKSUM: usize = 8;
    ChangeHash(Sha256::digest(chunk.get(MAGIC_AND_CHECKSUM..).unwrap_or_default()).into())
}

/// The frame's documents, those of unknown kinds apart.
pub(super) fn sort_by_kind(position: u64, through: Option<ChangeHash>, documents: Vec<Document>) -> Batch {
    let mut batch = Batch {
        position,
        through,
        documents: Vec::new(),
        unknown: Vec::new(),
    };
    for Document {
        name,
        changes,
        malformed,
        unread,
        attestations,
        ..
    } in documents
    {
        match name.known() {
            Some(document) => {
                batch.documents.push(ReceivedDocument {
                    document,
                    changes,
                    malformed,
                    attestations,
                });
            }
            None => batch.unknown.push(UnknownDocument {
                document: name,
                changes: unread,
                attestations,
            }),
        }
    }
    batch
}
