//! Numbered migrations, each applied once in a transaction of its own.
//!
//! A database has parts that grow by themselves: the log and projections of this crate, and what a program adds
//! (the phone its enrolment, the server its people and ledger). Each part numbers its own migrations.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use crate::OpenError;

/// One part of the schema and its migrations, from number 1 without gaps.
#[derive(Clone, Copy, Debug)]
pub struct Component {
    /// The name under which the part's progress is noted.
    pub name: &'static str,
    /// The statements, in order. A released one is never edited.
    pub migrations: &'static [Migration],
}

/// One step of a part.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// What it brings, in a word or two.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

/// The log and the projections.
pub const LOG_AND_PROJECTIONS: Component = Component {
    name: "store",
    migrations: &[
        Migration {
            name: "log",
            sql: include_str!("../migrations/0001_log.sql"),
        },
        Migration {
            name: "projections",
            sql: include_str!("../migrations/0002_projections.sql"),
        },
        Migration {
            name: "photos",
            sql: include_str!("../migrations/0003_photos.sql"),
        },
    ],
};

/// What only a device has: its enrolment, its outbox and how far it is with the server.
pub const DEVICE: Component = Component {
    name: "device",
    migrations: &[
        Migration {
            name: "device",
            sql: include_str!("../migrations/device_0001_device.sql"),
        },
        Migration {
            name: "photos",
            sql: include_str!("../migrations/device_0002_photos.sql"),
        },
    ],
};

/// Brings every part to this program's version.
pub fn migrate(connection: &mut Connection, path: &Path, components: &[Component]) -> Result<(), OpenError> {
    let failed = |component: &Component, number: u32| {
        let component = component.name.to_owned();
        move |source| OpenError::Migration {
            component,
            number,
            source,
        }
    };
    let open_error = |source| classify(path, source);
    connection
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (
                component TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
                PRIMARY KEY (component, number)) STRICT, WITHOUT ROWID",
        )
        .map_err(open_error)?;
    // All are looked at before any is changed, so that a file from a newer program stays as it is.
    for component in components {
        let found = newest(connection, component.name).map_err(open_error)?;
        let known = component.migrations.len() as u32;
        if found > known {
            let component = component.name.to_owned();
            return Err(OpenError::TooNew {
                path: path.to_owned(),
                component,
                found,
                known,
            });
        }
    }
    for component in components {
        let applied = newest(connection, component.name).map_err(open_error)?;
        for (number, migration) in (1..).zip(component.migrations).skip(applied as usize) {
            let transaction = connection.transaction().map_err(failed(component, number))?;
            transaction
                .execute_batch(migration.sql)
                .map_err(failed(component, number))?;
            transaction
                .execute(
                    "INSERT INTO migration (component, number, name) VALUES (?1, ?2, ?3)",
                    params![component.name, number, migration.name],
                )
                .map_err(failed(component, number))?;
            transaction.commit().map_err(failed(component, number))?;
        }
    }
    Ok(())
}

fn newest(connection: &Connection, component: &str) -> rusqlite::Result<u32> {
    let newest: Option<Option<u32>> = connection
        .query_row(
            "SELECT max(number) FROM migration WHERE component = ?1",
            [component],
            |row| row.get(0),
        )
        .optional()?;
    Ok(newest.flatten().unwrap_or(0))
}

pub(crate) fn classify(path: &Path, source: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
            OpenError::Damaged { path, source }
        }
        _ => OpenError::Open { path, source },
    }
}
