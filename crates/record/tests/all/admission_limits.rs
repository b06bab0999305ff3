//! What a document can't take although its writers are in order.

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT};
use jicha_record::admission::RefusalReason;
use jicha_record::inspection::InspectionEdit;
use jicha_record::{inspection, limits};

use crate::builders::{self, about, begun, copy_for, edit, foreign, written};
use crate::devices::{Device, Server, set, verdicts};

#[test]
fn a_device_whose_database_went_back_is_told_that_its_number_is_taken() {
    let (phone, other) = (Device::inspector(1, "LP"), Device::inspector(2, "LP"));
    let (document, _) = begun(builders::device(7));
    let (mut before, mut after) = (copy_for(phone.actor, &document), copy_for(phone.actor, &document));
    let known = set(&mut before, 1);
    let again = set(&mut after, 2);
    let mut relayed = copy_for(other.actor, &document);
    let by_other = set(&mut relayed, 3);
    let mut stored = document.clone();
    stored.apply(vec![known]).unwrap();
    let devices = [&phone, &other];
    let changes = [again, by_other];
    let attestations = [phone.sign(&changes[0]), other.sign(&changes[1])];
    let admission = Server::holding(&devices, &stored).judge(&changes, &attestations);
    assert_eq!(
        verdicts(&admission, &changes),
        [Some(RefusalReason::SequenceTaken), None]
    );
}

#[test]
fn a_document_does_not_grow_beyond_its_limit_and_refused_bytes_do_not_count() {
    let phone = Device::inspector(1, "LP");
    let (mut document, _) = begun(phone.actor);
    let devices = [&phone];
    let mut server = Server::holding(&devices, &document);
    let changes = [set(&mut document, 1), set(&mut document, 2)];
    let attestations = [phone.sign(&changes[1])];
    server.stored_bytes = limits::DOCUMENT_BYTES_MAX - changes[0].bytes().len();
    let admission = server.judge(&changes, &attestations);
    assert_eq!(
        verdicts(&admission, &changes),
        [None, Some(RefusalReason::DocumentTooLarge)]
    );

    // A large unsigned change in front takes no room away.
    let stranger = Device::inspector(2, "LP");
    let (base, _) = begun(phone.actor);
    let mut theirs = copy_for(stranger.actor, &base);
    let mut finding = builders::finding("长");
    finding.description = "字".repeat(20_000);
    let large = edit(
        &mut theirs,
        1,
        InspectionEdit::SetFinding(builders::finding_id(1), finding),
    )
    .unwrap()
    .remove(0);
    let devices = [&phone, &stranger];
    let mut server = Server::holding(&devices, &base);
    server.stored_bytes = limits::DOCUMENT_BYTES_MAX - changes[0].bytes().len();
    let portion = [large, changes[0].clone()];
    let admission = server.judge(&portion, &[phone.sign(&portion[1])]);
    assert_eq!(
        verdicts(&admission, &portion),
        [Some(RefusalReason::SignatureMissing), None]
    );
}

#[test]
fn a_document_of_few_bytes_and_very_many_operations_is_refused() {
    let phone = Device::inspector(1, "LP");
    let (document, _) = begun(phone.actor);
    let mut theirs = foreign(&document, phone.actor);
    for _ in 0..limits::DOCUMENT_OPERATIONS_MAX / limits::CHANGE_OPERATIONS_MAX {
        let mut transaction = theirs.transaction();
        let registers = {
            use automerge::ReadDoc;
            transaction.get(ROOT, "registers").unwrap().unwrap().1
        };
        let list = transaction.put_object(&registers, "x", ObjType::List).unwrap();
        let nothing = std::iter::repeat_n(
            automerge::ScalarValue::Null,
            limits::CHANGE_OPERATIONS_MAX as usize - 1,
        );
        let nothing = nothing.map(automerge::hydrate::Value::Scalar);
        transaction.splice(&list, 0, 0, nothing).unwrap();
        transaction.commit();
    }
    let changes = written(&document, &theirs);
    let bytes: usize = changes.iter().map(|change| change.bytes().len()).sum();
    assert!(bytes < 10_000, "{bytes}");
    let devices = [&phone];
    let admission =
        Server::holding(&devices, &document).judge(&changes, &[phone.sign(changes.last().unwrap())]);
    let refused = verdicts(&admission, &changes).last().copied().flatten();
    assert_eq!(refused, Some(RefusalReason::DocumentTooLarge));
}

#[test]
fn one_spoiled_change_does_not_take_the_changes_of_others_with_it() {
    let (attacker, worker) = (Device::inspector(1, "LP"), Device::inspector(2, "LP"));
    let (document, _) = begun(builders::device(7));
    let mut theirs = foreign(&document, attacker.actor);
    theirs
        .transact::<_, _, automerge::AutomergeError>(|transaction| transaction.delete(ROOT, "facts"))
        .map_err(|failure| failure.error)
        .unwrap();
    let spoiled = written(&document, &theirs).pop().unwrap();
    let mut own = copy_for(worker.actor, &document);
    let good = [set(&mut own, 1), set(&mut own, 2)];
    let changes = [good[0].clone(), spoiled, good[1].clone()];
    let devices = [&attacker, &worker];
    let attestations = [attacker.sign(&changes[1]), worker.sign(&changes[2])];
    let admission = Server::holding(&devices, &document).judge(&changes, &attestations);
    assert_eq!(
        verdicts(&admission, &changes),
        [None, Some(RefusalReason::Malformed), None]
    );
    assert_eq!(
        inspection::read(document.id(), admission.document.content())
            .unwrap()
            .0
            .about,
        about("LP-BQ")
    );
}
