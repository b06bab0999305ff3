//! Rows of findings, which an inspector writes into an inspection and a supervisor into a review.

use std::collections::BTreeMap;

use jicha_domain::finding::Finding;
use jicha_domain::id::FindingId;
use rusqlite::{Transaction, params};

use crate::Error;

/// Writes the findings of one document. `statement` names the table; its parameters are the document, the finding's id,
/// title, category, severity, and when it was found in ms since 1970.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    statement: &str,
    key: &str,
    findings: &BTreeMap<FindingId, Finding>,
) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(statement)?;
    for (id, finding) in findings {
        insert.execute(params![
            key,
            id.to_string(),
            finding.title,
            finding.category.as_str(),
            finding.severity.to_string(),
            finding.found_at.as_millisecond(),
        ])?;
    }
    Ok(())
}
