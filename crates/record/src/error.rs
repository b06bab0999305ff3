//! What can go wrong with a document.

use crate::content::Place;
use crate::{ChangeHash, DocumentId, DocumentKind};

/// Why a document could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stored bytes are not a document.
    #[error("document {document} can't be loaded from its stored bytes")]
    Load {
        /// The document.
        document: DocumentId,
        /// Automerge's reason.
        #[source]
        source: Box<automerge::AutomergeError>,
    },
    /// The changes don't fit this document.
    #[error("changes can't be applied to document {document}")]
    Apply {
        /// The document.
        document: DocumentId,
        /// Automerge's reason.
        #[source]
        source: Box<automerge::AutomergeError>,
    },
    /// Predecessors are not here yet; nothing was applied.
    #[error("document {document} lacks {} predecessors of the changes", missing.len())]
    Missing {
        /// The document.
        document: DocumentId,
        /// The hashes that are lacking.
        missing: Vec<ChangeHash>,
    },
    /// A change could not be written.
    #[error("document {document} can't be changed")]
    Write {
        /// The document.
        document: DocumentId,
        /// Automerge's reason.
        #[source]
        source: Box<automerge::AutomergeError>,
    },
    /// The document has no such section; it is of another kind or damaged.
    #[error("document {document} has no section '{section}'")]
    NoSection {
        /// The document.
        document: DocumentId,
        /// The section.
        section: String,
    },
    /// Two values stand there and nobody has settled which one counts.
    #[error("two values stand at {place}; settle which one counts before changing it")]
    Contested {
        /// The entry.
        place: Place,
    },
    /// There is no conflict at this place, or none with this value.
    #[error("there is no open conflict with that value at {place}")]
    NotContested {
        /// The entry.
        place: Place,
    },
    /// The inspection is signed; what was signed stays.
    #[error("the inspection is signed; {place} can't be changed any more")]
    Signed {
        /// The entry that was to be changed.
        place: Place,
    },
    /// The value is too large for one entry.
    #[error("{place} would hold {size_bytes} bytes; at most {max_bytes} are possible")]
    TooLarge {
        /// The entry.
        place: Place,
        /// Its size.
        size_bytes: usize,
        /// The limit.
        max_bytes: usize,
    },
    /// The edits together are more than one change may hold; nothing was written.
    #[error("the edits of document {document} are too much for one change; make fewer at once")]
    ChangeTooLarge {
        /// The document.
        document: DocumentId,
    },
    /// The edit can't be undone, because something else has changed the same place since.
    #[error("{place} was changed again since; undo that first")]
    ChangedSince {
        /// The entry.
        place: Place,
    },
    /// There is no such change to undo.
    #[error("document {document} has no change {change}")]
    NoSuchChange {
        /// The document.
        document: DocumentId,
        /// The change.
        change: ChangeHash,
    },
    /// The document lacks what every document of its kind has, so it can't be shown as one.
    #[error("document {document} is no complete {kind}: '{fact}' is missing or can't be read")]
    Incomplete {
        /// The document.
        document: DocumentId,
        /// Its kind.
        kind: DocumentKind,
        /// The fact that every document of the kind has.
        fact: &'static str,
    },
}
