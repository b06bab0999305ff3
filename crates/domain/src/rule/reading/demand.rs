//! Maximum demand against the contracted capacity.

use super::super::{Basis, Figure, FigureName, Outcome, Place, RuleId, Verdict};
use super::ReadingContext;
use crate::limits::ReadingLimits;
use crate::register::{RegisterReading, RegisterSlot, Unit};

/// Doubtful above the capacity, a violation above capacity × factor. The register holds the demand before the
/// multiplier, as the energy registers do.
pub(super) fn check(
    slot: RegisterSlot,
    reading: &RegisterReading,
    context: &ReadingContext<'_>,
    factors: &ReadingLimits,
    basis: &Basis,
) -> Option<Verdict> {
    let capacity_kva = context.capacity_kva?;
    let multiplier = context.multiplier?;
    let power_kw = multiplier.apply(reading.value)?;
    let limit = capacity_kva.checked_mul(factors.demand_factor)?;
    let outcome = if power_kw > limit {
        Outcome::Violated
    } else if power_kw > capacity_kva {
        Outcome::Doubtful
    } else {
        Outcome::Ok
    };
    Some(
        Verdict::new(RuleId::DEMAND_OVER_CAPACITY, outcome, Place::Register(slot))
            .with(Figure::number(FigureName::Value, reading.value, Unit::Kw))
            .with(Figure::plain(FigureName::Multiplier, multiplier.to_decimal()))
            .with(Figure::number(FigureName::Power, power_kw, Unit::Kw))
            .with(Figure::number(FigureName::Capacity, capacity_kva, Unit::Kva))
            .with(Figure::plain(FigureName::Factor, factors.demand_factor))
            .based_on(basis.clone()),
    )
}
