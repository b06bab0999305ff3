//! The multiplier of the ledger against plates.

use jicha_domain::meter::{Connection, Nameplate};
use jicha_domain::rule::multiplier::{check_ledger, check_site};
use jicha_domain::rule::nameplate::{check_asset_no, check_plate};
use jicha_domain::rule::{FigureName, FigureValue, Outcome, Verdict};

use crate::build::{direct_plate, gateway_plate};

fn text(verdict: &Verdict, name: FigureName) -> String {
    match &verdict.figure(name).unwrap().value {
        FigureValue::Text(text) => text.clone(),
        FigureValue::Number(number) => number.to_string(),
    }
}

#[test]
fn a_ledger_that_contradicts_its_own_ratio_is_wrong() {
    let stated = |multiplier: &str| Nameplate {
        stated_multiplier: Some(multiplier.parse().unwrap()),
        ..gateway_plate()
    };

    assert_eq!(check_ledger(&stated("30")).unwrap().outcome, Outcome::Ok);
    assert_eq!(check_ledger(&stated("3")).unwrap().outcome, Outcome::Violated);
    assert!(
        check_ledger(&gateway_plate()).is_none(),
        "only the ratio is stated"
    );
}

#[test]
fn p1_booked_times_one_is_found_by_its_ct_plate() {
    let ledger = direct_plate();
    let site = Nameplate {
        connection: Some(Connection::ViaCt),
        ct_ratio: Some("100/5".parse().unwrap()),
        ..direct_plate()
    };

    let verdict = check_site(&ledger, &site).unwrap();

    assert_eq!(verdict.outcome, Outcome::Violated);
    assert_eq!(
        (
            text(&verdict, FigureName::Ledger),
            text(&verdict, FigureName::Site)
        ),
        ("1".to_owned(), "20".to_owned())
    );
}

#[test]
fn high_voltage_metering_needs_both_plates() {
    let ledger = Nameplate {
        connection: Some(Connection::ViaCtPt),
        ct_ratio: Some("100/5".parse().unwrap()),
        pt_ratio: Some("10000/100".parse().unwrap()),
        stated_multiplier: Some("2000".parse().unwrap()),
        ..gateway_plate()
    };
    let without_pt = Nameplate {
        pt_ratio: None,
        ..ledger.clone()
    };

    assert_eq!(check_site(&ledger, &ledger).unwrap().outcome, Outcome::Ok);
    let unread = check_site(&ledger, &without_pt).unwrap();
    assert_eq!(
        (unread.outcome, text(&unread, FigureName::Lacking)),
        (Outcome::NotEvaluable, "pt_ratio".to_owned())
    );
}

#[test]
fn a_plate_nobody_read_is_not_taken_for_none() {
    let nothing_read = Nameplate::new(gateway_plate().asset_no);
    let only_stated = Nameplate {
        stated_multiplier: Some("30".parse().unwrap()),
        ..nothing_read.clone()
    };

    assert_eq!(
        check_site(&gateway_plate(), &nothing_read).unwrap().outcome,
        Outcome::NotEvaluable
    );
    assert_eq!(
        check_site(&only_stated, &nothing_read).unwrap().outcome,
        Outcome::NotEvaluable
    );
    assert!(check_site(&direct_plate(), &nothing_read).is_none());
    let seen_direct = Nameplate {
        connection: Some(Connection::Direct),
        ..nothing_read
    };
    assert_eq!(
        check_site(&only_stated, &seen_direct).unwrap().outcome,
        Outcome::Violated,
        "30 without any transformer"
    );
}

#[test]
fn plates_are_compared_by_meaning_and_asset_numbers_by_character() {
    let ledger = gateway_plate();
    let printed_otherwise = Nameplate {
        rated_voltage: Some("3*220/380v".to_owned()),
        ..gateway_plate()
    };
    let other = Nameplate {
        model: Some("DTS541".to_owned()),
        asset_no: "533093515144611965413".parse().unwrap(),
        ..gateway_plate()
    };

    assert!(check_plate(&ledger, &printed_otherwise).is_empty());
    assert_eq!(check_plate(&ledger, &other).len(), 1);
    assert_eq!(
        check_asset_no(&ledger, &other).outcome,
        Outcome::Violated,
        "a leading zero was lost"
    );
}
