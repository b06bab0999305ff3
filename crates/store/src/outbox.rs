//! What a device has not got acknowledged yet, in the order in which it was recorded.

use jicha_record::{ChangeHash, DocumentId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::Error;
use crate::log::{self, DocumentNumber};

/// The changes of one document that wait, and the position up to which the outbox is sent once they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The document.
    pub document: DocumentId,
    /// Its number.
    pub number: DocumentNumber,
    /// The changes, as stored, in the order of the log.
    pub changes: Vec<Vec<u8>>,
    /// The first and the last position of these changes.
    pub positions: (u64, u64),
}

/// How much waits to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitingTotals {
    /// Documents with at least one waiting change.
    pub documents: u64,
    /// Changes.
    pub changes: u64,
    /// Their bytes, before compression.
    pub bytes: u64,
}

/// Puts changes into the outbox, by their places in the log.
pub fn push(transaction: &Transaction<'_>, document: DocumentNumber, sequences: &[i64]) -> Result<(), Error> {
    let mut insert =
        transaction.prepare_cached("INSERT OR IGNORE INTO outbox (change, document) VALUES (?1, ?2)")?;
    for sequence in sequences {
        insert.execute(params![sequence, document.0])?;
    }
    Ok(())
}

/// The changes that wait at positions after `after`, at most `count`, each with its position.
pub fn page(
    connection: &Connection,
    after: u64,
    count: usize,
) -> Result<Vec<(u64, DocumentNumber, Vec<u8>)>, Error> {
    let rows = connection
        .prepare_cached(
            "SELECT outbox.position, outbox.document, change.bytes FROM outbox
             JOIN change ON change.sequence = outbox.change
             WHERE outbox.position > ?1 ORDER BY outbox.position LIMIT ?2",
        )?
        .query_map(params![after as i64, count as i64], |row| {
            Ok((
                row.get::<_, i64>(0)?.unsigned_abs(),
                DocumentNumber(row.get(1)?),
                row.get(2)?,
            ))
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Takes everything up to a position out of the outbox: it is on the server, durably.
pub fn acknowledge(transaction: &Transaction<'_>, through: u64) -> Result<usize, Error> {
    let removed = transaction
        .prepare_cached("DELETE FROM outbox WHERE position <= ?1")?
        .execute([through as i64])?;
    Ok(removed)
}

/// The change at a position, if it still waits.
pub fn hash_at(connection: &Connection, position: u64) -> Result<Option<ChangeHash>, Error> {
    let hash: Option<Vec<u8>> = connection
        .prepare_cached(
            "SELECT change.hash FROM outbox JOIN change ON change.sequence = outbox.change
             WHERE outbox.position = ?1",
        )?
        .query_row([position as i64], |row| row.get(0))
        .optional()?;
    Ok(hash.and_then(|hash| hash.try_into().ok()).map(ChangeHash))
}

/// The highest position that was ever given out.
pub fn last_position(connection: &Connection) -> Result<u64, Error> {
    let last: Option<i64> = connection
        .query_row(
            "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(last.unwrap_or(0).unsigned_abs())
}

/// How much waits.
pub fn totals(connection: &Connection) -> Result<WaitingTotals, Error> {
    let totals = connection
        .prepare_cached(
            "SELECT count(DISTINCT outbox.document), count(*), coalesce(sum(length(change.bytes)), 0)
             FROM outbox JOIN change ON change.sequence = outbox.change",
        )?
        .query_row([], |row| {
            Ok(WaitingTotals {
                documents: row.get::<_, i64>(0)?.unsigned_abs(),
                changes: row.get::<_, i64>(1)?.unsigned_abs(),
                bytes: row.get::<_, i64>(2)?.unsigned_abs(),
            })
        })?;
    Ok(totals)
}

/// The documents with waiting changes.
pub fn waiting_documents(connection: &Connection) -> Result<Vec<DocumentId>, Error> {
    let numbers: Vec<i64> = connection
        .prepare_cached("SELECT DISTINCT document FROM outbox ORDER BY document")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    numbers
        .into_iter()
        .map(|number| log::document_id(connection, DocumentNumber(number)))
        .collect()
}
