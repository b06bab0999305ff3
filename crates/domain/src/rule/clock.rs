//! The meter's clock against another.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::clock_comparison::{ClockComparison, ClockReference};
use crate::limits::LimitTables;
use crate::register::Unit;

/// Ahead or behind by more than the limit. A phone's own clock may be wrong out there, so against it alone a deviation
/// is doubtful and no violation.
#[must_use]
pub fn check(clock: &ClockComparison, limits: &LimitTables, on: Date) -> Option<Verdict> {
    let (row, basis) = limits.clock(on)?;
    let deviation_s = clock.deviation_s();
    let outcome = match (
        deviation_s.unsigned_abs() > row.deviation_s_max.unsigned_abs(),
        clock.reference,
    ) {
        (false, _) => Outcome::Ok,
        (true, ClockReference::Phone) => Outcome::Doubtful,
        (true, ClockReference::Gnss | ClockReference::Server) => Outcome::Violated,
    };
    Some(
        Verdict::new(RuleId::CLOCK_DEVIATION, outcome, Place::Clock)
            .with(Figure::number(
                FigureName::Deviation,
                Decimal::from(deviation_s),
                Unit::Second,
            ))
            .with(Figure::number(
                FigureName::Limit,
                Decimal::from(row.deviation_s_max),
                Unit::Second,
            ))
            .with(Figure::text(FigureName::Detail, clock.reference.as_str()))
            .based_on(basis),
    )
}
