//! Photos that a device has and the server does not have yet.

use jicha_domain::id::PhotoHash;
use rusqlite::{Connection, Transaction, params};

use crate::Error;

/// A photo on this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoFile {
    /// SHA-256 of its bytes.
    pub hash: PhotoHash,
    /// The name under which the file is found.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub size_bytes: u64,
}

/// How many photos wait, and how large they are together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhotoTotals {
    /// Photos.
    pub photos: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Notes a photo that is kept on the device. A photo that is noted already stays as it is.
pub fn add(transaction: &Transaction<'_>, photo: &PhotoFile) -> Result<(), Error> {
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO photo (hash, file_name, media_type, size_bytes, state)
             VALUES (?1, ?2, ?3, ?4, 'here')",
        )?
        .execute(params![
            photo.hash.to_string(),
            photo.file_name,
            photo.media_type,
            photo.size_bytes as i64
        ])?;
    Ok(())
}

/// The photos that are only here.
pub fn totals(connection: &Connection) -> Result<PhotoTotals, Error> {
    let totals = connection
        .prepare_cached("SELECT count(*), coalesce(sum(size_bytes), 0) FROM photo WHERE state = 'here'")?
        .query_row([], |row| {
            Ok(PhotoTotals {
                photos: row.get::<_, i64>(0)?.unsigned_abs(),
                bytes: row.get::<_, i64>(1)?.unsigned_abs(),
            })
        })?;
    Ok(totals)
}
