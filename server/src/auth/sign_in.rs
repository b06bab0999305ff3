//! Signing in and changing the password: throttled, in equal time for known and unknown logins, audited.

use super::audit::{self, Event};
use super::password::Password;
use super::person::parse_id;
use super::throttle::Attempts;
use super::token::Token;
use super::{Actor, person, session};
use crate::problem::{Code, Problem};
use crate::state::App;
use jicha_domain::id::PersonId;
use rusqlite::OptionalExtension;

/// Checks login and password and starts a session.
///
/// Wrong login, wrong password and locked person give one answer after one and the same work.
pub async fn sign_in(app: &App, address: &str, login: &str, password: Password) -> Result<Token, Problem> {
    let now = app.now();
    // A login longer than any real one is cut, so that it can't fill the throttle's memory.
    let login: String = login.trim().chars().take(64).collect();
    let by_login = Attempts::Login(login.to_lowercase());
    let by_address = Attempts::SignInAddress(address.to_owned());
    app.throttle().begin(&by_address, now)?;
    app.throttle().begin(&by_login, now)?;

    let found = find(app, login).await?;
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let fits = password.fits(hash).await?;
    let lifetime = app.session_lifetime();
    match found {
        Some(found) if fits && !found.locked => {
            app.throttle().succeeded(&by_login);
            app.throttle().succeeded(&by_address);
            metrics::counter!("jicha_sign_ins", "outcome" => "accepted").increment(1);
            app.storage()
                .write(move |sql| {
                    let token = session::start(sql, now, found.id, lifetime)?;
                    note(sql, now, found.id, audit::Act::SignedIn)?;
                    Ok(token)
                })
                .await
        }
        other => {
            metrics::counter!("jicha_sign_ins", "outcome" => "refused").increment(1);
            if let Some(found) = other {
                app.storage()
                    .write(move |sql| note(sql, now, found.id, audit::Act::SignInFailed))
                    .await?;
            }
            Err(Problem::new(Code::SignInFailed))
        }
    }
}

/// Replaces the own password. All sessions end; the new session's token is returned for this browser.
pub async fn change_password(
    app: &App,
    actor: &Actor,
    old: Password,
    new: Password,
) -> Result<Token, Problem> {
    let now = app.now();
    let attempts = Attempts::Login(actor.login.to_lowercase());
    app.throttle().begin(&attempts, now)?;
    if old.reveal() == new.reveal() {
        return Err(Problem::new(Code::Invalid)
            .at("password")
            .detail("The new password must differ from the old one."));
    }
    let found = find(app, actor.login.clone()).await?;
    if !old.fits(found.map(|found| found.password_hash)).await? {
        return Err(Problem::new(Code::SignInFailed).at("old_password"));
    }
    app.throttle().succeeded(&attempts);
    let hash = new.hash().await?;
    let (id, lifetime) = (actor.person, app.session_lifetime());
    app.storage()
        .write(move |sql| {
            person::set_password(sql, now, &id.to_string(), id, &hash, false)?;
            session::start(sql, now, id, lifetime)
        })
        .await
}

struct Found {
    id: PersonId,
    password_hash: String,
    locked: bool,
}

async fn find(app: &App, login: String) -> Result<Option<Found>, Problem> {
    app.storage()
        .read(move |sql| {
            let row = sql
                .prepare_cached(
                    "SELECT id, password_hash, locked_at_ms IS NOT NULL FROM person WHERE login = ?1",
                )?
                .query_row([login], |row| {
                    Ok(Found {
                        id: parse_id(row, 0)?,
                        password_hash: row.get(1)?,
                        locked: row.get(2)?,
                    })
                })
                .optional()?;
            Ok(row)
        })
        .await
}

fn note(
    sql: &rusqlite::Connection,
    now: jiff::Timestamp,
    id: PersonId,
    act: audit::Act,
) -> Result<(), Problem> {
    let who = id.to_string();
    audit::append(
        sql,
        now,
        &Event {
            who: &who,
            act,
            subject: &format!("person/{who}"),
            detail: "",
        },
    )?;
    Ok(())
}
