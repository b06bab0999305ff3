//! The own account: roles, devices, password.

use super::people::{DeviceLine, grant_text};
use super::view::{Page, View, render};
use crate::api::extract::FormBody;
use crate::auth::password::{self, Password};
use crate::auth::{self, Actor, cookie, device};
use crate::problem::{Code, Problem};
use crate::state::App;
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    page: Page,
    name: String,
    login: String,
    grants: Vec<String>,
    devices: Vec<DeviceLine>,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    page: Page,
    first: bool,
    error: Option<String>,
    chars_min: usize,
    chars_max: usize,
}

/// The form.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    old_password: String,
    password: String,
    password_again: String,
}

/// Roles and devices of whoever is signed in.
pub(super) async fn show(State(app): State<App>, view: View, actor: Actor) -> Result<Response, Problem> {
    let (person, grants, language) = (actor.person, actor.grants.clone(), view.language);
    let (devices, grants) = app
        .storage()
        .read(move |sql| {
            let devices = device::list_of(sql, person)?;
            let grants = grants
                .iter()
                .map(|grant| grant_text(sql, grant, language))
                .collect::<Result<Vec<_>, _>>()?;
            Ok::<_, Problem>((devices, grants))
        })
        .await?;
    let template = AccountPage {
        page: view.page(view.t.account),
        name: actor.name,
        login: actor.login,
        grants,
        devices: devices.iter().map(DeviceLine::from).collect(),
    };
    render(StatusCode::OK, &template)
}

/// The form for a new password.
pub(super) async fn show_password(view: View, actor: Actor) -> Result<Response, Problem> {
    render(StatusCode::OK, &password_page(&view, &actor, None))
}

fn password_page(view: &View, actor: &Actor, error: Option<&str>) -> PasswordPage {
    PasswordPage {
        page: view.narrow_page(view.t.change_password),
        first: actor.password_one_time,
        error: error.map(str::to_owned),
        chars_min: password::CHARS_MIN,
        chars_max: password::CHARS_MAX,
    }
}

/// Changes the password; the browser gets a new session, all others end.
pub(super) async fn change_password(
    State(app): State<App>,
    view: View,
    actor: Actor,
    FormBody(form): FormBody<PasswordForm>,
) -> Result<Response, Problem> {
    let refuse = |error: &str| {
        render(
            StatusCode::UNPROCESSABLE_ENTITY,
            &password_page(&view, &actor, Some(error)),
        )
    };
    if form.password != form.password_again {
        return refuse(view.t.passwords_differ);
    }
    let Ok(new) = Password::chosen(form.password) else {
        return refuse(view.t.password_unsuitable);
    };
    match auth::change_password(&app, &actor, Password::typed(form.old_password), new).await {
        Ok(token) => {
            let cookie = cookie::start_session(&token, app.config().is_https());
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
        }
        Err(problem) if problem.code == Code::SignInFailed => refuse(view.t.old_password_wrong),
        Err(problem) if problem.code == Code::Invalid => refuse(view.t.password_unsuitable),
        Err(problem) if problem.code == Code::TooManyAttempts => refuse(&format!(
            "{} {}",
            view.t.wait_seconds,
            problem.retry_after_s.unwrap_or_default()
        )),
        Err(problem) => Err(problem),
    }
}
