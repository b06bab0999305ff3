//! The stored form of records: a promise to every file that was ever written. If one of these snapshots changes, old
//! phones and old documents are affected.

use std::collections::BTreeMap;

use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::checklist::{Answer, AnswerResult};
use jicha_domain::clock_comparison::{ClockComparison, ClockReference};
use jicha_domain::customer::Customer;
use jicha_domain::error_test::{ErrorTestPoint, ReferenceClass, TestPointNo};
use jicha_domain::finding::{Finding, FindingCategory, Severity};
use jicha_domain::id::{CommentId, FindingId, InspectionId, TaskId};
use jicha_domain::inspection::Inspection;
use jicha_domain::obis::Obis;
use jicha_domain::photo::{
    MissingShot, MissingShotReason, PerceptualHash, PhotoQuality, PhotoRef, PhotoSubject,
};
use jicha_domain::position::{PositionProvider, PositionWgs84};
use jicha_domain::register::{RegisterReading, RegisterSlot};
use jicha_domain::review::{
    Comment, InspectionDecision, InspectionVerdict, PhotoDecision, PhotoVerdict, RetakeReason, Review,
    ReviewAbout,
};
use jicha_domain::rule::RuleId;
use jicha_domain::seal::{SealCheck, SealKey, SealNumber, SealPlace, SealState};
use jicha_domain::signature::{Signature, SignatureRole};
use jicha_domain::task::{PointReason, Task, TaskAbout, TaskPoint};
use jicha_domain::wiring::{Phase, PhaseMeasurement};

use crate::build::{
    about, at, dec, gateway_plate, person, photo_hash, point, previous, reading, total, unit, uuid,
};

fn position() -> PositionWgs84 {
    let mut position = PositionWgs84::new(24.8846, 104.3086).unwrap();
    position.accuracy_m = Some(4.5);
    position.fixed_at = Some(at("2014-06-13T01:30:00.250Z"));
    position.provider = Some(PositionProvider::Gnss);
    position
}

/// An inspection in which every field is set.
pub fn full_inspection() -> Inspection {
    let mut inspection = Inspection::new(about(gateway_plate()));
    inspection.about.task = Some(TaskId::new(uuid(3)));
    inspection.about.shared_with_unit = true;
    inspection.about.previous = vec![previous(Obis::FORWARD_TOTAL, "5390.00", "2014-05-31T16:00:00Z")];
    inspection.about.previous_photo = Some(photo_hash(9));
    inspection.about.point.position = Some(position());
    inspection.arrived_at = Some(at("2014-06-13T01:30:00Z"));
    inspection.finished_at = Some(at("2014-06-13T03:00:00Z"));
    inspection.place = Some(position());
    inspection.registers.insert(
        total(),
        RegisterReading {
            photo: Some(photo_hash(1)),
            doubts: vec![RuleId::READING_JUMP],
            inspector: Some(person(4)),
            ..reading("6140.00", "2014-06-13T01:40:00Z")
        },
    );
    inspection.registers.insert(
        RegisterSlot {
            attempt: 2,
            ..total()
        },
        reading("6140.02", "2014-06-13T01:52:00Z"),
    );
    inspection.nameplate = Some(gateway_plate());
    inspection.clock = Some(ClockComparison {
        meter_showed: at("2014-06-13T01:35:12Z"),
        reference_showed: at("2014-06-13T01:35:00Z"),
        reference: ClockReference::Gnss,
    });
    inspection.seals.insert(
        SealKey::first(SealPlace::TerminalCover),
        SealCheck {
            state: SealState::Broken,
            number: Some(SealNumber::new("0081").unwrap()),
            expected_number: Some(SealNumber::new("0081").unwrap()),
            new_number: Some(SealNumber::new("0107").unwrap()),
            photo: Some(photo_hash(2)),
        },
    );
    inspection.phases.insert(
        Phase::L1,
        PhaseMeasurement {
            voltage_v: Some(dec("221.5")),
            current_a: Some(dec("3.204")),
            angle_deg: Some(dec("25.1")),
            voltage_angle_deg: Some(dec("0")),
            active_power_kw: Some(dec("0.6431")),
        },
    );
    inspection.error_tests.insert(
        TestPointNo::new(1).unwrap(),
        ErrorTestPoint {
            load_percent: dec("213.6"),
            power_factor: dec("0.91"),
            inductive: true,
            error_percent: Some(dec("-0.21")),
            reference_class: Some(ReferenceClass::R005),
            reference_asset_no: Some("B0005".parse().unwrap()),
        },
    );
    inspection.answers.insert(
        "JL-G-13".parse().unwrap(),
        Answer {
            result: AnswerResult::NotApplicable,
            value: None,
            unit: None,
            note: Some("无电压互感器".to_owned()),
        },
    );
    inspection.findings.insert(
        FindingId::new(uuid(5)),
        Finding {
            title: "表尾盖封印破损".to_owned(),
            category: FindingCategory::Seal,
            severity: Severity::Serious,
            found_at: at("2014-06-13T01:45:00Z"),
            description: "封线断开。".to_owned(),
            clause: Some("DL/T 448-2000 8.1".parse().unwrap()),
            item: Some("JL-G-19".parse().unwrap()),
            responsible_unit: Some(unit("0530324")),
            photos: vec![photo_hash(2)],
            on_the_spot: true,
            fixed_on_the_spot: true,
            acknowledged_by: Some("李四".to_owned()),
            remedy: Some("更换封印并登记".to_owned()),
        },
    );
    inspection.photos.insert(
        photo_hash(2),
        PhotoRef {
            media_type: "image/jpeg".to_owned(),
            size_bytes: 2_345_678,
            shows: PhotoSubject::Seal,
            taken_at: Some(at("2014-06-13T01:44:10Z")),
            received_at: at("2014-06-13T01:44:12.500Z"),
            position: Some(position()),
            supports: Some("item:JL-G-19".to_owned()),
            caption: Some("表尾盖".to_owned()),
            camera: Some("Nikon COOLPIX P6000".to_owned()),
            width: Some(4000),
            height: Some(3000),
            orientation: Some(6),
            monotonic_ms: Some(86_400_123),
            device_position: Some(position()),
            quality: Some(PhotoQuality {
                sharpness: 312.5,
                mean_luma: 101.25,
                dark_share: 0.125,
                clipped_share: 0.0,
            }),
            perceptual_hash: Some(PerceptualHash(0x00ff_a5a5_1234_0001)),
            doubts: vec![RuleId::PLACE],
            replaces: Some(photo_hash(1)),
        },
    );
    inspection.missing_shots.insert(
        PhotoSubject::Wiring,
        MissingShot {
            reason: MissingShotReason::OutOfReach,
            words: Some("带电部位".to_owned()),
            at: at("2014-06-13T01:50:00Z"),
        },
    );
    inspection.signatures.insert(
        SignatureRole::UnitContact,
        Signature {
            name: "李四".to_owned(),
            person: Some(person(6)),
            signed_at: at("2014-06-13T03:05:00Z"),
            refused_because: None,
            covers_heads: vec!["ab".repeat(32)],
            stroke_svg: Some("M0 0 L10 10".to_owned()),
        },
    );
    inspection.note = "总表正常，逐户检查动力表。".to_owned();
    inspection
}

fn full_task() -> Task {
    let mut task = Task::new(TaskAbout {
        unit: unit("0530324"),
        title: "6月线损专项：马湾村2号台区".to_owned(),
        dimension: Dimension::Special,
        specialty: Specialty::LineLoss,
        due_on: Some(jiff::civil::date(2014, 6, 30)),
        assignees: vec![person(1)],
        created_by: person(7),
        created_at: at("2014-06-10T01:00:00Z"),
        checklist: Some("JL-G@1".parse().unwrap()),
        note: Some("先查总表。".to_owned()),
    });
    let customer = Customer {
        name: Some("某公司".to_owned()),
        address: Some("马湾村".to_owned()),
        phone: Some("13800000000".to_owned()),
        capacity_kva: Some(dec("30")),
        ..Customer::new("0123456789".parse().unwrap())
    };
    let point = point(gateway_plate());
    task.points.insert(
        point.no.clone(),
        TaskPoint {
            point,
            customer: Some(customer.thinned()),
            previous: vec![previous(Obis::FORWARD_TOTAL, "5390.00", "2014-05-31T16:00:00Z")],
            previous_photo: None,
            order: 1,
            reason: Some(PointReason::HandPicked),
            reason_note: Some("连续两个月线损异常".to_owned()),
        },
    );
    task
}

fn full_review() -> Review {
    let mut review = Review::new(ReviewAbout {
        inspection: InspectionId::new(uuid(8)),
        unit: unit("0530324"),
        inspector: person(1),
    });
    review.photos.insert(
        photo_hash(2),
        PhotoVerdict {
            decision: PhotoDecision::Retake,
            reason: Some(RetakeReason::SealNotVisible),
            words: Some("请靠近拍".to_owned()),
            finding: None,
            by: person(10),
            at: at("2014-06-14T01:00:00Z"),
        },
    );
    review.second_verdicts.insert(
        photo_hash(2),
        PhotoVerdict {
            decision: PhotoDecision::Finding,
            reason: None,
            words: None,
            finding: Some(FindingId::new(uuid(12))),
            by: person(13),
            at: at("2014-06-14T02:00:00Z"),
        },
    );
    review.findings.insert(
        FindingId::new(uuid(12)),
        Finding {
            title: "表箱无封印".to_owned(),
            category: FindingCategory::Seal,
            severity: Severity::General,
            found_at: at("2014-06-14T02:00:00Z"),
            description: String::new(),
            clause: None,
            item: None,
            responsible_unit: Some(unit("0530324")),
            photos: vec![photo_hash(2)],
            on_the_spot: false,
            fixed_on_the_spot: false,
            acknowledged_by: None,
            remedy: None,
        },
    );
    review.verdict = Some(InspectionVerdict {
        decision: InspectionDecision::Returned,
        words: None,
        covers_heads: vec!["cd".repeat(32)],
        by: person(10),
        at: at("2014-06-14T01:01:00Z"),
    });
    review.comments = BTreeMap::from([(
        CommentId::new(uuid(11)),
        Comment {
            words: "第二次示数很好。".to_owned(),
            place: Some("register:1-0:1.8.0*255/2".to_owned()),
            by: person(10),
            at: at("2014-06-14T01:02:00Z"),
        },
    )]);
    review
}

#[test]
fn an_inspection_is_stored_like_this() {
    insta::assert_json_snapshot!(full_inspection());
}

#[test]
fn a_task_is_stored_like_this() {
    insta::assert_json_snapshot!(full_task());
}

#[test]
fn a_review_is_stored_like_this() {
    insta::assert_json_snapshot!(full_review());
}

#[test]
fn what_is_stored_is_read_back_unchanged() {
    fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(
        value: &T,
    ) {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
        // Automerge hands out owned trees and not text, so keys must work from those as well.
        let tree = serde_json::to_value(value).unwrap();
        assert_eq!(&serde_json::from_value::<T>(tree).unwrap(), value);
    }
    round_trip(&full_inspection());
    round_trip(&full_task());
    round_trip(&full_review());
}

#[test]
fn fields_of_a_newer_version_do_not_hinder_reading() {
    let mut tree = serde_json::to_value(full_inspection()).unwrap();
    tree["of_tomorrow"] = serde_json::json!({ "x": 1 });
    tree["about"]["point"]["nameplate"]["of_tomorrow"] = serde_json::json!(1);
    tree["registers"]["1-0:1.8.0*255/1"]["of_tomorrow"] = serde_json::json!("x");

    assert_eq!(
        serde_json::from_value::<Inspection>(tree).unwrap(),
        full_inspection()
    );
}

#[test]
fn a_bare_inspection_needs_only_what_it_is_of() {
    let bare = Inspection::new(about(gateway_plate()));
    let tree = serde_json::to_value(&bare).unwrap();

    assert_eq!(tree.as_object().unwrap().keys().collect::<Vec<_>>(), ["about"]);
    assert_eq!(serde_json::from_value::<Inspection>(tree).unwrap(), bare);
}

#[test]
fn a_thinned_customer_has_no_telephone() {
    let text = serde_json::to_string(&full_task()).unwrap();

    assert!(!text.contains("13800000000"));
    assert!(text.contains("马湾村"));
}
