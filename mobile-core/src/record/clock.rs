//! The meter's clock beside a clock that is trusted more.

use std::time::SystemTime;

use jicha_domain::clock_comparison::ClockComparison;

use super::instant;
use crate::JichaException;
use crate::input;
use crate::words::mirrored_words;

mirrored_words! {
    /// What the meter's clock was compared with.
    ClockReference = jicha_domain::clock_comparison::ClockReference {
        /// The phone's clock as it stands.
        Phone,
        /// Time from satellites.
        Gnss,
        /// The phone's clock, corrected by the last answer of the server.
        Server,
    }
}

/// One comparison: both instants were read at the same moment.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct ClockRecord {
    /// What the meter showed, read as China Standard Time.
    pub meter_showed: SystemTime,
    /// What the trusted clock showed.
    pub reference_showed: SystemTime,
    /// Which clock that was.
    pub reference: ClockReference,
}

impl From<ClockComparison> for ClockRecord {
    fn from(clock: ClockComparison) -> Self {
        Self {
            meter_showed: instant(clock.meter_showed),
            reference_showed: instant(clock.reference_showed),
            reference: clock.reference.into(),
        }
    }
}

impl TryFrom<ClockRecord> for ClockComparison {
    type Error = JichaException;

    fn try_from(record: ClockRecord) -> Result<Self, JichaException> {
        Ok(Self {
            meter_showed: input::instant("meter_showed", record.meter_showed)?,
            reference_showed: input::instant("reference_showed", record.reference_showed)?,
            reference: record.reference.into(),
        })
    }
}
