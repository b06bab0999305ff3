//! The changes of inspections as they are stored on a phone.

use jicha_domain::id::InspectionId;
use jicha_record::{Change, inspection};
use jicha_store::{log, open_reader};
use jicha_tests::Phone;

/// The changes of each inspection, in the order in which they were made.
pub fn changes_of(phone: &Phone, ids: &[InspectionId]) -> Vec<Vec<Change>> {
    let sql = open_reader(&phone.database()).expect("the database opens");
    let of_one = |id: &InspectionId| {
        let document = inspection::document_id(*id);
        let number = log::read(&sql, document)
            .expect("it can be read")
            .number
            .expect("it is stored");
        log::changes_between(&sql, document, number, 0, i64::MAX).expect("the changes can be read")
    };
    ids.iter().map(of_one).collect()
}

/// The changes of each inspection one after the other, as Automerge loads them.
pub fn bytes_of(documents: &[Vec<Change>]) -> Vec<Vec<u8>> {
    documents
        .iter()
        .map(|changes| {
            changes
                .iter()
                .flat_map(|change| change.bytes())
                .copied()
                .collect()
        })
        .collect()
}

/// What the inspections say, as JSON, one in each line.
pub fn json_lines(phone: &Phone, ids: &[InspectionId]) -> String {
    let line = |id: &InspectionId| {
        let (inspection, _) = phone.device.load_inspection(*id).expect("it is here");
        serde_json::to_string(&inspection).expect("an inspection can be written as JSON") + "\n"
    };
    ids.iter().map(line).collect()
}
