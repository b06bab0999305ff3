//! Ordinary tables made from the documents, so that lists and any SQL tool can read them.
//!
//! A projection is a pure fold: the rows of a document follow from its content and from nothing else. The phone
//! and the server use the same fold, so their tables are equal as soon as their documents are.

mod finding;
mod inspection;
mod review;
mod task;

use jicha_record::{Conflict, Content, Document, DocumentId, DocumentKind};
use rusqlite::{Transaction, params};

use crate::Error;

/// Every table of the projections, with the column that names the document.
pub const TABLES: &[(&str, &str)] = &[
    ("inspection", "id"),
    ("inspection_register", "inspection"),
    ("inspection_answer", "inspection"),
    ("inspection_finding", "inspection"),
    ("inspection_photo", "inspection"),
    ("inspection_missing_shot", "inspection"),
    ("conflict", "id"),
    ("task", "id"),
    ("task_assignee", "task"),
    ("task_point", "task"),
    ("review", "inspection"),
    ("review_photo", "inspection"),
    ("review_second_photo", "inspection"),
    ("review_finding", "inspection"),
    ("review_comment", "inspection"),
];

/// Replaces the rows of one document by what it says now. A document that is not complete yet has none.
pub fn replace(transaction: &Transaction<'_>, document: &Document, content: Content) -> Result<(), Error> {
    clear(transaction, document.id())?;
    insert(transaction, document, content)
}

/// Makes the rows of a document that has none yet.
pub fn insert(transaction: &Transaction<'_>, document: &Document, content: Content) -> Result<(), Error> {
    let id = document.id();
    let conflicts = document.conflicts_at(content.contested());
    write_conflicts(transaction, id, &conflicts)?;
    let outcome = match id.kind {
        DocumentKind::Inspection => inspection::project(transaction, id, content, conflicts.len()),
        DocumentKind::Task => task::project(transaction, id, content),
        DocumentKind::Review => review::project(transaction, id, content),
    };
    match outcome {
        Err(Error::Record(jicha_record::Error::Incomplete { .. })) => Ok(()),
        other => other,
    }
}

fn clear(transaction: &Transaction<'_>, id: DocumentId) -> Result<(), Error> {
    let key = id.id.to_string();
    transaction
        .prepare_cached("DELETE FROM conflict WHERE kind = ?1 AND id = ?2")?
        .execute(params![id.kind.as_str(), key])?;
    let tables: &[&str] = match id.kind {
        DocumentKind::Inspection => inspection::DELETE,
        DocumentKind::Task => task::DELETE,
        DocumentKind::Review => review::DELETE,
    };
    for delete in tables {
        transaction.prepare_cached(delete)?.execute([&key])?;
    }
    Ok(())
}

fn write_conflicts(
    transaction: &Transaction<'_>,
    id: DocumentId,
    conflicts: &[Conflict],
) -> Result<(), Error> {
    for conflict in conflicts {
        let candidates = serde_json::to_string(&conflict.candidates)
            .expect("candidates hold JSON values and strings, which JSON can hold");
        transaction
            .prepare_cached(
                "INSERT INTO conflict (kind, id, section, key, candidates) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                id.kind.as_str(),
                id.id.to_string(),
                conflict.section,
                conflict.key,
                candidates
            ])?;
    }
    Ok(())
}
