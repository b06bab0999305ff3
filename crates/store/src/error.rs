//! What can go wrong with the database, told apart by what can be done about it.

use std::path::PathBuf;

use jicha_record::DocumentId;
use rusqlite::ErrorCode;

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is there, but is no intact database. It has been left as it is.
    #[error("{} is damaged or is no database; it was left untouched", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        #[source]
        source: rusqlite::Error,
    },
    /// A newer program has written the file.
    #[error(
        "{} was written by a newer version (migration {found} of '{component}', this program knows {known}); \
         install the newer version", path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The part of the schema.
        component: String,
        /// The newest migration in the file.
        found: u32,
        /// The newest migration that this program knows.
        known: u32,
    },
    /// A migration failed and was taken back.
    #[error("migration {number} of '{component}' failed")]
    Migration {
        /// The part of the schema.
        component: String,
        /// The migration's number.
        number: u32,
        /// SQLite's reason.
        #[source]
        source: rusqlite::Error,
    },
    /// The file can't be opened for another reason: no such folder, no permission, full disk.
    #[error("{} can't be opened", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        #[source]
        source: rusqlite::Error,
    },
}

/// Why reading or writing failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No room is left; nothing of the transaction was written.
    #[error("the disk is full; nothing was written")]
    DiskFull,
    /// Another connection held the database for too long.
    #[error("the database is busy; try again")]
    Busy,
    /// The file is damaged.
    #[error("the database is damaged")]
    Corrupt(#[source] rusqlite::Error),
    /// A rule of the schema was broken, which is a mistake of the program.
    #[error("a constraint of the database was violated")]
    Constraint(#[source] rusqlite::Error),
    /// Anything else that SQLite reports.
    #[error("the database reported an error")]
    Sqlite(#[source] rusqlite::Error),
    /// A stored document can't be read.
    #[error("a stored document can't be read")]
    Record(#[from] jicha_record::Error),
    /// A row of the quarantine has not the form that this program wrote.
    #[error("the quarantined change of {document} has an unreadable {what}")]
    Quarantined {
        /// The document that the change was meant for.
        document: String,
        /// Which value.
        what: &'static str,
    },
    /// A stored value has not the form that this program wrote.
    #[error("the stored {what} of {document} can't be read: {why}")]
    Stored {
        /// The document that it belongs to.
        document: DocumentId,
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Error::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt(source),
            Some(ErrorCode::ConstraintViolation) => Error::Constraint(source),
            _ => Error::Sqlite(source),
        }
    }
}
