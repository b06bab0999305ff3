//! Plates: ratios, multipliers, currents, classes.

use jicha_domain::meter::{
    AccuracyClass, Connection, CurrentRating, Multiplier, MultiplierError, Nameplate, Ratio,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::build::{dec, direct_plate, gateway_plate};

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn a_multiplier_is_ct_times_pt_times_own() {
    let check = |ct: Option<&str>, pt: Option<&str>, own: Option<&str>, expected: &str| {
        let multiplier = Multiplier::from_plates(ct.map(ratio), pt.map(ratio), own.map(dec)).unwrap();
        assert_eq!(multiplier.to_string(), expected);
    };

    check(Some("150/5"), None, None, "30");
    check(Some("100/5"), Some("10000/100"), None, "2000");
    check(Some("100/5"), Some("10000/100"), Some("10"), "20000");
    check(None, None, None, "1");
    check(Some("100/3"), None, None, "100/3");
}

#[test]
fn a_multiplier_without_a_finite_decimal_stays_exact() {
    let third = Multiplier::from_plates(Some(ratio("100/3")), None, None).unwrap();

    assert_eq!(third.apply(dec("3")), Some(dec("100")));
    assert_eq!(third, "200/6".parse().unwrap());
    assert_ne!(third, "33.33".parse().unwrap());
}

#[test]
fn an_absurd_product_is_an_error_and_no_panic() {
    let huge = ratio("999999999999/0.0001");

    assert_eq!(
        Multiplier::from_plates(Some(huge), Some(huge), Some(dec("999999999999"))),
        Err(MultiplierError::TooLarge)
    );
    assert!(matches!(
        Multiplier::from_decimal(Decimal::ZERO),
        Err(MultiplierError::NotPositive { .. })
    ));
    assert_eq!(
        Multiplier::from_decimal(dec("30")).unwrap().apply(Decimal::MAX),
        None
    );
}

#[test]
fn ratios_that_transform_alike_are_still_different_plates() {
    assert_ne!(ratio("150/5"), ratio("300/10"));
    assert_eq!(ratio("150.0/5"), ratio("150/5"));
    for wrong in [
        "150", "0/5", "150/0", "-150/5", "150/5/1", "a/b", "1e5/5", "150/5 A",
    ] {
        assert!(wrong.parse::<Ratio>().is_err(), "{wrong}");
    }
}

#[test]
fn current_ratings_are_read_as_plates_print_them() {
    let check = |text: &str, connection, basic: &str, max: &str| {
        let rating = CurrentRating::from_plate(text, connection).unwrap();
        assert_eq!((rating.basic_a, rating.max_a), (dec(basic), dec(max)), "{text}");
    };

    check("5(60) A", Connection::Direct, "5", "60");
    check("1.5(6)A", Connection::ViaCt, "1.5", "6");
    check("3×5（60）A", Connection::Direct, "5", "60");
    check("0.3–1.2 A", Connection::ViaCt, "0.3", "1.2");
    check("0.2-0.5(60) A", Connection::Direct, "5", "60");
    check("0.015-0.075(6) A", Connection::ViaCt, "1.5", "6");
    for wrong in ["", "5", "60(5) A", "x(y) A", "5(60"] {
        assert!(
            CurrentRating::from_plate(wrong, Connection::Direct).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn classes_are_read_in_both_notations() {
    for (text, class) in [
        ("0.2S", AccuracyClass::C02S),
        ("D", AccuracyClass::C02S),
        ("0.5S级", AccuracyClass::C05S),
        ("C", AccuracyClass::C05S),
        ("1.0", AccuracyClass::C1),
        ("B", AccuracyClass::C1),
        ("2", AccuracyClass::C2),
        ("A", AccuracyClass::C2),
    ] {
        assert_eq!(AccuracyClass::from_plate(text), Ok(class), "{text}");
    }
    assert!(AccuracyClass::from_plate("3").is_err());
}

#[test]
fn the_voltage_of_an_element_is_read_from_the_rated_voltage() {
    let check = |text: &str, expected: Option<&str>| {
        let plate = Nameplate {
            rated_voltage: Some(text.to_owned()),
            ..gateway_plate()
        };
        assert_eq!(plate.element_voltage_v(), expected.map(dec), "{text}");
    };

    check("3×220/380 V", Some("220"));
    check("3×57.7/100V", Some("57.7"));
    check("3×100 V", Some("100"));
    check("220V", Some("220"));
    check("交流220V", Some("220"));
    check("unreadable", None);
}

#[test]
fn the_stated_multiplier_goes_before_the_derived_one() {
    let stated = Nameplate {
        stated_multiplier: Some("40".parse().unwrap()),
        ..gateway_plate()
    };

    assert_eq!(stated.multiplier().unwrap().to_string(), "40");
    assert_eq!(stated.derived_multiplier().unwrap().to_string(), "30");
    assert_eq!(direct_plate().multiplier().unwrap(), Multiplier::ONE);
}

#[test]
fn what_was_seen_goes_before_what_the_ledger_states() {
    let ledger = Nameplate {
        stated_multiplier: Some("30".parse().unwrap()),
        ..gateway_plate()
    };
    let ratio_read = Nameplate {
        ct_ratio: Some(ratio("200/5")),
        ..Nameplate::new(gateway_plate().asset_no)
    };
    let nothing_read = Nameplate::new(gateway_plate().asset_no);

    assert_eq!(
        ratio_read
            .completed_from(&ledger)
            .multiplier()
            .unwrap()
            .to_string(),
        "40"
    );
    assert_eq!(nothing_read.completed_from(&ledger), ledger);
}

proptest! {
    #[test]
    fn applying_a_multiplier_is_linear(primary in 1u32..100_000, secondary in 1u32..10, a in 0i64..1_000_000_000, b in 0i64..1_000_000_000) {
        // Secondaries whose inverse is finite, so that no rounding enters.
        prop_assume!([1, 2, 4, 5, 8].contains(&secondary));
        let ratio = Ratio::new(primary.into(), secondary.into()).unwrap();
        let multiplier = Multiplier::from_plates(Some(ratio), None, None).unwrap();
        let (a, b) = (Decimal::new(a, 2), Decimal::new(b, 2));
        let apart = multiplier.apply(a).unwrap() + multiplier.apply(b).unwrap();
        prop_assert_eq!(multiplier.apply(a + b).unwrap(), apart);
    }

    #[test]
    fn a_multiplier_survives_being_stored(primary in 1u64..1_000_000_000_000, secondary in 1u32..1000, own in 1i64..1_000_000) {
        let ratio = Ratio::new(primary.into(), secondary.into()).unwrap();
        let multiplier = Multiplier::from_plates(Some(ratio), Some(ratio), Some(Decimal::new(own, 3)));
        prop_assume!(multiplier.is_ok());
        let multiplier = multiplier.unwrap();
        let json = serde_json::to_string(&multiplier).unwrap();
        prop_assert_eq!(serde_json::from_str::<Multiplier>(&json).unwrap(), multiplier);
    }
}
