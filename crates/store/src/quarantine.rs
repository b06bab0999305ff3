//! Changes that were refused: kept with the reason, shown to people, never lost.

use jicha_record::{ChangeHash, DocumentId};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use crate::Error;

/// A refused change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The document that it was meant for, written `inspection/0197…`. A kind that this program does not know yet
    /// is written by its number, such as `9/0197…`.
    pub document: String,
    /// The change.
    pub hash: ChangeHash,
    /// The device that wrote it, where it could be read.
    pub actor: String,
    /// The stable word of the reason.
    pub reason: String,
    /// What else there is to say.
    pub words: String,
    /// When it was refused.
    pub noted_at: Timestamp,
    /// The change itself, as it came.
    pub bytes: Vec<u8>,
}

/// Keeps a refused change, and tells whether it is new. One that is there already stays as it is.
pub fn keep(transaction: &Transaction<'_>, refused: &Quarantined) -> Result<bool, Error> {
    let (kind, id) = refused
        .document
        .split_once('/')
        .unwrap_or((&refused.document, ""));
    let inserted = transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO quarantine (kind, id, hash, actor, reason, words, noted_at_ms, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            kind,
            id,
            refused.hash.0.as_slice(),
            refused.actor,
            refused.reason,
            refused.words,
            refused.noted_at.as_millisecond(),
            refused.bytes,
        ])?;
    Ok(inserted > 0)
}

/// The refused changes, newest first.
pub fn list(connection: &Connection, count: usize) -> Result<Vec<Quarantined>, Error> {
    type Row = (String, String, Vec<u8>, String, String, String, i64, Vec<u8>);
    let rows: Vec<Row> = connection
        .prepare_cached(
            "SELECT kind, id, hash, actor, reason, words, noted_at_ms, bytes FROM quarantine
             ORDER BY number DESC LIMIT ?1",
        )?
        .query_map([count as i64], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
                row.get(7)?,
            ))
        })?
        .collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(kind, id, hash, actor, reason, words, noted_at_ms, bytes)| {
            let document = format!("{kind}/{id}");
            let unreadable = |what| Error::Quarantined {
                document: document.clone(),
                what,
            };
            let hash = ChangeHash(hash.try_into().map_err(|_| unreadable("hash"))?);
            let noted_at = Timestamp::from_millisecond(noted_at_ms).map_err(|_| unreadable("time"))?;
            Ok(Quarantined {
                document,
                hash,
                actor,
                reason,
                words,
                noted_at,
                bytes,
            })
        })
        .collect()
}

/// Whether the change is in quarantine here.
pub fn holds(connection: &Connection, document: DocumentId, hash: ChangeHash) -> Result<bool, Error> {
    let found = connection
        .prepare_cached("SELECT 1 FROM quarantine WHERE kind = ?1 AND id = ?2 AND hash = ?3")?
        .exists(params![
            document.kind.as_str(),
            document.id.to_string(),
            hash.0.as_slice()
        ])?;
    Ok(found)
}

/// How many changes are in quarantine.
pub fn count(connection: &Connection) -> Result<u64, Error> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM quarantine")?
        .query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}
