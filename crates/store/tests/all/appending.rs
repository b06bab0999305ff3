//! The log: what is appended is read back, and nothing in it ever changes.

use jicha_record::{Attestation, ChangeHash, Document, inspection};
use jicha_store::log::{self, Addition, DocumentNumber};
use jicha_store::{Error, undone};

use crate::builders::{Phone, answer, at, device, document_id, finding, inspection_id, set};

#[test]
fn what_was_appended_is_read_back_as_the_same_document() {
    let mut phone = Phone::new();
    let mut document = phone.begin(1);
    let changes = inspection::edit(&mut document, at(1), [set(1, 10), answer("JL-R-01")]).unwrap();
    let attestation = Attestation {
        device: device(1).device(),
        head: changes[0].hash(),
        signature: [7; 64],
    };
    let appended = phone.append(&document, &changes, std::slice::from_ref(&attestation));

    let loaded = log::load(&phone.connection, document.id(), device(1))
        .unwrap()
        .unwrap();
    assert_eq!(loaded.heads(), document.heads());
    assert_eq!(
        inspection::read(loaded.id(), loaded.content()).unwrap().0,
        inspection::read(document.id(), document.content()).unwrap().0
    );
    let number = appended.document;
    assert_eq!(
        log::attestations(&phone.connection, document.id(), number).unwrap(),
        [attestation]
    );
    assert_eq!(
        log::document_id(&phone.connection, number).unwrap(),
        document.id()
    );
    let all = log::changes_between(&phone.connection, document.id(), number, 0, i64::MAX).unwrap();
    assert_eq!(all, document.changes_since(&[]));
    let newest = log::changes_between(
        &phone.connection,
        document.id(),
        number,
        appended.sequences[0],
        i64::MAX,
    )
    .unwrap();
    assert_eq!(newest, changes);
    let bytes: usize = all.iter().map(|change| change.bytes().len()).sum();
    assert_eq!(
        log::read(&phone.connection, document.id()).unwrap().change_bytes,
        bytes
    );
    assert!(
        log::load(&phone.connection, document_id(2), device(1))
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_snapshot_is_taken_every_thirty_two_changes_and_loads_like_the_whole_history() {
    let mut phone = Phone::new();
    phone.begin(1);
    let mut tails = Vec::new();
    for number in 0..100_u32 {
        phone.edit(
            1,
            device(1),
            i64::from(number),
            set((number % 7 + 1) as u8, number),
        );
        let stored = log::read(&phone.connection, document_id(1)).unwrap();
        tails.push(stored.tail_length());

        let loaded = stored.document(document_id(1), device(1)).unwrap();
        let all = log::changes_between(
            &phone.connection,
            document_id(1),
            stored.number.unwrap(),
            0,
            i64::MAX,
        )
        .unwrap();
        assert_eq!(all.len() as u32, number + 3);
        let replayed = Document::load(
            document_id(1),
            device(1),
            None,
            all.iter().map(|change| change.bytes()),
        )
        .unwrap();
        assert_eq!(loaded.heads(), replayed.heads());
        if number % 16 == 0 {
            let read = |document: &Document| inspection::read(document.id(), document.content()).unwrap().0;
            assert_eq!(read(&loaded), read(&replayed));
        }
    }
    assert!(tails.iter().all(|tail| *tail < 32), "{tails:?}");
    assert_eq!(tails.iter().filter(|tail| **tail == 0).count(), 3, "{tails:?}");
    assert_eq!(phone.one::<i64>("SELECT count(*) FROM snapshot"), 1);
}

#[test]
fn the_log_refuses_to_be_changed_or_cut() {
    let mut phone = Phone::new();
    phone.begin(1);
    for statement in [
        "UPDATE change SET made_at_ms = 0",
        "UPDATE change SET bytes = x'00' WHERE sequence = 1",
        "DELETE FROM change",
        "DELETE FROM change WHERE sequence = 2",
        "REPLACE INTO change (sequence, document, hash, actor, actor_sequence, made_at_ms, bytes)
         SELECT sequence, document, hash, actor, actor_sequence, 0, bytes FROM change",
    ] {
        let before: i64 = phone.one("SELECT count(*) FROM change WHERE made_at_ms >= 0");
        let refused = phone.connection.execute(statement, []).unwrap_err();
        assert!(
            refused.to_string().contains("append-only"),
            "{statement}: {refused}"
        );
        assert_eq!(
            phone.one::<i64>("SELECT count(*) FROM change WHERE made_at_ms >= 0"),
            before
        );
    }
}

#[test]
fn a_transaction_that_is_given_up_leaves_nothing_behind() {
    let mut phone = Phone::new();
    phone.begin(1);
    let before = phone.projections();
    let mut document = log::load(&phone.connection, document_id(1), device(1))
        .unwrap()
        .unwrap();
    let changes = inspection::edit(&mut document, at(1), [set(1, 10)]).unwrap();
    {
        let transaction = phone.connection.transaction().unwrap();
        let stored = log::read(&transaction, document.id()).unwrap();
        log::append(
            &transaction,
            &stored,
            Addition {
                document: &document,
                content: None,
                changes: &changes,
                attestations: &[],
            },
        )
        .unwrap();
    }
    assert_eq!(phone.projections(), before);
    assert_eq!(phone.one::<i64>("SELECT count(*) FROM change"), 2);
}

#[test]
fn one_change_can_not_be_appended_twice() {
    let mut phone = Phone::new();
    let document = phone.begin(1);
    let changes = document.changes_since(&[]);
    let transaction = phone.connection.transaction().unwrap();
    let stored = log::read(&transaction, document.id()).unwrap();
    let addition = Addition {
        document: &document,
        content: None,
        changes: &changes,
        attestations: &[],
    };
    assert!(matches!(
        log::append(&transaction, &stored, addition),
        Err(Error::Constraint(_))
    ));
}

#[test]
fn one_change_is_found_by_its_hash() {
    let mut phone = Phone::new();
    let document = phone.begin(1);
    let change = document.changes_since(&[]).remove(1);
    assert_eq!(
        log::change(&phone.connection, document.id(), change.hash()).unwrap(),
        Some(change)
    );
    assert_eq!(
        log::change(&phone.connection, document.id(), ChangeHash([1; 32])).unwrap(),
        None
    );
}

#[test]
fn the_newest_edit_of_this_device_is_the_one_to_undo_until_it_is_noted_as_undone() {
    let mut phone = Phone::new();
    let document = phone.begin(1);
    let number = log::read(&phone.connection, document.id())
        .unwrap()
        .number
        .unwrap();
    assert_eq!(
        undone::newest(&phone.connection, number, device(1)).unwrap(),
        None
    );
    let mine = phone.edit(1, device(1), 1, set(1, 1));
    phone.edit(1, device(2), 2, finding("别人的"));
    let undoable = undone::newest(&phone.connection, number, device(1))
        .unwrap()
        .unwrap();
    assert_eq!((undoable.sequence, undoable.unsent), (mine.sequences[0], true));
    let transaction = phone.connection.transaction().unwrap();
    undone::note(&transaction, undoable.sequence, &[]).unwrap();
    transaction.commit().unwrap();
    assert_eq!(
        undone::newest(&phone.connection, number, device(1)).unwrap(),
        None
    );
}

#[test]
fn documents_are_paged_by_number_without_gaps() {
    let mut phone = Phone::new();
    for number in 1..=7 {
        phone.begin(number);
    }
    let mut found = Vec::new();
    let mut after = DocumentNumber(0);
    loop {
        let page = log::documents_after(&phone.connection, after, 3).unwrap();
        let Some((last, _)) = page.last() else { break };
        after = *last;
        found.extend(page.into_iter().map(|(_, id)| id));
    }
    assert_eq!(
        found,
        (1..=7)
            .map(|number| inspection::document_id(inspection_id(number)))
            .collect::<Vec<_>>()
    );
}
