//! Readings of registers.

use std::time::SystemTime;

use jicha_domain::Language;
use jicha_domain::obis::TariffOrder;
use jicha_domain::register::{PreviousReading, RegisterReading, RegisterSlot};

use super::{instant, texts};
use crate::words::mirrored_words;

mirrored_words! {
    /// A unit of measurement. The stored word is lower case; `symbol` is how it is printed.
    MeasurementUnit = jicha_domain::register::Unit {
        /// Active energy.
        Kwh,
        /// Reactive energy.
        Kvarh,
        /// Active power.
        Kw,
        /// Reactive power.
        Kvar,
        /// Apparent power.
        Kva,
        /// Voltage.
        Volt,
        /// Current.
        Ampere,
        /// Angle.
        Degree,
        /// Hundredths.
        Percent,
        /// Time span.
        Second,
        /// Time span.
        Hour,
        /// Time span.
        Day,
        /// Length.
        Metre,
        /// How many.
        Count,
    }

    /// How a reading came to us.
    ReadingSource = jicha_domain::register::ReadingSource {
        /// Read from the display by eye.
        Dial,
        /// Read through the optical port with DL/T 645.
        Infrared645,
        /// Read through the optical port with DL/T 698.45.
        Infrared698,
        /// From the remote collection system.
        Collected,
        /// From the ledger.
        Ledger,
        /// Estimated (估抄).
        Estimated,
    }
}

/// One reading of one register.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct RegisterRecord {
    /// Which register, and the how-many-th reading of it, e.g. `1-0:1.8.0*255/1`.
    pub slot: String,
    /// The register's OBIS code.
    pub obis: String,
    /// 1 for the first reading, 2 for the second.
    pub attempt: u8,
    /// What a Chinese reader calls the register.
    pub label_zh: String,
    /// What an English reader calls the register.
    pub label_en: String,
    /// What the register showed, before any multiplier: a decimal as text.
    pub value: String,
    /// Unit of the value.
    pub unit: MeasurementUnit,
    /// When it was read.
    pub read_at: SystemTime,
    /// How it was read.
    pub source: ReadingSource,
    /// The hash of the photo that shows it.
    pub photo: Option<String>,
    /// Rules that doubted the value when it was entered.
    pub doubts: Vec<String>,
    /// The id of who read it, where it was not the inspection's own inspector.
    pub inspector: Option<String>,
}

/// An earlier reading, to compare with.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PreviousReadingRecord {
    /// The register's OBIS code.
    pub obis: String,
    /// What a Chinese reader calls the register.
    pub label_zh: String,
    /// What an English reader calls the register.
    pub label_en: String,
    /// What it showed, before any multiplier: a decimal as text.
    pub value: String,
    /// Unit of the value.
    pub unit: MeasurementUnit,
    /// When it was read.
    pub read_at: SystemTime,
    /// How it was read.
    pub source: Option<ReadingSource>,
}

impl From<(RegisterSlot, RegisterReading)> for RegisterRecord {
    fn from((slot, reading): (RegisterSlot, RegisterReading)) -> Self {
        Self {
            slot: slot.to_string(),
            obis: slot.obis.to_string(),
            attempt: slot.attempt,
            label_zh: slot.obis.label(Language::Zh, &TariffOrder::default()),
            label_en: slot.obis.label(Language::En, &TariffOrder::default()),
            value: reading.value.to_string(),
            unit: reading.unit.into(),
            read_at: instant(reading.read_at),
            source: reading.source.into(),
            photo: texts(reading.photo),
            doubts: reading.doubts.iter().map(ToString::to_string).collect(),
            inspector: texts(reading.inspector),
        }
    }
}

impl From<PreviousReading> for PreviousReadingRecord {
    fn from(reading: PreviousReading) -> Self {
        Self {
            obis: reading.obis.to_string(),
            label_zh: reading.obis.label(Language::Zh, &TariffOrder::default()),
            label_en: reading.obis.label(Language::En, &TariffOrder::default()),
            value: reading.value.to_string(),
            unit: reading.unit.into(),
            read_at: instant(reading.read_at),
            source: reading.source.map(Into::into),
        }
    }
}
