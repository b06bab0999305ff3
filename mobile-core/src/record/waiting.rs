//! What waits on the device.

use std::time::SystemTime;

use jicha_device::WaitingStatistics;

use super::instants;

/// What waits on this device; always true, since it is counted and not remembered.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct WaitingRecord {
    /// Documents with something to be sent.
    pub documents: u64,
    /// Changes to be sent.
    pub changes: u64,
    /// Their bytes, before compression.
    pub bytes: u64,
    /// Photos that are only here.
    pub photos: u64,
    /// Bytes of these photos.
    pub photo_bytes: u64,
    /// Changes that the server refused.
    pub refused: u64,
    /// Conflicts to be settled.
    pub conflicts: u64,
    /// When the last sync was completed.
    pub last_sync_at: Option<SystemTime>,
}

impl From<WaitingStatistics> for WaitingRecord {
    fn from(waiting: WaitingStatistics) -> Self {
        Self {
            documents: waiting.records.documents,
            changes: waiting.records.changes,
            bytes: waiting.records.bytes,
            photos: waiting.photos.photos,
            photo_bytes: waiting.photos.bytes,
            refused: waiting.refused,
            conflicts: waiting.conflicts,
            last_sync_at: instants(waiting.last_sync_at),
        }
    }
}
