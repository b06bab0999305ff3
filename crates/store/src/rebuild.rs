//! Making every projection anew from the log, and telling whether anything differed.

use jicha_record::Actor;
use rusqlite::Connection;

use crate::log::{self, DocumentNumber};
use crate::{Error, projection};

/// How many documents are folded between two reports of progress.
const PAGE: usize = 200;

/// What a rebuild found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RebuildReport {
    /// How many documents were folded.
    pub documents: u64,
    /// Tables whose rows were not what the log says, with the number of rows that differed, counted on both sides: a
    /// row that was altered counts as two, the wrong one and the right one. They are right now.
    pub differing: Vec<(String, u64)>,
}

/// Rebuilds all projections from the change log alone (snapshots are passed over and made anew), in one
/// transaction, and compares them row by row with what stood there before.
pub fn rebuild(connection: &mut Connection, mut progress: impl FnMut(u64)) -> Result<RebuildReport, Error> {
    let transaction = connection.transaction()?;
    let tables = projection::TABLES;
    for (table, _) in tables {
        transaction.execute_batch(&format!(
            "DROP TABLE IF EXISTS temp.before_{table};
             CREATE TEMP TABLE before_{table} AS SELECT * FROM main.{table};
             DELETE FROM main.{table};"
        ))?;
    }
    transaction.execute("DELETE FROM snapshot", [])?;
    let mut report = RebuildReport::default();
    let mut after = DocumentNumber(0);
    loop {
        let page = log::documents_after(&transaction, after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (_, id) in page {
            let stored = log::read(&transaction, id)?;
            let document = stored.document(id, Actor::SCHEMA)?;
            log::renew_snapshot(&transaction, &stored, &document)?;
            let content = document.content();
            projection::insert(&transaction, &document, content)?;
            report.documents += 1;
        }
        progress(report.documents);
    }
    for (table, _) in tables {
        let rows: i64 = transaction.query_row(
            &format!(
                "SELECT (SELECT count(*) FROM (SELECT * FROM main.{table} EXCEPT SELECT * FROM temp.before_{table}))
                      + (SELECT count(*) FROM (SELECT * FROM temp.before_{table} EXCEPT SELECT * FROM main.{table}))"
            ),
            [],
            |row| row.get(0),
        )?;
        transaction.execute_batch(&format!("DROP TABLE temp.before_{table}"))?;
        if rows > 0 {
            report.differing.push(((*table).to_owned(), rows.unsigned_abs()));
        }
    }
    transaction.commit()?;
    Ok(report)
}
