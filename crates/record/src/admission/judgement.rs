//! The changes of a portion on their way to a verdict: signatures, rights, sizes, and what builds on what.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jicha_domain::id::OrgUnitCode;
use jicha_domain::rights::{self, Act};
use uuid::Uuid;

use super::{Admission, Gate, Portion, RefusalReason, Refused, subject_of};
use crate::content::Content;
use crate::{
    Actor, Attestation, Change, ChangeHash, Document, DocumentId, DocumentKind, limits, schema, signed_bytes,
};

/// The changes of a portion on their way to a verdict, in the order of arrival.
pub(super) struct Judgement {
    changes: Vec<(Change, Option<RefusalReason>)>,
    attestations: Vec<Attestation>,
    missing: BTreeSet<ChangeHash>,
}

impl Judgement {
    pub(super) fn begin(
        document: &Document,
        portion: Portion,
        refused_before: &HashSet<ChangeHash>,
        gate: &Gate<'_>,
    ) -> Self {
        let Portion {
            document: id,
            changes,
            attestations,
        } = portion;
        let coverage = Coverage::of(id, &changes, &attestations, gate);
        let mut seen = HashSet::new();
        let new = changes
            .into_iter()
            .filter(|change| !document.has(change.hash()) && seen.insert(change.hash()));
        let mut judgement = Judgement {
            changes: Vec::new(),
            attestations: coverage.valid,
            missing: BTreeSet::new(),
        };
        let mut waiting = HashSet::new();
        let mut present = HashSet::new();
        for change in new {
            let absent: Vec<ChangeHash> = change
                .dependencies()
                .filter(|hash| !present.contains(hash) && !document.has(*hash))
                .collect();
            if absent.iter().any(|hash| refused_before.contains(hash)) {
                // It will never be here, so there is nothing to wait for.
                present.insert(change.hash());
                judgement
                    .changes
                    .push((change, Some(RefusalReason::DependsOnRefused)));
            } else if absent.is_empty() {
                present.insert(change.hash());
                let reason = judge_author(id.kind, &change, &coverage.covered, &coverage.invalid, gate);
                judgement.changes.push((change, reason));
            } else {
                judgement
                    .missing
                    .extend(absent.into_iter().filter(|hash| !waiting.contains(hash)));
                waiting.insert(change.hash());
            }
        }
        judgement.spread_refusals();
        judgement
    }

    pub(super) fn bound_size(&mut self, stored_bytes: usize, stored_operations: u64) {
        let mut bytes = stored_bytes;
        let mut operations = stored_operations;
        // What is refused for another reason must not use up the room of the rest.
        for (change, reason) in self.changes.iter_mut().filter(|(_, reason)| reason.is_none()) {
            let (with_bytes, with_operations) =
                (bytes + change.bytes().len(), operations + change.operations());
            if with_bytes > limits::DOCUMENT_BYTES_MAX || with_operations > limits::DOCUMENT_OPERATIONS_MAX {
                *reason = Some(RefusalReason::DocumentTooLarge);
            } else {
                (bytes, operations) = (with_bytes, with_operations);
            }
        }
        self.spread_refusals();
    }

    /// Refuses what its author may not write for this unit; tells whether anything was refused.
    pub(super) fn check_rights(&mut self, kind: DocumentKind, unit: &OrgUnitCode, gate: &Gate<'_>) -> bool {
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

    pub(super) fn refuse_actor(&mut self, actor: Actor, why: RefusalReason) {
        let of_actor = self
            .changes
            .iter_mut()
            .filter(|(change, _)| change.actor() == actor);
        of_actor.for_each(|(_, reason)| *reason = reason.or(Some(why)));
        self.spread_refusals();
    }

    pub(super) fn refuse_change(&mut self, hash: ChangeHash, why: RefusalReason) {
        let named = self
            .changes
            .iter_mut()
            .filter(|(change, _)| change.hash() == hash);
        named.for_each(|(_, reason)| *reason = reason.or(Some(why)));
        self.spread_refusals();
    }

    pub(super) fn refuse_all(&mut self, why: RefusalReason) {
        self.changes
            .iter_mut()
            .for_each(|(_, reason)| *reason = reason.or(Some(why)));
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

    pub(super) fn accepted(&self) -> Vec<Change> {
        self.changes
            .iter()
            .filter(|(_, reason)| reason.is_none())
            .map(|(change, _)| change.clone())
            .collect()
    }

    pub(super) fn finish(self, document: Document, content: Content) -> Admission {
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
        Admission {
            document,
            content,
            admitted,
            attestations,
            refused,
            missing: self.missing,
        }
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
    visited: HashMap<Uuid, HashSet<ChangeHash>>,
}

impl Coverage {
    fn of(document: DocumentId, changes: &[Change], attestations: &[Attestation], gate: &Gate<'_>) -> Self {
        let by_hash: HashMap<ChangeHash, &Change> =
            changes.iter().map(|change| (change.hash(), change)).collect();
        let mut coverage = Coverage {
            covered: HashSet::new(),
            valid: Vec::new(),
            invalid: HashSet::new(),
            visited: HashMap::new(),
        };
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
        // One walk for each device, however many signatures it sends.
        let visited = self.visited.entry(attestation.device).or_default();
        while let Some(hash) = open.pop() {
            let Some(change) = by_hash.get(&hash) else {
                continue;
            };
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
