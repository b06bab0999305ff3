//! Verdicts as sentences: every rule has one in both languages, with its numbers.

use jicha_domain::Language;
use jicha_domain::clock_comparison::ClockReference;
use jicha_domain::error_test::{ErrorTestPoint, TestPointNo};
use jicha_domain::inspection::Inspection;
use jicha_domain::metering_point::PointClass;
use jicha_domain::obis::Obis;
use jicha_domain::register::{PreviousReading, RegisterSlot};
use jicha_domain::rule::{Figure, FigureName, Outcome, Place, RuleId, Verdict, check};
use jicha_domain::wiring::{Phase, PhaseMeasurement};

use crate::build::{at, dec, gateway_plate, inspection, previous, reading, tables, total};
use crate::stored_form::full_inspection;

#[test]
fn a_sentence_carries_the_numbers() {
    let mut inspection = inspection(gateway_plate());
    inspection.about.previous = vec![previous(Obis::FORWARD_TOTAL, "5390.00", "2014-05-31T16:00:00Z")];
    inspection
        .registers
        .insert(total(), reading("5389.00", "2014-06-13T02:00:00Z"));

    let verdicts = inspection.check_register(total(), &tables());

    assert_eq!(
        verdicts[0].explain(Language::Zh),
        "正向有功 总倒走：本次 5389.00 kWh 小于上次 5390.00 kWh（差 -1.00 kWh），且不能以满码归零解释；请复抄并拍照。"
    );
    assert_eq!(
        verdicts[0].explain(Language::En),
        "Forward active, total runs backwards: 5389.00 kWh is less than 5390.00 kWh last time (-1.00 kWh), and no rollover explains it; read it again with a photo."
    );
}

/// Everything that can be wrong at once, and some things that are right.
fn troubled_inspection() -> Inspection {
    let mut inspection = full_inspection();
    inspection.about.point.nameplate.stated_multiplier = Some("40".parse().unwrap());
    inspection.about.point.class = Some(PointClass::III);
    inspection.about.point.nameplate.verified_on = Some(jiff::civil::date(2013, 1, 1));
    inspection.about.previous = steady();
    inspection.place.as_mut().unwrap().mocked = true;
    let site = inspection.nameplate.as_mut().unwrap();
    site.model = Some("DTS541".to_owned());
    site.ct_ratio = Some("200/5".parse().unwrap());
    let clock = inspection.clock.as_mut().unwrap();
    clock.meter_showed = at("2014-06-13T01:45:00Z");
    clock.reference = ClockReference::Phone;
    for (rate, value) in (1..).zip(["600", "2000", "1500", "2000"]) {
        let slot = RegisterSlot::first(Obis::FORWARD_TOTAL.with_rate(rate));
        inspection
            .registers
            .insert(slot, reading(value, "2014-06-13T01:41:00Z"));
    }
    inspection.registers.insert(
        RegisterSlot {
            attempt: 3,
            ..total()
        },
        reading("6100.00", "2014-06-13T01:55:00Z"),
    );
    inspection.registers.insert(
        RegisterSlot::first(Obis::MAX_DEMAND_TOTAL),
        reading("3.6", "2014-06-13T01:55:00Z"),
    );
    let phase = |voltage: &str, angle: &str, voltage_angle: &str| PhaseMeasurement {
        voltage_v: Some(dec(voltage)),
        current_a: Some(dec("3.2")),
        angle_deg: Some(dec(angle)),
        voltage_angle_deg: Some(dec(voltage_angle)),
        active_power_kw: None,
    };
    inspection.phases.insert(Phase::L2, phase("241.0", "205", "240"));
    inspection.phases.insert(Phase::L3, phase("12.0", "25", "120"));
    let low = inspection.error_tests.values().next().unwrap().clone();
    inspection.error_tests.insert(
        TestPointNo::new(2).unwrap(),
        ErrorTestPoint {
            load_percent: dec("2"),
            ..low.clone()
        },
    );
    inspection.error_tests.insert(
        TestPointNo::new(3).unwrap(),
        ErrorTestPoint {
            error_percent: Some(dec("0.75")),
            ..low
        },
    );
    inspection
}

/// Gateway readings of the line-loss example.
fn steady() -> Vec<PreviousReading> {
    [
        ("4000.00", "2014-03-31T16:00:00Z"),
        ("4670.00", "2014-04-30T16:00:00Z"),
        ("5390.00", "2014-05-31T16:00:00Z"),
    ]
    .map(|(value, read_at)| previous(Obis::FORWARD_TOTAL, value, read_at))
    .to_vec()
}

#[test]
fn all_verdicts_of_a_troubled_inspection_read_like_this() {
    let verdicts = check(&troubled_inspection(), &tables(), at("2014-06-13T02:00:00Z"));

    let lines: Vec<String> = verdicts
        .iter()
        .flat_map(|verdict| {
            let of = |language| format!("[{}] {}", verdict.outcome, verdict.explain(language));
            [of(Language::Zh), of(Language::En)]
        })
        .collect();
    assert!(verdicts.iter().all(|verdict| {
        !verdict
            .explain(Language::En)
            .contains(&format!("({})", verdict.rule))
    }));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_rule_of_a_newer_version_still_shows_its_figures() {
    let verdict = Verdict::new(
        RuleId::new("reading_of_tomorrow").unwrap(),
        Outcome::Doubtful,
        Place::Clock,
    )
    .with(Figure::plain(FigureName::Value, dec("7")));

    assert_eq!(
        verdict.explain(Language::En),
        "Clock: Doubtful (reading_of_tomorrow) Value 7."
    );
    assert_eq!(
        verdict.explain(Language::Zh),
        "时钟：存疑（reading_of_tomorrow）本次值 7。"
    );
}

#[test]
fn a_quotient_is_cut_where_people_stop_reading() {
    let verdict = Verdict::new(RuleId::new("x").unwrap(), Outcome::Ok, Place::Clock)
        .with(Figure::plain(FigureName::Multiplier, dec("100") / dec("3")));

    assert!(
        verdict.explain(Language::En).contains("33.333333."),
        "{}",
        verdict.explain(Language::En)
    );
}

#[test]
fn a_verdict_survives_the_way_to_a_page() {
    let mut inspection = inspection(gateway_plate());
    inspection.about.previous = vec![previous(Obis::FORWARD_TOTAL, "1", "2014-05-31T16:00:00Z")];
    inspection
        .registers
        .insert(total(), reading("2.00", "2014-06-13T02:00:00Z"));

    for verdict in inspection.check_register(total(), &tables()) {
        let json = serde_json::to_string(&verdict).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict, "{json}");
    }
}
