//! What an app does, through the surface that crosses.

use std::path::Path;

use jicha_mobile_core::{
    AnswerRecord, AnswerResult, InspectionState, JichaException, MissingShotReason, PhotoReceipt,
    PhotoSubject, PositionRecord, SealPlace, SealRecord, SealState, SignatureRole,
};

use crate::prepared::{POINT, open, prepare, text};

const FORWARD_TOTAL: &str = "1-0:1.8.0*255";

#[test]
fn a_reading_below_the_previous_one_is_kept_and_explained_with_its_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let task = prepare(folder.path());
    let app = open(folder.path());
    let inspection = app.start_inspection(task, POINT.to_owned()).unwrap();

    let slot = FORWARD_TOTAL.to_owned();
    let edited = app
        .set_register(inspection.clone(), slot, "9999.50".to_owned(), None, None, None)
        .unwrap();

    let doubt = edited
        .verdicts
        .iter()
        .find(|verdict| verdict.needs_attention)
        .unwrap();
    assert!(
        doubt.explanation_en.contains("9999.50") && doubt.explanation_zh.contains("10000.00"),
        "{doubt:?}"
    );
    assert!(
        doubt
            .figures
            .iter()
            .any(|figure| figure.number.as_deref() == Some("10000.00")),
        "{doubt:?}"
    );
    let stored = app.load_inspection(inspection).unwrap();
    assert_eq!(stored.registers[0].value, "9999.50");
    assert!(!stored.registers[0].doubts.is_empty());
    assert!(
        stored
            .missing
            .iter()
            .any(|missing| missing.place == format!("register:{FORWARD_TOTAL}/2"))
    );
}

#[test]
fn a_whole_inspection_is_recorded_signed_and_waits_to_be_sent() {
    let folder = tempfile::tempdir().unwrap();
    let task = prepare(folder.path());
    let app = open(folder.path());
    let id = app.start_inspection(task.clone(), POINT.to_owned()).unwrap();
    app.arrive(id.clone()).unwrap();
    app.set_register(
        id.clone(),
        FORWARD_TOTAL.to_owned(),
        "10234.56".to_owned(),
        None,
        None,
        None,
    )
    .unwrap();
    let form = jicha_mobile_core::load_checklist(app.load_inspection(id.clone()).unwrap().checklist).unwrap();
    for item in form.items {
        let answer = AnswerRecord {
            item: item.id,
            result: AnswerResult::NotApplicable,
            value: None,
            unit: None,
            note: Some("测试".to_owned()),
        };
        app.set_answer(id.clone(), answer).unwrap();
    }

    for shot in app.shots(id.clone()).unwrap() {
        app.excuse_shot(id.clone(), shot.shows, MissingShotReason::OutOfReach, None)
            .unwrap();
    }
    let unsaid = app.excuse_shot(
        id.clone(),
        PhotoSubject::Seal,
        MissingShotReason::Other,
        Some(" ".to_owned()),
    );
    assert!(
        matches!(&unsaid, Err(JichaException::BadInput { field, .. }) if field == "words"),
        "{unsaid:?}"
    );

    let early = app.sign_inspection(
        id.clone(),
        SignatureRole::Inspector,
        "王强".to_owned(),
        None,
        None,
    );
    assert!(
        matches!(early, Err(JichaException::NotComplete { .. })),
        "{early:?}"
    );
    app.finish_inspection(id.clone()).unwrap();
    let strokes = Some("M 1 2 L 3 4".to_owned());
    app.sign_inspection(
        id.clone(),
        SignatureRole::Inspector,
        "王强".to_owned(),
        strokes,
        None,
    )
    .unwrap();

    assert_eq!(
        app.load_inspection(id.clone()).unwrap().state,
        InspectionState::Signed
    );
    let late = app.set_note(id.clone(), "太晚".to_owned());
    assert!(
        matches!(&late, Err(JichaException::Refused { rule, .. }) if rule == "signed"),
        "{late:?}"
    );
    let waiting = app.waiting().unwrap();
    assert_eq!(waiting.documents, 1);
    assert!(waiting.changes > 20, "{waiting:?}");
    let lines = app.list_inspections(None, 10).unwrap();
    assert_eq!((lines.len(), lines[0].state), (1, Some(InspectionState::Signed)));
    assert!(
        app.list_inspections(lines.last().cloned(), 10)
            .unwrap()
            .is_empty()
    );
    assert_eq!(app.list_tasks().unwrap()[0].inspection_count, 1);
    assert_eq!(app.load_task(task).unwrap().points[0].point.no, POINT);
}

#[test]
fn an_edit_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let task = prepare(folder.path());
    let app = open(folder.path());
    let id = app.start_inspection(task, POINT.to_owned()).unwrap();
    let seal = SealRecord {
        place: SealPlace::BoxDoor,
        ordinal: 1,
        state: SealState::Broken,
        number: Some("A0001".to_owned()),
        expected_number: None,
        new_number: None,
        photo: None,
    };
    app.set_seal(id.clone(), seal.clone()).unwrap();
    assert_eq!(app.load_inspection(id.clone()).unwrap().seals, [seal]);
    app.undo(id.clone()).unwrap();
    assert!(app.load_inspection(id).unwrap().seals.is_empty());
}

#[test]
fn a_photo_is_taken_over_with_what_its_camera_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let task = prepare(folder.path());
    let app = open(folder.path());
    let id = app.start_inspection(task, POINT.to_owned()).unwrap();
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/photos/DSCN0010.jpg");
    let supports = Some("item:JL-R-01".to_owned());
    let attached = app
        .attach_photo(
            id.clone(),
            text(&photo),
            PhotoSubject::Cabinet,
            supports,
            None,
            None,
            None,
            None,
        )
        .unwrap();
    assert_eq!(
        std::fs::read(&attached.path).unwrap(),
        std::fs::read(&photo).unwrap()
    );
    assert_eq!(
        app.photo_path(attached.photo.hash.clone()).unwrap(),
        Some(attached.path)
    );
    let position = attached.photo.position.clone().unwrap();
    assert!((43.0..44.0).contains(&position.latitude_deg), "{position:?}");
    assert!(
        attached
            .verdicts
            .iter()
            .any(|verdict| verdict.rule == "photo_outside_visit" && verdict.needs_attention),
        "{:?}",
        attached.verdicts
    );
    assert!(attached.photo.sharpness.is_some_and(|sharpness| sharpness > 30.0));
    let hash = attached.photo.hash.clone();
    let passport = app.photo_passport(id.clone(), hash.clone()).unwrap();
    assert_eq!(
        (passport.photo, passport.datum.as_str()),
        (attached.photo.clone(), "WGS-84")
    );
    assert_eq!(app.load_inspection(id).unwrap().photos, [attached.photo]);
    let waiting = app.waiting().unwrap();
    assert_eq!((waiting.photos, waiting.previews.count), (1, 1));
    assert_eq!(app.photo_receipt(hash.clone()).unwrap(), PhotoReceipt::Here);
    let lines = app.photos(None, 10).unwrap();
    assert_eq!((lines.len(), lines[0].bytes_total), (1, waiting.photo_bytes));
    assert!(app.photos(lines.last().cloned(), 10).unwrap().is_empty());
    let early = app.delete_photo_copy(hash);
    assert!(
        matches!(&early, Err(JichaException::Refused { rule, .. }) if rule == "photo_not_checked"),
        "{early:?}"
    );
    assert!(app.originals_only_over_wifi().unwrap());
    assert!(app.retakes(true).unwrap().is_empty());
}

#[test]
fn a_photo_that_no_inspection_can_name_is_not_left_waiting() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let app = open(folder.path());
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/photos/DSCN0010.jpg");
    let nowhere = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".to_owned();
    let attached = app.attach_photo(
        nowhere,
        text(&photo),
        PhotoSubject::Cabinet,
        None,
        None,
        None,
        None,
        None,
    );
    assert!(
        matches!(attached, Err(JichaException::NotFound { .. })),
        "{attached:?}"
    );
    assert_eq!(app.waiting().unwrap().photos, 0);
    assert_eq!(
        std::fs::read_dir(folder.path().join("data/photos"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn what_does_not_fit_is_named_with_its_field() {
    let folder = tempfile::tempdir().unwrap();
    let task = prepare(folder.path());
    let app = open(folder.path());
    let id = app.start_inspection(task, POINT.to_owned()).unwrap();
    let field = |result: Result<_, JichaException>| match result {
        Err(JichaException::BadInput { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let register = |slot: &str, value: &str| {
        app.set_register(id.clone(), slot.to_owned(), value.to_owned(), None, None, None)
    };
    assert_eq!(field(register("total", "1")), "slot");
    assert_eq!(field(register(FORWARD_TOTAL, "1,5")), "value");
    assert_eq!(field(register("1-0:99.8.0*255", "1")), "unit");
    let nowhere = PositionRecord {
        latitude_deg: f64::NAN,
        longitude_deg: 0.0,
        accuracy_m: None,
        fixed_at: None,
        provider: None,
        mocked: false,
    };
    assert_eq!(field(app.set_place(id.clone(), nowhere)), "position");
    assert_eq!(
        field(app.set_note("no id".to_owned(), String::new())),
        "inspection"
    );
    let missing = app.attach_photo(
        id.clone(),
        "/no/such.jpg".to_owned(),
        PhotoSubject::Other,
        None,
        None,
        None,
        None,
        None,
    );
    assert_eq!(field(missing.map(|_| unreachable!())), "path");
    assert!(!format!("{:?}", app.load_inspection(id)).contains("1,5"));
}
