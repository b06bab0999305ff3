//! Committing frames: judge every change, store what is admitted, keep what is refused, note how far the
//! device is. One transaction; when it is committed, the frames are acknowledged.

use std::collections::HashSet;

use jicha_domain::id::DeviceId;
use jicha_domain::org::OrgTree;
use jicha_record::admission::{self, Admission, Portion, RefusalReason};
use jicha_record::{Actor, Attestation, Change, ChangeHash, Document, DocumentId, DocumentKind};
use jicha_store::log::{self, Addition, Stored};
use jicha_store::quarantine::{self, Quarantined};
use jicha_sync::{
    Acknowledged, DocumentHashes, DocumentName, Received, ReceivedDocument, Refused, UnknownDocument,
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use sha2::{Digest, Sha256};

use super::SyncError;
use super::feed;
use super::gate::GateKeeper;
use super::judge::{self, Case, Judged};
use crate::auth::org_tree;
use crate::review;

/// One frame of changes as it came in.
pub(super) struct IncomingFrame {
    pub(super) ordinal: u32,
    pub(super) through: Received,
    pub(super) documents: Vec<ReceivedDocument>,
    pub(super) unknown: Vec<UnknownDocument>,
}

impl IncomingFrame {
    fn empty_answer(&self) -> Acknowledged {
        Acknowledged {
            frame: self.ordinal,
            through_position: self.through.position,
            refused: Vec::new(),
            missing: Vec::new(),
        }
    }
}

/// Commits frames that arrived together in the caller's transaction and says what to answer to each. Their documents
/// are judged together, so that no core waits for the last document of each frame.
pub(super) fn frames(
    transaction: &Transaction<'_>,
    keeper: &mut GateKeeper,
    device: DeviceId,
    now: Timestamp,
    incoming: Vec<IncomingFrame>,
) -> Result<Vec<Acknowledged>, SyncError> {
    let mut answers: Vec<Acknowledged> = incoming.iter().map(IncomingFrame::empty_answer).collect();
    let mut documents = Vec::new();
    let mut ends = Vec::with_capacity(incoming.len());
    for (at, frame) in incoming.into_iter().enumerate() {
        documents.extend(frame.documents.into_iter().map(|document| (at, document)));
        for received in frame.unknown {
            keep_unknown(transaction, now, received, &mut answers[at])?;
        }
        ends.push(frame.through);
    }
    if let Some((first, last)) = commit_documents(transaction, keeper, now, documents, &mut answers)? {
        note_receipt(transaction, first, last, device, now)?;
    }
    for (answer, through) in answers.iter().zip(ends) {
        // What waits for predecessors has to be sent again, and what was refused has to be heard of even if this answer
        // is lost. So from here on the device's progress stands still for the rest of the request.
        if !answer.missing.is_empty() || !answer.refused.is_empty() {
            keeper.hold_progress();
        }
        if !keeper.holds_progress() {
            note_progress(transaction, device, through)?;
        }
    }
    Ok(answers)
}

/// Judges and stores documents, each for the frame at the given place. Returns the first and the last place in the log
/// that they took.
fn commit_documents(
    transaction: &Transaction<'_>,
    keeper: &mut GateKeeper,
    now: Timestamp,
    documents: Vec<(usize, ReceivedDocument)>,
    answers: &mut [Acknowledged],
) -> Result<Option<(i64, i64)>, SyncError> {
    let mut taken: Option<(i64, i64)> = None;
    for batch in judge::batches(documents) {
        let mut cases = Vec::with_capacity(batch.len());
        for (at, received) in batch {
            cases.extend(case(transaction, keeper, now, at, received, &mut answers[at])?);
        }
        let mut touched = Vec::new();
        judge::each(cases, &keeper.gate(), |judged| {
            let answer = &mut answers[judged.frame];
            let id = judged.admission.document.id();
            let sequences = settle(transaction, keeper.units(), now, judged, answer)?;
            if let (Some(first), Some(last)) = (sequences.first(), sequences.last()) {
                taken = Some((taken.map_or(*first, |(first, _)| first), *last));
                if is_reviewed(id) {
                    review::due(transaction, &id.id.to_string())?;
                }
                touched.push(id);
            }
            Ok(())
        })?;
        keeper.touch(touched);
    }
    Ok(taken)
}

/// Keeps what a newer app wrote in a kind of document that this server does not know yet.
fn keep_unknown(
    transaction: &Transaction<'_>,
    now: Timestamp,
    received: UnknownDocument,
    answer: &mut Acknowledged,
) -> Result<(), SyncError> {
    for (hash, bytes) in received.changes {
        let reason = RefusalReason::UnknownDocumentKind;
        keep_refused(
            transaction,
            received.document,
            hash,
            String::new(),
            reason,
            "",
            now,
            bytes,
        )?;
        answer.refused.push(refusal(received.document, hash, reason, ""));
    }
    Ok(())
}

/// Keeps what can't be read, and prepares the rest to be judged.
fn case(
    transaction: &Transaction<'_>,
    keeper: &mut GateKeeper,
    now: Timestamp,
    frame: usize,
    received: ReceivedDocument,
    answer: &mut Acknowledged,
) -> Result<Option<Case>, SyncError> {
    let id = received.document;
    for malformed in received.malformed {
        // What has no hash of its own is kept under that of its bytes.
        let hash = malformed
            .hash
            .unwrap_or_else(|| ChangeHash(Sha256::digest(&malformed.bytes).into()));
        let words = malformed.error.to_string();
        keep_refused(
            transaction,
            id.into(),
            hash,
            String::new(),
            RefusalReason::Malformed,
            &words,
            now,
            malformed.bytes,
        )?;
        answer
            .refused
            .push(refusal(id.into(), hash, RefusalReason::Malformed, &words));
    }
    if received.changes.is_empty() {
        return Ok(None);
    }
    keeper.meet(transaction, &received.changes)?;
    let stored = log::read(transaction, id)?;
    let refused_before = refused_predecessors(transaction, id, &received.changes)?;
    let portion = Portion {
        document: id,
        changes: received.changes,
        attestations: received.attestations,
    };
    Ok(Some(Case {
        frame,
        stored,
        portion,
        refused_before,
    }))
}

/// The predecessors named by a portion that do not come with it and were refused before.
fn refused_predecessors(
    sql: &Connection,
    document: DocumentId,
    changes: &[Change],
) -> Result<HashSet<ChangeHash>, SyncError> {
    let coming: HashSet<ChangeHash> = changes.iter().map(Change::hash).collect();
    let mut refused = HashSet::new();
    for hash in changes.iter().flat_map(Change::dependencies) {
        if !coming.contains(&hash) && quarantine::holds(sql, document, hash)? {
            refused.insert(hash);
        }
    }
    Ok(refused)
}

/// Stores what was admitted, keeps what was refused, and answers with both.
fn settle(
    transaction: &Transaction<'_>,
    units: &OrgTree,
    now: Timestamp,
    judged: Judged,
    answer: &mut Acknowledged,
) -> Result<Vec<i64>, SyncError> {
    let Judged {
        stored,
        mut admission,
        ..
    } = judged;
    let id = admission.document.id();
    if is_misplaced_review(transaction, &admission)?
        || is_review_by_phone(transaction, id, &admission.admitted)?
    {
        let misplaced = admission.admitted.drain(..);
        let refused = misplaced.map(|change| admission::Refused {
            change,
            reason: RefusalReason::NotAllowed,
        });
        admission.refused.extend(refused);
    }
    for refused in &admission.refused {
        let (hash, actor) = (refused.change.hash(), refused.change.actor().device().to_string());
        let bytes = refused.change.bytes().to_vec();
        keep_refused(
            transaction,
            id.into(),
            hash,
            actor,
            refused.reason,
            "",
            now,
            bytes,
        )?;
        answer.refused.push(refusal(id.into(), hash, refused.reason, ""));
    }
    if !admission.missing.is_empty() {
        let hashes = admission.missing.iter().copied().collect();
        answer.missing.push(DocumentHashes { document: id, hashes });
    }
    store_admitted(transaction, units, &stored, admission)
}

/// A review must belong to the unit of its inspection: otherwise whoever is quick could claim it for another unit,
/// and keep the rightful supervisor out.
fn is_misplaced_review(sql: &Connection, admission: &Admission) -> Result<bool, SyncError> {
    let id = admission.document.id();
    if id.kind != DocumentKind::Review {
        return Ok(false);
    }
    let unit: Option<String> = sql
        .prepare_cached("SELECT unit FROM inspection WHERE id = ?1")?
        .query_row([id.id.to_string()], |row| row.get(0))
        .optional()?;
    let claimed = admission::unit_of(&admission.content).map(|unit| unit.to_string());
    Ok(unit.is_some() && claimed.is_some() && unit != claimed)
}

/// Reviews are written through the server's pages and API, where it is asked who may judge what and nobody judges the
/// own work. A phone's signature proves nothing of that. A phone may still give back what a restored server lacks: that
/// was written under the people's web identities, and the skeleton is nobody's.
fn is_review_by_phone(sql: &Connection, id: DocumentId, changes: &[Change]) -> Result<bool, SyncError> {
    if id.kind != DocumentKind::Review {
        return Ok(false);
    }
    for change in changes {
        let actor = change.actor();
        if actor == Actor::SCHEMA {
            continue;
        }
        let is_web: Option<bool> = sql
            .prepare_cached("SELECT platform = 'web' FROM device WHERE id = ?1")?
            .query_row([actor.device().to_string()], |row| row.get(0))
            .optional()?;
        if is_web != Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn store_admitted(
    transaction: &Transaction<'_>,
    units: &OrgTree,
    stored: &Stored,
    admission: Admission,
) -> Result<Vec<i64>, SyncError> {
    if admission.admitted.is_empty() {
        if let Some(number) = stored.number {
            log::insert_attestations(transaction, number, &admission.attestations)?;
        }
        return Ok(Vec::new());
    }
    append(
        transaction,
        units,
        stored,
        &admission.document,
        admission.content,
        &admission.admitted,
        &admission.attestations,
    )
}

fn append(
    transaction: &Transaction<'_>,
    units: &OrgTree,
    stored: &Stored,
    document: &Document,
    content: jicha_record::Content,
    changes: &[Change],
    attestations: &[Attestation],
) -> Result<Vec<i64>, SyncError> {
    let audiences = feed::addressed_to(transaction, units, document.id(), &content)?;
    let appended = log::append(
        transaction,
        stored,
        Addition {
            document,
            content: Some(content),
            changes,
            attestations,
        },
    )?;
    if let (Some(first), Some(last)) = (appended.sequences.first(), appended.sequences.last()) {
        feed::announce(transaction, appended.document, &audiences, (*first, *last))?;
    }
    Ok(appended.sequences)
}

/// Whether the document says something about photos that are reviewed.
fn is_reviewed(id: DocumentId) -> bool {
    matches!(id.kind, DocumentKind::Inspection | DocumentKind::Review)
}

/// Who stands behind changes that the server itself made for a signed-in person.
#[derive(Clone, Debug)]
pub struct AuthoredBy {
    /// The actor under which they were made.
    pub actor: Actor,
    /// The signature over the newest of them.
    pub attestation: Attestation,
}

/// Stores changes that a person made through the server's pages or API. Rights were asked for at the door; the
/// signature makes them as provable as a phone's.
pub fn append_own(
    transaction: &Transaction<'_>,
    document: &Document,
    changes: &[Change],
    by: &AuthoredBy,
) -> Result<(), SyncError> {
    let stored = log::read(transaction, document.id())?;
    let content = document.content();
    let units = org_tree::load(transaction)?;
    append(
        transaction,
        &units,
        &stored,
        document,
        content,
        changes,
        std::slice::from_ref(&by.attestation),
    )?;
    if is_reviewed(document.id()) {
        review::keep(transaction, &document.id().id.to_string())?;
    }
    Ok(())
}

#[expect(
    clippy::too_many_arguments,
    reason = "the row of the quarantine, column by column"
)]
fn keep_refused(
    transaction: &Transaction<'_>,
    document: DocumentName,
    hash: ChangeHash,
    actor: String,
    reason: RefusalReason,
    words: &str,
    noted_at: Timestamp,
    bytes: Vec<u8>,
) -> Result<(), SyncError> {
    let document = document.to_string();
    let (reason, words) = (reason.as_str().to_owned(), words.to_owned());
    let refused = Quarantined {
        document,
        hash,
        actor,
        reason,
        words,
        noted_at,
        bytes,
    };
    quarantine::keep(transaction, &refused)?;
    Ok(())
}

fn refusal(document: DocumentName, change: ChangeHash, reason: RefusalReason, words: &str) -> Refused {
    const WORDS_CHARS_MAX: usize = 160;
    Refused {
        document,
        change,
        reason: jicha_sync::RefusalReason::from_code(reason.code()),
        words: words.chars().take(WORDS_CHARS_MAX).collect(),
    }
}

/// How far the server has this device's outbox.
pub(super) fn progress(sql: &Connection, device: DeviceId) -> Result<Option<Received>, SyncError> {
    let found: Option<(i64, Vec<u8>)> = sql
        .prepare_cached("SELECT position, last FROM device_progress WHERE device = ?1")?
        .query_row([device.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.and_then(|(position, last)| {
        Some(Received {
            position: position.unsigned_abs(),
            last: ChangeHash(last.try_into().ok()?),
        })
    }))
}

fn note_progress(
    transaction: &Transaction<'_>,
    device: DeviceId,
    through: Received,
) -> Result<(), SyncError> {
    if through.position == 0 {
        return Ok(());
    }
    transaction
        .prepare_cached(
            "INSERT INTO device_progress (device, position, last) VALUES (?1, ?2, ?3)
             ON CONFLICT (device) DO UPDATE SET position = ?2, last = ?3 WHERE position < ?2",
        )?
        .execute(params![
            device.to_string(),
            through.position as i64,
            through.last.0.as_slice()
        ])?;
    Ok(())
}

fn note_receipt(
    transaction: &Transaction<'_>,
    first: i64,
    last: i64,
    device: DeviceId,
    now: Timestamp,
) -> Result<(), SyncError> {
    transaction
        .prepare_cached("INSERT INTO receipt (first, last, device, received_at_ms) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![first, last, device.to_string(), now.as_millisecond()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jicha_domain::id::{InspectionId, PersonId};
    use jicha_domain::review::ReviewAbout;
    use uuid::Uuid;

    #[test]
    fn a_review_is_taken_from_web_identities_and_as_a_skeleton_but_from_no_phone() {
        let sql = Connection::open_in_memory().unwrap();
        let (web, phone, unknown) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        sql.execute_batch("CREATE TABLE device (id TEXT, platform TEXT)")
            .unwrap();
        for (id, platform) in [(web, "web"), (phone, "android")] {
            sql.execute("INSERT INTO device VALUES (?1, ?2)", (id.to_string(), platform))
                .unwrap();
        }
        let about = ReviewAbout {
            inspection: InspectionId::new(Uuid::from_u128(9)),
            unit: "0503".parse().unwrap(),
            inspector: PersonId::new(Uuid::from_u128(8)),
        };
        let id = jicha_record::review::document_id(about.inspection);
        let is_refused = |author: Uuid| {
            let begun = jicha_record::review::begin(Actor::of(author), Timestamp::UNIX_EPOCH, &about);
            is_review_by_phone(&sql, id, &begun.unwrap().1).unwrap()
        };
        assert!(!is_refused(web));
        assert!(is_refused(phone) && is_refused(unknown));
        let (_, skeleton) = Document::create(id, Actor::of(phone)).unwrap();
        assert!(!is_review_by_phone(&sql, id, &skeleton).unwrap());
    }
}
