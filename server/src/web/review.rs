//! The review page: a shell with filters and words, which the scripts in `assets/review*.js` fill through the API.

use super::view::{Choice, Page, View, render};
use crate::api::extract::QueryOf;
use crate::api::inspection;
use crate::api::review::QueueQuery;
use crate::auth::{Actor, Scope};
use crate::problem::Problem;
use crate::review::Flag;
use crate::state::App;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jicha_domain::Language;
use jicha_domain::campaign::Specialty;
use jicha_domain::finding::{FindingCategory, Severity};
use jicha_domain::photo::PhotoSubject;
use jicha_domain::review::{PhotoDecision, RetakeReason};
use jicha_domain::rights::{Act, Subject};
use rusqlite::Connection;

mod words;

#[derive(Template)]
#[template(path = "review.html")]
struct ReviewPage {
    page: Page,
    units: Vec<Choice>,
    inspectors: Vec<Choice>,
    tasks: Vec<Choice>,
    specialties: Vec<Choice>,
    flags: Vec<Choice>,
    /// JSON for the scripts; `<` is escaped, so that it can't end the element it stands in.
    words: String,
}

/// The shell of the page.
pub(super) async fn show(
    State(app): State<App>,
    view: View,
    actor: Actor,
    QueryOf(query): QueryOf<QueueQuery>,
) -> Result<Response, Problem> {
    let scope = actor.scope(Act::Read, Subject::Review)?;
    let (units, inspectors, tasks) = app
        .storage()
        .read(move |sql| -> Result<_, Problem> {
            let units = inspection::units(sql, &scope)?;
            Ok((units, inspection::inspectors(sql, &scope)?, tasks(sql, &scope)?))
        })
        .await?;
    let language = view.language;
    let inspectors = inspectors.into_iter().map(|(id, name)| (id.to_string(), name));
    let specialties = Specialty::ALL
        .iter()
        .map(|word| (word.to_string(), word.label(language).to_owned()));
    let flags = Flag::ALL
        .iter()
        .map(|flag| (flag.as_str().to_owned(), flag.label(language).to_owned()));
    let template = ReviewPage {
        units: choices(units, query.unit.as_deref()),
        inspectors: choices(inspectors, query.inspector.as_deref()),
        tasks: choices(tasks, query.task.as_deref()),
        specialties: choices(specialties, query.specialty.as_deref()),
        flags: choices(flags, query.flags.as_deref()),
        words: said(language, &actor),
        page: view.page(view.t.review),
    };
    render(StatusCode::OK, &template)
}

fn choices(values: impl IntoIterator<Item = (String, String)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (String, String)| Choice {
        chosen: chosen == Some(value.as_str()),
        value,
        label,
    };
    values.into_iter().map(choice).collect()
}

/// Work packages of the scope, newest first, for the filter's choice: id and title.
fn tasks(sql: &Connection, scope: &Scope) -> Result<Vec<(String, String)>, Problem> {
    inspection::scope_choices(
        sql,
        scope,
        "SELECT id, title FROM task WHERE (:everywhere OR unit IN (SELECT code FROM scope))
         ORDER BY created_at_ms DESC, id DESC LIMIT 100",
    )
}

/// Every word that the scripts say, and what they need to know of the reader.
fn said(language: Language, actor: &Actor) -> String {
    macro_rules! labels {
        ($words:ty) => {
            <$words>::ALL
                .iter()
                .map(|word| {
                    (
                        word.as_str().to_owned(),
                        serde_json::json!(word.label(language)),
                    )
                })
                .collect::<serde_json::Map<_, _>>()
        };
    }
    let reasons: Vec<_> = RetakeReason::ALL
        .iter()
        .map(|reason| serde_json::json!([reason.as_str(), reason.label(language)]))
        .collect();
    let states: serde_json::Map<_, _> = crate::review::State::ALL
        .iter()
        .map(|state| {
            (
                state.as_str().to_owned(),
                serde_json::json!(state.label(language)),
            )
        })
        .collect();
    let flags: serde_json::Map<_, _> = Flag::ALL
        .iter()
        .map(|flag| (flag.as_str().to_owned(), serde_json::json!(flag.label(language))))
        .collect();
    let all = serde_json::json!({
        "t": words::of(language),
        "shows": labels!(PhotoSubject),
        "decisions": labels!(PhotoDecision),
        "categories": labels!(FindingCategory),
        "severities": labels!(Severity),
        "reasons": reasons,
        "states": states,
        "flags": flags,
        "me": actor.id_text(),
        "judges": actor.may_somewhere(Act::Write, Subject::Review),
        "statistics": actor.may_somewhere(Act::Read, Subject::Statistics),
    });
    all.to_string().replace('<', "\\u003c")
}
