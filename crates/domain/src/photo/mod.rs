//! What an inspection knows of a photo. The bytes themselves are kept elsewhere, under their hash.

mod perceptual_hash;
mod quality;
mod shot_list;
mod variant;

pub use perceptual_hash::PerceptualHash;
pub use quality::PhotoQuality;
pub use shot_list::{MissingShot, MissingShotReason, Shot, shot_list};
pub use variant::PhotoVariant;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::PhotoHash;
use crate::position::PositionWgs84;
use crate::rule::RuleId;
use crate::word::word_enum;

word_enum! {
    /// What a photo shows. The phone's shot list is made of these.
    pub enum PhotoSubject {
        /// The whole cabinet or box.
        Cabinet => "cabinet", "计量箱全貌", "Whole cabinet";
        /// A nameplate.
        Nameplate => "nameplate", "铭牌", "Nameplate";
        /// The display with a reading.
        Register => "register", "示数", "Register";
        /// A seal.
        Seal => "seal", "封印", "Seal";
        /// Wiring.
        Wiring => "wiring", "接线", "Wiring";
        /// The place around it.
        Surroundings => "surroundings", "周边环境", "Surroundings";
        /// A paper.
        Document => "document", "资料", "Document";
        /// Anything else, told in the caption.
        Other => "other", "其他", "Other";
    }
}

/// A photo as an inspection refers to it, under the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoRef {
    /// Media type, e.g. `image/jpeg`.
    pub media_type: String,
    /// Size of the original in bytes.
    pub size_bytes: u64,
    /// What it shows.
    pub shows: PhotoSubject,
    /// When it was taken, by the camera's clock.
    #[serde(
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub taken_at: Option<Timestamp>,
    /// When it was attached to the inspection, by the device's clock.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub received_at: Timestamp,
    /// The same moment by the device's monotonic clock, in milliseconds since the device started: it goes on evenly
    /// when somebody turns the wall clock.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub monotonic_ms: Option<u64>,
    /// Where the device itself was when the photo was attached.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device_position: Option<PositionWgs84>,
    /// Where it was taken, by the camera.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<PositionWgs84>,
    /// What it proves: a place as verdicts name it, e.g. `register:1-0:1.8.0*255/1`, `item:JL-R-05`,
    /// `seal:box_door/1`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub supports: Option<String>,
    /// What the inspector says of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caption: Option<String>,
    /// Maker and model of the camera.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub camera: Option<String>,
    /// Width in pixels, as stored (before orientation).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<u32>,
    /// Height in pixels, as stored (before orientation).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<u32>,
    /// EXIF orientation, 1 to 8.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub orientation: Option<u8>,
    /// How sharp and how well lit it is; none where the device could not decode the picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quality: Option<PhotoQuality>,
    /// What it looks like.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub perceptual_hash: Option<PerceptualHash>,
    /// The rules that doubted it when it was taken and that the inspector let stand.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub doubts: Vec<RuleId>,
    /// The photo that this one was taken anew for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<PhotoHash>,
}

impl PhotoRef {
    /// A photo of which only the bytes are known.
    #[must_use]
    pub fn new(media_type: &str, size_bytes: u64, shows: PhotoSubject, received_at: Timestamp) -> Self {
        Self {
            media_type: media_type.to_owned(),
            size_bytes,
            shows,
            taken_at: None,
            received_at,
            monotonic_ms: None,
            device_position: None,
            position: None,
            supports: None,
            caption: None,
            camera: None,
            width: None,
            height: None,
            orientation: None,
            quality: None,
            perceptual_hash: None,
            doubts: Vec::new(),
            replaces: None,
        }
    }

    /// The best that is known of where it was taken: the device's own fix, else what the camera wrote.
    #[must_use]
    pub fn place(&self) -> Option<&PositionWgs84> {
        self.device_position.as_ref().or(self.position.as_ref())
    }
}
