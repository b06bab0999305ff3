//! People and their grants in the database.

use super::audit::{self, Event};
use super::scope::{Scope, instant};
use super::token::new_uuid;
use crate::problem::{Code, Problem};
use jicha_domain::id::{OrgUnitCode, PersonId};
use jicha_domain::rights::{Grant, Role};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

/// A person with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id, in documents and in the audit trail.
    pub id: PersonId,
    /// What is typed to sign in; upper and lower case are the same.
    pub login: String,
    /// The name as people say it.
    pub name: String,
    /// Since when the person is locked out.
    pub locked_at: Option<Timestamp>,
    /// Roles, each within a part of the organisation.
    pub grants: Vec<Grant>,
}

/// A login is typed on phones in the rain: short, and without characters that need a second keyboard.
pub fn check_login(login: &str) -> Result<(), Problem> {
    let fits = (2..=40).contains(&login.len())
        && login
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if fits {
        Ok(())
    } else {
        Err(Problem::new(Code::Invalid)
            .at("login")
            .detail("A login is 2 to 40 letters, digits, dots, hyphens or underscores."))
    }
}

/// A name is what a signature shows: 1 to 60 characters, no control characters.
pub fn check_name(name: &str) -> Result<(), Problem> {
    let length = name.trim().chars().count();
    if (1..=60).contains(&length) && !name.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(Problem::new(Code::Invalid)
            .at("name")
            .detail("A name has 1 to 60 characters."))
    }
}

/// Adds a person with a one-time password.
pub fn add(
    sql: &Connection,
    now: Timestamp,
    who: &str,
    login: &str,
    name: &str,
    password_hash: &str,
) -> Result<PersonId, Problem> {
    check_login(login)?;
    check_name(name)?;
    let taken: bool = sql.query_row(
        "SELECT EXISTS (SELECT 1 FROM person WHERE login = ?1)",
        [login],
        |row| row.get(0),
    )?;
    if taken {
        return Err(Problem::new(Code::AlreadyExists)
            .at("login")
            .detail("Somebody has this login already."));
    }
    let id = PersonId::new(new_uuid(now));
    sql.execute(
        "INSERT INTO person (id, login, name, password_hash, password_one_time, created_at_ms)
         VALUES (?1, ?2, ?3, ?4, 1, ?5)",
        (
            id.to_string(),
            login,
            name.trim(),
            password_hash,
            now.as_millisecond(),
        ),
    )?;
    let subject = format!("person/{id}");
    audit::append(
        sql,
        now,
        &Event {
            who,
            act: audit::Act::PersonAdded,
            subject: &subject,
            detail: login,
        },
    )?;
    Ok(id)
}

/// Grants a role in a unit; granting it again changes nothing.
pub fn grant(
    sql: &Connection,
    now: Timestamp,
    who: &str,
    person: PersonId,
    grant: &Grant,
) -> Result<(), Problem> {
    let known: bool = sql.query_row(
        "SELECT EXISTS (SELECT 1 FROM org_unit WHERE code = ?1)",
        [grant.unit.as_str()],
        |row| row.get(0),
    )?;
    if !known {
        return Err(Problem::new(Code::Invalid)
            .at("unit")
            .detail("There is no such org unit."));
    }
    let added = sql.execute(
        "INSERT INTO person_grant (person, role, unit, granted_at_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (person, role, unit) DO NOTHING",
        (
            person.to_string(),
            grant.role.as_str(),
            grant.unit.as_str(),
            now.as_millisecond(),
        ),
    )?;
    if added > 0 {
        let detail = format!("{}@{}", grant.role, grant.unit);
        let subject = format!("person/{person}");
        audit::append(
            sql,
            now,
            &Event {
                who,
                act: audit::Act::RoleGranted,
                subject: &subject,
                detail: &detail,
            },
        )?;
    }
    Ok(())
}

/// Takes a role in a unit back; taking back what the person does not hold is refused.
pub fn revoke(
    sql: &Connection,
    now: Timestamp,
    who: &str,
    person: PersonId,
    grant: &Grant,
) -> Result<(), Problem> {
    let removed = sql.execute(
        "DELETE FROM person_grant WHERE person = ?1 AND role = ?2 AND unit = ?3",
        (person.to_string(), grant.role.as_str(), grant.unit.as_str()),
    )?;
    if removed == 0 {
        return Err(Problem::new(Code::NotFound)
            .at("role")
            .detail("The person does not hold this role in this unit."));
    }
    let detail = format!("{}@{}", grant.role, grant.unit);
    let subject = format!("person/{person}");
    let event = Event {
        who,
        act: audit::Act::RoleRevoked,
        subject: &subject,
        detail: &detail,
    };
    audit::append(sql, now, &event)?;
    Ok(())
}

/// The grants of one person, in a fixed order.
///
/// A row that this version does not understand (a role of a newer version) grants nothing.
pub fn grants_of(sql: &Connection, person: &str) -> rusqlite::Result<Vec<Grant>> {
    let mut statement =
        sql.prepare_cached("SELECT role, unit FROM person_grant WHERE person = ?1 ORDER BY role, unit")?;
    let rows = statement.query_map([person], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut grants = Vec::new();
    for row in rows {
        let (role, unit) = row?;
        if let (Ok(role), Ok(unit)) = (role.parse::<Role>(), OrgUnitCode::new(unit)) {
            grants.push(Grant { role, unit });
        }
    }
    Ok(grants)
}

/// People who hold a role somewhere in the scope, by name; those without any role are shown to the whole bureau's
/// administrators only.
pub fn list(sql: &Connection, scope: &Scope) -> Result<Vec<Person>, Problem> {
    let text = format!(
        "{} SELECT id, login, name, locked_at_ms FROM person
         WHERE :everywhere OR EXISTS (
            SELECT 1 FROM person_grant JOIN scope ON scope.code = person_grant.unit
            WHERE person_grant.person = person.id)
         ORDER BY name, id LIMIT 1000",
        Scope::SQL
    );
    let mut statement = sql.prepare_cached(&text)?;
    let rows = statement.query_map(
        named_params! { ":scope": scope.to_json(), ":everywhere": scope.is_everywhere() },
        from_row,
    )?;
    let mut people = rows.collect::<Result<Vec<_>, _>>()?;
    for person in &mut people {
        person.grants = grants_of(sql, &person.id.to_string())?;
    }
    Ok(people)
}

/// One person, if the scope contains one of the person's units.
pub fn load(sql: &Connection, scope: &Scope, id: PersonId) -> Result<Person, Problem> {
    let found = sql
        .query_row(
            "SELECT id, login, name, locked_at_ms FROM person WHERE id = ?1",
            [id.to_string()],
            from_row,
        )
        .optional()?;
    let mut person = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    person.grants = grants_of(sql, &id.to_string())?;
    let mut visible = scope.is_everywhere();
    for grant in &person.grants {
        visible = visible || scope.contains(sql, grant.unit.as_str())?;
    }
    if visible {
        Ok(person)
    } else {
        Err(Problem::new(Code::NotFound))
    }
}

/// Refuses an act on somebody who holds any role outside the actor's scope: the administrator of one station must not
/// get hold of the account of the bureau's chief.
pub fn require_wholly_within(sql: &Connection, scope: &Scope, person: &Person) -> Result<(), Problem> {
    for grant in &person.grants {
        if !scope.contains(sql, grant.unit.as_str())? {
            return Err(
                Problem::new(Code::Forbidden).detail("This person also holds a role outside your units.")
            );
        }
    }
    Ok(())
}

/// Locks a person out, with all sessions, or lets the person in again.
pub fn set_locked(
    sql: &Connection,
    now: Timestamp,
    who: &str,
    id: PersonId,
    locked: bool,
) -> Result<(), Problem> {
    let at_ms = locked.then(|| now.as_millisecond());
    let changed = sql.execute(
        "UPDATE person SET locked_at_ms = ?2 WHERE id = ?1 AND (locked_at_ms IS NULL) = ?3",
        (id.to_string(), at_ms, locked),
    )?;
    if changed > 0 {
        let act = if locked {
            audit::Act::PersonLocked
        } else {
            audit::Act::PersonUnlocked
        };
        audit::append(
            sql,
            now,
            &Event {
                who,
                act,
                subject: &format!("person/{id}"),
                detail: "",
            },
        )?;
    }
    if locked {
        sql.execute("DELETE FROM session WHERE person = ?1", [id.to_string()])?;
    }
    Ok(())
}

/// Sets a new password hash and ends all sessions of the person.
pub fn set_password(
    sql: &Connection,
    now: Timestamp,
    who: &str,
    id: PersonId,
    hash: &str,
    one_time: bool,
) -> Result<(), Problem> {
    let changed = sql.execute(
        "UPDATE person SET password_hash = ?2, password_one_time = ?3 WHERE id = ?1",
        (id.to_string(), hash, one_time),
    )?;
    if changed == 0 {
        return Err(Problem::new(Code::NotFound));
    }
    sql.execute("DELETE FROM session WHERE person = ?1", [id.to_string()])?;
    let act = if one_time {
        audit::Act::PasswordReset
    } else {
        audit::Act::PasswordChanged
    };
    audit::append(
        sql,
        now,
        &Event {
            who,
            act,
            subject: &format!("person/{id}"),
            detail: "",
        },
    )?;
    Ok(())
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: parse_id(row, 0)?,
        login: row.get(1)?,
        name: row.get(2)?,
        locked_at: row.get::<_, Option<i64>>(3)?.map(instant),
        grants: Vec::new(),
    })
}

/// A UUID column as an id; a column that holds none is reported as damaged.
pub(crate) fn parse_id<T: std::str::FromStr>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    row.get::<_, String>(column)?.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}
