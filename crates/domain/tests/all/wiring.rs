//! Wiring: sequence, direction, missing phases, and K against phasors built independently.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use jicha_domain::meter::{Nameplate, PhaseWire};
use jicha_domain::metering_point::MeteringPointKind;
use jicha_domain::rule::wiring::{Element, FOUR_WIRE, MeteredShare, THREE_WIRE, check};
use jicha_domain::rule::{FigureName, Outcome, Place, RuleId, Verdict};
use jicha_domain::wiring::{Phase, PhaseMeasurement};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::build::{dec, direct_plate, outcome, tables, verdict};

fn phase(voltage_v: &str, current_a: &str, angle_deg: &str, voltage_angle_deg: &str) -> PhaseMeasurement {
    PhaseMeasurement {
        voltage_v: Some(dec(voltage_v)),
        current_a: Some(dec(current_a)),
        angle_deg: Some(dec(angle_deg)),
        voltage_angle_deg: Some(dec(voltage_angle_deg)),
        active_power_kw: None,
    }
}

fn healthy() -> BTreeMap<Phase, PhaseMeasurement> {
    BTreeMap::from([
        (Phase::L1, phase("221.5", "10.2", "25.1", "0")),
        (Phase::L2, phase("220.8", "9.8", "24.8", "120.1")),
        (Phase::L3, phase("222.0", "10.0", "25.5", "239.8")),
    ])
}

fn judge(measured: &BTreeMap<Phase, PhaseMeasurement>, kind: MeteringPointKind) -> Vec<Verdict> {
    check(measured, &direct_plate(), kind, &tables(), date(2014, 6, 13))
}

fn coefficient(verdicts: &[Verdict]) -> Option<Decimal> {
    verdict(verdicts, &RuleId::CORRECTION_COEFFICIENT)
        .figure(FigureName::Coefficient)?
        .as_number()
}

#[test]
fn a_healthy_meter_has_nothing_to_be_doubted() {
    let verdicts = judge(&healthy(), MeteringPointKind::Power);

    assert!(
        verdicts.iter().all(|verdict| verdict.outcome == Outcome::Ok),
        "{verdicts:?}"
    );
    assert_eq!(coefficient(&verdicts), Some(dec("1")));
    assert_eq!(outcome(&verdicts, &RuleId::PHASE_SEQUENCE), Some(Outcome::Ok));
}

#[test]
fn voltages_that_follow_the_other_way_round_are_reversed_sequence() {
    let mut measured = healthy();
    measured.insert(Phase::L2, phase("220", "10", "25", "240"));
    measured.insert(Phase::L3, phase("220", "10", "25", "120"));
    assert_eq!(
        outcome(
            &judge(&measured, MeteringPointKind::Power),
            &RuleId::PHASE_SEQUENCE
        ),
        Some(Outcome::Violated)
    );

    measured.insert(Phase::L3, phase("220", "10", "25", "-240"));
    assert_eq!(
        outcome(
            &judge(&measured, MeteringPointKind::Power),
            &RuleId::PHASE_SEQUENCE
        ),
        Some(Outcome::Violated),
        "an angle counted the other way round is the same angle"
    );

    measured.insert(Phase::L3, phase("220", "10", "25", "240"));
    assert_eq!(
        outcome(
            &judge(&measured, MeteringPointKind::Power),
            &RuleId::PHASE_SEQUENCE
        ),
        Some(Outcome::Doubtful)
    );
}

#[test]
fn the_three_wire_sequence_is_seen_by_the_second_voltage() {
    let plate = Nameplate {
        phase_wire: Some(PhaseWire::ThreePhaseThreeWire),
        rated_voltage: Some("3×100 V".to_owned()),
        ..direct_plate()
    };
    let judge = |angle| {
        let measured = BTreeMap::from([
            (Phase::L1, phase("100", "1", "50", "0")),
            (Phase::L3, phase("100", "1", "350", angle)),
        ]);
        check(
            &measured,
            &plate,
            MeteringPointKind::Power,
            &tables(),
            date(2014, 6, 13),
        )
    };

    assert_eq!(outcome(&judge("300"), &RuleId::PHASE_SEQUENCE), Some(Outcome::Ok));
    assert_eq!(
        outcome(&judge("60"), &RuleId::PHASE_SEQUENCE),
        Some(Outcome::Violated)
    );
    assert_eq!(
        outcome(&judge("300"), &RuleId::POWER_DIRECTION),
        None,
        "one element of three-wire may run backwards"
    );
}

#[test]
fn one_reversed_ct_of_three_meters_a_third() {
    let mut measured = healthy();
    measured.insert(Phase::L2, phase("220.8", "9.8", "204.8", "120.1"));

    let verdicts = judge(&measured, MeteringPointKind::Power);

    let reversed = verdicts
        .iter()
        .find(|verdict| verdict.rule == RuleId::POWER_DIRECTION && verdict.place == Place::Phase(Phase::L2));
    assert_eq!(reversed.unwrap().outcome, Outcome::Violated);
    assert_eq!(
        outcome(&verdicts, &RuleId::CORRECTION_COEFFICIENT),
        Some(Outcome::Violated)
    );
    assert_eq!(coefficient(&verdicts), Some(dec("3")));
}

#[test]
fn two_reversed_cts_run_backwards_at_a_third() {
    let mut measured = healthy();
    measured.insert(Phase::L2, phase("220.8", "9.8", "204.8", "120.1"));
    measured.insert(Phase::L3, phase("222.0", "10.0", "205.5", "239.8"));

    assert_eq!(
        coefficient(&judge(&measured, MeteringPointKind::Power)),
        Some(dec("-3"))
    );
}

#[test]
fn one_lost_voltage_meters_two_thirds() {
    let mut measured = healthy();
    measured.insert(Phase::L1, phase("0", "10.2", "0", "0"));

    let verdicts = judge(&measured, MeteringPointKind::Power);

    assert_eq!(coefficient(&verdicts), Some(dec("1.5")));
    let lost: Vec<_> = verdicts
        .iter()
        .filter(|v| v.rule == RuleId::PHASE_MISSING && v.outcome == Outcome::Violated)
        .collect();
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].place, Place::Phase(Phase::L1));
}

#[test]
fn a_phase_without_current_is_doubtful_while_others_carry_some() {
    let mut measured = healthy();
    measured.insert(
        Phase::L3,
        PhaseMeasurement {
            angle_deg: None,
            ..phase("222.0", "0.02", "0", "239.8")
        },
    );

    let verdicts = judge(&measured, MeteringPointKind::Power);

    let doubtful: Vec<_> = verdicts
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::Doubtful)
        .collect();
    assert_eq!(doubtful.len(), 1);
    assert_eq!(
        (&doubtful[0].rule, &doubtful[0].place),
        (&RuleId::PHASE_MISSING, &Place::Phase(Phase::L3))
    );
}

#[test]
fn power_backwards_in_all_phases_or_at_a_gateway_may_be_fed_in() {
    let all_backwards: BTreeMap<_, _> = healthy()
        .into_iter()
        .map(|(name, phase)| {
            (
                name,
                PhaseMeasurement {
                    angle_deg: Some(dec("180")),
                    ..phase
                },
            )
        })
        .collect();
    let mut one_backwards = healthy();
    one_backwards.insert(Phase::L2, phase("220.8", "9.8", "180", "120.1"));
    let worst = |measured: &_, kind| {
        judge(measured, kind)
            .into_iter()
            .filter(|v| v.rule == RuleId::POWER_DIRECTION)
            .map(|v| v.outcome)
            .max()
    };

    assert_eq!(
        worst(&all_backwards, MeteringPointKind::Power),
        Some(Outcome::Doubtful)
    );
    assert_eq!(
        worst(&one_backwards, MeteringPointKind::GatewayTransformerArea),
        Some(Outcome::Doubtful)
    );
    assert_eq!(
        worst(&one_backwards, MeteringPointKind::Power),
        Some(Outcome::Violated)
    );
}

#[test]
fn textbook_coefficients_are_exact() {
    let share = |elements: &[Element]| MeteredShare::of(elements).share(dec("25")).unwrap();
    let [l1, l2, l3] = FOUR_WIRE;

    assert_eq!(share(&FOUR_WIRE), dec("1"));
    assert_eq!(
        MeteredShare::of(&[l1, l2.with_current_reversed(), l3]).coefficient(dec("25")),
        Some(dec("3"))
    );
    assert_eq!(
        MeteredShare::of(&[l1.without_voltage(), l2, l3]).coefficient(dec("25")),
        Some(dec("1.5"))
    );
    assert_eq!(
        MeteredShare::of(&[l1, l2.without_current(), l3]).coefficient(dec("25")),
        Some(dec("1.5"))
    );
    assert_eq!(
        MeteredShare::of(&[l1, l2.with_current_reversed(), l3.with_current_reversed()]).coefficient(dec("0")),
        Some(dec("-3"))
    );
    assert_eq!(share(&THREE_WIRE), dec("1"), "P = √3·U·I·cos φ, whatever φ");
}

#[test]
fn a_meter_that_counts_nothing_has_no_coefficient() {
    let [l1, l2, _] = FOUR_WIRE;
    assert_eq!(
        MeteredShare::of(&[l1, l2.with_current_reversed()]).coefficient(dec("10")),
        None
    );
    assert_eq!(MeteredShare::of(&FOUR_WIRE).coefficient(dec("1")), Some(dec("1")));
}

/// Metered power and true power of a balanced load, from phasors: 1 V, 1 A, angle φ.
fn powers_from_phasors(elements: &[Element], phi: f64) -> (f64, f64) {
    let lag = |phase: Phase| match phase {
        Phase::L1 => 0.0,
        Phase::L2 => 2.0 * PI / 3.0,
        Phase::L3 => 4.0 * PI / 3.0,
    };
    let phasor = |angle: f64| (angle.cos(), -angle.sin());
    let voltage = |phase: Option<Phase>| phase.map_or((0.0, 0.0), |phase| phasor(lag(phase)));
    let metered = elements.iter().map(|element| {
        let (x, y) = (voltage(element.voltage), voltage(element.against));
        let current = element
            .current
            .map_or((0.0, 0.0), |phase| phasor(lag(phase) + phi));
        let power = (x.0 - y.0) * current.0 + (x.1 - y.1) * current.1;
        if element.reversed { -power } else { power }
    });
    (metered.sum(), 3.0 * phi.cos())
}

fn any_phase() -> impl Strategy<Value = Option<Phase>> {
    prop_oneof![
        Just(None),
        Just(Some(Phase::L1)),
        Just(Some(Phase::L2)),
        Just(Some(Phase::L3))
    ]
}

fn any_element() -> impl Strategy<Value = Element> {
    (any_phase(), any_phase(), any_phase(), any::<bool>()).prop_map(
        |(voltage, against, current, reversed)| Element {
            voltage,
            against,
            current,
            reversed,
        },
    )
}

proptest! {
    #[test]
    fn the_share_is_what_phasors_give(elements in proptest::collection::vec(any_element(), 1..=3), phi_deg in -80i64..=80) {
        let (metered, truth) = powers_from_phasors(&elements, (phi_deg as f64).to_radians());
        let share = MeteredShare::of(&elements).share(Decimal::from(phi_deg)).unwrap().to_f64().unwrap();
        prop_assert!((share - metered / truth).abs() < 1e-6, "{share} but {}", metered / truth);
    }

    #[test]
    fn metered_energy_times_k_is_the_truth(elements in proptest::collection::vec(any_element(), 1..=3), phi_deg in -60i64..=60) {
        let phi = Decimal::from(phi_deg);
        let share = MeteredShare::of(&elements);
        if let Some(coefficient) = share.coefficient(phi) {
            let product = (coefficient * share.share(phi).unwrap() - Decimal::ONE).abs();
            prop_assert!(product < dec("0.000001"));
        }
    }
}
