//! Opening a database: settings, migrations, checks, in this order and only here.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::OpenError;
use crate::migration::{self, Component, classify};

/// How long a connection waits for another one's write, in milliseconds.
const BUSY_TIMEOUT_MS: u32 = 10_000;

/// Opens the one connection that writes, making the file and its tables if need be.
///
/// Write-ahead log, and `synchronous=FULL`: when a commit returns, it is on the disk. Whoever is told that
/// something is stored can rely on it through a dead battery.
pub fn open_writer(path: &Path, components: &[Component]) -> Result<Connection, OpenError> {
    let open_error = |source| classify(path, source);
    let mut connection = Connection::open(path).map_err(open_error)?;
    prepare(&connection).map_err(open_error)?;
    connection
        // Recursive triggers: without them, REPLACE would delete rows of the log past the trigger that forbids it.
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA recursive_triggers = ON;",
        )
        .map_err(open_error)?;
    migration::migrate(&mut connection, path, components)?;
    Ok(connection)
}

/// Opens a further connection that only reads. The file must have been opened for writing before.
pub fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let open_error = |source| classify(path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(open_error)?;
    prepare(&connection).map_err(open_error)?;
    connection
        .execute_batch("PRAGMA query_only = ON;")
        .map_err(open_error)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute_batch(&format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;"
    ))
}
