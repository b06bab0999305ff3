//! What waits on the device.

use std::time::SystemTime;

use jicha_device::{VariantTotals, WaitingStatistics};

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
    /// Photos whose original the server has not checked yet.
    pub photos: u64,
    /// Bytes of photos that are still to be sent: originals, previews and thumbnails.
    pub photo_bytes: u64,
    /// Thumbnails to be sent.
    pub thumbnails: VariantWaitingRecord,
    /// Previews to be sent.
    pub previews: VariantWaitingRecord,
    /// Originals to be sent.
    pub originals: VariantWaitingRecord,
    /// Files of photos that the server refused or that failed for good; `photos()` says why.
    pub photos_given_up: u64,
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
            thumbnails: waiting.photos.thumbnails.into(),
            previews: waiting.photos.previews.into(),
            originals: waiting.photos.originals.into(),
            photos_given_up: waiting.photos.given_up,
            refused: waiting.refused,
            conflicts: waiting.conflicts,
            last_sync_at: instants(waiting.last_sync_at),
        }
    }
}

/// What waits of one form of the photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct VariantWaitingRecord {
    /// Files.
    pub count: u64,
    /// Bytes that the server has not acknowledged yet.
    pub bytes: u64,
}

impl From<VariantTotals> for VariantWaitingRecord {
    fn from(totals: VariantTotals) -> Self {
        Self {
            count: totals.count,
            bytes: totals.bytes,
        }
    }
}
