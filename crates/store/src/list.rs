//! Lists for screens: from the projections, page by page, without loading a document.

use rusqlite::{Connection, Row, params};

use crate::Error;

/// One line of a list of inspections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionLine {
    /// The inspection.
    pub id: String,
    /// Its task, if it belongs to one.
    pub task: Option<String>,
    /// The metering point's number.
    pub point_no: String,
    /// The metering point's name.
    pub point_name: String,
    /// What the point measures.
    pub point_kind: String,
    /// `open`, `filled` or `signed`.
    pub state: String,
    /// When it began, ms since 1970.
    pub started_at_ms: i64,
    /// Answers given.
    pub answer_count: u32,
    /// Photos attached.
    pub photo_count: u32,
    /// Findings written.
    pub finding_count: u32,
    /// Doubts that rules had about readings.
    pub doubt_count: u32,
    /// Conflicts to be settled.
    pub conflict_count: u32,
}

/// Where a page ends, to be handed back for the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The start of the last line.
    pub started_at_ms: i64,
    /// Its id.
    pub id: String,
}

/// One line of a list of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskLine {
    /// The task.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The audited unit.
    pub unit: String,
    /// Where it stands.
    pub state: String,
    /// The day by which it must be done, ISO 8601.
    pub due_on: Option<String>,
    /// Metering points in it.
    pub point_count: u32,
    /// Inspections that were begun for it here.
    pub inspection_count: u32,
}

/// Inspections, newest first.
pub fn inspections(
    connection: &Connection,
    after: Option<&After>,
    count: usize,
) -> Result<Vec<InspectionLine>, Error> {
    let (started_at_ms, id) = after.map_or((i64::MAX, ""), |after| (after.started_at_ms, after.id.as_str()));
    let lines = connection
        .prepare_cached(
            "SELECT id, task, point_no, point_name, point_kind, state, started_at_ms, answer_count, photo_count,
                 finding_count, doubt_count, conflict_count
             FROM inspection WHERE (started_at_ms, id) < (?1, ?2)
             ORDER BY started_at_ms DESC, id DESC LIMIT ?3",
        )?
        .query_map(params![started_at_ms, id, count as i64], inspection_line)?
        .collect::<Result<_, _>>()?;
    Ok(lines)
}

fn inspection_line(row: &Row<'_>) -> rusqlite::Result<InspectionLine> {
    Ok(InspectionLine {
        id: row.get(0)?,
        task: row.get(1)?,
        point_no: row.get(2)?,
        point_name: row.get(3)?,
        point_kind: row.get(4)?,
        state: row.get(5)?,
        started_at_ms: row.get(6)?,
        answer_count: row.get(7)?,
        photo_count: row.get(8)?,
        finding_count: row.get(9)?,
        doubt_count: row.get(10)?,
        conflict_count: row.get(11)?,
    })
}

/// Tasks, newest first.
pub fn tasks(connection: &Connection, count: usize) -> Result<Vec<TaskLine>, Error> {
    let lines = connection
        .prepare_cached(
            "SELECT id, title, unit, state, due_on, point_count,
                 (SELECT count(*) FROM inspection WHERE inspection.task = task.id)
             FROM task ORDER BY created_at_ms DESC, id DESC LIMIT ?1",
        )?
        .query_map([count as i64], |row| {
            Ok(TaskLine {
                id: row.get(0)?,
                title: row.get(1)?,
                unit: row.get(2)?,
                state: row.get(3)?,
                due_on: row.get(4)?,
                point_count: row.get(5)?,
                inspection_count: row.get(6)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(lines)
}

/// A conflict: kind and id of the document, section, key, and the candidates as JSON.
pub type ConflictRow = (String, String, String, String, String);

/// The documents that have conflicts: kind, id, section, key and the candidates as JSON.
pub fn conflicts(connection: &Connection) -> Result<Vec<ConflictRow>, Error> {
    let rows = connection
        .prepare_cached(
            "SELECT kind, id, section, key, candidates FROM conflict ORDER BY kind, id, section, key",
        )?
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// How many conflicts there are.
pub fn conflict_count(connection: &Connection) -> Result<u64, Error> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM conflict")?
        .query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}
