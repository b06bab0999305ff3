//! Links that cut and alter, and senders who mean harm.

use jicha_sync::{DeviceSession, Limits, ProtocolErrorKind, ServerEvent, ServerSession};
use proptest::prelude::*;

use crate::history::{chain, hello, portion, read_request};
use crate::round_trip::request;

fn sample() -> Vec<u8> {
    request(
        &[portion(5), portion(6)],
        &Limits {
            frame_target_bytes: 200,
            ..Limits::default()
        },
    )
}

/// One frame as the protocol has it, with a right checksum.
pub fn frame(kind: u8, encoding: u8, raw_length: u32, content: &[u8]) -> Vec<u8> {
    let mut payload = vec![kind, encoding];
    payload.extend_from_slice(&raw_length.to_le_bytes());
    payload.extend_from_slice(content);
    let mut frame = (payload.len() as u32).to_le_bytes().to_vec();
    frame.extend_from_slice(&crc32fast::hash(&payload).to_le_bytes());
    frame.extend_from_slice(&payload);
    frame
}

pub fn opening() -> Vec<u8> {
    DeviceSession::new(Limits::default(), hello())
        .unwrap()
        .opening()
        .unwrap()
}

fn error_of(bytes: &[u8]) -> jicha_sync::ProtocolError {
    let mut server = ServerSession::new(Limits::default());
    drop(server.receive(bytes));
    server.finished().unwrap_err()
}

#[test]
fn a_request_cut_anywhere_gives_its_whole_frames_and_is_called_cut() {
    let bytes = sample();
    let whole = read_request(&bytes, &Limits::default()).unwrap();
    for length in 0..bytes.len() {
        let mut server = ServerSession::new(Limits::default());
        let events = server.receive(&bytes[..length]).unwrap();
        assert!(whole.starts_with(&events));
        let error = server.finished().unwrap_err();
        assert!(error.is_cut(), "{error}");
        assert_eq!(error.at, length as u64);
    }
}

#[test]
fn one_altered_bit_anywhere_is_noticed() {
    let bytes = sample();
    let whole = read_request(&bytes, &Limits::default()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut altered = bytes.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        let mut server = ServerSession::new(Limits::default());
        let events = server.receive(&altered).unwrap_or_default();
        assert!(
            whole.starts_with(&events) && events.len() < whole.len(),
            "bit {bit}"
        );
        server.finished().unwrap_err();
    }
}

#[test]
fn whole_frames_before_a_damaged_one_are_handed_out_first() {
    let mut bytes = sample();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let mut server = ServerSession::new(Limits::default());
    let events = server.receive(&bytes).unwrap();
    assert!(matches!(
        events.as_slice(),
        [ServerEvent::Hello(_), ServerEvent::Changes { .. }, ..]
    ));
    let error = server.receive(&[]).unwrap_err();
    assert!(matches!(error.kind, ProtocolErrorKind::Checksum { .. }));
    assert_eq!(error.at, bytes.len() as u64 - 15 + 4);
    assert_eq!(server.finished(), Err(error));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>) {
        error_of(&bytes);
        let mut with_opening = opening();
        with_opening.extend(bytes);
        error_of(&with_opening);
    }

    #[test]
    fn any_content_under_a_right_checksum_is_survived(
        kind in 0_u8..24, encoding in 0_u8..4, raw_length in 0_u32..300, content: Vec<u8>,
    ) {
        let mut bytes = opening();
        bytes.extend(frame(kind, encoding, raw_length, &content));
        error_of(&bytes);
    }
}

#[test]
fn a_frame_longer_than_allowed_is_refused_at_its_first_bytes() {
    let mut bytes = opening();
    let at = bytes.len() as u64;
    bytes.extend((2 * 1024 * 1024 + 1_u32).to_le_bytes());
    bytes.extend([0; 4]);
    let error = error_of(&bytes);
    let expected = ProtocolErrorKind::FrameTooLong {
        length: 2 * 1024 * 1024 + 1,
        max: 2 * 1024 * 1024,
    };
    assert_eq!((error.at, error.kind), (at, expected));
}

#[test]
fn a_frame_that_would_unpack_to_more_than_allowed_is_refused_before_it_is_unpacked() {
    let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 3).unwrap();
    let mut bytes = opening();
    let at = bytes.len() as u64;
    bytes.extend(frame(3, 1, 64 * 1024 * 1024, &bomb));
    let error = error_of(&bytes);
    assert_eq!(error.at, at + 10);
    assert!(
        matches!(error.kind, ProtocolErrorKind::RawTooLong { .. }),
        "{error}"
    );
}

#[test]
fn a_frame_that_unpacks_to_more_than_it_says_is_refused() {
    let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 3).unwrap();
    for (encoding, content) in [(1, bomb.clone()), (2, [&[0; 4][..], &bomb].concat())] {
        let mut bytes = opening();
        let at = bytes.len() as u64;
        bytes.extend(frame(2, encoding, 1000, &content));
        let error = error_of(&bytes);
        assert_eq!(error.at, at + 14);
        assert!(matches!(error.kind, ProtocolErrorKind::Unpack { .. }), "{error}");
    }
}

#[test]
fn a_message_longer_than_allowed_is_refused() {
    let bytes = sample();
    let max = bytes.len() as u64 - 1;
    let mut server = ServerSession::new(Limits {
        message_bytes_max: max,
        ..Limits::default()
    });
    drop(server.receive(&bytes));
    let error = server.finished().unwrap_err();
    assert_eq!(
        (error.at, error.kind),
        (max, ProtocolErrorKind::MessageTooLong { max })
    );
}

#[test]
fn more_documents_or_changes_than_allowed_are_refused() {
    let bytes = request(&[chain(1, 5), chain(2, 5)], &Limits::default());
    for limits in [
        Limits {
            documents_per_frame_max: 1,
            ..Limits::default()
        },
        Limits {
            changes_per_frame_max: 9,
            ..Limits::default()
        },
        Limits {
            frame_rebuilt_bytes_max: 500,
            ..Limits::default()
        },
    ] {
        let mut server = ServerSession::new(limits);
        drop(server.receive(&bytes));
        let error = server.finished().unwrap_err();
        assert!(matches!(error.kind, ProtocolErrorKind::TooMany { .. }), "{error}");
    }
}

#[test]
fn what_is_no_sync_message_is_told_apart_from_a_newer_framing() {
    assert_eq!(error_of(b"{\"hello\":1}").kind, ProtocolErrorKind::Preamble);
    let error = error_of(b"JICHA\x02");
    assert_eq!(
        (error.at, error.kind),
        (5, ProtocolErrorKind::Framing { found: 2 })
    );
    assert!(error_of(b"JIC").is_cut());
}

#[test]
fn frames_of_optional_kinds_are_passed_over_and_others_are_not() {
    let mut bytes = opening();
    bytes.extend(frame(200, 0, 3, b"new"));
    bytes.extend(frame(4, 0, 1, &[2]));
    assert!(read_request(&bytes, &Limits::default()).is_ok());

    let mut bytes = opening();
    let at = bytes.len() as u64;
    bytes.extend(frame(99, 0, 3, b"new"));
    let error = error_of(&bytes);
    assert_eq!(error.at, at);
    assert!(matches!(error.kind, ProtocolErrorKind::Order { found: 99, .. }));
}
