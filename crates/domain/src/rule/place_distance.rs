//! Where an inspection was recorded against where the ledger has the point.

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::limits::LimitTables;
use crate::position::PositionWgs84;
use crate::register::Unit;

/// Doubtful where a program made the position up, or where it is further off than allowed, beyond the accuracy that the
/// device claims. Never a violation: ledgers' positions are often wrong themselves.
#[must_use]
pub fn check(
    here: &PositionWgs84,
    ledger: &PositionWgs84,
    limits: &LimitTables,
    on: Date,
) -> Option<Verdict> {
    let (row, basis) = limits.place(on)?;
    let (distance_m, limit) = distance_and_limit(here, ledger, row.distance_m_max)?;
    let outcome = Outcome::doubtful_if(here.mocked || distance_m > limit);
    let mut verdict = Verdict::new(RuleId::PLACE, outcome, Place::Inspection)
        .with(Figure::number(FigureName::Distance, distance_m, Unit::Metre))
        .with(Figure::number(FigureName::Limit, limit, Unit::Metre));
    if here.mocked {
        verdict = verdict.with(Figure::text(FigureName::Detail, "mocked"));
    }
    Some(verdict.based_on(basis))
}

/// How far a position lies from the ledger's, and how far it may lie: the accuracy that the device claims, up to a
/// kilometre, comes on top. Whole metres: nothing finer is meant, and it keeps the answer equal on every machine.
pub(super) fn distance_and_limit(
    here: &PositionWgs84,
    ledger: &PositionWgs84,
    distance_m_max: Decimal,
) -> Option<(Decimal, Decimal)> {
    let distance_m = Decimal::from_f64(here.distance_m(ledger).round())?;
    let accuracy_m = here
        .accuracy_m
        .and_then(|m| Decimal::from_f64(m.ceil()))
        .unwrap_or_default()
        .clamp(Decimal::ZERO, Decimal::ONE_THOUSAND);
    Some((distance_m, distance_m_max.checked_add(accuracy_m)?))
}
