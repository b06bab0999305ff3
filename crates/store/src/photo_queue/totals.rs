//! How much of the photos waits, counted and not remembered.

use rusqlite::Connection;

use super::{Variant, of_rank};
use crate::Error;

/// What waits of one variant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VariantTotals {
    /// Files.
    pub count: u64,
    /// Bytes that the server has not acknowledged yet.
    pub bytes: u64,
}

/// What waits of the photos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhotoTotals {
    /// Photos whose original the server has not checked: they are only here.
    pub photos: u64,
    /// Bytes that are still to be sent, of all variants together.
    pub bytes: u64,
    /// Thumbnails.
    pub thumbnails: VariantTotals,
    /// Previews.
    pub previews: VariantTotals,
    /// Originals.
    pub originals: VariantTotals,
    /// Variants that were refused or failed and will not be sent again.
    pub given_up: u64,
}

/// What waits.
pub fn totals(connection: &Connection) -> Result<PhotoTotals, Error> {
    let mut totals = PhotoTotals::default();
    let mut select = connection.prepare_cached(
        "SELECT rank, state, count(*), coalesce(sum(size_bytes - offset_bytes), 0) FROM photo_upload
         WHERE state <> 'checked' GROUP BY rank, state",
    )?;
    let rows = select.query_map([], |row| {
        Ok((
            of_rank(row.get(0)?),
            row.get::<_, String>(1)?,
            row.get::<_, i64>(2)?.unsigned_abs(),
            row.get::<_, i64>(3)?.unsigned_abs(),
        ))
    })?;
    for row in rows {
        let (variant, state, count, bytes) = row?;
        if variant == Variant::Original {
            totals.photos += count;
        }
        if state != "waiting" {
            totals.given_up += count;
            continue;
        }
        totals.bytes += bytes;
        let of_variant = match variant {
            Variant::Thumbnail => &mut totals.thumbnails,
            Variant::Preview => &mut totals.previews,
            Variant::Original => &mut totals.originals,
        };
        *of_variant = VariantTotals { count, bytes };
    }
    Ok(totals)
}
