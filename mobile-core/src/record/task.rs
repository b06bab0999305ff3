//! Tasks: the work package of a day.

use std::time::SystemTime;

use jicha_domain::id::TaskId;
use jicha_domain::task::{Task, TaskPoint};

use super::{
    CustomerRecord, Dimension, MeteringPointRecord, PreviousReadingRecord, Specialty, instant, texts,
};
use crate::words::mirrored_words;

mirrored_words! {
    /// Where a task stands.
    TaskState = jicha_domain::task::TaskState {
        /// Given out (派发).
        Dispatched,
        /// Taken on.
        Accepted,
        /// Being done.
        InProgress,
        /// Done, waiting for review.
        Submitted,
        /// Closed.
        Closed,
        /// Called off, with a reason.
        Cancelled,
    }

    /// Why a point is in the task: drawn at random or picked by hand, and it says which.
    PointReason = jicha_domain::task::PointReason {
        /// Drawn at random (随机抽样).
        Random,
        /// Picked by hand (人工挑选).
        HandPicked,
        /// Suggested by a screening rule.
        Screening,
        /// To be seen again after a finding.
        FollowUp,
    }
}

/// A work package with its metering points.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct TaskRecord {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: TaskState,
    /// Why it was called off.
    pub cancelled_because: Option<String>,
    /// The code of the unit that is audited.
    pub unit: String,
    /// One line that names it.
    pub title: String,
    /// Routine, online or special.
    pub dimension: Dimension,
    /// The specialty.
    pub specialty: Specialty,
    /// The day by which it must be done, ISO 8601.
    pub due_on: Option<String>,
    /// The ids of who does it.
    pub assignees: Vec<String>,
    /// When it was made.
    pub created_at: SystemTime,
    /// The checklist to be used, where the planner settled it.
    pub checklist: Option<String>,
    /// What else the inspector should know.
    pub note: Option<String>,
    /// The points to be visited, in the order of the route.
    pub points: Vec<TaskPointRecord>,
}

/// One metering point to be visited, with everything needed there.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct TaskPointRecord {
    /// The point as in the ledger.
    pub point: MeteringPointRecord,
    /// The customer, thinned to what the visit needs.
    pub customer: Option<CustomerRecord>,
    /// Earlier readings, oldest first.
    pub previous: Vec<PreviousReadingRecord>,
    /// The hash of the photo of the last visit.
    pub previous_photo: Option<String>,
    /// Place in the route, from 1.
    pub order: u32,
    /// Why it is in the task.
    pub reason: Option<PointReason>,
    /// The words to that reason.
    pub reason_note: Option<String>,
}

impl From<TaskPoint> for TaskPointRecord {
    fn from(point: TaskPoint) -> Self {
        Self {
            point: point.point.into(),
            customer: point.customer.map(Into::into),
            previous: point.previous.into_iter().map(Into::into).collect(),
            previous_photo: texts(point.previous_photo),
            order: point.order,
            reason: point.reason.map(Into::into),
            reason_note: point.reason_note,
        }
    }
}

pub(crate) fn task_record(id: TaskId, task: Task) -> TaskRecord {
    let points = task
        .route()
        .into_iter()
        .map(|(_, point)| point.clone().into())
        .collect();
    let about = task.about;
    TaskRecord {
        id: id.to_string(),
        state: task.state.into(),
        cancelled_because: task.cancelled_because,
        unit: about.unit.to_string(),
        title: about.title,
        dimension: about.dimension.into(),
        specialty: about.specialty.into(),
        due_on: texts(about.due_on),
        assignees: about.assignees.iter().map(ToString::to_string).collect(),
        created_at: instant(about.created_at),
        checklist: texts(about.checklist),
        note: about.note,
        points,
    }
}
