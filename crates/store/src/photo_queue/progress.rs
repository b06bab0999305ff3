//! How far each variant of each photo is on its way. Kept so that a cut, a restart or a kill costs nothing that was
//! acknowledged.

use jicha_domain::id::PhotoHash;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{Variant, of_rank, rank_of};
use crate::Error;

/// One variant that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadItem {
    /// The photo.
    pub hash: PhotoHash,
    /// Which form of it.
    pub variant: Variant,
    /// The file.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When the photo was added, ms since 1970; with the hash, the place in the queue.
    pub added_at_ms: i64,
    /// Where the server takes it, once it was begun.
    pub url: Option<String>,
    /// What the server has acknowledged of it.
    pub offset: u64,
    /// How often it was begun anew or failed.
    pub attempts: u32,
    /// Before this there is no use in trying.
    pub not_before_ms: i64,
}

/// The next items of a variant in the order of the queue, after the one at `after`.
pub fn waiting(
    connection: &Connection,
    variant: Variant,
    after: Option<(i64, PhotoHash)>,
    count: usize,
) -> Result<Vec<UploadItem>, Error> {
    let (added_at_ms, hash) = after.map_or((i64::MIN, String::new()), |(at, hash)| (at, hash.to_string()));
    let items = connection
        .prepare_cached(
            "SELECT hash, rank, file_name, media_type, size_bytes, sha256, added_at_ms, url, offset_bytes, attempts,
                 not_before_ms
             FROM photo_upload WHERE state = 'waiting' AND rank = ?1 AND (added_at_ms, hash) > (?2, ?3)
             ORDER BY added_at_ms, hash LIMIT ?4",
        )?
        .query_map(params![rank_of(variant), added_at_ms, hash, count as i64], item)?
        .collect::<Result<_, _>>()?;
    Ok(items)
}

fn item(row: &Row<'_>) -> rusqlite::Result<UploadItem> {
    Ok(UploadItem {
        hash: super::standing::hash_of(row, 0)?,
        variant: of_rank(row.get(1)?),
        file_name: row.get(2)?,
        media_type: row.get(3)?,
        size_bytes: row.get::<_, i64>(4)?.unsigned_abs(),
        sha256: row.get(5)?,
        added_at_ms: row.get(6)?,
        url: row.get(7)?,
        offset: row.get::<_, i64>(8)?.unsigned_abs(),
        attempts: row.get(9)?,
        not_before_ms: row.get(10)?,
    })
}

/// The server takes it at this address and has so many bytes durably. What was wrong before no longer is.
pub fn note_offset(connection: &Connection, item: &UploadItem, url: &str, offset: u64) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE photo_upload SET url = ?3, offset_bytes = ?4, trouble = NULL, trouble_detail = NULL,
                 not_before_ms = 0
             WHERE hash = ?1 AND rank = ?2",
        )?
        .execute(params![
            item.hash.to_string(),
            rank_of(item.variant),
            url,
            offset as i64
        ])?;
    Ok(())
}

/// It has to be begun anew: the server no longer knows the upload, or the bytes did not fit.
pub fn restart(connection: &Connection, item: &UploadItem) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE photo_upload SET url = NULL, offset_bytes = 0, attempts = attempts + 1
             WHERE hash = ?1 AND rank = ?2",
        )?
        .execute(params![item.hash.to_string(), rank_of(item.variant)])?;
    Ok(())
}

/// It did not work, for a reason that may pass; `not_before` says when trying again is worth it.
pub fn note_trouble(
    connection: &Connection,
    item: &UploadItem,
    trouble: &str,
    detail: &str,
    not_before: Timestamp,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE photo_upload SET attempts = attempts + 1, trouble = ?3, trouble_detail = ?4, not_before_ms = ?5
             WHERE hash = ?1 AND rank = ?2",
        )?
        .execute(params![
            item.hash.to_string(),
            rank_of(item.variant),
            trouble,
            detail,
            not_before.as_millisecond()
        ])?;
    Ok(())
}

/// It is over: `checked`, `refused` or `failed`, the latter two with the reason.
pub fn note_settled(
    connection: &Connection,
    hash: PhotoHash,
    variant: Variant,
    state: &str,
    trouble: Option<(&str, &str)>,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE photo_upload SET state = ?3, trouble = ?4, trouble_detail = ?5, url = NULL,
                 offset_bytes = CASE ?3 WHEN 'checked' THEN size_bytes ELSE 0 END
             WHERE hash = ?1 AND rank = ?2",
        )?
        .execute(params![
            hash.to_string(),
            rank_of(variant),
            state,
            trouble.map(|(word, _)| word),
            trouble.map(|(_, detail)| detail)
        ])?;
    Ok(())
}

/// The addresses belong to an earlier identity: what waits is begun anew under the new one.
pub fn forget_addresses(connection: &Connection) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE photo_upload INDEXED BY photo_upload_waiting SET url = NULL, offset_bytes = 0, not_before_ms = 0
             WHERE state = 'waiting'",
        )?
        .execute([])?;
    Ok(())
}

/// The server has lost what it once had: it waits again from the beginning.
pub fn queue_again(connection: &Connection, hash: PhotoHash, variant: Variant) -> Result<bool, Error> {
    let changed = connection
        .prepare_cached(
            "UPDATE photo_upload SET state = 'waiting', url = NULL, offset_bytes = 0, trouble = NULL,
                 trouble_detail = NULL, not_before_ms = 0
             WHERE hash = ?1 AND rank = ?2 AND state = 'checked'",
        )?
        .execute(params![hash.to_string(), rank_of(variant)])?;
    Ok(changed > 0)
}
