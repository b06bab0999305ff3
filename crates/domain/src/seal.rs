//! Seals (封印): number, place, state.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::PhotoHash;
use crate::register::attempt_number;
use crate::word::{serde_as_string, shorten, word_enum};

word_enum! {
    /// Where a seal sits.
    pub enum SealPlace {
        /// Meter cover: the maker's or verification seal.
        MeterCover => "meter_cover", "表盖", "Meter cover";
        /// Terminal cover (表尾盖).
        TerminalCover => "terminal_cover", "表尾盖", "Terminal cover";
        /// Door of the metering box.
        BoxDoor => "box_door", "计量箱门", "Box door";
        /// Joint test box (联合接线盒).
        JointBox => "joint_box", "联合接线盒", "Joint test box";
        /// Secondary terminals of an instrument transformer.
        SecondaryTerminal => "secondary_terminal", "二次端子", "Secondary terminal";
        /// Programming button or door.
        ProgrammingButton => "programming_button", "编程按键", "Programming button";
        /// Compartment of the voltage transformer.
        PtCompartment => "pt_compartment", "电压互感器柜", "PT compartment";
        /// Elsewhere, told in the note.
        Other => "other", "其他", "Elsewhere";
    }
}

word_enum! {
    /// In what state a seal was found.
    pub enum SealState {
        /// Intact, number as expected.
        Intact => "intact", "完好", "Intact";
        /// None there.
        Missing => "missing", "缺失", "Missing";
        /// Broken.
        Broken => "broken", "破损", "Broken";
        /// Intact, but with another number than expected.
        NumberDiffers => "number_differs", "号码不符", "Number differs";
    }
}

/// A seal's number as printed: 1 to 32 characters without spaces at the ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealNumber(String);

/// A text that is no seal number or no seal's place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, but found {found:?}")]
pub struct SealError {
    /// What would have been accepted.
    pub expected: &'static str,
    /// What was there instead, cut to a readable length.
    pub found: String,
}

impl SealNumber {
    /// Checks the text and keeps it unchanged.
    pub fn new(text: impl Into<String>) -> Result<Self, SealError> {
        let text = text.into();
        let count = text.chars().take(33).count();
        if (1..=32).contains(&count) && text.trim() == text && !text.chars().any(char::is_control) {
            Ok(Self(text))
        } else {
            let expected = "a seal number of 1 to 32 characters without spaces at the ends";
            Err(SealError {
                expected,
                found: shorten(&text),
            })
        }
    }

    /// The number as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SealNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for SealNumber {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        Self::new(text)
    }
}

serde_as_string!(SealNumber);

/// Which seal of an installation: the place, and a number where one place has several. Written `terminal_cover/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealKey {
    /// Where it sits.
    pub place: SealPlace,
    /// From 1.
    pub ordinal: u8,
}

impl SealKey {
    /// The only, or first, seal of a place.
    #[must_use]
    pub const fn first(place: SealPlace) -> Self {
        Self { place, ordinal: 1 }
    }
}

impl fmt::Display for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.place, self.ordinal)
    }
}

impl FromStr for SealKey {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let parsed = text.rsplit_once('/').and_then(|(place, ordinal)| {
            Some(Self {
                place: place.parse().ok()?,
                ordinal: attempt_number(ordinal)?,
            })
        });
        let expected = "a seal's place such as terminal_cover/1";
        parsed.ok_or_else(|| SealError {
            expected,
            found: shorten(text),
        })
    }
}

serde_as_string!(SealKey);

/// One seal as found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealCheck {
    /// The state it was in.
    pub state: SealState,
    /// The number read on site, none where it is missing or unreadable.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<SealNumber>,
    /// The number that the ledger or the last visit gives.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected_number: Option<SealNumber>,
    /// The number of the seal that was put on in its place on this visit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_number: Option<SealNumber>,
    /// The photo that shows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub photo: Option<PhotoHash>,
}
