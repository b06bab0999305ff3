//! Changes to columns.

use std::collections::{BTreeMap, HashMap};

use jicha_record::{Change, ChangeHash, chunk};
use uuid::Uuid;

use super::Sections;
use super::layout::{Before, COLUMNS, Column, FORM_COLUMNS, FORM_REST, FORM_WHOLE, order};
use crate::columns::{self, Parts};
use crate::portion::DocumentChanges;
use crate::varint::{push_step, push_u64};

/// No portion takes more than this in the two sections together.
pub(crate) fn size_bound(portion: &DocumentChanges) -> u64 {
    let change = |change: &Change| change.bytes().len() as u64 * 5 / 4 + 96;
    let attestations = portion.attestations.len() as u64 * 160;
    64 + portion.changes.iter().map(change).sum::<u64>() + attestations
}

/// Writes a batch. `position` and `through` head the frame; `home` is the device of this session, which needs no
/// place in the table of devices.
pub(crate) fn encode(
    position: u64,
    through: Option<ChangeHash>,
    home: Uuid,
    portions: &[DocumentChanges],
) -> Sections {
    let mut writer = Writer::new(home);
    portions
        .iter()
        .fold(0, |before_ms, portion| writer.document(before_ms, portion));

    let counts: Vec<usize> = portions.iter().map(|portion| portion.changes.len()).collect();
    let mut places: Vec<HashMap<ChangeHash, usize>> = vec![HashMap::new(); portions.len()];
    let mut before: Vec<Before> = portions
        .iter()
        .map(|portion| Before::first(split_id(portion.document.id).0))
        .collect();
    for (document, ordinal) in order(&counts) {
        let change = &portions[document].changes[ordinal];
        let whole = writer.change(change, ordinal, &places[document], &mut before[document]);
        if !whole {
            places[document].insert(change.hash(), ordinal);
        }
    }
    for (portion, places) in portions.iter().zip(&places) {
        writer.attestations(portion, places);
    }
    if let Some(through) = through {
        let is_last = |(portion, places): (&DocumentChanges, &HashMap<ChangeHash, usize>)| {
            places
                .get(&through)
                .is_some_and(|place| place + 1 == portion.changes.len())
        };
        let document = portions.iter().zip(&places).rposition(is_last);
        writer.reference(Column::Through, document.map(|document| document + 1), through);
    }
    writer.finish(position)
}

/// The first 48 bits, which in a UUIDv7 are the time in milliseconds, and the rest.
pub(super) fn split_id(id: Uuid) -> (u64, [u8; 10]) {
    let number = id.as_u128();
    let mut tail = [0; 10];
    tail.copy_from_slice(&id.as_bytes()[6..]);
    ((number >> 80) as u64, tail)
}

struct Writer {
    home: Uuid,
    devices: Vec<Uuid>,
    hashes: Vec<ChangeHash>,
    tails: Vec<u8>,
    signatures: Vec<u8>,
    columns: [Vec<u8>; COLUMNS],
    data: BTreeMap<u64, Vec<u8>>,
}

impl Writer {
    fn new(home: Uuid) -> Self {
        Writer {
            home,
            devices: Vec::new(),
            hashes: Vec::new(),
            tails: Vec::new(),
            signatures: Vec::new(),
            columns: std::array::from_fn(|_| Vec::new()),
            data: BTreeMap::new(),
        }
    }

    fn column(&mut self, column: Column) -> &mut Vec<u8> {
        &mut self.columns[column as usize]
    }

    fn push(&mut self, column: Column, number: u64) {
        push_u64(self.column(column), number);
    }

    fn push_bytes(&mut self, column: Column, bytes: &[u8]) {
        self.push(column, bytes.len() as u64);
        self.column(column).extend_from_slice(bytes);
    }

    fn document(&mut self, before_ms: u64, portion: &DocumentChanges) -> u64 {
        let (ms, tail) = split_id(portion.document.id);
        self.column(Column::Kinds).push(portion.document.kind.code());
        push_step(self.column(Column::DocumentTimes), before_ms, ms);
        self.tails.extend_from_slice(&tail);
        self.push(Column::ChangeCounts, portion.changes.len() as u64);
        self.push(Column::AttestationCounts, portion.attestations.len() as u64);
        ms
    }

    /// Writes one change and says whether it went whole.
    fn change(
        &mut self,
        change: &Change,
        ordinal: usize,
        places: &HashMap<ChangeHash, usize>,
        before: &mut Before,
    ) -> bool {
        let parts = chunk::split(change.bytes()).ok().filter(|parts| {
            // Every number in the outer chunk is as short as possible if and only if the length is.
            chunk_length(parts.dependencies.len(), parts.rest.len()) == change.bytes().len()
        });
        let Some(parts) = parts else {
            self.column(Column::Forms).push(FORM_WHOLE);
            self.push_bytes(Column::Wholes, change.bytes());
            return true;
        };
        let inner = columns::split(parts.rest);
        self.column(Column::Forms)
            .push(if inner.is_some() { FORM_COLUMNS } else { FORM_REST });
        self.push(Column::PredecessorCounts, parts.dependencies.len() as u64);
        for hash in &parts.dependencies {
            let place = places.get(&ChangeHash(*hash)).map(|place| ordinal - place);
            self.reference(Column::Predecessors, place, ChangeHash(*hash));
        }
        match inner {
            Some(inner) => self.inner(&inner, before),
            None => self.push_bytes(Column::Wholes, parts.rest),
        }
        false
    }

    fn inner(&mut self, parts: &Parts<'_>, before: &mut Before) {
        let actor = self.device(parts.actor);
        self.push(Column::Actors, actor);
        push_step(self.column(Column::Sequences), before.sequence, parts.sequence);
        push_step(
            self.column(Column::FirstOperations),
            before.first_operation,
            parts.first_operation,
        );
        push_step(self.column(Column::Times), before.time_ms, parts.time_ms as u64);
        *before = Before {
            sequence: parts.sequence,
            first_operation: parts.first_operation,
            time_ms: parts.time_ms as u64,
        };
        self.push_bytes(Column::Messages, parts.message);
        self.push(Column::OtherActors, parts.other_actors.len() as u64);
        for actor in &parts.other_actors {
            let actor = self.device(*actor);
            self.push(Column::OtherActors, actor);
        }
        self.push(Column::Specifications, parts.columns.len() as u64);
        for (specification, data) in &parts.columns {
            self.push(Column::Specifications, *specification);
            self.push(Column::Lengths, data.len() as u64);
            self.data
                .entry(*specification)
                .or_default()
                .extend_from_slice(data);
        }
        self.push_bytes(Column::Extras, parts.extra);
    }

    fn attestations(&mut self, portion: &DocumentChanges, places: &HashMap<ChangeHash, usize>) {
        for attestation in &portion.attestations {
            let device = self.device(attestation.device);
            self.push(Column::Attestations, device);
            let place = places
                .get(&attestation.head)
                .map(|place| portion.changes.len() - place);
            self.reference(Column::Attestations, place, attestation.head);
            self.signatures.extend_from_slice(&attestation.signature);
        }
    }

    /// A change by where it stands in the frame, from 1, or 0 and its place in the table of hashes.
    fn reference(&mut self, column: Column, place: Option<usize>, hash: ChangeHash) {
        if let Some(place) = place {
            return self.push(column, place as u64);
        }
        let known = self.hashes.iter().rposition(|known| *known == hash);
        let index = known.unwrap_or_else(|| {
            self.hashes.push(hash);
            self.hashes.len() - 1
        });
        self.push(column, 0);
        self.push(column, index as u64);
    }

    /// The place of a device in the table: 0 is the session's own.
    fn device(&mut self, device: Uuid) -> u64 {
        if device == self.home {
            return 0;
        }
        let known = self.devices.iter().position(|known| *known == device);
        let index = known.unwrap_or_else(|| {
            self.devices.push(device);
            self.devices.len() - 1
        });
        index as u64 + 1
    }

    fn finish(self, position: u64) -> Sections {
        let mut packed = Vec::new();
        push_u64(&mut packed, position);
        push_u64(&mut packed, self.devices.len() as u64);
        push_u64(&mut packed, self.hashes.len() as u64);
        for column in &self.columns {
            push_u64(&mut packed, column.len() as u64);
            packed.extend_from_slice(column);
        }
        push_u64(&mut packed, self.data.len() as u64);
        for (specification, data) in &self.data {
            push_u64(&mut packed, *specification);
            push_u64(&mut packed, data.len() as u64);
            packed.extend_from_slice(data);
        }

        let mut stored = Vec::new();
        self.devices
            .iter()
            .for_each(|device| stored.extend_from_slice(device.as_bytes()));
        stored.extend_from_slice(&self.tails);
        self.hashes
            .iter()
            .for_each(|hash| stored.extend_from_slice(&hash.0));
        stored.extend_from_slice(&self.signatures);
        Sections { stored, packed }
    }
}

/// The length of a chunk whose numbers are all as short as possible.
fn chunk_length(predecessors: usize, rest: usize) -> usize {
    let body = leb128_length(predecessors) + predecessors * 32 + rest;
    4 + 4 + 1 + leb128_length(body) + body
}

fn leb128_length(value: usize) -> usize {
    let bits = (usize::BITS - value.leading_zeros()).max(1);
    bits.div_ceil(7) as usize
}
