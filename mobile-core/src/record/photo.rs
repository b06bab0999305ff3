//! Photos, as an inspection knows them.

use std::time::SystemTime;

use jicha_device::PhotoAttached;
use jicha_domain::id::PhotoHash;
use jicha_domain::photo::{PhotoRef, Shot};

use super::{PositionRecord, instant, instants};
use crate::words::mirrored_words;

mirrored_words! {
    /// What a photo shows. The phone's shot list is made of these.
    PhotoSubject = jicha_domain::photo::PhotoSubject {
        /// The whole cabinet or box.
        Cabinet,
        /// A nameplate.
        Nameplate,
        /// The display with a reading.
        Register,
        /// A seal.
        Seal,
        /// Wiring.
        Wiring,
        /// The place around it.
        Surroundings,
        /// A paper.
        Document,
        /// Anything else, told in the caption.
        Other,
    }
}

mirrored_words! {
    /// Why a photo of the shot list could not be taken.
    MissingShotReason = jicha_domain::photo::MissingShotReason {
        /// There is no such thing at this point, e.g. no cabinet.
        NotPresent,
        /// It can't be reached, or not without danger.
        OutOfReach,
        /// Somebody did not allow it.
        Refused,
        /// The camera does not work.
        CameraFailed,
        /// Told in words.
        Other,
    }
}

/// One photo of the shot list.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct ShotRecord {
    /// What it has to show.
    pub shows: PhotoSubject,
    /// How many photos show it.
    pub taken: u32,
    /// Why there is none, if the inspector said so. Moot as soon as one is taken.
    pub excuse: Option<MissingShotReason>,
    /// More about the reason.
    pub excuse_words: Option<String>,
}

impl From<Shot> for ShotRecord {
    fn from(shot: Shot) -> Self {
        Self {
            shows: shot.shows.into(),
            taken: u32::try_from(shot.taken).unwrap_or(u32::MAX),
            excuse: shot.excuse.as_ref().map(|excuse| excuse.reason.into()),
            excuse_words: shot.excuse.and_then(|excuse| excuse.words),
        }
    }
}

/// A photo of an inspection.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PhotoRecord {
    /// SHA-256 of its bytes, as 64 hexadecimal digits: its name everywhere.
    pub hash: String,
    /// Media type, e.g. `image/jpeg`.
    pub media_type: String,
    /// Size of the original in bytes.
    pub size_bytes: u64,
    /// What it shows.
    pub shows: PhotoSubject,
    /// When it was taken, by the camera's clock.
    pub taken_at: Option<SystemTime>,
    /// When it was attached, by the device's clock.
    pub received_at: SystemTime,
    /// Where it was taken.
    pub position: Option<PositionRecord>,
    /// What it proves, e.g. `register:1-0:1.8.0*255/1`, `item:JL-R-05`, `seal:box_door/1`.
    pub supports: Option<String>,
    /// What the inspector says of it.
    pub caption: Option<String>,
    /// Maker and model of the camera.
    pub camera: Option<String>,
    /// Width in pixels, as stored.
    pub width: Option<u32>,
    /// Height in pixels, as stored.
    pub height: Option<u32>,
    /// EXIF orientation, 1 to 8.
    pub orientation: Option<u8>,
}

/// A photo that was attached. The file that was handed over is no longer needed.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PhotoAttachedRecord {
    /// What is recorded of it.
    pub photo: PhotoRecord,
    /// Where the app finds the unchanged bytes on this device.
    pub path: String,
}

impl From<(PhotoHash, PhotoRef)> for PhotoRecord {
    fn from((hash, photo): (PhotoHash, PhotoRef)) -> Self {
        Self {
            hash: hash.to_string(),
            media_type: photo.media_type,
            size_bytes: photo.size_bytes,
            shows: photo.shows.into(),
            taken_at: instants(photo.taken_at),
            received_at: instant(photo.received_at),
            position: photo.position.map(Into::into),
            supports: photo.supports,
            caption: photo.caption,
            camera: photo.camera,
            width: photo.width,
            height: photo.height,
            orientation: photo.orientation,
        }
    }
}

pub(crate) fn photo_record(attached: PhotoAttached) -> PhotoRecord {
    (attached.hash, attached.photo).into()
}
