//! Seals.

use jicha_domain::seal::{SealCheck, SealKey};

use super::texts;
use crate::JichaException;
use crate::input::{parse, parse_optional};
use crate::words::mirrored_words;

mirrored_words! {
    /// Where a seal sits.
    SealPlace = jicha_domain::seal::SealPlace {
        /// Meter cover: the maker's or verification seal.
        MeterCover,
        /// Terminal cover (表尾盖).
        TerminalCover,
        /// Door of the metering box.
        BoxDoor,
        /// Joint test box (联合接线盒).
        JointBox,
        /// Secondary terminals of an instrument transformer.
        SecondaryTerminal,
        /// Programming button or door.
        ProgrammingButton,
        /// Compartment of the voltage transformer.
        PtCompartment,
        /// Elsewhere, told in the note.
        Other,
    }

    /// In what state a seal was found.
    SealState = jicha_domain::seal::SealState {
        /// Intact, number as expected.
        Intact,
        /// None there.
        Missing,
        /// Broken.
        Broken,
        /// Intact, but with another number than expected.
        NumberDiffers,
    }
}

/// One seal as found.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct SealRecord {
    /// Where it sits.
    pub place: SealPlace,
    /// From 1, where one place has several.
    #[uniffi(default = 1)]
    pub ordinal: u8,
    /// The state it was in.
    pub state: SealState,
    /// The number read on site, none where it is missing or unreadable.
    #[uniffi(default)]
    pub number: Option<String>,
    /// The number that the ledger or the last visit gives.
    #[uniffi(default)]
    pub expected_number: Option<String>,
    /// The number of the seal that was put on in its place on this visit.
    #[uniffi(default)]
    pub new_number: Option<String>,
    /// The hash of the photo that shows it.
    #[uniffi(default)]
    pub photo: Option<String>,
}

impl From<(SealKey, SealCheck)> for SealRecord {
    fn from((key, seal): (SealKey, SealCheck)) -> Self {
        Self {
            place: key.place.into(),
            ordinal: key.ordinal,
            state: seal.state.into(),
            number: texts(seal.number),
            expected_number: texts(seal.expected_number),
            new_number: texts(seal.new_number),
            photo: texts(seal.photo),
        }
    }
}

impl TryFrom<SealRecord> for (SealKey, SealCheck) {
    type Error = JichaException;

    fn try_from(record: SealRecord) -> Result<Self, JichaException> {
        let place = jicha_domain::seal::SealPlace::from(record.place);
        let seal = SealCheck {
            state: record.state.into(),
            number: parse_optional("number", record.number.as_deref())?,
            expected_number: parse_optional("expected_number", record.expected_number.as_deref())?,
            new_number: parse_optional("new_number", record.new_number.as_deref())?,
            photo: parse_optional("photo", record.photo.as_deref())?,
        };
        Ok((parse("ordinal", &format!("{place}/{}", record.ordinal))?, seal))
    }
}
