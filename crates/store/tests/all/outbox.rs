//! The outbox: what is not acknowledged yet, in its order.

use jicha_record::inspection;
use jicha_store::outbox::{self, WaitingTotals};

use crate::builders::{Phone, at, device, document_id, inspection_id, set};

fn acknowledge(phone: &mut Phone, through: u64) -> usize {
    let transaction = phone.connection.transaction().unwrap();
    let removed = outbox::acknowledge(&transaction, through).unwrap();
    transaction.commit().unwrap();
    removed
}

#[test]
fn changes_wait_in_the_order_of_their_recording_and_are_paged() {
    let mut phone = Phone::new();
    let document = phone.begin(1);
    phone.begin(2);
    let third = phone.edit(1, device(1), 1, set(1, 1));

    let all = outbox::page(&phone.connection, 0, 100).unwrap();
    assert_eq!(
        all.iter().map(|(position, ..)| *position).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(all[4].1, third.document);
    assert_eq!(all[0].2, document.changes_since(&[])[0].bytes());
    let mut paged = outbox::page(&phone.connection, 0, 2).unwrap();
    paged.extend(outbox::page(&phone.connection, 2, 2).unwrap());
    paged.extend(outbox::page(&phone.connection, 4, 2).unwrap());
    assert_eq!(paged, all);

    let bytes = all.iter().map(|(_, _, bytes)| bytes.len() as u64).sum();
    let totals = outbox::totals(&phone.connection).unwrap();
    assert_eq!(
        totals,
        WaitingTotals {
            documents: 2,
            changes: 5,
            bytes
        }
    );
    let waiting = outbox::waiting_documents(&phone.connection).unwrap();
    assert_eq!(
        waiting,
        [1, 2].map(|number| inspection::document_id(inspection_id(number)))
    );
    let first = document.changes_since(&[])[0].hash();
    assert_eq!(outbox::hash_at(&phone.connection, 1).unwrap(), Some(first));
}

#[test]
fn what_is_acknowledged_leaves_and_the_rest_keeps_its_positions() {
    let mut phone = Phone::new();
    phone.begin(1);
    phone.begin(2);
    assert_eq!(acknowledge(&mut phone, 3), 3);
    assert_eq!(acknowledge(&mut phone, 3), 0);
    let rest = outbox::page(&phone.connection, 0, 100).unwrap();
    assert_eq!(
        rest.iter().map(|(position, ..)| *position).collect::<Vec<_>>(),
        [4]
    );
    assert_eq!(outbox::hash_at(&phone.connection, 1).unwrap(), None);
    assert_eq!(
        outbox::waiting_documents(&phone.connection).unwrap(),
        [document_id(2)]
    );
}

#[test]
fn a_position_is_never_used_again_even_after_the_outbox_was_emptied_and_the_file_reopened() {
    let mut phone = Phone::new();
    assert_eq!(outbox::last_position(&phone.connection).unwrap(), 0);
    phone.begin(1);
    assert_eq!(acknowledge(&mut phone, 2), 2);
    assert_eq!(
        outbox::totals(&phone.connection).unwrap(),
        WaitingTotals::default()
    );
    phone.reopen();
    assert_eq!(outbox::last_position(&phone.connection).unwrap(), 2);
    phone.edit(1, device(1), 1, set(1, 1));
    assert_eq!(outbox::page(&phone.connection, 0, 9).unwrap()[0].0, 3);
}

#[test]
fn pushing_the_same_change_twice_leaves_it_waiting_once() {
    let mut phone = Phone::new();
    let document = phone.begin(1);
    let changes = inspection::edit(&mut document.clone(), at(1), [set(1, 1)]).unwrap();
    let mut with = document;
    with.apply(changes.clone()).unwrap();
    let appended = phone.append(&with, &changes, &[]);
    let transaction = phone.connection.transaction().unwrap();
    outbox::push(&transaction, appended.document, &appended.sequences).unwrap();
    transaction.commit().unwrap();
    assert_eq!(outbox::totals(&phone.connection).unwrap().changes, 3);
}
