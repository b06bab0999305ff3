//! The task as a document: the work package that a planner gives out.

use jicha_domain::id::{MeteringPointNo, TaskId};
use jicha_domain::task::{Task, TaskPoint, TaskState};
use jiff::Timestamp;
use serde_json::Value;

use crate::content::{Content, Place};
use crate::entry::Write;
use crate::schema::FACTS;
use crate::{Actor, Change, Document, DocumentId, DocumentKind, Error};

const POINTS: &str = "points";

/// One thing that a planner does to a task.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskEdit {
    /// Puts a metering point into the task, or replaces what was said of it.
    SetPoint(MeteringPointNo, Box<TaskPoint>),
    /// Takes a metering point out of the task.
    RemovePoint(MeteringPointNo),
    /// Moves the task to another state.
    SetState(TaskState),
    /// Calls the task off.
    Cancel(String),
}

/// The document of a task.
pub fn document_id(id: TaskId) -> DocumentId {
    DocumentId::new(DocumentKind::Task, id.as_uuid())
}

/// Makes a task with its points: a new document and the changes that made it, one for every few hundred points.
pub fn begin(id: TaskId, actor: Actor, at: Timestamp, task: &Task) -> Result<(Document, Vec<Change>), Error> {
    let (mut document, mut changes) = Document::create(document_id(id), actor)?;
    let mut writes = vec![
        Write::put(Place::new(FACTS, "about"), &task.about),
        Write::put(Place::new(FACTS, "state"), &task.state),
    ];
    writes.extend(
        task.points
            .iter()
            .map(|(no, point)| Write::put(Place::new(POINTS, no.to_string()), point)),
    );
    changes.extend(document.write_in_pieces(at, writes)?);
    Ok((document, changes))
}

/// Makes edits, in one change.
pub fn edit(
    document: &mut Document,
    at: Timestamp,
    edits: impl IntoIterator<Item = TaskEdit>,
) -> Result<Vec<Change>, Error> {
    let writes = edits.into_iter().flat_map(into_writes).collect();
    document.write(at, writes)
}

fn into_writes(edit: TaskEdit) -> Vec<Write> {
    match edit {
        TaskEdit::SetPoint(no, point) => vec![Write::put(Place::new(POINTS, no.to_string()), &point)],
        TaskEdit::RemovePoint(no) => vec![Write::Remove {
            place: Place::new(POINTS, no.to_string()),
        }],
        TaskEdit::SetState(state) => vec![Write::put(Place::new(FACTS, "state"), &state)],
        TaskEdit::Cancel(reason) => vec![
            Write::put(Place::new(FACTS, "state"), &TaskState::Cancelled),
            Write::Put {
                place: Place::new(FACTS, "cancelled_because"),
                value: Value::String(reason),
            },
        ],
    }
}

/// What a task's document says, and the rest of the content.
pub fn read(id: DocumentId, mut content: Content) -> Result<(Task, Content), Error> {
    let incomplete = |fact| Error::Incomplete {
        document: id,
        kind: id.kind,
        fact,
    };
    let task = Task {
        about: content.take_fact("about").ok_or(incomplete("about"))?,
        state: content.take_fact("state").ok_or(incomplete("state"))?,
        cancelled_because: content.take_fact("cancelled_because"),
        points: content.take_section(POINTS),
    };
    Ok((task, content))
}
