//! Taking back an edit.

use jicha_domain::inspection::Inspection;
use jicha_record::inspection::InspectionEdit;
use jicha_record::{ChangeHash, Document, Error, Place, inspection};
use serde_json::Value;

use crate::builders::{self, at, begun, copy_for, device, edit, finding, finding_id, reading, slot, sync};

fn read(document: &Document) -> Inspection {
    inspection::read(document.id(), document.content()).unwrap().0
}

fn make(document: &mut Document, second: i64, what: InspectionEdit) -> ChangeHash {
    edit(document, second, what).unwrap().pop().unwrap().hash()
}

/// Undoing brings back exactly what the document said before the edit, and undoing that brings back the edit.
fn check(before: Vec<InspectionEdit>, what: InspectionEdit) {
    let (mut document, _) = begun(device(1));
    for (second, edit) in (1..).zip(before) {
        make(&mut document, second, edit);
    }
    let said_before = builders::content_of(&document);
    let made = make(&mut document, 100, what.clone());
    let said_after = builders::content_of(&document);
    assert_ne!(said_before, said_after, "{what:?} changes nothing");

    let undone = document.undo(at(101), made).unwrap().pop().unwrap().hash();
    assert_eq!(builders::content_of(&document), said_before, "{what:?}");

    document.undo(at(102), undone).unwrap();
    assert_eq!(
        builders::content_of(&document),
        said_after,
        "{what:?}, undone twice"
    );
    let snapshot = document.save();
    let loaded = Document::load(document.id(), device(2), Some(&snapshot), []).unwrap();
    assert_eq!(builders::content_of(&loaded), said_after);
}

#[test]
fn every_edit_can_be_undone_and_the_undoing_as_well() {
    let first = |edit: &InspectionEdit| match edit {
        InspectionEdit::WithdrawFinding(id) => vec![InspectionEdit::SetFinding(*id, finding("写错的"))],
        _ => vec![],
    };
    for edit in builders::every_edit() {
        check(first(&edit), edit);
    }
}

#[test]
fn undoing_a_replacement_brings_the_former_value_back() {
    let set = |kwh| InspectionEdit::SetRegister(slot(1), reading(kwh));
    check(vec![set("1"), set("2")], set("3"));
    let titled = |title| InspectionEdit::SetFinding(finding_id(1), finding(title));
    check(vec![titled("甲")], titled("乙"));
    check(
        vec![InspectionEdit::SetNote("箱门生锈。".into())],
        InspectionEdit::SetNote("箱门已换。".into()),
    );
}

#[test]
fn an_edit_of_several_entries_is_undone_as_one() {
    let (mut document, _) = begun(device(1));
    let before = builders::content_of(&document);
    let edits = builders::every_edit().into_iter().take(10);
    let made = inspection::edit(&mut document, at(1), edits).unwrap();
    assert_eq!(made.len(), 1);
    document.undo(at(2), made[0].hash()).unwrap();
    assert_eq!(builders::content_of(&document), before);
}

#[test]
fn an_older_edit_can_be_undone_as_long_as_nothing_has_touched_its_entries_since() {
    let (mut document, _) = begun(device(1));
    let made = make(
        &mut document,
        1,
        InspectionEdit::SetRegister(slot(1), reading("1")),
    );
    make(
        &mut document,
        2,
        InspectionEdit::SetRegister(slot(2), reading("2")),
    );
    make(&mut document, 3, InspectionEdit::SetNote("另".into()));
    document.undo(at(4), made).unwrap();
    assert_eq!(
        read(&document).registers.keys().copied().collect::<Vec<_>>(),
        [slot(2)]
    );
    assert_eq!(read(&document).note, "另");
}

/// After `since`, the edit `what` can't be undone any more, and nothing happens.
fn refused(before: Vec<InspectionEdit>, what: InspectionEdit, since: InspectionEdit) {
    let (mut document, _) = begun(device(1));
    for (second, edit) in (1..).zip(before) {
        make(&mut document, second, edit);
    }
    let made = make(&mut document, 100, what);
    make(&mut document, 101, since);
    let heads = document.heads();
    let answer = document.undo(at(102), made);
    assert!(matches!(answer, Err(Error::ChangedSince { .. })), "{answer:?}");
    assert_eq!(document.heads(), heads);
}

#[test]
fn what_was_changed_again_since_can_not_be_undone() {
    let set = |kwh| InspectionEdit::SetRegister(slot(1), reading(kwh));
    refused(vec![], set("1"), set("2"));
    refused(vec![set("1")], set("2"), set("1"));
    let titled = |title| InspectionEdit::SetFinding(finding_id(1), finding(title));
    let withdraw = || InspectionEdit::WithdrawFinding(finding_id(1));
    refused(vec![], titled("甲"), withdraw());
    refused(vec![titled("甲")], titled("乙"), withdraw());
    refused(vec![titled("甲")], withdraw(), titled("乙"));
    let note = |words: &str| InspectionEdit::SetNote(words.into());
    refused(vec![], note("甲"), note("甲乙"));
}

#[test]
fn an_undoing_merges_like_any_other_edit() {
    let (mut here, _) = begun(device(1));
    let made = make(&mut here, 1, InspectionEdit::SetRegister(slot(1), reading("1")));
    let mut there = copy_for(device(2), &here);
    here.undo(at(2), made).unwrap();
    make(&mut there, 2, InspectionEdit::SetRegister(slot(2), reading("2")));
    sync(&mut here, &mut there);
    assert_eq!(
        read(&here).registers.keys().copied().collect::<Vec<_>>(),
        [slot(2)]
    );
    assert_eq!(builders::content_of(&here), builders::content_of(&there));

    // Undone here, replaced there: the newer value is not lost.
    let (mut here, _) = begun(device(1));
    let made = make(&mut here, 1, InspectionEdit::SetRegister(slot(1), reading("1")));
    let mut there = copy_for(device(2), &here);
    here.undo(at(2), made).unwrap();
    make(&mut there, 2, InspectionEdit::SetRegister(slot(1), reading("3")));
    sync(&mut here, &mut there);
    assert_eq!(read(&here).registers[&slot(1)].value.to_string(), "3");
}

#[test]
fn undoing_one_of_two_contested_values_is_refused_so_that_the_other_is_not_swept_away() {
    let (mut here, _) = begun(device(1));
    let mut there = copy_for(device(2), &here);
    let mine = make(&mut here, 10, InspectionEdit::SetRegister(slot(1), reading("1")));
    let theirs = make(&mut there, 20, InspectionEdit::SetRegister(slot(1), reading("2")));
    sync(&mut here, &mut there);
    for made in [mine, theirs] {
        assert!(matches!(here.undo(at(30), made), Err(Error::Contested { .. })));
    }
    assert_eq!(here.conflicts().len(), 1);
}

#[test]
fn a_settlement_can_not_be_undone_into_a_silent_choice() {
    let (mut here, _) = begun(device(1));
    let mut there = copy_for(device(2), &here);
    let mine = make(&mut here, 10, InspectionEdit::SetRegister(slot(1), reading("1")));
    make(&mut there, 20, InspectionEdit::SetRegister(slot(1), reading("2")));
    sync(&mut here, &mut there);
    let place = Place::new("registers", slot(1).to_string());
    let settled = here
        .settle(at(30), &place, mine, "")
        .unwrap()
        .pop()
        .unwrap()
        .hash();
    assert!(matches!(here.undo(at(31), settled), Err(Error::Contested { .. })));
    assert_eq!(
        here.content().take_section::<String, Value>("settlements").len(),
        1
    );
}

#[test]
fn a_change_that_is_not_here_can_not_be_undone() {
    let (mut document, _) = begun(device(1));
    assert!(matches!(
        document.undo(at(1), ChangeHash([7; 32])),
        Err(Error::NoSuchChange { .. })
    ));
}

#[test]
fn in_a_signed_inspection_only_the_signature_can_be_undone() {
    let (mut document, _) = begun(device(1));
    let mut made = Vec::new();
    for (second, edit) in (1..).zip(builders::every_edit()) {
        made.push(make(&mut document, second, edit));
    }
    let signature = made.pop().unwrap();
    for change in made {
        let answer = document.undo(at(1000), change);
        assert!(matches!(answer, Err(Error::Signed { .. })), "{answer:?}");
    }
    document.undo(at(1000), signature).unwrap();
    assert!(read(&document).signatures.is_empty());
}

#[test]
fn the_change_that_began_an_inspection_can_not_be_undone() {
    let (mut document, changes) = begun(device(1));
    let answer = document.undo(at(1), changes[1].hash());
    assert!(
        matches!(answer, Err(Error::Incomplete { fact: "about", .. })),
        "{answer:?}"
    );
}
