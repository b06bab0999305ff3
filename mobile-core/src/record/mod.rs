//! Records: what crosses between the app and the device, one file for each subject.
//!
//! The same record goes both ways where it can: what [`InspectionRecord`] shows of a seal is what
//! [`crate::JichaApp::set_seal`] takes.

mod campaign;
mod checklist;
mod clock;
mod conflict;
mod enrolment;
mod error_test;
mod finding;
mod inspection;
mod line;
mod metering_point;
mod nameplate;
mod photo;
mod position;
mod register;
mod seal;
mod signature;
mod task;
mod verdict;
mod waiting;
mod wiring;

pub use campaign::{Dimension, Specialty};
pub use checklist::{AnswerKind, AnswerRecord, AnswerResult, ChecklistItemRecord, ChecklistRecord};
pub use clock::{ClockRecord, ClockReference};
pub use conflict::{CandidateRecord, ConflictRecord, RefusedRecord};
pub use enrolment::EnrolmentRecord;
pub use error_test::{ErrorTestRecord, ReferenceClass};
pub use finding::{FindingAdded, FindingCategory, FindingDraft, FindingRecord, Severity};
pub use inspection::{InspectionRecord, InspectionState, MissingRecord, Want};
pub use line::{InspectionLineRecord, TaskLineRecord};
pub use metering_point::{
    AccessDifficulty, CustomerRecord, MeteringPointKind, MeteringPointRecord, PointClass,
};
pub use nameplate::{AccuracyClass, MeterConnection, NameplateRecord, PhaseWire};
pub use photo::{
    EarlierPhotoRecord, MissingShotReason, PhotoAttachedRecord, PhotoDecision, PhotoLineRecord,
    PhotoPassportRecord, PhotoReceipt, PhotoRecord, PhotoSubject, PhotoTroubleRecord, PhotoVerdictRecord,
    RetakeReason, RetakeRecord, ShotRecord,
};
pub use position::{PositionProvider, PositionRecord};
pub use register::{MeasurementUnit, PreviousReadingRecord, ReadingSource, RegisterRecord};
pub use seal::{SealPlace, SealRecord, SealState};
pub use signature::{SignatureRecord, SignatureRole};
pub use task::{PointReason, TaskPointRecord, TaskRecord, TaskState};
pub use verdict::{BasisRecord, EditedRecord, FigureRecord, Outcome, VerdictRecord};
pub use waiting::{VariantWaitingRecord, WaitingRecord};
pub use wiring::{Phase, PhaseRecord};

pub(crate) use inspection::inspection_record;
pub(crate) use photo::{earlier_photo_record, passport_record, photo_record};
pub(crate) use signature::checked_strokes;
pub(crate) use task::task_record;

use jiff::Timestamp;
use std::time::SystemTime;

/// An instant as the language's own.
fn instant(at: Timestamp) -> SystemTime {
    let since_1970 = at.as_duration();
    if since_1970.is_negative() {
        SystemTime::UNIX_EPOCH - since_1970.unsigned_abs()
    } else {
        SystemTime::UNIX_EPOCH + since_1970.unsigned_abs()
    }
}

pub(crate) fn instants(at: Option<Timestamp>) -> Option<SystemTime> {
    at.map(instant)
}

fn texts(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}
