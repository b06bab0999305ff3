//! The guard in front of every handler.

use super::Access;
use crate::auth::token::Token;
use crate::auth::{Actor, DeviceActor, Party, cookie, device, require_same_origin, session};
use crate::problem::{Code, Problem};
use crate::state::App;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;

/// What a guard needs to know.
#[derive(Clone)]
pub(super) struct Guard {
    pub app: App,
    pub access: Access,
}

/// Lets the request through with its actor, or answers with the reason.
pub(super) async fn guard(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Guard { app, access } = guard;
    match access {
        Access::Public => {
            // Pages show their menu to whoever is signed in, but nobody has to be.
            if let Ok(actor) = person(&app, request.headers()).await {
                request.extensions_mut().insert(actor);
            }
        }
        Access::OneTimePassword => {
            let actor = person_of_this_site(&app, request.method(), request.headers()).await?;
            request.extensions_mut().insert(actor);
        }
        Access::SignedIn => {
            let actor =
                with_own_password(person_of_this_site(&app, request.method(), request.headers()).await?)?;
            request.extensions_mut().insert(actor);
        }
        Access::Person(act, subject) => {
            let actor =
                with_own_password(person_of_this_site(&app, request.method(), request.headers()).await?)?;
            if !actor.may_somewhere(act, subject) {
                return Err(Problem::new(Code::Forbidden));
            }
            request.extensions_mut().insert(actor);
        }
        Access::Device => {
            let actor = enrolled_device(&app, request.headers()).await?;
            request.extensions_mut().insert(actor);
        }
        Access::DeviceOrPerson(act, subject) => {
            let party = if request.headers().contains_key(header::AUTHORIZATION) {
                Party::Device(enrolled_device(&app, request.headers()).await?)
            } else {
                let actor = person_of_this_site(&app, request.method(), request.headers()).await?;
                Party::Person(with_own_password(actor)?)
            };
            party.scope(act, subject)?;
            request.extensions_mut().insert(party);
        }
    }
    Ok(next.run(request).await)
}

async fn person_of_this_site(app: &App, method: &Method, headers: &HeaderMap) -> Result<Actor, Problem> {
    let actor = person(app, headers).await?;
    require_same_origin(method, headers, &app.config().base_url())?;
    Ok(actor)
}

async fn person(app: &App, headers: &HeaderMap) -> Result<Actor, Problem> {
    let token = cookie::session_token(headers)
        .ok_or_else(|| Problem::new(Code::NotSignedIn))?
        .hash();
    let (now, lifetime) = (app.now(), app.session_lifetime());
    let found = app
        .storage()
        .read(move |sql| session::find(sql, now, token, lifetime))
        .await?;
    let found = found.ok_or_else(|| Problem::new(Code::NotSignedIn))?;
    if found.touch {
        app.storage()
            .write(move |sql| session::touch(sql, now, token))
            .await?;
    }
    Ok(found.actor)
}

fn with_own_password(actor: Actor) -> Result<Actor, Problem> {
    if actor.password_one_time {
        Err(Problem::new(Code::PasswordChangeNeeded))
    } else {
        Ok(actor)
    }
}

async fn enrolled_device(app: &App, headers: &HeaderMap) -> Result<DeviceActor, Problem> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(Token::parse)
        .ok_or_else(|| Problem::new(Code::DeviceUnknown))?
        .hash();
    let now = app.now();
    let (actor, touch) = app
        .storage()
        .read(move |sql| device::find(sql, now, token))
        .await?;
    if touch {
        let id = actor.device;
        app.storage()
            .write(move |sql| device::touch(sql, now, id))
            .await?;
    }
    Ok(actor)
}
