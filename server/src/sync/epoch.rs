//! The epoch: the identity of this server's log. It changes when the log lost something, so that devices offer
//! again what they have.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::SyncError;
use crate::auth::token::random_bytes;

/// The epoch of the log, if one was begun.
pub fn current(sql: &Connection) -> Result<Option<Uuid>, SyncError> {
    let stored: Option<String> =
        sql.prepare_cached("SELECT id FROM epoch WHERE only = 1")?.query_row([], |row| row.get(0)).optional()?;
    Ok(stored.and_then(|id| id.parse().ok()))
}

/// Begins a new epoch: after a backup was restored, and on the first start.
pub fn renew(sql: &Connection, now: Timestamp) -> Result<Uuid, SyncError> {
    let id = Uuid::from_bytes(random_bytes());
    sql.execute(
        "INSERT INTO epoch (only, id, began_at_ms) VALUES (1, ?1, ?2)
         ON CONFLICT (only) DO UPDATE SET id = ?1, began_at_ms = ?2",
        params![id.to_string(), now.as_millisecond()],
    )?;
    Ok(id)
}

/// The epoch to answer a device with. A device that is further on than the log itself shows that the log lost
/// something without anybody saying so, and begins a new epoch.
pub(super) fn for_device(
    sql: &Connection,
    now: Timestamp,
    known: Option<Uuid>,
    cursor: u64,
) -> Result<Uuid, SyncError> {
    match current(sql)? {
        None => renew(sql, now),
        Some(epoch) if known == Some(epoch) && cursor > last_sequence(sql)? => {
            tracing::warn!(cursor, "a device is ahead of the log, so the log lost writes; a new epoch begins");
            renew(sql, now)
        }
        Some(epoch) => Ok(epoch),
    }
}

/// The last place in the log.
pub(super) fn last_sequence(sql: &Connection) -> Result<u64, SyncError> {
    let last: Option<i64> =
        sql.prepare_cached("SELECT max(sequence) FROM change")?.query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or(0).unsigned_abs())
}
