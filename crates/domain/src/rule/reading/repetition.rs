//! Several readings of one register on one visit.

use std::collections::BTreeMap;

use super::super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::register::{RegisterReading, RegisterSlot, Unit};

/// A later reading of an energy register must not be lower than an earlier one of the same visit. Later by time, since
/// attempts may have been entered by two inspectors on two phones.
pub(super) fn check(registers: &BTreeMap<RegisterSlot, RegisterReading>) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for (slot, reading) in registers
        .iter()
        .filter(|(slot, _)| slot.attempt > 1 && slot.obis.is_energy())
    {
        let before = registers
            .iter()
            .filter(|(other, earlier)| {
                other.obis == slot.obis && other.attempt < slot.attempt && earlier.read_at <= reading.read_at
            })
            .max_by_key(|(other, _)| other.attempt);
        let Some((_, before)) = before else { continue };
        let unit = slot.obis.unit().unwrap_or(Unit::Kwh);
        let outcome = if reading.value < before.value {
            Outcome::Violated
        } else {
            Outcome::Ok
        };
        verdicts.push(
            Verdict::new(RuleId::READING_REPEATED, outcome, Place::Register(*slot))
                .with(Figure::number(FigureName::Value, reading.value, unit))
                .with(Figure::number(FigureName::Previous, before.value, unit)),
        );
    }
    verdicts
}
