//! Where somebody may do something: the proof that a query about evidence, people or devices asks for.

use jicha_domain::id::OrgUnitCode;
use jicha_domain::rights::{Act, Grant, Subject, role_may};
use jiff::Timestamp;

/// The code of the topmost unit, made on first start. Imported units without a parent lie below it.
pub const ROOT_UNIT: &str = "ROOT";

/// The tops of the parts of the organisation in which an act on a subject is allowed.
///
/// A handler gets its scope from [`super::Actor::scope`], which asks the table of rights. Every
/// query that reads evidence takes one, so a handler without an actor has nothing to read with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    roots: Vec<OrgUnitCode>,
}

impl Scope {
    /// `None` when the grants give the right nowhere.
    pub(super) fn from_grants(grants: &[Grant], act: Act, subject: Subject) -> Option<Scope> {
        let mut roots: Vec<OrgUnitCode> = grants
            .iter()
            .filter(|grant| role_may(grant.role, act, subject))
            .map(|grant| grant.unit.clone())
            .collect();
        roots.sort();
        roots.dedup();
        if roots.is_empty() {
            None
        } else {
            Some(Scope { roots })
        }
    }

    /// The scope of somebody who has a right in just this unit and what lies below it, for measures and maintenance: there
    /// is nobody to ask the table of rights about.
    pub fn of_unit(unit: &OrgUnitCode) -> Scope {
        Scope {
            roots: vec![unit.clone()],
        }
    }

    /// True when the scope is the whole organisation.
    pub fn is_everywhere(&self) -> bool {
        self.roots.iter().any(|root| root.as_str() == ROOT_UNIT)
    }

    /// The tops as a JSON array, to be bound as `:scope` beside [`Scope::SQL`].
    pub fn to_json(&self) -> String {
        let roots: Vec<&str> = self.roots.iter().map(OrgUnitCode::as_str).collect();
        serde_json::to_string(&roots).expect("strings always serialise")
    }

    /// A common table expression `scope(code)` with every unit of the scope, to stand before a SELECT. The topmost unit
    /// contains every unit, also those that were imported without a parent.
    pub const SQL: &'static str = "WITH RECURSIVE scope (code) AS (
        SELECT value FROM json_each(:scope)
        UNION
        SELECT org_unit.code FROM org_unit
        WHERE org_unit.parent_code IS NULL AND EXISTS (SELECT 1 FROM json_each(:scope) WHERE value = 'ROOT')
        UNION
        SELECT org_unit.code FROM org_unit JOIN scope ON org_unit.parent_code = scope.code
    ) ";

    /// Whether the unit lies in the scope.
    pub fn contains(&self, sql: &rusqlite::Connection, unit: &str) -> rusqlite::Result<bool> {
        if self.is_everywhere() {
            return Ok(true);
        }
        let text = format!(
            "{} SELECT EXISTS (SELECT 1 FROM scope WHERE code = :unit)",
            Scope::SQL
        );
        sql.prepare_cached(&text)?.query_row(
            rusqlite::named_params! { ":scope": self.to_json(), ":unit": unit },
            |row| row.get(0),
        )
    }
}

/// Milliseconds since 1970 as SQLite holds them, back to an instant; anything absurd becomes 1970.
pub(crate) fn instant(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
