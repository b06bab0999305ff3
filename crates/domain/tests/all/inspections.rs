//! Inspections: their state, what they lack, and all rules at once.

use jicha_domain::id::ChecklistItemId;
use jicha_domain::inspection::{InspectionState, Want};
use jicha_domain::obis::Obis;
use jicha_domain::photo::{MissingShot, MissingShotReason, PhotoRef, PhotoSubject};
use jicha_domain::register::RegisterSlot;
use jicha_domain::rule::{Place, RuleId, check, doubts};
use jicha_domain::signature::{Signature, SignatureRole, StrokeError};

use crate::build::{at, gateway_plate, inspection, photo_hash, previous, reading, tables, total};
use crate::checklists::{complete_answers, routine};

fn signature(refused_because: Option<&str>) -> Signature {
    Signature {
        name: "张三".to_owned(),
        person: None,
        signed_at: at("2014-06-13T04:00:00Z"),
        refused_because: refused_because.map(str::to_owned),
        covers_heads: Vec::new(),
        stroke_svg: None,
    }
}

fn photo(supports: &str) -> PhotoRef {
    PhotoRef {
        supports: Some(supports.to_owned()),
        ..PhotoRef::new("image/jpeg", 1, PhotoSubject::Cabinet, at("2014-06-13T02:00:00Z"))
    }
}

#[test]
fn the_state_follows_from_what_is_recorded() {
    let mut inspection = inspection(gateway_plate());
    assert_eq!(inspection.state(), InspectionState::Open);

    inspection.finished_at = Some(at("2014-06-13T03:00:00Z"));
    assert_eq!(inspection.state(), InspectionState::Filled);

    inspection
        .signatures
        .insert(SignatureRole::Customer, signature(None));
    inspection
        .signatures
        .insert(SignatureRole::Inspector, signature(Some("手受伤")));
    assert_eq!(
        inspection.state(),
        InspectionState::Filled,
        "neither the customer's nor a refusal counts"
    );

    inspection
        .signatures
        .insert(SignatureRole::Inspector, signature(None));
    assert_eq!(inspection.state(), InspectionState::Signed);
}

#[test]
fn an_inspection_says_everything_it_lacks_before_it_is_signed() {
    let form = routine();
    let mut inspection = inspection(gateway_plate());
    let required = |inspection: &jicha_domain::inspection::Inspection| {
        inspection
            .ready_to_sign(&form)
            .into_iter()
            .filter(|missing| missing.required)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        required(&inspection).len(),
        22 + 2 + 6,
        "22 answers, a reading, to be finished, and 6 photos of the shot list of a gateway meter"
    );

    inspection.answers = complete_answers(&form);
    inspection
        .registers
        .insert(total(), reading("5390.00", "2014-06-13T02:00:00Z"));
    assert_eq!(
        required(&inspection).len(),
        8 + 1 + 6,
        "8 photos of items, to be finished, and the shot list"
    );

    for (byte, item) in (1..).zip(form.items.iter().filter(|item| item.photo_mandatory)) {
        inspection
            .photos
            .insert(photo_hash(byte), photo(&format!("item:{}", item.id)));
    }
    inspection.finished_at = Some(at("2014-06-13T03:00:00Z"));
    let excuse = MissingShot {
        reason: MissingShotReason::OutOfReach,
        words: None,
        at: at("2014-06-13T02:30:00Z"),
    };
    let still_open = inspection.shots().into_iter().filter(|shot| !shot.is_settled());
    let still_open: Vec<_> = still_open.map(|shot| shot.shows).collect();
    assert_eq!(still_open.len(), 5, "all eight photos show the cabinet");
    for shows in still_open {
        inspection.missing_shots.insert(shows, excuse.clone());
    }
    assert_eq!(required(&inspection), []);

    let progress = inspection.progress(&form);
    assert_eq!((progress.items_answered, progress.items), (22, 22));
    assert_eq!(
        (progress.photos_mandatory_taken, progress.photos_mandatory),
        (8, 8)
    );
    assert_eq!(
        (progress.shots_taken, progress.shots_excused, progress.shots),
        (1, 5, 6)
    );
}

#[test]
fn a_doubtful_reading_is_asked_for_again_but_blocks_nothing() {
    let mut inspection = inspection(gateway_plate());
    let mut doubtful = reading("10.00", "2014-06-13T02:00:00Z");
    doubtful.doubts = vec![RuleId::READING_BACKWARDS];
    inspection.registers.insert(total(), doubtful);

    let again: Vec<_> = inspection
        .ready_to_sign(&routine())
        .into_iter()
        .filter(|missing| missing.want == Want::SecondReading)
        .collect();
    assert_eq!(again.len(), 1);
    assert!(!again[0].required);
    assert_eq!(
        again[0].place,
        Place::Register(RegisterSlot {
            attempt: 2,
            ..total()
        })
    );

    inspection.registers.insert(
        RegisterSlot {
            attempt: 2,
            ..total()
        },
        reading("10.00", "2014-06-13T02:05:00Z"),
    );
    assert!(inspection.slots_to_read_again().is_empty());
}

#[test]
fn the_second_reading_is_the_one_that_counts() {
    let mut inspection = inspection(gateway_plate());
    inspection.registers.insert(
        RegisterSlot {
            attempt: 2,
            ..total()
        },
        reading("2", "2014-06-13T02:05:00Z"),
    );
    inspection
        .registers
        .insert(total(), reading("1", "2014-06-13T02:00:00Z"));

    let (slot, _) = inspection.latest_registers()[&Obis::FORWARD_TOTAL];

    assert_eq!(slot.attempt, 2);
}

#[test]
fn an_empty_inspection_has_nothing_to_be_judged() {
    assert_eq!(
        check(
            &inspection(gateway_plate()),
            &tables(),
            at("2014-06-13T02:00:00Z")
        ),
        []
    );
}

#[test]
fn all_rules_run_on_what_is_there() {
    let mut inspection = inspection(gateway_plate());
    inspection.about.previous = vec![previous(Obis::FORWARD_TOTAL, "5390.00", "2014-05-31T16:00:00Z")];
    inspection
        .registers
        .insert(total(), reading("5389.00", "2014-06-13T02:00:00Z"));
    inspection.nameplate = Some(jicha_domain::meter::Nameplate {
        ct_ratio: Some("200/5".parse().unwrap()),
        ..gateway_plate()
    });

    let verdicts = check(&inspection, &tables(), at("2014-06-13T02:00:00Z"));

    assert_eq!(
        doubts(&verdicts),
        [RuleId::MULTIPLIER_SITE, RuleId::READING_BACKWARDS]
    );
}

#[test]
fn strokes_are_bounded_and_can_not_carry_a_script() {
    assert_eq!(Signature::check_strokes("M0 0 L10.5,-3 Q1 2 3 4Z"), Ok(()));
    assert_eq!(
        Signature::check_strokes("M0 0\"/><script>"),
        Err(StrokeError::NotAPath { found: '"' })
    );
    assert!(matches!(
        Signature::check_strokes(&"M".repeat(16_385)),
        Err(StrokeError::TooLong { size_bytes: 16_385 })
    ));
}

#[test]
fn a_photo_that_supports_something_else_supports_no_item() {
    let mut inspection = inspection(gateway_plate());
    inspection
        .photos
        .insert(photo_hash(1), photo("register:1-0:1.8.0*255/1"));
    inspection
        .photos
        .insert(photo_hash(2), photo("something of tomorrow"));
    inspection.photos.insert(photo_hash(3), photo("item:JL-R-01"));

    let supported = inspection.supported_items();

    let id: ChecklistItemId = "JL-R-01".parse().unwrap();
    assert_eq!(supported.into_iter().collect::<Vec<_>>(), [(id, photo_hash(3))]);
}
