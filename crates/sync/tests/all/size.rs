//! Frames and messages keep to their size.

use jicha_sync::{DeviceSession, Hello, Limits, SendError, ServerEvent, ServerSession, Welcome};

use crate::history::{EPOCH, chain, hello, read_request, through};
use crate::round_trip::request;

#[test]
fn a_frame_is_closed_near_its_target() {
    let portions: Vec<_> = (0..400).map(|seed| chain(seed, 6)).collect();
    let bytes = request(&portions, &Limits::default());
    let mut lengths = Vec::new();
    let mut at = 6;
    while let Some(length) = bytes[at..].first_chunk::<4>() {
        lengths.push(u32::from_le_bytes(*length));
        at += 8 + lengths.last().copied().unwrap() as usize;
    }
    assert!(lengths.len() > 4, "{lengths:?}");
    assert!(lengths.iter().all(|length| *length < 40 * 1024), "{lengths:?}");
    // Hello, end and the last frame of changes aside, each is worth its head.
    assert!(
        lengths[1..lengths.len() - 2]
            .iter()
            .all(|length| *length > 12 * 1024),
        "{lengths:?}"
    );
}

#[test]
fn a_full_request_says_so_and_stays_within_its_bound() {
    for max in [3_000, 20_000, 60_000] {
        let limits = Limits {
            message_bytes_max: max,
            ..Limits::default()
        };
        let mut device = DeviceSession::new(limits.clone(), hello()).unwrap();
        let mut bytes = device.opening().unwrap();
        let mut taken = 0;
        for seed in 0..2_000 {
            let portion = chain(seed, 4);
            let mark = through(&portion, seed + 1);
            let pushed = device.push(portion, mark).unwrap();
            bytes.extend(pushed.bytes);
            if !pushed.taken {
                break;
            }
            taken += 1;
        }
        bytes.extend(device.finish().unwrap());
        let length = bytes.len() as u64;
        assert!(
            taken > 0 && length <= max && (max < 20_000 || length > max * 8 / 10),
            "{length} of {max}"
        );
        let events = read_request(&bytes, &limits).unwrap();
        let came: usize = events
            .iter()
            .map(|event| match event {
                ServerEvent::Changes { documents, .. } => documents.len(),
                _ => 0,
            })
            .sum();
        assert_eq!(came, taken);
    }
}

#[test]
fn a_response_keeps_to_what_the_device_asked_for_but_always_brings_something() {
    for max in [0, 5_000] {
        let mut device = DeviceSession::new(
            Limits::default(),
            Hello {
                response_bytes_max: max,
                ..hello()
            },
        )
        .unwrap();
        let mut request = device.opening().unwrap();
        request.extend(device.finish().unwrap());
        let mut server = ServerSession::new(Limits::default());
        server.receive(&request).unwrap();
        let welcome = Welcome {
            protocol: 1,
            epoch: EPOCH,
            server_time_ms: 0,
            received: None,
        };
        let mut response = server.welcome(&welcome).unwrap();
        let mut taken = 0;
        for seed in 0..100 {
            let pushed = server.changes(chain(seed, 4), seed).unwrap();
            response.extend(pushed.bytes);
            if !pushed.taken {
                break;
            }
            taken += 1;
        }
        response.extend(server.end(taken, true).unwrap());
        assert!(taken >= 1);
        assert!(max == 0 || response.len() <= max as usize, "{}", response.len());
        assert!(max > 0 || taken == 1);
        device.receive(&response).unwrap();
        device.finished().unwrap();
    }
}

#[test]
fn a_portion_that_no_frame_can_hold_is_refused() {
    let limits = Limits {
        frame_bytes_max: 1_000,
        ..Limits::default()
    };
    let mut device = DeviceSession::new(limits, hello()).unwrap();
    device.opening().unwrap();
    let portion = chain(1, 20);
    let mark = through(&portion, 1);
    assert!(matches!(
        device.push(portion, mark),
        Err(SendError::PortionTooLarge { max: 1_000, .. })
    ));
}

#[test]
fn a_change_of_another_document_is_refused() {
    let mut device = DeviceSession::new(Limits::default(), hello()).unwrap();
    device.opening().unwrap();
    let mut portion = chain(1, 1);
    portion.document = chain(2, 1).document;
    let mark = through(&portion, 1);
    assert!(matches!(
        device.push(portion, mark),
        Err(SendError::ForeignChange { .. })
    ));
}

#[test]
fn an_app_name_that_is_too_long_is_refused() {
    let hello = Hello {
        app: "x".repeat(65),
        ..hello()
    };
    assert!(matches!(
        DeviceSession::new(Limits::default(), hello),
        Err(SendError::TooLong { found: 65, .. })
    ));
}
