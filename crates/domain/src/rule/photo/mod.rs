//! What a new photo is doubted for, at once, so that it can be taken again on the spot.
//!
//! What the picture itself shows (`quality`), whether it was seen before (`copies`), where and when it was taken
//! (`place_and_time`). A doubt never blocks: the photo is kept with the names of the rules that doubted it.

mod copies;
mod place_and_time;
mod quality;

pub use copies::{EarlierUse, Lookalike};
pub use place_and_time::ClockSample;

use jiff::Timestamp;

use super::{Place, Verdict};
use crate::id::PhotoHash;
use crate::inspection::Inspection;
use crate::limits::LimitTables;
use crate::photo::PhotoRef;
use crate::position::PositionWgs84;
use crate::time::china_date;

/// What is known around a photo. What is not known is not judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhotoContext<'a> {
    /// Where the ledger has the metering point.
    pub point: Option<&'a PositionWgs84>,
    /// When the visit began.
    pub visit_began_at: Option<Timestamp>,
    /// Where the very same file was used before.
    pub used_before: Option<EarlierUse>,
    /// The photo that it looks like most.
    pub looks_like: Option<Lookalike>,
    /// When the two clocks of this device were looked at before, since it was started.
    pub clocks_before: Option<ClockSample>,
}

impl<'a> PhotoContext<'a> {
    /// What the inspection itself tells.
    #[must_use]
    pub fn of(inspection: &'a Inspection) -> Self {
        let began = inspection.about.started_at;
        Self {
            point: inspection.about.point.position.as_ref(),
            visit_began_at: Some(inspection.arrived_at.map_or(began, |arrived| arrived.min(began))),
            ..Self::default()
        }
    }
}

/// Every rule for which its inputs are there, in a fixed order.
#[must_use]
pub fn check(
    hash: PhotoHash,
    photo: &PhotoRef,
    context: &PhotoContext<'_>,
    limits: &LimitTables,
) -> Vec<Verdict> {
    let Some((row, basis)) = limits.photo(china_date(photo.received_at)) else {
        return Vec::new();
    };
    let place = Place::Photo(hash);
    let mut verdicts = Vec::new();
    if let Some(quality) = &photo.quality {
        verdicts.extend(quality::check(&place, quality, row));
    }
    verdicts.extend(copies::check(&place, context, row));
    verdicts.extend(place_and_time::check(&place, photo, context, row));
    verdicts
        .into_iter()
        .map(|verdict| verdict.based_on(basis.clone()))
        .collect()
}
