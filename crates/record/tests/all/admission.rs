//! Who may bring which change into which document.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ObjType, ROOT};
use ed25519_dalek::SigningKey;
use jicha_domain::rights::Role;
use jicha_record::admission::RefusalReason;
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Actor, Attestation, Change, DeviceKey, Document, DocumentId, DocumentKind, inspection};
use uuid::Uuid;

use crate::builders::{self, at, begun, copy_for, edit, foreign, inspection_id, written};
use crate::devices::{Device, Server, set, verdicts};

#[test]
fn a_signed_inspection_of_an_inspector_in_charge_is_admitted() {
    let phone = Device::inspector(1, "LP");
    let (mut document, mut changes) = begun(phone.actor);
    changes.push(set(&mut document, 1));
    let devices = [&phone];
    let server = Server::empty(&devices);

    let admission = server.judge(&changes, &[phone.sign(&changes[2])]);

    assert_eq!(verdicts(&admission, &changes), [None, None, None]);
    assert_eq!(admission.admitted, changes);
    assert_eq!(admission.document.heads(), document.heads());
    assert_eq!(admission.attestations.len(), 1);
    assert!(admission.missing.is_empty());
    assert_eq!(server.loads.get(), 1, "the ordinary case loads once");
}

#[test]
fn what_is_here_already_is_passed_over() {
    let phone = Device::inspector(1, "LP");
    let (mut document, mut changes) = begun(phone.actor);
    let devices = [&phone];
    let server = Server::holding(&devices, &document);
    changes.push(set(&mut document, 1));
    changes.extend(changes.clone());
    let admission = server.judge(&changes, &[phone.sign(&changes[2])]);
    assert_eq!(admission.admitted, [changes[2].clone()]);
    assert!(admission.refused.is_empty() && admission.missing.is_empty());

    let again = Server::holding(&devices, &admission.document).judge(&changes, &[phone.sign(&changes[2])]);
    assert!(again.admitted.is_empty() && again.refused.is_empty());
    assert_eq!(
        again.attestations.len(),
        1,
        "a better signature over known changes is worth keeping"
    );
}

/// A change by device 1 to an inspection that the server holds, with this signature: what becomes of it?
fn becomes(
    attestation: impl FnOnce(&Device, &Device, &Change) -> Option<Attestation>,
) -> Option<RefusalReason> {
    let (phone, other) = (Device::inspector(1, "LP"), Device::inspector(2, "LP"));
    let (mut document, _) = begun(phone.actor);
    let devices = [&phone, &other];
    let server = Server::holding(&devices, &document);
    let change = set(&mut document, 1);
    let attestations: Vec<_> = attestation(&phone, &other, &change).into_iter().collect();
    let admission = server.judge(std::slice::from_ref(&change), &attestations);
    verdicts(&admission, &[change])[0]
}

#[test]
fn a_signature_that_is_missing_wrong_or_somebody_elses_lets_nothing_in() {
    assert_eq!(becomes(|phone, _, change| Some(phone.sign(change))), None);
    assert_eq!(becomes(|_, _, _| None), Some(RefusalReason::SignatureMissing));
    let spoiled = |phone: &Device, _: &Device, change: &Change| {
        let mut attestation = phone.sign(change);
        attestation.signature[3] ^= 1;
        Some(attestation)
    };
    assert_eq!(becomes(spoiled), Some(RefusalReason::SignatureInvalid));
    let of_another_document = |phone: &Device, _: &Device, change: &Change| {
        let other = inspection::document_id(inspection_id(2));
        Some(phone.sign_for(other, change))
    };
    assert_eq!(
        becomes(of_another_document),
        Some(RefusalReason::SignatureInvalid)
    );
    let of_another_kind = |phone: &Device, _: &Device, change: &Change| {
        let other = DocumentId::new(DocumentKind::Review, change.document().id);
        Some(phone.sign_for(other, change))
    };
    assert_eq!(becomes(of_another_kind), Some(RefusalReason::SignatureInvalid));
    // Signed by another device in its own name: covers only its own changes, of which there are none.
    assert_eq!(
        becomes(|_, other, change| Some(other.sign(change))),
        Some(RefusalReason::SignatureMissing)
    );
    // Signed by another device in the writer's name.
    let forged = |phone: &Device, other: &Device, change: &Change| {
        Some(Attestation {
            device: phone.actor.device(),
            ..other.sign(change)
        })
    };
    assert_eq!(becomes(forged), Some(RefusalReason::SignatureInvalid));
}

#[test]
fn an_unsigned_change_does_not_enter_behind_the_signature_of_somebody_who_built_on_it() {
    let (victim, attacker) = (Device::inspector(1, "LP"), Device::inspector(2, "LP"));
    let (document, _) = begun(victim.actor);
    // The attacker writes under the victim's actor, then builds on it and signs.
    let mut forged = copy_for(victim.actor, &document);
    let in_the_victims_name = set(&mut forged, 1);
    let mut own = copy_for(attacker.actor, &forged);
    let on_top = set(&mut own, 2);
    let devices = [&victim, &attacker];
    let changes = [in_the_victims_name, on_top];

    let admission = Server::holding(&devices, &document).judge(&changes, &[attacker.sign(&changes[1])]);

    assert_eq!(
        verdicts(&admission, &changes),
        [
            Some(RefusalReason::SignatureMissing),
            Some(RefusalReason::DependsOnRefused)
        ]
    );
    assert!(
        admission.attestations.is_empty(),
        "a signature over nothing that is here is not kept"
    );
}

#[test]
fn many_signatures_of_one_device_over_one_history_are_judged_in_time() {
    let phone = Device::inspector(1, "LP");
    let (mut document, mut changes) = begun(phone.actor);
    for number in 0..200 {
        let note = InspectionEdit::SetNote(format!("{number}"));
        changes.extend(edit(&mut document, number, note).unwrap());
    }
    let attestations: Vec<_> = changes[1..].iter().map(|change| phone.sign(change)).collect();
    let devices = [&phone];
    let admission = Server::empty(&devices).judge(&changes, &attestations);
    assert_eq!(admission.admitted.len(), 202);
    assert_eq!(admission.attestations.len(), 201);
}

#[test]
fn unknown_and_locked_devices_are_told_apart_and_what_builds_on_their_changes_stays_out() {
    let (unknown, locked, good) = (
        Device::inspector(1, "LP"),
        Device::inspector(2, "LP").locked(),
        Device::inspector(3, "LP"),
    );
    let (document, _) = begun(good.actor);
    let (mut first, mut second) = (
        copy_for(unknown.actor, &document),
        copy_for(locked.actor, &document),
    );
    let (by_unknown, by_locked) = (set(&mut first, 1), set(&mut second, 2));
    let mut third = copy_for(good.actor, &document);
    let independent = set(&mut third, 3);
    third.apply(vec![by_locked.clone()]).unwrap();
    let on_top = set(&mut third, 4);
    let changes = [by_unknown, by_locked, independent, on_top];
    let devices = [&locked, &good];
    let attestations = [
        unknown.sign(&changes[0]),
        locked.sign(&changes[1]),
        good.sign(&changes[3]),
    ];

    let admission = Server::holding(&devices, &document).judge(&changes, &attestations);

    assert_eq!(
        verdicts(&admission, &changes),
        [
            Some(RefusalReason::DeviceUnknown),
            Some(RefusalReason::DeviceLocked),
            None,
            Some(RefusalReason::DependsOnRefused),
        ]
    );
}

#[test]
fn several_authors_relayed_in_one_portion_are_judged_each_by_themselves() {
    let (first, second) = (Device::inspector(1, "LP"), Device::inspector(2, "LP"));
    let stranger = Device::inspector(3, "FY");
    let (mut document, mut changes) = begun(first.actor);
    changes.push(set(&mut document, 1));
    let mut other = copy_for(second.actor, &document);
    changes.push(set(&mut other, 2));
    let mut third = copy_for(stranger.actor, &document);
    changes.push(set(&mut third, 3));
    let devices = [&first, &second, &stranger];
    let attestations = [
        first.sign(&changes[2]),
        second.sign(&changes[3]),
        stranger.sign(&changes[4]),
    ];

    let admission = Server::empty(&devices).judge(&changes, &attestations);

    assert_eq!(
        verdicts(&admission, &changes),
        [None, None, None, None, Some(RefusalReason::NotAllowed)]
    );
    assert_eq!(admission.attestations.len(), 2);
}

#[test]
fn role_and_place_decide() {
    let verdict = |role, unit| {
        let phone = Device::new(1, role, unit);
        let (_, changes) = begun(phone.actor);
        let devices = [&phone];
        let admission = Server::empty(&devices).judge(&changes, &[phone.sign(&changes[1])]);
        verdicts(&admission, &changes)[1]
    };
    for unit in ["QJ", "LP", "LP-BQ"] {
        assert_eq!(verdict(Role::Inspector, unit), None, "{unit}");
    }
    for unit in ["FY", "FY-SP"] {
        assert_eq!(
            verdict(Role::Inspector, unit),
            Some(RefusalReason::NotAllowed),
            "{unit}"
        );
    }
    for role in [
        Role::Supervisor,
        Role::Planner,
        Role::Rectifier,
        Role::Auditor,
        Role::Administrator,
    ] {
        assert_eq!(verdict(role, "QJ"), Some(RefusalReason::NotAllowed), "{role}");
    }
}

/// A change that moves the document from Luoping to Fuyuan.
fn moved(document: &Document, by: Actor) -> Change {
    let mut theirs = foreign(document, by);
    let options = |_: &()| CommitOptions::default().with_time(at(5).as_millisecond());
    theirs
        .transact_with::<_, _, automerge::AutomergeError, _>(options, |transaction| {
            use automerge::ReadDoc;
            let facts = transaction.get(ROOT, "facts")?.unwrap().1;
            let about = transaction.get(&facts, "about")?.unwrap().1;
            transaction.put(&about, "unit", "FY-SP")
        })
        .map_err(|failure| failure.error)
        .unwrap();
    written(document, &theirs).pop().unwrap()
}

#[test]
fn whoever_moves_a_document_to_another_unit_must_be_allowed_in_both() {
    let verdict = |phone: &Device| {
        let (document, _) = begun(builders::device(7));
        let change = moved(&document, phone.actor);
        let devices = [phone];
        let admission =
            Server::holding(&devices, &document).judge(std::slice::from_ref(&change), &[phone.sign(&change)]);
        verdicts(&admission, &[change])[0]
    };
    assert_eq!(
        verdict(&Device::inspector(1, "LP")),
        Some(RefusalReason::NotAllowed)
    );
    assert_eq!(
        verdict(&Device::inspector(1, "FY")),
        Some(RefusalReason::NotAllowed)
    );
    assert_eq!(
        verdict(&Device::inspector(1, "LP").also(Role::Inspector, "FY")),
        None
    );
    assert_eq!(verdict(&Device::inspector(1, "QJ")), None);
}

#[test]
fn a_move_that_is_refused_does_not_take_the_work_of_others_with_it() {
    let (mover, worker) = (Device::inspector(1, "LP"), Device::inspector(2, "LP"));
    let (document, _) = begun(builders::device(7));
    let mut theirs = copy_for(worker.actor, &document);
    let changes = [moved(&document, mover.actor), set(&mut theirs, 1)];
    let devices = [&mover, &worker];
    let attestations = [mover.sign(&changes[0]), worker.sign(&changes[1])];
    let admission = Server::holding(&devices, &document).judge(&changes, &attestations);
    // The worker may not write in Fuyuan either, so in this portion both wait for a person.
    assert_eq!(verdicts(&admission, &changes)[0], Some(RefusalReason::NotAllowed));
    let later = Server::holding(&devices, &document).judge(&changes[1..], &attestations[1..]);
    assert_eq!(verdicts(&later, &changes[1..]), [None]);
}

#[test]
fn schema_changes_need_no_signature_and_a_forged_one_stays_out() {
    let phone = Device::inspector(1, "LP");
    let (document, changes) = begun(phone.actor);
    let devices = [&phone];
    let admission = Server::empty(&devices).judge(&changes, &[phone.sign(&changes[1])]);
    assert_eq!(changes[0].actor(), Actor::SCHEMA);
    assert_eq!(verdicts(&admission, &changes), [None, None]);

    let mut forger = foreign(&document, Actor::SCHEMA);
    forger
        .transact::<_, _, automerge::AutomergeError>(|transaction| {
            transaction.put(ROOT, "schema", 2_u64)?;
            transaction.put_object(ROOT, "registers", ObjType::Map)
        })
        .map_err(|failure| failure.error)
        .unwrap();
    let forged = written(&document, &forger);
    assert_eq!(forged[0].actor(), Actor::SCHEMA);
    let admission = Server::holding(&devices, &document).judge(&forged, &[phone.sign(&forged[0])]);
    assert_eq!(
        verdicts(&admission, &forged),
        [Some(RefusalReason::DeviceUnknown)]
    );

    // The skeleton of another kind is no skeleton here.
    let of_a_task = Document::create(DocumentId::new(DocumentKind::Task, Uuid::nil()), phone.actor)
        .unwrap()
        .1;
    let smuggled = Change::parse(document.id(), of_a_task[0].bytes()).unwrap();
    let admission = Server::holding(&devices, &document).judge(std::slice::from_ref(&smuggled), &[]);
    assert_eq!(
        verdicts(&admission, &[smuggled]),
        [Some(RefusalReason::DeviceUnknown)]
    );
}

#[test]
fn a_portion_that_ends_behind_the_skeleton_is_admitted_and_so_is_the_next() {
    let phone = Device::inspector(1, "LP");
    let (document, changes) = begun(phone.actor);
    let devices = [&phone];

    let first = Server::empty(&devices).judge(&changes[..1], &[]);
    let second = Server::holding(&devices, &first.document).judge(&changes[1..], &[phone.sign(&changes[1])]);

    assert_eq!(verdicts(&first, &changes[..1]), [None]);
    assert_eq!(verdicts(&second, &changes[1..]), [None]);
    assert_eq!(second.document.heads(), document.heads());
}

#[test]
fn changes_whose_predecessors_are_lacking_wait_and_the_lack_is_named() {
    let phone = Device::inspector(1, "LP");
    let (mut document, changes) = begun(phone.actor);
    let devices = [&phone];
    let server = Server::holding(&devices, &document);
    let lacking = set(&mut document, 1);
    let waiting = [set(&mut document, 2), set(&mut document, 3)];

    let admission = server.judge(&waiting, &[phone.sign(&waiting[1])]);

    assert!(admission.admitted.is_empty() && admission.refused.is_empty());
    assert_eq!(
        admission.missing.into_iter().collect::<Vec<_>>(),
        [lacking.hash()]
    );
    // The first change of all, its own predecessor lacking.
    let admission = Server::empty(&devices).judge(&changes[1..], &[phone.sign(&changes[1])]);
    assert_eq!(
        admission.missing.into_iter().collect::<Vec<_>>(),
        [changes[0].hash()]
    );
}

#[test]
fn keys_with_which_anything_could_be_signed_are_refused() {
    // The neutral element and the other points of small order, RFC 8032 encodings.
    let mut one = [0; 32];
    one[0] = 1;
    assert!(DeviceKey::from_bytes(&one).is_err());
    assert!(DeviceKey::from_bytes(&[0; 32]).is_err());
    assert!(DeviceKey::from_bytes(&[1; 31]).is_err());
    let mut minus_one = [0xff; 32];
    (minus_one[0], minus_one[31]) = (0xec, 0x7f);
    assert!(DeviceKey::from_bytes(&minus_one).is_err());
    let good = SigningKey::from_bytes(&[3; 32]).verifying_key();
    assert_eq!(
        DeviceKey::from_bytes(good.as_bytes()).unwrap().to_bytes(),
        *good.as_bytes()
    );
}
