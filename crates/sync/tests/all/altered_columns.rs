//! Frames whose checksum is right and whose columns are not: written by a newer version, by a faulty one, or by
//! somebody who means harm.

use jicha_record::Change;
use jicha_sync::{DocumentName, Limits, ProtocolError, ServerEvent, ServerSession};
use proptest::prelude::*;

use crate::damage::{frame, opening};
use crate::history::{chain, portion};
use crate::round_trip::request;

/// The two sections of the first frame of changes in a request, unpacked.
fn sections(request: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let begin = opening().len();
    let length = u32::from_le_bytes(request[begin..begin + 4].try_into().unwrap()) as usize;
    let payload = &request[begin + 8..begin + 8 + length];
    let stored_length = u32::from_le_bytes(payload[6..10].try_into().unwrap()) as usize;
    let (stored, packed) = payload[10..].split_at(stored_length);
    let mut columns = Vec::new();
    // The stream is only flushed and never ended, of which the reader complains after it gave everything.
    zstd::stream::copy_decode(packed, &mut columns).ok();
    (stored.to_vec(), columns)
}

/// A request of one frame of changes with these sections.
fn request_of(stored: &[u8], columns: &[u8]) -> Vec<u8> {
    let mut content = (stored.len() as u32).to_le_bytes().to_vec();
    content.extend(stored);
    content.extend(zstd::bulk::compress(columns, 1).unwrap());
    let mut bytes = opening();
    bytes.extend(frame(2, 2, columns.len() as u32, &content));
    bytes
}

fn read(bytes: &[u8]) -> Result<Vec<ServerEvent>, ProtocolError> {
    let mut server = ServerSession::new(Limits::default());
    let mut events = server.receive(bytes)?;
    events.extend(server.receive(&[])?);
    Ok(events)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_altered_byte_is_survived(
        seed in 0_u64..64, at: prop::sample::Index, value: u8, in_columns: bool,
    ) {
        let whole = request(&[portion(seed), portion(seed + 1)], &Limits::default());
        let (mut stored, mut columns) = sections(&whole);
        let altered = if in_columns || stored.is_empty() { &mut columns } else { &mut stored };
        let at = at.index(altered.len());
        altered[at] = value;
        drop(read(&request_of(&stored, &columns)));
    }
}

#[test]
fn a_change_that_record_refuses_does_not_spoil_its_frame() {
    let sent = chain(3, 3);
    let (stored, columns) = sections(&request(std::slice::from_ref(&sent), &Limits::default()));
    let mut seen = 0;
    for at in 0..columns.len() {
        let mut altered = columns.clone();
        altered[at] ^= 0x7f;
        let Ok(events) = read(&request_of(&stored, &altered)) else {
            continue;
        };
        let ServerEvent::Changes { documents, .. } = &events[1] else {
            panic!("{events:?}")
        };
        let [document] = documents.as_slice() else {
            continue;
        };
        assert_eq!(document.changes.len() + document.malformed.len(), 3);
        for malformed in &document.malformed {
            assert!(malformed.hash.is_some());
            assert_eq!(
                Change::parse(document.document, &malformed.bytes),
                Err(malformed.error.clone())
            );
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_document_of_an_unknown_kind_is_handed_out_unread() {
    // given two documents, the second of a kind that only a newer version knows
    let (one, two) = (chain(1, 2), chain(2, 2));
    let (stored, mut columns) = sections(&request(&[one.clone(), two.clone()], &Limits::default()));
    assert_eq!(
        columns[..6],
        [2, 0, 0, 2, 1, 1],
        "position, devices, hashes, length and bytes of the kinds"
    );
    columns[5] = 77;

    // when the frame is read
    let events = read(&request_of(&stored, &columns)).unwrap();

    // then the known one is there and the other waits, byte for byte
    let ServerEvent::Changes {
        documents, unknown, ..
    } = &events[1]
    else {
        panic!("{events:?}")
    };
    assert_eq!(documents[0].changes, one.changes);
    assert_eq!(
        unknown[0].document,
        DocumentName {
            kind: 77,
            id: two.document.id
        }
    );
    assert_eq!(unknown[0].document.known(), None);
    assert_eq!(unknown[0].attestations, two.attestations);
    let sent: Vec<_> = two
        .changes
        .iter()
        .map(|change| (change.hash(), change.bytes().to_vec()))
        .collect();
    assert_eq!(unknown[0].changes, sent);
}
