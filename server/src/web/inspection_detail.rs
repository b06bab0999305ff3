//! One inspection as a page.

use super::inspection_list::state_class;
use super::inspection_tables::{PlateLine, Table, plate, size_text, tables};
use super::moment::Moment;
use super::text::Texts;
use super::view::{Fact, Page, View, render};
use crate::api::extract::PathOf;
use crate::api::inspection::{self, InspectionResponse};
use crate::api::review::reader_of;
use crate::auth::Actor;
use crate::photos::{Presence, state_of};
use crate::problem::Problem;
use crate::review::page::Reader;
use crate::review::{State as ItemState, caught_up, queue};
use crate::state::App;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jicha_domain::Language;
use jicha_domain::checklist::Checklist;
use jicha_domain::finding::Severity;
use jicha_domain::id::{InspectionId, PhotoHash};
use jicha_domain::inspection::Inspection;
use jicha_domain::limits::LimitTables;
use jicha_domain::rights::{Act, Subject};
use jicha_domain::rule::{Outcome, Place, Verdict};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::OnceLock;

mod conflicts;
pub(crate) mod registers;

use conflicts::ConflictView;
use registers::RegisterLine;

#[derive(Template)]
#[template(path = "inspection.html")]
struct DetailPage {
    page: Page,
    view: Detail,
}

struct Detail {
    id: String,
    state: String,
    state_class: &'static str,
    doubt_count: usize,
    facts: Vec<Fact>,
    conflicts: Vec<ConflictView>,
    registers: Vec<RegisterLine>,
    multiplier: String,
    verdicts: Vec<VerdictLine>,
    findings: Vec<FindingView>,
    nameplate: Vec<PlateLine>,
    plate_seen: bool,
    tables: Vec<Table>,
    note: String,
    photos: Vec<PhotoView>,
    signatures: Vec<SignatureView>,
    history: Vec<HistoryLine>,
}

struct VerdictLine {
    outcome: &'static str,
    class: &'static str,
    sentence: String,
}

struct FindingView {
    title: String,
    severity: &'static str,
    class: &'static str,
    description: String,
    facts: Vec<Fact>,
}

struct PhotoView {
    hash: String,
    here: bool,
    state: String,
    state_class: &'static str,
    shows: &'static str,
    caption: String,
    taken: Option<Moment>,
    size: String,
    supports: String,
}

struct SignatureView {
    name: String,
    role: &'static str,
    at: Moment,
    refused: Option<String>,
    stroke: Option<String>,
    view_box: &'static str,
}

struct HistoryLine {
    at: Moment,
    author: String,
    changes: u32,
}

/// Everything that was recorded, with what the rules say about it today.
pub(super) async fn show(
    State(app): State<App>,
    view: View,
    actor: Actor,
    PathOf(id): PathOf<InspectionId>,
) -> Result<Response, Problem> {
    let found = inspection::load(&app, &actor, id).await?;
    let verdicts = jicha_domain::rule::check(&found.inspection, limits(), app.now());
    let reader = reader_of(&actor);
    let judged = actor.scope(Act::Read, Subject::Review).is_ok();
    caught_up(&app).await?;
    let marks = app
        .storage()
        .read(move |sql| marks(sql, id, &reader, judged))
        .await?;
    let title = found.row.point_name.clone();
    let template = DetailPage {
        page: view.page(title),
        view: detail(found, &verdicts, &view, &marks),
    };
    render(StatusCode::OK, &template)
}

/// The tables that come with the program, read once.
pub(crate) fn limits() -> &'static LimitTables {
    static LIMITS: OnceLock<LimitTables> = OnceLock::new();
    LIMITS.get_or_init(LimitTables::built_in)
}

fn detail(found: InspectionResponse, verdicts: &[Verdict], view: &View, marks: &Marks) -> Detail {
    let (language, t) = (view.language, view.t);
    let inspection = &found.inspection;
    let checklist = Checklist::built_in_by_ref(&inspection.about.checklist);
    let state = inspection.state();
    let registers = registers::lines(inspection, verdicts, limits(), language, t);
    Detail {
        id: found.row.id.clone(),
        state: state.label(language).to_owned(),
        state_class: state_class(state),
        doubt_count: registers
            .iter()
            .filter(|register| !register.doubts.is_empty())
            .count(),
        facts: facts(&found, language, t),
        conflicts: conflicts::views(
            found.conflicts.as_deref().unwrap_or_default(),
            checklist.as_ref(),
            language,
            t,
        ),
        registers,
        multiplier: inspection
            .about
            .point
            .nameplate
            .multiplier()
            .map_or_else(|_| "—".to_owned(), |m| m.to_string()),
        verdicts: verdict_lines(verdicts, language),
        findings: findings(inspection, language, t),
        nameplate: plate(inspection, language, t),
        plate_seen: inspection.nameplate.is_some(),
        tables: tables(inspection, checklist.as_ref(), language, t),
        note: inspection.note.clone(),
        photos: photos(inspection, checklist.as_ref(), language, marks),
        signatures: signatures(inspection, language),
        history: found
            .history
            .iter()
            .map(|line| HistoryLine {
                at: Moment::parse(&line.at),
                author: line.author.clone(),
                changes: line.changes,
            })
            .collect(),
    }
}

fn facts(found: &InspectionResponse, language: Language, t: &'static Texts) -> Vec<Fact> {
    let (inspection, row) = (&found.inspection, &found.row);
    let (about, point) = (&inspection.about, &inspection.about.point);
    let at = |label: &str, instant: jiff::Timestamp| Fact {
        at: Some(instant.into()),
        ..Fact::new(label, "")
    };
    let mut facts = vec![
        Fact::new(t.unit, row.unit_name.clone()),
        Fact::new(t.number, point.no.to_string()),
        Fact::new(t.kind, point.kind.label(language)),
    ];
    let mut known =
        |label: &str, value: Option<String>| facts.extend(value.map(|value| Fact::new(label, value)));
    known(t.class, point.class.map(|class| class.label(language).to_owned()));
    known(t.area, point.area.as_ref().map(ToString::to_string));
    known(t.customer_no, point.customer_no.as_ref().map(ToString::to_string));
    known(t.address, point.address.clone());
    known(
        t.capacity,
        point
            .contracted_capacity_kva
            .map(|kva| format!("{} kVA", kva.normalize())),
    );
    known(
        t.access,
        point
            .access_difficulty
            .map(|access| access.label(language).to_owned()),
    );
    known(t.inspector, Some(row.inspector_name.clone()));
    known(
        t.dimension,
        Some(format!(
            "{} · {}",
            about.dimension.label(language),
            about.specialty.label(language)
        )),
    );
    facts.push(at(t.started, about.started_at));
    facts.extend(inspection.arrived_at.map(|instant| at(t.arrived, instant)));
    facts.extend(inspection.finished_at.map(|instant| at(t.finished, instant)));
    if let Some(place) = &inspection.place {
        let accuracy = place
            .accuracy_m
            .map_or_else(String::new, |metres| format!(" ±{metres:.0} m"));
        let position = format!(
            "{:.5}, {:.5}{accuracy} (WGS-84)",
            place.latitude_deg(),
            place.longitude_deg()
        );
        facts.push(Fact::new(t.place, position));
        if let Some(ledger) = &point.position {
            facts.push(Fact::new(
                t.distance,
                format!("{:.0} m", place.distance_m(ledger)),
            ));
        }
        if place.mocked {
            facts.push(Fact::new(t.mocked, t.yes));
        }
    }
    facts
}

/// Verdicts that a person should see; those about registers stand beside the readings.
fn verdict_lines(verdicts: &[Verdict], language: Language) -> Vec<VerdictLine> {
    verdicts
        .iter()
        .filter(|verdict| verdict.needs_attention() && !matches!(verdict.place, Place::Register(_)))
        .map(|verdict| VerdictLine {
            outcome: verdict.outcome.label(language),
            class: if verdict.outcome == Outcome::Violated {
                "bad"
            } else {
                "warn"
            },
            sentence: verdict.explain(language),
        })
        .collect()
}

fn findings(inspection: &Inspection, language: Language, t: &'static Texts) -> Vec<FindingView> {
    let view = |finding: &jicha_domain::finding::Finding| {
        let mut facts = vec![Fact::new(t.category, finding.category.label(language))];
        let mut known =
            |label: &str, value: Option<String>| facts.extend(value.map(|value| Fact::new(label, value)));
        known(t.clause, finding.clause.as_ref().map(ToString::to_string));
        known(
            t.responsible,
            finding.responsible_unit.as_ref().map(ToString::to_string),
        );
        known(t.remedy, finding.remedy.clone());
        known(t.on_the_spot, finding.on_the_spot.then(|| t.yes.to_owned()));
        known(
            t.fixed_on_the_spot,
            finding.fixed_on_the_spot.then(|| t.yes.to_owned()),
        );
        FindingView {
            title: finding.title.clone(),
            severity: finding.severity.label(language),
            class: match finding.severity {
                Severity::Minor => "info",
                Severity::General => "warn",
                Severity::Serious => "bad",
            },
            description: finding.description.clone(),
            facts,
        }
    };
    inspection.findings.values().map(view).collect()
}

/// What is here of each photo, and where it stands in the review.
type Marks = BTreeMap<PhotoHash, (bool, Option<ItemState>)>;

/// Looks the marks of every photo up; without the right to read reviews, only whether its picture is here.
fn marks(sql: &Connection, id: InspectionId, reader: &Reader, judged: bool) -> Result<Marks, Problem> {
    let mut marks = Marks::new();
    for item in queue::items_of_inspection(sql, &id.to_string())? {
        let Ok(hash) = item.hash.parse::<PhotoHash>() else {
            continue;
        };
        let here = state_of(sql, hash)?.is_some_and(|here| here.thumbnail == Presence::Checked);
        let state = if reader.is_blind_to(&item) {
            ItemState::Waiting
        } else {
            item.state
        };
        marks.insert(hash, (here, judged.then_some(state)));
    }
    Ok(marks)
}

fn photos(
    inspection: &Inspection,
    checklist: Option<&Checklist>,
    language: Language,
    marks: &Marks,
) -> Vec<PhotoView> {
    let view = |(hash, photo): (&PhotoHash, &jicha_domain::photo::PhotoRef)| {
        let (here, state) = marks.get(hash).copied().unwrap_or_default();
        let supports = match photo.supports.as_deref().map(str::parse::<Place>) {
            Some(Ok(Place::Item(id))) => checklist
                .and_then(|checklist| checklist.items.iter().find(|item| item.id == id))
                .map_or_else(|| id.to_string(), |item| item.text(language).to_owned()),
            _ => String::new(),
        };
        PhotoView {
            hash: hash.to_string(),
            here,
            state: state
                .map(|state| state.label(language).to_owned())
                .unwrap_or_default(),
            state_class: match state {
                Some(ItemState::Accepted) => "good",
                Some(ItemState::Retake) => "warn",
                Some(ItemState::Finding) => "bad",
                _ => "",
            },
            shows: photo.shows.label(language),
            caption: photo.caption.clone().unwrap_or_default(),
            taken: photo.taken_at.map(Moment::from),
            size: size_text(photo.size_bytes),
            supports,
        }
    };
    inspection.photos.iter().map(view).collect()
}

fn signatures(inspection: &Inspection, language: Language) -> Vec<SignatureView> {
    let view = |(role, signature): (
        &jicha_domain::signature::SignatureRole,
        &jicha_domain::signature::Signature,
    )| {
        // The strokes were checked when they were recorded, and are checked again since a newer app may be laxer.
        let stroke = signature
            .stroke_svg
            .clone()
            .filter(|path| jicha_domain::signature::Signature::check_strokes(path).is_ok());
        SignatureView {
            name: signature.name.clone(),
            role: role.label(language),
            at: signature.signed_at.into(),
            refused: signature.refused_because.clone(),
            stroke,
            view_box: "0 0 320 120",
        }
    };
    inspection.signatures.iter().map(view).collect()
}
