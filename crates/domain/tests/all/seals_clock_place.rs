//! Seals, the clock, and where the record was made.

use jicha_domain::clock_comparison::{ClockComparison, ClockReference};
use jicha_domain::position::PositionWgs84;
use jicha_domain::rule::{FigureName, Outcome, clock, place_distance, seal};
use jicha_domain::seal::{SealCheck, SealKey, SealNumber, SealPlace, SealState};
use jiff::SignedDuration;
use jiff::civil::date;

use crate::build::{at, dec, tables};

fn sealed(state: SealState, number: Option<&str>, expected: Option<&str>) -> Outcome {
    let number_of = |text: Option<&str>| text.map(|text| SealNumber::new(text).unwrap());
    let check = SealCheck {
        state,
        number: number_of(number),
        expected_number: number_of(expected),
        new_number: None,
        photo: None,
    };
    seal::check(SealKey::first(SealPlace::TerminalCover), &check).outcome
}

#[test]
fn only_an_intact_seal_with_the_expected_number_is_right() {
    assert_eq!(sealed(SealState::Intact, Some("0081"), Some("0081")), Outcome::Ok);
    assert_eq!(
        sealed(SealState::Intact, Some("81"), Some("0081")),
        Outcome::Violated
    );
    assert_eq!(sealed(SealState::Intact, None, Some("0081")), Outcome::Doubtful);
    assert_eq!(sealed(SealState::Intact, Some("0081"), None), Outcome::Ok);
    for state in [SealState::Missing, SealState::Broken, SealState::NumberDiffers] {
        assert_eq!(sealed(state, None, None), Outcome::Violated, "{state}");
    }
}

#[test]
fn a_clock_may_be_five_minutes_off_and_no_more() {
    let judge = |seconds, reference| {
        let reference_showed = at("2014-06-13T02:00:00Z");
        let meter_showed = reference_showed + SignedDuration::from_secs(seconds);
        clock::check(
            &ClockComparison {
                meter_showed,
                reference_showed,
                reference,
            },
            &tables(),
            date(2014, 6, 13),
        )
        .unwrap()
    };

    assert_eq!(judge(300, ClockReference::Gnss).outcome, Outcome::Ok);
    assert_eq!(judge(301, ClockReference::Gnss).outcome, Outcome::Violated);
    assert_eq!(judge(-301, ClockReference::Server).outcome, Outcome::Violated);
    assert_eq!(
        judge(-301, ClockReference::Server)
            .figure(FigureName::Deviation)
            .unwrap()
            .as_number(),
        Some(dec("-301"))
    );
    assert_eq!(
        judge(301, ClockReference::Phone).outcome,
        Outcome::Doubtful,
        "the phone itself may be wrong"
    );
}

#[test]
fn a_record_far_from_its_meter_or_with_a_made_up_position_is_doubtful() {
    let ledger = PositionWgs84::new(24.8846, 104.3086).unwrap();
    // A hundred-thousandth of a degree of latitude is 1.112 m.
    let here = |metres: f64| PositionWgs84::new(24.8846 + metres / 111_195.0, 104.3086).unwrap();
    let judge = |here: &PositionWgs84| {
        place_distance::check(here, &ledger, &tables(), date(2014, 6, 13))
            .unwrap()
            .outcome
    };

    assert_eq!(judge(&here(199.0)), Outcome::Ok);
    assert_eq!(judge(&here(205.0)), Outcome::Doubtful);
    let claiming = |accuracy_m, mut here: PositionWgs84| {
        here.accuracy_m = Some(accuracy_m);
        here
    };
    assert_eq!(judge(&claiming(10.0, here(205.0))), Outcome::Ok);
    assert_eq!(judge(&claiming(f64::INFINITY, here(205.0))), Outcome::Doubtful);
    let mut made_up = here(0.0);
    made_up.mocked = true;
    assert_eq!(judge(&made_up), Outcome::Doubtful);
    let drawn = ledger.to_gcj02();
    assert_eq!(
        judge(&PositionWgs84::new(drawn.latitude_deg, drawn.longitude_deg).unwrap()),
        Outcome::Doubtful,
        "a provider that delivers map coordinates shows up as 390 m"
    );
}
