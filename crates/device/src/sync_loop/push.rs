//! What goes into a request: what waits in the outbox, and what the server asked for.

use std::collections::BTreeMap;

use jicha_record::{Actor, Attestation, Change, ChangeHash, DocumentId, signed_bytes};
use jicha_store::log::{self, DocumentNumber};
use jicha_store::outbox;
use jicha_sync::{DocumentChanges, Received};
use rusqlite::Connection;
use uuid::Uuid;

use crate::enrolment;
use crate::ports::Keystore;
use crate::{Device, Error};

/// How many waiting changes are gathered before they are grouped by document. A link that breaks costs at most
/// the frames of one window.
const WINDOW_CHANGES: usize = 512;
/// The bytes of changes, uncompressed, at which a window is closed early.
const WINDOW_BYTES: usize = 48 * 1024;

/// Portions that are acknowledged together: all that the outbox holds up to a position.
pub(super) struct Window {
    pub(super) portions: Vec<DocumentChanges>,
    pub(super) through: Received,
}

impl Device {
    /// The next window of the outbox after a position, signed; nothing if nothing waits there.
    pub(super) fn next_window(&self, connection: &Connection, after: u64) -> Result<Option<Window>, Error> {
        let page = outbox::page(connection, after, WINDOW_CHANGES)?;
        let mut by_document: BTreeMap<DocumentNumber, Vec<Vec<u8>>> = BTreeMap::new();
        let mut order = Vec::new();
        let mut through = None;
        let end = window_end(&page);
        for (position, document, change) in page.into_iter().take(end) {
            through = Some((position, document));
            let changes = by_document.entry(document).or_insert_with(|| {
                order.push(document);
                Vec::new()
            });
            changes.push(change);
        }
        let Some((position, last_document)) = through else {
            return Ok(None);
        };
        let mut portions = Vec::with_capacity(order.len());
        let mut last = None;
        for number in order {
            let id = log::document_id(connection, number)?;
            let stored = by_document.remove(&number).unwrap_or_default();
            let changes = stored
                .iter()
                .map(|bytes| log::parse_change(id, bytes))
                .collect::<Result<Vec<_>, _>>()?;
            if number == last_document {
                last = changes.last().map(Change::hash);
            }
            portions.push(self.signed(connection, id, number, changes)?);
        }
        Ok(last.map(|last| Window {
            portions,
            through: Received { position, last },
        }))
    }

    /// Everything of a document that is not among the heads that the server has, with the signatures of whoever
    /// wrote it: what the server lost and asks for.
    pub(super) fn wanted_portion(
        &self,
        connection: &Connection,
        id: DocumentId,
        have: &[ChangeHash],
    ) -> Result<Option<DocumentChanges>, Error> {
        let stored = log::read(connection, id)?;
        let Some(number) = stored.number else {
            return Ok(None);
        };
        let changes = stored.document(id, Actor::SCHEMA)?.changes_since(have);
        if changes.is_empty() {
            return Ok(None);
        }
        let mut portion = self.signed(connection, id, number, changes)?;
        let present: std::collections::HashSet<ChangeHash> =
            portion.changes.iter().map(Change::hash).collect();
        for attestation in log::attestations(connection, id, number)? {
            if present.contains(&attestation.head) && !portion.attestations.contains(&attestation) {
                portion.attestations.push(attestation);
            }
        }
        Ok(Some(portion))
    }

    /// Signs the newest change of each of this device's own enrolments in a portion. Signatures are kept, so that
    /// a change can be offered again after the key is gone.
    fn signed(
        &self,
        connection: &Connection,
        document: DocumentId,
        number: DocumentNumber,
        changes: Vec<Change>,
    ) -> Result<DocumentChanges, Error> {
        let mut newest: BTreeMap<Uuid, ChangeHash> = BTreeMap::new();
        for change in &changes {
            newest.insert(change.actor().device(), change.hash());
        }
        let mut attestations = Vec::new();
        let stored = log::attestations(connection, document, number)?;
        for (device, head) in newest {
            // What was signed once need not be signed again, and can be offered after the key is gone.
            if let Some(known) = stored
                .iter()
                .find(|known| known.device == device && known.head == head)
            {
                attestations.push(known.clone());
                continue;
            }
            let Some(key_label) = enrolment::key_label_of(connection, device)? else {
                continue;
            };
            attestations.push(sign(
                self.ports.keystore.as_ref(),
                &key_label,
                device,
                document,
                head,
            )?);
        }
        let transaction = connection.unchecked_transaction()?;
        log::insert_attestations(&transaction, number, &attestations)?;
        transaction.commit()?;
        Ok(DocumentChanges {
            document,
            changes,
            attestations,
        })
    }
}

/// How much of a page of the outbox becomes one window: it ends where another document begins, if it can, since a
/// document that comes in two portions is loaded and judged twice.
fn window_end(page: &[(u64, DocumentNumber, Vec<u8>)]) -> usize {
    let mut bytes = 0;
    let mut boundary = 0;
    for (at, (_, document, change)) in page.iter().enumerate() {
        let begins_another = at > 0 && page[at - 1].1 != *document;
        if begins_another {
            boundary = at;
            if bytes > WINDOW_BYTES {
                return boundary;
            }
        }
        bytes += change.len();
    }
    // A full page may have been cut within its last document.
    if page.len() == WINDOW_CHANGES && boundary > 0 {
        boundary
    } else {
        page.len()
    }
}

fn sign(
    keystore: &dyn Keystore,
    key_label: &str,
    device: Uuid,
    document: DocumentId,
    head: ChangeHash,
) -> Result<Attestation, Error> {
    let signature = keystore.sign(key_label, &signed_bytes(document, head))?;
    Ok(Attestation {
        device,
        head,
        signature,
    })
}
