//! Trying changes on a document before they may enter: Automerge trusts its input, and ours comes from outside.

use automerge::{AutomergeError, ReadDoc};

use super::unit_of;
use crate::content::Content;
use crate::{Actor, Change, ChangeHash, Document, Error, schema};

/// Why a trial failed.
pub(super) enum Rejected {
    SequenceTaken(Actor),
    Unreadable,
}

/// Applies changes of which only the form is known, and tries what will be done with the document later. Automerge
/// panics over many malformed operations, at once or only when it has to give a change back, so a panic must not take
/// the server along; the half-changed document is thrown away.
pub(super) fn apply_guarded(
    document: &mut Document,
    changes: &[Change],
    had_unit: bool,
) -> Result<Content, Rejected> {
    let attempt = std::panic::AssertUnwindSafe(|| {
        document.apply(changes.to_vec())?;
        if !gives_back(document, changes) || !schema::is_intact(document.id().kind, &document.automerge) {
            return Ok(None);
        }
        let content = document.content();
        document.conflicts_at(content.contested());
        Ok((!had_unit || unit_of(&content).is_some()).then_some(content))
    });
    match std::panic::catch_unwind(attempt) {
        Ok(Ok(Some(content))) => Ok(content),
        Ok(Err(Error::Apply { source, .. })) => match *source {
            AutomergeError::DuplicateSeqNumber(_, actor) => {
                Err(Actor::from_automerge(&actor).map_or(Rejected::Unreadable, Rejected::SequenceTaken))
            }
            _ => Err(Rejected::Unreadable),
        },
        Ok(Ok(None) | Err(_)) | Err(_) => Err(Rejected::Unreadable),
    }
}

/// Whether the document can give back all its changes as they came. Automerge keeps operations, not bytes: a change in
/// an encoding other than its own comes back as another one, under a hash that nothing refers to, and one that uses
/// operation numbers of an earlier change spoils that one. One that leaves numbers out could use them up, so that nobody
/// could write any more.
///
/// Every change is made again from the operations, and its hash, which covers its bytes, has to be one that came. Whether
/// the document can also be loaded from a snapshot is asked where one is taken: [`Document::proven_snapshot`].
fn gives_back(document: &Document, changes: &[Change]) -> bool {
    if !leaves_no_numbers_out(document, changes) {
        return false;
    }
    let made_again = document.automerge.get_changes(&[]);
    made_again.len() as u64 == document.automerge.stats().num_changes
        && made_again.iter().all(|change| document.has(change.hash().into()))
}

/// Whether each change's operations are numbered from no more than one above its predecessors'.
fn leaves_no_numbers_out(document: &Document, changes: &[Change]) -> bool {
    changes.iter().all(|change| {
        let before = change
            .dependencies()
            .filter_map(|hash| document.automerge.get_change_meta_by_hash(&hash.into()))
            .map(|before| before.max_op);
        change.first_operation() <= before.max().unwrap_or(0) + 1
    })
}

/// The first change that the document can't take; none if each can be taken by itself.
pub(super) fn first_unreadable(
    mut document: Document,
    changes: &[Change],
    mut had_unit: bool,
) -> Option<ChangeHash> {
    for change in changes {
        match apply_guarded(&mut document, std::slice::from_ref(change), had_unit) {
            Ok(content) => had_unit |= unit_of(&content).is_some(),
            Err(_) => return Some(change.hash()),
        }
    }
    None
}
