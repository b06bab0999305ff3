//! What an inspector does at a meter, as one would: readings, seals, answers, photos, signature.

use std::path::PathBuf;

use jicha_device::{Device, NewPhoto};
use jicha_domain::checklist::{Answer, AnswerKind, AnswerResult, Checklist};
use jicha_domain::id::InspectionId;
use jicha_domain::obis::Obis;
use jicha_domain::photo::{MissingShot, MissingShotReason, shot_list};
use jicha_domain::position::PositionWgs84;
use jicha_domain::register::{ReadingSource, RegisterReading, RegisterSlot, Unit};
use jicha_domain::rule::{Place, Verdict};
use jicha_domain::seal::{SealCheck, SealKey, SealState};
use jicha_domain::signature::SignatureRole;
use jicha_domain::wiring::{Phase, PhaseMeasurement};
use jicha_record::inspection::InspectionEdit;
use jiff::Timestamp;
use rust_decimal::Decimal;

/// A reading from the dial.
pub fn dial(value: &str, read_at: Timestamp) -> RegisterReading {
    RegisterReading {
        value: value.parse().expect("a decimal"),
        unit: Unit::Kwh,
        read_at,
        source: ReadingSource::Dial,
        photo: None,
        doubts: Vec::new(),
        inspector: None,
    }
}

/// Enters the total of the forward active energy.
pub fn read_total(device: &Device, id: InspectionId, value: &str, read_at: Timestamp) -> Vec<Verdict> {
    let edit = InspectionEdit::SetRegister(RegisterSlot::first(Obis::FORWARD_TOTAL), dial(value, read_at));
    device
        .edit(id, vec![edit])
        .expect("a reading is never refused")
        .verdicts
}

/// What the dial would show if the customer went on as in the year before, so that no rule doubts it.
pub fn plausible_total(device: &Device, id: InspectionId, now: Timestamp) -> Decimal {
    let (inspection, _) = device.load_inspection(id).expect("the inspection is here");
    let totals = || {
        inspection
            .about
            .previous
            .iter()
            .filter(|reading| reading.obis == Obis::FORWARD_TOTAL)
    };
    let (Some(first), Some(last)) = (totals().next(), totals().next_back()) else {
        return Decimal::new(1234, 2);
    };
    let minutes = |from: Timestamp, to: Timestamp| Decimal::from((to.as_second() - from.as_second()) / 60);
    let observed = minutes(first.read_at, last.read_at).max(Decimal::ONE);
    let since = minutes(last.read_at, now).max(Decimal::ZERO);
    (last.value + (last.value - first.value) * since / observed).round_dp(2)
}

/// Does everything that the form asks for, with `photos` photos, up to the signature.
pub fn complete(device: &Device, id: InspectionId, photos: &[PathBuf], now: Timestamp) {
    let (inspection, _) = device.load_inspection(id).expect("the inspection is here");
    let place = PositionWgs84::new(24.88, 104.31).expect("a place on earth");
    device
        .edit(
            id,
            vec![InspectionEdit::Arrive(now), InspectionEdit::SetPlace(place)],
        )
        .expect("an edit");
    read_total(device, id, &plausible_total(device, id, now).to_string(), now);
    device.edit(id, seals()).expect("seals");
    device.edit(id, phases()).expect("phases");
    let form = Checklist::built_in_by_ref(&inspection.about.checklist).expect("a built-in form");
    for items in form.items.chunks(8) {
        let answers = items.iter().filter(|item| item.answer != AnswerKind::Signature);
        let answers = answers.map(|item| InspectionEdit::SetAnswer(item.id.clone(), answer(item.answer)));
        device.edit(id, answers.collect()).expect("answers");
    }
    let needing_photo = form.items.iter().filter(|item| item.photo_mandatory);
    let shots = shot_list(inspection.about.point.kind).iter().cycle();
    for ((photo, item), shows) in photos.iter().zip(needing_photo).zip(shots) {
        let new = NewPhoto {
            supports: Some(Place::Item(item.id.clone()).to_string()),
            ..NewPhoto::of(*shows)
        };
        device
            .attach_photo(id, &photo.to_string_lossy(), new)
            .expect("a real photo");
    }
    excuse_missing_shots(device, id, now);
    device
        .edit(
            id,
            vec![InspectionEdit::SetNote("表箱完好，周边无私拉乱接。".to_owned())],
        )
        .expect("a note");
    device.finish_inspection(id).expect("it can be finished");
}

/// Gives a reason for every photo of the shot list that was not taken.
pub fn excuse_missing_shots(device: &Device, id: InspectionId, now: Timestamp) {
    let (inspection, _) = device.load_inspection(id).expect("the inspection is here");
    let open = inspection.shots().into_iter().filter(|shot| !shot.is_settled());
    let excuses = open.map(|shot| {
        let excuse = MissingShot {
            reason: MissingShotReason::OutOfReach,
            words: None,
            at: now,
        };
        InspectionEdit::ExcuseShot(shot.shows, excuse)
    });
    device
        .edit(id, excuses.collect())
        .expect("a reason is never refused");
}

/// Signs for the unit's contact, whose signature is never held up.
pub fn countersign(device: &Device, id: InspectionId, name: &str) {
    device
        .sign_inspection(id, SignatureRole::UnitContact, name, None, None)
        .expect("a signature");
}

fn seals() -> Vec<InspectionEdit> {
    ["meter_cover/1", "terminal_cover/1", "box_door/1"]
        .into_iter()
        .zip(["F2014061301", "F2014061302", "F2014061303"])
        .map(|(key, number)| {
            let key: SealKey = key.parse().expect("a seal's place");
            InspectionEdit::SetSeal(
                key,
                SealCheck {
                    state: SealState::Intact,
                    number: Some(number.parse().expect("a seal's number")),
                    expected_number: None,
                    new_number: None,
                    photo: None,
                },
            )
        })
        .collect()
}

fn phases() -> Vec<InspectionEdit> {
    [
        (Phase::L1, "221.3", "12.40", "8.2"),
        (Phase::L2, "222.0", "11.95", "9.1"),
        (Phase::L3, "220.7", "12.10", "8.8"),
    ]
    .into_iter()
    .map(|(phase, voltage, current, angle)| {
        let number = |text: &str| text.parse::<Decimal>().expect("a decimal");
        let measured = PhaseMeasurement {
            voltage_v: Some(number(voltage)),
            current_a: Some(number(current)),
            angle_deg: Some(number(angle)),
            voltage_angle_deg: None,
            active_power_kw: None,
        };
        InspectionEdit::SetPhase(phase, measured)
    })
    .collect()
}

fn answer(kind: AnswerKind) -> Answer {
    let value = match kind {
        AnswerKind::Number => Some("1".to_owned()),
        AnswerKind::Text | AnswerKind::Choice => Some("与台账一致".to_owned()),
        AnswerKind::Judgement | AnswerKind::Signature => None,
    };
    Answer {
        result: AnswerResult::Ok,
        value,
        unit: None,
        note: None,
    }
}
