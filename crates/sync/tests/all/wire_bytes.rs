//! The bytes themselves, which are a promise: a change here is a new version of the protocol.
//! Only what is packed may move by itself, when a newer zstd packs otherwise.

use jicha_record::ChangeHash;
use jicha_sync::{
    Acknowledged, DeviceSession, DocumentHashes, Limits, Received, RefusalReason, Refused, ServerEvent,
    ServerSession, Welcome,
};

use crate::history::{EPOCH, chain, hello, read_request, through};

/// A request with one document of two changes, as version 1 wrote it first.
const REQUEST_V1: &str = include_str!("fixtures/request-v1.hex");

fn to_hex(bytes: &[u8]) -> String {
    let lines = bytes
        .chunks(32)
        .map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    lines.collect::<Vec<_>>().join("\n")
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn request() -> Vec<u8> {
    let mut device = DeviceSession::new(Limits::default(), hello()).unwrap();
    let mut bytes = device.opening().unwrap();
    let portion = chain(1, 2);
    let mark = through(&portion, 2);
    assert!(device.push(portion, mark).unwrap().taken);
    bytes.extend(device.finish().unwrap());
    bytes
}

#[test]
fn the_first_request_of_version_1_is_read_for_ever() {
    let events = read_request(&from_hex(REQUEST_V1), &Limits::default()).unwrap();
    let [
        ServerEvent::Hello(came),
        ServerEvent::Changes {
            frame: 0,
            through: mark,
            documents,
            ..
        },
        ServerEvent::End,
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let sent = chain(1, 2);
    assert_eq!(*came, hello());
    assert_eq!(*mark, through(&sent, 2));
    assert_eq!(documents[0].document, sent.document);
    assert_eq!(documents[0].changes, sent.changes);
    assert_eq!(documents[0].attestations, sent.attestations);
}

#[test]
fn a_request_is_written_as_ever() {
    insta::assert_snapshot!("request", to_hex(&request()));
}

#[test]
fn a_response_is_written_as_ever() {
    let portion = chain(1, 2);
    let mut server = ServerSession::new(Limits::default());
    server.receive(&request()).unwrap();
    let received = Some(Received {
        position: 1,
        last: ChangeHash([0xaa; 32]),
    });
    let welcome = Welcome {
        protocol: 1,
        epoch: EPOCH,
        server_time_ms: 1_780_000_000_000,
        received,
    };
    let refused = Refused {
        document: portion.document.into(),
        change: ChangeHash([0xbb; 32]),
        reason: RefusalReason::SignatureInvalid,
        words: "签名无效 signature invalid".into(),
    };
    let hashes = DocumentHashes {
        document: portion.document,
        hashes: vec![ChangeHash([0xcc; 32])],
    };
    let acknowledged = Acknowledged {
        frame: 0,
        through_position: 2,
        refused: vec![refused],
        missing: vec![hashes.clone()],
    };
    let parts = [
        server.welcome(&welcome).unwrap(),
        server.acknowledged(&acknowledged).unwrap(),
        server.wanted(&[hashes]).unwrap(),
        server.end(300, false).unwrap(),
    ];
    let parts: Vec<String> = parts.iter().map(|part| to_hex(part)).collect();
    insta::assert_snapshot!("response", parts.join("\n\n"));
}
