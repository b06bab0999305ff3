//! Rows of reviews.

use jicha_record::{Content, DocumentId};
use rusqlite::{Transaction, params};

use crate::Error;

pub(super) const DELETE: &[&str] = &[
    "DELETE FROM review WHERE inspection = ?1",
    "DELETE FROM review_photo WHERE inspection = ?1",
];

pub(super) fn project(transaction: &Transaction<'_>, id: DocumentId, content: Content) -> Result<(), Error> {
    let (review, _) = jicha_record::review::read(id, content)?;
    let key = id.id.to_string();
    let verdict = review.verdict.as_ref();
    transaction
        .prepare_cached(
            "INSERT INTO review (inspection, unit, inspector, decision, decided_by, decided_at_ms, words)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            key,
            review.about.unit.as_str(),
            review.about.inspector.to_string(),
            verdict.map(|verdict| verdict.decision.as_str()),
            verdict.map(|verdict| verdict.by.to_string()),
            verdict.map(|verdict| verdict.at.as_millisecond()),
            verdict.and_then(|verdict| verdict.words.as_deref()),
        ])?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO review_photo (inspection, hash, decision, reason, words, decided_by, decided_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (hash, verdict) in &review.photos {
        insert.execute(params![
            key,
            hash.to_string(),
            verdict.decision.as_str(),
            verdict.reason.map(|reason| reason.as_str()),
            verdict.words,
            verdict.by.to_string(),
            verdict.at.as_millisecond(),
        ])?;
    }
    Ok(())
}
