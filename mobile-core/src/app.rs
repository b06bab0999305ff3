//! The app's object: opening, reading, conflicts, what waits.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jicha_device::ports::{Clock, Ids, Ports};
use jicha_device::{Device, PhotoFolder};
use jicha_domain::id::{InspectionId, TaskId};
use jicha_record::Place;
use jicha_store::list::After;
use tokio::sync::Mutex;

use crate::guard::guarded;
use crate::input::{bad_input, instant, parse};
use crate::key_provider::{KeyProvider, ProvidedKeys};
use crate::record::{inspection_record, task_record};
use crate::system::{RandomIds, SystemClock};
use crate::transport::HttpTransport;
use crate::{
    ConflictRecord, EnrolmentRecord, InspectionLineRecord, InspectionRecord, JichaException, RefusedRecord,
    TaskLineRecord, TaskRecord, WaitingRecord,
};

/// The most lines that one page of a list has.
const PAGE_LINES_MAX: u32 = 500;

/// Jicha on this device. One object for one folder; share it between threads.
///
/// Methods that are not `async` block for local I/O, a few milliseconds each: call them off the UI thread.
#[derive(uniffi::Object)]
pub struct JichaApp {
    pub(crate) device: Arc<Device>,
    pub(crate) transport: HttpTransport,
    pub(crate) clock: SystemClock,
    pub(crate) ids: RandomIds,
    pub(crate) photos: PathBuf,
    /// Held by the one sync or enrolment that runs.
    pub(crate) connected: Arc<Mutex<()>>,
}

#[uniffi::export]
impl JichaApp {
    /// Opens the folder of this device's data, making it if need be: the database `jicha.sqlite`, and the photos in
    /// `photos`. It takes as long with 10,000 inspections as with none. The folder must be the app's own, and only
    /// one object may use it at a time.
    #[uniffi::constructor]
    pub fn open(folder: String, key_provider: Arc<dyn KeyProvider>) -> Result<Arc<Self>, JichaException> {
        guarded(|| {
            let folder = Path::new(&folder);
            let photos = folder.join("photos");
            let files = PhotoFolder::open(&photos).map_err(|error| JichaException::file("folder", &error))?;
            let ports = Ports {
                clock: Arc::new(SystemClock),
                ids: Arc::new(RandomIds),
                keystore: Arc::new(ProvidedKeys(key_provider)),
                photos: Arc::new(files),
            };
            Ok(Arc::new(Self {
                device: Arc::new(Device::open(&folder.join("jicha.sqlite"), ports)?),
                transport: HttpTransport::new()?,
                clock: SystemClock,
                ids: RandomIds,
                photos,
                connected: Arc::default(),
            }))
        })
    }

    /// Who the device belongs to; none until it is enrolled.
    pub fn enrolment(&self) -> Result<Option<EnrolmentRecord>, JichaException> {
        guarded(|| Ok(self.device.enrolment()?.map(Into::into)))
    }

    /// The tasks on this device, newest first.
    pub fn list_tasks(&self) -> Result<Vec<TaskLineRecord>, JichaException> {
        guarded(|| Ok(self.device.list_tasks()?.into_iter().map(Into::into).collect()))
    }

    /// A task with its metering points.
    pub fn load_task(&self, task: String) -> Result<TaskRecord, JichaException> {
        guarded(|| {
            let id: TaskId = parse("task", &task)?;
            Ok(task_record(id, self.device.load_task(id)?))
        })
    }

    /// One page of the inspections on this device, newest first. `after` is the last line of the page before; none
    /// for the first page. `count` is at most 500.
    #[uniffi::method(default(after = None, count = 50))]
    pub fn list_inspections(
        &self,
        after: Option<InspectionLineRecord>,
        count: u32,
    ) -> Result<Vec<InspectionLineRecord>, JichaException> {
        guarded(|| {
            let after = after.map(page_end).transpose()?;
            let count = count.min(PAGE_LINES_MAX) as usize;
            Ok(self
                .device
                .list_inspections(after.as_ref(), count)?
                .into_iter()
                .map(Into::into)
                .collect())
        })
    }

    /// An inspection as it stands, with what the rules say of it and what is missing.
    pub fn load_inspection(&self, inspection: String) -> Result<InspectionRecord, JichaException> {
        guarded(|| {
            let id: InspectionId = parse("inspection", &inspection)?;
            let (inspection, verdicts) = self.device.load_inspection(id)?;
            Ok(inspection_record(
                id,
                inspection,
                verdicts,
                self.device.missing(id)?,
            ))
        })
    }

    /// Where the unchanged bytes of a photo are on this device; none if they are not here.
    pub fn photo_path(&self, hash: String) -> Result<Option<String>, JichaException> {
        guarded(|| {
            let hash: jicha_domain::id::PhotoHash = parse("hash", &hash)?;
            let path = self.photos.join(hash.to_string());
            Ok(path.exists().then(|| path.display().to_string()))
        })
    }

    /// The conflicts on this device: places where two devices wrote different values.
    pub fn conflicts(&self) -> Result<Vec<ConflictRecord>, JichaException> {
        guarded(|| Ok(self.device.conflicts()?.into_iter().map(Into::into).collect()))
    }

    /// Settles a conflict: the value of the candidate whose `change` is chosen counts from now on; the others are kept
    /// with the reason. `document`, `section` and `key` are those of the conflict.
    pub fn settle_conflict(
        &self,
        document: String,
        section: String,
        key: String,
        change: String,
        reason: String,
    ) -> Result<(), JichaException> {
        guarded(|| {
            let (document, change) = (parse("document", &document)?, parse("change", &change)?);
            Ok(self
                .device
                .settle_conflict(document, &Place::new(section, key), change, &reason)?)
        })
    }

    /// What waits to be sent, and when the last sync was completed.
    pub fn waiting(&self) -> Result<WaitingRecord, JichaException> {
        guarded(|| Ok(self.device.waiting()?.into()))
    }

    /// The changes of this device that the server refused, newest first, at most 200.
    pub fn refused(&self) -> Result<Vec<RefusedRecord>, JichaException> {
        guarded(|| Ok(self.device.refused()?.into_iter().map(Into::into).collect()))
    }
}

impl JichaApp {
    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    pub(crate) fn new_id(&self) -> uuid::Uuid {
        self.ids.new_id(self.now())
    }
}

fn page_end(line: InspectionLineRecord) -> Result<After, JichaException> {
    let started_at = instant("after", line.started_at)?;
    // The id's own form decides what comes after it, so a line that was not ours would silently skip some.
    let id: InspectionId = parse("after", &line.id).map_err(|_| {
        bad_input(
            "after",
            "the last line of the page before, as it was returned",
            &line.id,
        )
    })?;
    Ok(After {
        started_at_ms: started_at.as_millisecond(),
        id: id.to_string(),
    })
}
