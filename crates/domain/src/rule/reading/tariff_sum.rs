//! Total against the sum of the rates (示值组合误差).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use super::ReadingContext;
use crate::obis::{Obis, TariffOrder};
use crate::register::{RegisterReading, RegisterSlot, Unit};

/// |total − Σ rates| ≤ (k − 1)·10^−α for k rates and α decimals: every register cuts off its own last digit. Judged for
/// each attempt of which total and all rates were read, and for both directions.
pub(super) fn check(
    registers: &BTreeMap<RegisterSlot, RegisterReading>,
    context: &ReadingContext<'_>,
    order: &TariffOrder,
) -> Vec<Verdict> {
    registers
        .iter()
        .filter(|(slot, _)| slot.obis.is_energy() && slot.obis.is_total())
        .filter_map(|(slot, total)| check_total(*slot, total, registers, context, order))
        .collect()
}

fn check_total(
    slot: RegisterSlot,
    total: &RegisterReading,
    registers: &BTreeMap<RegisterSlot, RegisterReading>,
    context: &ReadingContext<'_>,
    order: &TariffOrder,
) -> Option<Verdict> {
    let unit = slot.obis.unit().unwrap_or(Unit::Kwh);
    let rate_value = |obis: Obis| {
        registers
            .get(&RegisterSlot {
                obis,
                attempt: slot.attempt,
            })
            .map(|r| r.value)
    };
    let read: BTreeMap<u8, Decimal> = (1..=63)
        .filter_map(|rate| rate_value(slot.obis.with_rate(rate)).map(|value| (rate, value)))
        .collect();
    if read.is_empty() {
        return None;
    }
    // The rates the meter has: those of last time, or else the usual ones.
    let mut expected: BTreeSet<u8> = context
        .previous
        .iter()
        .filter(|reading| reading.obis.with_rate(0) == slot.obis && !reading.obis.is_total())
        .map(|reading| reading.obis.e)
        .collect();
    if expected.is_empty() {
        expected = (1..=63)
            .take_while(|rate| order.tariff(*rate).is_some())
            .collect();
    }
    let count = Decimal::from(read.len());
    let answer = |outcome| {
        Verdict::new(RuleId::READING_TARIFF_SUM, outcome, Place::Register(slot))
            .with(Figure::number(FigureName::Value, total.value, unit))
            .with(Figure::plain(FigureName::Count, count))
    };
    if expected.iter().any(|rate| !read.contains_key(rate)) {
        let expected = Decimal::from(expected.len());
        return Some(answer(Outcome::NotEvaluable).with(Figure::plain(FigureName::CountExpected, expected)));
    }
    let sum = read
        .values()
        .try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value))?;
    let decimals = context.nameplate.decimal_digits.map_or_else(
        || {
            read.values()
                .chain([&total.value])
                .map(Decimal::scale)
                .max()
                .unwrap_or(0)
        },
        u32::from,
    );
    let limit = Decimal::from(read.len() - 1).checked_mul(Decimal::try_new(1, decimals.min(6)).ok()?)?;
    let deviation = total.value.checked_sub(sum)?;
    let outcome = if deviation.abs() <= limit {
        Outcome::Ok
    } else {
        Outcome::Violated
    };
    Some(
        answer(outcome)
            .with(Figure::number(FigureName::Sum, sum, unit))
            .with(Figure::number(FigureName::Deviation, deviation, unit))
            .with(Figure::number(FigureName::Limit, limit, unit)),
    )
}
