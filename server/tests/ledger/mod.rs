//! Ledgers from files to domain values.

mod bench;
mod damage;
mod real_files;
mod rows;
mod workbook;

use std::path::Path;

use jicha_server::ledger::{self, LedgerKind, Limits, MIGRATION, Outcome, Report, Upload};
use rusqlite::Connection;

/// The bytes of a file under tests/data.
fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/data")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An empty ledger in memory.
fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    connection.execute_batch(MIGRATION).unwrap();
    connection
}

/// A ledger with the units of tests/data.
fn database_with_units() -> Connection {
    let mut connection = database();
    accept(
        &mut connection,
        LedgerKind::OrgUnits,
        &data("ledger/org_units.csv"),
    );
    connection
}

/// A ledger with the units, points, meters and customers of tests/data.
fn database_with_points() -> Connection {
    let mut connection = database_with_units();
    accept(
        &mut connection,
        LedgerKind::MeteringPoints,
        &data("network/ledger_points_gb18030.csv"),
    );
    accept(&mut connection, LedgerKind::Meters, &data("ledger/meters.csv"));
    accept(
        &mut connection,
        LedgerKind::Customers,
        &data("ledger/customers.csv"),
    );
    connection
}

fn import(connection: &mut Connection, kind: LedgerKind, bytes: &[u8]) -> Report {
    import_within(connection, kind, bytes, &Limits::default())
}

fn import_within(connection: &mut Connection, kind: LedgerKind, bytes: &[u8], limits: &Limits) -> Report {
    let mut tx = connection.transaction().unwrap();
    let upload = Upload {
        kind,
        file_name: "台账",
        bytes,
        imported_at: "2026-03-01T00:00:00Z".parse().unwrap(),
        imported_by: "QJ0008",
    };
    let report = ledger::import(&mut tx, &upload, limits).unwrap();
    tx.commit().unwrap();
    report
}

/// Imports a file that must be free of errors.
fn accept(connection: &mut Connection, kind: LedgerKind, bytes: &[u8]) -> Report {
    let report = import(connection, kind, bytes);
    assert_eq!(report.errors, [], "{kind:?}");
    assert_eq!(report.outcome, Outcome::Imported, "{kind:?}");
    report
}

/// Code, row and column letter of every listed error.
fn errors(report: &Report) -> Vec<(&'static str, Option<u32>, Option<&str>)> {
    report
        .errors
        .iter()
        .map(|issue| {
            (
                issue.code,
                issue.row,
                issue.column.as_ref().map(|column| column.letter.as_str()),
            )
        })
        .collect()
}

/// Every row of every table of the ledger but the record of imports, as text.
fn dump(connection: &Connection) -> Vec<String> {
    let mut rows = Vec::new();
    for table in ["org_unit", "customer", "meter", "metering_point", "reading"] {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        // The last two columns name the import and its day.
        let columns = statement.column_count() - 2;
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let cells: Vec<String> = (0..columns)
                .map(|index| format!("{:?}", row.get_ref(index).unwrap()))
                .collect();
            rows.push(format!("{table}: {}", cells.join(" | ")));
        }
    }
    rows
}
