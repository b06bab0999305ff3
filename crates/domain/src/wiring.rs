//! What a phase showed under measurement: voltage, current and their angles.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::word::word_enum;

word_enum! {
    /// A phase (A, B, C in older Chinese drawings).
    pub enum Phase {
        /// First phase (A).
        L1 => "l1", "A相", "L1";
        /// Second phase (B).
        L2 => "l2", "B相", "L2";
        /// Third phase (C).
        L3 => "l3", "C相", "L3";
    }
}

/// One phase as measured at the meter's terminals. With a three-phase three-wire meter, L1 carries the first element
/// (U12, I1) and L3 the second (U32, I3); L2 has no entry.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct PhaseMeasurement {
    /// Voltage in V.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voltage_v: Option<Decimal>,
    /// Current in A.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub current_a: Option<Decimal>,
    /// By how many degrees the current lags its voltage (U–I); negative or above 180 where it leads.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub angle_deg: Option<Decimal>,
    /// By how many degrees this voltage lags the voltage of L1. In the right sequence L2 has 120 and L3 240.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voltage_angle_deg: Option<Decimal>,
    /// Active power that the meter itself shows for the phase, in kW; negative when it runs backwards.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub active_power_kw: Option<Decimal>,
}
