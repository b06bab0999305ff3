//! DL/T 448: classes of metering points and intervals of tests, in both editions.

use jicha_domain::limits::PointFacts;
use jicha_domain::meter::Nameplate;
use jicha_domain::metering_point::{MeteringPoint, PointClass};
use jicha_domain::rule::{Outcome, interval};
use jiff::civil::{Date, date};

use crate::build::{dec, gateway_plate, point, tables};

const IN_2014: Date = date(2014, 6, 13);
const IN_2020: Date = date(2020, 6, 13);

fn class(
    on: Date,
    capacity_kva: Option<&str>,
    energy_month_kwh: Option<&str>,
    voltage_kv: Option<&str>,
) -> PointClass {
    let facts = PointFacts {
        single_phase: false,
        capacity_kva: capacity_kva.map(dec),
        energy_month_kwh: energy_month_kwh.map(dec),
        voltage_kv: voltage_kv.map(dec),
    };
    tables().point_class(on, &facts).unwrap().0
}

#[test]
fn by_the_edition_of_2000_energy_or_capacity_makes_the_class() {
    assert_eq!(class(IN_2014, Some("10000"), None, None), PointClass::I);
    assert_eq!(class(IN_2014, Some("50"), Some("5000000"), None), PointClass::I);
    assert_eq!(class(IN_2014, Some("2000"), None, None), PointClass::II);
    assert_eq!(class(IN_2014, Some("315"), None, None), PointClass::III);
    assert_eq!(
        class(IN_2014, Some("314.99"), Some("99999"), None),
        PointClass::IV
    );
    assert_eq!(class(IN_2014, None, None, None), PointClass::IV);
    let single = PointFacts {
        single_phase: true,
        capacity_kva: Some(dec("8")),
        ..PointFacts::default()
    };
    assert_eq!(tables().point_class(IN_2014, &single).unwrap().0, PointClass::V);
}

#[test]
fn by_the_edition_of_2016_voltage_makes_the_class() {
    assert_eq!(class(IN_2020, Some("10000"), None, Some("10")), PointClass::III);
    assert_eq!(class(IN_2020, None, None, Some("220")), PointClass::I);
    assert_eq!(class(IN_2020, None, None, Some("110")), PointClass::II);
    assert_eq!(class(IN_2020, None, None, Some("0.38")), PointClass::IV);
}

#[test]
fn intervals_doubled_from_one_edition_to_the_next() {
    let months = |on, class| {
        tables()
            .test_interval(on, class)
            .map(|(interval, _)| interval.months)
    };

    assert_eq!(
        [PointClass::I, PointClass::II, PointClass::III].map(|class| months(IN_2014, class)),
        [Some(3), Some(6), Some(12)]
    );
    assert_eq!(
        [PointClass::I, PointClass::II, PointClass::III].map(|class| months(IN_2020, class)),
        [Some(6), Some(12), Some(24)]
    );
    assert_eq!(months(IN_2014, PointClass::IV), None);
}

#[test]
fn a_test_longer_ago_than_the_interval_is_overdue() {
    let tested = |verified_on| MeteringPoint {
        class: Some(PointClass::III),
        ..point(Nameplate {
            verified_on: Some(verified_on),
            ..gateway_plate()
        })
    };
    let outcome =
        |verified_on, on| interval::check(&tested(verified_on), &tables(), on).map(|verdict| verdict.outcome);

    assert_eq!(
        outcome(date(2013, 6, 13), IN_2014),
        Some(Outcome::Ok),
        "on the last day it is not overdue"
    );
    assert_eq!(outcome(date(2013, 6, 12), IN_2014), Some(Outcome::Violated));
    assert_eq!(
        outcome(date(2018, 6, 13), IN_2020),
        Some(Outcome::Ok),
        "24 months by the later edition"
    );
}
