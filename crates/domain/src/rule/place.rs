//! What within an inspection a verdict, a photo or a comment is about.

use std::fmt;
use std::str::FromStr;

use crate::error_test::TestPointNo;
use crate::id::{ChecklistItemId, FindingId, PhotoHash};
use crate::obis::TariffOrder;
use crate::photo::PhotoSubject;
use crate::register::RegisterSlot;
use crate::seal::SealKey;
use crate::signature::SignatureRole;
use crate::wiring::Phase;
use crate::word::{Language, serde_as_string, shorten};

/// A place within an inspection, stored as one string such as `register:1-0:1.8.0*255/2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The inspection as a whole.
    Inspection,
    /// A reading.
    Register(RegisterSlot),
    /// The plate as found.
    Nameplate,
    /// A seal.
    Seal(SealKey),
    /// A phase.
    Phase(Phase),
    /// The wiring as a whole.
    Wiring,
    /// A point of the error test.
    ErrorTest(TestPointNo),
    /// The meter's clock.
    Clock,
    /// An item of the checklist.
    Item(ChecklistItemId),
    /// A finding.
    Finding(FindingId),
    /// A photo.
    Photo(PhotoHash),
    /// A photo of the shot list, taken or not.
    Shot(PhotoSubject),
    /// A signature.
    Signature(SignatureRole),
}

impl Place {
    /// What a person calls it.
    #[must_use]
    pub fn label(&self, language: Language) -> String {
        let pick = |zh: &str, en: &str| match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        };
        match self {
            Self::Inspection => pick("检查记录", "The inspection"),
            Self::Register(slot) => {
                let register = slot.obis.label(language, &TariffOrder::default());
                match (slot.attempt, language) {
                    (1, _) => register,
                    (attempt, Language::Zh) => format!("{register}（第 {attempt} 次）"),
                    (attempt, Language::En) => format!("{register} (reading {attempt})"),
                }
            }
            Self::Nameplate => pick("铭牌", "Nameplate"),
            Self::Seal(key) => match (key.ordinal, key.place.label(language)) {
                (1, place) => place.to_owned(),
                (ordinal, place) => format!("{place} {ordinal}"),
            },
            Self::Phase(phase) => phase.label(language).to_owned(),
            Self::Wiring => pick("接线", "Wiring"),
            Self::ErrorTest(no) => pick(&format!("误差测试点 {no}"), &format!("Test point {no}")),
            Self::Clock => pick("时钟", "Clock"),
            Self::Item(id) => pick(&format!("检查项 {id}"), &format!("Item {id}")),
            Self::Finding(_) => pick("问题", "Finding"),
            Self::Photo(_) => pick("照片", "Photo"),
            Self::Shot(shows) => {
                let shows = shows.label(language);
                pick(&format!("{shows}照片"), &format!("Photo: {shows}"))
            }
            Self::Signature(role) => {
                let role = role.label(language);
                pick(&format!("{role}签名"), &format!("Signature of {role}"))
            }
        }
    }
}

/// A text that names no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a place such as register:1-0:1.8.0*255/1, item:JL-R-05 or clock, but found {found:?}")]
pub struct PlaceError {
    /// What was there instead, cut to a readable length.
    pub found: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inspection => f.write_str("inspection"),
            Self::Register(slot) => write!(f, "register:{slot}"),
            Self::Nameplate => f.write_str("nameplate"),
            Self::Seal(key) => write!(f, "seal:{key}"),
            Self::Phase(phase) => write!(f, "phase:{phase}"),
            Self::Wiring => f.write_str("wiring"),
            Self::ErrorTest(no) => write!(f, "error_test:{no}"),
            Self::Clock => f.write_str("clock"),
            Self::Item(id) => write!(f, "item:{id}"),
            Self::Finding(id) => write!(f, "finding:{id}"),
            Self::Photo(hash) => write!(f, "photo:{hash}"),
            Self::Shot(shows) => write!(f, "shot:{shows}"),
            Self::Signature(role) => write!(f, "signature:{role}"),
        }
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let place = match text.split_once(':') {
            None => match text {
                "inspection" => Some(Self::Inspection),
                "nameplate" => Some(Self::Nameplate),
                "wiring" => Some(Self::Wiring),
                "clock" => Some(Self::Clock),
                _ => None,
            },
            Some(("register", slot)) => slot.parse().ok().map(Self::Register),
            Some(("seal", key)) => key.parse().ok().map(Self::Seal),
            Some(("phase", phase)) => phase.parse().ok().map(Self::Phase),
            Some(("error_test", no)) => no.parse().ok().map(Self::ErrorTest),
            Some(("item", id)) => id.parse().ok().map(Self::Item),
            Some(("finding", id)) => id.parse().ok().map(Self::Finding),
            Some(("photo", hash)) => hash.parse().ok().map(Self::Photo),
            Some(("shot", shows)) => shows.parse().ok().map(Self::Shot),
            Some(("signature", role)) => role.parse().ok().map(Self::Signature),
            Some(_) => None,
        };
        place.ok_or_else(|| PlaceError { found: shorten(text) })
    }
}

serde_as_string!(Place);
