//! Photos that supervisors asked for again.

use jicha_domain::id::{InspectionId, PhotoHash};
use rusqlite::{Connection, params};

use super::standing::hash_of;
use crate::Error;

/// A photo that is to be taken again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetakeRow {
    /// The inspection.
    pub inspection: String,
    /// The metering point's number.
    pub point_no: String,
    /// The metering point's name.
    pub point_name: String,
    /// The photo that did not do.
    pub hash: PhotoHash,
    /// What it shows.
    pub shows: String,
    /// What it supports.
    pub supports: Option<String>,
    /// Why it must be taken again.
    pub reason: Option<String>,
    /// The supervisor's words.
    pub words: Option<String>,
    /// Who asked.
    pub asked_by: String,
    /// When, ms since 1970.
    pub asked_at_ms: i64,
    /// The photo that was taken instead, once there is one.
    pub done_by: Option<String>,
}

/// The retakes of the inspections on this device, newest first, at most `count`. Those that are done are left out unless
/// they are asked for.
pub fn retakes(connection: &Connection, with_done: bool, count: usize) -> Result<Vec<RetakeRow>, Error> {
    let rows = connection
        .prepare_cached(
            "SELECT review_photo.inspection, inspection.point_no, inspection.point_name, review_photo.hash,
                 inspection_photo.shows, inspection_photo.supports, review_photo.reason, review_photo.words,
                 review_photo.decided_by, review_photo.decided_at_ms,
                 (SELECT max(taken.hash) FROM inspection_photo AS taken
                  WHERE taken.inspection = review_photo.inspection AND taken.replaces = review_photo.hash) AS done_by
             FROM review_photo INDEXED BY review_photo_retake
             CROSS JOIN inspection ON inspection.id = review_photo.inspection
             CROSS JOIN inspection_photo ON inspection_photo.inspection = review_photo.inspection
                 AND inspection_photo.hash = review_photo.hash
             WHERE review_photo.decision = 'retake' AND (?1 OR done_by IS NULL)
             ORDER BY review_photo.decided_at_ms DESC, review_photo.inspection, review_photo.hash LIMIT ?2",
        )?
        .query_map(params![with_done, count as i64], |row| {
            Ok(RetakeRow {
                inspection: row.get(0)?,
                point_no: row.get(1)?,
                point_name: row.get(2)?,
                hash: hash_of(row, 3)?,
                shows: row.get(4)?,
                supports: row.get(5)?,
                reason: row.get(6)?,
                words: row.get(7)?,
                asked_by: row.get(8)?,
                asked_at_ms: row.get(9)?,
                done_by: row.get(10)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Whether a supervisor asked for this photo of this inspection again.
pub fn is_under_retake(
    connection: &Connection,
    inspection: InspectionId,
    hash: PhotoHash,
) -> Result<bool, Error> {
    let asked = connection
        .prepare_cached(
            "SELECT 1 FROM review_photo WHERE inspection = ?1 AND hash = ?2 AND decision = 'retake'",
        )?
        .exists(params![inspection.to_string(), hash.to_string()])?;
    Ok(asked)
}
