//! Points of an on-site error test against the limits of IEC 62053-21 and -22.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::error_test::{ErrorTestPoint, TestPointNo};
use crate::limits::{LimitConnection, LimitTables};
use crate::meter::Nameplate;
use crate::register::Unit;

/// Judges one point. Where the load or power factor is too low, the standard too weak, or the class unknown, the answer
/// is that it can't be judged, never that it passed.
#[must_use]
pub fn check(
    no: TestPointNo,
    point: &ErrorTestPoint,
    nameplate: &Nameplate,
    limits: &LimitTables,
    on: Date,
) -> Option<Verdict> {
    let error_percent = point.error_percent?;
    let answer = |outcome| {
        Verdict::new(RuleId::ERROR_LIMIT, outcome, Place::ErrorTest(no))
            .with(Figure::number(FigureName::Value, error_percent, Unit::Percent))
            .with(Figure::number(
                FigureName::Load,
                point.load_percent,
                Unit::Percent,
            ))
            .with(Figure::text(FigureName::PowerFactor, power_factor_text(point)))
    };
    let lacking = |what: &str| answer(Outcome::NotEvaluable).with(Figure::text(FigureName::Lacking, what));
    let Some(class) = nameplate.accuracy_class else {
        return Some(lacking("class_unknown"));
    };
    let of_class = |verdict: Verdict| verdict.with(Figure::text(FigureName::Class, class.as_str()));
    if let Some((field, basis)) = limits.field_test(on) {
        if point.load_percent < field.load_min(class) {
            let limit = Figure::number(FigureName::Limit, field.load_min(class), Unit::Percent);
            return Some(of_class(lacking("load_too_low")).with(limit).based_on(basis));
        }
        if point.power_factor < field.power_factor_min {
            let limit = Figure::plain(FigureName::Limit, field.power_factor_min);
            return Some(
                of_class(lacking("power_factor_too_low"))
                    .with(limit)
                    .based_on(basis),
            );
        }
        match point.reference_class {
            Some(reference) if reference.is_two_classes_better_than(class) => {}
            reference => {
                let detail = reference.map_or("class_unknown", |reference| reference.as_str());
                let detail = Figure::text(FigureName::Detail, detail);
                return Some(
                    of_class(lacking("reference_too_weak"))
                        .with(detail)
                        .based_on(basis),
                );
            }
        }
    }
    if let Some(rating) = nameplate.current_rating()
        && let Some(load_max) = rating
            .max_a
            .checked_mul(Decimal::ONE_HUNDRED)
            .and_then(|max| max.checked_div(rating.basic_a))
        && point.load_percent > load_max
    {
        let limit = Figure::number(FigureName::Limit, load_max.round_dp(1).normalize(), Unit::Percent);
        return Some(of_class(lacking("load_above_imax")).with(limit));
    }
    let connection = LimitConnection::from(nameplate.effective_connection());
    let found = limits.error_limit(
        on,
        class,
        connection,
        point.load_percent,
        point.power_factor,
        point.inductive,
    );
    let Some((row, basis)) = found else {
        return Some(of_class(lacking("no_limit")));
    };
    let outcome = if error_percent.abs() <= row.limit_percent {
        Outcome::Ok
    } else {
        Outcome::Violated
    };
    Some(
        of_class(answer(outcome))
            .with(Figure::number(
                FigureName::Limit,
                row.limit_percent,
                Unit::Percent,
            ))
            .based_on(basis),
    )
}

/// `1.0`, `0.5L` or `0.8C`.
fn power_factor_text(point: &ErrorTestPoint) -> String {
    let letter = match (point.power_factor == Decimal::ONE, point.inductive) {
        (true, _) => "",
        (false, true) => "L",
        (false, false) => "C",
    };
    format!("{}{letter}", point.power_factor)
}
