//! Projections: always what a rebuild from the log would give.

use jicha_domain::id::{CommentId, PersonId, PhotoHash, TaskId};
use jicha_domain::review::{Comment, PhotoDecision, PhotoVerdict, ReviewAbout};
use jicha_record::inspection::InspectionEdit;
use jicha_record::review::ReviewEdit;
use jicha_record::{Document, inspection, review, task};
use jicha_store::log;
use jicha_store::rebuild::{RebuildReport, rebuild};
use proptest::prelude::*;
use uuid::Uuid;

use crate::builders::{
    self, Phone, answer, at, device, document_id, finding, inspection_id, missing_shot, photo, set,
};

/// A database with documents of every kind, rows in every projection, and a conflict.
pub fn filled() -> Phone {
    let mut phone = Phone::new();
    let document = phone.begin(1);
    let mut there = document.clone();
    for (second, edit) in (1..).zip([
        set(1, 10),
        answer("JL-R-01"),
        finding("封印缺失"),
        photo(1),
        missing_shot(),
    ]) {
        phone.edit(1, device(1), second, edit);
    }
    there = Document::load(there.id(), device(2), Some(&there.save()), []).unwrap();
    let concurrent = inspection::edit(&mut there, at(9), [set(1, 11)]).unwrap();
    let mut here = log::load(&phone.connection, document_id(1), device(1))
        .unwrap()
        .unwrap();
    here.apply(concurrent.clone()).unwrap();
    phone.append(&here, &concurrent, &[]);
    phone.begin(2);

    let id = TaskId::new(Uuid::from_u128(77));
    let (document, changes) = task::begin(id, device(3), at(0), &builders::task(3)).unwrap();
    phone.append(&document, &changes, &[]);

    let by = PersonId::new(Uuid::from_u128(8));
    let about = ReviewAbout {
        inspection: inspection_id(1),
        unit: "LP-BQ".parse().unwrap(),
        inspector: by,
    };
    let (mut document, mut changes) = review::begin(device(4), at(0), &about).unwrap();
    let verdict = PhotoVerdict {
        decision: PhotoDecision::Accepted,
        reason: None,
        words: None,
        finding: None,
        by,
        at: at(6),
    };
    let comment = Comment {
        words: "请靠近拍".to_owned(),
        place: None,
        by,
        at: at(6),
    };
    let InspectionEdit::SetFinding(finding_id, finding) = finding("封印缺失") else {
        unreachable!("it is a finding");
    };
    let photo = PhotoHash::new([1; 32]);
    let edits = [
        ReviewEdit::SetPhotoVerdict(photo, verdict.clone()),
        ReviewEdit::SetSecondVerdict(photo, verdict),
        ReviewEdit::SetFinding(finding_id, finding),
        ReviewEdit::Comment(CommentId::new(Uuid::from_u128(9)), comment),
    ];
    changes.extend(review::edit(&mut document, at(6), edits).unwrap());
    phone.append(&document, &changes, &[]);
    phone
}

#[test]
fn a_rebuild_finds_nothing_to_repair_and_leaves_every_row_as_it_was() {
    let mut phone = filled();
    let before = phone.projections();
    for (table, _) in jicha_store::projection::TABLES {
        assert!(
            before.iter().any(|row| row.starts_with(&format!("{table} "))),
            "{table} has no rows in this test"
        );
    }
    let mut seen = Vec::new();
    let report = rebuild(&mut phone.connection, |done| seen.push(done)).unwrap();
    assert_eq!(
        report,
        RebuildReport {
            documents: 4,
            differing: vec![]
        }
    );
    assert_eq!(seen, [4]);
    assert_eq!(phone.projections(), before);
}

#[test]
fn a_rebuild_repairs_what_was_tampered_with_and_says_where() {
    let mut phone = filled();
    let before = phone.projections();
    phone
        .connection
        .execute_batch(
            "UPDATE inspection SET note = 'tampered';
             DELETE FROM inspection_photo;
             INSERT INTO task_assignee (task, person) VALUES ('ghost', 'ghost');
             DELETE FROM conflict;",
        )
        .unwrap();
    let report = rebuild(&mut phone.connection, |_| {}).unwrap();
    let differing: Vec<(&str, u64)> = report
        .differing
        .iter()
        .map(|(table, count)| (table.as_str(), *count))
        .collect();
    assert_eq!(
        differing,
        [
            ("inspection", 4),
            ("inspection_photo", 1),
            ("conflict", 1),
            ("task_assignee", 1)
        ]
    );
    assert_eq!(phone.projections(), before);
    assert_eq!(rebuild(&mut phone.connection, |_| {}).unwrap().differing, []);
}

#[test]
fn a_rebuild_does_not_trust_snapshots_and_makes_new_ones() {
    let mut phone = Phone::new();
    phone.begin(1);
    for number in 0..70_u32 {
        phone.edit(1, device(1), i64::from(number), set(1, number));
    }
    let before = phone.projections();
    phone
        .connection
        .execute("UPDATE snapshot SET bytes = x'00'", [])
        .unwrap();
    assert!(log::load(&phone.connection, document_id(1), device(1)).is_err());

    assert_eq!(rebuild(&mut phone.connection, |_| {}).unwrap().differing, []);

    assert_eq!(phone.projections(), before);
    let stored = log::read(&phone.connection, document_id(1)).unwrap();
    assert_eq!(stored.tail_length(), 0);
    assert_eq!(
        stored
            .document(document_id(1), device(1))
            .unwrap()
            .changes_since(&[])
            .len(),
        72
    );
    phone.edit(1, device(1), 100, set(2, 1));
}

#[test]
fn a_document_that_is_not_complete_yet_has_no_rows() {
    let mut phone = Phone::new();
    let (document, changes) = Document::create(document_id(1), device(1)).unwrap();
    phone.append(&document, &changes, &[]);
    assert_eq!(phone.projections(), Vec::<String>::new());
    assert_eq!(rebuild(&mut phone.connection, |_| {}).unwrap().differing, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_the_projections_are_what_a_rebuild_gives(
        edits in prop::collection::vec((1..4_u128, 0..6_u8, 0..5_u8, any::<bool>()), 1..40)
    ) {
        let mut phone = Phone::new();
        for number in 1..4 {
            phone.begin(number);
        }
        let mut apart: Vec<Document> = (1..4)
            .map(|number| log::load(&phone.connection, document_id(number), device(2)).unwrap().unwrap())
            .collect();
        for (second, (number, what, value, merge)) in (1..).zip(edits) {
            let edit = match what {
                0 | 1 => set(what + 1, u32::from(value)),
                2 => answer(["JL-R-01", "JL-R-02"][usize::from(value) % 2]),
                3 => finding(&value.to_string()),
                4 => photo(value),
                _ => InspectionEdit::SetNote("注".repeat(usize::from(value))),
            };
            // The other device edits offline; now and then its work arrives.
            let other = &mut apart[number as usize - 1];
            let _ = inspection::edit(other, at(second), [edit.clone()]);
            let mut here = log::load(&phone.connection, document_id(number), device(1)).unwrap().unwrap();
            let mut changes = inspection::edit(&mut here, at(second), [edit]).unwrap_or_default();
            if merge {
                let arrived = here.apply(other.changes_since(&here.heads())).unwrap();
                changes.extend(arrived);
            }
            phone.append(&here, &changes, &[]);
        }
        let before = phone.projections();
        let report = rebuild(&mut phone.connection, |_| {}).unwrap();
        prop_assert_eq!(report, RebuildReport { documents: 3, differing: vec![] });
        prop_assert_eq!(phone.projections(), before);
    }
}
