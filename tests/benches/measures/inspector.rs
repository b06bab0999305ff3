//! A realistic inspection, made through the device's own commands, page by page, as an inspector would.

use jicha_device::Device;
use jicha_device::ports::Clock;
use jicha_domain::checklist::{Answer, AnswerKind, AnswerResult, Checklist};
use jicha_domain::clock_comparison::{ClockComparison, ClockReference};
use jicha_domain::error_test::{ErrorTestPoint, ReferenceClass, TestPointNo};
use jicha_domain::id::{InspectionId, MeteringPointNo, PhotoHash, TaskId};
use jicha_domain::inspection::Inspection;
use jicha_domain::obis::Obis;
use jicha_domain::photo::{PhotoRef, PhotoSubject};
use jicha_domain::position::PositionWgs84;
use jicha_domain::register::{ReadingSource, RegisterReading, RegisterSlot, Unit};
use jicha_domain::seal::{SealCheck, SealKey, SealState};
use jicha_domain::signature::SignatureRole;
use jicha_domain::wiring::{Phase, PhaseMeasurement};
use jicha_record::inspection::InspectionEdit;
use jicha_tests::time::{Dice, TestClock};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::dice::{decimal, digits, hash, one_of};

/// What the inspector enters on one page of the form.
type Page = Box<dyn Fn(&mut Dice, Timestamp) -> Vec<InspectionEdit>>;

/// Everything at one meter: nine pages of the app, each left with one edit.
pub fn inspect(
    device: &Device,
    clock: &TestClock,
    dice: &mut Dice,
    task: TaskId,
    point: &MeteringPointNo,
) -> InspectionId {
    let id = device
        .start_inspection(task, point)
        .expect("the point is in the task");
    let form = form_of(device, id);
    let pages: Vec<Page> = vec![
        Box::new(arrival),
        Box::new(registers),
        Box::new(seals),
        Box::new(measurements),
        Box::new(|dice, now| photo(dice, now, PhotoSubject::Nameplate, "item:JL-R-02")),
        Box::new(|dice, now| photo(dice, now, PhotoSubject::Register, "register:1-0:1.8.0*255/1")),
        Box::new(|dice, now| photo(dice, now, PhotoSubject::Seal, "seal:terminal_cover/1")),
        Box::new(move |dice, _| answers(dice, &form)),
        Box::new(remarks),
    ];
    for page in pages {
        clock.pass_minutes(dice.below(3) as i64);
        device
            .edit(id, page(dice, clock.now()))
            .expect("nothing is contested");
    }
    let name = one_of(dice, &["王建国", "李秀英", "张志强", "杨桂芳"]);
    device
        .sign_inspection(id, SignatureRole::UnitContact, name, None, None)
        .expect("a signature");
    clock.pass_minutes(3);
    id
}

/// What an inspector does to an inspection of the day before: a reading again, and a word about it.
pub fn correct(device: &Device, clock: &TestClock, dice: &mut Dice, id: InspectionId) {
    let reading = reading(decimal(dice, 100_000, 3_000_000, 2), clock.now());
    let slot = RegisterSlot {
        obis: Obis::FORWARD_TOTAL,
        attempt: 2,
    };
    device
        .edit(id, vec![InspectionEdit::SetRegister(slot, reading)])
        .expect("a second reading");
    let note = format!(
        "复抄，{}。",
        one_of(dice, &["示数已核对", "与照片一致", "用户在场确认"])
    );
    device
        .edit(id, vec![InspectionEdit::SetNote(note)])
        .expect("a note");
}

/// One edit of always the same size.
pub fn one_reading(device: &Device, clock: &TestClock, dice: &mut Dice, id: InspectionId) {
    let reading = reading(decimal(dice, 1_000_000, 3_000_000, 2), clock.now());
    let slot = RegisterSlot::first(Obis::REACTIVE_IMPORT_TOTAL);
    device
        .edit(id, vec![InspectionEdit::SetRegister(slot, reading)])
        .expect("a reading");
}

/// How many values an inspection holds: all, answers to the form, photos.
pub fn sizes(inspection: &Inspection) -> (usize, usize, usize) {
    let mut without = inspection.clone();
    without.answers.clear();
    without.photos.clear();
    let value = serde_json::to_value(&without).expect("an inspection can be written as JSON");
    (leaves(&value), inspection.answers.len(), inspection.photos.len())
}

fn leaves(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => items.iter().map(leaves).sum(),
        serde_json::Value::Object(members) => members.values().map(leaves).sum(),
        _ => 1,
    }
}

fn form_of(device: &Device, id: InspectionId) -> Checklist {
    let (inspection, _) = device.load_inspection(id).expect("it has just begun");
    Checklist::built_in_by_ref(&inspection.about.checklist).expect("a built-in form")
}

fn arrival(dice: &mut Dice, now: Timestamp) -> Vec<InspectionEdit> {
    let mut place = position(dice);
    place.accuracy_m = Some(3.0 + dice.below(270) as f64 / 10.0);
    place.fixed_at = Some(now);
    vec![InspectionEdit::Arrive(now), InspectionEdit::SetPlace(place)]
}

fn position(dice: &mut Dice) -> PositionWgs84 {
    let (north, east) = (dice.below(400_000) as f64 / 1e6, dice.below(400_000) as f64 / 1e6);
    PositionWgs84::new(24.7 + north, 104.1 + east).expect("a place on earth")
}

fn reading(value: Decimal, read_at: Timestamp) -> RegisterReading {
    RegisterReading {
        value,
        unit: Unit::Kwh,
        read_at,
        source: ReadingSource::Dial,
        photo: None,
        doubts: Vec::new(),
        inspector: None,
    }
}

fn registers(dice: &mut Dice, now: Timestamp) -> Vec<InspectionEdit> {
    let shown = [
        Obis::FORWARD_TOTAL,
        Obis::FORWARD_RATE_1,
        Obis::FORWARD_RATE_2,
        Obis::FORWARD_RATE_3,
        Obis::REVERSE_TOTAL,
    ];
    let mut edits: Vec<_> = shown
        .into_iter()
        .map(|obis| {
            let read = reading(decimal(dice, 1_000, 3_000_000, 2), now);
            InspectionEdit::SetRegister(RegisterSlot::first(obis), read)
        })
        .collect();
    edits.push(InspectionEdit::SetClock(ClockComparison {
        meter_showed: now + SignedDuration::from_secs(dice.below(90) as i64 - 45),
        reference_showed: now,
        reference: ClockReference::Phone,
    }));
    edits
}

fn seals(dice: &mut Dice, _: Timestamp) -> Vec<InspectionEdit> {
    ["meter_cover/1", "terminal_cover/1"]
        .into_iter()
        .map(|key| {
            let key: SealKey = key.parse().expect("a seal's place");
            let state = if dice.chance(10) {
                SealState::Broken
            } else {
                SealState::Intact
            };
            let number = format!("F{}", digits(dice, 10)).parse().expect("a seal's number");
            let check = SealCheck {
                state,
                number: Some(number),
                expected_number: None,
                new_number: None,
                photo: None,
            };
            InspectionEdit::SetSeal(key, check)
        })
        .collect()
}

fn measurements(dice: &mut Dice, _: Timestamp) -> Vec<InspectionEdit> {
    let phases = [Phase::L1, Phase::L2, Phase::L3].into_iter().map(|phase| {
        let measured = PhaseMeasurement {
            voltage_v: Some(decimal(dice, 2_180, 2_360, 1)),
            current_a: Some(decimal(dice, 10, 4_000, 2)),
            angle_deg: Some(decimal(dice, 50, 350, 1)),
            voltage_angle_deg: None,
            active_power_kw: None,
        };
        InspectionEdit::SetPhase(phase, measured)
    });
    let mut edits: Vec<_> = phases.collect();
    for (no, load, factor) in [(1, "10", "1.0"), (2, "100", "1.0"), (3, "100", "0.5")] {
        let point = ErrorTestPoint {
            load_percent: load.parse().expect("a decimal"),
            power_factor: factor.parse().expect("a decimal"),
            inductive: factor == "0.5",
            error_percent: Some(decimal(dice, -100, 100, 2)),
            reference_class: Some(ReferenceClass::R01),
            reference_asset_no: None,
        };
        edits.push(InspectionEdit::SetErrorTestPoint(
            TestPointNo::new(no).expect("from 1"),
            point,
        ));
    }
    edits
}

/// A photo's reference as attaching a file from a phone's camera writes it; the file itself is no part of the sync.
fn photo(dice: &mut Dice, now: Timestamp, shows: PhotoSubject, supports: &str) -> Vec<InspectionEdit> {
    let size_bytes = 2_000_000 + dice.below(3_000_000);
    let photo = PhotoRef {
        taken_at: Some(now - SignedDuration::from_secs(dice.below(60) as i64)),
        position: Some(position(dice)),
        supports: Some(supports.to_owned()),
        camera: Some("HMD Global Nokia 8.3 5G".to_owned()),
        width: Some(4624),
        height: Some(3472),
        orientation: Some(1),
        ..PhotoRef::new("image/jpeg", size_bytes, shows, now)
    };
    vec![InspectionEdit::AttachPhoto(PhotoHash::new(hash(dice)), photo)]
}

fn answers(dice: &mut Dice, form: &Checklist) -> Vec<InspectionEdit> {
    let items = form
        .items
        .iter()
        .filter(|item| item.answer != AnswerKind::Signature);
    items
        .map(|item| {
            let result = match dice.below(8) {
                0 => AnswerResult::Bad,
                1 => AnswerResult::NotApplicable,
                _ => AnswerResult::Ok,
            };
            let value = match item.answer {
                AnswerKind::Number => Some(decimal(dice, 0, 9_999, 1).to_string()),
                AnswerKind::Text => Some(one_of(dice, &["与台账一致", "资产号一致", "见照片"]).to_owned()),
                AnswerKind::Choice => item.choices.first().cloned(),
                AnswerKind::Judgement | AnswerKind::Signature => None,
            };
            let note = match result {
                AnswerResult::Ok => None,
                AnswerResult::NotApplicable => Some("本点无此设备".to_owned()),
                AnswerResult::Bad => {
                    let why = ["表箱门锁损坏", "封印号与系统不一致", "进线老化", "铭牌模糊"];
                    Some(one_of(dice, &why).to_owned())
                }
            };
            let unit = item.unit.filter(|_| item.answer == AnswerKind::Number);
            InspectionEdit::SetAnswer(
                item.id.clone(),
                Answer {
                    result,
                    value,
                    unit,
                    note,
                },
            )
        })
        .collect()
}

fn remarks(dice: &mut Dice, now: Timestamp) -> Vec<InspectionEdit> {
    let note = one_of(
        dice,
        &[
            "现场已告知用户",
            "建议换表",
            "需复查接线",
            "表箱完好，周边无私拉乱接。",
        ],
    );
    vec![
        InspectionEdit::SetNote(note.to_owned()),
        InspectionEdit::Finish(now),
    ]
}
