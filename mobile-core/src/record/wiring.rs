//! What a phase showed under measurement.

use jicha_domain::wiring::PhaseMeasurement;

use super::texts;
use crate::JichaException;
use crate::input::decimal_optional;
use crate::words::mirrored_words;

mirrored_words! {
    /// A phase (A, B, C in older Chinese drawings).
    Phase = jicha_domain::wiring::Phase {
        /// First phase (A).
        L1,
        /// Second phase (B).
        L2,
        /// Third phase (C).
        L3,
    }
}

/// One phase as measured at the meter's terminals; decimals as text. With a three-phase three-wire meter, L1 carries
/// the first element (U12, I1) and L3 the second (U32, I3).
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PhaseRecord {
    /// The phase.
    pub phase: Phase,
    /// Voltage in V.
    #[uniffi(default)]
    pub voltage_v: Option<String>,
    /// Current in A.
    #[uniffi(default)]
    pub current_a: Option<String>,
    /// By how many degrees the current lags its voltage.
    #[uniffi(default)]
    pub angle_deg: Option<String>,
    /// By how many degrees this voltage lags the voltage of L1.
    #[uniffi(default)]
    pub voltage_angle_deg: Option<String>,
    /// Active power that the meter itself shows for the phase, in kW; negative when it runs backwards.
    #[uniffi(default)]
    pub active_power_kw: Option<String>,
}

impl From<(jicha_domain::wiring::Phase, PhaseMeasurement)> for PhaseRecord {
    fn from((phase, measured): (jicha_domain::wiring::Phase, PhaseMeasurement)) -> Self {
        Self {
            phase: phase.into(),
            voltage_v: texts(measured.voltage_v),
            current_a: texts(measured.current_a),
            angle_deg: texts(measured.angle_deg),
            voltage_angle_deg: texts(measured.voltage_angle_deg),
            active_power_kw: texts(measured.active_power_kw),
        }
    }
}

impl TryFrom<PhaseRecord> for (jicha_domain::wiring::Phase, PhaseMeasurement) {
    type Error = JichaException;

    fn try_from(record: PhaseRecord) -> Result<Self, JichaException> {
        let measured = PhaseMeasurement {
            voltage_v: decimal_optional("voltage_v", record.voltage_v.as_deref())?,
            current_a: decimal_optional("current_a", record.current_a.as_deref())?,
            angle_deg: decimal_optional("angle_deg", record.angle_deg.as_deref())?,
            voltage_angle_deg: decimal_optional("voltage_angle_deg", record.voltage_angle_deg.as_deref())?,
            active_power_kw: decimal_optional("active_power_kw", record.active_power_kw.as_deref())?,
        };
        Ok((record.phase.into(), measured))
    }
}
