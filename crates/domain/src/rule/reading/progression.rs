//! From the previous reading to this one: date, width, direction, rollover, and how much can have passed at all.

use rust_decimal::Decimal;

use super::super::{Basis, Figure, FigureName, Outcome, Place, RuleId, Verdict};
use super::{ReadingContext, hours_between};
use crate::limits::ReadingLimits;
use crate::meter::PhaseWire;
use crate::register::{PreviousReading, RegisterReading, RegisterSlot, Unit};
use crate::time::china_minute;

/// Two readings of one register, one after the other.
pub(super) struct Step {
    pub(super) slot: RegisterSlot,
    pub(super) value: Decimal,
    pub(super) previous: Decimal,
    pub(super) unit: Unit,
    /// None where both carry the same instant.
    pub(super) hours: Option<Decimal>,
    /// 10 to the power of the integer digits, where the plate tells them.
    width: Option<Decimal>,
}

impl Step {
    pub(super) fn between(
        slot: RegisterSlot,
        reading: &RegisterReading,
        last: &PreviousReading,
        context: &ReadingContext<'_>,
    ) -> Self {
        Self {
            slot,
            value: reading.value,
            previous: last.value,
            unit: slot.obis.unit().unwrap_or(reading.unit),
            hours: hours_between(last.read_at, reading.read_at),
            width: register_width(context),
        }
    }

    /// An answer that carries both readings.
    pub(super) fn verdict(&self, rule: RuleId, outcome: Outcome) -> Verdict {
        Verdict::new(rule, outcome, Place::Register(self.slot))
            .with(Figure::number(FigureName::Value, self.value, self.unit))
            .with(Figure::number(FigureName::Previous, self.previous, self.unit))
    }
}

/// 10 to the power of the integer digits. More than 12 digits no register has.
fn register_width(context: &ReadingContext<'_>) -> Option<Decimal> {
    let digits = u32::from(context.nameplate.integer_digits?);
    if (1..=12).contains(&digits) {
        Some(Decimal::from(10u64.pow(digits)))
    } else {
        None
    }
}

/// What has passed between two readings.
#[derive(Clone, Copy)]
pub(super) struct Energy {
    /// In register units, a rollover counted in.
    pub(super) difference: Decimal,
    /// In real units, where the multiplier is known.
    pub(super) real: Option<Decimal>,
}

/// A reading with more digits than the register has can't have been on its display.
pub(super) fn width(
    slot: RegisterSlot,
    reading: &RegisterReading,
    context: &ReadingContext<'_>,
) -> Option<Verdict> {
    let width = register_width(context)?;
    let unit = slot.obis.unit().unwrap_or(reading.unit);
    (reading.value >= width || reading.value < Decimal::ZERO).then(|| {
        Verdict::new(RuleId::READING_TOO_WIDE, Outcome::Violated, Place::Register(slot))
            .with(Figure::number(FigureName::Value, reading.value, unit))
            .with(Figure::number(FigureName::RegisterWidth, width, unit))
    })
}

/// A reading must not be older than the one before it.
pub(super) fn date(slot: RegisterSlot, reading: &RegisterReading, last: &PreviousReading) -> Option<Verdict> {
    (reading.read_at < last.read_at).then(|| {
        Verdict::new(RuleId::READING_DATE, Outcome::Violated, Place::Register(slot))
            .with(Figure::text(FigureName::Time, china_minute(reading.read_at)))
            .with(Figure::text(FigureName::TimePrevious, china_minute(last.read_at)))
    })
}

/// Forward, rolled over, or backwards. Energy is only given where the register has not gone backwards.
///
/// A fall is a rollover if the register was close to its end before, and what has passed then fits into contracted
/// capacity × hours. Where the capacity is unknown, a rollover stays doubtful.
pub(super) fn direction(
    step: &Step,
    context: &ReadingContext<'_>,
    factors: &ReadingLimits,
    basis: &Basis,
) -> (Verdict, Option<Energy>) {
    let backwards = |outcome| step.verdict(RuleId::READING_BACKWARDS, outcome);
    let Some(difference) = step.value.checked_sub(step.previous) else {
        return (backwards(Outcome::NotEvaluable), None);
    };
    let energy = |difference: Decimal| Energy {
        difference,
        real: context
            .multiplier
            .and_then(|multiplier| multiplier.apply(difference)),
    };
    let with_difference = |verdict: Verdict, difference| {
        verdict.with(Figure::number(FigureName::Difference, difference, step.unit))
    };
    if difference >= Decimal::ZERO {
        let verdict = with_difference(backwards(Outcome::Ok), difference);
        return (verdict, Some(energy(difference)));
    }
    let rolled_over = step.width.and_then(|width| {
        let near_the_end = width.checked_mul(factors.rollover_from)?;
        let advance = difference.checked_add(width)?;
        // A register can't have shown more than its width, so a rollover from there is none either.
        (step.previous >= near_the_end && step.previous < width && step.value >= Decimal::ZERO)
            .then_some((width, advance))
    });
    let Some((width, advance)) = rolled_over else {
        return (with_difference(backwards(Outcome::Violated), difference), None);
    };
    let passed = energy(advance);
    let cap = capacity_limit(step, context, factors.capacity_factor_hard);
    let outcome = match passed.real.zip(cap) {
        Some((real, cap)) if real > cap => {
            return (with_difference(backwards(Outcome::Violated), difference), None);
        }
        Some(_) => Outcome::Ok,
        None => Outcome::Doubtful,
    };
    let verdict = with_difference(step.verdict(RuleId::READING_ROLLOVER, outcome), advance)
        .with(Figure::number(FigureName::RegisterWidth, width, step.unit))
        .based_on(basis.clone());
    (verdict, Some(passed))
}

/// Contracted capacity × hours × factor, in kWh or kvarh.
fn capacity_limit(step: &Step, context: &ReadingContext<'_>, factor: Decimal) -> Option<Decimal> {
    context
        .capacity_kva?
        .checked_mul(step.hours?)?
        .checked_mul(factor)
}

/// More than contracted capacity × hours allows: impossible above the hard factor, doubtful above the soft one.
pub(super) fn capacity(
    step: &Step,
    energy: Energy,
    context: &ReadingContext<'_>,
    factors: &ReadingLimits,
    basis: &Basis,
) -> Option<Verdict> {
    let (real, hours, capacity_kva) = (energy.real?, step.hours?, context.capacity_kva?);
    let hard = capacity_limit(step, context, factors.capacity_factor_hard)?;
    let soft = capacity_limit(step, context, factors.capacity_factor_soft)?;
    let (outcome, limit, factor) = if real > hard {
        (Outcome::Violated, hard, factors.capacity_factor_hard)
    } else if real > soft {
        (Outcome::Doubtful, soft, factors.capacity_factor_soft)
    } else {
        (Outcome::Ok, hard, factors.capacity_factor_hard)
    };
    let multiplier = context.multiplier?.to_decimal();
    Some(
        step.verdict(RuleId::READING_OVER_CAPACITY, outcome)
            .with(Figure::plain(FigureName::Multiplier, multiplier))
            .with(Figure::number(FigureName::Energy, real, step.unit))
            .with(Figure::number(FigureName::Capacity, capacity_kva, Unit::Kva))
            .with(Figure::number(FigureName::Hours, hours, Unit::Hour))
            .with(Figure::plain(FigureName::Factor, factor))
            .with(Figure::number(FigureName::Limit, limit, step.unit))
            .based_on(basis.clone()),
    )
}

/// √3 to the precision of a decimal.
const SQRT_3: Decimal = Decimal::from_parts(0x51BC_00B7, 0x35F2_0BB2, 0x37F7_3040, false, 28);

/// More than the meter's own maximum current could have passed. Judged before the multiplier, since Imax is what
/// flows through the meter and not through the line.
pub(super) fn maximum_current(
    step: &Step,
    energy: Energy,
    context: &ReadingContext<'_>,
    factors: &ReadingLimits,
    basis: &Basis,
) -> Option<Verdict> {
    let (hours, plate) = (step.hours?, context.nameplate);
    let max_a = plate.current_rating()?.max_a;
    let voltage_v = plate.element_voltage_v()?;
    let phases = match plate.phase_wire? {
        PhaseWire::SinglePhase => Decimal::ONE,
        PhaseWire::ThreePhaseThreeWire => SQRT_3,
        PhaseWire::ThreePhaseFourWire => Decimal::from(3),
    };
    let power_kw = voltage_v
        .checked_mul(max_a)?
        .checked_mul(phases)?
        .checked_div(Decimal::ONE_THOUSAND)?;
    let limit = power_kw.checked_mul(hours)?.checked_mul(factors.imax_factor)?;
    let outcome = if energy.difference > limit {
        Outcome::Violated
    } else {
        Outcome::Ok
    };
    Some(
        step.verdict(RuleId::READING_OVER_IMAX, outcome)
            .with(Figure::number(
                FigureName::Difference,
                energy.difference,
                step.unit,
            ))
            .with(Figure::number(FigureName::Current, max_a, Unit::Ampere))
            .with(Figure::number(FigureName::Voltage, voltage_v, Unit::Volt))
            .with(Figure::number(FigureName::Hours, hours, Unit::Hour))
            .with(Figure::plain(FigureName::Factor, factors.imax_factor))
            .with(Figure::number(
                FigureName::Limit,
                limit.round_dp(3).normalize(),
                step.unit,
            ))
            .based_on(basis.clone()),
    )
}
