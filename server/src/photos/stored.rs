//! The rows of what is stored.

use super::{Variant, job};
use jicha_domain::id::PhotoHash;
use jicha_imaging::{Examined, MediaType};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

/// Who made a variant's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeBy {
    /// They came from outside.
    Device,
    /// The server made them from the original.
    Server,
}

impl MadeBy {
    pub const fn as_str(self) -> &'static str {
        match self {
            MadeBy::Device => "device",
            MadeBy::Server => "server",
        }
    }
}

/// A variant whose bytes lie at their place.
pub struct Stored<'a> {
    pub hash: PhotoHash,
    pub variant: Variant,
    pub size_bytes: u64,
    pub sha256: PhotoHash,
    pub made_by: MadeBy,
    pub sender: Option<&'a str>,
}

/// The photo's number, making its row when it has none.
pub fn number(sql: &Connection, now: Timestamp, hash: PhotoHash) -> rusqlite::Result<i64> {
    let hash = hash.to_string();
    sql.prepare_cached(
        "INSERT INTO photo (hash, first_received_at_ms) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING",
    )?
    .execute((&hash, now.as_millisecond()))?;
    sql.prepare_cached("SELECT number FROM photo WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
}

/// Notes a variant, and who sent it if it is the original: whoever has only a thumbnail has not the photo.
pub fn note(sql: &Connection, now: Timestamp, stored: &Stored<'_>) -> rusqlite::Result<i64> {
    let photo = number(sql, now, stored.hash)?;
    sql.prepare_cached(
        "INSERT INTO photo_variant (photo, variant, size_bytes, sha256, made_by, stored_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (photo, variant) DO UPDATE SET size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
             made_by = excluded.made_by, stored_at_ms = excluded.stored_at_ms
         WHERE sha256 <> excluded.sha256 OR made_by <> excluded.made_by",
    )?
    .execute(params![
        photo,
        stored.variant.as_str(),
        stored.size_bytes.cast_signed(),
        stored.sha256.to_string(),
        stored.made_by.as_str(),
        now.as_millisecond(),
    ])?;
    if let (Variant::Original, Some(sender)) = (stored.variant, stored.sender) {
        sql.prepare_cached(
            "INSERT INTO photo_sender (photo, sender) VALUES (?1, ?2) ON CONFLICT (photo, sender) DO NOTHING",
        )?
        .execute((photo, sender))?;
    }
    Ok(photo)
}

/// Notes what was found in an original that may enter, and that work is to be done on it.
pub fn note_checked(
    sql: &Connection,
    now: Timestamp,
    photo: i64,
    size_bytes: u64,
    examined: &Examined,
) -> rusqlite::Result<()> {
    let exif = &examined.exif;
    let position = exif.position.as_ref().map(|position| {
        json!({ "latitude_deg": position.latitude_deg(), "longitude_deg": position.longitude_deg() })
    });
    let text = json!({
        "taken_at": exif.taken_at.map(|at| at.to_string()), "position": position, "orientation": exif.orientation,
        "camera": exif.camera, "width": exif.width, "height": exif.height,
    });
    sql.prepare_cached(
        "UPDATE photo SET media_type = ?2, size_bytes = ?3, width = ?4, height = ?5, taken_at_ms = ?6, exif = ?7,
             checked_at_ms = coalesce(checked_at_ms, ?8), refused = NULL WHERE number = ?1",
    )?
    .execute(params![
        photo,
        examined.media_type.as_str(),
        size_bytes.cast_signed(),
        examined.width,
        examined.height,
        exif.taken_at.map(|at| at.as_millisecond()),
        text.to_string(),
        now.as_millisecond(),
    ])?;
    job::enqueue(sql, photo)
}

/// Notes that an original may not enter.
pub fn note_refused(sql: &Connection, now: Timestamp, hash: PhotoHash, reason: &str) -> rusqlite::Result<()> {
    let photo = number(sql, now, hash)?;
    sql.prepare_cached("UPDATE photo SET refused = ?2 WHERE number = ?1 AND checked_at_ms IS NULL")?
        .execute((photo, reason))?;
    Ok(())
}

/// Forgets a variant whose bytes are gone, and the uploads that said it was checked, so that devices offer it again.
pub fn forget(sql: &Connection, hash: PhotoHash, variant: Variant) -> rusqlite::Result<()> {
    sql.prepare_cached(
        "DELETE FROM photo_variant WHERE photo = (SELECT number FROM photo WHERE hash = ?1) AND variant = ?2",
    )?
    .execute((hash.to_string(), variant.as_str()))?;
    sql.prepare_cached("DELETE FROM photo_upload WHERE hash = ?1 AND variant = ?2 AND outcome = 'checked'")?
        .execute((hash.to_string(), variant.as_str()))?;
    if variant == Variant::Original {
        sql.prepare_cached("UPDATE photo SET checked_at_ms = NULL WHERE hash = ?1")?
            .execute([hash.to_string()])?;
    }
    Ok(())
}

/// A variant as its row describes it.
pub struct Kept {
    pub size_bytes: u64,
    pub sha256: String,
    pub made_by_server: bool,
    pub media_type: MediaType,
}

/// The row of a variant; `None` when it is not stored.
pub fn find(sql: &Connection, hash: PhotoHash, variant: Variant) -> rusqlite::Result<Option<Kept>> {
    sql.prepare_cached(
        "SELECT photo_variant.size_bytes, photo_variant.sha256, photo_variant.made_by, photo.media_type
         FROM photo JOIN photo_variant ON photo_variant.photo = photo.number
         WHERE photo.hash = ?1 AND photo_variant.variant = ?2",
    )?
    .query_row((hash.to_string(), variant.as_str()), |row| {
        let name = row.get::<_, Option<String>>(3)?;
        let of_original = name.as_deref().and_then(MediaType::from_name);
        Ok(Kept {
            size_bytes: row.get::<_, i64>(0)?.unsigned_abs(),
            sha256: row.get(1)?,
            made_by_server: row.get::<_, String>(2)? == MadeBy::Server.as_str(),
            media_type: match variant {
                Variant::Original => of_original.unwrap_or(MediaType::Jpeg),
                Variant::Preview | Variant::Thumbnail => MediaType::Jpeg,
            },
        })
    })
    .optional()
}
