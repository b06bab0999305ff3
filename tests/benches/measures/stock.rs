//! A bureau with many documents, most of them copies of a few real ones under other ids.

use jicha_domain::id::InspectionId;
use jicha_record::{Actor, Change, Document, DocumentId, DocumentKind};
use jicha_store::log::{self, Addition};
use jicha_store::migration::{DEVICE, LOG_AND_PROJECTIONS};
use jicha_store::{open_writer, outbox};
use jicha_tests::Phone;
use uuid::Uuid;

use crate::bureau::Bureau;
use crate::documents;

/// Inspections that are made in the ordinary way, to be copied.
const TEMPLATES: usize = 20;

/// A bureau whose first phone and whose server hold so many inspections.
pub async fn with(count: usize) -> (Bureau, Vec<InspectionId>) {
    let mut bureau = Bureau::of(TEMPLATES.min(count)).await;
    let ids = bureau.inspect_all();
    let phone = &bureau.phones[0];
    let templates = documents::changes_of(phone, &ids);
    copy(phone, &templates, count - ids.len());
    phone.sync().await;
    assert_eq!(phone.waiting(), 0, "everything is on the server");
    let lines = phone.device.list_inspections(None, count + 1).expect("a list");
    assert_eq!(lines.len(), count);
    (bureau, ids)
}

/// Writes copies into a phone's log, rows and outbox, as its own commands would.
fn copy(phone: &Phone, templates: &[Vec<Change>], count: usize) {
    const PER_TRANSACTION: usize = 500;
    let mut sql = open_writer(&phone.database(), &[LOG_AND_PROJECTIONS, DEVICE]).expect("the database opens");
    let mut left: Vec<usize> = (0..count).collect();
    while !left.is_empty() {
        let transaction = sql.transaction().expect("a transaction");
        for at in left.drain(..left.len().min(PER_TRANSACTION)) {
            let template = &templates[at % templates.len()];
            let id = DocumentId::new(DocumentKind::Inspection, spread(at));
            let changes: Vec<Change> = template
                .iter()
                .map(|change| Change::parse(id, change.bytes()).expect("it was stored before"))
                .collect();
            let bytes = changes.iter().map(Change::bytes);
            let document = Document::load(id, Actor::SCHEMA, None, bytes).expect("it can be loaded");
            let stored = log::read(&transaction, id).expect("it can be read");
            let addition = Addition {
                document: &document,
                content: None,
                changes: &changes,
                attestations: &[],
            };
            let appended = log::append(&transaction, &stored, addition).expect("it can be stored");
            outbox::push(&transaction, appended.document, &appended.sequences).expect("it can wait");
        }
        transaction.commit().expect("it is committed");
    }
}

/// Ids in the order of time, as devices make them.
fn spread(at: usize) -> Uuid {
    let mixed = (at as u128 + 1)
        .wrapping_mul(0xda94_2042_e4dd_58b5_9e37_79b9_7f4a_7c15)
        .to_be_bytes();
    let random: [u8; 10] = mixed[6..].try_into().expect("sixteen bytes less six are ten");
    uuid::Builder::from_unix_timestamp_millis(1_402_621_200_000 + at as u64 * 60_000, &random).into_uuid()
}
