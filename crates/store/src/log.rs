//! The change log: what is true. Everything else in the database can be made from it again.

use jicha_record::{Actor, Attestation, Change, ChangeHash, Document, DocumentId, DocumentKind};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::{Error, projection};

/// After how many changes behind the newest snapshot a new one is taken, so that loading a document stays cheap
/// however long its history is.
const CHANGES_PER_SNAPSHOT: usize = 32;

/// The short number of a document within this database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber(pub i64);

/// What the database holds of a document before anything new comes.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The document's number; none if it is not here yet.
    pub number: Option<DocumentNumber>,
    /// The bytes of its changes together.
    pub change_bytes: usize,
    snapshot: Option<Vec<u8>>,
    tail: Vec<Vec<u8>>,
}

impl Stored {
    /// How many changes lie behind the newest snapshot.
    pub fn tail_length(&self) -> usize {
        self.tail.len()
    }

    /// The document in memory, for this writer. Empty if nothing is stored.
    pub fn document(&self, id: DocumentId, actor: Actor) -> Result<Document, Error> {
        let tail = self.tail.iter().map(Vec::as_slice);
        Ok(Document::load(id, actor, self.snapshot.as_deref(), tail)?)
    }
}

/// Reads what is stored of a document.
pub fn read(connection: &Connection, id: DocumentId) -> Result<Stored, Error> {
    let found: Option<(i64, i64)> = connection
        .prepare_cached("SELECT number, change_bytes FROM document WHERE kind = ?1 AND id = ?2")?
        .query_row(params![id.kind.as_str(), id.id.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((number, change_bytes)) = found else {
        return Ok(Stored {
            number: None,
            change_bytes: 0,
            snapshot: None,
            tail: Vec::new(),
        });
    };
    let snapshot: Option<(i64, Vec<u8>)> = connection
        .prepare_cached("SELECT through_sequence, bytes FROM snapshot WHERE document = ?1")?
        .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (through, snapshot) = snapshot.map_or((0, None), |(through, bytes)| (through, Some(bytes)));
    let tail = connection
        .prepare_cached("SELECT bytes FROM change WHERE document = ?1 AND sequence > ?2 ORDER BY sequence")?
        .query_map(params![number, through], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let change_bytes = usize::try_from(change_bytes).unwrap_or(0);
    Ok(Stored {
        number: Some(DocumentNumber(number)),
        change_bytes,
        snapshot,
        tail,
    })
}

/// Loads a document, or nothing if it is not here.
pub fn load(connection: &Connection, id: DocumentId, actor: Actor) -> Result<Option<Document>, Error> {
    let stored = read(connection, id)?;
    match stored.number {
        Some(_) => stored.document(id, actor).map(Some),
        None => Ok(None),
    }
}

/// What a transaction adds to one document.
#[derive(Debug)]
pub struct Addition<'a> {
    /// The document with the changes in it.
    pub document: &'a Document,
    /// Its content, where the caller has it already.
    pub content: Option<jicha_record::Content>,
    /// The changes that are new.
    pub changes: &'a [Change],
    /// The signatures that came with them.
    pub attestations: &'a [Attestation],
}

/// Where an addition went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The document's number.
    pub document: DocumentNumber,
    /// The places of the changes in the log, in their order.
    pub sequences: Vec<i64>,
}

/// Appends changes to the log and brings snapshot and projections up to date, all in the caller's transaction.
pub fn append(
    transaction: &Transaction<'_>,
    stored: &Stored,
    addition: Addition<'_>,
) -> Result<Appended, Error> {
    let id = addition.document.id();
    let number = match stored.number {
        Some(number) => number,
        None => insert_document(transaction, id)?,
    };
    let mut sequences = Vec::with_capacity(addition.changes.len());
    let mut insert = transaction.prepare_cached(
        "INSERT INTO change (document, hash, actor, actor_sequence, made_at_ms, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for change in addition.changes {
        insert.execute(params![
            number.0,
            change.hash().0.as_slice(),
            change.actor().device().to_string(),
            change.sequence() as i64,
            change.time().as_millisecond(),
            change.bytes(),
        ])?;
        sequences.push(transaction.last_insert_rowid());
    }
    if let Some(last) = sequences.last() {
        let added: usize = addition.changes.iter().map(|change| change.bytes().len()).sum();
        transaction
            .prepare_cached(
                "UPDATE document SET change_bytes = change_bytes + ?2, last_sequence = ?3 WHERE number = ?1",
            )?
            .execute(params![number.0, added as i64, last])?;
        if stored.tail_length() + sequences.len() >= CHANGES_PER_SNAPSHOT {
            write_snapshot(transaction, number, addition.document, *last)?;
        }
    }
    insert_attestations(transaction, number, addition.attestations)?;
    let content = addition.content.unwrap_or_else(|| addition.document.content());
    match stored.number {
        Some(_) => projection::replace(transaction, addition.document, content)?,
        None => projection::insert(transaction, addition.document, content)?,
    }
    Ok(Appended {
        document: number,
        sequences,
    })
}

fn insert_document(transaction: &Transaction<'_>, id: DocumentId) -> Result<DocumentNumber, Error> {
    transaction
        .prepare_cached("INSERT INTO document (kind, id) VALUES (?1, ?2)")?
        .execute(params![id.kind.as_str(), id.id.to_string()])?;
    Ok(DocumentNumber(transaction.last_insert_rowid()))
}

/// Takes a snapshot of a document that was loaded without one, if its history is long enough.
pub(crate) fn renew_snapshot(
    transaction: &Transaction<'_>,
    stored: &Stored,
    document: &Document,
) -> Result<(), Error> {
    let Some(number) = stored
        .number
        .filter(|_| stored.tail_length() >= CHANGES_PER_SNAPSHOT)
    else {
        return Ok(());
    };
    let last = transaction
        .prepare_cached("SELECT last_sequence FROM document WHERE number = ?1")?
        .query_row([number.0], |row| row.get(0))?;
    write_snapshot(transaction, number, document, last)
}

/// A document that can't be loaded from its snapshot gets none: the changes are what is true, and they can be.
fn write_snapshot(
    transaction: &Transaction<'_>,
    number: DocumentNumber,
    document: &Document,
    through: i64,
) -> Result<(), Error> {
    let Some(snapshot) = document.proven_snapshot() else {
        return Ok(());
    };
    transaction
        .prepare_cached(
            "INSERT INTO snapshot (document, through_sequence, bytes) VALUES (?1, ?2, ?3)
             ON CONFLICT (document) DO UPDATE SET through_sequence = ?2, bytes = ?3",
        )?
        .execute(params![number.0, through, snapshot])?;
    Ok(())
}

/// Notes signatures over changes that are in the log.
pub fn insert_attestations(
    transaction: &Transaction<'_>,
    number: DocumentNumber,
    attestations: &[Attestation],
) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(
        "INSERT OR IGNORE INTO attestation (document, head, device, signature) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for attestation in attestations {
        insert.execute(params![
            number.0,
            attestation.head.0.as_slice(),
            attestation.device.to_string(),
            attestation.signature.as_slice(),
        ])?;
    }
    Ok(())
}

/// All signatures over changes of a document.
pub fn attestations(
    connection: &Connection,
    id: DocumentId,
    number: DocumentNumber,
) -> Result<Vec<Attestation>, Error> {
    let rows: Vec<(Vec<u8>, String, Vec<u8>)> = connection
        .prepare_cached("SELECT head, device, signature FROM attestation WHERE document = ?1")?
        .query_map([number.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(head, device, signature)| {
            let unreadable = || stored_error(id, "signature", "it has another length");
            Ok(Attestation {
                head: ChangeHash(head.try_into().map_err(|_| unreadable())?),
                device: parse_uuid(id, &device)?,
                signature: signature.try_into().map_err(|_| unreadable())?,
            })
        })
        .collect()
}

/// The changes of a document from `first` to `last` in the log, both included, in the order of the log.
pub fn changes_between(
    connection: &Connection,
    id: DocumentId,
    number: DocumentNumber,
    first: i64,
    last: i64,
) -> Result<Vec<Change>, Error> {
    let rows: Vec<Vec<u8>> = connection
        .prepare_cached(
            "SELECT bytes FROM change WHERE document = ?1 AND sequence BETWEEN ?2 AND ?3 ORDER BY sequence",
        )?
        .query_map(params![number.0, first, last], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    rows.iter().map(|bytes| parse_change(id, bytes)).collect()
}

/// As [`changes_between`], without those that one writer made; these are not even read.
pub fn changes_of_others_between(
    connection: &Connection,
    id: DocumentId,
    number: DocumentNumber,
    (first, last): (i64, i64),
    writer: Actor,
) -> Result<Vec<Change>, Error> {
    let rows: Vec<Vec<u8>> = connection
        .prepare_cached(
            "SELECT bytes FROM change
             WHERE document = ?1 AND sequence BETWEEN ?2 AND ?3 AND actor <> ?4 ORDER BY sequence",
        )?
        .query_map(
            params![number.0, first, last, writer.device().to_string()],
            |row| row.get(0),
        )?
        .collect::<Result<_, _>>()?;
    rows.iter().map(|bytes| parse_change(id, bytes)).collect()
}

/// Whether a writer has made any change of a document.
pub fn has_changes_of(connection: &Connection, number: DocumentNumber, writer: Actor) -> Result<bool, Error> {
    let found = connection
        .prepare_cached("SELECT 1 FROM change WHERE document = ?1 AND actor = ?2 LIMIT 1")?
        .exists(params![number.0, writer.device().to_string()])?;
    Ok(found)
}

/// One change of a document, if it is in the log.
pub fn change(connection: &Connection, id: DocumentId, hash: ChangeHash) -> Result<Option<Change>, Error> {
    let bytes: Option<Vec<u8>> = connection
        .prepare_cached(
            "SELECT change.bytes FROM document JOIN change ON change.document = document.number
             WHERE document.kind = ?1 AND document.id = ?2 AND change.hash = ?3",
        )?
        .query_row(
            params![id.kind.as_str(), id.id.to_string(), hash.0.as_slice()],
            |row| row.get(0),
        )
        .optional()?;
    bytes.map(|bytes| parse_change(id, &bytes)).transpose()
}

/// Reads a change that this program stored before.
pub fn parse_change(id: DocumentId, bytes: &[u8]) -> Result<Change, Error> {
    Change::parse(id, bytes).map_err(|error| stored_error(id, "change", &error.to_string()))
}

/// The identity of a document, by its number.
pub fn document_id(connection: &Connection, number: DocumentNumber) -> Result<DocumentId, Error> {
    let (kind, id): (String, String) = connection
        .prepare_cached("SELECT kind, id FROM document WHERE number = ?1")?
        .query_row([number.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    document_id_from(&kind, &id)
}

/// Every document, page by page: those with a number above `after`.
pub fn documents_after(
    connection: &Connection,
    after: DocumentNumber,
    count: usize,
) -> Result<Vec<(DocumentNumber, DocumentId)>, Error> {
    let rows: Vec<(i64, String, String)> = connection
        .prepare_cached("SELECT number, kind, id FROM document WHERE number > ?1 ORDER BY number LIMIT ?2")?
        .query_map(params![after.0, count as i64], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(number, kind, id)| Ok((DocumentNumber(number), document_id_from(&kind, &id)?)))
        .collect()
}

pub(crate) fn document_id_from(kind: &str, id: &str) -> Result<DocumentId, Error> {
    let nil = DocumentId::new(DocumentKind::Inspection, Uuid::nil());
    format!("{kind}/{id}")
        .parse()
        .map_err(|_| stored_error(nil, "document id", id))
}

pub(crate) fn parse_uuid(document: DocumentId, text: &str) -> Result<Uuid, Error> {
    Uuid::try_parse(text).map_err(|error| stored_error(document, "id", &error.to_string()))
}

pub(crate) fn stored_error(document: DocumentId, what: &'static str, why: &str) -> Error {
    Error::Stored {
        document,
        what,
        why: why.to_owned(),
    }
}
