//! What admission is decided from: the devices that wrote the changes, their people's rights, and the
//! organisation.

use std::collections::{BTreeSet, HashMap};

use jicha_domain::org::OrgTree;
use jicha_record::admission::{Author, Gate};
use jicha_record::{Change, DeviceKey, DocumentId};
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::SyncError;
use crate::auth::{org_tree, person};

/// The authors that a sync has met so far, and the organisation; read once per request.
pub(super) struct GateKeeper {
    authors: HashMap<Uuid, Author>,
    looked_up: BTreeSet<Uuid>,
    units: OrgTree,
    progress_held: bool,
    touched: Vec<DocumentId>,
}

impl GateKeeper {
    pub(super) fn open(sql: &Connection) -> Result<Self, SyncError> {
        Ok(GateKeeper {
            authors: HashMap::new(),
            looked_up: BTreeSet::new(),
            units: org_tree::load(sql)?,
            progress_held: false,
            touched: Vec::new(),
        })
    }

    /// Looks up the authors of these changes that are not known yet.
    pub(super) fn meet(&mut self, sql: &Connection, changes: &[Change]) -> Result<(), SyncError> {
        for change in changes {
            let device = change.actor().device();
            if self.looked_up.insert(device)
                && let Some(author) = author(sql, device)?
            {
                self.authors.insert(device, author);
            }
        }
        Ok(())
    }

    /// Notes documents that have grown.
    pub(super) fn touch(&mut self, documents: Vec<DocumentId>) {
        self.touched.extend(documents);
    }

    /// The documents that have grown since this was last asked.
    pub(super) fn take_touched(&mut self) -> Vec<DocumentId> {
        std::mem::take(&mut self.touched)
    }

    /// From now on the device's progress stands still in this request.
    pub(super) fn hold_progress(&mut self) {
        self.progress_held = true;
    }

    pub(super) fn holds_progress(&self) -> bool {
        self.progress_held
    }

    pub(super) fn units(&self) -> &OrgTree {
        &self.units
    }

    pub(super) fn gate(&self) -> Gate<'_> {
        Gate {
            authors: &self.authors,
            units: &self.units,
        }
    }
}

fn author(sql: &Connection, device: Uuid) -> Result<Option<Author>, SyncError> {
    let found: Option<(String, Vec<u8>, bool)> = sql
        .prepare_cached(
            "SELECT device.person, device.public_key,
                    device.locked_at_ms IS NOT NULL OR person.locked_at_ms IS NOT NULL
             FROM device JOIN person ON person.id = device.person WHERE device.id = ?1",
        )?
        .query_row([device.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((person, key, locked)) = found else {
        return Ok(None);
    };
    let Ok(key) = DeviceKey::from_bytes(&key) else {
        return Ok(None);
    };
    let grants = person::grants_of(sql, &person)?;
    Ok(Some(Author { key, locked, grants }))
}
