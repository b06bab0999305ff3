//! Changes made to do harm: they are refused or harmless; nothing panics past its guard, hangs or poisons a document.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ReadDoc, ScalarValue};
use jicha_record::admission::{Admission, Gate, Portion, RefusalReason, admit};
use jicha_record::chunk::{join, split};
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Change, Document, inspection};

use crate::builders::{self, at, begun, device, edit, foreign, reading, slot, written};
use crate::chunks::real_changes;
use crate::devices::{Device, units};

/// Small numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}

fn mutate(numbers: &mut Numbers, bytes: &mut Vec<u8>) {
    const INTERESTING: [u8; 10] = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7e, 0x40, 0x41, 16];
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len());
        match numbers.below(5) {
            0 => bytes[at] = INTERESTING[numbers.below(INTERESTING.len())],
            1 => bytes[at] ^= 1 << numbers.below(8),
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => bytes.insert(at, INTERESTING[numbers.below(INTERESTING.len())]),
            _ => drop(bytes.remove(at)),
        }
    }
}

/// Lets devices 1 and 2, both inspectors of the county, send changes to a document that holds these.
fn send(known: &[Change], changes: Vec<Change>) -> Admission {
    let devices = [Device::inspector(1, "LP"), Device::inspector(2, "LP")];
    let authors: HashMap<_, _> = devices.iter().map(Device::author).collect();
    let id = known[0].document();
    let attestations = changes
        .iter()
        .filter_map(|change| {
            devices
                .iter()
                .find(|device| device.actor == change.actor())
                .map(|by| by.sign(change))
        })
        .collect();
    let load = || {
        let mut document = Document::empty(id, device(9));
        document.apply(known.to_vec())?;
        Ok(document)
    };
    let portion = Portion {
        document: id,
        changes,
        attestations,
    };
    admit(
        load,
        0,
        portion,
        &Gate {
            authors: &authors,
            units: &units(),
        },
    )
    .unwrap()
}

/// Everything that is done with an admitted document later on. Panics if the document is poisoned.
fn use_in_every_way(document: &Document, newest: &Change) {
    let _ = inspection::read(document.id(), document.content());
    for conflict in document.conflicts() {
        let mut copy = document.clone();
        let _ = copy.settle(at(1), &conflict.place(), conflict.candidates[0].change, "");
    }
    let all = document.changes_since(&[]);
    let replayed = Document::load(
        document.id(),
        device(9),
        None,
        all.iter().map(|change| change.bytes()),
    )
    .unwrap();
    assert_eq!(replayed.heads(), document.heads());
    let saved = document.save();
    let loaded = Document::load(document.id(), device(9), Some(&saved), []).unwrap();
    assert_eq!(loaded.heads(), document.heads());
    let mut copy = document.clone();
    let _ = copy.undo(at(2), newest.hash());
    let mut copy = document.clone();
    let _ = edit(&mut copy, 3, InspectionEdit::SetNote("x".into()));
    let _ = edit(&mut copy, 3, InspectionEdit::SetRegister(slot(1), reading("5")));
    assert!(
        document.proven_snapshot().is_some(),
        "what was admitted can be loaded from its snapshot"
    );
}

/// `ROUNDS=200000 SEED=7 cargo test -p jicha-record spoiled` looks longer.
#[test]
fn a_spoiled_change_is_refused_or_does_no_harm() {
    let from_environment = |name: &str, default: u64| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    };
    let changes = real_changes();
    let mut numbers = Numbers(from_environment("SEED", 1));
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut slowest = Duration::ZERO;
    for _ in 0..from_environment("ROUNDS", 1500) {
        let target = 2 + numbers.below(changes.len() - 2);
        let parts = split(changes[target].bytes()).unwrap();
        let mut rest = parts.rest.to_vec();
        mutate(&mut numbers, &mut rest);
        let bytes = join(&parts.dependencies, &rest);

        let begin = SystemTime::UNIX_EPOCH.elapsed().unwrap();
        let outcome = match Change::parse(changes[0].document(), &bytes) {
            Err(error) => format!("{error:?}")
                .chars()
                .take_while(|c| c.is_alphanumeric())
                .collect(),
            Ok(change) => {
                let admission = send(&changes[..target], vec![change.clone()]);
                match admission.refused.first() {
                    Some(refused) => refused.reason.as_str().to_owned(),
                    None if admission.admitted.is_empty() => "known or waiting".to_owned(),
                    None => {
                        use_in_every_way(&admission.document, &change);
                        "admitted".to_owned()
                    }
                }
            }
        };
        slowest = slowest.max(SystemTime::UNIX_EPOCH.elapsed().unwrap() - begin);
        *outcomes.entry(outcome).or_default() += 1;
    }
    println!("{outcomes:#?}, slowest {slowest:?}");
    assert!(
        outcomes["admitted"] > 0 && outcomes["malformed"] > 0,
        "{outcomes:?}"
    );
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

/// What device 2 wrote with another program, sent to an inspection that device 1 has begun.
fn hostile(
    write: impl FnOnce(&mut automerge::transaction::Transaction<'_>),
) -> (Document, Admission, Change) {
    let (document, _) = begun(device(1));
    let mut theirs = foreign(&document, device(2));
    let mut transaction = theirs.transaction();
    write(&mut transaction);
    transaction.commit();
    let change = written(&document, &theirs).pop().unwrap();
    let admission = send(&document.changes_since(&[]), vec![change.clone()]);
    (document, admission, change)
}

fn refused_as_malformed(write: impl FnOnce(&mut automerge::transaction::Transaction<'_>)) {
    let (document, admission, _) = hostile(write);
    let reasons: Vec<_> = admission.refused.iter().map(|refused| refused.reason).collect();
    assert_eq!(reasons, [RefusalReason::Malformed]);
    assert_eq!(admission.document.heads(), document.heads());
}

#[test]
fn operation_numbers_can_not_be_used_up() {
    let (mut document, _) = begun(device(1));
    let base = document.changes_since(&[]);
    let honest = edit(
        &mut document,
        1,
        InspectionEdit::SetRegister(slot(1), reading("1")),
    )
    .unwrap()
    .remove(0);
    let parts = split(honest.bytes()).unwrap();
    // The actor's length and 16 bytes, one byte for the sequence number, then the first operation's number.
    let number = 18..18
        + 1
        + parts.rest[18..]
            .iter()
            .take_while(|byte| **byte & 0x80 != 0)
            .count();
    let (head, tail) = (&parts.rest[..number.start], &parts.rest[number.end..]);
    for far in [
        vec![0xff, 0x7f],
        vec![0x80, 0x80, 0x80, 0x80, 0x08],
        vec![0xf0, 0xff, 0xff, 0xff, 0x0f],
    ] {
        let bytes = join(&parts.dependencies, &[head, &far, tail].concat());
        let Ok(change) = Change::parse(honest.document(), &bytes) else {
            continue;
        };
        let admission = send(&base, vec![change]);
        let reasons: Vec<_> = admission.refused.iter().map(|refused| refused.reason).collect();
        assert_eq!(reasons, [RefusalReason::Malformed], "{far:x?}");
    }
    assert_eq!(send(&base, vec![honest.clone()]).admitted, [honest]);
}

#[test]
fn the_skeleton_can_be_neither_replaced_nor_extended_nor_emptied() {
    refused_as_malformed(|transaction| transaction.put(ROOT, "schema", 99_u64).unwrap());
    refused_as_malformed(|transaction| transaction.put(ROOT, "kind", "task").unwrap());
    refused_as_malformed(|transaction| transaction.delete(ROOT, "registers").unwrap());
    refused_as_malformed(|transaction| {
        transaction.put_object(ROOT, "registers", ObjType::Map).unwrap();
    });
    refused_as_malformed(|transaction| transaction.put(ROOT, "note", "text").unwrap());
    refused_as_malformed(|transaction| transaction.put(ROOT, "more", true).unwrap());
}

#[test]
fn an_inspection_can_not_be_made_to_belong_to_nobody() {
    refused_as_malformed(|transaction| {
        let facts = transaction.get(ROOT, "facts").unwrap().unwrap().1;
        transaction.delete(&facts, "about").unwrap();
    });
    refused_as_malformed(|transaction| {
        let facts = transaction.get(ROOT, "facts").unwrap().unwrap().1;
        let about = transaction.get(&facts, "about").unwrap().unwrap().1;
        transaction.put(&about, "unit", 5_i64).unwrap();
    });
}

#[test]
fn maps_nested_ten_thousand_deep_do_not_use_up_the_stack() {
    let (_, admission, change) = hostile(|transaction| {
        let mut inner = transaction.get(ROOT, "registers").unwrap().unwrap().1;
        for _ in 0..10_000 {
            inner = transaction.put_object(&inner, "x", ObjType::Map).unwrap();
        }
    });
    assert_eq!(admission.admitted, std::slice::from_ref(&change));
    let saved = admission.document.save();
    let loaded = Document::load(change.document(), device(1), Some(&saved), []).unwrap();
    let (_, rest) = inspection::read(loaded.id(), loaded.content()).unwrap();
    assert_eq!(rest.unread().len(), 1);
}

#[test]
fn entries_of_the_wrong_shape_are_named_as_unread_and_hide_nothing_else() {
    let (document, admission, change) = hostile(|transaction| {
        let section = |transaction: &mut automerge::transaction::Transaction<'_>, name: &str| {
            transaction.get(ROOT, name).unwrap().unwrap().1
        };
        let registers = section(transaction, "registers");
        let values = [
            ScalarValue::Null,
            ScalarValue::Bytes(vec![1, 2, 3]),
            ScalarValue::F64(f64::NAN),
            ScalarValue::F64(f64::INFINITY),
            ScalarValue::counter(7),
            ScalarValue::Timestamp(i64::MIN),
            ScalarValue::Uint(u64::MAX),
            ScalarValue::Str("".into()),
        ];
        for (number, value) in (1..).zip(values) {
            transaction
                .put(&registers, slot(number).to_string(), value)
                .unwrap();
        }
        let text = transaction
            .put_object(&registers, slot(20).to_string(), ObjType::Text)
            .unwrap();
        transaction.splice_text(&text, 0, 0, "text").unwrap();
        let list = transaction
            .put_object(&registers, slot(21).to_string(), ObjType::List)
            .unwrap();
        transaction.insert(&list, 0, 1_i64).unwrap();
        transaction.put_object(&registers, "", ObjType::Map).unwrap();
        let facts = section(transaction, "facts");
        transaction.put(&facts, "arrived_at", i64::MAX).unwrap();
        transaction.put(&facts, "place", "nowhere").unwrap();
        let note = section(transaction, "note");
        transaction.splice_text(&note, 0, 0, "写在这里").unwrap();
        transaction.split_block(&note, 2).unwrap();
    });
    assert_eq!(admission.admitted, std::slice::from_ref(&change));
    use_in_every_way(&admission.document, &change);
    let (inspection, rest) = inspection::read(document.id(), admission.document.content()).unwrap();
    assert_eq!(
        (
            inspection.registers.len(),
            inspection.arrived_at,
            inspection.place
        ),
        (0, None, None)
    );
    assert_eq!(rest.unread().len(), 12, "{:#?}", rest.unread());
    assert_eq!(inspection.about, builders::about("LP-BQ"));
}

#[test]
fn conflicts_deep_inside_an_entry_and_between_odd_types_are_shown_and_can_be_settled() {
    let (mut document, _) = begun(device(1));
    edit(
        &mut document,
        1,
        InspectionEdit::SetRegister(slot(1), reading("1")),
    )
    .unwrap();
    let base = document.changes_since(&[]);
    let odd = |by, value: ScalarValue, inner: &str| {
        let mut theirs = foreign(&document, device(by));
        let mut transaction = theirs.transaction();
        let registers = transaction.get(ROOT, "registers").unwrap().unwrap().1;
        let entry = transaction
            .get(&registers, slot(1).to_string())
            .unwrap()
            .unwrap()
            .1;
        transaction.put(&entry, "value", inner).unwrap();
        transaction.put(&registers, slot(2).to_string(), value).unwrap();
        transaction.commit();
        written(&document, &theirs).pop().unwrap()
    };
    let changes = vec![
        odd(1, ScalarValue::Bytes(vec![1]), "2"),
        odd(2, ScalarValue::F64(f64::NAN), "3"),
    ];
    let third = {
        let mut theirs = document.clone();
        edit(&mut theirs, 5, InspectionEdit::SetRegister(slot(2), reading("7"))).unwrap();
        theirs.changes_since(&document.heads())
    };
    let admission = send(&base, changes.clone());
    assert_eq!(admission.admitted.len(), 2);
    let mut merged = admission.document;
    // The same sequence number twice, from device 1: only one of the two can ever be in the document.
    assert!(merged.apply(third).is_err());
    use_in_every_way(&merged, &changes[0]);
    let (inspection, _) = inspection::read(merged.id(), merged.content()).unwrap();
    assert!(["2", "3"].contains(&inspection.registers[&slot(1)].value.to_string().as_str()));
}
