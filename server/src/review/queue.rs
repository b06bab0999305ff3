//! Keeping the queue. What a person does on a page is in the queue at once, in the same transaction. What a phone's sync
//! brought is only noted as due ([`due`]), so that the phone need not wait for it, and follows in [`super::follow()`].

use super::draw::Draw;
use super::item::{self, Item};
use super::{Flags, State, units};
use jicha_domain::id::PhotoHash;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeMap, BTreeSet};

/// Brings the items of an inspection up to date, and those of the inspections whose photos look like its own.
pub fn keep(transaction: &Connection, inspection: &str) -> rusqlite::Result<()> {
    keep_all(transaction, std::slice::from_ref(&inspection.to_owned()))
}

fn keep_all(transaction: &Connection, inspections: &[String]) -> rusqlite::Result<()> {
    let draw = Draw::load(transaction)?;
    let mut concerned = BTreeSet::new();
    for inspection in inspections {
        for hash in keep_one(transaction, &draw, inspection)? {
            concerned.extend(item::others(transaction, inspection, &hash)?);
        }
    }
    for other in concerned {
        keep_one(transaction, &draw, &other)?;
    }
    Ok(())
}

/// Notes that an inspection's items have to be brought up to date, in the transaction that changed it.
pub fn due(transaction: &Connection, inspection: &str) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT OR IGNORE INTO review_due (inspection) VALUES (?1)")?
        .execute([inspection])?;
    Ok(())
}

/// Whether any inspection is due.
pub fn is_behind(sql: &Connection) -> rusqlite::Result<bool> {
    sql.prepare_cached("SELECT EXISTS (SELECT 1 FROM review_due)")?
        .query_row([], |row| row.get(0))
}

/// Brings up to `most` due inspections up to date; answers with how many there were.
pub fn catch_up(transaction: &Connection, most: usize) -> rusqlite::Result<usize> {
    let inspections: Vec<String> = transaction
        .prepare_cached("SELECT inspection FROM review_due LIMIT ?1")?
        .query_map([most as i64], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    keep_all(transaction, &inspections)?;
    for inspection in &inspections {
        transaction
            .prepare_cached("DELETE FROM review_due WHERE inspection = ?1")?
            .execute([inspection])?;
    }
    Ok(inspections.len())
}

/// Brings up to date what depends on a photo of which something arrived, was refused, or was worked out.
pub fn photo_changed(transaction: &Connection, hash: PhotoHash) -> rusqlite::Result<()> {
    let draw = Draw::load(transaction)?;
    let concerned: BTreeSet<String> = item::others(transaction, "", &hash.to_string())?
        .into_iter()
        .collect();
    for inspection in concerned {
        keep_one(transaction, &draw, &inspection)?;
    }
    Ok(())
}

/// Brings one inspection up to date; answers with the photos that came or went.
fn keep_one(transaction: &Connection, draw: &Draw, inspection: &str) -> rusqlite::Result<Vec<String>> {
    let mut stored = stored(transaction, inspection)?;
    let mut moved = Vec::new();
    let mut above: Option<(String, Vec<String>)> = None;
    for wanted in item::items_of(transaction, draw, inspection)? {
        let before = stored.remove(&wanted.hash);
        if before.as_ref().is_some_and(|(_, item)| *item == wanted) {
            continue;
        }
        if above.as_ref().is_none_or(|(unit, _)| *unit != wanted.unit) {
            above = Some((wanted.unit.clone(), units::above(transaction, &wanted.unit)?));
        }
        let line = above
            .as_ref()
            .map(|(_, line)| line.as_slice())
            .unwrap_or_default();
        match before {
            Some((number, old)) => {
                take_out(transaction, number, &old)?;
                write(transaction, Some(number), &wanted)?;
                put_in(transaction, number, &wanted, line)?;
            }
            None => {
                let number = write(transaction, None, &wanted)?;
                put_in(transaction, number, &wanted, line)?;
                moved.push(wanted.hash);
            }
        }
    }
    for (hash, (number, old)) in stored {
        take_out(transaction, number, &old)?;
        transaction
            .prepare_cached("DELETE FROM review_item WHERE number = ?1")?
            .execute([number])?;
        moved.push(hash);
    }
    Ok(moved)
}

/// The columns of `review_item` after its number.
pub(super) const COLUMNS: &str =
    "inspection, hash, unit, specialty, task, inspector, shows, at_ms, place, state, flags,
    decided_by, decided_at_ms, drawn, second_by";

fn item_of(row: &Row<'_>) -> rusqlite::Result<(i64, Item)> {
    Ok((row.get(0)?, read_item(row, 1)?))
}

/// The item whose columns ([`COLUMNS`]) begin at `first`.
pub(super) fn read_item(row: &Row<'_>, first: usize) -> rusqlite::Result<Item> {
    Ok(Item {
        inspection: row.get(first)?,
        hash: row.get(first + 1)?,
        unit: row.get(first + 2)?,
        specialty: row.get(first + 3)?,
        task: row.get(first + 4)?,
        inspector: row.get(first + 5)?,
        shows: row.get(first + 6)?,
        at_ms: row.get(first + 7)?,
        place: row.get(first + 8)?,
        state: State::from_word(&row.get::<_, String>(first + 9)?).unwrap_or(State::Waiting),
        flags: Flags(row.get(first + 10)?),
        decided_by: row.get(first + 11)?,
        decided_at_ms: row.get(first + 12)?,
        drawn: row.get(first + 13)?,
        second_by: row.get(first + 14)?,
    })
}

fn stored(sql: &Connection, inspection: &str) -> rusqlite::Result<BTreeMap<String, (i64, Item)>> {
    let mut statement = sql.prepare_cached(&format!(
        "SELECT number, {COLUMNS} FROM review_item WHERE inspection = ?1"
    ))?;
    let rows = statement.query_map([inspection], item_of)?;
    rows.map(|row| row.map(|(number, item)| (item.hash.clone(), (number, item))))
        .collect()
}

/// One item, if it is in the queue.
pub fn find(sql: &Connection, inspection: &str, hash: &str) -> rusqlite::Result<Option<Item>> {
    sql.prepare_cached(&format!(
        "SELECT number, {COLUMNS} FROM review_item WHERE inspection = ?1 AND hash = ?2"
    ))?
    .query_row([inspection, hash], item_of)
    .optional()
    .map(|found| found.map(|(_, item)| item))
}

/// Every item of an inspection, in the order of the shot list.
pub fn items_of_inspection(sql: &Connection, inspection: &str) -> rusqlite::Result<Vec<Item>> {
    let mut items: Vec<(i64, Item)> = stored(sql, inspection)?.into_values().collect();
    items.sort_by_key(|(number, item)| (item.place, *number));
    Ok(items.into_iter().map(|(_, item)| item).collect())
}

fn write(transaction: &Connection, number: Option<i64>, item: &Item) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached(
            "INSERT INTO review_item (number, inspection, hash, unit, specialty, task, inspector, shows, at_ms, place,
                 state, flags, decided_by, decided_at_ms, drawn, second_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (number) DO UPDATE SET unit = ?4, specialty = ?5, task = ?6, inspector = ?7, shows = ?8,
                 at_ms = ?9, place = ?10, state = ?11, flags = ?12, decided_by = ?13, decided_at_ms = ?14, drawn = ?15,
                 second_by = ?16",
        )?
        .execute(params![
            number,
            item.inspection,
            item.hash,
            item.unit,
            item.specialty,
            item.task,
            item.inspector,
            item.shows,
            item.at_ms,
            item.place,
            item.state.as_str(),
            item.flags.0,
            item.decided_by,
            item.decided_at_ms,
            item.drawn,
            item.second_by,
        ])?;
    Ok(number.unwrap_or_else(|| transaction.last_insert_rowid()))
}

/// The rows of the queue in which an item stands: its state, and once more while it awaits its second review.
fn queues(item: &Item) -> impl Iterator<Item = (&'static str, &str)> {
    let second = item
        .state
        .second_queue()
        .filter(|_| item.awaits_second())
        .map(|queue| (queue, item.decided_by.as_deref().unwrap_or_default()));
    [(item.state.as_str(), "")].into_iter().chain(second)
}

fn put_in(transaction: &Connection, number: i64, item: &Item, above: &[String]) -> rusqlite::Result<()> {
    let mut row = transaction.prepare_cached(
        "INSERT INTO review_queue (unit, state, at_ms, place, item) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut count = transaction.prepare_cached(
        "INSERT INTO review_count (unit, state, decided_by, items) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT (unit, state, decided_by) DO UPDATE SET items = items + 1",
    )?;
    for (queue, decided_by) in queues(item) {
        for unit in above {
            row.execute(params![unit, queue, item.at_ms, item.place, number])?;
            count.execute(params![unit, queue, decided_by])?;
        }
    }
    Ok(())
}

/// Takes an item out where it stands; the units are those of its rows, whatever the organisation looks like by now.
fn take_out(transaction: &Connection, number: i64, old: &Item) -> rusqlite::Result<()> {
    let rows: Vec<(String, String)> = transaction
        .prepare_cached("SELECT unit, state FROM review_queue WHERE item = ?1")?
        .query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut less = transaction.prepare_cached(
        "UPDATE review_count SET items = items - 1 WHERE unit = ?1 AND state = ?2 AND decided_by = ?3",
    )?;
    let mut none_left = transaction.prepare_cached(
        "DELETE FROM review_count WHERE unit = ?1 AND state = ?2 AND decided_by = ?3 AND items <= 0",
    )?;
    for (unit, queue) in &rows {
        let decided_by = if queue.starts_with("second_") {
            old.decided_by.as_deref().unwrap_or_default()
        } else {
            ""
        };
        less.execute(params![unit, queue, decided_by])?;
        none_left.execute(params![unit, queue, decided_by])?;
    }
    transaction
        .prepare_cached("DELETE FROM review_queue WHERE item = ?1")?
        .execute([number])?;
    Ok(())
}

/// Makes the whole queue anew from inspections, reviews and photos. Answers with how many rows differed from before.
pub fn remake(transaction: &Connection) -> rusqlite::Result<u64> {
    const VIEWS: [&str; 3] = [
        "SELECT inspection, hash, unit, specialty, task, inspector, shows, at_ms, place, state, flags, decided_by,
             decided_at_ms, drawn, second_by FROM review_item",
        "SELECT review_queue.unit, review_queue.state, review_queue.at_ms, review_queue.place, review_item.inspection,
             review_item.hash FROM review_queue JOIN review_item ON review_item.number = review_queue.item",
        "SELECT unit, state, decided_by, items FROM review_count",
    ];
    for (number, view) in VIEWS.iter().enumerate() {
        transaction.execute_batch(&format!(
            "DROP TABLE IF EXISTS temp.review_before_{number};
             CREATE TEMP TABLE review_before_{number} AS {view};"
        ))?;
    }
    transaction
        .execute_batch("DELETE FROM review_due; DELETE FROM review_queue; DELETE FROM review_count; DELETE FROM review_item;")?;
    let draw = Draw::load(transaction)?;
    let inspections: Vec<String> = transaction
        .prepare("SELECT DISTINCT inspection FROM inspection_photo ORDER BY inspection")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for inspection in &inspections {
        keep_one(transaction, &draw, inspection)?;
    }
    let mut differing = 0;
    for (number, view) in VIEWS.iter().enumerate() {
        let before = format!("SELECT * FROM temp.review_before_{number}");
        let rows: i64 = transaction.query_row(
            &format!(
                "SELECT (SELECT count(*) FROM ({view} EXCEPT {before}))
                      + (SELECT count(*) FROM ({before} EXCEPT {view}))"
            ),
            [],
            |row| row.get(0),
        )?;
        differing += rows.unsigned_abs();
        transaction.execute_batch(&format!("DROP TABLE temp.review_before_{number}"))?;
    }
    Ok(differing)
}

/// Puts every item under the units above it anew, after the organisation has changed.
pub fn regroup(transaction: &Connection) -> rusqlite::Result<()> {
    transaction.execute_batch("DELETE FROM review_queue; DELETE FROM review_count;")?;
    let items: Vec<(i64, Item)> = transaction
        .prepare(&format!(
            "SELECT number, {COLUMNS} FROM review_item ORDER BY unit"
        ))?
        .query_map([], item_of)?
        .collect::<Result<_, _>>()?;
    let mut above: (String, Vec<String>) = Default::default();
    for (number, item) in &items {
        if above.0 != item.unit {
            above = (item.unit.clone(), units::above(transaction, &item.unit)?);
        }
        put_in(transaction, *number, item, &above.1)?;
    }
    Ok(())
}
