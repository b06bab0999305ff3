//! What goes back: the news after the device's cursor, or, after the log lost something, whatever the two sides
//! lack of each other's.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jicha_domain::id::DeviceId;
use jicha_record::{Actor, Attestation, Change, ChangeHash, DocumentId};
use jicha_store::log::{self, DocumentNumber};
use jicha_sync::{DocumentChanges, DocumentHashes, ServerSession};
use rusqlite::Connection;

use super::feed::{self, Audience, Block};
use super::{SyncError, epoch};

/// Blocks that are looked up at a time.
const PAGE: usize = 500;

/// Who pulls.
pub(super) struct Puller {
    pub(super) device: DeviceId,
    pub(super) audiences: BTreeSet<Audience>,
}

/// Appends the news after a cursor to the answer, and ends it.
pub(super) fn news(
    sql: &Connection,
    session: &mut ServerSession,
    puller: &Puller,
    mut cursor: u64,
    answer: &mut Vec<u8>,
) -> Result<(), SyncError> {
    let last = epoch::last_sequence(sql)?;
    loop {
        let page = feed::blocks(sql, &puller.audiences, cursor as i64, PAGE)?;
        if page.is_empty() {
            answer.extend(session.end(last.max(cursor), false)?);
            return Ok(());
        }
        for block in page {
            let after = block.last.unsigned_abs();
            if let Some(portion) = portion(sql, puller, block)? {
                let pushed = session.changes(portion, after)?;
                answer.extend(pushed.bytes);
                if !pushed.taken {
                    answer.extend(session.end(cursor, true)?);
                    return Ok(());
                }
            }
            cursor = after;
        }
    }
}

fn portion(sql: &Connection, puller: &Puller, block: Block) -> Result<Option<DocumentChanges>, SyncError> {
    let document = log::document_id(sql, block.document)?;
    // What the device wrote itself it has, under this enrolment at least.
    let own = Actor::of(puller.device.as_uuid());
    let range = (block.first, block.last);
    let changes = log::changes_of_others_between(sql, document, block.document, range, own)?;
    // Whoever has written in a document has its first skeleton; it belongs to nobody, so it was not left out above.
    let skeleton = |change: &Change| change.actor() == Actor::SCHEMA && change.sequence() == 1;
    if changes.iter().all(skeleton) && log::has_changes_of(sql, block.document, own)? {
        return Ok(None);
    }
    with_attestations(sql, document, block.document, changes)
}

fn with_attestations(
    sql: &Connection,
    document: DocumentId,
    number: DocumentNumber,
    changes: Vec<Change>,
) -> Result<Option<DocumentChanges>, SyncError> {
    if changes.is_empty() {
        return Ok(None);
    }
    let present: HashSet<ChangeHash> = changes.iter().map(Change::hash).collect();
    let mut attestations: Vec<Attestation> = log::attestations(sql, document, number)?;
    attestations.retain(|attestation| present.contains(&attestation.head));
    Ok(Some(DocumentChanges {
        document,
        changes,
        attestations,
    }))
}

/// Answers a device that says what it has: asks for what is lacking here, and sends what it lacks of what is
/// addressed to it.
pub(super) fn reconcile(
    sql: &Connection,
    session: &mut ServerSession,
    puller: &Puller,
    heads: BTreeMap<DocumentId, Vec<ChangeHash>>,
    answer: &mut Vec<u8>,
) -> Result<(), SyncError> {
    let last = epoch::last_sequence(sql)?;
    let addressed = feed::documents(sql, &puller.audiences)?;
    let mut wanted = Vec::new();
    let mut more = false;
    for (document, theirs) in &heads {
        let stored = log::read(sql, *document)?;
        let Some(number) = stored.number else {
            wanted.push(DocumentHashes {
                document: *document,
                hashes: Vec::new(),
            });
            continue;
        };
        let loaded = stored.document(*document, Actor::SCHEMA)?;
        let ours = loaded.heads();
        if ours == *theirs {
            continue;
        }
        if theirs.iter().any(|head| !loaded.has(*head)) {
            wanted.push(DocumentHashes {
                document: *document,
                hashes: ours,
            });
        }
        if !more && addressed.contains(&number) {
            let changes = loaded.changes_since(theirs);
            more |= !send(sql, session, *document, number, changes, answer)?;
        }
    }
    for number in addressed {
        let document = log::document_id(sql, number)?;
        if more || heads.contains_key(&document) {
            continue;
        }
        let changes = log::changes_between(sql, document, number, 0, i64::MAX)?;
        more |= !send(sql, session, document, number, changes, answer)?;
    }
    answer.extend(session.wanted(&wanted)?);
    answer.extend(session.end(last, more)?);
    Ok(())
}

/// Sends a portion; tells whether there was room for it.
fn send(
    sql: &Connection,
    session: &mut ServerSession,
    document: DocumentId,
    number: DocumentNumber,
    changes: Vec<Change>,
    answer: &mut Vec<u8>,
) -> Result<bool, SyncError> {
    let Some(portion) = with_attestations(sql, document, number, changes)? else {
        return Ok(true);
    };
    let pushed = session.changes(portion, 0)?;
    answer.extend(pushed.bytes);
    Ok(pushed.taken)
}
