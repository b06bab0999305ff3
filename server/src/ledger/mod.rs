//! Ledgers of the marketing system: CSV and Excel files into tables, and questions to those tables.
//!
//! [`import`] takes one file (an [`Upload`]) inside the caller's transaction: all of it or nothing. Its [`Report`] names
//! every error by row and column as the sender sees them, in Chinese and English. [`load_org_tree`], [`list_points`],
//! [`get_point`], [`list_previous_readings`] and [`get_customer`] answer in values of `jicha_domain`.
//!
//! Deliberately not here: who may import (the door of the API), keeping the file itself, and the history of changes
//! (each row only says from which day it holds and which import brought it). Old `.xls` and `.ods` files are refused with
//! advice, since no reader of them bounds what a hostile file makes it allocate.
//!
//! The columns, formats and errors are described for users in docs/LEDGER.md.
//!
//! ```no_run
//! use jicha_server::ledger::{self, LedgerKind, Limits, Outcome, Upload};
//!
//! # fn run(connection: &mut rusqlite::Connection) -> Result<(), Box<dyn std::error::Error>> {
//! let bytes = std::fs::read("计量点台账.csv")?;
//! let mut tx = connection.transaction()?;
//! let upload = Upload {
//!     kind: LedgerKind::MeteringPoints,
//!     file_name: "计量点台账.csv",
//!     bytes: &bytes,
//!     imported_at: "2026-03-01T00:00:00Z".parse()?,
//!     imported_by: "QJ0008",
//! };
//! let report = ledger::import(&mut tx, &upload, &Limits::default())?;
//! if report.outcome == Outcome::Refused {
//!     for issue in &report.errors {
//!         println!("{:?}: {}", issue.row, issue.message.zh);
//!     }
//! }
//! tx.commit()?;
//! # Ok(())
//! # }
//! ```

mod check;
mod delimited;
mod field;
mod import;
mod layout;
mod limits;
mod problem;
mod query;
mod reading;
mod record;
mod report;
mod store;
mod table;
mod text;
mod value;
mod words;
mod workbook;

pub use field::Field;
pub use import::{Upload, import};
pub use layout::LedgerKind;
pub use limits::Limits;
pub use query::{
    get_customer, get_point, list_org_units, list_points, list_previous_readings, load_org_tree,
};
pub use report::{Bilingual, ColumnRef, Issue, Outcome, Report, ReportColumn, Source};

/// The tables of the ledger, as migration 2 of the server's database.
pub const MIGRATION: &str = include_str!("../../migrations/0002_ledger.sql");

/// The database failed, or holds something that no import would have written. What is wrong with a file is no error but
/// stands in its [`Report`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A question to the database failed.
    #[error("reading {what} from the ledger")]
    Read {
        /// What was read.
        what: &'static str,
        /// Why it failed.
        source: rusqlite::Error,
    },
    /// Writing to the database failed.
    #[error("writing {what} to the ledger")]
    Write {
        /// What was written.
        what: &'static str,
        /// Why it failed.
        source: rusqlite::Error,
    },
    /// The stored units are no tree.
    #[error("building the tree of organisational units")]
    Tree {
        /// Why.
        source: jicha_domain::org::OrgTreeError,
    },
    /// A stored value can't be understood.
    #[error("the ledger's {table}.{column} holds a value that can't be understood")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
}

impl Error {
    fn reading(what: &'static str) -> impl FnOnce(rusqlite::Error) -> Self + Copy {
        move |source| Self::Read { what, source }
    }

    fn writing(what: &'static str) -> impl FnOnce(rusqlite::Error) -> Self + Copy {
        move |source| Self::Write { what, source }
    }
}
