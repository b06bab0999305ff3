//! Small values that a device keeps: its enrolment, its cursor.

use rusqlite::{Connection, OptionalExtension, params};

use crate::Error;

/// The value of a setting, if it was ever set.
pub fn get(connection: &Connection, key: &str) -> Result<Option<String>, Error> {
    let value = connection
        .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(value)
}

/// The settings whose key begins with this, in the order of their keys.
pub fn with_prefix(connection: &Connection, prefix: &str) -> Result<Vec<(String, String)>, Error> {
    let settings = connection
        .prepare_cached(
            "SELECT key, value FROM setting WHERE key >= ?1 AND key < ?1 || char(1114111) ORDER BY key",
        )?
        .query_map([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(settings)
}

/// Sets a setting.
pub fn set(connection: &Connection, key: &str, value: &str) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
        )?
        .execute(params![key, value])?;
    Ok(())
}
