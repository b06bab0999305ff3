//! Readings of one visit against one another: repeated ones, and the rates against the total.

use jicha_domain::inspection::Inspection;
use jicha_domain::obis::Obis;
use jicha_domain::register::RegisterSlot;
use jicha_domain::rule::{FigureName, Outcome, RuleId, Verdict, reading};

use crate::build::{dec, gateway_plate, inspection, outcome, previous, tables, total, verdict};

const AT: &str = "2014-06-13T02:00:00Z";

fn with_rates(total_kwh: &str, rates: &[&str]) -> Inspection {
    let mut inspection = inspection(gateway_plate());
    inspection
        .registers
        .insert(total(), crate::build::reading(total_kwh, AT));
    for (rate, value) in (1..).zip(rates) {
        let slot = RegisterSlot::first(Obis::FORWARD_TOTAL.with_rate(rate));
        inspection
            .registers
            .insert(slot, crate::build::reading(value, AT));
    }
    inspection
}

fn judged(inspection: &Inspection) -> Vec<Verdict> {
    reading::check_all(inspection, &tables())
}

#[test]
fn the_rates_of_the_worked_example_add_up() {
    let verdicts = judged(&with_rates("36.30", &["2.56", "0.19", "0.38", "33.17"]));

    let sum = verdict(&verdicts, &RuleId::READING_TARIFF_SUM);
    assert_eq!(sum.outcome, Outcome::Ok);
    assert_eq!(
        sum.figure(FigureName::Sum).unwrap().as_number(),
        Some(dec("36.30"))
    );
    assert_eq!(
        sum.figure(FigureName::Limit).unwrap().as_number(),
        Some(dec("0.03"))
    );
}

#[test]
fn each_rate_but_one_may_hide_a_last_digit() {
    let judge = |total_kwh| {
        outcome(
            &judged(&with_rates(total_kwh, &["0.62", "0.60", "0.03", "0.02"])),
            &RuleId::READING_TARIFF_SUM,
        )
    };

    assert_eq!(
        judge("1.29"),
        Some(Outcome::Ok),
        "a captured frame: sum 1.27, inside 3 × 0.01"
    );
    assert_eq!(judge("1.30"), Some(Outcome::Ok));
    assert_eq!(judge("1.31"), Some(Outcome::Violated));
    assert_eq!(judge("1.23"), Some(Outcome::Violated));
}

#[test]
fn a_rate_that_was_not_read_makes_the_sum_impossible_to_judge() {
    let verdicts = judged(&with_rates("36.30", &["2.56", "0.19", "0.38"]));

    assert_eq!(
        outcome(&verdicts, &RuleId::READING_TARIFF_SUM),
        Some(Outcome::NotEvaluable)
    );
    assert_eq!(
        outcome(&judged(&with_rates("36.30", &[])), &RuleId::READING_TARIFF_SUM),
        None
    );
}

#[test]
fn a_meter_that_had_two_rates_last_time_has_two() {
    let mut inspection = with_rates("3.00", &["1.00", "2.00"]);
    for rate in [1, 2] {
        inspection.about.previous.push(previous(
            Obis::FORWARD_TOTAL.with_rate(rate),
            "0.50",
            "2014-05-01T00:00:00Z",
        ));
    }

    assert_eq!(
        outcome(&judged(&inspection), &RuleId::READING_TARIFF_SUM),
        Some(Outcome::Ok)
    );
}

#[test]
fn a_second_reading_must_not_be_lower() {
    let second = RegisterSlot {
        attempt: 2,
        ..total()
    };
    let mut inspection = with_rates("5390.00", &[]);

    inspection
        .registers
        .insert(second, crate::build::reading("5390.01", "2014-06-13T02:05:00Z"));
    assert_eq!(
        outcome(&judged(&inspection), &RuleId::READING_REPEATED),
        Some(Outcome::Ok)
    );

    inspection
        .registers
        .insert(second, crate::build::reading("5389.99", "2014-06-13T02:05:00Z"));
    assert_eq!(
        outcome(&judged(&inspection), &RuleId::READING_REPEATED),
        Some(Outcome::Violated)
    );
    let on_entry = inspection.check_register(second, &tables());
    assert_eq!(
        outcome(&on_entry, &RuleId::READING_REPEATED),
        Some(Outcome::Violated)
    );
}

#[test]
fn another_meters_earlier_readings_do_not_count() {
    let mut inspection = with_rates("12.00", &[]);
    inspection.about.previous = vec![previous(Obis::FORWARD_TOTAL, "5390.00", "2014-05-01T00:00:00Z")];
    assert_eq!(
        outcome(&judged(&inspection), &RuleId::READING_BACKWARDS),
        Some(Outcome::Violated)
    );

    inspection.nameplate = Some(jicha_domain::meter::Nameplate {
        asset_no: "9".parse().unwrap(),
        ..gateway_plate()
    });

    assert_eq!(outcome(&judged(&inspection), &RuleId::READING_BACKWARDS), None);
}
