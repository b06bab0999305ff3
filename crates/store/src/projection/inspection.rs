//! Rows of inspections.

use jicha_domain::inspection::Inspection;
use jicha_domain::signature::SignatureRole;
use jicha_record::{Content, DocumentId};
use rusqlite::{Transaction, params};

use super::finding;
use crate::Error;

pub(super) const DELETE: &[&str] = &[
    "DELETE FROM inspection WHERE id = ?1",
    "DELETE FROM inspection_register WHERE inspection = ?1",
    "DELETE FROM inspection_answer WHERE inspection = ?1",
    "DELETE FROM inspection_finding WHERE inspection = ?1",
    "DELETE FROM inspection_photo WHERE inspection = ?1",
    "DELETE FROM inspection_missing_shot WHERE inspection = ?1",
];

const INSERT_FINDING: &str = "INSERT INTO inspection_finding
    (inspection, finding, title, category, severity, found_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

pub(super) fn project(
    transaction: &Transaction<'_>,
    id: DocumentId,
    content: Content,
    conflict_count: usize,
) -> Result<(), Error> {
    let schema_version = content.schema_version();
    let (inspection, rest) = jicha_record::inspection::read(id, content)?;
    let key = id.id.to_string();
    let counts = Counts {
        conflicts: conflict_count,
        unread: rest.unread().len(),
        schema_version,
    };
    insert_inspection(transaction, &key, &inspection, &counts)?;
    insert_registers(transaction, &key, &inspection)?;
    insert_answers(transaction, &key, &inspection)?;
    finding::insert(transaction, INSERT_FINDING, &key, &inspection.findings)?;
    insert_photos(transaction, &key, &inspection)?;
    insert_missing_shots(transaction, &key, &inspection)
}

struct Counts {
    conflicts: usize,
    unread: usize,
    schema_version: u64,
}

fn insert_inspection(
    transaction: &Transaction<'_>,
    key: &str,
    inspection: &Inspection,
    counts: &Counts,
) -> Result<(), Error> {
    let about = &inspection.about;
    let place = inspection.place.as_ref();
    let signature = inspection.signatures.get(&SignatureRole::Inspector);
    let doubts: usize = inspection
        .registers
        .values()
        .map(|reading| reading.doubts.len())
        .sum();
    transaction
        .prepare_cached(
            "INSERT INTO inspection (id, unit, task, dimension, specialty, inspector, device, point_no, point_name,
                 point_kind, asset_no, customer_no, checklist, state, shared_with_unit, started_at_ms, arrived_at_ms,
                 finished_at_ms, signed_at_ms, latitude_deg, longitude_deg, accuracy_m, answer_count, photo_count,
                 finding_count, doubt_count, conflict_count, unread_count, schema_version, note)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)",
        )?
        .execute(params![
            key,
            about.unit.as_str(),
            about.task.map(|task| task.to_string()),
            about.dimension.as_str(),
            about.specialty.as_str(),
            about.inspector.to_string(),
            about.device.to_string(),
            about.point.no.as_str(),
            about.point.name,
            about.point.kind.as_str(),
            about.point.nameplate.asset_no.as_str(),
            about.point.customer_no.as_ref().map(|customer| customer.to_string()),
            about.checklist.to_string(),
            inspection.state().as_str(),
            about.shared_with_unit,
            about.started_at.as_millisecond(),
            inspection.arrived_at.map(|at| at.as_millisecond()),
            inspection.finished_at.map(|at| at.as_millisecond()),
            signature.map(|signature| signature.signed_at.as_millisecond()),
            place.map(|place| place.latitude_deg()),
            place.map(|place| place.longitude_deg()),
            place.and_then(|place| place.accuracy_m),
            inspection.answers.len() as i64,
            inspection.photos.len() as i64,
            inspection.findings.len() as i64,
            doubts as i64,
            counts.conflicts as i64,
            counts.unread as i64,
            counts.schema_version as i64,
            inspection.note,
        ])?;
    Ok(())
}

fn insert_registers(transaction: &Transaction<'_>, key: &str, inspection: &Inspection) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO inspection_register (inspection, slot, obis, attempt, value, unit, read_at_ms, source, doubts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (slot, reading) in &inspection.registers {
        let doubts: Vec<&str> = reading.doubts.iter().map(|rule| rule.as_str()).collect();
        insert.execute(params![
            key,
            slot.to_string(),
            slot.obis.to_string(),
            slot.attempt,
            reading.value.to_string(),
            reading.unit.as_str(),
            reading.read_at.as_millisecond(),
            reading.source.as_str(),
            doubts.join(","),
        ])?;
    }
    Ok(())
}

fn insert_answers(transaction: &Transaction<'_>, key: &str, inspection: &Inspection) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO inspection_answer (inspection, item, result, value, unit, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (item, answer) in &inspection.answers {
        insert.execute(params![
            key,
            item.as_str(),
            answer.result.as_str(),
            answer.value,
            answer.unit.map(|unit| unit.as_str()),
            answer.note,
        ])?;
    }
    Ok(())
}

fn insert_photos(transaction: &Transaction<'_>, key: &str, inspection: &Inspection) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO inspection_photo (inspection, hash, media_type, size_bytes, shows, supports, taken_at_ms,
             received_at_ms, latitude_deg, longitude_deg, caption, doubts, perceptual_hash, replaces)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    for (hash, photo) in &inspection.photos {
        let place = photo.place();
        let doubts: Vec<&str> = photo.doubts.iter().map(|rule| rule.as_str()).collect();
        insert.execute(params![
            key,
            hash.to_string(),
            photo.media_type,
            photo.size_bytes as i64,
            photo.shows.as_str(),
            photo.supports,
            photo.taken_at.map(|at| at.as_millisecond()),
            photo.received_at.as_millisecond(),
            place.map(|place| place.latitude_deg()),
            place.map(|place| place.longitude_deg()),
            photo.caption,
            doubts.join(","),
            photo.perceptual_hash.map(|hash| hash.to_string()),
            photo.replaces.map(|hash| hash.to_string()),
        ])?;
    }
    Ok(())
}

fn insert_missing_shots(
    transaction: &Transaction<'_>,
    key: &str,
    inspection: &Inspection,
) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO inspection_missing_shot (inspection, shows, reason, words) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (shows, missing) in &inspection.missing_shots {
        insert.execute(params![
            key,
            shows.as_str(),
            missing.reason.as_str(),
            missing.words
        ])?;
    }
    Ok(())
}
