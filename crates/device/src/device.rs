//! The device: one database, one enrolment, one writer.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jicha_domain::limits::LimitTables;
use jicha_domain::rule::photo::ClockSample;
use jicha_record::{Actor, Change, Document, DocumentId, limits};
use jicha_store::log::{self, Addition, Stored};
use jicha_store::migration::{DEVICE, LOG_AND_PROJECTIONS};
use jicha_store::{OpenError, open_writer, outbox, photo_queue};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

use crate::enrolment::{self, Enrolment};
use crate::ports::Ports;
use crate::{Error, sync_loop};

/// A phone without a screen. Shared between threads; each call takes the database for a short time.
#[derive(Debug)]
pub struct Device {
    connection: Mutex<Connection>,
    pub(crate) ports: Ports,
    pub(crate) limits: LimitTables,
}

impl Device {
    /// Opens the device's database, making it if need be. The cost does not depend on how much is recorded.
    pub fn open(database: &Path, ports: Ports) -> Result<Self, OpenError> {
        let connection = open_writer(database, &[LOG_AND_PROJECTIONS, DEVICE])?;
        Ok(Device {
            connection: Mutex::new(connection),
            ports,
            limits: LimitTables::built_in(),
        })
    }

    /// Who the device belongs to, if it is enrolled.
    pub fn enrolment(&self) -> Result<Option<Enrolment>, Error> {
        enrolment::load(&self.connection())
    }

    /// The database. A panic elsewhere can't have left a transaction open, since dropping one rolls it back.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Both clocks, looked at together.
    pub(crate) fn look_at_clocks(&self) -> ClockSample {
        ClockSample {
            wall: self.now(),
            monotonic_ms: self.ports.clock.monotonic_ms(),
        }
    }

    pub(crate) fn new_id(&self) -> Uuid {
        self.ports.ids.new_id(self.now())
    }

    /// Stores a new identity and forgets how far the sync was: the server's log is read from its beginning, so
    /// that nothing is missed whatever was here before. An upload belongs to whoever began it, so each is begun anew.
    pub(crate) fn begin_enrolment(&self, enrolment: &Enrolment) -> Result<(), Error> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        enrolment::save(&transaction, enrolment)?;
        sync_loop::progress::forget(&transaction)?;
        photo_queue::forget_addresses(&transaction)?;
        Ok(transaction.commit()?)
    }
}

/// The enrolment, or the error that says there is none.
pub(crate) fn enrolled(connection: &Connection) -> Result<Enrolment, Error> {
    enrolment::load(connection)?.ok_or(Error::NotEnrolled)
}

pub(crate) fn actor(enrolment: &Enrolment) -> Actor {
    Actor::of(enrolment.device.as_uuid())
}

/// A document loaded for a change, and what was stored of it before.
pub(crate) struct Opened {
    pub(crate) stored: Stored,
    pub(crate) document: Document,
}

pub(crate) fn open_document(
    connection: &Connection,
    id: DocumentId,
    actor: Actor,
    what: &'static str,
) -> Result<Opened, Error> {
    let stored = log::read(connection, id)?;
    if stored.number.is_none() {
        return Err(Error::NotFound {
            what,
            id: id.id.to_string(),
        });
    }
    let document = stored.document(id, actor)?;
    Ok(Opened { stored, document })
}

/// Commits changes that were made here: log, snapshot, rows and outbox in one transaction. When this returns,
/// they are on the disk and will be sent. Returns their places in the log.
pub(crate) fn commit_local(
    transaction: &Transaction<'_>,
    stored: &Stored,
    document: &Document,
    changes: &[Change],
) -> Result<Vec<i64>, Error> {
    let added: usize = changes.iter().map(|change| change.bytes().len()).sum();
    let size_bytes = stored.change_bytes + added;
    if size_bytes > limits::DOCUMENT_BYTES_MAX {
        return Err(Error::DocumentFull {
            size_bytes,
            max_bytes: limits::DOCUMENT_BYTES_MAX,
        });
    }
    let addition = Addition {
        document,
        content: None,
        changes,
        attestations: &[],
    };
    let appended = log::append(transaction, stored, addition)?;
    outbox::push(transaction, appended.document, &appended.sequences)?;
    Ok(appended.sequences)
}
