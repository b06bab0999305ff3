//! Intervals of tests on site by DL/T 448, in the edition of the day.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::limits::{LimitTables, PointFacts};
use crate::meter::PhaseWire;
use crate::metering_point::MeteringPoint;

/// Whether the last test is longer ago than allowed for the class of the point. Silent where the class has no interval
/// or the day of the last test is unknown.
#[must_use]
pub fn check(point: &MeteringPoint, limits: &LimitTables, on: Date) -> Option<Verdict> {
    let verified_on = point.nameplate.verified_on?;
    let facts = PointFacts {
        single_phase: point.nameplate.phase_wire == Some(PhaseWire::SinglePhase),
        capacity_kva: point.contracted_capacity_kva,
        energy_month_kwh: None,
        voltage_kv: point.voltage.as_deref().and_then(voltage_kv),
    };
    // What the ledger states is more than what can be guessed from the capacity.
    let class = point
        .class
        .or_else(|| limits.point_class(on, &facts).map(|(class, _)| class))?;
    let (interval, basis) = limits.test_interval(on, class)?;
    let due_on = verified_on.checked_add(interval.months.months()).ok()?;
    let outcome = if due_on < on {
        Outcome::Violated
    } else {
        Outcome::Ok
    };
    Some(
        Verdict::new(RuleId::TEST_INTERVAL, outcome, Place::Nameplate)
            .with(Figure::text(FigureName::TimePrevious, verified_on.to_string()))
            .with(Figure::text(FigureName::Time, due_on.to_string()))
            .with(Figure::text(FigureName::Class, class.as_str()))
            .with(Figure::plain(FigureName::Limit, Decimal::from(interval.months)))
            .based_on(basis),
    )
}

/// The kilovolts of a ledger's words, e.g. 10 of `交流10kV`, 0.22 of `220V`.
fn voltage_kv(text: &str) -> Option<Decimal> {
    let upper = text.to_ascii_uppercase();
    let start = upper.find(|c: char| c.is_ascii_digit())?;
    let rest = &upper[start..];
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(rest.len());
    let number: Decimal = rest[..end].parse().ok()?;
    match rest[end..].trim() {
        "KV" | "千伏" => Some(number),
        "V" | "伏" => number.checked_div(Decimal::ONE_THOUSAND),
        _ => None,
    }
}
