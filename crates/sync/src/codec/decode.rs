//! Columns to changes.

use std::collections::HashMap;

use jicha_record::{Attestation, ChangeHash, chunk};
use uuid::Uuid;

use super::Sections;
use super::assembly::{Batch, Document, hash_of, sort_by_kind};
use super::layout::{Before, COLUMNS, Column, FORM_COLUMNS, FORM_REST, FORM_WHOLE, order};
use crate::columns::{self, Parts};
use crate::error::ProtocolErrorKind;
use crate::limits::Limits;
use crate::portion::DocumentName;
use crate::varint::Reader;

type Result<T, E = ProtocolErrorKind> = std::result::Result<T, E>;

/// Reads a batch. `has_through` says whether the frame is a device's, which names the newest change it covers.
pub(crate) fn decode(sections: &Sections, has_through: bool, home: Uuid, limits: &Limits) -> Result<Batch> {
    let mut packed = Reader::new(&sections.packed);
    let position = packed.u64().or_expected("the position")?;
    let device_count = packed.u64().or_expected("the number of devices")?;
    let hash_count = packed.u64().or_expected("the number of hashes")?;
    let mut columns = [Reader::default(); COLUMNS];
    for column in &mut columns {
        *column = packed
            .length_prefixed()
            .map(Reader::new)
            .or_expected("a column")?;
    }
    let mut data = HashMap::new();
    for _ in 0..packed.u64().or_expected("the number of Automerge's columns")? {
        let specification = packed.u64().or_expected("a column's specification")?;
        let bytes = packed.length_prefixed().or_expected("a column's bytes")?;
        let twice = data.insert(specification, Reader::new(bytes)).is_some();
        (!twice)
            .then_some(())
            .or_expected("each of Automerge's columns once")?;
    }
    packed
        .is_empty()
        .then_some(())
        .or_expected("nothing after the last column")?;

    let mut stored = Reader::new(&sections.stored);
    let mut devices = vec![home];
    for _ in 0..device_count {
        devices.push(Uuid::from_bytes(stored.array().or_expected("a device's id")?));
    }
    let mut batch = BatchReader {
        columns,
        data,
        devices,
        hashes: Vec::new(),
        rebuilt_bytes: 0,
        limits,
    };
    let mut documents = batch.documents(&mut stored)?;
    for _ in 0..hash_count {
        batch
            .hashes
            .push(ChangeHash(stored.array().or_expected("a hash")?));
    }
    let counts: Vec<usize> = documents.iter().map(|document| document.change_count).collect();
    for (document, _) in order(&counts) {
        batch.change(&mut documents[document])?;
    }
    for document in &mut documents {
        batch.attestations(document, &mut stored)?;
    }
    let through = if has_through {
        Some(batch.through(&documents)?)
    } else {
        None
    };
    batch.check_end(&stored)?;
    Ok(sort_by_kind(position, through, documents))
}

struct BatchReader<'a> {
    columns: [Reader<'a>; COLUMNS],
    data: HashMap<u64, Reader<'a>>,
    devices: Vec<Uuid>,
    hashes: Vec<ChangeHash>,
    rebuilt_bytes: u64,
    limits: &'a Limits,
}

impl<'a> BatchReader<'a> {
    fn column(&mut self, column: Column) -> &mut Reader<'a> {
        &mut self.columns[column as usize]
    }

    fn number(&mut self, column: Column, expected: &'static str) -> Result<u64> {
        self.column(column).u64().or_expected(expected)
    }

    fn documents(&mut self, stored: &mut Reader<'_>) -> Result<Vec<Document>> {
        let mut documents = Vec::new();
        let mut ms = 0;
        let mut changes = 0_u64;
        while let Some(kind) = self.column(Column::Kinds).byte() {
            ms = self
                .column(Column::DocumentTimes)
                .step(ms)
                .or_expected("the time of a document's id")?;
            let tail: [u8; 10] = stored.array().or_expected("the rest of a document's id")?;
            let name = DocumentName {
                kind,
                id: join_id(ms, tail).or_expected("a time of 48 bits")?,
            };
            let change_count = self.number(Column::ChangeCounts, "a number of changes")?;
            changes = changes.saturating_add(change_count);
            at_most("changes in a frame", changes, self.limits.changes_per_frame_max)?;
            let attestation_count = self.number(Column::AttestationCounts, "a number of signatures")?;
            documents.push(Document {
                name,
                change_count: change_count as usize,
                attestation_count: attestation_count as usize,
                before: Before::first(ms),
                places: Vec::new(),
                changes: Vec::new(),
                malformed: Vec::new(),
                unread: Vec::new(),
                attestations: Vec::new(),
            });
            at_most(
                "documents in a frame",
                documents.len() as u64,
                self.limits.documents_per_frame_max,
            )?;
        }
        Ok(documents)
    }

    fn change(&mut self, document: &mut Document) -> Result<()> {
        let form = self
            .column(Column::Forms)
            .byte()
            .or_expected("the form of a change")?;
        if form == FORM_WHOLE {
            let bytes = self
                .column(Column::Wholes)
                .length_prefixed()
                .or_expected("a whole change")?;
            self.count_rebuilt(bytes.len())?;
            document.take(bytes.to_vec(), None);
            document.places.push(None);
            return Ok(());
        }
        let predecessors = self.predecessors(&document.places)?;
        let bytes = match form {
            FORM_COLUMNS => {
                let rest = self.inner(&mut document.before)?;
                chunk::join(&predecessors, &rest)
            }
            FORM_REST => {
                let rest = self
                    .column(Column::Wholes)
                    .length_prefixed()
                    .or_expected("a change's rest")?;
                chunk::join(&predecessors, rest)
            }
            _ => return Err(content("a change of the form 0, 1 or 2")),
        };
        self.count_rebuilt(bytes.len())?;
        let hash = hash_of(&bytes);
        document.take(bytes, Some(hash));
        document.places.push(Some(hash));
        Ok(())
    }

    fn predecessors(&mut self, places: &[Option<ChangeHash>]) -> Result<Vec<[u8; 32]>> {
        let count = self.number(Column::PredecessorCounts, "a number of predecessors")?;
        at_most(
            "predecessors of a change",
            count,
            jicha_record::limits::CHANGE_DEPENDENCIES_MAX as u32,
        )?;
        (0..count)
            .map(|_| Ok(self.reference(Column::Predecessors, places)?.0))
            .collect()
    }

    fn reference(&mut self, column: Column, places: &[Option<ChangeHash>]) -> Result<ChangeHash> {
        let back = self.number(column, "a reference to a change")?;
        if back == 0 {
            return self.hash_in_table(column);
        }
        let place = usize::try_from(back)
            .ok()
            .and_then(|back| places.len().checked_sub(back));
        place
            .and_then(|place| places[place])
            .or_expected("a reference to an earlier change of the portion")
    }

    fn hash_in_table(&mut self, column: Column) -> Result<ChangeHash> {
        let index = self.number(column, "a place in the table of hashes")?;
        let hash = usize::try_from(index)
            .ok()
            .and_then(|index| self.hashes.get(index));
        hash.copied().or_expected("a hash in the table")
    }

    /// The change up to which the frame covers the outbox: the last one of a document, or one in the table.
    fn through(&mut self, documents: &[Document]) -> Result<ChangeHash> {
        let document = self.number(Column::Through, "the newest change")?;
        let Some(index) = document.checked_sub(1) else {
            return self.hash_in_table(Column::Through);
        };
        let document = usize::try_from(index).ok().and_then(|index| documents.get(index));
        let last = document.and_then(|document| document.places.last().copied().flatten());
        last.or_expected("a document whose last change is the newest")
    }

    fn inner(&mut self, before: &mut Before) -> Result<Vec<u8>> {
        let actor = self.device(Column::Actors)?;
        let sequence = self
            .column(Column::Sequences)
            .step(before.sequence)
            .or_expected("a sequence number")?;
        let first_operation = self.column(Column::FirstOperations).step(before.first_operation);
        let first_operation = first_operation.or_expected("an operation's number")?;
        let time_ms = self
            .column(Column::Times)
            .step(before.time_ms)
            .or_expected("a change's time")?;
        *before = Before {
            sequence,
            first_operation,
            time_ms,
        };
        let message = self
            .column(Column::Messages)
            .length_prefixed()
            .or_expected("a message")?;
        let mut other_actors = Vec::new();
        for _ in 0..self.number(Column::OtherActors, "a number of actors")? {
            other_actors.push(self.device(Column::OtherActors)?);
            self.count_rebuilt(size_of::<Uuid>())?;
        }
        let mut columns = Vec::new();
        for _ in 0..self.number(Column::Specifications, "a number of columns")? {
            let specification = self.number(Column::Specifications, "a column's specification")?;
            let length = self.number(Column::Lengths, "a column's length")?;
            let data = self
                .data
                .get_mut(&specification)
                .and_then(|data| data.take(length));
            columns.push((
                specification,
                data.or_expected("as many bytes in a column as its length says")?,
            ));
        }
        let extra = self
            .column(Column::Extras)
            .length_prefixed()
            .or_expected("a change's extra bytes")?;
        let time_ms = time_ms as i64;
        Ok(columns::join(&Parts {
            actor,
            sequence,
            first_operation,
            time_ms,
            message,
            other_actors,
            columns,
            extra,
        }))
    }

    fn device(&mut self, column: Column) -> Result<Uuid> {
        let index = self.number(column, "a place in the table of devices")?;
        let device = usize::try_from(index)
            .ok()
            .and_then(|index| self.devices.get(index));
        device.copied().or_expected("a device in the table")
    }

    fn attestations(&mut self, document: &mut Document, stored: &mut Reader<'_>) -> Result<()> {
        for _ in 0..document.attestation_count {
            let device = self.device(Column::Attestations)?;
            let head = self.reference(Column::Attestations, &document.places)?;
            let signature = stored.array().or_expected("a signature")?;
            document.attestations.push(Attestation {
                device,
                head,
                signature,
            });
        }
        Ok(())
    }

    fn count_rebuilt(&mut self, bytes: usize) -> Result<()> {
        self.rebuilt_bytes += bytes as u64;
        at_most(
            "bytes of changes in a frame",
            self.rebuilt_bytes,
            self.limits.frame_rebuilt_bytes_max,
        )
    }

    fn check_end(&self, stored: &Reader<'_>) -> Result<()> {
        let columns_read = self.columns.iter().all(Reader::is_empty);
        let data_read = self.data.values().all(Reader::is_empty);
        columns_read
            .then_some(())
            .or_expected("no more in the columns than the changes need")?;
        data_read
            .then_some(())
            .or_expected("no more in Automerge's columns than the changes need")?;
        stored
            .is_empty()
            .then_some(())
            .or_expected("nothing after the last signature")
    }
}

fn join_id(ms: u64, tail: [u8; 10]) -> Option<Uuid> {
    const MS_BITS: u32 = 48;
    (ms >> MS_BITS == 0).then(|| {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&tail);
        Uuid::from_bytes(bytes)
    })
}

fn content(expected: &'static str) -> ProtocolErrorKind {
    ProtocolErrorKind::Content { expected }
}

fn at_most(what: &'static str, found: u64, max: u32) -> Result<()> {
    let max = u64::from(max);
    if found > max {
        Err(ProtocolErrorKind::TooMany { what, found, max })
    } else {
        Ok(())
    }
}

trait OrExpected<T> {
    fn or_expected(self, expected: &'static str) -> Result<T>;
}

impl<T> OrExpected<T> for Option<T> {
    fn or_expected(self, expected: &'static str) -> Result<T> {
        self.ok_or_else(|| content(expected))
    }
}
