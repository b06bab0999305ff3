//! `jicha people`: accounts from the server's own shell. Whoever can run this can read the database file anyway.

use crate::auth::password::Password;
use crate::auth::person;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::first_start;
use crate::problem::Problem;
use jicha_domain::id::{OrgUnitCode, PersonId};
use jicha_domain::rights::{Grant, Role};
use std::error::Error;
use std::sync::Arc;

/// What to do with accounts.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List everybody.
    List,
    /// Add a person with a first role; prints a one-time password.
    Add {
        /// What is typed to sign in.
        login: String,
        /// The name as people say it.
        name: String,
        /// inspector, supervisor, planner, rectifier, auditor or administrator.
        role: Role,
        /// The org unit's code.
        unit: OrgUnitCode,
    },
    /// Grant a further role.
    Grant {
        /// Whose.
        login: String,
        /// inspector, supervisor, planner, rectifier, auditor or administrator.
        role: Role,
        /// The org unit's code.
        unit: OrgUnitCode,
    },
    /// Take a role back.
    Revoke {
        /// Whose.
        login: String,
        /// inspector, supervisor, planner, rectifier, auditor or administrator.
        role: Role,
        /// The org unit's code.
        unit: OrgUnitCode,
    },
    /// Set a new one-time password and print it.
    ResetPassword {
        /// Whose.
        login: String,
    },
}

/// Who the audit trail names for what is done from the shell.
const WHO: &str = "server";

/// Runs one command.
pub async fn run(config: Config, command: Command) -> Result<(), Box<dyn Error>> {
    let app = first_start::start(config, Arc::new(SystemClock)).await?.app;
    let now = app.now();
    let password = Password::one_time();
    let hash = password.hash_blocking().map_err(text)?;
    let outcome: Result<Option<String>, Problem> = match command {
        Command::List => {
            let lines = app.storage().read(list).await.map_err(text)?;
            for line in lines {
                println!("{line}");
            }
            return Ok(());
        }
        Command::Add {
            login,
            name,
            role,
            unit,
        } => {
            app.storage()
                .write(move |sql| {
                    let id = person::add(sql, now, WHO, &login, &name, &hash)?;
                    person::grant(sql, now, WHO, id, &Grant { role, unit })?;
                    Ok(Some(login))
                })
                .await
        }
        Command::Grant { login, role, unit } => {
            app.storage()
                .write(move |sql| {
                    person::grant(sql, now, WHO, find(sql, &login)?, &Grant { role, unit })?;
                    Ok(None)
                })
                .await
        }
        Command::Revoke { login, role, unit } => {
            app.storage()
                .write(move |sql| {
                    person::revoke(sql, now, WHO, find(sql, &login)?, &Grant { role, unit })?;
                    Ok(None)
                })
                .await
        }
        Command::ResetPassword { login } => {
            app.storage()
                .write(move |sql| {
                    person::set_password(sql, now, WHO, find(sql, &login)?, &hash, true)?;
                    Ok(Some(login))
                })
                .await
        }
    };
    if let Some(login) = outcome.map_err(text)? {
        println!("login     {login}\npassword  {}  (one time)", password.reveal());
    }
    Ok(())
}

fn find(sql: &rusqlite::Connection, login: &str) -> Result<PersonId, Problem> {
    use crate::problem::Code;
    use rusqlite::OptionalExtension;
    sql.query_row("SELECT id FROM person WHERE login = ?1", [login], |row| {
        person::parse_id(row, 0)
    })
    .optional()?
    .ok_or_else(|| Problem::new(Code::NotFound).detail(format!("Nobody has the login {login}.")))
}

fn list(sql: &rusqlite::Connection) -> Result<Vec<String>, Problem> {
    let mut statement = sql.prepare(
        "SELECT login, name, locked_at_ms IS NOT NULL,
                (SELECT group_concat(role || '@' || unit, ' ') FROM person_grant WHERE person = person.id)
         FROM person ORDER BY login",
    )?;
    let rows = statement.query_map([], |row| {
        let locked = if row.get::<_, bool>(2)? { " (locked)" } else { "" };
        let grants: Option<String> = row.get(3)?;
        Ok(format!(
            "{}\t{}{locked}\t{}",
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            grants.unwrap_or_default()
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A problem as a sentence for the shell.
fn text(problem: Problem) -> String {
    let detail = if problem.detail.is_empty() {
        problem.code.meaning()
    } else {
        problem.detail.as_str()
    };
    format!("{}: {detail}", problem.code.title_en())
}
