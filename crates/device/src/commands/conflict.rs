//! Conflicts: listed with both values, authors and times, and settled by a person.

use jicha_record::{ChangeHash, DocumentId, Place};
use jicha_store::{list, log};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::device::{self, Opened};
use crate::{Device, Error};

/// A conflict that waits for a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenConflict {
    /// The document.
    pub document: DocumentId,
    /// The entry at which different values stand.
    pub place: Place,
    /// The values.
    pub candidates: Vec<OpenCandidate>,
}

/// One of the values that stand against one another.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct OpenCandidate {
    /// The change that wrote it, by which it is chosen.
    pub change: String,
    /// The device that wrote it.
    pub actor: Uuid,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// The value.
    pub value: Value,
}

impl Device {
    /// The conflicts in what is on this device.
    pub fn conflicts(&self) -> Result<Vec<OpenConflict>, Error> {
        let rows = list::conflicts(&self.connection())?;
        let conflicts = rows
            .into_iter()
            .filter_map(|(kind, id, section, key, candidates)| {
                Some(OpenConflict {
                    document: format!("{kind}/{id}").parse().ok()?,
                    place: Place::new(section, key),
                    candidates: serde_json::from_str(&candidates).ok()?,
                })
            });
        Ok(conflicts.collect())
    }

    /// Settles a conflict: the value that the change `chosen` wrote counts from now on, the others are kept in the
    /// record of the settlement together with the reason.
    pub fn settle_conflict(
        &self,
        document: DocumentId,
        place: &Place,
        chosen: ChangeHash,
        reason: &str,
    ) -> Result<(), Error> {
        let mut connection = self.connection();
        let actor = device::actor(&device::enrolled(&connection)?);
        let Opened { stored, mut document } =
            device::open_document(&connection, document, actor, "document")?;
        let changes = document.settle(self.now(), place, chosen, reason)?;
        let transaction = connection.transaction()?;
        device::commit_local(&transaction, &stored, &document, &changes)?;
        Ok(transaction.commit()?)
    }

    /// The changes that the server refused, newest first.
    pub fn refused(&self) -> Result<Vec<jicha_store::quarantine::Quarantined>, Error> {
        const SHOWN: usize = 200;
        Ok(jicha_store::quarantine::list(&self.connection(), SHOWN)?)
    }

    /// The newest changes of a document here; equal on two sides when they have the same.
    pub fn heads(&self, document: DocumentId) -> Result<Vec<ChangeHash>, Error> {
        let connection = self.connection();
        let actor = device::actor(&device::enrolled(&connection)?);
        let loaded = log::load(&connection, document, actor)?;
        Ok(loaded.map(|document| document.heads()).unwrap_or_default())
    }
}
