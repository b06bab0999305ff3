//! The meter's clock beside a clock that is trusted more.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::word::word_enum;

word_enum! {
    /// What the meter's clock was compared with.
    pub enum ClockReference {
        /// The phone's clock as it stands.
        Phone => "phone", "手机时钟", "Phone clock";
        /// Time from satellites.
        Gnss => "gnss", "卫星授时", "Satellite time";
        /// The phone's clock, corrected by the last answer of the server.
        Server => "server", "服务器校正", "Corrected by the server";
    }
}

/// One comparison: both instants were read at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockComparison {
    /// What the meter showed, read as China Standard Time.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub meter_showed: Timestamp,
    /// What the trusted clock showed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub reference_showed: Timestamp,
    /// Which clock that was.
    pub reference: ClockReference,
}

impl ClockComparison {
    /// By how many whole seconds the meter is ahead; negative where it is behind.
    #[must_use]
    pub fn deviation_s(&self) -> i64 {
        self.meter_showed
            .as_second()
            .saturating_sub(self.reference_showed.as_second())
    }
}
