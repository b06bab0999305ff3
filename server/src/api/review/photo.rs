//! One photo with all that it is judged by: what was typed, what the ledger says, where and when it was taken, what the
//! rules say, what looks like it. In the reader's language, since most of it is sentences.

mod around;
mod evidence;

pub use around::{NearPhotoResponse, SketchResponse};
pub use evidence::{PlateLineResponse, RegisterLineResponse, RuleResponse};

use super::{QueueItemResponse, item_response, looking, reader_of};
use crate::api::extract::PathOf;
use crate::api::inspection;
use crate::auth::{Actor, Scope, instant};
use crate::live::Person;
use crate::photos::{self, Presence};
use crate::problem::{Code, Problem, ProblemResponse};
use crate::review::item::Item;
use crate::review::page::{Reader, Row};
use crate::review::{State as ItemState, act, caught_up, queue};
use crate::state::App;
use crate::web::view::language_of;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jicha_domain::Language;
use jicha_domain::id::{InspectionId, PhotoHash};
use jicha_domain::inspection::Inspection;
use jicha_domain::photo::{PhotoRef, shot_list};
use jicha_domain::review::{PhotoVerdict, Review};
use jicha_domain::rights::{Act, Subject};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A label with its value.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactResponse {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
}

/// A moment of the time line.
#[derive(Debug, Serialize, ToSchema)]
pub struct MomentResponse {
    /// arrived, taken, attached, received, signed or judged.
    pub kind: String,
    /// When (RFC 3339).
    pub at: String,
}

/// A verdict.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictResponse {
    /// accepted, retake or finding.
    pub decision: String,
    /// Why it must be taken again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was said to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Who decided.
    pub by: Person,
    /// When (RFC 3339).
    pub at: String,
}

/// A comment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentResponse {
    /// The words.
    pub words: String,
    /// Who wrote it.
    pub by: Person,
    /// When (RFC 3339).
    pub at: String,
    /// True when it is about this photo, false when about another or about the whole inspection.
    pub about_this: bool,
}

/// A place of the film strip: a photo, or a shot that is lacking.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShotResponse {
    /// What it has to show.
    pub shows: String,
    /// The same in the reader's language.
    pub label: String,
    /// The photo; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// The photo's state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// True when its thumbnail is here.
    pub thumbnail: bool,
    /// Why there is none, in the inspector's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excuse: Option<String>,
}

/// The phone that a photo is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhoneResponse {
    /// Whose it is.
    pub person: String,
    /// What it is called.
    pub name: String,
    /// When it was last heard of (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<String>,
}

/// A photo with all that it is judged by.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewPhotoResponse {
    /// The photo as it stands in the queue.
    pub item: QueueItemResponse,
    /// What it shows, in the reader's language.
    pub shows_label: String,
    /// The inspector's words.
    pub caption: String,
    /// Whether the caller may judge it.
    pub may_judge: bool,
    /// Size of the original in pixels, upright.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pixels: Option<(u32, u32)>,
    /// Why the bytes were refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The phone it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneResponse>,
    /// What the last visit's photo is, if it is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_photo: Option<String>,
    /// The readings.
    pub registers: Vec<RegisterLineResponse>,
    /// What a difference of readings is multiplied by.
    pub multiplier: String,
    /// The plate on site against the ledger.
    pub plate: Vec<PlateLineResponse>,
    /// What the rules say that a person should look at.
    pub rules: Vec<RuleResponse>,
    /// Where it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sketch: Option<SketchResponse>,
    /// What happened when.
    pub times: Vec<MomentResponse>,
    /// What proves where the photo comes from.
    pub passport: Vec<FactResponse>,
    /// Photos that look like it.
    pub near: Vec<NearPhotoResponse>,
    /// The film strip of the inspection.
    pub strip: Vec<ShotResponse>,
    /// The verdict, if there is one that the caller may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictResponse>,
    /// The comments, oldest first.
    pub comments: Vec<CommentResponse>,
    /// Who else looks at it now.
    pub looking: Vec<Person>,
}

/// A photo of the queue with the readings, the plate, the place, the times and all else that it is judged by.
#[utoipa::path(get, path = "/api/review/photos/{inspection}/{hash}", tag = "review",
    params(("inspection" = uuid::Uuid, Path, description = "The inspection"), ("hash" = String, Path, description = "SHA-256 of the photo")),
    responses((status = 200, body = ReviewPhotoResponse), (status = 404, body = ProblemResponse)))]
pub async fn photo(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    PathOf((id, hash)): PathOf<(InspectionId, PhotoHash)>,
) -> Result<Json<ReviewPhotoResponse>, Problem> {
    let language = language_of(&headers);
    let scope = actor.scope(Act::Read, Subject::Review)?;
    let judging = actor.scope(Act::Write, Subject::Review).ok();
    let reader = reader_of(&actor);
    let (now, handle) = (app.now(), app.clone());
    let found = inspection::load(&app, &actor, id).await?;
    caught_up(&app).await?;
    app.storage()
        .read(move |sql| -> Result<_, Problem> {
            let not_found = || Problem::new(Code::NotFound);
            if !scope.contains(sql, &found.row.unit)? {
                return Err(not_found());
            }
            let items = queue::items_of_inspection(sql, &id.to_string())?;
            let item = items
                .iter()
                .find(|item| item.hash == hash.to_string())
                .ok_or_else(not_found)?;
            let photo = found.inspection.photos.get(&hash).ok_or_else(not_found)?;
            let review = act::load(sql, id)?;
            let desk = Desk {
                sql,
                language,
                reader: &reader,
                scope: &scope,
                inspection: &found.inspection,
                id,
                hash,
                photo,
                review: review.as_ref(),
            };
            let own = act::took_part(sql, reader.person, &item.inspection, &item.inspector)?;
            let may = match &judging {
                Some(judging) => judging.contains(sql, &item.unit)? && !own,
                None => false,
            };
            let here = photos::state_of(sql, hash)?;
            let row = row_of(item, &found.row, here.as_ref());
            let mut shown = item_response(&handle, &reader, row);
            shown.own = own;
            Ok(ReviewPhotoResponse {
                looking: looking(&handle, reader.person, &item.inspection, &item.hash),
                item: shown,
                shows_label: photo.shows.label(language).to_owned(),
                caption: photo.caption.clone().unwrap_or_default(),
                may_judge: may,
                pixels: upright(photo),
                refused: here.as_ref().and_then(|here| here.refused.clone()),
                phone: desk.phone()?,
                previous_photo: desk.previous_photo()?,
                registers: desk.registers(now),
                multiplier: desk.multiplier(),
                plate: desk.plate(),
                rules: desk.rules(now, item),
                sketch: desk.sketch()?,
                times: desk.times(item, here.as_ref()),
                passport: desk.passport(here.as_ref())?,
                near: desk.near()?,
                strip: desk.strip(&items)?,
                verdict: desk.verdict(item)?,
                comments: desk.comments()?,
            })
        })
        .await
        .map(Json)
}

/// Everything at hand while an answer is put together.
struct Desk<'a> {
    sql: &'a Connection,
    language: Language,
    reader: &'a Reader,
    scope: &'a Scope,
    inspection: &'a Inspection,
    id: InspectionId,
    hash: PhotoHash,
    photo: &'a PhotoRef,
    review: Option<&'a Review>,
}

fn row_of(item: &Item, row: &inspection::InspectionRowResponse, here: Option<&photos::PhotoState>) -> Row {
    let present = here.map_or_else(Default::default, |here| {
        [
            (photos::Variant::Original, here.original),
            (photos::Variant::Preview, here.preview),
            (photos::Variant::Thumbnail, here.thumbnail),
        ]
        .into_iter()
        .filter(|(_, presence)| *presence == Presence::Checked)
        .map(|(variant, _)| variant)
        .collect()
    });
    Row {
        at: crate::review::page::Place::default(),
        item: item.clone(),
        point_name: row.point_name.clone(),
        unit_name: row.unit_name.clone(),
        inspector_name: row.inspector_name.clone(),
        here: present,
    }
}

/// Width and height after turning the picture upright: orientations 5 to 8 lie on their side.
fn upright(photo: &PhotoRef) -> Option<(u32, u32)> {
    let (width, height) = photo.width.zip(photo.height)?;
    Some(if photo.orientation.unwrap_or(1) > 4 {
        (height, width)
    } else {
        (width, height)
    })
}

impl Desk<'_> {
    fn pick(&self, zh: &str, en: &str) -> String {
        match self.language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }

    fn person(&self, id: jicha_domain::id::PersonId) -> rusqlite::Result<Person> {
        let id = id.to_string();
        let name: Option<String> = self
            .sql
            .prepare_cached("SELECT name FROM person WHERE id = ?1")?
            .query_row([&id], |row| row.get(0))
            .optional()?;
        Ok(Person {
            name: name.unwrap_or_else(|| id.clone()),
            id,
        })
    }

    /// The phone on which the inspection began; a photo that has not come is on it.
    fn phone(&self) -> rusqlite::Result<Option<PhoneResponse>> {
        self.sql
            .prepare_cached(
                "SELECT person.name, device.name, device.seen_at_ms FROM device
                 JOIN person ON person.id = device.person WHERE device.id = ?1",
            )?
            .query_row([self.inspection.about.device.to_string()], |row| {
                Ok(PhoneResponse {
                    person: row.get(0)?,
                    name: row.get(1)?,
                    seen_at: row.get::<_, Option<i64>>(2)?.map(|ms| instant(ms).to_string()),
                })
            })
            .optional()
    }

    fn previous_photo(&self) -> rusqlite::Result<Option<String>> {
        let Some(hash) = self.inspection.about.previous_photo else {
            return Ok(None);
        };
        let here = photos::state_of(self.sql, hash)?;
        Ok(here
            .filter(|here| here.preview == Presence::Checked)
            .map(|_| hash.to_string()))
    }

    fn verdict(&self, item: &Item) -> rusqlite::Result<Option<VerdictResponse>> {
        if self.reader.is_blind_to(item) {
            return Ok(None);
        }
        let standing = self.review.and_then(|review| review.photos.get(&self.hash));
        // Whoever gave the second verdict goes on seeing that one, until the standing one is given anew.
        let hides_standing = |second: &&PhotoVerdict| {
            let older = |standing: &PhotoVerdict| standing.by != second.by && standing.at <= second.at;
            second.by == self.reader.person && standing.is_some_and(older)
        };
        let second = self
            .review
            .and_then(|review| review.second_verdicts.get(&self.hash))
            .filter(hides_standing);
        let Some(verdict) = second.or(standing) else {
            return Ok(None);
        };
        Ok(Some(VerdictResponse {
            decision: verdict.decision.as_str().to_owned(),
            reason: verdict
                .reason
                .map(|reason| reason.label(self.language).to_owned()),
            words: verdict.words.clone(),
            by: self.person(verdict.by)?,
            at: verdict.at.to_string(),
        }))
    }

    fn comments(&self) -> rusqlite::Result<Vec<CommentResponse>> {
        let here = format!("photo:{}", self.hash);
        let Some(review) = self.review else {
            return Ok(Vec::new());
        };
        let mut comments: Vec<_> = review.comments.values().collect();
        comments.sort_by_key(|comment| comment.at);
        comments
            .into_iter()
            .map(|comment| {
                Ok(CommentResponse {
                    words: comment.words.clone(),
                    by: self.person(comment.by)?,
                    at: comment.at.to_string(),
                    about_this: comment.place.as_deref() == Some(here.as_str()),
                })
            })
            .collect()
    }

    /// The photos in the order of the shot list, then the shots that are lacking in their places.
    fn strip(&self, items: &[Item]) -> rusqlite::Result<Vec<ShotResponse>> {
        let mut by_subject: BTreeMap<usize, Vec<ShotResponse>> = BTreeMap::new();
        let wanted = shot_list(self.inspection.about.point.kind);
        let place = |shows: &str| {
            wanted
                .iter()
                .position(|subject| subject.as_str() == shows)
                .unwrap_or(usize::MAX)
        };
        for item in items {
            let hash: Option<PhotoHash> = item.hash.parse().ok();
            let here = hash
                .map(|hash| photos::state_of(self.sql, hash))
                .transpose()?
                .flatten();
            let label = hash
                .and_then(|hash| self.inspection.photos.get(&hash))
                .map_or(item.shows.as_str(), |photo| photo.shows.label(self.language));
            let state = if self.reader.is_blind_to(item) {
                ItemState::Waiting
            } else {
                item.state
            };
            by_subject
                .entry(place(&item.shows))
                .or_default()
                .push(ShotResponse {
                    shows: item.shows.clone(),
                    label: label.to_owned(),
                    hash: Some(item.hash.clone()),
                    state: Some(state.as_str().to_owned()),
                    thumbnail: here.is_some_and(|here| here.thumbnail == Presence::Checked),
                    excuse: None,
                });
        }
        for shot in self.inspection.shots().into_iter().filter(|shot| shot.taken == 0) {
            let excuse = shot.excuse.map(|excuse| {
                let reason = excuse.reason.label(self.language);
                excuse
                    .words
                    .map_or_else(|| reason.to_owned(), |words| format!("{reason}: {words}"))
            });
            by_subject
                .entry(place(shot.shows.as_str()))
                .or_default()
                .push(ShotResponse {
                    shows: shot.shows.as_str().to_owned(),
                    label: shot.shows.label(self.language).to_owned(),
                    hash: None,
                    state: None,
                    thumbnail: false,
                    excuse,
                });
        }
        Ok(by_subject.into_values().flatten().collect())
    }
}
