//! What comes back: acknowledgements, refusals, other people's changes. Each is committed by itself, so a link
//! that breaks keeps what passed.

use jicha_record::{Actor, Attestation, Change, DocumentId, admission};
use jicha_store::log::{self, Addition};
use jicha_store::outbox;
use jicha_store::quarantine::{self, Quarantined};
use jicha_sync::{Acknowledged, DocumentHashes, Received, ReceivedDocument, Refused, Welcome};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use super::progress::{self, Progress};
use crate::Error;

/// Checks what the server knows of this device's outbox against the outbox itself, and clears what the server has.
pub(super) fn welcome(
    connection: &mut Connection,
    progress: &mut Progress,
    welcome: &Welcome,
) -> Result<(), Error> {
    let Some(received) = welcome.received.filter(|_| progress.epoch == Some(welcome.epoch)) else {
        return Ok(());
    };
    let acknowledged = progress.acknowledged;
    let differs = received.position == acknowledged.position && received.last != acknowledged.last;
    if differs || received.position > outbox::last_position(connection)? {
        return Err(Error::RolledBack);
    }
    match outbox::hash_at(connection, received.position)? {
        Some(hash) if hash != received.last => Err(Error::RolledBack),
        Some(_) => acknowledge(connection, progress, received),
        None => Ok(()),
    }
}

/// Clears the outbox up to a position.
pub(super) fn acknowledge(
    connection: &mut Connection,
    progress: &mut Progress,
    through: Received,
) -> Result<(), Error> {
    if through.position <= progress.acknowledged.position {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    outbox::acknowledge(&transaction, through.position)?;
    progress::set_acknowledged(&transaction, through)?;
    transaction.commit()?;
    progress.acknowledged = through;
    Ok(())
}

/// Keeps what the server refused, with its reason, to be shown. Returns how many of it is new.
pub(super) fn refused(
    connection: &mut Connection,
    refused: &[Refused],
    now: Timestamp,
) -> Result<u64, Error> {
    let mut new = 0;
    let transaction = connection.transaction()?;
    for refused in refused {
        let change = match refused.document.known() {
            Some(document) => log::change(&transaction, document, refused.change)?,
            None => None,
        };
        let kept = quarantine::keep(
            &transaction,
            &Quarantined {
                document: refused.document.to_string(),
                hash: refused.change,
                actor: change
                    .as_ref()
                    .map(|change| change.actor().device().to_string())
                    .unwrap_or_default(),
                reason: reason_word(refused.reason),
                words: refused.words.clone(),
                noted_at: now,
                bytes: change.map(|change| change.bytes().to_vec()).unwrap_or_default(),
            },
        )?;
        new += u64::from(kept);
    }
    transaction.commit()?;
    Ok(new)
}

fn reason_word(reason: jicha_sync::RefusalReason) -> String {
    match admission::RefusalReason::from_code(reason.code()) {
        Some(known) => known.as_str().to_owned(),
        None => format!("reason_{}", reason.code()),
    }
}

/// Folds one frame of other people's changes and moves the cursor, in one transaction.
pub(super) fn changes(
    connection: &mut Connection,
    progress: &mut Progress,
    documents: Vec<ReceivedDocument>,
    cursor: u64,
    move_cursor: bool,
    now: Timestamp,
) -> Result<Vec<DocumentId>, Error> {
    let transaction = connection.transaction()?;
    let mut changed = Vec::new();
    for received in documents {
        let id = received.document;
        let kept = received.changes.clone();
        match fold(&transaction, id, received.changes, &received.attestations) {
            Ok(true) => changed.push(id),
            Ok(false) => {}
            // One document that does not fit must not keep all others away. It is kept, shown, and offered again when
            // both sides compare what they have.
            Err(Error::Gap) => keep_unfit(&transaction, &kept, "predecessors_missing", now)?,
            Err(Error::Record(jicha_record::Error::Apply { .. })) => {
                keep_unfit(&transaction, &kept, "does_not_fit", now)?;
            }
            Err(other) => return Err(other),
        }
    }
    if move_cursor {
        progress::set_cursor(&transaction, cursor)?;
    }
    transaction.commit()?;
    if move_cursor {
        progress.cursor = cursor;
    }
    Ok(changed)
}

/// Keeps changes of others that can't be merged here.
fn keep_unfit(
    transaction: &Transaction<'_>,
    changes: &[Change],
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    for change in changes {
        let unfit = Quarantined {
            document: change.document().to_string(),
            hash: change.hash(),
            actor: change.actor().device().to_string(),
            reason: reason.to_owned(),
            words: String::new(),
            noted_at: now,
            bytes: change.bytes().to_vec(),
        };
        quarantine::keep(transaction, &unfit)?;
    }
    Ok(())
}

fn fold(
    transaction: &Transaction<'_>,
    id: DocumentId,
    changes: Vec<Change>,
    attestations: &[Attestation],
) -> Result<bool, Error> {
    let stored = log::read(transaction, id)?;
    let mut document = stored.document(id, Actor::SCHEMA)?;
    let new = match document.apply(changes) {
        Ok(new) => new,
        Err(jicha_record::Error::Missing { .. }) => return Err(Error::Gap),
        Err(other) => return Err(other.into()),
    };
    if new.is_empty() {
        return Ok(false);
    }
    let addition = Addition {
        document: &document,
        content: None,
        changes: &new,
        attestations,
    };
    log::append(transaction, &stored, addition)?;
    Ok(true)
}

/// Whether an acknowledgement clears the outbox: not if the server still waits for predecessors.
pub(super) fn clears(acknowledged: &Acknowledged) -> bool {
    acknowledged.missing.is_empty()
}

/// Every document of this device with its heads, to be offered to a server that lost something.
pub(super) fn all_heads(connection: &Connection) -> Result<Vec<DocumentHashes>, Error> {
    const PAGE: usize = 500;
    let mut heads = Vec::new();
    let mut after = log::DocumentNumber(0);
    loop {
        let page = log::documents_after(connection, after, PAGE)?;
        let Some((last, _)) = page.last() else {
            return Ok(heads);
        };
        after = *last;
        for (_, id) in page {
            if let Some(document) = log::load(connection, id, Actor::SCHEMA)? {
                heads.push(DocumentHashes {
                    document: id,
                    hashes: document.heads(),
                });
            }
        }
    }
}
