//! What a signature on site closes and what it leaves open.

use std::collections::BTreeSet;

use jicha_domain::photo::PhotoRef;
use jicha_domain::signature::SignatureRole;
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Error, inspection};

use crate::builders::{self, at, begun, device, edit, signature};

#[test]
fn after_the_inspectors_signature_every_edit_is_refused_but_further_signatures() {
    let (mut document, _) = begun(device(1));
    for (second, what) in (1..).zip(builders::every_edit()) {
        edit(&mut document, second, what).unwrap();
    }
    let heads = document.heads();

    for what in builders::every_edit() {
        let place = what.place();
        let refused = edit(&mut document, 1000, what);
        assert!(
            matches!(refused, Err(Error::Signed { place: at }) if at == place),
            "{place}"
        );
    }
    let both = [
        InspectionEdit::Sign(SignatureRole::Customer, signature("王五")),
        InspectionEdit::SetNote("补一句".into()),
    ];
    assert!(matches!(
        inspection::edit(&mut document, at(1000), both),
        Err(Error::Signed { .. })
    ));
    assert_eq!(document.heads(), heads);

    for role in [
        SignatureRole::SecondInspector,
        SignatureRole::UnitContact,
        SignatureRole::Customer,
    ] {
        edit(&mut document, 1001, InspectionEdit::Sign(role, signature("王五"))).unwrap();
    }
    let (inspection, _) = inspection::read(document.id(), document.content()).unwrap();
    assert_eq!(inspection.signatures.len(), 4);
}

#[test]
fn an_inspector_who_refuses_to_sign_leaves_the_inspection_open() {
    let (mut document, _) = begun(device(1));
    let mut refusal = signature("张工");
    refusal.refused_because = Some("示数有争议".into());
    edit(
        &mut document,
        1,
        InspectionEdit::Sign(SignatureRole::Inspector, refusal),
    )
    .unwrap();
    edit(&mut document, 2, InspectionEdit::SetNote("继续".into())).unwrap();
}

#[test]
fn an_edit_made_elsewhere_before_the_signature_arrived_still_merges() {
    let (mut here, _) = begun(device(1));
    let mut there = builders::copy_for(device(2), &here);
    edit(
        &mut here,
        10,
        InspectionEdit::Sign(SignatureRole::Inspector, signature("张工")),
    )
    .unwrap();
    edit(&mut there, 10, InspectionEdit::SetNote("第二检查员的补充".into())).unwrap();
    builders::sync(&mut here, &mut there);
    let (inspection, _) = inspection::read(here.id(), here.content()).unwrap();
    assert_eq!(inspection.note, "第二检查员的补充");
}

#[test]
fn only_a_photo_for_one_that_was_asked_for_again_enters_after_the_signature() {
    let (mut document, _) = begun(device(1));
    let (bad, new) = (builders::photo_hash(1), builders::photo_hash(2));
    edit(
        &mut document,
        1,
        InspectionEdit::AttachPhoto(bad, builders::photo()),
    )
    .unwrap();
    edit(
        &mut document,
        2,
        InspectionEdit::Sign(SignatureRole::Inspector, signature("张工")),
    )
    .unwrap();
    let retake = |replaces| PhotoRef {
        replaces,
        ..builders::photo()
    };
    let asked_for = BTreeSet::from([bad]);
    let refused = [
        InspectionEdit::AttachPhoto(new, retake(None)),
        InspectionEdit::AttachPhoto(new, retake(Some(new))),
        // What was signed is not written over, not even as its own retake.
        InspectionEdit::AttachPhoto(bad, retake(Some(bad))),
        InspectionEdit::SetNote("补一句".into()),
    ];
    for what in refused {
        let outcome = inspection::edit_under_retake(&mut document, at(3), &asked_for, [what.clone()]);
        assert!(matches!(outcome, Err(Error::Signed { .. })), "{what:?}");
    }
    let signed = inspection::read(document.id(), document.content()).unwrap().0;
    let taken = InspectionEdit::AttachPhoto(new, retake(Some(bad)));
    inspection::edit_under_retake(&mut document, at(4), &asked_for, [taken]).unwrap();
    let now = inspection::read(document.id(), document.content()).unwrap().0;
    assert_eq!(now.signatures, signed.signatures);
    assert_eq!((now.photos.len(), &now.photos[&bad]), (2, &signed.photos[&bad]));
}
