//! Verdicts, findings, comments, undoing, presence.

use super::{looking, reviewer_of};
use crate::api::extract::{JsonBody, PathOf};
use crate::auth::Actor;
use crate::live::{Kind, Looking, Person};
use crate::problem::{Code, Problem, ProblemResponse};
use crate::review::act::{self, UNDO, Verdict};
use crate::review::{caught_up, queue, units};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use jicha_domain::finding::{Finding, FindingCategory, Severity};
use jicha_domain::id::{InspectionId, OrgUnitCode, PhotoHash};
use jicha_domain::review::{PhotoDecision, RetakeReason};
use jicha_domain::rights::{Act, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many photos one request may judge.
const SELECTION_MAX: usize = 100;

/// A photo of an inspection.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct PhotoName {
    /// The inspection.
    #[schema(value_type = String)]
    pub inspection: InspectionId,
    /// SHA-256 of the photo.
    #[schema(value_type = String)]
    pub hash: PhotoHash,
}

/// A verdict on one photo or on a selection.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "photos": [{ "inspection": "0193a1b2-0000-7000-8000-00000000000a",
                 "hash": "0707070707070707070707070707070707070707070707070707070707070707" }],
    "decision": "retake", "reason": "blurred", "words": "请对准总示数"
}))]
pub struct VerdictsRequest {
    /// The photos, 1 to 100.
    pub photos: Vec<PhotoName>,
    /// accepted or retake.
    #[schema(value_type = String)]
    pub decision: PhotoDecision,
    /// For a retake: blurred, reading_illegible, seal_not_visible, wrong_meter, outside_the_fence, bad_light or other.
    #[schema(value_type = Option<String>)]
    pub reason: Option<RetakeReason>,
    /// What is said to it; needed with the reason `other`.
    pub words: Option<String>,
    /// Puts the verdict in the place of somebody else's.
    #[serde(default)]
    pub overrule: bool,
}

/// What became of one photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActResponse {
    /// The inspection.
    pub inspection: String,
    /// The photo.
    pub hash: String,
    /// The act, by which it can be undone; absent where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemResponse>,
}

/// What became of each photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActsResponse {
    /// In the order asked.
    pub acts: Vec<ActResponse>,
    /// For so many seconds they can be undone.
    pub undo_s: i64,
}

/// A finding that a photo shows.
#[derive(Debug, Deserialize, ToSchema)]
pub struct FindingRequest {
    /// The photo.
    pub photo: PhotoName,
    /// One line that names it.
    pub title: String,
    /// What it is about: meter, transformer, wiring, seal, reading, multiplier, ledger, clock, installation, use, document, safety or other.
    #[schema(value_type = String)]
    pub category: FindingCategory,
    /// 1 minor, 2 general, 3 serious.
    #[schema(value_type = String)]
    pub severity: Severity,
    /// What is seen, in full.
    #[serde(default)]
    pub description: String,
    /// What is asked for.
    pub remedy: Option<String>,
    /// The unit that must put it right; the audited unit when absent.
    #[schema(value_type = Option<String>)]
    pub responsible_unit: Option<OrgUnitCode>,
    /// Puts the verdict in the place of somebody else's.
    #[serde(default)]
    pub overrule: bool,
}

/// A comment on a photo or on the inspection.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CommentRequest {
    /// The inspection.
    #[schema(value_type = String)]
    pub inspection: InspectionId,
    /// The photo; absent for the inspection as a whole.
    #[schema(value_type = Option<String>)]
    pub hash: Option<PhotoHash>,
    /// The words, up to 1000 characters.
    pub words: String,
}

/// What the caller looks at now.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PresenceRequest {
    /// The photo; absent when the caller looks at none any more.
    pub photo: Option<PhotoName>,
}

/// Who else looks at it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresenceResponse {
    /// The others.
    pub looking: Vec<Person>,
}

fn person_of(actor: &Actor) -> Person {
    Person {
        id: actor.id_text(),
        name: actor.name.clone(),
    }
}

fn trimmed(words: Option<String>) -> Option<String> {
    words
        .map(|words| words.trim().to_owned())
        .filter(|words| !words.is_empty())
}

/// Judges photos. Each is judged for itself; when none could be, the first refusal is the answer.
#[utoipa::path(post, path = "/api/review/verdicts", tag = "review", request_body = VerdictsRequest,
    responses((status = 200, body = ActsResponse), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse),
        (status = 409, body = ProblemResponse, description = "Somebody else has judged it"), (status = 422, body = ProblemResponse)))]
pub async fn verdicts(
    State(app): State<App>,
    actor: Actor,
    JsonBody(request): JsonBody<VerdictsRequest>,
) -> Result<Json<ActsResponse>, Problem> {
    if request.photos.is_empty() || request.photos.len() > SELECTION_MAX {
        let detail = format!("1 to {SELECTION_MAX} photos.");
        return Err(Problem::new(Code::Invalid).at("photos").detail(detail));
    }
    let verdict = Verdict {
        decision: request.decision,
        reason: request.reason,
        words: trimmed(request.words),
        finding: None,
        overrule: request.overrule,
    };
    judge(&app, &actor, request.photos, verdict).await.map(Json)
}

/// Turns a photo into a finding.
#[utoipa::path(post, path = "/api/review/findings", tag = "review", request_body = FindingRequest,
    responses((status = 200, body = ActsResponse), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse),
        (status = 409, body = ProblemResponse), (status = 422, body = ProblemResponse)))]
pub async fn finding(
    State(app): State<App>,
    actor: Actor,
    JsonBody(request): JsonBody<FindingRequest>,
) -> Result<Json<ActsResponse>, Problem> {
    let title = request.title.trim().to_owned();
    if title.is_empty() || title.chars().count() > 200 {
        return Err(Problem::new(Code::Invalid)
            .at("title")
            .detail("A title has 1 to 200 characters."));
    }
    let words = trimmed(Some(request.description));
    let finding = Finding {
        title,
        category: request.category,
        severity: request.severity,
        found_at: app.now(),
        description: words.clone().unwrap_or_default(),
        clause: None,
        item: None,
        responsible_unit: request.responsible_unit,
        photos: vec![request.photo.hash],
        on_the_spot: false,
        fixed_on_the_spot: false,
        acknowledged_by: None,
        remedy: trimmed(request.remedy),
    };
    let verdict = Verdict {
        decision: PhotoDecision::Finding,
        reason: None,
        words,
        finding: Some(finding),
        overrule: request.overrule,
    };
    judge(&app, &actor, vec![request.photo], verdict).await.map(Json)
}

async fn judge(
    app: &App,
    actor: &Actor,
    photos: Vec<PhotoName>,
    verdict: Verdict,
) -> Result<ActsResponse, Problem> {
    let reviewer = reviewer_of(actor)?;
    let (key, now) = (app.server_key().clone(), app.now());
    caught_up(app).await?;
    let outcomes = app
        .storage()
        .write(move |sql| -> Result<_, Problem> {
            let mut outcomes = Vec::with_capacity(photos.len());
            let mut judged_any = false;
            for photo in photos {
                let names = (photo.inspection, photo.hash);
                let outcome = act::judge(sql, &key, now, &reviewer, names, verdict.clone());
                // A fault of the server must undo everything; a refusal concerns this photo alone.
                if let Err(problem) = &outcome
                    && problem.code.status().is_server_error()
                {
                    return Err(problem.clone());
                }
                let units = units::of_inspection(sql, &photo.inspection.to_string())?;
                // The first supervisor's verdict on a photo that is drawn must not be noticed by the second.
                let item = queue::find(sql, &photo.inspection.to_string(), &photo.hash.to_string())?;
                let quiet = item.is_some_and(|item| item.awaits_second());
                judged_any |= outcome.is_ok();
                outcomes.push((photo, outcome, units, quiet));
            }
            match outcomes
                .iter()
                .find_map(|(_, outcome, _, _)| outcome.as_ref().err())
            {
                Some(first) if !judged_any => Err(first.clone()),
                _ => Ok(outcomes),
            }
        })
        .await?;
    let mut acts = Vec::with_capacity(outcomes.len());
    for (photo, outcome, units, quiet) in outcomes {
        let (inspection, hash) = (photo.inspection.to_string(), photo.hash.to_string());
        if outcome.is_ok() && !quiet {
            let by = Some(person_of(actor));
            let kind = Kind::Verdict {
                inspection: inspection.clone(),
                hash: hash.clone(),
                by,
            };
            app.live().tell(units, kind);
        }
        acts.push(ActResponse {
            inspection,
            hash,
            problem: outcome.as_ref().err().map(Problem::body),
            act: outcome.ok(),
        });
    }
    Ok(ActsResponse {
        acts,
        undo_s: UNDO.as_secs(),
    })
}

/// Undoes an act of one's own, within ten seconds.
#[utoipa::path(post, path = "/api/review/acts/{id}/undo", tag = "review", params(("id" = uuid::Uuid, Path, description = "The act")),
    responses((status = 204), (status = 404, body = ProblemResponse), (status = 409, body = ProblemResponse, description = "Too late")))]
pub async fn undo(
    State(app): State<App>,
    actor: Actor,
    PathOf(id): PathOf<uuid::Uuid>,
) -> Result<axum::http::StatusCode, Problem> {
    let reviewer = reviewer_of(&actor)?;
    let (key, now) = (app.server_key().clone(), app.now());
    let (undone, units) = app
        .storage()
        .write(move |sql| -> Result<_, Problem> {
            let undone = act::undo(sql, &key, now, &reviewer, &id.to_string())?;
            let units = units::of_inspection(sql, &undone.inspection.to_string())?;
            Ok((undone, units))
        })
        .await?;
    if undone.quiet {
        return Ok(axum::http::StatusCode::NO_CONTENT);
    }
    let inspection = undone.inspection.to_string();
    let by = Some(person_of(&actor));
    let kind = Kind::Verdict {
        inspection,
        hash: String::new(),
        by,
    };
    app.live().tell(units, kind);
    Ok(axum::http::StatusCode::NO_CONTENT)
}

/// Adds a comment, which the inspector reads too.
#[utoipa::path(post, path = "/api/review/comments", tag = "review", request_body = CommentRequest,
    responses((status = 200, body = ActsResponse), (status = 403, body = ProblemResponse), (status = 404, body = ProblemResponse), (status = 422, body = ProblemResponse)))]
pub async fn comment(
    State(app): State<App>,
    actor: Actor,
    JsonBody(request): JsonBody<CommentRequest>,
) -> Result<Json<ActsResponse>, Problem> {
    let reviewer = reviewer_of(&actor)?;
    let (key, now) = (app.server_key().clone(), app.now());
    let inspection = request.inspection.to_string();
    let hash = request.hash.map(|hash| hash.to_string()).unwrap_or_default();
    let place = request.hash.map(|hash| format!("photo:{hash}"));
    let (act, units) = app
        .storage()
        .write(move |sql| -> Result<_, Problem> {
            let comment = (place, request.words);
            let act = act::comment(sql, &key, now, &reviewer, request.inspection, comment)?;
            Ok((act, units::of_inspection(sql, &request.inspection.to_string())?))
        })
        .await?;
    let by = Some(person_of(&actor));
    let kind = Kind::Verdict {
        inspection: inspection.clone(),
        hash: hash.clone(),
        by,
    };
    app.live().tell(units, kind);
    Ok(Json(ActsResponse {
        acts: vec![ActResponse {
            inspection,
            hash,
            act: Some(act),
            problem: None,
        }],
        undo_s: UNDO.as_secs(),
    }))
}

/// Says what one looks at, to be repeated while one does, so that nobody judges the same photo unknowingly.
#[utoipa::path(post, path = "/api/review/presence", tag = "review", request_body = PresenceRequest,
    responses((status = 200, body = PresenceResponse), (status = 404, body = ProblemResponse)))]
pub async fn presence(
    State(app): State<App>,
    actor: Actor,
    JsonBody(request): JsonBody<PresenceRequest>,
) -> Result<Json<PresenceResponse>, Problem> {
    let scope = actor.scope(Act::Read, Subject::Review)?;
    let now = app.now();
    let photo = request.photo.as_ref().map(|photo| Looking {
        inspection: photo.inspection.to_string(),
        hash: photo.hash.to_string(),
    });
    let reviewer = reviewer_of(&actor).ok();
    let mut counts = false;
    if let Some(request) = request.photo {
        counts = app
            .storage()
            .read(move |sql| {
                let units = units::of_inspection(sql, &request.inspection.to_string())?;
                let unit = units.first().ok_or_else(|| Problem::new(Code::NotFound))?;
                if !scope.contains(sql, unit)? {
                    return Err(Problem::new(Code::NotFound));
                }
                // Who can't judge it only reads: the supervisors need not pass the photo over for that.
                Ok(reviewer.is_some_and(|reviewer| act::require(sql, &reviewer, request.inspection).is_ok()))
            })
            .await?;
    }
    let counted = photo.clone().filter(|_| counts);
    let changed = app
        .live()
        .presence()
        .look(now, actor.person, &actor.name, counted);
    for Looking { inspection, hash } in changed {
        let people = app.live().presence().at(now, &inspection, &hash);
        let wanted = inspection.clone();
        let units = app
            .storage()
            .read(move |sql| -> Result<_, Problem> { Ok(units::of_inspection(sql, &wanted)?) })
            .await?;
        app.live().tell(
            units,
            Kind::Presence {
                inspection,
                hash,
                people,
            },
        );
    }
    let looking = photo.map_or_else(Vec::new, |photo| {
        looking(&app, actor.person, &photo.inspection, &photo.hash)
    });
    Ok(Json(PresenceResponse { looking }))
}
