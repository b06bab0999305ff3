//! A page of the projection: filters, keyset, and what a filter can choose from. No document is loaded.

use super::{InspectionQuery, InspectionRowResponse, InspectionsResponse};
use crate::api::paging::{After, limit};
use crate::auth::Scope;
use crate::auth::person::parse_id;
use crate::problem::{Code, Problem};
use jicha_domain::id::{OrgUnitCode, PersonId};
use jicha_domain::inspection::InspectionState;
use jiff::Timestamp;
use rusqlite::{Connection, named_params};

/// A query that was understood.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    unit: Option<OrgUnitCode>,
    state: Option<InspectionState>,
    inspector: Option<PersonId>,
    since: Option<Timestamp>,
    with: Option<With>,
    after: Option<After>,
    limit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    Conflicts,
    Doubts,
    Findings,
}

impl TryFrom<InspectionQuery> for Filter {
    type Error = Problem;

    fn try_from(query: InspectionQuery) -> Result<Filter, Problem> {
        let bad = |name: &'static str, detail: String| Problem::new(Code::BadQuery).at(name).detail(detail);
        let with = match given(query.with.as_deref()) {
            None => None,
            Some("conflicts") => Some(With::Conflicts),
            Some("doubts") => Some(With::Doubts),
            Some("findings") => Some(With::Findings),
            Some(_) => return Err(bad("with", "conflicts, doubts or findings.".to_owned())),
        };
        Ok(Filter {
            unit: parse(query.unit.as_deref()).map_err(|error| bad("unit", error))?,
            state: parse(query.state.as_deref()).map_err(|error| bad("state", error))?,
            inspector: parse(query.inspector.as_deref()).map_err(|error| bad("inspector", error))?,
            since: given(query.since.as_deref())
                .map(instant_of)
                .transpose()
                .map_err(|error| bad("since", error))?,
            with,
            after: given(query.after.as_deref()).map(str::parse).transpose()?,
            limit: limit(query.limit)?,
        })
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn parse<T: std::str::FromStr>(text: Option<&str>) -> Result<Option<T>, String>
where
    T::Err: std::fmt::Display,
{
    given(text)
        .map(str::parse)
        .transpose()
        .map_err(|error: T::Err| error.to_string())
}

/// A day counts from its midnight in China Standard Time.
fn instant_of(text: &str) -> Result<Timestamp, String> {
    let instant = match text.parse::<jiff::civil::Date>() {
        Ok(_) if text.len() == 10 => format!("{text}T00:00:00+08:00").parse::<Timestamp>(),
        _ => text.parse(),
    };
    instant.map_err(|_| "A day such as 2026-11-01 or an instant such as 2026-11-01T00:00:00Z.".to_owned())
}

/// The columns of a row and the tables that they come from.
pub(super) const ROW: &str =
    "inspection.id, inspection.unit, coalesce(org_unit.name, inspection.unit), inspection.point_no,
    inspection.point_name, inspection.point_kind, inspection.asset_no, inspection.inspector,
    coalesce(person.name, inspection.inspector), inspection.dimension, inspection.specialty, inspection.state,
    inspection.started_at_ms, inspection.photo_count, inspection.finding_count, inspection.doubt_count,
    inspection.conflict_count
    FROM inspection
    LEFT JOIN person ON person.id = inspection.inspector
    LEFT JOIN org_unit ON org_unit.code = inspection.unit";

/// One page of the projection; no document is loaded.
pub(crate) fn page(sql: &Connection, scope: &Scope, filter: &Filter) -> Result<InspectionsResponse, Problem> {
    let text = format!(
        "{}, wanted (code) AS (
            SELECT :unit UNION SELECT org_unit.code FROM org_unit JOIN wanted ON org_unit.parent_code = wanted.code
         )
         SELECT {ROW}
         WHERE (:everywhere OR inspection.unit IN (SELECT code FROM scope))
           AND (:unit IS NULL OR inspection.unit IN (SELECT code FROM wanted))
           AND (:state IS NULL OR inspection.state = :state)
           AND (:inspector IS NULL OR inspection.inspector = :inspector)
           AND (:since IS NULL OR inspection.started_at_ms >= :since)
           AND (:conflicts = 0 OR inspection.conflict_count > 0)
           AND (:doubts = 0 OR inspection.doubt_count > 0)
           AND (:findings = 0 OR inspection.finding_count > 0)
           AND (:after_ms IS NULL OR (inspection.started_at_ms, inspection.id) < (:after_ms, :after_id))
         ORDER BY inspection.started_at_ms DESC, inspection.id DESC
         LIMIT :rows",
        Scope::SQL.trim_end()
    );
    let mut statement = sql.prepare_cached(&text)?;
    let rows = statement.query_map(
        named_params! {
            ":scope": scope.to_json(),
            ":everywhere": scope.is_everywhere(),
            ":unit": filter.unit.as_ref().map(OrgUnitCode::as_str),
            ":state": filter.state.map(InspectionState::as_str),
            ":inspector": filter.inspector.map(|id| id.to_string()),
            ":since": filter.since.map(|since| since.as_millisecond()),
            ":conflicts": filter.with == Some(With::Conflicts),
            ":doubts": filter.with == Some(With::Doubts),
            ":findings": filter.with == Some(With::Findings),
            ":after_ms": filter.after.map(|after| after.at_ms),
            ":after_id": filter.after.map(|after| after.id.to_string()),
            ":rows": filter.limit + 1,
        },
        row_response,
    )?;
    let mut inspections = rows.collect::<Result<Vec<_>, _>>()?;
    let mut next = None;
    if inspections.len() > filter.limit as usize {
        inspections.truncate(filter.limit as usize);
        next = inspections.last().and_then(|last| {
            let at_ms = last.started_at.parse::<Timestamp>().ok()?.as_millisecond();
            Some(
                After {
                    at_ms,
                    id: last.id.parse().ok()?,
                }
                .to_string(),
            )
        });
    }
    Ok(InspectionsResponse { inspections, next })
}

/// A row of [`ROW`].
pub(super) fn row_response(row: &rusqlite::Row<'_>) -> rusqlite::Result<InspectionRowResponse> {
    Ok(InspectionRowResponse {
        id: row.get(0)?,
        unit: row.get(1)?,
        unit_name: row.get(2)?,
        point_no: row.get(3)?,
        point_name: row.get(4)?,
        point_kind: row.get(5)?,
        asset_no: row.get(6)?,
        inspector: row.get(7)?,
        inspector_name: row.get(8)?,
        dimension: row.get(9)?,
        specialty: row.get(10)?,
        state: row.get(11)?,
        started_at: crate::auth::instant(row.get(12)?).to_string(),
        photo_count: row.get(13)?,
        finding_count: row.get(14)?,
        doubt_count: row.get(15)?,
        conflict_count: row.get(16)?,
    })
}

/// Inspectors who appear in the list, for the filter's choice: id and name.
pub(crate) fn inspectors(sql: &Connection, scope: &Scope) -> Result<Vec<(PersonId, String)>, Problem> {
    let text = format!(
        "{} SELECT person.id, person.name FROM person
         WHERE EXISTS (
            SELECT 1 FROM person_grant WHERE person_grant.person = person.id AND person_grant.role = 'inspector'
              AND (:everywhere OR person_grant.unit IN (SELECT code FROM scope)))
         ORDER BY person.name LIMIT 500",
        Scope::SQL
    );
    let mut statement = sql.prepare_cached(&text)?;
    let rows = statement.query_map(
        named_params! { ":scope": scope.to_json(), ":everywhere": scope.is_everywhere() },
        |row| Ok((parse_id(row, 0)?, row.get(1)?)),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Units of the scope above the feeders, for the filter's choice: code and name.
pub(crate) fn units(sql: &Connection, scope: &Scope) -> Result<Vec<(String, String)>, Problem> {
    scope_choices(
        sql,
        scope,
        "SELECT org_unit.code, org_unit.name FROM org_unit
         WHERE org_unit.kind NOT IN ('line', 'area') AND (:everywhere OR org_unit.code IN (SELECT code FROM scope))
         ORDER BY org_unit.code LIMIT 500",
    )
}

/// What a filter can choose from: value and label, by a statement that narrows itself to `scope` ([`Scope::SQL`]).
pub(crate) fn scope_choices(
    sql: &Connection,
    scope: &Scope,
    select: &str,
) -> Result<Vec<(String, String)>, Problem> {
    let mut statement = sql.prepare_cached(&format!("{} {select}", Scope::SQL))?;
    let rows = statement.query_map(
        named_params! { ":scope": scope.to_json(), ":everywhere": scope.is_everywhere() },
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}
