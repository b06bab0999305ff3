//! One photo of one inspection as the queue has it, worked out from what the database holds.

use super::draw::Draw;
use super::{Flag, Flags, State};
use crate::photos::{self, Presence};
use jicha_domain::id::PhotoHash;
use jicha_domain::photo::PhotoSubject;
use jicha_domain::position::PositionWgs84;
use jicha_domain::review::PhotoDecision;
use rusqlite::{Connection, OptionalExtension, Row};

/// A photo counts as taken elsewhere when it was taken so many metres from where the inspection was recorded.
const FAR_M: f64 = 200.0;
/// The clocks of camera and phone may differ by so much before a photo counts as taken outside the inspection's time.
const SLACK_MS: i64 = 10 * 60_000;

/// A row of `review_item`, without its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The inspection.
    pub inspection: String,
    /// The photo.
    pub hash: String,
    /// The audited unit.
    pub unit: String,
    /// The specialty.
    pub specialty: String,
    /// The work package, if there was one.
    pub task: Option<String>,
    /// Who inspected.
    pub inspector: String,
    /// What the photo shows.
    pub shows: String,
    /// When the inspection began.
    pub at_ms: i64,
    /// The place in the shot list.
    pub place: i64,
    /// Where it stands.
    pub state: State,
    /// What is noteworthy.
    pub flags: Flags,
    /// Whose verdict stands.
    pub decided_by: Option<String>,
    /// When it was given.
    pub decided_at_ms: Option<i64>,
    /// Whether it is reviewed twice, if its verdict is one that is.
    pub drawn: bool,
    /// Who reviewed it for the second time.
    pub second_by: Option<String>,
}

impl Item {
    /// Whether it waits for its second review.
    pub fn awaits_second(&self) -> bool {
        self.drawn && self.second_by.is_none() && self.state.second_queue().is_some()
    }
}

struct Visit {
    unit: String,
    specialty: String,
    task: Option<String>,
    inspector: String,
    started_at_ms: i64,
    place: Option<PositionWgs84>,
    conflicts: bool,
}

struct Photo {
    hash: String,
    shows: String,
    taken_at_ms: Option<i64>,
    received_at_ms: i64,
    place: Option<PositionWgs84>,
    doubts: String,
    replaces: Option<String>,
}

/// The items of an inspection as they should be; none when it is not here.
pub fn items_of(sql: &Connection, draw: &Draw, inspection: &str) -> rusqlite::Result<Vec<Item>> {
    let Some(visit) = visit(sql, inspection)? else {
        return Ok(Vec::new());
    };
    let photos = photos_of(sql, inspection)?;
    let mut items = Vec::with_capacity(photos.len());
    for photo in &photos {
        let verdict = verdict_of(sql, inspection, &photo.hash)?;
        let second_by = second_of(sql, inspection, &photo.hash)?;
        let here = match photo.hash.parse::<PhotoHash>() {
            Ok(hash) => photos::state_of(sql, hash)?,
            Err(_) => None,
        };
        let refused = here
            .as_ref()
            .is_some_and(|here| here.original == Presence::Refused);
        let judgeable = here.as_ref().is_some_and(|here| {
            here.original == Presence::Checked || here.preview == Presence::Checked || refused
        });
        // Only what was asked for again is replaced by another photo; an inspector can't take any other out of the queue.
        let taken_anew = photos
            .iter()
            .any(|other| other.hash != photo.hash && other.replaces.as_ref() == Some(&photo.hash));
        let state = match &verdict {
            Some((PhotoDecision::Retake, _, _)) if taken_anew => State::Replaced,
            Some((decision, _, _)) => State::decided(*decision),
            None if !judgeable => State::OnItsWay,
            None if photo.replaces.as_ref().is_some_and(|other| *other != photo.hash) => State::Arrived,
            None => State::Waiting,
        };
        let flags = Flags::default()
            .with(Flag::Doubt, !photo.doubts.is_empty())
            .with(Flag::Near, looks_alike_elsewhere(sql, inspection, &photo.hash)?)
            .with(Flag::Far, is_far(&visit, photo))
            .with(Flag::Time, is_outside(&visit, photo))
            .with(Flag::Refused, refused)
            .with(Flag::Conflict, visit.conflicts);
        let place = photo.shows.parse::<PhotoSubject>().ok();
        let place = PhotoSubject::ALL
            .iter()
            .position(|subject| Some(*subject) == place);
        items.push(Item {
            inspection: inspection.to_owned(),
            hash: photo.hash.clone(),
            unit: visit.unit.clone(),
            specialty: visit.specialty.clone(),
            task: visit.task.clone(),
            inspector: visit.inspector.clone(),
            shows: photo.shows.clone(),
            at_ms: visit.started_at_ms,
            place: place.map_or(99, |place| place as i64),
            state,
            flags,
            decided_by: verdict.as_ref().map(|(_, by, _)| by.clone()),
            decided_at_ms: verdict.as_ref().map(|(_, _, at_ms)| *at_ms),
            drawn: draw.takes(inspection, &photo.hash),
            second_by,
        });
    }
    Ok(items)
}

/// The hashes of photos that are the same as this one or look like it, itself first.
pub fn alike(sql: &Connection, hash: &str) -> rusqlite::Result<Vec<String>> {
    let mut alike = vec![hash.to_owned()];
    if let Ok(parsed) = hash.parse::<PhotoHash>() {
        let near = photos::near_duplicates(sql, parsed)?;
        alike.extend(near.into_iter().map(|(other, _)| other.to_string()));
    }
    Ok(alike)
}

/// The other inspections that name the photo or one that looks like it.
pub fn others(sql: &Connection, inspection: &str, hash: &str) -> rusqlite::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut statement =
        sql.prepare_cached("SELECT inspection FROM inspection_photo WHERE hash = ?1 AND inspection <> ?2")?;
    for hash in alike(sql, hash)? {
        for row in statement.query_map([hash.as_str(), inspection], |row| row.get(0))? {
            found.push(row?);
        }
    }
    Ok(found)
}

fn looks_alike_elsewhere(sql: &Connection, inspection: &str, hash: &str) -> rusqlite::Result<bool> {
    Ok(!others(sql, inspection, hash)?.is_empty())
}

fn is_far(visit: &Visit, photo: &Photo) -> bool {
    match (&visit.place, &photo.place) {
        (Some(visit), Some(photo)) => visit.distance_m(photo) > FAR_M,
        _ => false,
    }
}

/// Before the inspection began, or after the photo was attached to it: then it was not taken on this visit.
fn is_outside(visit: &Visit, photo: &Photo) -> bool {
    photo.taken_at_ms.is_some_and(|taken| {
        taken < visit.started_at_ms - SLACK_MS || taken > photo.received_at_ms + SLACK_MS
    })
}

fn position(row: &Row<'_>, latitude: usize, longitude: usize) -> rusqlite::Result<Option<PositionWgs84>> {
    let (latitude, longitude): (Option<f64>, Option<f64>) = (row.get(latitude)?, row.get(longitude)?);
    Ok(latitude
        .zip(longitude)
        .and_then(|(latitude, longitude)| PositionWgs84::new(latitude, longitude).ok()))
}

fn visit(sql: &Connection, inspection: &str) -> rusqlite::Result<Option<Visit>> {
    sql.prepare_cached(
        "SELECT unit, specialty, task, inspector, started_at_ms, latitude_deg, longitude_deg, conflict_count > 0
         FROM inspection WHERE id = ?1",
    )?
    .query_row([inspection], |row| {
        Ok(Visit {
            unit: row.get(0)?,
            specialty: row.get(1)?,
            task: row.get(2)?,
            inspector: row.get(3)?,
            started_at_ms: row.get(4)?,
            place: position(row, 5, 6)?,
            conflicts: row.get(7)?,
        })
    })
    .optional()
}

fn photos_of(sql: &Connection, inspection: &str) -> rusqlite::Result<Vec<Photo>> {
    sql.prepare_cached(
        "SELECT hash, shows, taken_at_ms, received_at_ms, latitude_deg, longitude_deg, doubts, replaces
         FROM inspection_photo WHERE inspection = ?1 ORDER BY hash",
    )?
    .query_map([inspection], |row| {
        Ok(Photo {
            hash: row.get(0)?,
            shows: row.get(1)?,
            taken_at_ms: row.get(2)?,
            received_at_ms: row.get(3)?,
            place: position(row, 4, 5)?,
            doubts: row.get(6)?,
            replaces: row.get(7)?,
        })
    })?
    .collect()
}

fn verdict_of(
    sql: &Connection,
    inspection: &str,
    hash: &str,
) -> rusqlite::Result<Option<(PhotoDecision, String, i64)>> {
    let found: Option<(String, String, i64)> = sql
        .prepare_cached(
            "SELECT decision, decided_by, decided_at_ms FROM review_photo WHERE inspection = ?1 AND hash = ?2",
        )?
        .query_row([inspection, hash], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    // A decision that a newer app knows and we don't is none for us; the document keeps it.
    Ok(found.and_then(|(decision, by, at_ms)| Some((decision.parse().ok()?, by, at_ms))))
}

fn second_of(sql: &Connection, inspection: &str, hash: &str) -> rusqlite::Result<Option<String>> {
    sql.prepare_cached("SELECT decided_by FROM review_second_photo WHERE inspection = ?1 AND hash = ?2")?
        .query_row([inspection, hash], |row| row.get(0))
        .optional()
}
