//! The server's database: one writer, many readers, and one way to run blocking SQLite work.
//!
//! Everything else in the server says *what* to read or write as a closure over a connection; this module decides on
//! which connection and on which thread it runs. Settings and migrations of the file are `jicha-store`'s.

mod embedded;

pub use embedded::Storage;

use jicha_store::migration::{Component, LOG_AND_PROJECTIONS, Migration};

/// The parts of the schema that only a server has, beside the log and the projections.
const PEOPLE: Component = Component {
    name: "server",
    migrations: &[Migration {
        name: "people",
        sql: include_str!("../../migrations/0001_people.sql"),
    }],
};

/// The ledger's tables.
const SYNC: Component = Component {
    name: "sync",
    migrations: &[Migration {
        name: "sync",
        sql: include_str!("../../migrations/0003_sync.sql"),
    }],
};

const LEDGER: Component = Component {
    name: "ledger",
    migrations: &[Migration {
        name: "ledger",
        sql: include_str!("../../migrations/0002_ledger.sql"),
    }],
};

/// Photos: what is stored of them, uploads under way, work to do, near-duplicates.
const PHOTOS: Component = Component {
    name: "photos",
    migrations: &[Migration {
        name: "photos",
        sql: include_str!("../../migrations/0004_photos.sql"),
    }],
};

/// Every part of the server's schema, in the order in which they are made.
pub const COMPONENTS: &[Component] = &[LOG_AND_PROJECTIONS, PEOPLE, LEDGER, SYNC, PHOTOS];

/// Why the database could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be opened or brought up to date.
    #[error("open the database")]
    Open(#[from] jicha_store::OpenError),
    /// A statement failed.
    #[error("run a statement on the database")]
    Sqlite(#[from] rusqlite::Error),
    /// The storage is closed, or the work on it panicked.
    #[error("the work on the database was broken off")]
    Broken,
}

impl Error {
    /// True when the disk has no room left, which an operator must hear about in plain words.
    pub fn is_disk_full(&self) -> bool {
        self.sqlite_code() == Some(rusqlite::ErrorCode::DiskFull)
    }

    /// True when another process holds the file for longer than we wait.
    pub fn is_busy(&self) -> bool {
        matches!(
            self.sqlite_code(),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
        )
    }

    fn sqlite_code(&self) -> Option<rusqlite::ErrorCode> {
        match self {
            Error::Sqlite(source) => source.sqlite_error_code(),
            Error::Open(_) | Error::Broken => None,
        }
    }
}
