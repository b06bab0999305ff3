//! The list of inspections: filters, rows, paging.

use super::moment::Moment;
use super::view::{Choice, Page, View, render};
use crate::api::extract::QueryOf;
use crate::api::inspection::{self, Filter, InspectionQuery, InspectionRowResponse};
use crate::auth::Actor;
use crate::problem::Problem;
use crate::state::App;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jicha_domain::Language;
use jicha_domain::inspection::InspectionState;
use jicha_domain::metering_point::MeteringPointKind;
use jicha_domain::rights::{Act, Subject};

#[derive(Template)]
#[template(path = "inspections.html")]
struct ListPage {
    page: Page,
    units: Vec<Choice>,
    inspectors: Vec<Choice>,
    states: Vec<Choice>,
    withs: Vec<Choice>,
    since: String,
    filtered: bool,
    first_page: bool,
    first_href: String,
    next_href: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    point_name: String,
    point_kind: String,
    asset_no: Option<String>,
    unit_name: String,
    inspector_name: String,
    started: Moment,
    state: String,
    state_class: &'static str,
    conflicts: u32,
    doubts: u32,
    findings: u32,
    photos: u32,
}

/// One page of the list.
pub(super) async fn show(
    State(app): State<App>,
    view: View,
    actor: Actor,
    QueryOf(query): QueryOf<InspectionQuery>,
) -> Result<Response, Problem> {
    let scope = actor.scope(Act::Read, Subject::Inspection)?;
    let filter = Filter::try_from(query.clone())?;
    let (found, units, inspectors) = app
        .storage()
        .read(move |sql| {
            let found = inspection::page(sql, &scope, &filter)?;
            Ok::<_, Problem>((
                found,
                inspection::units(sql, &scope)?,
                inspection::inspectors(sql, &scope)?,
            ))
        })
        .await?;
    let language = view.language;
    let inspectors = inspectors.into_iter().map(|(id, name)| (id.to_string(), name));
    let states = InspectionState::ALL
        .iter()
        .map(|state| (state.to_string(), state.label(language).to_owned()));
    let withs = [
        ("conflicts", view.t.conflicts),
        ("doubts", view.t.doubts),
        ("findings", view.t.findings),
    ];
    let template = ListPage {
        page: view.page(view.t.inspections),
        units: choices(units, query.unit.as_deref()),
        inspectors: choices(inspectors, query.inspector.as_deref()),
        states: choices(states, query.state.as_deref()),
        withs: choices(
            withs.map(|(value, label)| (value.to_owned(), label.to_owned())),
            query.with.as_deref(),
        ),
        since: query.since.clone().unwrap_or_default(),
        filtered: !parameters(&query).is_empty(),
        first_page: query.after.as_deref().unwrap_or_default().is_empty(),
        first_href: href(&query, None),
        next_href: found.next.as_deref().map(|next| href(&query, Some(next))),
        rows: found
            .inspections
            .into_iter()
            .map(|row| row_of(row, language))
            .collect(),
    };
    render(StatusCode::OK, &template)
}

fn choices(values: impl IntoIterator<Item = (String, String)>, chosen: Option<&str>) -> Vec<Choice> {
    values
        .into_iter()
        .map(|(value, label)| Choice {
            chosen: chosen == Some(value.as_str()),
            value,
            label,
        })
        .collect()
}

fn row_of(row: InspectionRowResponse, language: Language) -> Row {
    let state: Option<InspectionState> = row.state.parse().ok();
    Row {
        id: row.id,
        point_name: row.point_name,
        point_kind: row
            .point_kind
            .parse::<MeteringPointKind>()
            .map_or(row.point_kind, |kind| kind.label(language).to_owned()),
        asset_no: row.asset_no,
        unit_name: row.unit_name,
        inspector_name: row.inspector_name,
        started: Moment::parse(&row.started_at),
        state: state.map_or(row.state, |state| state.label(language).to_owned()),
        state_class: state.map_or("", state_class),
        conflicts: row.conflict_count,
        doubts: row.doubt_count,
        findings: row.finding_count,
        photos: row.photo_count,
    }
}

/// The colour of a state.
pub(super) fn state_class(state: InspectionState) -> &'static str {
    match state {
        InspectionState::Open => "",
        InspectionState::Filled => "info",
        InspectionState::Signed => "good",
    }
}

/// The filter as parameters, without the page.
fn parameters(query: &InspectionQuery) -> Vec<(&'static str, &str)> {
    let all = [
        ("unit", &query.unit),
        ("inspector", &query.inspector),
        ("state", &query.state),
        ("with", &query.with),
        ("since", &query.since),
    ];
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?.trim())))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// The values have been understood as codes, ids and dates, so they need no escaping but for `+` and `:` of an instant.
fn href(query: &InspectionQuery, after: Option<&str>) -> String {
    let mut parts: Vec<String> = parameters(query)
        .into_iter()
        .map(|(name, value)| format!("{name}={}", value.replace('+', "%2B").replace(':', "%3A")))
        .collect();
    parts.extend(after.map(|after| format!("after={after}")));
    if parts.is_empty() {
        "/inspections".to_owned()
    } else {
        format!("/inspections?{}", parts.join("&"))
    }
}
