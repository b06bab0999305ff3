//! Enrolled devices in the database.

use super::actor::DeviceActor;
use super::audit::{self, Event};
use super::person::{grants_of, parse_id};
use super::scope::{Scope, instant};
use super::token::TokenHash;
use crate::problem::{Code, Problem};
use jicha_domain::id::{DeviceId, PersonId};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, named_params};

/// `seen_at_ms` is written at most this often.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// An enrolled device, as administrators see it.
#[derive(Debug, Clone)]
pub struct Device {
    /// The id.
    pub id: DeviceId,
    /// Whose it is.
    pub person: PersonId,
    /// The person's name.
    pub person_name: String,
    /// What the device calls itself.
    pub name: String,
    /// Android, iOS, a browser…
    pub platform: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// The last request; `None` before the first.
    pub seen_at: Option<Timestamp>,
    /// Since when it is locked.
    pub locked_at: Option<Timestamp>,
}

/// The device behind a bearer token, with whether its `seen_at_ms` is due to be written.
pub fn find(sql: &Connection, now: Timestamp, token: TokenHash) -> Result<(DeviceActor, bool), Problem> {
    let row = sql
        .prepare_cached(
            "SELECT device.id, device.person, device.public_key, device.seen_at_ms,
                    device.locked_at_ms IS NOT NULL OR person.locked_at_ms IS NOT NULL
             FROM device JOIN person ON person.id = device.person WHERE device.token_hash = ?1",
        )?
        .query_row([token.0], |row| {
            let actor = DeviceActor {
                device: parse_id(row, 0)?,
                person: parse_id(row, 1)?,
                public_key: row.get(2)?,
                grants: Vec::new(),
            };
            Ok((
                actor,
                row.get::<_, Option<i64>>(3)?.map(instant),
                row.get::<_, bool>(4)?,
            ))
        })
        .optional()?;
    let (mut actor, seen, locked) = row.ok_or_else(|| Problem::new(Code::DeviceUnknown))?;
    if locked {
        return Err(Problem::new(Code::DeviceLocked));
    }
    actor.grants = grants_of(sql, &actor.person.to_string())?;
    Ok((
        actor,
        seen.is_none_or(|seen| now.duration_since(seen) > SEEN_EVERY),
    ))
}

/// Notes that the device was here.
pub fn touch(sql: &Connection, now: Timestamp, device: DeviceId) -> Result<(), Problem> {
    sql.execute(
        "UPDATE device SET seen_at_ms = ?2 WHERE id = ?1",
        (device.to_string(), now.as_millisecond()),
    )?;
    Ok(())
}

/// Devices of people who hold a role in the scope; newest first.
pub fn list(sql: &Connection, scope: &Scope) -> Result<Vec<Device>, Problem> {
    let text = format!(
        "{} SELECT {COLUMNS} FROM device JOIN person ON person.id = device.person
         WHERE :everywhere OR EXISTS (
            SELECT 1 FROM person_grant JOIN scope ON scope.code = person_grant.unit
            WHERE person_grant.person = device.person)
         ORDER BY device.enrolled_at_ms DESC, device.id LIMIT 2000",
        Scope::SQL
    );
    let mut statement = sql.prepare_cached(&text)?;
    let rows = statement.query_map(
        named_params! { ":scope": scope.to_json(), ":everywhere": scope.is_everywhere() },
        from_row,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The devices of one person.
pub fn list_of(sql: &Connection, person: PersonId) -> Result<Vec<Device>, Problem> {
    let text = format!(
        "SELECT {COLUMNS} FROM device JOIN person ON person.id = device.person
         WHERE device.person = ?1 ORDER BY device.enrolled_at_ms DESC, device.id"
    );
    let mut statement = sql.prepare_cached(&text)?;
    let rows = statement.query_map([person.to_string()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One device, wherever it is; the caller decides whether its person is in scope.
pub fn load(sql: &Connection, id: DeviceId) -> Result<Device, Problem> {
    let text =
        format!("SELECT {COLUMNS} FROM device JOIN person ON person.id = device.person WHERE device.id = ?1");
    let found = sql
        .prepare_cached(&text)?
        .query_row([id.to_string()], from_row)
        .optional()?;
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Locks a device, whose changes then go to quarantine, or unlocks it.
pub fn set_locked(
    sql: &Connection,
    now: Timestamp,
    who: &str,
    id: DeviceId,
    locked: bool,
) -> Result<(), Problem> {
    let at_ms = locked.then(|| now.as_millisecond());
    let changed = sql.execute(
        "UPDATE device SET locked_at_ms = ?2 WHERE id = ?1 AND (locked_at_ms IS NULL) = ?3",
        (id.to_string(), at_ms, locked),
    )?;
    if changed > 0 {
        let act = if locked {
            audit::Act::DeviceLocked
        } else {
            audit::Act::DeviceUnlocked
        };
        audit::append(
            sql,
            now,
            &Event {
                who,
                act,
                subject: &format!("device/{id}"),
                detail: "",
            },
        )?;
    }
    Ok(())
}

const COLUMNS: &str =
    "device.id, device.person, person.name, device.name, device.platform, device.enrolled_at_ms,
    device.seen_at_ms, device.locked_at_ms";

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: parse_id(row, 0)?,
        person: parse_id(row, 1)?,
        person_name: row.get(2)?,
        name: row.get(3)?,
        platform: row.get(4)?,
        enrolled_at: instant(row.get(5)?),
        seen_at: row.get::<_, Option<i64>>(6)?.map(instant),
        locked_at: row.get::<_, Option<i64>>(7)?.map(instant),
    })
}
