//! Rows of tasks.

use jicha_record::{Content, DocumentId};
use rusqlite::{Transaction, params};

use crate::Error;

pub(super) const DELETE: &[&str] = &[
    "DELETE FROM task WHERE id = ?1",
    "DELETE FROM task_assignee WHERE task = ?1",
    "DELETE FROM task_point WHERE task = ?1",
];

pub(super) fn project(transaction: &Transaction<'_>, id: DocumentId, content: Content) -> Result<(), Error> {
    let (task, _) = jicha_record::task::read(id, content)?;
    let key = id.id.to_string();
    transaction
        .prepare_cached(
            "INSERT INTO task (id, unit, title, dimension, specialty, state, due_on, created_by, created_at_ms,
                 point_count)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            key,
            task.about.unit.as_str(),
            task.about.title,
            task.about.dimension.as_str(),
            task.about.specialty.as_str(),
            task.state.as_str(),
            task.about.due_on.map(|date| date.to_string()),
            task.about.created_by.to_string(),
            task.about.created_at.as_millisecond(),
            task.points.len() as i64,
        ])?;
    let mut insert =
        transaction.prepare_cached("INSERT OR IGNORE INTO task_assignee (task, person) VALUES (?1, ?2)")?;
    for person in &task.about.assignees {
        insert.execute(params![key, person.to_string()])?;
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO task_point (task, point_no, place_in_route, point_name, point_kind, asset_no, latitude_deg,
             longitude_deg)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (no, point) in &task.points {
        let position = point.point.position.as_ref();
        insert.execute(params![
            key,
            no.as_str(),
            point.order,
            point.point.name,
            point.point.kind.as_str(),
            point.point.nameplate.asset_no.as_str(),
            position.map(|position| position.latitude_deg()),
            position.map(|position| position.longitude_deg()),
        ])?;
    }
    Ok(())
}
