//! Documents of a newer program, read and edited by this one.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjType, ROOT, ReadDoc};
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Document, Error, inspection};

use crate::builders::{self, begun, device, edit, foreign, reading, slot, written};

/// Section → object id, in the foreign program.
fn section(automerge: &Automerge, name: &str) -> automerge::ObjId {
    automerge.get(ROOT, name).unwrap().unwrap().1
}

/// An inspection as a program of schema version 2 might leave it: a higher version, a further section, a word of an
/// enumeration that is new, a further field within an entry, an entry with a key of a new form.
fn from_the_future() -> Document {
    let (mut document, _) = begun(device(1));
    edit(
        &mut document,
        1,
        InspectionEdit::SetRegister(slot(1), reading("1")),
    )
    .unwrap();
    let mut newer = foreign(&document, device(2));
    let options = |_: &()| CommitOptions::default().with_time(builders::at(2).as_millisecond());
    newer
        .transact_with::<_, _, automerge::AutomergeError, _>(options, |transaction| {
            transaction.put(ROOT, "schema", 2_u64)?;
            let events = transaction.put_object(ROOT, "meter_events", ObjType::Map)?;
            let event = transaction.put_object(&events, "1", ObjType::Map)?;
            transaction.put(&event, "what", "cover_opened")?;
            let registers = transaction.get(ROOT, "registers")?.unwrap().1;
            let known = transaction.get(&registers, slot(1).to_string())?.unwrap().1;
            transaction.put(&known, "temperature_c", 21.5)?;
            let unknown_word = transaction.put_object(&registers, slot(2).to_string(), ObjType::Map)?;
            for (key, value) in [("value", "2"), ("unit", "kwh"), ("source", "satellite")] {
                transaction.put(&unknown_word, key, value)?;
            }
            transaction.put(&unknown_word, "read_at", 1_i64)?;
            transaction.put_object(&registers, "meter-2/1-0:1.8.0*255/1", ObjType::Map)?;
            Ok(())
        })
        .map_err(|failure| failure.error)
        .unwrap();
    document.apply(written(&document, &newer)).unwrap();
    document
}

#[test]
fn what_is_known_is_read_and_what_is_not_is_named_with_its_place() {
    let document = from_the_future();
    assert_eq!(document.content().schema_version(), 2);
    let (inspection, rest) = inspection::read(document.id(), document.content()).unwrap();
    assert_eq!(
        inspection.registers.keys().copied().collect::<Vec<_>>(),
        [slot(1)]
    );
    assert_eq!(inspection.registers[&slot(1)], reading("1"));
    let mut places: Vec<String> = rest
        .unread()
        .iter()
        .map(|unread| unread.place.to_string())
        .collect();
    places.sort();
    assert_eq!(
        places,
        ["registers/1-0:1.8.0*255/2", "registers/meter-2/1-0:1.8.0*255/1"]
    );
    let why = &rest
        .unread()
        .iter()
        .find(|unread| unread.place.key == slot(2).to_string())
        .unwrap()
        .why;
    assert!(why.contains("satellite"), "{why}");
}

#[test]
fn what_is_unknown_survives_an_edit_a_save_and_a_load_by_this_program() {
    let mut document = from_the_future();
    edit(&mut document, 10, InspectionEdit::SetNote("旧程序写的".into())).unwrap();
    edit(
        &mut document,
        11,
        InspectionEdit::SetRegister(slot(3), reading("3")),
    )
    .unwrap();

    let snapshot = document.save();
    let loaded = Document::load(document.id(), device(3), Some(&snapshot), []).unwrap();

    let newer = foreign(&loaded, device(2));
    assert_eq!(newer.get(ROOT, "schema").unwrap().unwrap().0.as_u64(), Some(2));
    let event = newer
        .get(section(&newer, "meter_events"), "1")
        .unwrap()
        .unwrap()
        .1;
    assert_eq!(
        newer.get(&event, "what").unwrap().unwrap().0.as_str(),
        Some("cover_opened")
    );
    let known = newer
        .get(section(&newer, "registers"), slot(1).to_string())
        .unwrap()
        .unwrap()
        .1;
    assert_eq!(
        newer.get(&known, "temperature_c").unwrap().unwrap().0.as_f64(),
        Some(21.5)
    );
    let word = newer
        .get(section(&newer, "registers"), slot(2).to_string())
        .unwrap()
        .unwrap()
        .1;
    assert_eq!(
        newer.get(&word, "source").unwrap().unwrap().0.as_str(),
        Some("satellite")
    );
    assert_eq!(loaded.content().schema_version(), 2);
}

#[test]
fn two_spellings_of_one_key_do_not_hide_one_another() {
    let (mut document, _) = begun(device(1));
    edit(
        &mut document,
        1,
        InspectionEdit::SetRegister(slot(1), reading("1")),
    )
    .unwrap();
    let mut odd = foreign(&document, device(2));
    odd.transact::<_, _, automerge::AutomergeError>(|transaction| {
        let registers = transaction.get(ROOT, "registers")?.unwrap().1;
        let entry = transaction.put_object(&registers, "1.8.0/1", ObjType::Map)?;
        for (key, value) in [("value", "2"), ("unit", "kwh"), ("source", "dial")] {
            transaction.put(&entry, key, value)?;
        }
        transaction.put(&entry, "read_at", 1_i64)
    })
    .map_err(|failure| failure.error)
    .unwrap();
    document.apply(written(&document, &odd)).unwrap();
    let (inspection, rest) = inspection::read(document.id(), document.content()).unwrap();
    assert_eq!(inspection.registers[&slot(1)].value.to_string(), "1");
    assert_eq!(rest.unread()[0].place.key, "1.8.0/1");
}

#[test]
fn a_document_without_the_section_of_an_edit_says_so() {
    let id = inspection::document_id(builders::inspection_id(1));
    let (_, skeleton_of_a_task) = Document::create(
        jicha_record::DocumentId {
            kind: jicha_record::DocumentKind::Task,
            ..id
        },
        device(1),
    )
    .unwrap();
    let mut document = Document::empty(id, device(1));
    document.apply(skeleton_of_a_task).unwrap();
    let mut with_about = foreign(&document, device(2));
    with_about
        .transact::<_, _, automerge::AutomergeError>(|transaction| {
            let facts = transaction.get(ROOT, "facts")?.unwrap().1;
            transaction.put(&facts, "about", "nothing that can be read")
        })
        .map_err(|failure| failure.error)
        .unwrap();
    document.apply(written(&document, &with_about)).unwrap();
    let answer = inspection::edit(
        &mut document,
        builders::at(1),
        [InspectionEdit::SetNote("x".into())],
    );
    assert!(
        matches!(answer, Err(Error::Incomplete { fact: "about", .. })),
        "{answer:?}"
    );
}
