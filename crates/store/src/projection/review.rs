//! Rows of reviews.

use std::collections::BTreeMap;

use jicha_domain::id::PhotoHash;
use jicha_domain::review::{PhotoVerdict, Review};
use jicha_record::{Content, DocumentId};
use rusqlite::{Transaction, params};

use super::finding;
use crate::Error;

pub(super) const DELETE: &[&str] = &[
    "DELETE FROM review WHERE inspection = ?1",
    "DELETE FROM review_photo WHERE inspection = ?1",
    "DELETE FROM review_second_photo WHERE inspection = ?1",
    "DELETE FROM review_finding WHERE inspection = ?1",
    "DELETE FROM review_comment WHERE inspection = ?1",
];

const INSERT_VERDICT: &str = "INSERT INTO review_photo
    (inspection, hash, decision, reason, words, decided_by, decided_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const INSERT_SECOND_VERDICT: &str = "INSERT INTO review_second_photo
    (inspection, hash, decision, reason, words, decided_by, decided_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

const INSERT_FINDING: &str = "INSERT INTO review_finding
    (inspection, finding, title, category, severity, found_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

pub(super) fn project(transaction: &Transaction<'_>, id: DocumentId, content: Content) -> Result<(), Error> {
    let (review, _) = jicha_record::review::read(id, content)?;
    let key = id.id.to_string();
    insert_review(transaction, &key, &review)?;
    insert_verdicts(transaction, INSERT_VERDICT, &key, &review.photos)?;
    insert_verdicts(transaction, INSERT_SECOND_VERDICT, &key, &review.second_verdicts)?;
    finding::insert(transaction, INSERT_FINDING, &key, &review.findings)?;
    insert_comments(transaction, &key, &review)
}

fn insert_review(transaction: &Transaction<'_>, key: &str, review: &Review) -> Result<(), Error> {
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
    Ok(())
}

fn insert_verdicts(
    transaction: &Transaction<'_>,
    statement: &str,
    key: &str,
    verdicts: &BTreeMap<PhotoHash, PhotoVerdict>,
) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(statement)?;
    for (hash, verdict) in verdicts {
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

fn insert_comments(transaction: &Transaction<'_>, key: &str, review: &Review) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO review_comment (inspection, comment, place, words, written_by, written_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (id, comment) in &review.comments {
        insert.execute(params![
            key,
            id.to_string(),
            comment.place,
            comment.words,
            comment.by.to_string(),
            comment.at.as_millisecond(),
        ])?;
    }
    Ok(())
}
