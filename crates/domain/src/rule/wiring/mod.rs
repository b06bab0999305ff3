//! Wiring from what the phases showed: a missing phase, the sequence, the direction of power, and by how much wrong
//! wiring falsifies the energy.

mod correction;
mod phases;

pub use correction::{Element, FOUR_WIRE, MeteredShare, THREE_WIRE};

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Verdict;
use crate::limits::LimitTables;
use crate::meter::Nameplate;
use crate::metering_point::MeteringPointKind;
use crate::wiring::{Phase, PhaseMeasurement};

/// Runs every rule on the measured phases that has its inputs.
#[must_use]
pub fn check(
    measured: &BTreeMap<Phase, PhaseMeasurement>,
    nameplate: &Nameplate,
    kind: MeteringPointKind,
    limits: &LimitTables,
    on: Date,
) -> Vec<Verdict> {
    let Some((thresholds, basis)) = limits.wiring(on) else {
        return Vec::new();
    };
    let mut verdicts = phases::missing(measured, nameplate, thresholds, &basis);
    verdicts.extend(phases::sequence(measured, nameplate, thresholds, &basis));
    verdicts.extend(phases::direction(measured, nameplate, kind));
    verdicts.extend(correction::check(measured, nameplate, kind, thresholds, &basis));
    verdicts
}
