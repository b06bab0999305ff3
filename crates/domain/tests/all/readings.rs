//! Is a reading plausible? Numbers from the worked examples where there are some.

use jicha_domain::meter::Nameplate;
use jicha_domain::obis::Obis;
use jicha_domain::register::{PreviousReading, RegisterReading};
use jicha_domain::rule::reading::{ReadingContext, check_reading};
use jicha_domain::rule::{FigureName, Outcome, RuleId, Verdict, doubts};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::build::{
    at, dec, direct_plate, gateway_plate, outcome, previous, reading, tables, total, verdict,
};

struct Given {
    plate: Nameplate,
    capacity_kva: Option<Decimal>,
    previous: Vec<PreviousReading>,
    load_present: Option<bool>,
}

/// A directly connected meter at a 100 kVA contract.
fn direct(previous: Vec<PreviousReading>) -> Given {
    Given {
        plate: direct_plate(),
        capacity_kva: Some(dec("100")),
        previous,
        load_present: None,
    }
}

impl Given {
    fn judges(&self, reading: &RegisterReading) -> Vec<Verdict> {
        let context = ReadingContext {
            nameplate: &self.plate,
            multiplier: self.plate.multiplier().ok(),
            capacity_kva: self.capacity_kva,
            previous: &self.previous,
            load_present: self.load_present,
        };
        check_reading(total(), reading, &context, &tables())
    }
}

fn last(value: &str) -> Vec<PreviousReading> {
    vec![previous(Obis::FORWARD_TOTAL, value, "2014-04-30T16:00:00Z")]
}

/// 720 hours after [`last`].
fn now(value: &str) -> RegisterReading {
    reading(value, "2014-05-30T16:00:00Z")
}

#[test]
fn the_gateway_of_mawan_village_passed_21600_kwh_in_may() {
    let given = Given {
        plate: gateway_plate(),
        ..direct(last("4670.00"))
    };

    let verdicts = given.judges(&now("5390.00"));

    assert_eq!(outcome(&verdicts, &RuleId::READING_BACKWARDS), Some(Outcome::Ok));
    let energy = verdict(&verdicts, &RuleId::READING_OVER_CAPACITY)
        .figure(FigureName::Energy)
        .unwrap();
    assert_eq!(energy.as_number(), Some(dec("21600")));
    assert!(doubts(&verdicts).is_empty(), "{verdicts:?}");
}

#[test]
fn hundred_kva_for_720_hours_pass_72000_kwh_and_no_more() {
    let plate = Nameplate {
        current: None,
        ..direct_plate()
    };
    let judge = |value| {
        let verdicts = Given {
            plate: plate.clone(),
            ..direct(last("1000"))
        }
        .judges(&now(value));
        let limit = verdict(&verdicts, &RuleId::READING_OVER_CAPACITY)
            .figure(FigureName::Limit)
            .unwrap()
            .as_number();
        (
            outcome(&verdicts, &RuleId::READING_OVER_CAPACITY).unwrap(),
            limit.unwrap(),
        )
    };

    assert_eq!(
        judge("65800"),
        (Outcome::Ok, dec("72000")),
        "64 800 kWh is exactly the soft limit"
    );
    assert_eq!(judge("65800.01"), (Outcome::Doubtful, dec("64800")));
    assert_eq!(judge("73000"), (Outcome::Doubtful, dec("64800")));
    assert_eq!(judge("73000.01"), (Outcome::Violated, dec("72000")));
}

#[test]
fn a_meter_of_60_amperes_passes_no_more_than_its_current_allows() {
    // 3 × 220 V × 60 A = 39.6 kW; × 720 h × 1.1 = 31 363.2 kWh.
    let judge = |value| {
        let verdicts = Given {
            capacity_kva: None,
            ..direct(last("0"))
        }
        .judges(&now(value));
        outcome(&verdicts, &RuleId::READING_OVER_IMAX).unwrap()
    };

    assert_eq!(judge("31363.2"), Outcome::Ok);
    assert_eq!(judge("31363.21"), Outcome::Violated);
}

#[test]
fn a_fall_without_rollover_goes_backwards() {
    let verdicts = direct(last("10234.56")).judges(&now("10234.55"));

    let backwards = verdict(&verdicts, &RuleId::READING_BACKWARDS);
    assert_eq!(backwards.outcome, Outcome::Violated);
    assert_eq!(
        backwards.figure(FigureName::Difference).unwrap().as_number(),
        Some(dec("-0.01"))
    );
    assert_eq!(
        outcome(&verdicts, &RuleId::READING_OVER_CAPACITY),
        None,
        "there is no energy to judge"
    );
}

#[test]
fn a_register_near_its_end_rolls_over_if_the_energy_fits() {
    let verdicts = direct(last("999900.00")).judges(&now("120.00"));

    let rollover = verdict(&verdicts, &RuleId::READING_ROLLOVER);
    assert_eq!(rollover.outcome, Outcome::Ok);
    assert_eq!(
        rollover.figure(FigureName::Difference).unwrap().as_number(),
        Some(dec("220.00"))
    );
    assert_eq!(outcome(&verdicts, &RuleId::READING_BACKWARDS), None);
}

#[test]
fn no_rollover_from_below_nine_tenths_or_beyond_the_contract() {
    let outcome_of = |before: &str, value| {
        outcome(
            &direct(last(before)).judges(&now(value)),
            &RuleId::READING_BACKWARDS,
        )
    };

    assert_eq!(
        outcome_of("899999.99", "100"),
        Some(Outcome::Violated),
        "not near the end"
    );
    assert_eq!(
        outcome_of("900000", "80000"),
        Some(Outcome::Violated),
        "180 000 kWh are more than 72 000"
    );
    assert_eq!(outcome_of("950000", "10000"), None, "60 000 kWh fit");
}

#[test]
fn a_rollover_that_can_not_be_bounded_is_doubtful() {
    let verdicts = Given {
        capacity_kva: None,
        ..direct(last("999900"))
    }
    .judges(&now("120"));

    assert_eq!(
        outcome(&verdicts, &RuleId::READING_ROLLOVER),
        Some(Outcome::Doubtful)
    );
}

#[test]
fn without_the_number_of_digits_every_fall_goes_backwards() {
    let plate = Nameplate {
        integer_digits: None,
        ..direct_plate()
    };
    let verdicts = Given {
        plate,
        ..direct(last("999900"))
    }
    .judges(&now("120"));

    assert_eq!(
        outcome(&verdicts, &RuleId::READING_BACKWARDS),
        Some(Outcome::Violated)
    );
}

#[test]
fn a_value_wider_than_the_register_was_never_on_it() {
    let verdicts = direct(Vec::new()).judges(&now("1000000"));
    assert_eq!(
        outcome(&verdicts, &RuleId::READING_TOO_WIDE),
        Some(Outcome::Violated)
    );

    assert_eq!(
        outcome(
            &direct(Vec::new()).judges(&now("999999.99")),
            &RuleId::READING_TOO_WIDE
        ),
        None
    );
}

#[test]
fn a_reading_before_the_last_one_is_judged_by_nothing_else() {
    let verdicts = direct(last("1000")).judges(&reading("900", "2014-04-01T00:00:00Z"));

    assert_eq!(doubts(&verdicts), [RuleId::READING_DATE]);
    assert_eq!(verdicts.len(), 1);
}

/// Three months of 3,000 kWh each, then the reading to be judged.
fn steady() -> Vec<PreviousReading> {
    [
        ("1000", "2014-01-30T16:00:00Z"),
        ("4000", "2014-03-01T16:00:00Z"),
        ("7000", "2014-03-31T16:00:00Z"),
        ("10000", "2014-04-30T16:00:00Z"),
    ]
    .map(|(value, read_at)| previous(Obis::FORWARD_TOTAL, value, read_at))
    .to_vec()
}

#[test]
fn a_jump_is_more_than_half_and_more_than_100_kwh_off_the_mean() {
    let judge = |value| outcome(&direct(steady()).judges(&now(value)), &RuleId::READING_JUMP).unwrap();

    assert_eq!(judge("13000"), Outcome::Ok);
    assert_eq!(judge("14500"), Outcome::Ok, "50 % more is not above 50 %");
    assert_eq!(judge("14501"), Outcome::Doubtful);
    assert_eq!(judge("11400"), Outcome::Doubtful, "less is a jump too");
}

#[test]
fn a_small_change_in_kwh_is_no_jump_however_many_per_cent() {
    let mut small = last("110");
    small.insert(0, previous(Obis::FORWARD_TOTAL, "100", "2014-03-31T16:00:00Z"));

    let verdicts = direct(small).judges(&now("210"));

    let jump = verdict(&verdicts, &RuleId::READING_JUMP);
    assert_eq!(jump.outcome, Outcome::Ok, "900 %, but 90 kWh");
    assert_eq!(
        jump.figure(FigureName::Deviation).unwrap().as_number(),
        Some(dec("900"))
    );
}

#[test]
fn a_long_period_is_no_jump() {
    let verdicts = direct(steady()).judges(&reading("19000", "2014-07-29T16:00:00Z"));

    assert_eq!(
        outcome(&verdicts, &RuleId::READING_JUMP),
        Some(Outcome::Ok),
        "9 000 kWh in 90 days are 3 000 a month"
    );
}

#[test]
fn an_unmoved_register_is_doubtful_with_a_load_or_after_three_periods() {
    let judge = |given: Given| outcome(&given.judges(&now("500")), &RuleId::READING_UNCHANGED).unwrap();
    let still = |periods: usize| {
        let months = [
            "2014-01-30T16:00:00Z",
            "2014-03-01T16:00:00Z",
            "2014-03-31T16:00:00Z",
            "2014-04-30T16:00:00Z",
        ];
        months[4 - periods..]
            .iter()
            .map(|read_at| previous(Obis::FORWARD_TOTAL, "500", read_at))
            .collect::<Vec<_>>()
    };

    assert_eq!(judge(direct(still(1))), Outcome::Ok);
    assert_eq!(judge(direct(still(2))), Outcome::Ok);
    assert_eq!(judge(direct(still(3))), Outcome::Doubtful);
    assert_eq!(
        judge(Given {
            load_present: Some(true),
            ..direct(still(1))
        }),
        Outcome::Doubtful
    );
    assert_eq!(
        judge(Given {
            load_present: Some(false),
            ..direct(still(1))
        }),
        Outcome::Ok
    );
}

#[test]
fn a_lost_decimal_point_is_recognised() {
    let verdicts = direct(last("10234.56")).judges(&now("1035467"));

    let lost = verdict(&verdicts, &RuleId::READING_DECIMALS_LOST);
    assert_eq!(
        lost.figure(FigureName::Expected).unwrap().as_number(),
        Some(dec("10354.67"))
    );
    assert!(doubts(&verdicts).contains(&RuleId::READING_TOO_WIDE));
}

#[test]
fn maximum_demand_is_compared_with_the_contract_after_the_multiplier() {
    let plate = gateway_plate();
    let context = ReadingContext {
        nameplate: &plate,
        multiplier: plate.multiplier().ok(),
        capacity_kva: Some(dec("100")),
        previous: &[],
        load_present: None,
    };
    let slot = jicha_domain::register::RegisterSlot::first(Obis::MAX_DEMAND_TOTAL);
    let judge = |value| {
        outcome(
            &check_reading(slot, &now(value), &context, &tables()),
            &RuleId::DEMAND_OVER_CAPACITY,
        )
    };

    assert_eq!(judge("3.3333"), Some(Outcome::Ok), "99.999 kW");
    assert_eq!(judge("3.4"), Some(Outcome::Doubtful), "102 kW");
    assert_eq!(judge("3.6"), Some(Outcome::Violated), "108 kW");
}

#[test]
fn absurd_numbers_get_an_answer_and_no_panic() {
    let plate = Nameplate {
        integer_digits: Some(255),
        decimal_digits: Some(255),
        ..gateway_plate()
    };
    let absurd = vec![PreviousReading {
        value: Decimal::MIN,
        ..previous(Obis::FORWARD_TOTAL, "0", "2014-04-30T16:00:00Z")
    }];
    let given = Given {
        plate,
        capacity_kva: Some(Decimal::MAX),
        previous: absurd,
        load_present: None,
    };

    let verdicts = given.judges(&RegisterReading {
        value: Decimal::MAX,
        ..now("0")
    });

    assert_eq!(
        outcome(&verdicts, &RuleId::READING_BACKWARDS),
        Some(Outcome::NotEvaluable)
    );
}

proptest! {
    #[test]
    fn a_register_that_only_counts_up_never_goes_backwards(before in 0i64..99_999_999, advance in 0i64..100_000) {
        let before = Decimal::new(before, 2);
        let value = (before + Decimal::new(advance, 2)) % dec("1000000");
        let previous = vec![PreviousReading { value: before, ..previous(Obis::FORWARD_TOTAL, "0", "2014-04-30T16:00:00Z") }];
        let verdicts = direct(previous).judges(&RegisterReading { value, ..now("0") });
        prop_assert!(!doubts(&verdicts).contains(&RuleId::READING_BACKWARDS));
    }

    #[test]
    fn no_reading_makes_a_rule_panic(value: i64, scale in 0u32..28, before: i64, hours in -10_000i64..10_000) {
        let value = Decimal::from_i128_with_scale(i128::from(value), scale);
        let before = Decimal::new(before, 0);
        let read_at = at("2014-04-30T16:00:00Z") + jiff::SignedDuration::from_hours(hours);
        let previous = vec![PreviousReading { value: before, ..previous(Obis::FORWARD_TOTAL, "0", "2014-04-30T16:00:00Z") }];
        for verdict in direct(previous).judges(&RegisterReading { value, read_at, ..now("0") }) {
            let sentence = verdict.explain(jicha_domain::Language::Zh);
            prop_assert!(!sentence.contains(verdict.rule.as_str()), "only a list of figures: {}", sentence);
        }
    }
}
