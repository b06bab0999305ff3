//! Lists and totals for the home screen, from the projections alone.

use jicha_store::list::{self, After, InspectionLine, TaskLine};
use jicha_store::outbox::{self, WaitingTotals};
use jicha_store::photo_queue::{self, PhotoTotals};
use jiff::Timestamp;

use crate::sync_loop::progress;
use crate::{Device, Error};

/// What waits on this device, always true: it is counted, not remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingStatistics {
    /// Records that wait to be sent.
    pub records: WaitingTotals,
    /// Photos that are only here.
    pub photos: PhotoTotals,
    /// Changes that the server refused.
    pub refused: u64,
    /// Conflicts to be settled.
    pub conflicts: u64,
    /// When the last sync was completed.
    pub last_sync_at: Option<Timestamp>,
}

impl Device {
    /// The tasks on this device, newest first.
    pub fn list_tasks(&self) -> Result<Vec<TaskLine>, Error> {
        const TASKS_SHOWN_MAX: usize = 500;
        Ok(list::tasks(&self.connection(), TASKS_SHOWN_MAX)?)
    }

    /// One page of the inspections on this device, newest first.
    pub fn list_inspections(
        &self,
        after: Option<&After>,
        count: usize,
    ) -> Result<Vec<InspectionLine>, Error> {
        Ok(list::inspections(&self.connection(), after, count)?)
    }

    /// What waits.
    pub fn waiting(&self) -> Result<WaitingStatistics, Error> {
        let connection = self.connection();
        Ok(WaitingStatistics {
            records: outbox::totals(&connection)?,
            photos: photo_queue::totals(&connection)?,
            refused: jicha_store::quarantine::count(&connection)?,
            conflicts: list::conflict_count(&connection)?,
            last_sync_at: progress::last_sync_at(&connection)?,
        })
    }
}
