//! Which of a device's own changes can still be undone.

use jicha_record::{Actor, ChangeHash};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::Error;
use crate::log::DocumentNumber;

/// A change that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undoable {
    /// Its place in the log.
    pub sequence: i64,
    /// Its hash.
    pub hash: ChangeHash,
    /// Whether it still waits in the outbox.
    pub unsent: bool,
}

/// The newest change of this actor that was neither undone nor is itself an undoing. The actor's first change of
/// the document, which made it, can't be undone.
pub fn newest(
    connection: &Connection,
    document: DocumentNumber,
    actor: Actor,
) -> Result<Option<Undoable>, Error> {
    let found: Option<(i64, Vec<u8>, bool)> = connection
        .prepare_cached(
            "SELECT sequence, hash, EXISTS (SELECT 1 FROM outbox WHERE outbox.change = change.sequence)
             FROM change
             WHERE document = ?1 AND actor = ?2 AND actor_sequence > 1
                 AND NOT EXISTS (SELECT 1 FROM undone WHERE undone.change = change.sequence)
             ORDER BY sequence DESC LIMIT 1",
        )?
        .query_row(params![document.0, actor.device().to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(found.and_then(|(sequence, hash, unsent)| {
        Some(Undoable {
            sequence,
            hash: ChangeHash(hash.try_into().ok()?),
            unsent,
        })
    }))
}

/// Notes that a change was undone by these others.
pub fn note(transaction: &Transaction<'_>, undone: i64, by: &[i64]) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO undone (change) VALUES (?1)")?;
    for sequence in std::iter::once(&undone).chain(by) {
        insert.execute([sequence])?;
    }
    Ok(())
}
