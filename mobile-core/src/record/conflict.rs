//! Conflicts that wait for a person, and changes that the server refused.

use std::time::SystemTime;

use jicha_device::{OpenCandidate, OpenConflict};
use jicha_store::quarantine::Quarantined;

use super::instant;
/// Different values stand at one place of a document, written on devices that did not know of each other.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct ConflictRecord {
    /// The document, e.g. `inspection/0197…`.
    pub document: String,
    /// The part of the document, e.g. `registers`.
    pub section: String,
    /// The entry in it, e.g. `1-0:1.8.0*255/1`.
    pub key: String,
    /// The values.
    pub candidates: Vec<CandidateRecord>,
}

/// One of the values that stand against one another.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct CandidateRecord {
    /// The change that wrote it, by which it is chosen.
    pub change: String,
    /// The device that wrote it.
    pub device: String,
    /// When, by that device's clock.
    pub at: SystemTime,
    /// The value, as JSON.
    pub value_json: String,
}

/// A change of this device that the server refused, kept with the reason.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct RefusedRecord {
    /// The document that it was meant for.
    pub document: String,
    /// The change.
    pub change: String,
    /// A stable word for the reason, such as `device_locked`.
    pub reason: String,
    /// What else the server said.
    pub detail: String,
    /// When it was refused.
    pub noted_at: SystemTime,
}

impl From<OpenConflict> for ConflictRecord {
    fn from(conflict: OpenConflict) -> Self {
        Self {
            document: conflict.document.to_string(),
            section: conflict.place.section,
            key: conflict.place.key,
            candidates: conflict.candidates.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<OpenCandidate> for CandidateRecord {
    fn from(candidate: OpenCandidate) -> Self {
        Self {
            change: candidate.change,
            device: candidate.actor.to_string(),
            at: instant(candidate.at),
            value_json: candidate.value.to_string(),
        }
    }
}

impl From<Quarantined> for RefusedRecord {
    fn from(refused: Quarantined) -> Self {
        Self {
            document: refused.document.to_string(),
            change: refused.hash.to_string(),
            reason: refused.reason,
            detail: refused.words,
            noted_at: instant(refused.noted_at),
        }
    }
}
