//! Lines of lists.

use std::time::SystemTime;

use jicha_store::list::{InspectionLine, TaskLine};
use jiff::Timestamp;

use super::{InspectionState, MeteringPointKind, TaskState, instant};

/// One line of the list of inspections.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct InspectionLineRecord {
    /// The inspection.
    pub id: String,
    /// Its task, if it belongs to one.
    pub task: Option<String>,
    /// The metering point's number.
    pub point_no: String,
    /// The metering point's name.
    pub point_name: String,
    /// What the point measures; none where a newer version wrote a word that this one does not know.
    pub point_kind: Option<MeteringPointKind>,
    /// Where it stands; none where a newer version wrote a word that this one does not know.
    pub state: Option<InspectionState>,
    /// When it began.
    pub started_at: SystemTime,
    /// Answers given.
    pub answer_count: u32,
    /// Photos attached.
    pub photo_count: u32,
    /// Findings written.
    pub finding_count: u32,
    /// Doubts that rules had about readings.
    pub doubt_count: u32,
    /// Conflicts to be settled.
    pub conflict_count: u32,
}

/// One line of the list of tasks.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct TaskLineRecord {
    /// The task.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The code of the audited unit.
    pub unit: String,
    /// Where it stands; none where a newer version wrote a word that this one does not know.
    pub state: Option<TaskState>,
    /// The day by which it must be done, ISO 8601.
    pub due_on: Option<String>,
    /// Metering points in it.
    pub point_count: u32,
    /// Inspections that were begun for it here.
    pub inspection_count: u32,
}

impl From<InspectionLine> for InspectionLineRecord {
    fn from(line: InspectionLine) -> Self {
        let started_at = Timestamp::from_millisecond(line.started_at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        Self {
            id: line.id,
            task: line.task,
            point_no: line.point_no,
            point_name: line.point_name,
            point_kind: word(&line.point_kind)
                .map(|kind: jicha_domain::metering_point::MeteringPointKind| kind.into()),
            state: word(&line.state).map(|state: jicha_domain::inspection::InspectionState| state.into()),
            started_at: instant(started_at),
            answer_count: line.answer_count,
            photo_count: line.photo_count,
            finding_count: line.finding_count,
            doubt_count: line.doubt_count,
            conflict_count: line.conflict_count,
        }
    }
}

impl From<TaskLine> for TaskLineRecord {
    fn from(line: TaskLine) -> Self {
        Self {
            id: line.id,
            title: line.title,
            unit: line.unit,
            state: word(&line.state).map(|state: jicha_domain::task::TaskState| state.into()),
            due_on: line.due_on,
            point_count: line.point_count,
            inspection_count: line.inspection_count,
        }
    }
}

fn word<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}
