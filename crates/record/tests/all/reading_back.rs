//! What was written is read back as the same domain value.

use jicha_domain::checklist::AnswerResult;
use jicha_domain::id::{CommentId, PersonId, TaskId};
use jicha_domain::inspection::{Inspection, InspectionState};
use jicha_domain::review::{
    Comment, InspectionDecision, InspectionVerdict, PhotoDecision, PhotoVerdict, RetakeReason, Review,
    ReviewAbout,
};
use jicha_domain::seal::{SealKey, SealPlace};
use jicha_domain::signature::SignatureRole;
use jicha_domain::task::{Task, TaskState};
use jicha_domain::wiring::Phase;
use jicha_record::inspection::InspectionEdit;
use jicha_record::review::ReviewEdit;
use jicha_record::task::TaskEdit;
use jicha_record::{Document, Error, inspection, limits, review, task};
use uuid::Uuid;

use crate::builders::{self, about, at, begun, copy_for, device, inspection_id};

fn read(document: &Document) -> Inspection {
    let (inspection, rest) = inspection::read(document.id(), document.content()).unwrap();
    assert_eq!(rest.unread(), []);
    inspection
}

#[test]
fn an_inspection_written_with_every_edit_reads_back_as_the_same_value() {
    let (mut document, _) = begun(device(1));
    for (second, edit) in (1..).zip(builders::every_edit()) {
        builders::edit(&mut document, second, edit).unwrap();
    }

    let mut expected = Inspection::new(about("LP-BQ"));
    expected.arrived_at = Some(at(10));
    expected.finished_at = Some(at(800));
    expected.place = Some(builders::position());
    expected.nameplate = Some(builders::nameplate());
    expected.clock = Some(builders::clock());
    expected
        .registers
        .insert(builders::slot(1), builders::reading("10234.56"));
    expected
        .seals
        .insert(SealKey::first(SealPlace::TerminalCover), builders::seal());
    expected.phases.insert(Phase::L2, builders::phase());
    expected
        .error_tests
        .insert("1".parse().unwrap(), builders::error_test_point());
    expected
        .answers
        .insert("JL-R-09".parse().unwrap(), builders::answer(AnswerResult::Bad));
    expected
        .findings
        .insert(builders::finding_id(1), builders::finding("封印号码不符"));
    expected.photos.insert(builders::photo_hash(2), builders::photo());
    expected
        .signatures
        .insert(SignatureRole::Inspector, builders::signature("张工"));
    expected.note = "箱门生锈，锁已换。".into();
    assert_eq!(read(&document), expected);
    assert_eq!(expected.state(), InspectionState::Signed);

    // The same through the log and through a snapshot.
    let changes = document.changes_since(&[]);
    let replayed = Document::load(
        document.id(),
        device(9),
        None,
        changes.iter().map(|change| change.bytes()),
    )
    .unwrap();
    assert_eq!(read(&replayed), expected);
    let snapshot = document.save();
    let loaded = Document::load(document.id(), device(9), Some(&snapshot), []).unwrap();
    assert_eq!(read(&loaded), expected);
    assert_eq!(loaded.heads(), document.heads());
}

#[test]
fn a_decimal_keeps_its_trailing_zeros() {
    let (mut document, _) = begun(device(1));
    builders::edit(
        &mut document,
        1,
        InspectionEdit::SetRegister(builders::slot(1), builders::reading("7.50")),
    )
    .unwrap();
    assert_eq!(
        read(&document).registers[&builders::slot(1)].value.to_string(),
        "7.50"
    );
}

#[test]
fn an_inspection_that_was_just_begun_has_empty_sections() {
    let (document, changes) = begun(device(1));
    assert_eq!(changes.len(), 2);
    assert_eq!(read(&document), Inspection::new(about("LP-BQ")));
    assert_eq!(document.content().schema_version(), 1);
    assert_eq!(document.content().kind(), Some("inspection"));
}

#[test]
fn an_empty_document_is_no_inspection() {
    let empty = Document::empty(inspection::document_id(inspection_id(1)), device(1));
    assert!(matches!(
        inspection::read(empty.id(), empty.content()),
        Err(Error::Incomplete { fact: "about", .. })
    ));
}

#[test]
fn writing_what_stands_there_already_makes_no_change() {
    let (mut document, _) = begun(device(1));
    for (second, edit) in (1..).zip(builders::every_edit().into_iter().take(10)) {
        builders::edit(&mut document, second, edit).unwrap();
    }
    for edit in builders::every_edit().into_iter().take(10) {
        assert_eq!(builders::edit(&mut document, 500, edit).unwrap(), []);
    }
    assert_eq!(
        builders::edit(&mut document, 500, InspectionEdit::SetNote(String::new())).unwrap(),
        []
    );
}

#[test]
fn words_that_two_devices_add_to_one_note_both_stay() {
    let (mut here, _) = begun(device(1));
    builders::edit(&mut here, 1, InspectionEdit::SetNote("箱门生锈。".into())).unwrap();
    let mut there = copy_for(device(2), &here);

    builders::edit(
        &mut here,
        2,
        InspectionEdit::SetNote("今日小雨。箱门生锈。".into()),
    )
    .unwrap();
    builders::edit(
        &mut there,
        2,
        InspectionEdit::SetNote("箱门生锈。锁已换。".into()),
    )
    .unwrap();
    builders::sync(&mut here, &mut there);

    assert_eq!(read(&here).note, "今日小雨。箱门生锈。锁已换。");
    assert_eq!(read(&there).note, read(&here).note);
    assert_eq!(here.conflicts(), []);
}

#[test]
fn a_page_that_is_replaced_by_another_is_written_in_time() {
    let (mut document, _) = begun(device(1));
    let pages = [
        "甲乙丙".repeat(1500),
        "丁戊己庚".repeat(1500),
        String::new(),
        "辛壬癸".repeat(1000),
    ];
    let begin = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    for page in pages {
        builders::edit(&mut document, 1, InspectionEdit::SetNote(page.clone())).unwrap();
        assert_eq!(read(&document).note, page);
    }
    let took = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap() - begin;
    assert!(took.as_secs() < 5, "{took:?}");
}

#[test]
fn a_note_of_a_page_with_emoji_fits_and_one_of_thirty_thousand_characters_is_refused_whole() {
    let (mut document, _) = begun(device(1));
    let page = "检查👷‍♀️正常。".repeat(300);
    builders::edit(&mut document, 1, InspectionEdit::SetNote(page.clone())).unwrap();
    let heads = document.heads();

    let refused = builders::edit(&mut document, 2, InspectionEdit::SetNote("字".repeat(30_000)));

    assert!(
        matches!(refused, Err(Error::ChangeTooLarge { .. })),
        "{refused:?}"
    );
    assert_eq!(read(&document).note, page);
    assert_eq!(document.heads(), heads);
}

#[test]
fn a_task_of_five_hundred_points_reads_back_and_every_change_of_it_can_be_sent() {
    let id = TaskId::new(Uuid::from_u128(3));
    let package = builders::task(500);
    let (document, changes) = task::begin(id, device(1), at(0), &package).unwrap();
    for change in &changes {
        assert!(change.bytes().len() <= limits::CHANGE_BYTES_MAX);
        jicha_record::Change::parse(document.id(), change.bytes()).unwrap();
    }
    let total: usize = changes.iter().map(|change| change.bytes().len()).sum();
    assert!(total <= limits::DOCUMENT_BYTES_MAX, "{total}");
    let (back, rest) = task::read(document.id(), document.content()).unwrap();
    assert_eq!(back, package);
    assert_eq!(rest.unread(), []);
}

#[test]
fn a_task_goes_through_its_states_and_keeps_the_reason_of_its_cancelling() {
    let id = TaskId::new(Uuid::from_u128(3));
    let (mut document, _) = task::begin(id, device(1), at(0), &builders::task(2)).unwrap();
    let extra = builders::task(3).points.into_iter().next_back().unwrap();
    let first = builders::point(1).no;
    let edits = [
        TaskEdit::SetPoint(extra.0.clone(), Box::new(extra.1)),
        TaskEdit::RemovePoint(first.clone()),
        TaskEdit::SetState(TaskState::InProgress),
        TaskEdit::Cancel("暴雨，改期".into()),
    ];
    task::edit(&mut document, at(1), edits).unwrap();

    let (back, _): (Task, _) = task::read(document.id(), document.content()).unwrap();
    assert_eq!(back.state, TaskState::Cancelled);
    assert_eq!(back.cancelled_because.as_deref(), Some("暴雨，改期"));
    assert!(!back.points.contains_key(&first) && back.points.contains_key(&extra.0));
}

#[test]
fn a_review_reads_back_and_two_supervisors_can_begin_the_same_one() {
    let by = PersonId::new(Uuid::from_u128(8));
    let about = ReviewAbout {
        inspection: inspection_id(1),
        unit: "LP-BQ".parse().unwrap(),
        inspector: PersonId::new(Uuid::from_u128(5)),
    };
    let (mut here, _) = review::begin(device(1), at(0), &about).unwrap();
    let (mut there, _) = review::begin(device(2), at(5), &about).unwrap();
    let retake = PhotoVerdict {
        decision: PhotoDecision::Retake,
        reason: Some(RetakeReason::Blurred),
        words: Some("请重拍".into()),
        finding: None,
        by,
        at: at(6),
    };
    let verdict = InspectionVerdict {
        decision: InspectionDecision::Returned,
        words: None,
        covers_heads: vec![],
        by,
        at: at(7),
    };
    let comment = Comment {
        words: "封印请复核".into(),
        place: None,
        by,
        at: at(8),
    };
    let comment_id = CommentId::new(Uuid::from_u128(1));
    review::edit(
        &mut here,
        at(6),
        [ReviewEdit::SetPhotoVerdict(
            builders::photo_hash(2),
            retake.clone(),
        )],
    )
    .unwrap();
    review::edit(
        &mut there,
        at(8),
        [
            ReviewEdit::SetVerdict(verdict.clone()),
            ReviewEdit::Comment(comment_id, comment.clone()),
        ],
    )
    .unwrap();
    builders::sync(&mut here, &mut there);

    let mut expected = Review::new(about);
    expected.verdict = Some(verdict);
    expected.photos.insert(builders::photo_hash(2), retake);
    expected.comments.insert(comment_id, comment);
    for document in [&here, &there] {
        let (back, rest) = review::read(document.id(), document.content()).unwrap();
        assert_eq!(back, expected);
        assert_eq!(rest.unread(), []);
        assert_eq!(document.conflicts(), []);
    }
}

fn verdict_on_photo(decision: PhotoDecision) -> ReviewEdit {
    let verdict = PhotoVerdict {
        decision,
        reason: None,
        words: None,
        finding: None,
        by: PersonId::new(Uuid::from_u128(8)),
        at: at(6),
    };
    ReviewEdit::SetPhotoVerdict(builders::photo_hash(2), verdict)
}

#[test]
fn a_verdict_settles_what_two_supervisors_left_contested_and_can_be_withdrawn() {
    let about = ReviewAbout {
        inspection: inspection_id(1),
        unit: "LP-BQ".parse().unwrap(),
        inspector: PersonId::new(Uuid::from_u128(5)),
    };
    let contested = || {
        let (mut here, _) = review::begin(device(1), at(0), &about).unwrap();
        let mut there = builders::copy_for(device(2), &here);
        review::edit(&mut here, at(6), [verdict_on_photo(PhotoDecision::Accepted)]).unwrap();
        review::edit(&mut there, at(6), [verdict_on_photo(PhotoDecision::Finding)]).unwrap();
        builders::sync(&mut here, &mut there);
        assert_eq!(here.conflicts().len(), 1);
        here
    };
    let photos = |document: &Document| review::read(document.id(), document.content()).unwrap().0.photos;

    let mut judged = contested();
    review::edit(&mut judged, at(9), [verdict_on_photo(PhotoDecision::Retake)]).unwrap();
    assert_eq!(judged.conflicts(), []);
    assert_eq!(
        photos(&judged)[&builders::photo_hash(2)].decision,
        PhotoDecision::Retake
    );

    let mut withdrawn = contested();
    let edit = ReviewEdit::WithdrawPhotoVerdict(builders::photo_hash(2));
    review::edit(&mut withdrawn, at(9), [edit]).unwrap();
    assert_eq!(withdrawn.conflicts(), []);
    assert!(photos(&withdrawn).is_empty());
}

#[test]
fn an_entry_above_the_limit_is_refused_and_nothing_of_the_edit_stays() {
    let (mut document, _) = begun(device(1));
    let heads = document.heads();
    let mut huge = builders::finding("长");
    huge.description = "字".repeat(40_000);
    let edits = [
        InspectionEdit::Arrive(at(1)),
        InspectionEdit::SetFinding(builders::finding_id(1), huge),
    ];
    let refused = inspection::edit(&mut document, at(1), edits);
    assert!(matches!(refused, Err(Error::TooLarge { .. })), "{refused:?}");
    assert_eq!(document.heads(), heads);
    assert_eq!(read(&document).arrived_at, None);
}
