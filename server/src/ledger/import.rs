//! One file into the database: all of it, or nothing and a report that says why.

use jiff::Timestamp;
use jiff::tz::Offset;
use rusqlite::{Transaction, params};
use sha2::{Digest, Sha256};

use super::check::check_references;
use super::layout::{Headings, LedgerKind};
use super::limits::Limits;
use super::problem::Problem;
use super::record::{Record, read_records};
use super::report::{Issues, Outcome, Place, Report};
use super::store::{Counts, Stamp};
use super::table::{Refusal, Table};
use super::{Error, delimited, reading, store, text, workbook};

/// A file that somebody hands in.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// What it is a ledger of.
    pub kind: LedgerKind,
    /// Its name, for the report and the record of imports.
    pub file_name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// When it was handed in.
    pub imported_at: Timestamp,
    /// Who handed it in: an id or a name, kept as given.
    pub imported_by: &'a str,
}

/// Reads, checks and stores a file inside the caller's transaction.
///
/// With any error in the file the report is [`Outcome::Refused`] and the transaction stands as before, so the caller may
/// commit it or go on with it. A file whose contents are all stored already is [`Outcome::Unchanged`] and leaves no trace
/// either. [`Error`] is for a database that fails; then the caller rolls back.
pub fn import(tx: &mut Transaction<'_>, upload: &Upload<'_>, limits: &Limits) -> Result<Report, Error> {
    let mut report = empty_report(upload);
    let mut issues = Issues::new(limits);
    let table = match read_table(upload.bytes, limits) {
        Ok(table) => table,
        Err(refusal) => {
            issues.error(refusal.place(), &refusal.problem);
            report.take(issues);
            return Ok(report);
        }
    };
    for note in &table.notes {
        issues.note(Place::file(), note);
    }
    let Some(headings) = Headings::find(upload.kind, &table, &mut issues) else {
        report.source = Some(table.source);
        report.take(issues);
        return Ok(report);
    };
    report.rows_total = table.rows.len() - headings.table_index - 1;
    report.columns = headings.columns.clone();
    // Without a mandatory column every row would be an error of its own.
    let records = match issues.errors_total() {
        0 => read_records(upload.kind, &table, &headings, &mut issues),
        _ => Vec::new(),
    };
    report.source = Some(table.source);
    drop(table.rows);
    let counts = check_and_store(tx, upload, &records, &headings, &mut report, &mut issues)?;
    (report.inserted, report.changed, report.unchanged) = (counts.inserted, counts.changed, counts.unchanged);
    report.take(issues);
    Ok(report)
}

fn check_and_store(
    tx: &mut Transaction<'_>,
    upload: &Upload<'_>,
    records: &[Record],
    headings: &Headings,
    report: &mut Report,
    issues: &mut Issues,
) -> Result<Counts, Error> {
    check_references(tx, upload.kind, records, headings, issues)?;
    let readings = match upload.kind {
        LedgerKind::Readings => reading::resolve(tx, records, headings, issues)?,
        _ => Vec::new(),
    };
    if issues.errors_total() > 0 {
        return Ok(Counts::default());
    }
    // The savepoint takes back the record of the import when it turns out to have changed nothing. Dropped without
    // commit, as on an error, it rolls back.
    let savepoint = tx.savepoint().map_err(Error::writing("the import"))?;
    let stamp = open_batch(&savepoint, upload, report)?;
    let counts = match upload.kind {
        LedgerKind::Readings => reading::store(&savepoint, &readings, headings, &stamp, issues)?,
        kind => store::store(&savepoint, kind, records, &stamp)?,
    };
    if counts.inserted + counts.changed == 0 {
        report.outcome = Outcome::Unchanged;
        return Ok(counts);
    }
    savepoint
        .execute(
            "UPDATE import_batch SET inserted_count = ?2, changed_count = ?3, unchanged_count = ?4 WHERE id = ?1",
            params![
                stamp.batch_id,
                as_integer(counts.inserted),
                as_integer(counts.changed),
                as_integer(counts.unchanged)
            ],
        )
        .map_err(Error::writing("the import"))?;
    savepoint.commit().map_err(Error::writing("the import"))?;
    report.outcome = Outcome::Imported;
    report.batch_id = Some(stamp.batch_id);
    Ok(counts)
}

fn open_batch(conn: &rusqlite::Connection, upload: &Upload<'_>, report: &Report) -> Result<Stamp, Error> {
    conn.execute(
        "INSERT INTO import_batch (kind, file_name, sha256, size_bytes, row_count, imported_at_ms, imported_by) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            upload.kind.as_str(),
            upload.file_name,
            report.sha256,
            as_integer(upload.bytes.len()),
            as_integer(report.rows_total),
            upload.imported_at.as_millisecond(),
            upload.imported_by
        ],
    )
    .map_err(Error::writing("the import"))?;
    let day = CHINA_TIME.to_datetime(upload.imported_at).date();
    Ok(Stamp {
        batch_id: conn.last_insert_rowid(),
        valid_from: day.to_string(),
    })
}

/// SQLite counts in 64 bits with a sign; nothing that fits in memory is beyond them.
fn as_integer(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// China Standard Time, which has no summer time: days and months of the ledger are days and months there.
pub(super) const CHINA_TIME: Offset = Offset::constant(8);

fn read_table(bytes: &[u8], limits: &Limits) -> Result<Table, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::file(Problem::Empty));
    }
    if bytes.len() > limits.size_bytes_max {
        let problem = Problem::FileTooLarge {
            size_bytes: bytes.len(),
            max: limits.size_bytes_max,
        };
        return Err(Refusal::file(problem));
    }
    if let Some((zh, en)) = foreign_format(bytes) {
        return Err(Refusal::file(Problem::UnsupportedFormat { zh, en }));
    }
    // The contents decide, not the name: exports are often misnamed.
    let table = if bytes.starts_with(b"PK") {
        workbook::read(bytes, limits)?
    } else {
        delimited::read(text::decode(bytes).map_err(Refusal::file)?, limits)?
    };
    if table.rows.is_empty() {
        Err(Refusal::file(Problem::Empty))
    } else {
        Ok(table)
    }
}

/// Formats that people send in good faith and that are not read, with the way out.
fn foreign_format(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let start = &bytes[..bytes.len().min(256)];
    if start.starts_with(COMPOUND_FILE) {
        return Some((
            "旧式 .xls 或加密的工作簿不能读取；请用 Excel 打开后另存为 .xlsx（不设密码）",
            "An old .xls or an encrypted workbook can't be read; open it in Excel and save it as .xlsx without password.",
        ));
    }
    let start = start.to_ascii_lowercase();
    let opens_with = |mark: &[u8]| start.windows(mark.len()).any(|window| window == mark);
    if opens_with(b"<html") || opens_with(b"<table") || opens_with(b"<!doctype html") {
        return Some((
            "这是以 .xls 为名的网页；请用 Excel 打开后另存为 .xlsx",
            "This is a web page under the name of a workbook; open it in Excel and save it as .xlsx.",
        ));
    }
    if start.starts_with(b"%pdf") {
        return Some((
            "PDF 不能读取；请导出 CSV 或 .xlsx",
            "A PDF can't be read; export CSV or .xlsx.",
        ));
    }
    None
}

fn empty_report(upload: &Upload<'_>) -> Report {
    let digest = Sha256::digest(upload.bytes);
    Report {
        file_name: upload.file_name.to_owned(),
        sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        size_bytes: upload.bytes.len(),
        kind: upload.kind,
        source: None,
        columns: Vec::new(),
        rows_total: 0,
        outcome: Outcome::Refused,
        batch_id: None,
        inserted: 0,
        changed: 0,
        unchanged: 0,
        errors_total: 0,
        errors: Vec::new(),
        notes_total: 0,
        notes: Vec::new(),
    }
}
