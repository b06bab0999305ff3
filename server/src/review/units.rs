//! The units above a unit, and the parts of the organisation that a question is about.

use crate::auth::{ROOT_UNIT, Scope};
use rusqlite::{Connection, OptionalExtension, named_params};

/// The unit itself and every unit above it, up to the topmost, which contains also what the ledger does not know.
pub fn above(sql: &Connection, unit: &str) -> rusqlite::Result<Vec<String>> {
    let mut units: Vec<String> = sql
        .prepare_cached(
            "WITH RECURSIVE above (code) AS (
                SELECT ?1
                UNION
                SELECT org_unit.parent_code FROM above JOIN org_unit ON org_unit.code = above.code
                WHERE org_unit.parent_code IS NOT NULL
             ) SELECT code FROM above",
        )?
        .query_map([unit], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if units.iter().all(|code| code != ROOT_UNIT) {
        units.push(ROOT_UNIT.to_owned());
    }
    Ok(units)
}

/// The unit of an inspection and every unit above it; empty while the inspection is not here.
pub fn of_inspection(sql: &Connection, inspection: &str) -> rusqlite::Result<Vec<String>> {
    let unit: Option<String> = sql
        .prepare_cached("SELECT unit FROM inspection WHERE id = ?1")?
        .query_row([inspection], |row| row.get(0))
        .optional()?;
    unit.map_or(Ok(Vec::new()), |unit| above(sql, &unit))
}

/// The tops of what lies both in the scope and below `wanted`, none of them below another.
pub fn tops(sql: &Connection, scope: &Scope, wanted: Option<&str>) -> rusqlite::Result<Vec<String>> {
    let roots: Vec<String> = sql
        .prepare_cached("SELECT value FROM json_each(:scope)")?
        .query_map(named_params! { ":scope": scope.to_json() }, |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut tops = Vec::new();
    if let Some(wanted) = wanted
        && scope.contains(sql, wanted)?
    {
        return Ok(vec![wanted.to_owned()]);
    }
    for root in &roots {
        let line = above(sql, root)?;
        let below_another = line.iter().skip(1).any(|code| roots.contains(code));
        let within = wanted.is_none_or(|wanted| line.iter().any(|code| code == wanted));
        if within && !below_another {
            tops.push(root.clone());
        }
    }
    Ok(tops)
}
