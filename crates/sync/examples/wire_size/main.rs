//! Prints how many bytes the first sync of 1,000 inspections takes on the wire, beside the same content as JSON
//! lines under zstd's level 19, and a sync that moves one change.
//!
//! `cargo run --release -p jicha-sync --example wire_size`
#![expect(
    clippy::disallowed_methods,
    reason = "a measuring program reads the clock and makes documents"
)]

mod inspections;

use std::time::{Duration, Instant};

use inspections::{Dice, inspection, single_edit};
use jicha_record::{ChangeHash, chunk};
use jicha_sync::{
    DeviceSession, DocumentChanges, Hello, Limits, Received, ServerEvent, ServerSession, Welcome,
};
use uuid::Uuid;

const INSPECTIONS: u64 = 1_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut dice = Dice(7);
    let device = Uuid::from_bytes(dice.bytes());
    let all: Vec<_> = (0..INSPECTIONS)
        .map(|index| inspection(&mut dice, device, index))
        .collect();
    let json: String = all
        .iter()
        .map(|inspection| inspection.json.to_string() + "\n")
        .collect();
    let json_packed = zstd::bulk::compress(json.as_bytes(), 19)?.len();
    println!(
        "{INSPECTIONS} inspections: JSON lines {} B, with zstd 19 {json_packed} B",
        json.len()
    );

    let portions: Vec<DocumentChanges> = all.into_iter().map(|inspection| inspection.portion).collect();
    print_parts(&portions)?;

    let sent = send(device, &portions)?;
    println!(
        "request {} B in {} frames ({} B of frame heads), written in {:.0?}",
        sent.bytes.len(),
        sent.frames,
        sent.frames * 14,
        sent.time
    );
    let answered = receive(&sent.bytes)?;
    println!(
        "read in {:.0?} ({} changes); answer {} B",
        answered.time, answered.changes, answered.bytes
    );
    let whole = sent.bytes.len() + answered.bytes;
    println!(
        "on the wire in all {whole} B = {:.3} x the JSON",
        whole as f64 / json_packed as f64
    );

    let edit = single_edit(&mut dice, device);
    let sent = send(device, std::slice::from_ref(&edit))?;
    let answer = receive(&sent.bytes)?.bytes;
    println!(
        "one change of {} B: request {} B, answer {answer} B",
        edit.changes[0].bytes().len(),
        sent.bytes.len()
    );
    Ok(())
}

fn print_parts(portions: &[DocumentChanges]) -> Result<(), Box<dyn std::error::Error>> {
    let (mut changes, mut hashes, mut outside, mut rests, mut signatures) = (0, 0, 0, Vec::new(), 0);
    for portion in portions {
        changes += portion.changes.len();
        signatures += portion.attestations.len() * 64;
        let inside: Vec<ChangeHash> = portion.changes.iter().map(|change| change.hash()).collect();
        for change in &portion.changes {
            hashes += change.dependencies().count() * 32;
            outside += change
                .dependencies()
                .filter(|hash| !inside.contains(hash))
                .count()
                * 32;
            rests.extend_from_slice(chunk::split(change.bytes())?.rest);
        }
    }
    let one_by_one = zstd::bulk::compress(&rests, 9)?.len();
    println!(
        "parts: {changes} changes; predecessors {hashes} B, of which sent {outside} B; signatures {signatures} B; \
         ids {} B; rests {} B, one after the other with zstd 9 {one_by_one} B",
        portions.len() * 10,
        rests.len()
    );
    Ok(())
}

struct Sent {
    bytes: Vec<u8>,
    frames: usize,
    time: Duration,
}

fn send(device: Uuid, portions: &[DocumentChanges]) -> Result<Sent, Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let mut session = DeviceSession::new(Limits::default(), hello(device))?;
    let mut bytes = session.opening()?;
    let mut frames = 3;
    let mut position = 0;
    for portion in portions {
        position += portion.changes.len() as u64;
        let last = portion.changes.last().ok_or("a portion without changes")?.hash();
        let pushed = session.push(portion.clone(), Received { position, last })?;
        assert!(pushed.taken, "all fits into one message");
        frames += usize::from(!pushed.bytes.is_empty());
        bytes.extend(pushed.bytes);
    }
    bytes.extend(session.finish()?);
    Ok(Sent {
        bytes,
        frames,
        time: begun.elapsed(),
    })
}

struct Answered {
    bytes: usize,
    changes: usize,
    time: Duration,
}

fn receive(request: &[u8]) -> Result<Answered, Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let mut session = ServerSession::new(Limits::default());
    let (mut bytes, mut changes) = (0, 0);
    for piece in request.chunks(16 * 1024) {
        for event in session.receive(piece)? {
            match event {
                ServerEvent::Hello(_) => {
                    let epoch = Uuid::from_u128(1);
                    let welcome = Welcome {
                        protocol: 1,
                        epoch,
                        server_time_ms: 0,
                        received: None,
                    };
                    bytes += session.welcome(&welcome)?.len();
                }
                ServerEvent::Changes {
                    frame,
                    through,
                    documents,
                    ..
                } => {
                    changes += documents
                        .iter()
                        .map(|document| document.changes.len())
                        .sum::<usize>();
                    let acknowledged = jicha_sync::Acknowledged {
                        frame,
                        through_position: through.position,
                        refused: Vec::new(),
                        missing: Vec::new(),
                    };
                    bytes += session.acknowledged(&acknowledged)?.len();
                }
                ServerEvent::Heads { .. } | ServerEvent::End => {}
            }
        }
    }
    session.finished()?;
    bytes += session.end(0, false)?.len();
    Ok(Answered {
        bytes,
        changes,
        time: begun.elapsed(),
    })
}

fn hello(device: Uuid) -> Hello {
    Hello {
        protocol_min: 1,
        protocol_max: 1,
        device,
        epoch: Some(Uuid::from_u128(1)),
        cursor: 123_456,
        resuming: false,
        response_bytes_max: 1024 * 1024,
        app: "jicha 0.1.0".into(),
    }
}
