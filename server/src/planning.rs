//! Making work packages: a task document with the reference data that an inspector needs where there is no network.

use ed25519_dalek::SigningKey;
use jicha_domain::id::{MeteringPointNo, TaskId};
use jicha_domain::task::{PointReason, Task, TaskAbout, TaskPoint};
use jicha_record::task;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use crate::auth::token::new_uuid;
use crate::author::web_author;
use crate::ledger;
use crate::problem::{Code, Problem};
use crate::sync;

/// The monthly readings that go along: a year and the month before.
const READINGS_BEFORE: u32 = 13;
/// The metering points that one task may have. A document is bounded, and so is a day.
pub const POINTS_MAX: usize = 120;

/// Makes a task of metering points of the ledger, signed for the planner, and announces it to its assignees.
pub fn make_task(
    transaction: &Transaction<'_>,
    server_key: &SigningKey,
    now: Timestamp,
    about: TaskAbout,
    points: &[MeteringPointNo],
    reason: PointReason,
) -> Result<TaskId, Problem> {
    if points.is_empty() || points.len() > POINTS_MAX {
        let detail = format!("A task has 1 to {POINTS_MAX} metering points.");
        return Err(Problem::new(Code::Invalid).at("points").detail(detail));
    }
    let planner = about.created_by;
    let mut package = Task::new(about);
    for (order, no) in (1..).zip(points) {
        package
            .points
            .insert(no.clone(), task_point(transaction, no, order, reason)?);
    }
    let author = web_author(transaction, server_key, planner, now)?;
    let id = TaskId::new(new_uuid(now));
    let (document, changes) = task::begin(id, author.actor, now, &package)?;
    let head = changes
        .last()
        .map(jicha_record::Change::hash)
        .unwrap_or(jicha_record::ChangeHash([0; 32]));
    let by = author.signs(document.id(), head);
    sync::append_own(transaction, &document, &changes, &by)?;
    Ok(id)
}

fn task_point(
    sql: &Connection,
    no: &MeteringPointNo,
    order: u32,
    reason: PointReason,
) -> Result<TaskPoint, Problem> {
    let unknown = || {
        Problem::new(Code::Invalid)
            .at("points")
            .detail(format!("The ledger has no metering point {no}."))
    };
    let point = ledger::get_point(sql, no)?.ok_or_else(unknown)?;
    let customer = match &point.customer_no {
        Some(customer) => ledger::get_customer(sql, customer)?.map(|customer| customer.thinned()),
        None => None,
    };
    let mut previous = ledger::list_previous_readings(sql, no, READINGS_BEFORE)?;
    previous.reverse();
    Ok(TaskPoint {
        point,
        customer,
        previous,
        previous_photo: None,
        order,
        reason: Some(reason),
        reason_note: None,
    })
}
