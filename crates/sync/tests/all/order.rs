//! Frames and calls in the wrong order.

use jicha_sync::{
    Acknowledged, DeviceEvent, DeviceSession, Limits, ProtocolErrorKind, SendError, ServerSession, Welcome,
};

use crate::history::{EPOCH, chain, hello, read_request, through};
use crate::round_trip::request;

fn welcome() -> Welcome {
    Welcome {
        protocol: 1,
        epoch: EPOCH,
        server_time_ms: 0,
        received: None,
    }
}

fn acknowledged(frame: u32, through_position: u64) -> Acknowledged {
    Acknowledged {
        frame,
        through_position,
        refused: Vec::new(),
        missing: Vec::new(),
    }
}

/// Where each frame of a message begins, and where the message ends.
fn frame_starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![6];
    while let Some(length) = bytes[*starts.last().unwrap()..].first_chunk::<4>() {
        starts.push(starts.last().unwrap() + 8 + u32::from_le_bytes(*length) as usize);
    }
    starts
}

#[test]
fn the_hello_comes_first_and_once() {
    let bytes = request(&[chain(1, 1)], &Limits::default());
    let starts = frame_starts(&bytes);
    let without = [&bytes[..6], &bytes[starts[1]..]].concat::<u8>();
    let twice = [&bytes[..starts[1]], &bytes[6..]].concat();
    for (bytes, at) in [(without, 6), (twice, starts[1])] {
        let mut server = ServerSession::new(Limits::default());
        drop(server.receive(&bytes));
        let error = server.finished().unwrap_err();
        assert!(matches!(error.kind, ProtocolErrorKind::Order { .. }), "{error}");
        assert_eq!(error.at, at as u64 + 14);
    }
}

#[test]
fn a_lost_or_doubled_frame_is_noticed_at_the_end() {
    let limits = Limits {
        frame_target_bytes: 1,
        ..Limits::default()
    };
    let bytes = request(&[chain(1, 1), chain(2, 1)], &limits);
    let starts = frame_starts(&bytes);
    let lost = [&bytes[..starts[2]], &bytes[starts[3]..]].concat();
    let mut server = ServerSession::new(limits);
    drop(server.receive(&lost));
    let kind = server.finished().unwrap_err().kind;
    assert_eq!(
        kind,
        ProtocolErrorKind::FrameCount {
            stated: 3,
            received: 2
        }
    );
}

#[test]
fn nothing_follows_the_end() {
    let mut bytes = request(&[], &Limits::default());
    let at = bytes.len() as u64;
    bytes.push(0);
    let mut server = ServerSession::new(Limits::default());
    assert_eq!(server.receive(&bytes).unwrap().len(), 2);
    let error = server.receive(&[]).unwrap_err();
    assert_eq!((error.at, error.kind), (at, ProtocolErrorKind::AfterEnd));
}

#[test]
fn a_resuming_request_pushes_nothing() {
    let mut device = DeviceSession::new(
        Limits::default(),
        jicha_sync::Hello {
            resuming: true,
            ..hello()
        },
    )
    .unwrap();
    let mut bytes = device.opening().unwrap();
    let portion = chain(1, 1);
    let mark = through(&portion, 1);
    assert!(matches!(
        device.push(portion, mark),
        Err(SendError::OutOfTurn { .. })
    ));
    bytes.extend(device.finish().unwrap());
    assert_eq!(read_request(&bytes, &Limits::default()).unwrap().len(), 2);
}

#[test]
fn calls_out_of_turn_are_refused() {
    let mut device = DeviceSession::new(Limits::default(), hello()).unwrap();
    assert!(device.finish().is_err());
    let mut bytes = device.opening().unwrap();
    assert!(device.opening().is_err());
    bytes.extend(device.offer_heads(&[]).unwrap());
    let portion = chain(1, 1);
    let mark = through(&portion, 1);
    assert!(device.push(portion.clone(), mark).is_err());
    bytes.extend(device.finish().unwrap());
    assert!(device.finish().is_err());

    let mut server = ServerSession::new(Limits::default());
    assert!(server.welcome(&welcome()).is_err());
    server.receive(&bytes).unwrap();
    assert!(server.changes(portion, 1).is_err());
    server.welcome(&welcome()).unwrap();
    assert!(server.welcome(&welcome()).is_err());
    assert!(server.acknowledged(&acknowledged(0, 1)).is_err());
    server.end(0, false).unwrap();
    assert!(server.end(0, false).is_err());
}

#[test]
fn a_response_does_not_end_before_every_frame_is_acknowledged() {
    let mut server = ServerSession::new(Limits::default());
    server
        .receive(&request(&[chain(1, 1)], &Limits::default()))
        .unwrap();
    server.welcome(&welcome()).unwrap();
    assert!(server.end(0, false).is_err());
    assert!(server.acknowledged(&acknowledged(1, 1)).is_err());
    server.acknowledged(&acknowledged(0, 1)).unwrap();
    assert!(server.acknowledged(&acknowledged(0, 1)).is_err());
    server.end(0, false).unwrap();
}

#[test]
fn a_device_refuses_the_acknowledgement_of_what_it_did_not_send() {
    // given a device that pushed one frame, and a server that was sent another request
    let mut device = DeviceSession::new(Limits::default(), hello()).unwrap();
    device.opening().unwrap();
    let portion = chain(1, 1);
    let mark = through(&portion, 1);
    assert!(device.push(portion, mark).unwrap().taken);
    device.finish().unwrap();
    let mut server = ServerSession::new(Limits::default());
    server
        .receive(&request(&[chain(1, 1), chain(2, 1)], &Limits::default()))
        .unwrap();
    let mut response = server.welcome(&welcome()).unwrap();
    response.extend(server.acknowledged(&acknowledged(0, 2)).unwrap());

    // when the answer comes, then it is not believed
    assert_eq!(
        device.receive(&response).unwrap(),
        [DeviceEvent::Welcome(welcome())]
    );
    let error = device.finished().unwrap_err();
    let kind = ProtocolErrorKind::Acknowledgement {
        expected_frame: 0,
        expected_position: 1,
    };
    assert_eq!(error.kind, kind);
}

#[test]
fn a_response_without_its_end_is_cut() {
    let mut device = DeviceSession::new(Limits::default(), hello()).unwrap();
    let mut request = device.opening().unwrap();
    request.extend(device.finish().unwrap());
    let mut server = ServerSession::new(Limits::default());
    server.receive(&request).unwrap();
    let response = server.welcome(&welcome()).unwrap();
    assert_eq!(device.receive(&response).unwrap().len(), 1);
    assert!(device.finished().unwrap_err().is_cut());
}

#[test]
fn positions_and_cursors_do_not_go_back() {
    let mut device = DeviceSession::new(Limits::default(), hello()).unwrap();
    device.opening().unwrap();
    let (one, two) = (chain(1, 1), chain(2, 1));
    let (late, early) = (through(&one, 7), through(&two, 6));
    assert!(device.push(one, late).unwrap().taken);
    assert_eq!(
        device.push(two, early),
        Err(SendError::PositionBackwards {
            before: 7,
            position: 6
        })
    );
}
