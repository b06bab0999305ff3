//! Realistic values, and the devices that write them.

use automerge::{ActorId, Automerge};
use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::checklist::{Answer, AnswerResult};
use jicha_domain::clock_comparison::{ClockComparison, ClockReference};
use jicha_domain::error_test::{ErrorTestPoint, ReferenceClass};
use jicha_domain::finding::{Finding, FindingCategory, Severity};
use jicha_domain::id::{DeviceId, FindingId, InspectionId, PersonId, PhotoHash, TaskId};
use jicha_domain::inspection::InspectionAbout;
use jicha_domain::meter::{AccuracyClass, Connection, Nameplate, PhaseWire};
use jicha_domain::metering_point::{AccessDifficulty, MeteringPoint, MeteringPointKind, PointClass};
use jicha_domain::obis::Obis;
use jicha_domain::photo::{PhotoRef, PhotoSubject};
use jicha_domain::position::{PositionProvider, PositionWgs84};
use jicha_domain::register::{PreviousReading, ReadingSource, RegisterReading, RegisterSlot, Unit};
use jicha_domain::rule::RuleId;
use jicha_domain::seal::{SealCheck, SealKey, SealPlace, SealState};
use jicha_domain::signature::{Signature, SignatureRole};
use jicha_domain::task::{PointReason, Task, TaskAbout, TaskPoint};
use jicha_domain::wiring::{Phase, PhaseMeasurement};
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Actor, Change, Document, Error, inspection};
use jiff::Timestamp;
use uuid::Uuid;

/// A moment of the working day in which everything here happens.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_765_000_000 + second).unwrap()
}

/// The device with this number.
pub fn device(number: u128) -> Actor {
    Actor::of(Uuid::from_u128(
        0x0197_0000_0000_7000_8000_0000_0000_0000 + number,
    ))
}

/// The inspection with this number.
pub fn inspection_id(number: u128) -> InspectionId {
    InspectionId::new(Uuid::from_u128(
        0x0197_1111_0000_7000_8000_0000_0000_0000 + number,
    ))
}

pub fn slot(attempt: u8) -> RegisterSlot {
    RegisterSlot {
        obis: Obis::FORWARD_TOTAL,
        attempt,
    }
}

pub fn photo_hash(number: u8) -> PhotoHash {
    PhotoHash::new([number; 32])
}

pub fn finding_id(number: u128) -> FindingId {
    FindingId::new(Uuid::from_u128(number))
}

pub fn position() -> PositionWgs84 {
    let mut position = PositionWgs84::new(24.884_51, 104.309_72).unwrap();
    position.accuracy_m = Some(4.5);
    position.fixed_at = Some(at(3));
    position.provider = Some(PositionProvider::Gnss);
    position
}

pub fn nameplate() -> Nameplate {
    let mut nameplate = Nameplate::new("0535000000000123456789".parse().unwrap());
    nameplate.maker = Some("威胜集团".into());
    nameplate.model = Some("DTZ341".into());
    nameplate.phase_wire = Some(PhaseWire::ThreePhaseFourWire);
    nameplate.connection = Some(Connection::ViaCt);
    nameplate.rated_voltage = Some("3×220/380V".into());
    nameplate.current = Some("1.5(6)A".into());
    nameplate.accuracy_class = Some(AccuracyClass::C05S);
    nameplate.constant_imp_per_kwh = Some("6400".parse().unwrap());
    nameplate.ct_ratio = Some("150/5".parse().unwrap());
    nameplate.made_in_year = Some(2019);
    nameplate.installed_on = Some("2020-03-14".parse().unwrap());
    nameplate
}

pub fn point(number: u32) -> MeteringPoint {
    MeteringPoint {
        no: format!("050300{number:06}").parse().unwrap(),
        name: format!("罗平板桥 {number} 号台区总表"),
        kind: MeteringPointKind::GatewayTransformerArea,
        class: Some(PointClass::IV),
        unit: "LP-BQ".parse().unwrap(),
        area: Some("LP-BQ-T1".parse().unwrap()),
        customer_no: None,
        address: Some("罗平县板桥镇".into()),
        access_difficulty: Some(AccessDifficulty::Confined),
        position: Some(position()),
        contracted_capacity_kva: Some("315".parse().unwrap()),
        voltage: Some("10kV".into()),
        nameplate: nameplate(),
    }
}

pub fn previous() -> PreviousReading {
    PreviousReading {
        obis: Obis::FORWARD_TOTAL,
        value: "10034.56".parse().unwrap(),
        unit: Unit::Kwh,
        read_at: at(-2_600_000),
        source: Some(ReadingSource::Ledger),
    }
}

pub fn about(unit: &str) -> InspectionAbout {
    InspectionAbout {
        task: Some(TaskId::new(Uuid::from_u128(77))),
        unit: unit.parse().unwrap(),
        dimension: Dimension::Routine,
        specialty: Specialty::Metering,
        inspector: PersonId::new(Uuid::from_u128(5)),
        device: DeviceId::new(device(1).device()),
        started_at: at(0),
        checklist: "JL-R@1".parse().unwrap(),
        shared_with_unit: false,
        point: point(1),
        previous: vec![previous()],
        previous_photo: Some(photo_hash(9)),
    }
}

pub fn reading(kwh: &str) -> RegisterReading {
    RegisterReading {
        value: kwh.parse().unwrap(),
        unit: Unit::Kwh,
        read_at: at(60),
        source: ReadingSource::Dial,
        photo: Some(photo_hash(1)),
        doubts: vec![RuleId::READING_JUMP],
        inspector: None,
    }
}

pub fn seal() -> SealCheck {
    SealCheck {
        state: SealState::NumberDiffers,
        number: Some("云电 0048217".parse().unwrap()),
        expected_number: Some("云电 0048271".parse().unwrap()),
        new_number: None,
        photo: Some(photo_hash(2)),
    }
}

pub fn answer(result: AnswerResult) -> Answer {
    Answer {
        result,
        value: Some("0.42".into()),
        unit: Some(Unit::Percent),
        note: Some("见照片".into()),
    }
}

pub fn finding(title: &str) -> Finding {
    Finding {
        title: title.into(),
        category: FindingCategory::Seal,
        severity: Severity::General,
        found_at: at(300),
        description: "表尾盖封印号码与台账不符".into(),
        clause: Some("DL/T 448-2000 7.3".parse().unwrap()),
        item: Some("JL-R-09".parse().unwrap()),
        responsible_unit: Some("LP-BQ".parse().unwrap()),
        photos: vec![photo_hash(2), photo_hash(3)],
        on_the_spot: true,
        fixed_on_the_spot: false,
        acknowledged_by: Some("李师傅".into()),
        remedy: None,
    }
}

pub fn photo() -> PhotoRef {
    PhotoRef {
        taken_at: Some(at(120)),
        position: Some(position()),
        supports: Some("item:JL-R-09".into()),
        caption: Some("封印".into()),
        width: Some(4000),
        height: Some(3000),
        orientation: Some(6),
        ..PhotoRef::new("image/jpeg", 3_412_077, PhotoSubject::Seal, at(121))
    }
}

pub fn signature(name: &str) -> Signature {
    Signature {
        name: name.into(),
        person: None,
        signed_at: at(900),
        refused_because: None,
        covers_heads: vec!["ab".repeat(32)],
        stroke_svg: Some("M1 2L3 4".into()),
    }
}

pub fn clock() -> ClockComparison {
    ClockComparison {
        meter_showed: at(415),
        reference_showed: at(400),
        reference: ClockReference::Server,
    }
}

pub fn phase() -> PhaseMeasurement {
    PhaseMeasurement {
        voltage_v: Some("228.4".parse().unwrap()),
        current_a: Some("3.07".parse().unwrap()),
        angle_deg: Some("-12.5".parse().unwrap()),
        voltage_angle_deg: Some("120".parse().unwrap()),
        active_power_kw: None,
    }
}

pub fn error_test_point() -> ErrorTestPoint {
    ErrorTestPoint {
        load_percent: "100".parse().unwrap(),
        power_factor: "0.5".parse().unwrap(),
        inductive: true,
        error_percent: Some("-0.31".parse().unwrap()),
        reference_class: Some(ReferenceClass::R005),
        reference_asset_no: Some("BZ0007".parse().unwrap()),
    }
}

/// Every edit that an inspector can make, once each, in an order in which all are possible.
pub fn every_edit() -> Vec<InspectionEdit> {
    vec![
        InspectionEdit::Arrive(at(10)),
        InspectionEdit::SetPlace(position()),
        InspectionEdit::SetRegister(slot(1), reading("10234.56")),
        InspectionEdit::SetNameplate(Box::new(nameplate())),
        InspectionEdit::SetClock(clock()),
        InspectionEdit::SetSeal(SealKey::first(SealPlace::TerminalCover), seal()),
        InspectionEdit::SetPhase(Phase::L2, phase()),
        InspectionEdit::SetErrorTestPoint("1".parse().unwrap(), error_test_point()),
        InspectionEdit::SetAnswer("JL-R-09".parse().unwrap(), answer(AnswerResult::Bad)),
        InspectionEdit::SetFinding(finding_id(1), finding("封印号码不符")),
        InspectionEdit::SetFinding(finding_id(2), finding("写错的")),
        InspectionEdit::WithdrawFinding(finding_id(2)),
        InspectionEdit::AttachPhoto(photo_hash(2), photo()),
        InspectionEdit::SetNote("箱门生锈，锁已换。".into()),
        InspectionEdit::Finish(at(800)),
        InspectionEdit::Sign(SignatureRole::Inspector, signature("张工")),
    ]
}

/// An inspection that was just begun by a device, with everything that made it.
pub fn begun(by: Actor) -> (Document, Vec<Change>) {
    inspection::begin(inspection_id(1), by, at(0), &about("LP-BQ")).unwrap()
}

/// The same document in another device's hands.
pub fn copy_for(other: Actor, document: &Document) -> Document {
    let mut copy = Document::empty(document.id(), other);
    copy.apply(document.changes_since(&[])).unwrap();
    copy
}

/// Makes one edit.
pub fn edit(document: &mut Document, second: i64, edit: InspectionEdit) -> Result<Vec<Change>, Error> {
    inspection::edit(document, at(second), [edit])
}

/// Brings everything of one document into the other, both ways.
pub fn sync(one: &mut Document, other: &mut Document) {
    one.apply(other.changes_since(&one.heads())).unwrap();
    other.apply(one.changes_since(&other.heads())).unwrap();
}

/// What the document says, as text that can be compared.
pub fn content_of(document: &Document) -> String {
    let (inspection, rest) = inspection::read(document.id(), document.content()).unwrap();
    format!("{inspection:#?}\n{:#?}", rest.unread())
}

/// A document as some other program might write it, past all rules of this crate.
pub fn foreign(document: &Document, by: Actor) -> Automerge {
    #[expect(
        clippy::disallowed_methods,
        reason = "the foreign program picks its actor itself"
    )]
    let mut automerge = Automerge::new();
    automerge.set_actor(ActorId::from(by.device().as_bytes().as_slice()));
    let changes = document.changes_since(&[]);
    let changes: Vec<_> = changes
        .iter()
        .map(|change| automerge::Change::try_from(change.bytes()).unwrap())
        .collect();
    automerge.apply_changes(changes).unwrap();
    automerge
}

/// What the foreign program wrote beyond the document, as changes of the document.
pub fn written(document: &Document, foreign: &Automerge) -> Vec<Change> {
    let heads: Vec<_> = document
        .heads()
        .into_iter()
        .map(automerge::ChangeHash::from)
        .collect();
    let changes = foreign.get_changes(&heads);
    changes
        .iter()
        .map(|change| Change::parse(document.id(), change.raw_bytes()).unwrap())
        .collect()
}

/// A work package with this many points.
pub fn task(points: u32) -> Task {
    let mut task = Task::new(TaskAbout {
        unit: "LP".parse().unwrap(),
        title: "罗平 11 月常态稽查".into(),
        dimension: Dimension::Routine,
        specialty: Specialty::Metering,
        due_on: Some("2026-11-30".parse().unwrap()),
        assignees: vec![PersonId::new(Uuid::from_u128(5))],
        created_by: PersonId::new(Uuid::from_u128(6)),
        created_at: at(0),
        checklist: Some("JL-R@1".parse().unwrap()),
        note: None,
    });
    for number in 1..=points {
        let point = point(number);
        task.points.insert(
            point.no.clone(),
            TaskPoint {
                point,
                customer: None,
                previous: vec![previous()],
                previous_photo: None,
                order: number,
                reason: Some(PointReason::Random),
                reason_note: None,
            },
        );
    }
    task
}
