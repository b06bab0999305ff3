//! Test points against IEC 62053-21 and -22.

use jicha_domain::error_test::{ErrorTestPoint, ReferenceClass, TestPointNo};
use jicha_domain::meter::{AccuracyClass, Connection, Nameplate};
use jicha_domain::rule::{FigureName, FigureValue, Outcome, Verdict, error_limit};
use jiff::civil::date;

use crate::build::{dec, direct_plate, gateway_plate, tables};

fn test_point(load_percent: &str, power_factor: &str, error_percent: &str) -> ErrorTestPoint {
    ErrorTestPoint {
        load_percent: dec(load_percent),
        power_factor: dec(power_factor),
        inductive: true,
        error_percent: Some(dec(error_percent)),
        reference_class: Some(ReferenceClass::R005),
        reference_asset_no: None,
    }
}

fn judge(plate: &Nameplate, point: &ErrorTestPoint) -> Verdict {
    error_limit::check(
        TestPointNo::new(1).unwrap(),
        point,
        plate,
        &tables(),
        date(2014, 6, 13),
    )
    .unwrap()
}

fn plate(class: AccuracyClass, connection: Connection) -> Nameplate {
    let base = if connection == Connection::Direct {
        direct_plate()
    } else {
        gateway_plate()
    };
    Nameplate {
        accuracy_class: Some(class),
        ..base
    }
}

fn limit(
    class: AccuracyClass,
    connection: Connection,
    load: &str,
    power_factor: &str,
) -> Option<rust_decimal::Decimal> {
    judge(&plate(class, connection), &test_point(load, power_factor, "0"))
        .figure(FigureName::Limit)?
        .as_number()
}

#[test]
fn limits_are_those_of_the_table_at_full_load_and_half_power_factor() {
    use AccuracyClass::{C1, C2, C02S, C05S};
    use Connection::{Direct, ViaCt};
    for (class, connection, unity, half) in [
        (C02S, ViaCt, "0.2", "0.3"),
        (C05S, ViaCt, "0.5", "0.6"),
        (C1, ViaCt, "1.0", "1.0"),
        (C1, Direct, "1.0", "1.0"),
        (C2, ViaCt, "2.0", "2.0"),
        (C2, Direct, "2.0", "2.0"),
    ] {
        assert_eq!(
            limit(class, connection, "100", "1.0"),
            Some(dec(unity)),
            "{class} at 1.0"
        );
        assert_eq!(
            limit(class, connection, "100", "0.5"),
            Some(dec(half)),
            "{class} at 0.5L"
        );
    }
}

#[test]
fn limits_widen_at_low_load() {
    use AccuracyClass::{C1, C02S, C05S};
    // Below these loads the rule for the field already says that the load is too low, so power factor 0.5 it is.
    assert_eq!(limit(C02S, Connection::ViaCt, "9.9", "0.5"), Some(dec("0.5")));
    assert_eq!(limit(C05S, Connection::ViaCt, "9.9", "0.5"), Some(dec("1.0")));
    assert_eq!(limit(C1, Connection::Direct, "19.9", "0.5"), Some(dec("1.5")));
    assert_eq!(limit(C1, Connection::ViaCt, "19.9", "0.5"), Some(dec("1.0")));
}

#[test]
fn the_limit_itself_still_passes_either_way() {
    let class_05s = plate(AccuracyClass::C05S, Connection::ViaCt);
    let outcome = |error| judge(&class_05s, &test_point("100", "1.0", error)).outcome;

    assert_eq!(outcome("0.5"), Outcome::Ok);
    assert_eq!(outcome("-0.50"), Outcome::Ok);
    assert_eq!(outcome("0.51"), Outcome::Violated);
    assert_eq!(outcome("-0.51"), Outcome::Violated);
}

#[test]
fn load_too_low_is_not_a_pass() {
    let lacking = |plate: &Nameplate, point: &ErrorTestPoint| {
        let verdict = judge(plate, point);
        assert_eq!(verdict.outcome, Outcome::NotEvaluable);
        match verdict.figure(FigureName::Lacking).unwrap().value.clone() {
            FigureValue::Text(text) => text,
            FigureValue::Number(number) => number.to_string(),
        }
    };
    let class_1 = plate(AccuracyClass::C1, Connection::Direct);
    let class_05s = plate(AccuracyClass::C05S, Connection::ViaCt);

    assert_eq!(lacking(&class_1, &test_point("9.99", "1.0", "0")), "load_too_low");
    assert_eq!(
        judge(&class_05s, &test_point("5", "1.0", "0")).outcome,
        Outcome::Ok,
        "an S class may be tested at 5 %"
    );
    assert_eq!(
        lacking(&class_05s, &test_point("4.99", "1.0", "0")),
        "load_too_low"
    );
    assert_eq!(
        lacking(&class_1, &test_point("100", "0.49", "0")),
        "power_factor_too_low"
    );
    assert_eq!(
        lacking(&class_1, &test_point("1200.1", "1.0", "0")),
        "load_above_imax"
    );
    let leading = ErrorTestPoint {
        inductive: false,
        ..test_point("100", "0.7", "0")
    };
    assert_eq!(lacking(&class_1, &leading), "no_limit");
    assert_eq!(
        lacking(
            &Nameplate {
                accuracy_class: None,
                ..class_1
            },
            &test_point("100", "1.0", "0")
        ),
        "class_unknown"
    );
}

#[test]
fn a_standard_must_be_two_classes_better() {
    use AccuracyClass::{C1, C2, C02S, C05S};
    use ReferenceClass::{R01, R002, R02, R005, R05};
    for (meter, enough, too_weak) in [(C02S, R005, R01), (C05S, R01, R02), (C1, R02, R05)] {
        assert!(enough.is_two_classes_better_than(meter), "{enough} for {meter}");
        assert!(
            !too_weak.is_two_classes_better_than(meter),
            "{too_weak} for {meter}"
        );
    }
    assert!(R05.is_two_classes_better_than(C2) && R002.is_two_classes_better_than(C02S));
    let weak = ErrorTestPoint {
        reference_class: Some(R02),
        ..test_point("100", "1.0", "0")
    };
    let unknown = ErrorTestPoint {
        reference_class: None,
        ..weak.clone()
    };

    assert_eq!(
        judge(&plate(C05S, Connection::ViaCt), &weak).outcome,
        Outcome::NotEvaluable
    );
    assert_eq!(
        judge(&plate(C05S, Connection::ViaCt), &unknown).outcome,
        Outcome::NotEvaluable
    );
}

#[test]
fn the_verdict_names_the_standard_and_that_nobody_verified_it() {
    let basis = judge(&gateway_plate(), &test_point("100", "1.0", "0.1"))
        .basis
        .unwrap();

    assert_eq!((basis.edition.as_str(), basis.verified), ("IEC 62053-22", false));
}
