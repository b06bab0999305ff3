//! Histories of documents for the tests: several writers who fork, edit and merge as the seed says.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ROOT};
use jicha_record::{Attestation, Change, ChangeHash, DocumentId, DocumentKind};
use jicha_sync::{DocumentChanges, Hello, Limits, Received, ServerEvent, ServerSession};
use uuid::Uuid;

pub const DEVICE: Uuid = Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001);
pub const EPOCH: Uuid = Uuid::from_u128(0xe0);

pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }
}

pub fn hello() -> Hello {
    Hello {
        protocol_min: 1,
        protocol_max: 1,
        device: DEVICE,
        epoch: Some(EPOCH),
        cursor: 41,
        resuming: false,
        response_bytes_max: 1024 * 1024,
        app: "jicha 0.1.0".into(),
    }
}

/// A part of a document's history: with predecessors outside of it, forks, merges and several signatures.
pub fn portion(seed: u64) -> DocumentChanges {
    let mut dice = Dice::new(seed);
    let kind = DocumentKind::ALL[dice.below(3) as usize];
    let document = DocumentId::new(kind, Uuid::from_bytes(dice.bytes()));
    let mut changes = history(&mut dice, document);
    let before = dice.below(changes.len() as u64) as usize;
    let outside: Vec<ChangeHash> = changes.drain(..before).map(|change| change.hash()).collect();
    let mut attestations = Vec::new();
    for _ in 0..dice.below(4) {
        let heads: Vec<ChangeHash> = changes
            .iter()
            .map(Change::hash)
            .chain(outside.iter().copied())
            .collect();
        let head = heads[dice.below(heads.len() as u64) as usize];
        let device = writers()[dice.below(3) as usize];
        attestations.push(Attestation {
            device,
            head,
            signature: dice.bytes(),
        });
    }
    DocumentChanges {
        document,
        changes,
        attestations,
    }
}

/// A portion with as many simple changes as asked for.
pub fn chain(seed: u64, length: usize) -> DocumentChanges {
    let mut dice = Dice::new(seed);
    let document = DocumentId::new(DocumentKind::Inspection, Uuid::from_bytes(dice.bytes()));
    let mut writer = new_writer(DEVICE);
    for _ in 0..length {
        edit(&mut writer, &mut dice);
    }
    let changes = parse_all(document, &mut writer);
    let head = changes.last().unwrap().hash();
    let attestations = vec![Attestation {
        device: DEVICE,
        head,
        signature: dice.bytes(),
    }];
    DocumentChanges {
        document,
        changes,
        attestations,
    }
}

/// The mark of a portion's last change.
pub fn through(portion: &DocumentChanges, position: u64) -> Received {
    let last = portion.changes.last().map_or(ChangeHash([9; 32]), Change::hash);
    Received { position, last }
}

/// Feeds a whole request to a fresh server.
pub fn read_request(bytes: &[u8], limits: &Limits) -> Result<Vec<ServerEvent>, jicha_sync::ProtocolError> {
    let mut server = ServerSession::new(limits.clone());
    let mut events = server.receive(bytes)?;
    events.extend(server.receive(&[])?);
    server.finished()?;
    Ok(events)
}

fn writers() -> [Uuid; 3] {
    [DEVICE, Uuid::from_u128(2), Uuid::from_u128(3)]
}

fn history(dice: &mut Dice, document: DocumentId) -> Vec<Change> {
    let mut first = new_writer(writers()[0]);
    edit(&mut first, dice);
    let mut copies: Vec<AutoCommit> = writers()
        .into_iter()
        .map(|writer| fork(&mut first, writer))
        .collect();
    for _ in 0..dice.below(16) {
        let (one, other) = (dice.below(3) as usize, dice.below(3) as usize);
        if dice.below(3) == 0 && one != other {
            let mut from = copies[other].clone();
            copies[one].merge(&mut from).unwrap();
        } else {
            edit(&mut copies[one], dice);
        }
    }
    let (first, rest) = copies.split_first_mut().unwrap();
    rest.iter_mut().for_each(|copy| drop(first.merge(copy).unwrap()));
    parse_all(document, first)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the actor is set at once, and only the test's own"
)]
fn new_writer(writer: Uuid) -> AutoCommit {
    AutoCommit::new().with_actor(ActorId::from(writer.as_bytes().as_slice()))
}

fn fork(document: &mut AutoCommit, writer: Uuid) -> AutoCommit {
    document
        .fork()
        .with_actor(ActorId::from(writer.as_bytes().as_slice()))
}

fn edit(document: &mut AutoCommit, dice: &mut Dice) {
    for _ in 0..1 + dice.below(4) {
        let key = ["reading", "seal", "verdict", "note", "place"][dice.below(5) as usize];
        match dice.below(3) {
            0 => document.put(ROOT, key, dice.next() as i64).unwrap(),
            1 => document
                .put(ROOT, key, format!("值{}", dice.below(1000)))
                .unwrap(),
            _ => document.delete(ROOT, key).unwrap(),
        }
    }
    document.put(ROOT, "edits", dice.next() as i64).unwrap();
    let message = ["", "更正"][dice.below(2) as usize];
    let mut options = CommitOptions::default().with_time(dice.below(2_000_000_000_000) as i64 - 1_000_000);
    if !message.is_empty() {
        options = options.with_message(message);
    }
    document.commit_with(options).unwrap();
}

fn parse_all(document: DocumentId, history: &mut AutoCommit) -> Vec<Change> {
    let changes = history.get_changes(&[]);
    changes
        .iter()
        .map(|change| Change::parse(document, change.raw_bytes()).unwrap())
        .collect()
}
