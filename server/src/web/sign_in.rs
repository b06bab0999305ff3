//! Signing in and out.

use super::language::own_path;
use super::view::{Page, View, render, start_page};
use crate::api::extract::{FormBody, QueryOf};
use crate::auth::audit::{self, Event};
use crate::auth::password::Password;
use crate::auth::{self, Actor, cookie, session};
use crate::problem::{Code, Problem};
use crate::router::ClientAddress;
use crate::state::App;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jicha_domain::Language;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    next: String,
    login: String,
    error: Option<String>,
}

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

/// The form.
#[derive(Deserialize)]
pub(super) struct SignInForm {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// The form, or the start page for whoever is signed in already.
pub(super) async fn show(
    view: View,
    actor: Option<axum::Extension<Actor>>,
    QueryOf(next): QueryOf<Next>,
) -> Result<Response, Problem> {
    if let Some(axum::Extension(actor)) = actor {
        return Ok(Redirect::to(start_page(&actor)).into_response());
    }
    let template = SignInPage {
        page: view.narrow_page(view.t.sign_in),
        next: next.next,
        login: String::new(),
        error: None,
    };
    render(StatusCode::OK, &template)
}

/// Checks login and password; on success the cookie is set and the browser goes on.
pub(super) async fn submit(
    State(app): State<App>,
    view: View,
    address: ClientAddress,
    headers: HeaderMap,
    FormBody(form): FormBody<SignInForm>,
) -> Result<Response, Problem> {
    // A foreign page must not sign a reader in as somebody else.
    auth::require_same_origin(&Method::POST, &headers, &app.config().base_url())?;
    match auth::sign_in(
        &app,
        &address.to_string(),
        &form.login,
        Password::typed(form.password),
    )
    .await
    {
        Ok(token) => {
            let cookie = cookie::start_session(&token, app.config().is_https());
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(own_path(&form.next))).into_response())
        }
        Err(problem) if matches!(problem.code, Code::SignInFailed | Code::TooManyAttempts) => {
            let error = match (problem.retry_after_s, view.language) {
                (Some(seconds), _) => format!("{} {seconds}", view.t.wait_seconds),
                (None, Language::Zh) => problem.code.title_zh().to_owned(),
                (None, Language::En) => "Login or password is wrong.".to_owned(),
            };
            let page = view.narrow_page(view.t.sign_in);
            let template = SignInPage {
                page,
                next: form.next,
                login: form.login,
                error: Some(error),
            };
            let mut response = render(problem.code.status(), &template)?;
            if let Some(seconds) = problem.retry_after_s {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
        Err(problem) => Err(problem),
    }
}

/// Ends the session here and in the browser.
pub(super) async fn sign_out(State(app): State<App>, actor: Actor) -> Result<Response, Problem> {
    let now = app.now();
    app.storage()
        .write(move |sql| {
            let who = actor.id_text();
            let event = Event {
                who: &who,
                act: audit::Act::SignedOut,
                subject: &format!("person/{who}"),
                detail: "",
            };
            audit::append(sql, now, &event)?;
            session::end(sql, actor.session)
        })
        .await?;
    let cookie = cookie::end_session(app.config().is_https());
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response())
}
