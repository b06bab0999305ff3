//! The supervisors' queue and what is done with it.

mod acts;
mod photo;

pub use acts::{
    __path_comment, __path_finding, __path_presence, __path_undo, __path_verdicts, comment, finding,
    presence, undo, verdicts,
};
pub use photo::{__path_photo, photo};

use super::extract::QueryOf;
use super::paging::limit;
use crate::auth::{Actor, instant};
use crate::live::Person;
use crate::photos::Variant;
use crate::problem::{Code, Problem, ProblemResponse};
use crate::review::page::{self, Filter, Part, Reader, Row};
use crate::review::{Flag, Flags, State, act, agreement, caught_up};
use crate::state::App;
use axum::Json;
use axum::extract::State as AppState;
use jicha_domain::id::PersonId;
use jicha_domain::rights::{Act, Subject};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which photos are wanted. An empty text counts as absent.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// to_review (what is meant when absent), waiting, retake_arrived, retake, accepted, finding, on_its_way, replaced or all.
    #[param(example = "to_review")]
    pub state: Option<String>,
    /// Only this org unit and what lies below it.
    pub unit: Option<String>,
    /// Only this specialty.
    pub specialty: Option<String>,
    /// Only this work package.
    pub task: Option<String>,
    /// Only this inspector.
    pub inspector: Option<String>,
    /// Only with all of these, separated by commas: doubt, near_duplicate, far, outside_time, refused, conflict.
    pub flags: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows of the page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
}

/// A photo in the queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueItemResponse {
    /// The inspection.
    pub inspection: String,
    /// The photo.
    pub hash: String,
    /// What it shows.
    pub shows: String,
    /// The metering point's name.
    pub point_name: String,
    /// The audited unit.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// The specialty.
    pub specialty: String,
    /// Who inspected.
    pub inspector: String,
    /// The inspector's name.
    pub inspector_name: String,
    /// When the inspection began (RFC 3339).
    pub started_at: String,
    /// on_its_way, waiting, retake_arrived, accepted, retake, finding or replaced.
    pub state: String,
    /// What is noteworthy: doubt, near_duplicate, far, outside_time, refused, conflict.
    pub flags: Vec<String>,
    /// The variants that are here: thumbnail, preview, original.
    pub here: Vec<String>,
    /// True for one's own work, which somebody else has to judge.
    pub own: bool,
    /// Who looks at it now, the caller left out.
    pub looking: Vec<Person>,
}

/// How many photos stand in each state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountsResponse {
    /// To be looked at, retakes that arrived included.
    pub to_review: i64,
    /// Sent back, and not taken again yet.
    pub retake: i64,
    /// Taken again, and waiting.
    pub retake_arrived: i64,
    /// Turned into findings.
    pub finding: i64,
    /// Accepted.
    pub accepted: i64,
    /// Named by an inspection and not here yet.
    pub on_its_way: i64,
}

/// A page of the queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueResponse {
    /// What waits from the oldest, what is done from the newest; the photos of an inspection together.
    pub items: Vec<QueueItemResponse>,
    /// To be sent as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Counts within the unit of the filter; the other filters do not narrow them.
    pub counts: CountsResponse,
    /// When the caller last judged something (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_act_at: Option<String>,
}

/// How far two supervisors agree who judged the same photos without knowing of each other.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgreementResponse {
    /// Photos that were judged twice.
    pub pairs: u64,
    /// Those on which both decided alike, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// Cohen's kappa: 1 for full agreement, 0 for what chance would give. Absent where it is not defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kappa: Option<f64>,
    /// The share of photos that are drawn for a second review, in percent.
    pub drawn_percent: f64,
}

fn given(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

impl TryFrom<QueueQuery> for Filter {
    type Error = Problem;

    fn try_from(query: QueueQuery) -> Result<Filter, Problem> {
        let bad = |name: &str, detail: &str| Problem::new(Code::BadQuery).at(name).detail(detail);
        let part = match given(query.state.as_ref()) {
            None => Part::ToReview,
            Some(word) => Part::from_word(&word).ok_or_else(|| bad("state", "No such state."))?,
        };
        let mut flags = Flags::default();
        for word in given(query.flags.as_ref())
            .iter()
            .flat_map(|words| words.split(','))
        {
            let flag = Flag::from_word(word.trim()).ok_or_else(|| bad("flags", "No such flag."))?;
            flags = flags.with(flag, true);
        }
        Ok(Filter {
            part,
            unit: given(query.unit.as_ref()),
            specialty: given(query.specialty.as_ref()),
            task: given(query.task.as_ref()),
            inspector: given(query.inspector.as_ref()),
            flags,
            after: given(query.after.as_ref())
                .map(|after| after.parse())
                .transpose()?,
            limit: limit(query.limit)?,
        })
    }
}

/// The reader that an actor is.
pub(crate) fn reader_of(actor: &Actor) -> Reader {
    Reader {
        person: actor.person,
        judges: actor.may_somewhere(Act::Write, Subject::Review),
    }
}

pub(crate) fn item_response(app: &App, reader: &Reader, row: Row) -> QueueItemResponse {
    let item = row.item;
    let looking = looking(app, reader.person, &item.inspection, &item.hash);
    let state = if reader.is_blind_to(&item) {
        State::Waiting
    } else {
        item.state
    };
    QueueItemResponse {
        own: item.inspector == reader.person.to_string(),
        started_at: instant(item.at_ms).to_string(),
        state: state.as_str().to_owned(),
        flags: item.flags.iter().map(|flag| flag.as_str().to_owned()).collect(),
        // The best first.
        here: row
            .here
            .iter()
            .rev()
            .map(|variant: &Variant| variant.as_str().to_owned())
            .collect(),
        inspection: item.inspection,
        hash: item.hash,
        shows: item.shows,
        point_name: row.point_name,
        unit: item.unit,
        unit_name: row.unit_name,
        specialty: item.specialty,
        inspector: item.inspector,
        inspector_name: row.inspector_name,
        looking,
    }
}

pub(crate) fn looking(app: &App, me: PersonId, inspection: &str, hash: &str) -> Vec<Person> {
    let mut people = app.live().presence().at(app.now(), inspection, hash);
    people.retain(|person| person.id != me.to_string());
    people
}

/// The photos that wait for the caller, or others by the filters.
#[utoipa::path(get, path = "/api/review/queue", tag = "review", params(QueueQuery),
    responses((status = 200, body = QueueResponse), (status = 400, body = ProblemResponse), (status = 403, body = ProblemResponse)))]
pub async fn queue(
    AppState(app): AppState<App>,
    actor: Actor,
    QueryOf(query): QueryOf<QueueQuery>,
) -> Result<Json<QueueResponse>, Problem> {
    let scope = actor.scope(Act::Read, Subject::Review)?;
    let filter = Filter::try_from(query)?;
    let reader = reader_of(&actor);
    let asked = reader.clone();
    caught_up(&app).await?;
    let (rows, next, counts, last) = app
        .storage()
        .read(move |sql| -> Result<_, Problem> {
            let (rows, next) = page::page(sql, &scope, &asked, &filter)?;
            let counts = page::counts(sql, &scope, &asked, filter.unit.as_deref())?;
            Ok((rows, next, counts, page::last_act(sql, asked.person)?))
        })
        .await?;
    let count = |state: State| counts.get(&state).copied().unwrap_or(0).max(0);
    Ok(Json(QueueResponse {
        items: rows
            .into_iter()
            .map(|row| item_response(&app, &reader, row))
            .collect(),
        next: next.map(|next| next.to_string()),
        counts: CountsResponse {
            to_review: count(State::Waiting) + count(State::Arrived),
            retake: count(State::Retake),
            retake_arrived: count(State::Arrived),
            finding: count(State::Finding),
            accepted: count(State::Accepted),
            on_its_way: count(State::OnItsWay),
        },
        last_act_at: last.map(|at_ms| instant(at_ms).to_string()),
    }))
}

/// How far supervisors agree, from photos that two of them judged without knowing of each other.
#[utoipa::path(get, path = "/api/review/agreement", tag = "review",
    responses((status = 200, body = AgreementResponse), (status = 403, body = ProblemResponse)))]
pub async fn agreement(
    AppState(app): AppState<App>,
    actor: Actor,
) -> Result<Json<AgreementResponse>, Problem> {
    let scope = actor.scope(Act::Read, Subject::Statistics)?;
    let figures = app
        .storage()
        .read(move |sql| agreement::agreement(sql, &scope))
        .await?;
    let percent = (figures.pairs > 0).then(|| 100.0 * figures.alike as f64 / figures.pairs as f64);
    Ok(Json(AgreementResponse {
        pairs: figures.pairs,
        percent,
        kappa: figures.kappa,
        drawn_percent: app.config().second_review_percent,
    }))
}

fn reviewer_of(actor: &Actor) -> Result<act::Reviewer, Problem> {
    Ok(act::Reviewer {
        person: actor.person,
        scope: actor.scope(Act::Write, Subject::Review)?,
    })
}
