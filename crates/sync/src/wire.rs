//! The small messages as bytes, in [postcard](https://postcard.jamesmunns.com/wire-format).
//!
//! A reader ignores what stands behind the fields that it knows, so that a later version may add some at the
//! end. Entries that name a kind of document which the reader does not know are passed over.

use jicha_record::ChangeHash;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{ProtocolErrorKind, SendError, at_most};
use crate::limits::Limits;
use crate::message::{Acknowledged, DocumentHashes, Hello, Received, RefusalReason, Refused, Welcome};
use crate::portion::DocumentName;

type Id = [u8; 16];
type Hash = [u8; 32];
type HashesWire = (u8, Id, Vec<Hash>);
type RefusedWire = (u8, Id, Hash, u16, String);

type Result<T, E = ProtocolErrorKind> = std::result::Result<T, E>;

/// The last frame of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ServerEnd {
    pub(crate) cursor: u64,
    pub(crate) more: bool,
    pub(crate) frames: u32,
}

fn write(fields: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(fields).expect("plain fields always have a form in postcard")
}

fn read<T: DeserializeOwned>(bytes: &[u8], expected: &'static str) -> Result<T> {
    let (fields, _later_fields) =
        postcard::take_from_bytes(bytes).map_err(|_| ProtocolErrorKind::Content { expected })?;
    Ok(fields)
}

fn not_more(what: &'static str, found: usize, max: u64) -> Result<()> {
    let found = found as u64;
    if found > max {
        Err(ProtocolErrorKind::TooMany { what, found, max })
    } else {
        Ok(())
    }
}

pub(crate) fn write_hello(hello: &Hello) -> Vec<u8> {
    let epoch = hello.epoch.map(Uuid::into_bytes);
    let versions = (hello.protocol_min, hello.protocol_max);
    let device = hello.device.into_bytes();
    write(&(
        versions,
        device,
        epoch,
        hello.cursor,
        hello.resuming,
        hello.response_bytes_max,
        &hello.app,
    ))
}

pub(crate) fn read_hello(bytes: &[u8]) -> Result<Hello> {
    type Fields = ((u16, u16), Id, Option<Id>, u64, bool, u32, String);
    let fields: Fields = read(bytes, "the fields of a hello")?;
    let ((protocol_min, protocol_max), device, epoch, cursor, resuming, response_bytes_max, app) = fields;
    not_more("bytes in the app's name", app.len(), Limits::APP_BYTES_MAX as u64)?;
    Ok(Hello {
        protocol_min,
        protocol_max,
        device: Uuid::from_bytes(device),
        epoch: epoch.map(Uuid::from_bytes),
        cursor,
        resuming,
        response_bytes_max,
        app,
    })
}

pub(crate) fn write_welcome(welcome: &Welcome) -> Vec<u8> {
    let received = welcome
        .received
        .map(|received| (received.position, received.last.0));
    write(&(
        welcome.protocol,
        welcome.epoch.into_bytes(),
        welcome.server_time_ms,
        received,
    ))
}

pub(crate) fn read_welcome(bytes: &[u8]) -> Result<Welcome> {
    type Fields = (u16, Id, i64, Option<(u64, Hash)>);
    let fields: Fields = read(bytes, "the fields of a welcome")?;
    let (protocol, epoch, server_time_ms, received) = fields;
    let received = received.map(|(position, last)| Received {
        position,
        last: ChangeHash(last),
    });
    Ok(Welcome {
        protocol,
        epoch: Uuid::from_bytes(epoch),
        server_time_ms,
        received,
    })
}

pub(crate) fn write_acknowledged(acknowledged: &Acknowledged, limits: &Limits) -> Result<Vec<u8>, SendError> {
    at_most(
        "refusals",
        acknowledged.refused.len(),
        limits.refusals_per_frame_max as usize,
    )?;
    for refused in &acknowledged.refused {
        at_most(
            "bytes in a refusal's words",
            refused.words.len(),
            Limits::WORDS_BYTES_MAX,
        )?;
    }
    let refused: Vec<_> = acknowledged
        .refused
        .iter()
        .map(|refused| {
            let DocumentName { kind, id } = refused.document;
            (
                kind,
                id.into_bytes(),
                refused.change.0,
                refused.reason.code(),
                &refused.words,
            )
        })
        .collect();
    let missing = hashes_to_wire(&acknowledged.missing, limits)?;
    Ok(write(&(
        acknowledged.frame,
        acknowledged.through_position,
        refused,
        missing,
    )))
}

pub(crate) fn read_acknowledged(bytes: &[u8], limits: &Limits) -> Result<Acknowledged> {
    type Fields = (u32, u64, Vec<RefusedWire>, Vec<HashesWire>);
    let fields: Fields = read(bytes, "the fields of an acknowledgement")?;
    let (frame, through_position, refused, missing) = fields;
    not_more(
        "refusals",
        refused.len(),
        u64::from(limits.refusals_per_frame_max),
    )?;
    let mut refusals = Vec::new();
    for (kind, id, change, reason, words) in refused {
        not_more(
            "bytes in a refusal's words",
            words.len(),
            Limits::WORDS_BYTES_MAX as u64,
        )?;
        refusals.push(Refused {
            document: DocumentName {
                kind,
                id: Uuid::from_bytes(id),
            },
            change: ChangeHash(change),
            reason: RefusalReason::from_code(reason),
            words,
        });
    }
    let missing = hashes_from_wire(missing, limits)?;
    Ok(Acknowledged {
        frame,
        through_position,
        refused: refusals,
        missing,
    })
}

pub(crate) fn write_hashes(documents: &[DocumentHashes], limits: &Limits) -> Result<Vec<u8>, SendError> {
    Ok(write(&hashes_to_wire(documents, limits)?))
}

pub(crate) fn read_hashes(bytes: &[u8], limits: &Limits) -> Result<Vec<DocumentHashes>> {
    hashes_from_wire(read(bytes, "a list of documents with hashes")?, limits)
}

fn hashes_to_wire(documents: &[DocumentHashes], limits: &Limits) -> Result<Vec<HashesWire>, SendError> {
    at_most(
        "documents",
        documents.len(),
        limits.documents_per_frame_max as usize,
    )?;
    let to_wire = |entry: &DocumentHashes| {
        at_most(
            "hashes of a document",
            entry.hashes.len(),
            limits.hashes_per_document_max as usize,
        )?;
        let DocumentName { kind, id } = entry.document.into();
        Ok((
            kind,
            id.into_bytes(),
            entry.hashes.iter().map(|hash| hash.0).collect(),
        ))
    };
    documents.iter().map(to_wire).collect()
}

fn hashes_from_wire(documents: Vec<HashesWire>, limits: &Limits) -> Result<Vec<DocumentHashes>> {
    not_more(
        "documents in a list",
        documents.len(),
        u64::from(limits.documents_per_frame_max),
    )?;
    let mut known = Vec::new();
    for (kind, id, hashes) in documents {
        not_more(
            "hashes of a document",
            hashes.len(),
            u64::from(limits.hashes_per_document_max),
        )?;
        if let Some(document) = (DocumentName {
            kind,
            id: Uuid::from_bytes(id),
        })
        .known()
        {
            let hashes = hashes.into_iter().map(ChangeHash).collect();
            known.push(DocumentHashes { document, hashes });
        }
    }
    Ok(known)
}

pub(crate) fn write_device_end(frames: u32) -> Vec<u8> {
    write(&frames)
}

pub(crate) fn read_device_end(bytes: &[u8]) -> Result<u32> {
    read(bytes, "the number of frames")
}

pub(crate) fn write_server_end(end: ServerEnd) -> Vec<u8> {
    write(&(end.cursor, end.more, end.frames))
}

pub(crate) fn read_server_end(bytes: &[u8]) -> Result<ServerEnd> {
    let (cursor, more, frames) = read(bytes, "the fields of the last frame")?;
    Ok(ServerEnd { cursor, more, frames })
}
