//! Registers: what a meter's counters showed, as exact decimals.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::id::{PersonId, PhotoHash};
use crate::obis::{Obis, ObisError};
use crate::rule::RuleId;
use crate::word::{serde_as_string, shorten, word_enum};

word_enum! {
    /// A unit of measurement. The stored word is lower case; [`Unit::symbol`] is how it is printed.
    pub enum Unit {
        /// Active energy.
        Kwh => "kwh", "千瓦时", "kilowatt-hour";
        /// Reactive energy.
        Kvarh => "kvarh", "千乏时", "kilovar-hour";
        /// Active power.
        Kw => "kw", "千瓦", "kilowatt";
        /// Reactive power.
        Kvar => "kvar", "千乏", "kilovar";
        /// Apparent power.
        Kva => "kva", "千伏安", "kilovolt-ampere";
        /// Voltage.
        Volt => "volt", "伏", "volt";
        /// Current.
        Ampere => "ampere", "安", "ampere";
        /// Angle.
        Degree => "degree", "度", "degree";
        /// Hundredths.
        Percent => "percent", "百分比", "per cent";
        /// Time span.
        Second => "second", "秒", "second";
        /// Time span.
        Hour => "hour", "小时", "hour";
        /// Time span.
        Day => "day", "天", "day";
        /// Length.
        Metre => "metre", "米", "metre";
        /// How many.
        Count => "count", "个", "count";
    }
}

impl Unit {
    /// The printed symbol, e.g. `kWh`.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Kwh => "kWh",
            Self::Kvarh => "kvarh",
            Self::Kw => "kW",
            Self::Kvar => "kvar",
            Self::Kva => "kVA",
            Self::Volt => "V",
            Self::Ampere => "A",
            Self::Degree => "°",
            Self::Percent => "%",
            Self::Second => "s",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Metre => "m",
            Self::Count => "",
        }
    }
}

/// Which register, and the how-many-th reading of it on this visit. A doubtful value is read again as a new slot and
/// never overwrites the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegisterSlot {
    /// The register.
    pub obis: Obis,
    /// 1 for the first reading, 2 for the second.
    pub attempt: u8,
}

impl RegisterSlot {
    /// The first reading of a register.
    #[must_use]
    pub const fn first(obis: Obis) -> Self {
        Self { obis, attempt: 1 }
    }
}

impl fmt::Display for RegisterSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.obis, self.attempt)
    }
}

/// A text that does not name a register slot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterSlotError {
    /// The part before the slash is no OBIS code.
    #[error(transparent)]
    Obis(#[from] ObisError),
    /// The part after the slash is missing or not 1 to 255.
    #[error(
        "expected a register slot such as 1-0:1.8.0*255/2 with an attempt of 1 to 255, but found {found:?}"
    )]
    Attempt {
        /// What was there instead, cut to a readable length.
        found: String,
    },
}

impl FromStr for RegisterSlot {
    type Err = RegisterSlotError;

    fn from_str(text: &str) -> Result<Self, RegisterSlotError> {
        let wrong_attempt = || RegisterSlotError::Attempt { found: shorten(text) };
        let (obis, attempt) = text.rsplit_once('/').ok_or_else(wrong_attempt)?;
        let attempt = attempt_number(attempt).ok_or_else(wrong_attempt)?;
        Ok(Self {
            obis: obis.parse()?,
            attempt,
        })
    }
}

/// One to 255 without leading zeros: one slot must have one spelling, since it is a key.
pub(crate) fn attempt_number(text: &str) -> Option<u8> {
    let number: u8 = text.parse().ok()?;
    (number >= 1 && number.to_string() == text).then_some(number)
}

serde_as_string!(RegisterSlot);

word_enum! {
    /// How a reading came to us.
    pub enum ReadingSource {
        /// Read from the display by eye.
        Dial => "dial", "现场示数", "Read from the dial";
        /// Read through the optical port with DL/T 645.
        Infrared645 => "infrared_645", "红外 645", "Infrared, DL/T 645";
        /// Read through the optical port with DL/T 698.45.
        Infrared698 => "infrared_698", "红外 698", "Infrared, DL/T 698.45";
        /// From the remote collection system.
        Collected => "collected", "采集", "Collected remotely";
        /// From the ledger.
        Ledger => "ledger", "台账", "Ledger";
        /// Estimated (估抄).
        Estimated => "estimated", "估抄", "Estimated";
    }
}

/// One reading of one register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterReading {
    /// What the register showed, before any multiplier.
    pub value: Decimal,
    /// Unit of the value.
    pub unit: Unit,
    /// When it was read.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub read_at: Timestamp,
    /// How it was read.
    pub source: ReadingSource,
    /// The photo that shows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub photo: Option<PhotoHash>,
    /// Rules that doubted the value when it was entered. The value is kept all the same.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub doubts: Vec<RuleId>,
    /// Who read it, where it was not the inspection's own inspector.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub inspector: Option<PersonId>,
}

/// An earlier reading, carried along so that the phone can compare without a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviousReading {
    /// The register.
    pub obis: Obis,
    /// What it showed, before any multiplier.
    pub value: Decimal,
    /// Unit of the value.
    pub unit: Unit,
    /// When it was read.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub read_at: Timestamp,
    /// How it was read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<ReadingSource>,
}
