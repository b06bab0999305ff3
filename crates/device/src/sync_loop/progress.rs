//! How far the device is with its server, kept in the database.

use jicha_record::{ChangeHash, DocumentKind};
use jicha_store::log::{self, DocumentNumber};
use jicha_store::setting;
use jicha_sync::Received;
use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use crate::Error;

const EPOCH: &str = "sync:epoch";
const CURSOR: &str = "sync:cursor";
const ACKNOWLEDGED: &str = "sync:acknowledged";
const ACKNOWLEDGED_HASH: &str = "sync:acknowledged_hash";
const UNDER_WAY: &str = "sync:under_way";
/// How many kinds of documents the program knew that synced last, and where the log held one that it did not know.
const KINDS: &str = "sync:kinds";
const UNKNOWN_AFTER: &str = "sync:unknown_after";
const LAST_SYNC: &str = "sync:last_ms";

/// The beginning of the outbox, before its first entry.
const NOTHING: Received = Received {
    position: 0,
    last: ChangeHash([0; 32]),
};

/// Where the device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The server's epoch that the cursor belongs to.
    pub(crate) epoch: Option<Uuid>,
    /// The place in the server's log up to which everything is here.
    pub(crate) cursor: u64,
    /// The outbox position up to which the server has acknowledged, and the change that stood there.
    pub(crate) acknowledged: Received,
    /// Whether a sync with pushes was begun and not completed: the server may have more than it could tell.
    pub(crate) under_way: bool,
}

pub(crate) fn load(connection: &Connection) -> Result<Progress, Error> {
    let number = |key| -> Result<u64, Error> {
        Ok(setting::get(connection, key)?
            .and_then(|text| text.parse().ok())
            .unwrap_or(0))
    };
    let hash = setting::get(connection, ACKNOWLEDGED_HASH)?.and_then(|text| text.parse().ok());
    Ok(Progress {
        epoch: setting::get(connection, EPOCH)?.and_then(|text| text.parse().ok()),
        cursor: number(CURSOR)?,
        acknowledged: Received {
            position: number(ACKNOWLEDGED)?,
            last: hash.unwrap_or(NOTHING.last),
        },
        under_way: number(UNDER_WAY)? == 1,
    })
}

/// Remembers the place in the log before a document of a kind that this program does not know.
pub(crate) fn note_unknown(connection: &Connection, cursor: u64) -> Result<(), Error> {
    if setting::get(connection, UNKNOWN_AFTER)?.is_none_or(|earlier| earlier.is_empty()) {
        setting::set(connection, UNKNOWN_AFTER, &cursor.to_string())?;
    }
    Ok(setting::set(
        connection,
        KINDS,
        &DocumentKind::ALL.len().to_string(),
    )?)
}

/// After an update that knows more kinds, goes back to where the first unknown one was passed over.
pub(crate) fn go_back_to_unknown(connection: &Connection) -> Result<(), Error> {
    let unknown = setting::get(connection, UNKNOWN_AFTER)?.and_then(|text| text.parse::<u64>().ok());
    let kinds = setting::get(connection, KINDS)?.and_then(|text| text.parse::<usize>().ok());
    match unknown {
        Some(cursor) if kinds != Some(DocumentKind::ALL.len()) => {
            setting::set(connection, UNKNOWN_AFTER, "")?;
            set_cursor(connection, cursor)
        }
        _ => Ok(()),
    }
}

pub(crate) fn set_epoch(connection: &Connection, epoch: Uuid) -> Result<(), Error> {
    Ok(setting::set(connection, EPOCH, &epoch.to_string())?)
}

pub(crate) fn set_cursor(connection: &Connection, cursor: u64) -> Result<(), Error> {
    Ok(setting::set(connection, CURSOR, &cursor.to_string())?)
}

pub(crate) fn set_acknowledged(connection: &Connection, through: Received) -> Result<(), Error> {
    setting::set(connection, ACKNOWLEDGED, &through.position.to_string())?;
    Ok(setting::set(
        connection,
        ACKNOWLEDGED_HASH,
        &through.last.to_string(),
    )?)
}

pub(crate) fn set_under_way(connection: &Connection, under_way: bool) -> Result<(), Error> {
    Ok(setting::set(
        connection,
        UNDER_WAY,
        if under_way { "1" } else { "0" },
    )?)
}

pub(crate) fn set_last_sync(connection: &Connection, at: Timestamp) -> Result<(), Error> {
    Ok(setting::set(
        connection,
        LAST_SYNC,
        &at.as_millisecond().to_string(),
    )?)
}

pub(crate) fn last_sync_at(connection: &Connection) -> Result<Option<Timestamp>, Error> {
    let stored = setting::get(connection, LAST_SYNC)?;
    Ok(stored.and_then(|text| Timestamp::from_millisecond(text.parse().ok()?).ok()))
}

/// Forgets how far the device was, for a new identity. Where something is recorded already, the epoch is set to one that
/// no server has, so that the first sync compares what both sides have: a server that was restored from a backup may
/// have lost what the earlier identity had been told is safe.
pub(crate) fn forget(connection: &Connection) -> Result<(), Error> {
    let fresh = log::documents_after(connection, DocumentNumber(0), 1)?.is_empty();
    set_cursor(connection, 0)?;
    set_acknowledged(connection, NOTHING)?;
    set_under_way(connection, false)?;
    let epoch = if fresh {
        String::new()
    } else {
        Uuid::nil().to_string()
    };
    Ok(setting::set(connection, EPOCH, &epoch)?)
}
