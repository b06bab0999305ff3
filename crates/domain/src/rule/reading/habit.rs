//! Against what the customer used before: no use, a jump, a lost decimal point.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::{Basis, Figure, FigureName, Outcome, RuleId, Verdict};
use super::progression::{Energy, Step};
use super::{ReadingContext, hours_between};
use crate::limits::ReadingLimits;
use crate::register::{PreviousReading, Unit};

/// Not moved at all: doubtful where a current flows, or after several periods without use. One period without use may
/// be an empty house.
pub(super) fn unchanged(
    step: &Step,
    energy: Energy,
    history: &[&PreviousReading],
    context: &ReadingContext<'_>,
    factors: &ReadingLimits,
    basis: &Basis,
) -> Option<Verdict> {
    // Rates and the reverse direction stand still in many healthy meters.
    if energy.difference != Decimal::ZERO || step.slot.obis != crate::obis::Obis::FORWARD_TOTAL {
        return None;
    }
    let still_before = history
        .windows(2)
        .rev()
        .take_while(|pair| pair[0].value == pair[1].value)
        .count();
    let periods = Decimal::from(still_before + 1);
    let load_present = context.load_present == Some(true);
    let outcome = Outcome::doubtful_if(load_present || periods >= factors.unchanged_periods);
    let mut verdict = step
        .verdict(RuleId::READING_UNCHANGED, outcome)
        .with(Figure::plain(FigureName::Count, periods))
        .with(Figure::plain(FigureName::Limit, factors.unchanged_periods));
    if load_present {
        verdict = verdict.with(Figure::text(FigureName::Detail, "load_present"));
    }
    Some(verdict.based_on(basis.clone()))
}

/// Register units an hour over the last periods, and how many periods that were. Periods in which the register fell
/// (rollover, meter change) are left out.
fn mean_per_hour(history: &[&PreviousReading], periods_max: usize) -> Option<(Decimal, usize)> {
    let (mut units, mut hours, mut periods) = (Decimal::ZERO, Decimal::ZERO, 0usize);
    for pair in history.windows(2).rev().take(periods_max) {
        let advance = pair[1]
            .value
            .checked_sub(pair[0].value)
            .filter(|advance| *advance >= Decimal::ZERO);
        if let Some((advance, span)) = advance.zip(hours_between(pair[0].read_at, pair[1].read_at)) {
            units = units.checked_add(advance)?;
            hours = hours.checked_add(span)?;
            periods += 1;
        }
    }
    if periods == 0 {
        None
    } else {
        Some((units.checked_div(hours)?, periods))
    }
}

/// More than 50 % and more than 100 kWh off the mean of the last periods (both from the table), taken per hour, so that
/// a long period is not a jump.
pub(super) fn jump(
    step: &Step,
    energy: Energy,
    history: &[&PreviousReading],
    context: &ReadingContext<'_>,
    factors: &ReadingLimits,
    basis: &Basis,
) -> Option<Verdict> {
    let (real, hours) = (energy.real?, step.hours?);
    let (per_hour, periods) = mean_per_hour(history, factors.mean_periods.to_usize()?)?;
    let expected = context
        .multiplier?
        .apply(per_hour.checked_mul(hours)?)?
        .round_dp(2);
    let deviation = real.checked_sub(expected)?;
    // Compared as products, so that no rounded quotient decides.
    let hundredfold = deviation.abs().checked_mul(Decimal::ONE_HUNDRED)?;
    let far_in_percent = hundredfold > expected.checked_mul(factors.jump_percent)?;
    let outcome = Outcome::doubtful_if(far_in_percent && deviation.abs() > factors.jump_kwh);
    let percent = deviation
        .checked_mul(Decimal::ONE_HUNDRED)?
        .checked_div(expected)
        .map(|percent| percent.round_dp(2).normalize());
    let mut verdict = step
        .verdict(RuleId::READING_JUMP, outcome)
        .with(Figure::number(FigureName::Energy, real, step.unit))
        .with(Figure::number(
            FigureName::Expected,
            expected.normalize(),
            step.unit,
        ))
        .with(Figure::plain(FigureName::Count, Decimal::from(periods)));
    if let Some(percent) = percent {
        verdict = verdict.with(Figure::number(FigureName::Deviation, percent, Unit::Percent));
    }
    Some(verdict.based_on(basis.clone()))
}

/// The value would fit if the point were put back: 1023456 typed for 10234.56. Only asked when something else is
/// already doubted.
pub(super) fn decimals_lost(step: &Step, context: &ReadingContext<'_>) -> Option<Verdict> {
    let digits = u32::from(context.nameplate.decimal_digits?);
    if !(1..=4).contains(&digits) || step.value.fract() != Decimal::ZERO {
        return None;
    }
    let with_point = step.value.checked_div(Decimal::from(10u64.pow(digits)))?;
    let advance = with_point.checked_sub(step.previous)?;
    // "Fits" means forward, and by less than the register had counted in its whole life before.
    let fits = advance >= Decimal::ZERO && advance <= step.previous;
    fits.then(|| {
        step.verdict(RuleId::READING_DECIMALS_LOST, Outcome::Doubtful)
            .with(Figure::number(FigureName::Expected, with_point, step.unit))
    })
}
