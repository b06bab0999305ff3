//! Two devices edit offline: what is kept, what is contested, and how it is settled.

use jicha_domain::checklist::AnswerResult;
use jicha_domain::inspection::Inspection;
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Conflict, Document, Error, Place, inspection};
use serde_json::Value;

use crate::builders::{self, answer, at, begun, copy_for, device, edit, reading, slot, sync};

fn set(kwh: &str) -> InspectionEdit {
    InspectionEdit::SetRegister(slot(1), reading(kwh))
}

fn place() -> Place {
    Place::new("registers", slot(1).to_string())
}

fn read(document: &Document) -> Inspection {
    inspection::read(document.id(), document.content()).unwrap().0
}

fn settlements(document: &Document) -> Vec<Value> {
    let mut content = document.content();
    content
        .take_section::<String, Value>("settlements")
        .into_values()
        .collect()
}

/// Two devices that entered different readings for one register, merged.
fn contested() -> (Document, Document) {
    let (mut here, _) = begun(device(1));
    let mut there = copy_for(device(2), &here);
    edit(&mut here, 10, set("10234.56")).unwrap();
    edit(&mut there, 20, set("10234.65")).unwrap();
    sync(&mut here, &mut there);
    (here, there)
}

fn only_conflict(document: &Document) -> Conflict {
    let mut conflicts = document.conflicts();
    assert_eq!(conflicts.len(), 1, "{conflicts:#?}");
    conflicts.remove(0)
}

#[test]
fn different_entries_are_both_kept_in_whatever_order_they_are_merged() {
    let (base, _) = begun(device(1));
    let (mut here, mut there) = (copy_for(device(1), &base), copy_for(device(2), &base));
    edit(&mut here, 10, set("10234.56")).unwrap();
    edit(
        &mut there,
        20,
        InspectionEdit::SetAnswer("JL-R-01".parse().unwrap(), answer(AnswerResult::Ok)),
    )
    .unwrap();
    let (from_here, from_there) = (
        here.changes_since(&base.heads()),
        there.changes_since(&base.heads()),
    );

    let mut first = copy_for(device(3), &base);
    first.apply(from_here.clone()).unwrap();
    first.apply(from_there.clone()).unwrap();
    let mut second = copy_for(device(4), &base);
    second
        .apply(from_there.into_iter().chain(from_here).collect())
        .unwrap();

    assert_eq!(first.heads(), second.heads());
    assert_eq!(builders::content_of(&first), builders::content_of(&second));
    assert_eq!((read(&first).registers.len(), read(&first).answers.len()), (1, 1));
    assert_eq!(first.conflicts(), []);
}

#[test]
fn the_same_entry_with_different_values_is_one_conflict_that_both_sides_see_alike() {
    let (here, there) = contested();

    let conflict = only_conflict(&here);

    assert_eq!(conflict, only_conflict(&there));
    assert_eq!(conflict.place(), place());
    let mut candidates: Vec<_> = conflict
        .candidates
        .iter()
        .map(|candidate| {
            (
                candidate.actor,
                candidate.at,
                candidate.value["value"].as_str().unwrap(),
            )
        })
        .collect();
    candidates.sort();
    assert_eq!(
        candidates,
        [(device(1), at(10), "10234.56"), (device(2), at(20), "10234.65")]
    );
    let shown = conflict.candidates[0].value["value"].as_str().unwrap().to_owned();
    assert_eq!(
        read(&here).registers[&slot(1)].value.to_string(),
        shown,
        "the first candidate is shown"
    );
}

#[test]
fn the_same_entry_with_the_same_value_is_no_conflict_and_can_be_edited_further() {
    let (mut here, _) = begun(device(1));
    let mut there = copy_for(device(2), &here);
    edit(&mut here, 10, set("10234.56")).unwrap();
    edit(&mut there, 20, set("10234.56")).unwrap();
    sync(&mut here, &mut there);
    assert_eq!(here.conflicts(), []);

    edit(&mut here, 30, set("10234.57")).unwrap();
    sync(&mut here, &mut there);
    assert_eq!(read(&there).registers[&slot(1)].value.to_string(), "10234.57");
    assert_eq!(there.conflicts(), []);
}

#[test]
fn a_contested_entry_can_be_neither_edited_nor_withdrawn_before_it_is_settled() {
    let (mut here, _) = contested();
    let heads = here.heads();
    assert!(matches!(edit(&mut here, 30, set("1")), Err(Error::Contested { place: at }) if at == place()));
    assert_eq!(here.heads(), heads);

    let (mut here, _) = begun(device(1));
    let mut there = copy_for(device(2), &here);
    let id = builders::finding_id(1);
    edit(
        &mut here,
        10,
        InspectionEdit::SetFinding(id, builders::finding("封印缺失")),
    )
    .unwrap();
    edit(
        &mut there,
        20,
        InspectionEdit::SetFinding(id, builders::finding("封印破损")),
    )
    .unwrap();
    sync(&mut here, &mut there);
    assert!(matches!(
        edit(&mut here, 30, InspectionEdit::WithdrawFinding(id)),
        Err(Error::Contested { .. })
    ));
    assert_eq!(only_conflict(&here), only_conflict(&there));
}

#[test]
fn settling_clears_the_conflict_everywhere_and_keeps_what_was_rejected() {
    let (mut here, mut there) = contested();
    let loser = only_conflict(&here).candidates[1].clone();

    here.settle(at(30), &place(), loser.change, "照片上看得清")
        .unwrap();
    sync(&mut here, &mut there);

    for document in [&here, &there] {
        assert_eq!(document.conflicts(), []);
        assert_eq!(
            read(document).registers[&slot(1)].value.to_string(),
            loser.value["value"].as_str().unwrap()
        );
        let [settlement] = settlements(document).try_into().unwrap();
        assert_eq!(settlement["chosen"], loser.change.to_string());
        assert_eq!(settlement["place"], place().to_string());
        assert_eq!(settlement["reason"], "照片上看得清");
        assert_eq!(settlement["rejected"].as_array().unwrap().len(), 1);
        assert_ne!(settlement["rejected"][0]["value"], loser.value);
    }
    edit(&mut there, 40, set("10299")).unwrap();
}

#[test]
fn settling_differently_on_both_sides_is_a_conflict_again() {
    let (mut here, mut there) = contested();
    let [one, other] = only_conflict(&here).candidates.try_into().unwrap();
    here.settle(at(30), &place(), one.change, "甲").unwrap();
    there.settle(at(31), &place(), other.change, "乙").unwrap();
    sync(&mut here, &mut there);

    let conflict = only_conflict(&here);
    assert_eq!(conflict, only_conflict(&there));
    assert_eq!(conflict.place(), place());

    here.settle(at(40), &place(), conflict.candidates[0].change, "商定")
        .unwrap();
    sync(&mut here, &mut there);
    assert_eq!((here.conflicts(), there.conflicts()), (vec![], vec![]));
    assert_eq!(settlements(&there).len(), 3, "every decision is kept");
}

#[test]
fn settling_alike_on_both_sides_with_different_words_is_no_conflict() {
    let (mut here, mut there) = contested();
    let chosen = only_conflict(&here).candidates[0].change;
    here.settle(at(30), &place(), chosen, "照片为准").unwrap();
    there.settle(at(30), &place(), chosen, "电话核实").unwrap();
    sync(&mut here, &mut there);
    assert_eq!((here.conflicts(), there.conflicts()), (vec![], vec![]));
    assert_eq!(settlements(&here).len(), 2);
}

#[test]
fn only_an_open_conflict_can_be_settled_and_only_with_one_of_its_values() {
    let (mut here, _) = contested();
    let foreign = here.heads()[0];
    let other_place = Place::new("registers", slot(2).to_string());
    let mine = only_conflict(&here).candidates[0].change;
    assert!(matches!(
        here.settle(at(30), &other_place, mine, ""),
        Err(Error::NotContested { .. })
    ));
    here.settle(at(30), &place(), mine, "").unwrap();
    assert!(matches!(
        here.settle(at(31), &place(), mine, ""),
        Err(Error::NotContested { .. })
    ));
    assert!(matches!(
        here.settle(at(31), &place(), foreign, ""),
        Err(Error::NotContested { .. })
    ));
}

#[test]
fn a_value_edited_here_and_withdrawn_there_stays() {
    let (mut here, _) = begun(device(1));
    let id = builders::finding_id(1);
    edit(
        &mut here,
        10,
        InspectionEdit::SetFinding(id, builders::finding("封印缺失")),
    )
    .unwrap();
    let mut there = copy_for(device(2), &here);
    edit(
        &mut here,
        20,
        InspectionEdit::SetFinding(id, builders::finding("封印破损")),
    )
    .unwrap();
    edit(&mut there, 20, InspectionEdit::WithdrawFinding(id)).unwrap();
    sync(&mut here, &mut there);
    assert_eq!(read(&there).findings[&id].title, "封印破损");
    assert_eq!(there.conflicts(), []);
}

#[test]
fn changes_whose_predecessors_are_lacking_are_not_applied_and_the_lack_is_named() {
    let (mut here, _) = begun(device(1));
    let mut there = copy_for(device(2), &here);
    let first = edit(&mut here, 10, set("1")).unwrap();
    let second = edit(&mut here, 20, set("2")).unwrap();
    let heads = there.heads();
    let refused = there.apply(second.clone());
    assert!(matches!(refused, Err(Error::Missing { missing, .. }) if missing == [first[0].hash()]));
    assert_eq!(there.heads(), heads);
    // Any order will do once all are here, and twice is once.
    assert_eq!(
        there
            .apply([second.clone(), first.clone(), second].concat())
            .unwrap()
            .len(),
        2
    );
    assert_eq!(there.apply(first).unwrap(), []);
    assert_eq!(there.heads(), here.heads());
}
