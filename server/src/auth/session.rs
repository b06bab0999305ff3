//! Sessions of browsers: a random token in a cookie, its hash here, an idle end and an absolute end.

use super::actor::Actor;
use super::person::{grants_of, parse_id};
use super::scope::instant;
use super::token::{Token, TokenHash};
use crate::problem::Problem;
use jicha_domain::id::PersonId;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension};

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
pub struct Lifetime {
    /// Without a request.
    pub idle: SignedDuration,
    /// In any case.
    pub absolute: SignedDuration,
}

/// `seen_at_ms` is written at most this often, so that reading pages stays reading.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A session as found by its cookie.
pub struct Found {
    /// Whose it is.
    pub actor: Actor,
    /// True when `seen_at_ms` is due to be written.
    pub touch: bool,
}

/// Starts a session; its token goes into the cookie and nowhere else.
pub fn start(
    sql: &Connection,
    now: Timestamp,
    person: PersonId,
    lifetime: Lifetime,
) -> Result<Token, Problem> {
    sql.execute(
        "DELETE FROM session WHERE ends_at_ms < ?1",
        [now.as_millisecond()],
    )?;
    let token = Token::random();
    sql.execute(
        "INSERT INTO session (token_hash, person, started_at_ms, seen_at_ms, ends_at_ms) VALUES (?1, ?2, ?3, ?3, ?4)",
        (
            token.hash().0,
            person.to_string(),
            now.as_millisecond(),
            (now + lifetime.absolute).as_millisecond(),
        ),
    )?;
    Ok(token)
}

/// The person behind a cookie; `None` when the session is unknown, over, or the person is locked.
pub fn find(
    sql: &Connection,
    now: Timestamp,
    token: TokenHash,
    lifetime: Lifetime,
) -> Result<Option<Found>, Problem> {
    let row = sql
        .prepare_cached(
            "SELECT person.id, person.login, person.name, person.password_one_time, session.seen_at_ms, session.ends_at_ms
             FROM session JOIN person ON person.id = session.person
             WHERE session.token_hash = ?1 AND person.locked_at_ms IS NULL",
        )?
        .query_row([token.0], |row| {
            let actor = Actor {
                person: parse_id(row, 0)?,
                login: row.get(1)?,
                name: row.get(2)?,
                grants: Vec::new(),
                password_one_time: row.get(3)?,
                session: token,
            };
            Ok((actor, instant(row.get(4)?), instant(row.get(5)?)))
        })
        .optional()?;
    let Some((mut actor, seen, ends)) = row else {
        return Ok(None);
    };
    if now >= ends || now.duration_since(seen) > lifetime.idle {
        return Ok(None);
    }
    actor.grants = grants_of(sql, &actor.id_text())?;
    Ok(Some(Found {
        actor,
        touch: now.duration_since(seen) > SEEN_EVERY,
    }))
}

/// Notes that the session is in use.
pub fn touch(sql: &Connection, now: Timestamp, token: TokenHash) -> Result<(), Problem> {
    sql.execute(
        "UPDATE session SET seen_at_ms = ?2 WHERE token_hash = ?1",
        (token.0, now.as_millisecond()),
    )?;
    Ok(())
}

/// Ends a session.
pub fn end(sql: &Connection, token: TokenHash) -> Result<(), Problem> {
    sql.execute("DELETE FROM session WHERE token_hash = ?1", [token.0])?;
    Ok(())
}
