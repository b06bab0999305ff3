//! What goes in at one end comes out at the other, in whatever slices it travels.

use jicha_record::{Change, ChangeHash};
use jicha_sync::{
    Acknowledged, DeviceEvent, DeviceSession, DocumentChanges, DocumentHashes, Limits, Received,
    ReceivedDocument, RefusalReason, Refused, ServerEvent, ServerSession, Welcome,
};
use proptest::prelude::*;

use crate::history::{EPOCH, chain, hello, portion, read_request, through};

pub fn request(portions: &[DocumentChanges], limits: &Limits) -> Vec<u8> {
    let mut device = DeviceSession::new(limits.clone(), hello()).unwrap();
    let mut bytes = device.opening().unwrap();
    for (index, portion) in portions.iter().enumerate() {
        let pushed = device
            .push(portion.clone(), through(portion, index as u64 + 1))
            .unwrap();
        assert!(pushed.taken);
        bytes.extend(pushed.bytes);
    }
    bytes.extend(device.finish().unwrap());
    bytes
}

fn small_frames() -> Limits {
    Limits {
        frame_target_bytes: 300,
        ..Limits::default()
    }
}

fn received(events: &[ServerEvent]) -> Vec<ReceivedDocument> {
    let documents = events.iter().filter_map(|event| match event {
        ServerEvent::Changes { documents, .. } => Some(documents.clone()),
        _ => None,
    });
    documents.flatten().collect()
}

fn assert_same(sent: &[DocumentChanges], came: &[ReceivedDocument]) {
    assert_eq!(sent.len(), came.len());
    for (sent, came) in sent.iter().zip(came) {
        assert_eq!(sent.document, came.document);
        assert_eq!(sent.attestations, came.attestations);
        assert_eq!(came.malformed, []);
        let sent: Vec<&[u8]> = sent.changes.iter().map(Change::bytes).collect();
        let came: Vec<&[u8]> = came.changes.iter().map(Change::bytes).collect();
        assert_eq!(sent, came);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_change_arrives_byte_for_byte(seeds in prop::collection::vec(any::<u64>(), 0..12), small: bool) {
        let sent: Vec<DocumentChanges> = seeds.iter().map(|seed| portion(*seed)).collect();
        let limits = if small { small_frames() } else { Limits::default() };

        let events = read_request(&request(&sent, &limits), &limits).unwrap();

        assert_same(&sent, &received(&events));
        let last = events.iter().rev().find_map(|event| match event {
            ServerEvent::Changes { through, .. } => Some(*through),
            _ => None,
        });
        prop_assert_eq!(last, sent.last().map(|portion| through(portion, sent.len() as u64)));
    }

    #[test]
    fn the_slices_in_which_a_request_comes_do_not_matter(
        seeds in prop::collection::vec(any::<u64>(), 1..6),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let sent: Vec<DocumentChanges> = seeds.iter().map(|seed| portion(*seed)).collect();
        let bytes = request(&sent, &small_frames());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();

        let mut server = ServerSession::new(small_frames());
        let mut events = Vec::new();
        for pair in cuts.windows(2) {
            events.extend(server.receive(&bytes[pair[0]..pair[1]]).unwrap());
        }

        prop_assert_eq!(server.finished(), Ok(()));
        prop_assert_eq!(events, read_request(&bytes, &small_frames()).unwrap());
    }
}

#[test]
fn a_request_read_byte_by_byte_gives_the_same_events() {
    let bytes = request(&[portion(1), portion(2)], &Limits::default());
    let mut server = ServerSession::new(Limits::default());
    let events: Vec<ServerEvent> = bytes
        .chunks(1)
        .flat_map(|byte| server.receive(byte).unwrap())
        .collect();
    assert_eq!(events, read_request(&bytes, &Limits::default()).unwrap());
}

#[test]
fn a_whole_round_trip_brings_every_message_to_the_other_side() {
    // given a device that pushes in two frames and offers what it has
    let mut device = DeviceSession::new(Limits::default(), hello()).unwrap();
    let (one, two, theirs) = (chain(1, 3), chain(2, 2), portion(3));
    let mut request = device.opening().unwrap();
    assert!(device.push(one.clone(), through(&one, 3)).unwrap().taken);
    request.extend(device.flush());
    assert!(device.push(two.clone(), through(&two, 5)).unwrap().taken);
    let heads = vec![DocumentHashes {
        document: one.document,
        hashes: vec![one.changes[2].hash()],
    }];
    request.extend(device.offer_heads(&heads).unwrap());
    request.extend(device.finish().unwrap());

    // when the server answers each event
    let refused = Refused {
        document: two.document.into(),
        change: two.changes[0].hash(),
        reason: RefusalReason::NotAllowed,
        words: "该设备无权修改 this device may not write here".into(),
    };
    let missing = vec![DocumentHashes {
        document: two.document,
        hashes: vec![ChangeHash([3; 32])],
    }];
    let welcome = Welcome {
        protocol: 1,
        epoch: EPOCH,
        server_time_ms: 1_780_000_000_000,
        received: Some(Received {
            position: 2,
            last: one.changes[1].hash(),
        }),
    };
    let mut server = ServerSession::new(Limits::default());
    let mut response = Vec::new();
    let mut acknowledgements = Vec::new();
    for event in server.receive(&request).unwrap() {
        match event {
            ServerEvent::Hello(came) => {
                assert_eq!(came, hello());
                response.extend(server.welcome(&welcome).unwrap());
            }
            ServerEvent::Changes { frame, through, .. } => {
                let (refused, missing) = if frame == 1 {
                    (vec![refused.clone()], missing.clone())
                } else {
                    Default::default()
                };
                let acknowledged = Acknowledged {
                    frame,
                    through_position: through.position,
                    refused,
                    missing,
                };
                response.extend(server.acknowledged(&acknowledged).unwrap());
                acknowledgements.push(DeviceEvent::Acknowledged(acknowledged));
            }
            ServerEvent::Heads { documents } => assert_eq!(documents, heads),
            ServerEvent::End => {
                assert!(server.changes(theirs.clone(), 44).unwrap().taken);
                response.extend(server.flush().unwrap());
                response.extend(server.wanted(&heads).unwrap());
                response.extend(server.end(50, true).unwrap());
            }
        }
    }

    // then the device hears all of it
    let events = device.receive(&response).unwrap();
    device.finished().unwrap();
    assert_eq!(events.len(), 6);
    assert_eq!(events[0], DeviceEvent::Welcome(welcome));
    assert_eq!(events[1..3], acknowledgements);
    let DeviceEvent::Changes {
        cursor: 44,
        documents,
        ..
    } = &events[3]
    else {
        panic!("{:?}", events[3])
    };
    assert_same(&[theirs], documents);
    assert_eq!(events[4], DeviceEvent::Wanted { documents: heads });
    assert_eq!(
        events[5],
        DeviceEvent::End {
            cursor: 50,
            more: true
        }
    );
}

#[test]
fn lists_of_any_length_travel_in_several_frames() {
    let heads: Vec<DocumentHashes> = (0..1_500)
        .map(|n| {
            let id = uuid::Uuid::from_u128(n);
            let document = jicha_record::DocumentId::new(jicha_record::DocumentKind::Task, id);
            DocumentHashes {
                document,
                hashes: vec![ChangeHash([n as u8; 32])],
            }
        })
        .collect();
    let mut device = DeviceSession::new(Limits::default(), hello()).unwrap();
    let mut request = device.opening().unwrap();
    request.extend(device.offer_heads(&heads).unwrap());
    request.extend(device.finish().unwrap());

    let events = read_request(&request, &Limits::default()).unwrap();

    let came: Vec<DocumentHashes> = events
        .into_iter()
        .filter_map(|event| match event {
            ServerEvent::Heads { documents } => Some(documents),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(came, heads);
}

#[test]
fn every_reason_has_a_code_of_its_own_and_comes_back() {
    for reason in RefusalReason::KNOWN {
        assert_eq!(RefusalReason::from_code(reason.code()), *reason);
    }
    assert_eq!(RefusalReason::from_code(999), RefusalReason::Unknown(999));
    assert_eq!(RefusalReason::Unknown(999).code(), 999);
}
