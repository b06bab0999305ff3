//! Missing voltage or current, sequence of the voltages, direction of power in each phase.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::{Basis, Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::limits::WiringLimits;
use crate::meter::{Nameplate, PhaseWire};
use crate::metering_point::MeteringPointKind;
use crate::register::Unit;
use crate::wiring::{Phase, PhaseMeasurement};

const FULL_TURN: Decimal = Decimal::from_parts(360, 0, 0, false, 0);

/// An angle brought into 0 up to 360.
pub(super) fn normal_angle(angle_deg: Decimal) -> Option<Decimal> {
    let rest = angle_deg.checked_rem(FULL_TURN)?;
    if rest < Decimal::ZERO {
        rest.checked_add(FULL_TURN)
    } else {
        Some(rest)
    }
}

/// The phases that have a measuring element.
pub(super) fn expected_phases(nameplate: &Nameplate) -> Option<&'static [Phase]> {
    Some(match nameplate.phase_wire? {
        PhaseWire::SinglePhase => &[Phase::L1],
        PhaseWire::ThreePhaseThreeWire => &[Phase::L1, Phase::L3],
        PhaseWire::ThreePhaseFourWire => Phase::ALL,
    })
}

/// Whether the voltage of a phase is missing; none where it was not measured or its rating is unknown.
pub(super) fn voltage_is_missing(
    measured: &PhaseMeasurement,
    nameplate: &Nameplate,
    thresholds: &WiringLimits,
) -> Option<bool> {
    let limit = percent_of(nameplate.element_voltage_v()?, thresholds.voltage_missing_percent)?;
    Some(measured.voltage_v? < limit)
}

fn percent_of(whole: Decimal, percent: Decimal) -> Option<Decimal> {
    whole.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)
}

/// A lost voltage is a violation. A lost current, while other phases carry some, is only doubtful: in a small network a
/// phase may well be without load.
pub(super) fn missing(
    measured: &BTreeMap<Phase, PhaseMeasurement>,
    nameplate: &Nameplate,
    thresholds: &WiringLimits,
    basis: &Basis,
) -> Vec<Verdict> {
    let Some(expected) = expected_phases(nameplate) else {
        return Vec::new();
    };
    let largest_a = measured
        .values()
        .filter_map(|phase| phase.current_a)
        .max()
        .unwrap_or(Decimal::ZERO);
    let mut verdicts = Vec::new();
    for phase in expected {
        let Some(measurement) = measured.get(phase) else {
            continue;
        };
        let answer = |outcome| Verdict::new(RuleId::PHASE_MISSING, outcome, Place::Phase(*phase));
        if let Some((voltage_v, rated_v)) = measurement.voltage_v.zip(nameplate.element_voltage_v())
            && let Some(limit) = percent_of(rated_v, thresholds.voltage_missing_percent)
        {
            let outcome = if voltage_v < limit {
                Outcome::Violated
            } else {
                Outcome::Ok
            };
            verdicts.push(
                answer(outcome)
                    .with(Figure::number(FigureName::Voltage, voltage_v, Unit::Volt))
                    .with(Figure::number(FigureName::Limit, limit.normalize(), Unit::Volt))
                    .based_on(basis.clone()),
            );
        }
        if let Some(current_a) = measurement
            .current_a
            .filter(|_| expected.len() > 1 && largest_a > Decimal::ZERO)
            && let Some(limit) = percent_of(largest_a, thresholds.current_missing_percent)
            && current_a < limit
        {
            verdicts.push(
                answer(Outcome::Doubtful)
                    .with(Figure::number(FigureName::Current, current_a, Unit::Ampere))
                    .with(Figure::number(FigureName::Limit, limit.normalize(), Unit::Ampere))
                    .based_on(basis.clone()),
            );
        }
    }
    verdicts
}

/// The voltages must lag L1 by 120° and 240°. The other way round is reversed sequence; neither is doubtful.
pub(super) fn sequence(
    measured: &BTreeMap<Phase, PhaseMeasurement>,
    nameplate: &Nameplate,
    thresholds: &WiringLimits,
    basis: &Basis,
) -> Option<Verdict> {
    let angle = |phase| normal_angle(measured.get(&phase)?.voltage_angle_deg?);
    let near = |angle: Decimal, target: u16| {
        let off = angle.checked_sub(Decimal::from(target)).map(|off| off.abs());
        off.is_some_and(|off| off.min(FULL_TURN - off) <= thresholds.sequence_tolerance_deg)
    };
    let answer = |outcome, second: Option<Decimal>, third: Decimal| {
        let mut verdict = Verdict::new(RuleId::PHASE_SEQUENCE, outcome, Place::Wiring);
        if let Some(second) = second {
            verdict = verdict.with(Figure::number(FigureName::Angle, second, Unit::Degree));
        }
        verdict
            .with(Figure::number(FigureName::Value, third, Unit::Degree))
            .with(Figure::number(
                FigureName::Limit,
                thresholds.sequence_tolerance_deg,
                Unit::Degree,
            ))
            .based_on(basis.clone())
    };
    match nameplate.phase_wire? {
        PhaseWire::SinglePhase => None,
        PhaseWire::ThreePhaseFourWire => {
            let (second, third) = (angle(Phase::L2)?, angle(Phase::L3)?);
            let outcome = match () {
                () if near(second, 120) && near(third, 240) => Outcome::Ok,
                () if near(second, 240) && near(third, 120) => Outcome::Violated,
                () => Outcome::Doubtful,
            };
            Some(answer(outcome, Some(second), third))
        }
        // U32 leads U12 by 60°, that is, it lags by 300°.
        PhaseWire::ThreePhaseThreeWire => {
            let third = angle(Phase::L3)?;
            let outcome = match () {
                () if near(third, 300) => Outcome::Ok,
                () if near(third, 60) => Outcome::Violated,
                () => Outcome::Doubtful,
            };
            Some(answer(outcome, None, third))
        }
    }
}

/// The direction of power in each phase of a meter with one element per phase. Between 90° and 270° it flows backwards:
/// in some phases of a customer that is a reversed CT; in all of them, or where energy may be fed in, it is doubtful.
pub(super) fn direction(
    measured: &BTreeMap<Phase, PhaseMeasurement>,
    nameplate: &Nameplate,
    kind: MeteringPointKind,
) -> Vec<Verdict> {
    // The elements of a three-wire meter see 30° ± φ: one of them may well run backwards.
    if !matches!(
        nameplate.phase_wire,
        Some(PhaseWire::SinglePhase | PhaseWire::ThreePhaseFourWire)
    ) {
        return Vec::new();
    }
    let ninety = Decimal::from(90);
    let judged: Vec<(Phase, Decimal, bool)> = measured
        .iter()
        .filter(|(_, phase)| phase.current_a.is_none_or(|a| a > Decimal::ZERO))
        .filter_map(|(phase, measurement)| {
            let angle = normal_angle(measurement.angle_deg?)?;
            Some((*phase, angle, angle > ninety && angle < FULL_TURN - ninety))
        })
        .collect();
    let all_backwards = judged.iter().all(|(_, _, backwards)| *backwards);
    judged
        .iter()
        .map(|(phase, angle, backwards)| {
            let outcome = match backwards {
                false => Outcome::Ok,
                true if all_backwards || kind.may_feed_in() => Outcome::Doubtful,
                true => Outcome::Violated,
            };
            let mut verdict = Verdict::new(RuleId::POWER_DIRECTION, outcome, Place::Phase(*phase))
                .with(Figure::number(FigureName::Angle, *angle, Unit::Degree));
            if let Some(power_kw) = measured.get(phase).and_then(|phase| phase.active_power_kw) {
                verdict = verdict.with(Figure::number(FigureName::Power, power_kw, Unit::Kw));
            }
            verdict
        })
        .collect()
}
