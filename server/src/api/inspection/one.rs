//! One inspection out of its document: content, conflicts, history.

use super::page::{ROW, row_response};
use super::{CandidateResponse, ConflictResponse, HistoryResponse, InspectionResponse};
use crate::auth::{Actor, Scope};
use crate::problem::{Code, Problem};
use crate::state::App;
use jicha_domain::id::InspectionId;
use jicha_domain::rights::{Act, Subject};
use jicha_record::{Actor as Author, Conflict};
use rusqlite::{Connection, OptionalExtension};

/// One inspection out of its document, if its unit lies in the actor's scope.
pub(crate) async fn load(app: &App, actor: &Actor, id: InspectionId) -> Result<InspectionResponse, Problem> {
    let scope = actor.scope(Act::Read, Subject::Inspection)?;
    let conflict_scope = actor.scope(Act::Read, Subject::Conflict).ok();
    app.storage()
        .read(move |sql| load_from(sql, &scope, conflict_scope.as_ref(), id))
        .await
}

fn load_from(
    sql: &Connection,
    scope: &Scope,
    conflict_scope: Option<&Scope>,
    id: InspectionId,
) -> Result<InspectionResponse, Problem> {
    let not_found = || Problem::new(Code::NotFound);
    let row = sql
        .prepare_cached(&format!("SELECT {ROW} WHERE inspection.id = ?1"))?
        .query_row([id.to_string()], row_response)
        .optional()?
        .ok_or_else(not_found)?;
    if !scope.contains(sql, &row.unit)? {
        return Err(not_found());
    }
    let document_id = jicha_record::inspection::document_id(id);
    // Nothing is written here, so the author is nobody in particular.
    let nobody = Author::SCHEMA;
    let document = jicha_store::log::load(sql, document_id, nobody)?.ok_or_else(not_found)?;
    let (inspection, _unknown) = jicha_record::inspection::read(document_id, document.content())?;
    let conflicts = match conflict_scope {
        Some(conflict_scope) if conflict_scope.contains(sql, &row.unit)? => Some(
            document
                .conflicts()
                .iter()
                .map(|conflict| conflict_response(sql, conflict))
                .collect::<Result<_, _>>()?,
        ),
        _ => None,
    };
    let history = history(sql, id)?;
    Ok(InspectionResponse {
        row,
        inspection,
        conflicts,
        history,
    })
}

fn conflict_response(sql: &Connection, conflict: &Conflict) -> rusqlite::Result<ConflictResponse> {
    let candidates = conflict.candidates.iter().map(|candidate| {
        let device = candidate.actor.device().to_string();
        Ok(CandidateResponse {
            change: candidate.change.to_string(),
            author: author_of(sql, &device)?,
            device,
            at: candidate.at.to_string(),
            value: candidate.value.clone(),
        })
    });
    Ok(ConflictResponse {
        section: conflict.section.clone(),
        key: conflict.key.clone(),
        candidates: candidates.collect::<rusqlite::Result<_>>()?,
    })
}

/// The person whose device it is, with the device's name; the device's id where it is not enrolled here.
fn author_of(sql: &Connection, device: &str) -> rusqlite::Result<String> {
    let found = sql
        .prepare_cached(
            "SELECT person.name || ' · ' || device.name FROM device JOIN person ON person.id = device.person
             WHERE device.id = ?1",
        )?
        .query_row([device], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or_else(|| device.to_owned()))
}

/// The changes in the order in which they arrived, those of one device within a minute as one line.
fn history(sql: &Connection, id: InspectionId) -> Result<Vec<HistoryResponse>, Problem> {
    let mut statement = sql.prepare_cached(
        "SELECT change.actor, change.made_at_ms FROM change JOIN document ON document.number = change.document
         WHERE document.kind = 'inspection' AND document.id = ?1 AND change.actor <> ?2
         ORDER BY change.made_at_ms, change.sequence",
    )?;
    let rows = statement.query_map([id.to_string(), Author::SCHEMA.device().to_string()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    })?;
    let mut lines: Vec<(String, i64, u32)> = Vec::new();
    for row in rows {
        let (device, at_ms) = row?;
        match lines.last_mut() {
            Some((known, began_ms, changes)) if *known == device && at_ms - *began_ms < 60_000 => {
                *changes += 1
            }
            _ => lines.push((device, at_ms, 1)),
        }
    }
    let response = |(device, at_ms, changes): (String, i64, u32)| {
        Ok(HistoryResponse {
            at: crate::auth::instant(at_ms).to_string(),
            author: author_of(sql, &device)?,
            device,
            changes,
        })
    };
    Ok(lines.into_iter().map(response).collect::<rusqlite::Result<_>>()?)
}
