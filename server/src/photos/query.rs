//! What is here of a photo, and where it is used.

use super::Variant;
use crate::auth::{Scope, instant};
use jicha_domain::id::PhotoHash;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

/// Whether a variant of a photo is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// No.
    Absent,
    /// Yes, and its hash fits.
    Checked,
    /// It came and may not enter.
    Refused,
}

impl Presence {
    /// The word of a receipt.
    pub const fn as_str(self) -> &'static str {
        match self {
            Presence::Absent => "absent",
            Presence::Checked => "checked",
            Presence::Refused => "refused",
        }
    }
}

/// What the server has of a photo.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoState {
    /// The thumbnail.
    pub thumbnail: Presence,
    /// The preview.
    pub preview: Presence,
    /// The original.
    pub original: Presence,
    /// When the first bytes of it were stored.
    pub first_received_at: Timestamp,
    /// When the original was checked.
    pub checked_at: Option<Timestamp>,
    /// Why the original was refused, as a stable word.
    pub refused: Option<String>,
}

/// What the server has of a photo; `None` when nothing of it ever came.
pub fn state_of(sql: &Connection, hash: PhotoHash) -> rusqlite::Result<Option<PhotoState>> {
    let found = sql
        .prepare_cached(
            "SELECT number, first_received_at_ms, checked_at_ms, refused FROM photo WHERE hash = ?1",
        )?
        .query_row([hash.to_string()], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, Option<i64>>(2)?,
                row.get::<_, Option<String>>(3)?,
            ))
        })
        .optional()?;
    let Some((number, first_ms, checked_ms, refused)) = found else {
        return Ok(None);
    };
    let mut state = PhotoState {
        thumbnail: Presence::Absent,
        preview: Presence::Absent,
        original: match &refused {
            Some(_) => Presence::Refused,
            None => Presence::Absent,
        },
        first_received_at: instant(first_ms),
        checked_at: checked_ms.map(instant),
        refused,
    };
    let mut statement = sql.prepare_cached("SELECT variant FROM photo_variant WHERE photo = ?1")?;
    for word in statement.query_map([number], |row| row.get::<_, String>(0))? {
        match word?.parse().ok() {
            Some(Variant::Original) => state.original = Presence::Checked,
            Some(Variant::Preview) => state.preview = Presence::Checked,
            Some(Variant::Thumbnail) => state.thumbnail = Presence::Checked,
            None => {}
        }
    }
    Ok(Some(state))
}

/// A place where a photo is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The inspection.
    pub inspection: String,
    /// The audited unit.
    pub unit: String,
    /// Number of the metering point.
    pub point_no: String,
    /// Its name.
    pub point_name: String,
    /// What the photo shows there.
    pub shows: String,
    /// What it proves there.
    pub supports: Option<String>,
    /// When the inspection began.
    pub started_at: Timestamp,
}

/// Every inspection that names the photo, oldest first, wherever it is. Who shows it must ask [`Scope::contains`].
pub fn uses_of(sql: &Connection, hash: PhotoHash) -> rusqlite::Result<Vec<Use>> {
    sql.prepare_cached(
        "SELECT inspection.id, inspection.unit, inspection.point_no, inspection.point_name, inspection_photo.shows,
                inspection_photo.supports, inspection.started_at_ms
         FROM inspection_photo JOIN inspection ON inspection.id = inspection_photo.inspection
         WHERE inspection_photo.hash = ?1 ORDER BY inspection.started_at_ms, inspection.id LIMIT 200",
    )?
    .query_map([hash.to_string()], |row| {
        Ok(Use {
            inspection: row.get(0)?,
            unit: row.get(1)?,
            point_no: row.get(2)?,
            point_name: row.get(3)?,
            shows: row.get(4)?,
            supports: row.get(5)?,
            started_at: instant(row.get(6)?),
        })
    })?
    .collect()
}

/// Whether an inspection of a unit in the scope names the photo.
pub fn is_used_within(sql: &Connection, scope: &Scope, hash: PhotoHash) -> rusqlite::Result<bool> {
    let text = format!(
        "{} SELECT EXISTS (
            SELECT 1 FROM inspection_photo JOIN inspection ON inspection.id = inspection_photo.inspection
            WHERE inspection_photo.hash = :hash
              AND (:everywhere OR inspection.unit IN (SELECT code FROM scope)))",
        Scope::SQL
    );
    sql.prepare_cached(&text)?.query_row(
        named_params! { ":scope": scope.to_json(), ":everywhere": scope.is_everywhere(), ":hash": hash.to_string() },
        |row| row.get(0),
    )
}
