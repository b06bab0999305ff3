//! Judging the documents of a frame: each for itself, so several at once on the cores that are there.
//!
//! Admission is most of the work of a merge and touches neither the database nor another document.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZero;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use jicha_record::admission::{self, Admission, Gate, Portion};
use jicha_record::{Actor, ChangeHash};
use jicha_store::log::Stored;
use jicha_sync::ReceivedDocument;

use super::SyncError;

/// The most threads that one frame gets, whatever the machine has. There is one writer, so no second frame is judged
/// at the same time.
const THREADS_MAX: usize = 4;
/// Fewer documents than this are not worth a thread, which costs about as much as a tenth of a document.
const DOCUMENTS_PER_THREAD_MIN: usize = 2;

/// What arrived of a document, and what was stored of it before.
pub(super) struct Case {
    /// The place of its frame among those that are committed together.
    pub(super) frame: usize,
    pub(super) stored: Stored,
    pub(super) portion: Portion,
    /// Changes of the document that are in quarantine and that the portion builds on.
    pub(super) refused_before: HashSet<ChangeHash>,
}

/// A case with its verdict.
pub(super) struct Judged {
    pub(super) frame: usize,
    pub(super) stored: Stored,
    pub(super) admission: Admission,
}

/// Cuts what came in frames into batches in which no document occurs twice: a later portion of a document builds on an
/// earlier one and must find it stored. Beside each document stands the place of its frame.
pub(super) fn batches(documents: Vec<(usize, ReceivedDocument)>) -> Vec<Vec<(usize, ReceivedDocument)>> {
    let mut batches = Vec::new();
    let mut batch = Vec::new();
    let mut seen = HashSet::new();
    for (frame, received) in documents {
        if !seen.insert(received.document) {
            batches.push(std::mem::take(&mut batch));
            seen = HashSet::from([received.document]);
        }
        batch.push((frame, received));
    }
    batches.push(batch);
    batches
}

/// Judges every case and hands each over as soon as it and all before it are judged, so that the caller can store it
/// while others are still being judged.
pub(super) fn each(
    cases: Vec<Case>,
    gate: &Gate<'_>,
    mut settle: impl FnMut(Judged) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(THREADS_MAX).min(cases.len() / DOCUMENTS_PER_THREAD_MIN);
    if threads < 2 {
        return cases.into_iter().try_for_each(|case| settle(judge(case, gate)?));
    }
    let queue = Mutex::new(cases.into_iter().enumerate());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || {
                while let Some((at, case)) = next(queue) {
                    if sender.send((at, judge(case, gate))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut out_of_turn = BTreeMap::new();
        let mut turn = 0;
        for (at, judged) in receiver {
            out_of_turn.insert(at, judged);
            while let Some(judged) = out_of_turn.remove(&turn) {
                settle(judged?)?;
                turn += 1;
            }
        }
        Ok(())
    })
}

fn next<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).next()
}

fn judge(case: Case, gate: &Gate<'_>) -> Result<Judged, SyncError> {
    let Case {
        frame,
        stored,
        portion,
        refused_before,
    } = case;
    let id = portion.document;
    let load = || match stored.document(id, Actor::SCHEMA) {
        Ok(document) => Ok(document),
        Err(jicha_store::Error::Record(error)) => Err(error),
        Err(_) => Err(jicha_record::Error::Incomplete {
            document: id,
            kind: id.kind,
            fact: "about",
        }),
    };
    let admission =
        admission::admit_after_refusals(load, stored.change_bytes, portion, &refused_before, gate)?;
    Ok(Judged {
        frame,
        stored,
        admission,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jicha_record::{DocumentId, DocumentKind};
    use uuid::Uuid;

    fn received(number: u128) -> ReceivedDocument {
        let document = DocumentId::new(DocumentKind::Inspection, Uuid::from_u128(number));
        ReceivedDocument {
            document,
            changes: Vec::new(),
            malformed: Vec::new(),
            attestations: Vec::new(),
        }
    }

    #[test]
    fn a_document_that_comes_twice_in_a_frame_is_judged_again_only_after_its_first_portion_is_stored() {
        let batches = batches([1, 2, 1, 3, 1].map(|number| (0, received(number))).into());
        let numbers: Vec<Vec<u128>> = batches
            .iter()
            .map(|batch| {
                batch
                    .iter()
                    .map(|(_, received)| received.document.id.as_u128())
                    .collect()
            })
            .collect();
        assert_eq!(numbers, [vec![1, 2], vec![1, 3], vec![1]]);
    }
}
