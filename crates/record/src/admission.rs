//! May these changes enter? Decided from the changes, their signatures and the author's rights alone.
//!
//! Every change ends in one of three ways: it enters; it is refused, with a reason, and goes to quarantine; or it
//! waits, because a predecessor is not here yet and has to be asked for. Nothing is dropped.

mod judgement;
mod trial;

use std::collections::{BTreeSet, HashMap, HashSet};

use jicha_domain::id::OrgUnitCode;
use jicha_domain::org::OrgTree;
use jicha_domain::rights::{Grant, Subject};
use uuid::Uuid;

use self::judgement::Judgement;
use self::trial::{Rejected, apply_guarded, first_unreadable};
use crate::content::{Content, Place};
use crate::{Attestation, Change, ChangeHash, DeviceKey, Document, DocumentId, DocumentKind, Error, schema};

/// Changes of one document as they arrive, with the signatures that cover them.
#[derive(Clone, Debug)]
pub struct Portion {
    /// The document.
    pub document: DocumentId,
    /// The changes, predecessors first.
    pub changes: Vec<Change>,
    /// The signatures of the devices that wrote them.
    pub attestations: Vec<Attestation>,
}

/// What is known of a device whose changes arrive.
#[derive(Clone, Debug)]
pub struct Author {
    /// The key that its signatures are verified with.
    pub key: DeviceKey,
    /// Whether the device was locked: lost, stolen or retired.
    pub locked: bool,
    /// What the person who holds the device may do, and where.
    pub grants: Vec<Grant>,
}

/// What admission is decided from, beside the changes themselves.
#[derive(Debug)]
pub struct Gate<'a> {
    /// Every device that wrote one of the changes, as far as it is known.
    pub authors: &'a HashMap<Uuid, Author>,
    /// The organisation.
    pub units: &'a OrgTree,
}

/// Why a change was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalReason {
    /// The signature does not fit the change, the document and the device's key.
    SignatureInvalid,
    /// No signature covers the change.
    SignatureMissing,
    /// No device of this id is enrolled here.
    DeviceUnknown,
    /// The device was locked.
    DeviceLocked,
    /// The author may not write this kind of document for this unit.
    NotAllowed,
    /// The document would become larger than a document may be.
    DocumentTooLarge,
    /// The change can't be read, or is no part of such a document.
    Malformed,
    /// The device used one number of its sequence for two changes: its database went back to an older state.
    SequenceTaken,
    /// A change that this one builds on was refused.
    DependsOnRefused,
    /// This program knows no such kind of document; a newer one does.
    UnknownDocumentKind,
}

impl RefusalReason {
    /// Every reason, in the order of the codes.
    pub const ALL: [RefusalReason; 10] = [
        RefusalReason::SignatureInvalid,
        RefusalReason::SignatureMissing,
        RefusalReason::DeviceUnknown,
        RefusalReason::DeviceLocked,
        RefusalReason::NotAllowed,
        RefusalReason::DocumentTooLarge,
        RefusalReason::Malformed,
        RefusalReason::SequenceTaken,
        RefusalReason::DependsOnRefused,
        RefusalReason::UnknownDocumentKind,
    ];

    /// The stable word for tables, messages and translations.
    pub const fn as_str(self) -> &'static str {
        match self {
            RefusalReason::SignatureInvalid => "signature_invalid",
            RefusalReason::SignatureMissing => "signature_missing",
            RefusalReason::DeviceUnknown => "device_unknown",
            RefusalReason::DeviceLocked => "device_locked",
            RefusalReason::NotAllowed => "not_allowed",
            RefusalReason::DocumentTooLarge => "document_too_large",
            RefusalReason::Malformed => "malformed",
            RefusalReason::SequenceTaken => "sequence_taken",
            RefusalReason::DependsOnRefused => "depends_on_refused",
            RefusalReason::UnknownDocumentKind => "unknown_document_kind",
        }
    }

    /// The number that stands for the reason in a frame; never reused.
    pub const fn code(self) -> u16 {
        match self {
            RefusalReason::SignatureInvalid => 1,
            RefusalReason::SignatureMissing => 2,
            RefusalReason::DeviceLocked => 3,
            RefusalReason::NotAllowed => 4,
            RefusalReason::DocumentTooLarge => 5,
            RefusalReason::Malformed => 6,
            RefusalReason::SequenceTaken => 7,
            RefusalReason::DependsOnRefused => 8,
            RefusalReason::UnknownDocumentKind => 9,
            RefusalReason::DeviceUnknown => 11,
        }
    }

    /// The reason that a frame's number stands for.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// A change that was refused, and why.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The change, to be kept in quarantine.
    pub change: Change,
    /// The reason.
    pub reason: RefusalReason,
}

/// The outcome for one portion.
#[derive(Debug)]
pub struct Admission {
    /// The document with all that was admitted.
    pub document: Document,
    /// Its content.
    pub content: Content,
    /// The changes that are new and were admitted, predecessors first.
    pub admitted: Vec<Change>,
    /// The signatures worth keeping.
    pub attestations: Vec<Attestation>,
    /// What goes to quarantine.
    pub refused: Vec<Refused>,
    /// The predecessors that have to come before the rest can be judged.
    pub missing: BTreeSet<ChangeHash>,
}

/// Judges a portion. `load` gives the document as it is stored; it is called again in the rare case that changes
/// turn out to be unacceptable only once they have been applied. `stored_bytes` is the size of its changes so far.
pub fn admit(
    load: impl Fn() -> Result<Document, Error>,
    stored_bytes: usize,
    portion: Portion,
    gate: &Gate<'_>,
) -> Result<Admission, Error> {
    admit_after_refusals(load, stored_bytes, portion, &HashSet::new(), gate)
}

/// As [`admit`], where earlier changes of the document were refused. What builds on one of them and comes without it is
/// refused as well; without this it would wait for ever.
pub fn admit_after_refusals(
    load: impl Fn() -> Result<Document, Error>,
    stored_bytes: usize,
    portion: Portion,
    refused_before: &HashSet<ChangeHash>,
    gate: &Gate<'_>,
) -> Result<Admission, Error> {
    let mut document = load()?;
    let mut judgement = Judgement::begin(&document, portion, refused_before, gate);
    judgement.bound_size(stored_bytes, document.operations());
    let content_before = document.content();
    let unit_before = unit_of(&content_before);
    if let Some(unit) = &unit_before {
        judgement.check_rights(document.id().kind, unit, gate);
    }
    let mut culprits = 0;
    loop {
        let candidates = judgement.accepted();
        if candidates.is_empty() {
            return Ok(judgement.finish(document, content_before));
        }
        match apply_guarded(&mut document, &candidates, unit_before.is_some()) {
            Ok(content) => match unit_of(&content) {
                Some(unit) => {
                    if Some(&unit) == unit_before.as_ref()
                        || !judgement.check_rights(document.id().kind, &unit, gate)
                    {
                        return Ok(judgement.finish(document, content));
                    }
                }
                // A frame may end between the skeleton and what it is of. The skeleton says nothing and is everybody's.
                None if is_skeleton(&document, &candidates) => return Ok(judgement.finish(document, content)),
                None => judgement.refuse_all(RefusalReason::Malformed),
            },
            Err(Rejected::SequenceTaken(actor)) => {
                judgement.refuse_actor(actor, RefusalReason::SequenceTaken);
            }
            Err(Rejected::Unreadable) => {
                culprits += 1;
                let culprit = if culprits > CULPRITS_MAX || candidates.len() > SEARCHED_MAX {
                    None
                } else {
                    first_unreadable(load()?, &candidates, unit_before.is_some())
                };
                match culprit {
                    Some(hash) => judgement.refuse_change(hash, RefusalReason::Malformed),
                    None => judgement.refuse_all(RefusalReason::Malformed),
                }
            }
        }
        document = load()?;
    }
}

fn is_skeleton(document: &Document, changes: &[Change]) -> bool {
    let kind = document.id().kind;
    changes
        .iter()
        .all(|change| schema::is_schema_change(kind, change.hash()))
}

/// How many spoiled changes are looked for one by one in a portion, so that they do not take those of others with
/// them. A portion with more of them is refused whole, since each search applies all its changes singly.
const CULPRITS_MAX: usize = 4;
/// How long a portion may be to be searched. Longer ones come from a device that was offline for weeks, not from one
/// that passes on what others wrote.
const SEARCHED_MAX: usize = 128;

/// The unit that a document belongs to, which decides who may write it.
pub fn unit_of(content: &Content) -> Option<OrgUnitCode> {
    let about = content.entry(&Place::new(schema::FACTS, "about"))?;
    about.get("unit")?.as_str()?.parse().ok()
}

/// The right that writing a document of this kind needs.
pub const fn subject_of(kind: DocumentKind) -> Subject {
    match kind {
        DocumentKind::Inspection => Subject::Inspection,
        DocumentKind::Review => Subject::Review,
        DocumentKind::Task => Subject::Task,
    }
}
