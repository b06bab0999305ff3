//! Tasks: the work package that a planner gives out, with the facts it needs where there is no network.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::campaign::{Dimension, Specialty};
use crate::checklist::ChecklistRef;
use crate::customer::Customer;
use crate::id::{MeteringPointNo, OrgUnitCode, PersonId, PhotoHash};
use crate::metering_point::MeteringPoint;
use crate::register::PreviousReading;
use crate::word::word_enum;

word_enum! {
    /// Where a task stands.
    pub enum TaskState {
        /// Given out (派发).
        Dispatched => "dispatched", "已派发", "Dispatched";
        /// Taken on.
        Accepted => "accepted", "已接受", "Accepted";
        /// Being done.
        InProgress => "in_progress", "进行中", "In progress";
        /// Done, waiting for review.
        Submitted => "submitted", "已提交", "Submitted";
        /// Closed.
        Closed => "closed", "已关闭", "Closed";
        /// Called off, with a reason.
        Cancelled => "cancelled", "已取消", "Cancelled";
    }
}

impl TaskState {
    /// Whether a task may go from this state to the next. Any task that is not closed may be cancelled; a submitted one
    /// may be handed back.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Dispatched, Self::Accepted | Self::InProgress)
                | (Self::Accepted, Self::InProgress)
                | (Self::InProgress, Self::Submitted)
                | (Self::Submitted, Self::Closed | Self::InProgress)
                | (
                    Self::Dispatched | Self::Accepted | Self::InProgress | Self::Submitted,
                    Self::Cancelled
                )
        )
    }
}

word_enum! {
    /// Why a point is in the task: drawn at random or picked by hand, and it says which.
    pub enum PointReason {
        /// Drawn at random (随机抽样).
        Random => "random", "随机抽样", "Random";
        /// Picked by hand (人工挑选).
        HandPicked => "hand_picked", "人工挑选", "Hand-picked";
        /// Suggested by a screening rule.
        Screening => "screening", "筛查", "Screening";
        /// To be seen again after a finding.
        FollowUp => "follow_up", "复查", "Follow-up";
    }
}

/// What a task is, fixed when it is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskAbout {
    /// The unit that is audited.
    pub unit: OrgUnitCode,
    /// One line that names it.
    pub title: String,
    /// Routine, online or special.
    pub dimension: Dimension,
    /// The specialty.
    pub specialty: Specialty,
    /// The day by which it must be done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due_on: Option<Date>,
    /// Who does it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub assignees: Vec<PersonId>,
    /// Who made it.
    pub created_by: PersonId,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// The checklist to be used, where the planner settles it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checklist: Option<ChecklistRef>,
    /// What else the inspector should know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

/// One metering point to be visited, with everything needed there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskPoint {
    /// The point as in the ledger.
    pub point: MeteringPoint,
    /// The customer, thinned to what the visit needs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer: Option<Customer>,
    /// Earlier readings, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub previous: Vec<PreviousReading>,
    /// The photo of the last visit, to be shown beside the camera.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_photo: Option<PhotoHash>,
    /// Place in the route, from 1: gateway first, then new meters.
    pub order: u32,
    /// Why it is in the task.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<PointReason>,
    /// The words to that reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason_note: Option<String>,
}

/// A work package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// What it is.
    pub about: TaskAbout,
    /// Where it stands.
    pub state: TaskState,
    /// Why it was called off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_because: Option<String>,
    /// The points to be visited.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub points: BTreeMap<MeteringPointNo, TaskPoint>,
}

impl Task {
    /// A task that was just given out.
    #[must_use]
    pub const fn new(about: TaskAbout) -> Self {
        Self {
            about,
            state: TaskState::Dispatched,
            cancelled_because: None,
            points: BTreeMap::new(),
        }
    }

    /// The points in the order of the route; by number where two have one place.
    #[must_use]
    pub fn route(&self) -> Vec<(&MeteringPointNo, &TaskPoint)> {
        let mut route: Vec<_> = self.points.iter().collect();
        route.sort_by_key(|(no, point)| (point.order, (*no).clone()));
        route
    }
}
