//! Whatever three devices do, in whatever order they merge: they end up with the same document.

use jicha_domain::checklist::AnswerResult;
use jicha_record::admission::{Gate, Portion, admit};
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Change, Document, inspection};
use proptest::prelude::*;

use crate::builders::{self, answer, at, begun, copy_for, device, finding, finding_id, reading, slot};
use crate::devices::{Device, units};

#[derive(Clone, Debug)]
enum Step {
    Edit(usize, u8, u8),
    Note(usize, usize, String),
    Settle(usize, usize),
    UndoLast(usize),
    Merge(usize, usize),
    Reload(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..3_usize;
    prop_oneof![
        6 => (who.clone(), 0..5_u8, 0..4_u8).prop_map(|(who, what, value)| Step::Edit(who, what, value)),
        3 => (who.clone(), 0..8_usize, "[甲乙a-c ]{0,4}").prop_map(|(who, place, words)| Step::Note(who, place, words)),
        1 => (who.clone(), 0..3_usize).prop_map(|(who, choice)| Step::Settle(who, choice)),
        2 => who.clone().prop_map(Step::UndoLast),
        4 => (who.clone(), who.clone()).prop_map(|(from, to)| Step::Merge(from, to)),
        1 => who.prop_map(Step::Reload),
    ]
}

fn edit_of(what: u8, value: u8) -> InspectionEdit {
    let words = format!("{value}");
    match what {
        0 => InspectionEdit::SetRegister(slot(1), reading(&words)),
        1 => InspectionEdit::SetRegister(slot(2), reading(&words)),
        2 => InspectionEdit::SetAnswer(
            "JL-R-01".parse().unwrap(),
            answer(AnswerResult::ALL[usize::from(value) % 3]),
        ),
        3 => InspectionEdit::SetFinding(finding_id(1), finding(&words)),
        _ => InspectionEdit::WithdrawFinding(finding_id(1)),
    }
}

fn act(devices: &mut [Document], second: i64, step: Step) {
    match step {
        // A contested entry can't be edited and something changed since can't be undone; both are answers.
        Step::Edit(who, what, value) => {
            let _ = builders::edit(&mut devices[who], second, edit_of(what, value));
        }
        Step::Note(who, place, words) => {
            let (inspection, _) = inspection::read(devices[who].id(), devices[who].content()).unwrap();
            let mut note: Vec<char> = inspection.note.chars().collect();
            let place = place.min(note.len());
            note.splice(place..(place + 1).min(note.len()), words.chars());
            builders::edit(
                &mut devices[who],
                second,
                InspectionEdit::SetNote(note.into_iter().collect()),
            )
            .unwrap();
        }
        Step::Settle(who, choice) => {
            if let Some(conflict) = devices[who].conflicts().first() {
                let chosen = conflict.candidates[choice % conflict.candidates.len()].change;
                devices[who]
                    .settle(at(second), &conflict.place(), chosen, "")
                    .unwrap();
                assert!(
                    devices[who]
                        .conflicts()
                        .iter()
                        .all(|open| open.place() != conflict.place())
                );
            }
        }
        Step::UndoLast(who) => {
            let last = devices[who].heads()[0];
            let _ = devices[who].undo(at(second), last);
        }
        Step::Merge(from, to) => {
            let changes = devices[from].changes_since(&devices[to].heads());
            devices[to].apply(changes).unwrap();
        }
        Step::Reload(who) => {
            let actor = device(1 + who as u128);
            let snapshot = devices[who].save();
            devices[who] = Document::load(devices[who].id(), actor, Some(&snapshot), []).unwrap();
        }
    }
}

/// All that can be seen of a document.
fn seen(document: &Document) -> String {
    format!(
        "{:?}\n{}\n{:#?}",
        document.heads(),
        builders::content_of(document),
        document.conflicts()
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn three_devices_that_merge_everything_hold_the_same_document(steps in prop::collection::vec(step(), 1..40)) {
        let (base, _) = begun(device(1));
        let mut devices = [base.clone(), copy_for(device(2), &base), copy_for(device(3), &base)];
        for (second, step) in (1..).zip(steps) {
            act(&mut devices, second, step);
        }
        let [a, b, c] = &devices;

        let merged = |order: &[&Document]| {
            let mut all = Document::empty(base.id(), device(9));
            for document in order {
                all.apply(document.changes_since(&[])).unwrap();
            }
            all
        };
        let all = merged(&[a, b, c]);
        // Commutative and associative: any order. Idempotent: twice is once.
        for other in [merged(&[c, b, a]), merged(&[b, a, c]), merged(&[&merged(&[b, c]), a]), merged(&[a, b, a, c, c])] {
            prop_assert_eq!(seen(&all), seen(&other));
        }
        // One by one, as the log replays it, and through a snapshot.
        let changes = all.changes_since(&[]);
        let replayed = Document::load(all.id(), device(8), None, changes.iter().map(|change| change.bytes())).unwrap();
        prop_assert_eq!(seen(&all), seen(&replayed));
        let snapshot = all.save();
        let loaded = Document::load(all.id(), device(8), Some(&snapshot), []).unwrap();
        prop_assert_eq!(seen(&all), seen(&loaded));
        // A snapshot of a part and the rest behind it.
        let snapshot = a.save();
        let rest = all.changes_since(&a.heads());
        let continued =
            Document::load(all.id(), device(8), Some(&snapshot), rest.iter().map(|change| change.bytes())).unwrap();
        prop_assert_eq!(seen(&all), seen(&continued));
        // And a server lets all of it in.
        let inspectors = [1, 2, 3].map(|number| Device::inspector(number, "LP"));
        let authors = inspectors.iter().map(Device::author).collect();
        let attestations = inspectors.iter().filter_map(|by| {
            Some(by.sign(changes.iter().rfind(|change| change.actor() == by.actor)?))
        });
        let sent = changes.iter().map(|change| Change::parse(all.id(), change.bytes()).unwrap());
        let portion =
            Portion { document: all.id(), changes: sent.collect(), attestations: attestations.collect() };
        let empty = || Ok(Document::empty(all.id(), device(9)));
        let admission = admit(empty, 0, portion, &Gate { authors: &authors, units: &units() }).unwrap();
        prop_assert_eq!(admission.refused.len(), 0);
        prop_assert_eq!(seen(&all), seen(&admission.document));
    }
}
