//! The first sync of many inspections, and the sync of an ordinary day.

use automerge::Automerge;
use automerge::sync::{State, SyncDoc};
use jicha_device::SyncReport;
use jicha_device::ports::Request;
use jicha_domain::id::InspectionId;

use crate::bureau::{Bureau, Recorder};
use crate::table::{Table, bytes, count_of};
use crate::{documents, inspector};

/// Inspections that an inspector goes over again on a day.
const DAY: usize = 40;

/// Syncs all inspections up from one phone and down to the other. Gives the request, to be played again.
pub async fn measure(bureau: &mut Bureau, ids: &[InspectionId], table: &mut Table) -> Vec<Request> {
    let phone = &bureau.phones[0];
    tell_content(bureau, ids, table);
    let json = documents::json_lines(phone, ids);
    let packed = zstd::bulk::compress(json.as_bytes(), 19)
        .expect("text can be compressed")
        .len() as u64;
    let beside = format!(
        "JSON lines {}, with zstd 19 {}",
        bytes(json.len() as u64),
        bytes(packed)
    );

    let recorder = Recorder::of(phone);
    let up = recorder.sync().await;
    assert_eq!(phone.waiting(), 0, "everything is on the server");
    tell(table, "first sync, phone to server", &up, packed, &beside);
    let requests = recorder.requests.into_inner().expect("no panic under this lock");

    let down = bureau.phones[1].sync().await;
    let arrived = bureau.phones[1]
        .device
        .list_inspections(None, ids.len() + 1)
        .expect("a list");
    assert_eq!(arrived.len(), ids.len(), "everything is on the other phone");
    tell(
        table,
        "first sync, server to another phone",
        &down,
        packed,
        &beside,
    );

    let documents = documents::bytes_of(&documents::changes_of(phone, ids));
    let (messages, size) = automerge_sync(&documents);
    let value = format!("{} in {} messages", bytes(size), count_of(messages));
    table.note(
        "the same by Automerge's own protocol",
        value,
        beside,
        Some(size as f64 / packed as f64),
    );
    day(bureau, ids, table).await;
    requests
}

fn tell_content(bureau: &Bureau, ids: &[InspectionId], table: &mut Table) {
    let phone = &bureau.phones[0];
    let documents = documents::changes_of(phone, ids);
    let changes: usize = documents.iter().map(Vec::len).sum();
    let operations: u64 = documents
        .iter()
        .flatten()
        .map(jicha_record::Change::operations)
        .sum();
    let raw: usize = documents
        .iter()
        .flatten()
        .map(|change| change.bytes().len())
        .sum();
    let (inspection, _) = phone.device.load_inspection(ids[0]).expect("it is here");
    let (fields, answers, photos) = inspector::sizes(&inspection);
    let count = ids.len() as f64;
    let value = format!(
        "{} inspections, each {fields} fields, {answers} answers, {photos} photos; {:.1} changes, {:.0} operations, \
         {:.0} B of changes on average",
        count_of(ids.len() as u64),
        changes as f64 / count,
        operations as f64 / count,
        raw as f64 / count,
    );
    table.note("what is synced", value, String::new(), None);
}

fn tell(table: &mut Table, measure: &str, report: &SyncReport, packed: u64, beside: &str) {
    let trips = report.rounds;
    table.kept(
        &format!("{measure}: round trips"),
        trips.to_string(),
        "≤ 2",
        trips <= 2,
    );
    let whole = report.bytes_sent + report.bytes_received;
    let value = format!(
        "{} (request {}, response {})",
        bytes(whole),
        bytes(report.bytes_sent),
        bytes(report.bytes_received)
    );
    let ratio = whole as f64 / packed as f64;
    table.ratio_at_most(
        &format!("{measure}: bytes"),
        value,
        beside.to_owned(),
        ratio,
        (2.0, "≤ 2"),
    );
}

async fn day(bureau: &mut Bureau, ids: &[InspectionId], table: &mut Table) {
    bureau.clock.pass_minutes(24 * 60);
    let phone = &bureau.phones[0];
    for id in ids.iter().take(DAY) {
        inspector::correct(&phone.device, &bureau.clock, &mut bureau.dice, *id);
    }
    let edited = ids.len().min(DAY);
    let waiting = phone.waiting();
    let report = phone.sync().await;
    assert_eq!(phone.waiting(), 0);
    let measure = format!("a day of {edited} edited inspections ({waiting} changes)");
    table.kept(
        &format!("{measure}: round trips"),
        report.rounds.to_string(),
        "1",
        report.rounds == 1,
    );
    let whole = report.bytes_sent + report.bytes_received;
    let value = format!(
        "{} (request {}, response {})",
        bytes(whole),
        bytes(report.bytes_sent),
        bytes(report.bytes_received)
    );
    table.note(&format!("{measure}: bytes"), value, String::new(), None);
}

/// Syncs each document to an empty one by Automerge's own protocol; the messages and their bytes.
fn automerge_sync(documents: &[Vec<u8>]) -> (u64, u64) {
    let (mut messages, mut size) = (0, 0);
    for bytes in documents {
        let mut here = Automerge::new();
        here.load_incremental(bytes).expect("the changes load");
        let mut there = Automerge::new();
        let (mut of_here, mut of_there) = (State::new(), State::new());
        loop {
            let out = here.generate_sync_message(&mut of_here);
            let silent = out.is_none();
            if let Some(message) = out {
                (messages, size) = (messages + 1, size + message.clone().encode().len() as u64);
                there
                    .receive_sync_message(&mut of_there, message)
                    .expect("the message is whole");
            }
            let back = there.generate_sync_message(&mut of_there);
            if silent && back.is_none() {
                break;
            }
            if let Some(message) = back {
                (messages, size) = (messages + 1, size + message.clone().encode().len() as u64);
                here.receive_sync_message(&mut of_here, message)
                    .expect("the message is whole");
            }
        }
        assert_eq!(here.get_heads(), there.get_heads());
    }
    (messages, size)
}
