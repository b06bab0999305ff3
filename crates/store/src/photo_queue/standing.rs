//! Where each photo stands, for lists, receipts and passports.

use jicha_domain::id::{InspectionId, PhotoHash};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Variant, of_rank};
use crate::Error;

/// A photo of this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoRow {
    /// SHA-256 of the original.
    pub hash: PhotoHash,
    /// The original's file.
    pub file_name: String,
    /// Media type of the original.
    pub media_type: String,
    /// Size of the original.
    pub size_bytes: u64,
    /// When it was added, ms since 1970.
    pub added_at_ms: i64,
    /// When the server first had something of it, ms since 1970.
    pub first_received_at_ms: Option<i64>,
    /// When the original was removed from the device, ms since 1970.
    pub copy_removed_at_ms: Option<i64>,
}

/// Where a variant stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantRow {
    /// Which form.
    pub variant: Variant,
    /// Its file.
    pub file_name: String,
    /// Its size.
    pub size_bytes: u64,
    /// `waiting`, `checked`, `refused` or `failed`.
    pub state: String,
    /// What the server has acknowledged of it.
    pub offset: u64,
    /// What is wrong, as a word.
    pub trouble: Option<String>,
    /// The same in words.
    pub trouble_detail: Option<String>,
    /// Before this there is no use in trying, ms since 1970.
    pub not_before_ms: i64,
}

/// Where a page of photos ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotosAfter {
    /// When the last photo was added, ms since 1970.
    pub added_at_ms: i64,
    /// The last photo.
    pub hash: PhotoHash,
}

/// What a supervisor decided about a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The inspection.
    pub inspection: String,
    /// `accepted`, `retake` or `finding`.
    pub decision: String,
    /// Why it must be taken again.
    pub reason: Option<String>,
    /// The supervisor's words.
    pub words: Option<String>,
    /// Who decided.
    pub decided_by: String,
    /// When, ms since 1970.
    pub decided_at_ms: i64,
}

/// A photo of an earlier visit to a metering point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitPhoto {
    /// The photo.
    pub hash: PhotoHash,
    /// When that visit began, ms since 1970.
    pub visited_at_ms: i64,
}

pub(super) fn hash_of(row: &Row<'_>, column: usize) -> rusqlite::Result<PhotoHash> {
    let text: String = row.get(column)?;
    text.parse::<PhotoHash>()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

fn photo_row(row: &Row<'_>) -> rusqlite::Result<PhotoRow> {
    Ok(PhotoRow {
        hash: hash_of(row, 0)?,
        file_name: row.get(1)?,
        media_type: row.get(2)?,
        size_bytes: row.get::<_, i64>(3)?.unsigned_abs(),
        added_at_ms: row.get(4)?,
        first_received_at_ms: row.get(5)?,
        copy_removed_at_ms: row.get(6)?,
    })
}

/// A photo, if this device has it.
pub fn one(connection: &Connection, hash: PhotoHash) -> Result<Option<PhotoRow>, Error> {
    let photo = connection
        .prepare_cached(
            "SELECT hash, file_name, media_type, size_bytes, added_at_ms, first_received_at_ms, copy_removed_at_ms
             FROM photo WHERE hash = ?1",
        )?
        .query_row([hash.to_string()], photo_row)
        .optional()?;
    Ok(photo)
}

/// Photos, newest first.
pub fn page(
    connection: &Connection,
    after: Option<PhotosAfter>,
    count: usize,
) -> Result<Vec<PhotoRow>, Error> {
    let (added_at_ms, hash) = after.map_or((i64::MAX, String::new()), |after| {
        (after.added_at_ms, after.hash.to_string())
    });
    let photos = connection
        .prepare_cached(
            "SELECT hash, file_name, media_type, size_bytes, added_at_ms, first_received_at_ms, copy_removed_at_ms
             FROM photo WHERE (added_at_ms, hash) < (?1, ?2) ORDER BY added_at_ms DESC, hash DESC LIMIT ?3",
        )?
        .query_map(params![added_at_ms, hash, count as i64], photo_row)?
        .collect::<Result<_, _>>()?;
    Ok(photos)
}

/// The variants of a photo, in the order in which they are sent.
pub fn variants(connection: &Connection, hash: PhotoHash) -> Result<Vec<VariantRow>, Error> {
    let rows = connection
        .prepare_cached(
            "SELECT rank, file_name, size_bytes, state, offset_bytes, trouble, trouble_detail, not_before_ms
             FROM photo_upload WHERE hash = ?1 ORDER BY rank",
        )?
        .query_map([hash.to_string()], |row| {
            Ok(VariantRow {
                variant: of_rank(row.get(0)?),
                file_name: row.get(1)?,
                size_bytes: row.get::<_, i64>(2)?.unsigned_abs(),
                state: row.get(3)?,
                offset: row.get::<_, i64>(4)?.unsigned_abs(),
                trouble: row.get(5)?,
                trouble_detail: row.get(6)?,
                not_before_ms: row.get(7)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// What a supervisor decided about a photo, if anything reached this device.
pub fn verdict(connection: &Connection, hash: PhotoHash) -> Result<Option<Verdict>, Error> {
    let verdict = connection
        .prepare_cached(
            "SELECT inspection, decision, reason, words, decided_by, decided_at_ms FROM review_photo
             WHERE hash = ?1 LIMIT 1",
        )?
        .query_row([hash.to_string()], |row| {
            Ok(Verdict {
                inspection: row.get(0)?,
                decision: row.get(1)?,
                reason: row.get(2)?,
                words: row.get(3)?,
                decided_by: row.get(4)?,
                decided_at_ms: row.get(5)?,
            })
        })
        .optional()?;
    Ok(verdict)
}

/// Photos of which the server has something and did not say yet since when, in the order of their hashes.
pub fn unreceipted(connection: &Connection, count: usize) -> Result<Vec<PhotoHash>, Error> {
    let hashes = connection
        .prepare_cached(
            "SELECT hash FROM photo WHERE first_received_at_ms IS NULL
                 AND EXISTS (SELECT 1 FROM photo_upload WHERE photo_upload.hash = photo.hash AND state = 'checked')
             ORDER BY hash LIMIT ?1",
        )?
        .query_map([count as i64], |row| hash_of(row, 0))?
        .collect::<Result<_, _>>()?;
    Ok(hashes)
}

/// The photos of this device in the order of their hashes.
pub fn hashes_after(
    connection: &Connection,
    after: Option<PhotoHash>,
    count: usize,
) -> Result<Vec<PhotoHash>, Error> {
    let after = after.map(|hash| hash.to_string()).unwrap_or_default();
    let hashes = connection
        .prepare_cached("SELECT hash FROM photo WHERE hash > ?1 ORDER BY hash LIMIT ?2")?
        .query_map(params![after, count as i64], |row| hash_of(row, 0))?
        .collect::<Result<_, _>>()?;
    Ok(hashes)
}

/// Since when the server has had something of a photo; none once it has lost it.
pub fn note_first_received(
    connection: &Connection,
    hash: PhotoHash,
    at: Option<Timestamp>,
) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE photo SET first_received_at_ms = ?2 WHERE hash = ?1")?
        .execute(params![hash.to_string(), at.map(|at| at.as_millisecond())])?;
    Ok(())
}

/// The original is no longer on this device.
pub fn note_copy_removed(connection: &Connection, hash: PhotoHash, at: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE photo SET copy_removed_at_ms = ?2 WHERE hash = ?1")?
        .execute(params![hash.to_string(), at.as_millisecond()])?;
    Ok(())
}

/// The newest photo that shows this, of an inspection of this point that began before.
pub fn earlier_photo(
    connection: &Connection,
    point_no: &str,
    before: Timestamp,
    except: InspectionId,
    shows: &str,
) -> Result<Option<VisitPhoto>, Error> {
    let photo = connection
        .prepare_cached(
            "SELECT inspection_photo.hash, inspection.started_at_ms FROM inspection
             JOIN inspection_photo ON inspection_photo.inspection = inspection.id
             WHERE inspection.point_no = ?1 AND inspection.started_at_ms <= ?2 AND inspection.id <> ?3
                 AND inspection_photo.shows = ?4
             ORDER BY inspection.started_at_ms DESC, inspection.id DESC LIMIT 1",
        )?
        .query_row(
            params![point_no, before.as_millisecond(), except.to_string(), shows],
            |row| {
                Ok(VisitPhoto {
                    hash: hash_of(row, 0)?,
                    visited_at_ms: row.get(1)?,
                })
            },
        )
        .optional()?;
    Ok(photo)
}
