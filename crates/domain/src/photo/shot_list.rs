//! The shot list: which photos a check needs, which are taken, and why one is lacking.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::PhotoSubject;
use crate::inspection::Inspection;
use crate::metering_point::MeteringPointKind;
use crate::word::word_enum;

word_enum! {
    /// Why a photo of the shot list could not be taken.
    pub enum MissingShotReason {
        /// There is no such thing at this point, e.g. no cabinet.
        NotPresent => "not_present", "现场无此项", "Not present here";
        /// It can't be reached, or not without danger.
        OutOfReach => "out_of_reach", "无法安全拍摄", "Can't be reached safely";
        /// Somebody did not allow it.
        Refused => "refused", "被拒绝", "Not allowed";
        /// The camera does not work.
        CameraFailed => "camera_failed", "相机故障", "Camera failed";
        /// Told in words.
        Other => "other", "其他", "Other";
    }
}

/// The inspector's reason for a photo that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingShot {
    /// The reason.
    pub reason: MissingShotReason,
    /// More about it; needed where the reason is "other".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words: Option<String>,
    /// When it was given.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

/// One photo of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    /// What it has to show.
    pub shows: PhotoSubject,
    /// How many photos show it.
    pub taken: usize,
    /// Why there is none, if the inspector said so. Moot as soon as one is taken.
    pub excuse: Option<MissingShot>,
}

impl Shot {
    /// Whether nothing is left to do: it was taken, or there is a reason.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        self.taken > 0 || self.excuse.is_some()
    }
}

/// What has to be photographed at a point of this kind, in the order in which it is met on site: from the whole to
/// the detail.
#[must_use]
pub const fn shot_list(kind: MeteringPointKind) -> &'static [PhotoSubject] {
    // Gateway meters stand in the panels of a substation or on a transformer's pole: the surroundings show which.
    if kind.is_gateway() {
        &[
            PhotoSubject::Surroundings,
            PhotoSubject::Cabinet,
            PhotoSubject::Nameplate,
            PhotoSubject::Register,
            PhotoSubject::Seal,
            PhotoSubject::Wiring,
        ]
    } else {
        &[
            PhotoSubject::Cabinet,
            PhotoSubject::Nameplate,
            PhotoSubject::Register,
            PhotoSubject::Seal,
            PhotoSubject::Wiring,
        ]
    }
}

impl Inspection {
    /// The shot list of this check, with what is taken and excused.
    #[must_use]
    pub fn shots(&self) -> Vec<Shot> {
        let mut taken: BTreeMap<PhotoSubject, usize> = BTreeMap::new();
        for photo in self.photos.values() {
            *taken.entry(photo.shows).or_default() += 1;
        }
        shot_list(self.about.point.kind)
            .iter()
            .map(|shows| Shot {
                shows: *shows,
                taken: taken.get(shows).copied().unwrap_or(0),
                excuse: self.missing_shots.get(shows).cloned(),
            })
            .collect()
    }
}
