//! May these changes enter? Decided from the changes, their signatures and the author's rights alone.
//!
//! Every change ends in one of three ways: it enters; it is refused, with a reason, and goes to quarantine; or it
//! waits, because a predecessor is not here yet and has to be asked for. Nothing is dropped.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use automerge::AutomergeError;
use jicha_domain::id::OrgUnitCode;
use jicha_domain::org::OrgTree;
use jicha_domain::rights::{self, Act, Grant, Subject};
use uuid::Uuid;

use crate::content::{Content, Place};
use crate::{
    Actor, Attestation, Change, ChangeHash, DeviceKey, Document, DocumentId, DocumentKind, Error, limits, schema,
    signed_bytes,
};

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
}

impl RefusalReason {
    /// Every reason, in the order of the codes.
    pub const ALL: [RefusalReason; 9] = [
        RefusalReason::SignatureInvalid,
        RefusalReason::SignatureMissing,
        RefusalReason::DeviceUnknown,
        RefusalReason::DeviceLocked,
        RefusalReason::NotAllowed,
        RefusalReason::DocumentTooLarge,
        RefusalReason::Malformed,
        RefusalReason::SequenceTaken,
        RefusalReason::DependsOnRefused,
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
    let mut document = load()?;
    let mut judgement = Judgement::begin(&document, portion, gate);
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
                None => judgement.refuse_all(RefusalReason::Malformed),
            },
            Err(Rejected::SequenceTaken(actor)) => {
                judgement.refuse_actor(actor, RefusalReason::SequenceTaken);
            }
            Err(Rejected::Unreadable) => {
                culprits += 1;
                let culprit = if culprits > CULPRITS_MAX {
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

/// How many changes of a portion are looked for one by one, so that one spoiled change does not take those of others
/// with it. A portion with more of them is refused whole, since each search costs as much as the portion is long.
const CULPRITS_MAX: usize = 4;

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

enum Rejected {
    SequenceTaken(Actor),
    Unreadable,
}

/// Applies changes of which only the form is known, and tries what will be done with the document later. Automerge
/// panics over many malformed operations, at once or only when it has to give a change back, so a panic must not take
/// the server along; the half-changed document is thrown away.
fn apply_guarded(document: &mut Document, changes: &[Change], had_unit: bool) -> Result<Content, Rejected> {
    let attempt = std::panic::AssertUnwindSafe(|| {
        document.apply(changes.to_vec())?;
        // Automerge keeps operations, not bytes: a change in an encoding other than its own would come back as
        // another one, under a hash that nothing refers to.
        let kept = changes.iter().all(|change| {
            document.change(change.hash()).is_some_and(|again| again.bytes() == change.bytes())
        });
        let content = document.content();
        document.conflicts_at(content.contested());
        let intact = kept
            && schema::is_intact(document.id().kind, &document.automerge)
            && (!had_unit || unit_of(&content).is_some());
        Ok(intact.then_some(content))
    });
    match std::panic::catch_unwind(attempt) {
        Ok(Ok(Some(content))) => Ok(content),
        Ok(Err(Error::Apply { source: AutomergeError::DuplicateSeqNumber(_, actor), .. })) => {
            Err(Actor::from_automerge(&actor).map_or(Rejected::Unreadable, Rejected::SequenceTaken))
        }
        Ok(Ok(None) | Err(_)) | Err(_) => Err(Rejected::Unreadable),
    }
}

/// The first change that the document can't take; none if each can be taken by itself.
fn first_unreadable(mut document: Document, changes: &[Change], mut had_unit: bool) -> Option<ChangeHash> {
    for change in changes {
        match apply_guarded(&mut document, std::slice::from_ref(change), had_unit) {
            Ok(content) => had_unit |= unit_of(&content).is_some(),
            Err(_) => return Some(change.hash()),
        }
    }
    None
}

/// The changes of a portion on their way to a verdict, in the order of arrival.
struct Judgement {
    changes: Vec<(Change, Option<RefusalReason>)>,
    attestations: Vec<Attestation>,
    missing: BTreeSet<ChangeHash>,
}

impl Judgement {
    fn begin(document: &Document, portion: Portion, gate: &Gate<'_>) -> Self {
        let Portion { document: id, changes, attestations } = portion;
        let coverage = Coverage::of(id, &changes, &attestations, gate);
        let mut seen = HashSet::new();
        let new = changes.into_iter().filter(|change| !document.has(change.hash()) && seen.insert(change.hash()));
        let mut judgement = Judgement { changes: Vec::new(), attestations: coverage.valid, missing: BTreeSet::new() };
        let mut waiting = HashSet::new();
        let mut present = HashSet::new();
        for change in new {
            let absent: Vec<ChangeHash> = change
                .dependencies()
                .filter(|hash| !present.contains(hash) && !document.has(*hash))
                .collect();
            if absent.is_empty() {
                present.insert(change.hash());
                let reason = judge_author(id.kind, &change, &coverage.covered, &coverage.invalid, gate);
                judgement.changes.push((change, reason));
            } else {
                judgement.missing.extend(absent.into_iter().filter(|hash| !waiting.contains(hash)));
                waiting.insert(change.hash());
            }
        }
        judgement.spread_refusals();
        judgement
    }

    fn bound_size(&mut self, stored_bytes: usize, stored_operations: u64) {
        let mut bytes = stored_bytes;
        let mut operations = stored_operations;
        // What is refused for another reason must not use up the room of the rest.
        for (change, reason) in self.changes.iter_mut().filter(|(_, reason)| reason.is_none()) {
            let (with_bytes, with_operations) = (bytes + change.bytes().len(), operations + change.operations());
            if with_bytes > limits::DOCUMENT_BYTES_MAX || with_operations > limits::DOCUMENT_OPERATIONS_MAX {
                *reason = Some(RefusalReason::DocumentTooLarge);
            } else {
                (bytes, operations) = (with_bytes, with_operations);
            }
        }
        self.spread_refusals();
    }

    /// Refuses what its author may not write for this unit; tells whether anything was refused.
    fn check_rights(&mut self, kind: DocumentKind, unit: &OrgUnitCode, gate: &Gate<'_>) -> bool {
        let mut allowed = BTreeMap::new();
        let mut refused_any = false;
        for (change, reason) in &mut self.changes {
            if reason.is_some() || schema::is_schema_change(kind, change.hash()) {
                continue;
            }
            let device = change.actor().device();
            let may = *allowed.entry(device).or_insert_with(|| {
                gate.authors.get(&device).is_some_and(|author| {
                    rights::may(&author.grants, gate.units, Act::Write, subject_of(kind), unit)
                })
            });
            if !may {
                *reason = Some(RefusalReason::NotAllowed);
                refused_any = true;
            }
        }
        self.spread_refusals();
        refused_any
    }

    fn refuse_actor(&mut self, actor: Actor, why: RefusalReason) {
        let of_actor = self.changes.iter_mut().filter(|(change, _)| change.actor() == actor);
        of_actor.for_each(|(_, reason)| *reason = reason.or(Some(why)));
        self.spread_refusals();
    }

    fn refuse_change(&mut self, hash: ChangeHash, why: RefusalReason) {
        let named = self.changes.iter_mut().filter(|(change, _)| change.hash() == hash);
        named.for_each(|(_, reason)| *reason = reason.or(Some(why)));
        self.spread_refusals();
    }

    fn refuse_all(&mut self, why: RefusalReason) {
        self.changes.iter_mut().for_each(|(_, reason)| *reason = reason.or(Some(why)));
    }

    /// What builds on a refused change can't stand without it.
    fn spread_refusals(&mut self) {
        let mut refused = HashSet::new();
        for (change, reason) in &mut self.changes {
            if reason.is_none() && change.dependencies().any(|hash| refused.contains(&hash)) {
                *reason = Some(RefusalReason::DependsOnRefused);
            }
            if reason.is_some() {
                refused.insert(change.hash());
            }
        }
    }

    fn accepted(&self) -> Vec<Change> {
        self.changes.iter().filter(|(_, reason)| reason.is_none()).map(|(change, _)| change.clone()).collect()
    }

    fn finish(self, document: Document, content: Content) -> Admission {
        let mut admitted = Vec::new();
        let mut refused = Vec::new();
        for (change, reason) in self.changes {
            match reason {
                None => admitted.push(change),
                Some(reason) => refused.push(Refused { change, reason }),
            }
        }
        let mut attestations = self.attestations;
        attestations.retain(|attestation| document.has(attestation.head));
        Admission { document, content, admitted, attestations, refused, missing: self.missing }
    }
}

fn judge_author(
    kind: DocumentKind,
    change: &Change,
    covered: &HashSet<ChangeHash>,
    invalid: &HashSet<Uuid>,
    gate: &Gate<'_>,
) -> Option<RefusalReason> {
    if schema::is_schema_change(kind, change.hash()) {
        return None;
    }
    let device = change.actor().device();
    match gate.authors.get(&device) {
        None => Some(RefusalReason::DeviceUnknown),
        Some(author) if author.locked => Some(RefusalReason::DeviceLocked),
        Some(_) if covered.contains(&change.hash()) => None,
        Some(_) if invalid.contains(&device) => Some(RefusalReason::SignatureInvalid),
        Some(_) => Some(RefusalReason::SignatureMissing),
    }
}

/// Which changes the signatures of a portion cover.
struct Coverage {
    covered: HashSet<ChangeHash>,
    valid: Vec<Attestation>,
    invalid: HashSet<Uuid>,
}

impl Coverage {
    fn of(document: DocumentId, changes: &[Change], attestations: &[Attestation], gate: &Gate<'_>) -> Self {
        let by_hash: HashMap<ChangeHash, &Change> = changes.iter().map(|change| (change.hash(), change)).collect();
        let mut coverage = Coverage { covered: HashSet::new(), valid: Vec::new(), invalid: HashSet::new() };
        for attestation in attestations {
            let message = signed_bytes(document, attestation.head);
            let genuine = gate
                .authors
                .get(&attestation.device)
                .is_some_and(|author| author.key.verifies(&message, &attestation.signature));
            if genuine {
                coverage.cover(&by_hash, attestation);
                coverage.valid.push(attestation.clone());
            } else {
                coverage.invalid.insert(attestation.device);
            }
        }
        coverage
    }

    /// Walks from the signed change to its predecessors, as far as they are in the portion: what lies further back
    /// was admitted before.
    fn cover(&mut self, by_hash: &HashMap<ChangeHash, &Change>, attestation: &Attestation) {
        let mut open = vec![attestation.head];
        let mut visited = HashSet::new();
        while let Some(hash) = open.pop() {
            let Some(change) = by_hash.get(&hash) else { continue };
            if !visited.insert(hash) {
                continue;
            }
            if change.actor().device() == attestation.device {
                self.covered.insert(hash);
            }
            open.extend(change.dependencies());
        }
    }
}
