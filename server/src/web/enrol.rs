//! Enrolling a device: the page with the QR code, and the page that a phone's camera opens.

use super::moment::Moment;
use super::view::{Page, View, render};
use crate::api::enrol::{EnrolmentCodeResponse, make_code};
use crate::api::extract::PathOf;
use crate::auth::{Actor, person};
use crate::problem::Problem;
use crate::state::App;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jicha_domain::id::PersonId;
use jicha_domain::rights::{Act, Subject};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// How long a code made on a page lives.
const MINUTES: u32 = 60;

#[derive(Template)]
#[template(path = "enrolment_code.html")]
struct CodePage {
    page: Page,
    person: String,
    qr_base64: String,
    code: String,
    ends: Moment,
    back: &'static str,
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct EnrolPage {
    page: Page,
}

/// What a phone's camera opens: tells to use the app. The code stands behind the `#`, so it never reaches the server.
pub(super) async fn explain(view: View) -> Result<Response, Problem> {
    render(
        StatusCode::OK,
        &EnrolPage {
            page: view.narrow_page(view.t.enrol_title),
        },
    )
}

/// A code for the own next device.
pub(super) async fn for_me(State(app): State<App>, view: View, actor: Actor) -> Result<Response, Problem> {
    let code = make_code(&app, &actor, actor.person, MINUTES, None).await?;
    show(&view, actor.name, &code, "/account")
}

/// A code for somebody else's device.
pub(super) async fn for_person(
    State(app): State<App>,
    view: View,
    actor: Actor,
    PathOf(id): PathOf<PersonId>,
) -> Result<Response, Problem> {
    let scope = actor.scope(Act::Write, Subject::Devices)?;
    let code = make_code(&app, &actor, id, MINUTES, Some(scope.clone())).await?;
    let name = app
        .storage()
        .read(move |sql| person::load(sql, &scope, id))
        .await?
        .name;
    show(&view, name, &code, "/people")
}

fn show(
    view: &View,
    person: String,
    code: &EnrolmentCodeResponse,
    back: &'static str,
) -> Result<Response, Problem> {
    let template = CodePage {
        page: view.narrow_page(view.t.enrolment_code),
        person,
        qr_base64: base64(qr_svg(&code.url)?.as_bytes()),
        code: code.code.clone(),
        ends: Moment::parse(&code.ends_at),
        back,
    };
    render(StatusCode::OK, &template)
}

/// Level M bears a scratched screen; black on white whatever the page's colours, for that is what cameras expect.
fn qr_svg(text: &str) -> Result<String, Problem> {
    let qr = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Problem::internal)?;
    Ok(qr.render::<svg::Color<'_>>().min_dimensions(280, 280).build())
}

/// Standard base64 with padding, as data URLs want it.
fn base64(bytes: &[u8]) -> String {
    let mut text = crate::auth::base64url::encode(bytes)
        .replace('-', "+")
        .replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}
