//! The correction coefficient (更正系数) K = true power / metered power of a wrongly wired meter.
//!
//! Derivation for a balanced load with phase voltage U, current I and angle φ: an element between the phase voltages x
//! and y that carries the current of phase z meters Re((Ux − Uy)·Iz*) = U·I·[cos(φ + xz) − cos(φ + yz)], where xz is 0 or
//! ±120°. With cos(φ ± 120°) = −½·cos φ ∓ (√3/2)·sin φ every such sum is U·I·(a·cos φ + b·√3·sin φ) with a and b in
//! halves, hence exact; the truth is 3·U·I·cos φ. So metered / true = (a + b·√3·tan φ) / 3.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::super::{Basis, Figure, FigureName, Outcome, Place, RuleId, Verdict};
use super::phases::{expected_phases, normal_angle, voltage_is_missing};
use crate::limits::WiringLimits;
use crate::meter::{Nameplate, PhaseWire};
use crate::metering_point::MeteringPointKind;
use crate::register::Unit;
use crate::wiring::{Phase, PhaseMeasurement};

/// How one measuring element is wired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// The phase voltage at its voltage terminal; none where it is missing.
    pub voltage: Option<Phase>,
    /// The phase voltage it is measured against; none for the neutral.
    pub against: Option<Phase>,
    /// The phase whose current flows through it; none where it is missing.
    pub current: Option<Phase>,
    /// Whether the current flows the wrong way.
    pub reversed: bool,
}

impl Element {
    /// An element of a four-wire meter, rightly wired.
    #[must_use]
    pub const fn of_phase(phase: Phase) -> Self {
        Self {
            voltage: Some(phase),
            against: None,
            current: Some(phase),
            reversed: false,
        }
    }

    /// The same with the current reversed.
    #[must_use]
    pub const fn with_current_reversed(self) -> Self {
        Self {
            reversed: !self.reversed,
            ..self
        }
    }

    /// The same with its voltage lost.
    #[must_use]
    pub const fn without_voltage(self) -> Self {
        Self {
            voltage: None,
            against: None,
            ..self
        }
    }

    /// The same with its current lost.
    #[must_use]
    pub const fn without_current(self) -> Self {
        Self {
            current: None,
            ..self
        }
    }
}

/// A four-wire meter, rightly wired.
pub const FOUR_WIRE: [Element; 3] = [
    Element::of_phase(Phase::L1),
    Element::of_phase(Phase::L2),
    Element::of_phase(Phase::L3),
];

/// A three-wire meter, rightly wired: U12 with I1 and U32 with I3.
pub const THREE_WIRE: [Element; 2] = [
    Element {
        voltage: Some(Phase::L1),
        against: Some(Phase::L2),
        current: Some(Phase::L1),
        reversed: false,
    },
    Element {
        voltage: Some(Phase::L3),
        against: Some(Phase::L2),
        current: Some(Phase::L3),
        reversed: false,
    },
];

/// What a meter counts of a balanced load, as (a + b·√3·tan φ) / 3 of the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeteredShare {
    /// Twice a, a whole number.
    twice_a: i32,
    /// Twice b, a whole number.
    twice_b: i32,
}

impl MeteredShare {
    /// Adds up the elements.
    #[must_use]
    pub fn of(elements: &[Element]) -> Self {
        let mut share = Self {
            twice_a: 0,
            twice_b: 0,
        };
        for element in elements {
            let Some(current) = element.current else { continue };
            let sign = if element.reversed { -1 } else { 1 };
            for (voltage, side) in [(element.voltage, 1), (element.against, -1)] {
                let Some(voltage) = voltage else { continue };
                let (a, b) = twice_cosine(voltage, current);
                share.twice_a += sign * side * a;
                share.twice_b += sign * side * b;
            }
        }
        share
    }

    /// Metered / true at a load angle φ in degrees. Exact where φ does not matter.
    #[must_use]
    pub fn share(self, phi_deg: Decimal) -> Option<Decimal> {
        self.sixfold(phi_deg)?.checked_div(Decimal::from(6))
    }

    /// K = true / metered; none where the meter counts nothing, or next to it.
    #[must_use]
    pub fn coefficient(self, phi_deg: Decimal) -> Option<Decimal> {
        let sixfold = self.sixfold(phi_deg)?;
        // Below a thousandth the quotient is only the rounding of the angle.
        if sixfold.abs() < Decimal::new(6, 3) {
            return None;
        }
        Decimal::from(6).checked_div(sixfold)
    }

    /// Six times the share: the whole numbers before division.
    fn sixfold(self, phi_deg: Decimal) -> Option<Decimal> {
        let constant = Decimal::from(self.twice_a);
        if self.twice_b == 0 {
            return Some(constant);
        }
        // The only place where floats are needed; rounded to nine digits, so that every machine gives the same.
        let tangent = 3f64.sqrt() * phi_deg.to_f64()?.to_radians().tan();
        let tangent = Decimal::from_f64(tangent)
            .filter(|_| tangent.abs() < 1e6)?
            .round_dp(9);
        constant.checked_add(Decimal::from(self.twice_b).checked_mul(tangent)?)
    }
}

/// Twice the cosine and sine parts of an element of one phase voltage and one current: with the current φ behind its
/// own voltage, the angle between them is φ plus by how much the current's phase lags the voltage's.
fn twice_cosine(voltage: Phase, current: Phase) -> (i32, i32) {
    let index = |phase: Phase| phase as i32;
    match (index(current) - index(voltage)).rem_euclid(3) {
        0 => (2, 0),
        // φ + 120°
        1 => (-1, -1),
        // φ + 240°
        _ => (-1, 1),
    }
}

/// How the elements of a four-wire meter are wired, as far as the measurement shows it: lost voltages and reversed
/// currents. Crossed phases can't be told from a single measurement of an unknown load.
fn seen_elements(
    measured: &BTreeMap<Phase, PhaseMeasurement>,
    nameplate: &Nameplate,
    thresholds: &WiringLimits,
) -> Option<[Element; 3]> {
    let mut elements = FOUR_WIRE;
    for (element, phase) in elements.iter_mut().zip(expected_phases(nameplate)?) {
        let measurement = measured.get(phase)?;
        if voltage_is_missing(measurement, nameplate, thresholds)? {
            *element = element.without_voltage();
        } else {
            let angle = normal_angle(measurement.angle_deg?)?;
            if angle > Decimal::from(90) && angle < Decimal::from(270) {
                *element = element.with_current_reversed();
            }
        }
    }
    Some(elements)
}

/// The coefficient that follows from what was measured at a four-wire meter, for a balanced load. With everything right
/// it is 1; anything else is a violation whose size it tells, or doubtful where a phase may feed in. All currents
/// reversed is no wrong wiring but feeding in, and left to the direction of power.
pub(super) fn check(
    measured: &BTreeMap<Phase, PhaseMeasurement>,
    nameplate: &Nameplate,
    kind: MeteringPointKind,
    thresholds: &WiringLimits,
    basis: &Basis,
) -> Option<Verdict> {
    if nameplate.phase_wire != Some(PhaseWire::ThreePhaseFourWire) {
        return None;
    }
    let elements = seen_elements(measured, nameplate, thresholds)?;
    let reversed = elements.iter().filter(|element| element.reversed).count();
    let without_voltage = elements
        .iter()
        .filter(|element| element.voltage.is_none())
        .count();
    if reversed == elements.len() {
        return None;
    }
    // None of the faults seen here depends on φ.
    let share = MeteredShare::of(&elements);
    let percent = share.share(Decimal::ZERO)?.checked_mul(Decimal::ONE_HUNDRED)?;
    let outcome = match (reversed, without_voltage) {
        (0, 0) => Outcome::Ok,
        (_, 0) if kind.may_feed_in() => Outcome::Doubtful,
        _ => Outcome::Violated,
    };
    let mut verdict = Verdict::new(RuleId::CORRECTION_COEFFICIENT, outcome, Place::Wiring)
        .with(Figure::plain(FigureName::Count, Decimal::from(reversed)))
        .with(Figure::plain(
            FigureName::CountExpected,
            Decimal::from(without_voltage),
        ))
        .with(Figure::number(FigureName::Value, percent, Unit::Percent));
    if let Some(coefficient) = share.coefficient(Decimal::ZERO) {
        verdict = verdict.with(Figure::plain(FigureName::Coefficient, coefficient.normalize()));
    }
    Some(verdict.based_on(basis.clone()))
}
