//! The epoch: the identity of this server's log. It changes when the log lost something, so that devices offer
//! again what they have.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::SyncError;
use super::feed::Audience;
use crate::auth::token::random_bytes;

/// The epoch of the log, if one was begun.
pub fn current(sql: &Connection) -> Result<Option<Uuid>, SyncError> {
    let stored: Option<String> = sql
        .prepare_cached("SELECT id FROM epoch WHERE only = 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
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

/// The epoch as one device sees it: another one when the log lost something, and another one when the device's
/// audiences are others than before. In both cases the two sides compare what they have, so that whoever is given a
/// role later also gets what was shared before.
pub(super) fn seen_by(epoch: Uuid, audiences: &BTreeSet<Audience>) -> Uuid {
    let mut hasher = Sha256::new();
    hasher.update(b"jicha-epoch-v1\0");
    hasher.update(epoch.as_bytes());
    for audience in audiences {
        hasher.update(audience.to_string());
        hasher.update([0]);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let (id, _) = digest.split_at(16);
    Uuid::from_slice(id).unwrap_or(epoch)
}

/// The epoch to answer a device with, as [`seen_by`] the device. A device that is further on than the log itself shows that the log lost
/// something without anybody saying so, and begins a new epoch.
pub(super) fn for_device(
    sql: &Connection,
    now: Timestamp,
    audiences: &BTreeSet<Audience>,
    known: Option<Uuid>,
    cursor: u64,
) -> Result<Uuid, SyncError> {
    let epoch = match current(sql)? {
        None => renew(sql, now)?,
        Some(epoch) if known == Some(seen_by(epoch, audiences)) && cursor > last_sequence(sql)? => {
            tracing::warn!(
                cursor,
                "a device is ahead of the log, so the log lost writes; a new epoch begins"
            );
            renew(sql, now)?
        }
        Some(epoch) => epoch,
    };
    Ok(seen_by(epoch, audiences))
}

/// The last place in the log.
pub(super) fn last_sequence(sql: &Connection) -> Result<u64, SyncError> {
    let last: Option<i64> = sql
        .prepare_cached("SELECT max(sequence) FROM change")?
        .query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or(0).unsigned_abs())
}
