//! Which Automerge document something belongs to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kind of a document, which decides who may write it.
///
/// One document is written by one party, so that the right to write is a question of the kind and the place in
/// the org tree and never of a single field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// An on-site inspection, written by inspectors.
    Inspection,
    /// The supervisors' judgement, beside each inspection and with the same id.
    Review,
    /// A work package with the reference data that it needs offline, written by planners.
    Task,
}

impl DocumentKind {
    /// Every kind, in the order of the wire codes.
    pub const ALL: [DocumentKind; 3] = [DocumentKind::Inspection, DocumentKind::Review, DocumentKind::Task];

    /// The name used in document ids, tables and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            DocumentKind::Inspection => "inspection",
            DocumentKind::Review => "review",
            DocumentKind::Task => "task",
        }
    }

    /// The number that stands for the kind in a frame; never reused.
    pub const fn code(self) -> u8 {
        match self {
            DocumentKind::Inspection => 1,
            DocumentKind::Review => 2,
            DocumentKind::Task => 3,
        }
    }

    /// The kind that a frame's number stands for.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The identity of a document, written `inspection/0197…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId {
    /// The kind of document.
    pub kind: DocumentKind,
    /// A UUIDv7 made by whoever made the document.
    pub id: Uuid,
}

impl DocumentId {
    /// The document of this kind with this id.
    pub const fn new(kind: DocumentKind, id: Uuid) -> Self {
        DocumentId { kind, id }
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// Text that is not a document id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{found}' is no document id; expected a kind, a slash and a UUID, such as inspection/0197a0…")]
pub struct DocumentIdError {
    /// The text as it came.
    pub found: String,
}

impl FromStr for DocumentId {
    type Err = DocumentIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('/').and_then(|(kind, id)| {
            let kind = DocumentKind::ALL
                .into_iter()
                .find(|known| known.as_str() == kind)?;
            Some(DocumentId {
                kind,
                id: Uuid::try_parse(id).ok()?,
            })
        });
        parsed.ok_or_else(|| DocumentIdError {
            found: text.chars().take(80).collect(),
        })
    }
}
