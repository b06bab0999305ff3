//! What travels of one document.

use std::fmt;

use jicha_record::{Attestation, Change, ChangeError, ChangeHash, DocumentId, DocumentKind};
use uuid::Uuid;

/// The changes of one document that go into one frame, with the signatures that cover them.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentChanges {
    /// The document.
    pub document: DocumentId,
    /// The changes, each after its predecessors.
    pub changes: Vec<Change>,
    /// Signatures over changes of this document, usually one per author.
    pub attestations: Vec<Attestation>,
}

/// One document's part of a frame, as it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedDocument {
    /// The document.
    pub document: DocumentId,
    /// The changes that are well-formed, in the order of the frame. Nothing is said yet of who may write them.
    pub changes: Vec<Change>,
    /// What record refuses to read. It does not spoil the frame: the receiver puts it into quarantine.
    pub malformed: Vec<Malformed>,
    /// The signatures as sent, not verified yet.
    pub attestations: Vec<Attestation>,
}

/// A change that came in and can't be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Malformed {
    /// The bytes, as the sender has them.
    pub bytes: Vec<u8>,
    /// The hash by which the sender names the change, if it can be computed.
    pub hash: Option<ChangeHash>,
    /// Why record refuses the change.
    pub error: ChangeError,
}

/// A document of a kind that this version does not know: the other side is newer.
///
/// Nothing is lost by it: the bytes are whole and can be kept until this side is updated.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownDocument {
    /// The document.
    pub document: DocumentName,
    /// The changes by their hashes, unread.
    pub changes: Vec<(ChangeHash, Vec<u8>)>,
    /// The signatures as sent, not verified.
    pub attestations: Vec<Attestation>,
}

/// A document named by the number of its kind, so that a kind of a newer version can be spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentName {
    /// See [`DocumentKind::code`].
    pub kind: u8,
    /// The document's id.
    pub id: Uuid,
}

impl DocumentName {
    /// The document, if this version knows its kind.
    pub fn known(self) -> Option<DocumentId> {
        DocumentKind::from_code(self.kind).map(|kind| DocumentId::new(kind, self.id))
    }
}

/// `inspection/0197…`, or the number of a kind that this version does not know: `9/0197…`.
impl fmt::Display for DocumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some(document) => fmt::Display::fmt(&document, f),
            None => write!(f, "{}/{}", self.kind, self.id),
        }
    }
}

impl From<DocumentId> for DocumentName {
    fn from(document: DocumentId) -> Self {
        DocumentName {
            kind: document.kind.code(),
            id: document.id,
        }
    }
}
