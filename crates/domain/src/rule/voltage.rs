//! Measured voltages against their band, e.g. 198 to 235.4 V at 220 V.

use jiff::civil::Date;

use super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::limits::LimitTables;
use crate::meter::Nameplate;
use crate::register::Unit;
use crate::wiring::{Phase, PhaseMeasurement};

/// Judges the voltage of one phase. Silent where the plate tells no rated voltage or the tables have no band for it.
#[must_use]
pub fn check(
    phase: Phase,
    measured: &PhaseMeasurement,
    nameplate: &Nameplate,
    limits: &LimitTables,
    on: Date,
) -> Option<Verdict> {
    let voltage_v = measured.voltage_v?;
    let (band, basis) = limits.voltage_band(on, nameplate.element_voltage_v()?)?;
    let within = band.low_v <= voltage_v && voltage_v <= band.high_v;
    let outcome = if within { Outcome::Ok } else { Outcome::Violated };
    Some(
        Verdict::new(RuleId::VOLTAGE_BAND, outcome, Place::Phase(phase))
            .with(Figure::number(FigureName::Value, voltage_v, Unit::Volt))
            .with(Figure::number(FigureName::LimitLow, band.low_v, Unit::Volt))
            .with(Figure::number(FigureName::Limit, band.high_v, Unit::Volt))
            .based_on(basis),
    )
}
