//! Photos of a device: what is kept of each, and how far each of its variants is on its way to the server.

mod alike;
mod progress;
mod retake;
mod standing;
mod totals;

pub use alike::{Alike, alike, used_before};
pub use progress::{
    UploadItem, forget_addresses, note_offset, note_settled, note_trouble, queue_again, restart, waiting,
};
pub use retake::{RetakeRow, is_under_retake, retakes};
pub use standing::{
    PhotoRow, PhotosAfter, VariantRow, Verdict, VisitPhoto, earlier_photo, hashes_after, note_copy_removed,
    note_first_received, one, page, unreceipted, variants, verdict,
};
pub use totals::{PhotoTotals, VariantTotals, totals};

pub use jicha_domain::photo::PhotoVariant as Variant;

use jicha_domain::id::PhotoHash;
use jicha_domain::photo::PerceptualHash;
use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::Error;

/// The place of a variant in the order of sending, as rows have it.
pub(crate) const fn rank_of(variant: Variant) -> i64 {
    match variant {
        Variant::Thumbnail => 0,
        Variant::Preview => 1,
        Variant::Original => 2,
    }
}

pub(crate) const fn of_rank(rank: i64) -> Variant {
    match rank {
        0 => Variant::Thumbnail,
        1 => Variant::Preview,
        _ => Variant::Original,
    }
}

/// One variant as a file of this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantFile {
    /// Which form.
    pub variant: Variant,
    /// The name under which the file is found.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: PhotoHash,
}

/// A photo that is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPhotoRow {
    /// SHA-256 of the original.
    pub hash: PhotoHash,
    /// When it was taken over.
    pub added_at: Timestamp,
    /// What it looks like.
    pub perceptual_hash: Option<PerceptualHash>,
    /// The original and what was made from it.
    pub files: Vec<VariantFile>,
}

/// Notes a photo that is kept on the device, and queues what is to be sent. A photo that is noted already stays as it is;
/// what was lacking is added, and what failed or has other bytes now waits again.
pub fn add(transaction: &Transaction<'_>, photo: &NewPhotoRow) -> Result<(), Error> {
    let hash = photo.hash.to_string();
    let added_at_ms = photo.added_at.as_millisecond();
    for file in photo
        .files
        .iter()
        .filter(|file| file.variant == Variant::Original)
    {
        transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO photo (hash, file_name, media_type, size_bytes, state, added_at_ms, perceptual_hash)
                 VALUES (?1, ?2, ?3, ?4, 'here', ?5, ?6)",
            )?
            .execute(params![
                hash,
                file.file_name,
                file.media_type,
                file.size_bytes as i64,
                added_at_ms,
                photo.perceptual_hash.map(|hash| hash.to_string()),
            ])?;
        // Its copy had been removed, and is here again.
        transaction
            .prepare_cached("UPDATE photo SET copy_removed_at_ms = NULL WHERE hash = ?1")?
            .execute([&hash])?;
    }
    for file in &photo.files {
        transaction
            .prepare_cached(
                "INSERT INTO photo_upload (hash, rank, file_name, media_type, size_bytes, sha256, added_at_ms, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting')
                 ON CONFLICT (hash, rank) DO UPDATE SET file_name = excluded.file_name,
                     media_type = excluded.media_type, size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
                     state = 'waiting', url = NULL, offset_bytes = 0, trouble = NULL, trouble_detail = NULL,
                     not_before_ms = 0
                 WHERE state = 'failed' OR (state <> 'checked' AND sha256 <> excluded.sha256)",
            )?
            .execute(params![
                hash,
                rank_of(file.variant),
                file.file_name,
                file.media_type,
                file.size_bytes as i64,
                file.sha256.to_string(),
                added_at_ms,
            ])?;
    }
    if let Some(perceptual_hash) = photo.perceptual_hash {
        alike::index(transaction, &hash, perceptual_hash)?;
    }
    Ok(())
}
