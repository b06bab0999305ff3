//! Photos that a supervisor asked for again.

use jicha_domain::id::{InspectionId, PersonId, PhotoHash};
use jicha_domain::photo::PhotoSubject;
use jicha_domain::review::RetakeReason;
use jicha_store::photo_queue::{self, RetakeRow};
use jiff::Timestamp;

use crate::{Device, Error};

/// The most that are listed at once.
const RETAKES_MAX: usize = 500;

/// A photo that is to be taken again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retake {
    /// The inspection.
    pub inspection: InspectionId,
    /// The metering point's number.
    pub point_no: String,
    /// The metering point's name.
    pub point_name: String,
    /// The photo that did not do; hand it over as [`super::NewPhoto::replaces`].
    pub photo: PhotoHash,
    /// What it has to show.
    pub shows: PhotoSubject,
    /// What it supports.
    pub supports: Option<String>,
    /// Why; none for a reason that this version does not know.
    pub reason: Option<RetakeReason>,
    /// The supervisor's words.
    pub words: Option<String>,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Timestamp,
    /// The photo that was taken instead.
    pub done_by: Option<PhotoHash>,
}

impl Device {
    /// What supervisors asked for again, newest first. `with_done` lists also what was taken since.
    pub fn retakes(&self, with_done: bool) -> Result<Vec<Retake>, Error> {
        let rows = photo_queue::retakes(&self.connection(), with_done, RETAKES_MAX)?;
        // A row that can't be read was written by a version of tomorrow; the others are shown.
        Ok(rows.into_iter().filter_map(read).collect())
    }
}

fn read(row: RetakeRow) -> Option<Retake> {
    Some(Retake {
        inspection: row.inspection.parse().ok()?,
        point_no: row.point_no,
        point_name: row.point_name,
        photo: row.hash,
        shows: row.shows.parse().unwrap_or(PhotoSubject::Other),
        supports: row.supports,
        reason: row.reason.and_then(|reason| reason.parse().ok()),
        words: row.words,
        asked_by: row.asked_by.parse().ok()?,
        asked_at: Timestamp::from_millisecond(row.asked_at_ms).ok()?,
        done_by: row.done_by.and_then(|hash| hash.parse().ok()),
    })
}
