//! What happens to photos, told to whoever listens in this process: the review queue and live pages.

use super::Variant;
use jicha_domain::id::PhotoHash;

/// Something happened to a photo. It is told after the database has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoEvent {
    /// The photo.
    pub hash: PhotoHash,
    /// What happened.
    pub what: What,
}

/// What can happen to a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// All bytes of a variant are here and stored.
    Received(Variant),
    /// The original is here, its hash fits and it is a photo.
    Checked,
    /// The original may not enter; it lies in quarantine.
    Refused,
    /// The server has made what was missing.
    Derived,
}
