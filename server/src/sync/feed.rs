//! Who gets which document: audiences, and for each the documents with news.
//!
//! A device receives what is addressed to its person and what is shared with a unit its person works for, not the
//! whole bureau. The feed has a row for each audience and each block of changes that were appended to a document
//! together, in the order of the log. So a cursor is a place in the log, a pull costs what is new for this audience
//! and nothing else, and an answer that breaks off anywhere can be continued from the last block that arrived.

use std::collections::BTreeSet;
use std::fmt;

use jicha_domain::id::{OrgUnitCode, PersonId};
use jicha_domain::inspection::InspectionAbout;
use jicha_domain::org::{OrgTree, OrgUnitKind};
use jicha_domain::review::ReviewAbout;
use jicha_domain::rights::{Act, Grant, Subject, role_may};
use jicha_domain::task::TaskAbout;
use jicha_record::{Content, DocumentId, DocumentKind};
use jicha_store::log::DocumentNumber;
use rusqlite::{Connection, Transaction, params};

use super::SyncError;

/// Somebody to whom documents are addressed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// One person, on whatever device.
    Person(PersonId),
    /// Everybody who inspects for a unit, by a role in just this unit.
    Unit(OrgUnitCode),
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Audience::Person(person) => write!(f, "person/{person}"),
            Audience::Unit(unit) => write!(f, "unit/{unit}"),
        }
    }
}

/// The audiences that a person belongs to: the person, and the units of the roles that inspect.
pub fn audiences_of(person: PersonId, grants: &[Grant]) -> BTreeSet<Audience> {
    let units = grants
        .iter()
        .filter(|grant| role_may(grant.role, Act::Write, Subject::Inspection))
        .map(|grant| Audience::Unit(grant.unit.clone()));
    units.chain([Audience::Person(person)]).collect()
}

/// To whom a document is addressed, by what it says.
pub(super) fn addressed_to(
    sql: &Connection,
    units: &OrgTree,
    id: DocumentId,
    content: &Content,
) -> Result<BTreeSet<Audience>, SyncError> {
    let mut audiences = BTreeSet::new();
    match id.kind {
        DocumentKind::Inspection => {
            if let Some(about) = content.peek_fact::<InspectionAbout>("about") {
                audiences.insert(Audience::Person(about.inspector));
                if about.shared_with_unit {
                    audiences.extend(shared_with(units, &about.unit));
                }
                if let Some(task) = about.task {
                    audiences.extend(assignees(sql, &task.to_string())?);
                }
            }
        }
        DocumentKind::Review => {
            if let Some(about) = content.peek_fact::<ReviewAbout>("about") {
                audiences.insert(Audience::Person(about.inspector));
            }
        }
        DocumentKind::Task => {
            if let Some(about) = content.peek_fact::<TaskAbout>("about") {
                audiences.extend(about.assignees.into_iter().map(Audience::Person));
                if audiences.is_empty() {
                    audiences.extend(shared_with(units, &about.unit));
                }
            }
        }
    }
    Ok(audiences)
}

/// What a unit shares reaches those who inspect for it and for the units above it, up to the county. Whoever has a role
/// in the whole bureau gets what is addressed to him or her, and not everything.
fn shared_with(units: &OrgTree, unit: &OrgUnitCode) -> Vec<Audience> {
    let below_the_bureau = units
        .upwards(unit)
        .filter(|above| above.kind != OrgUnitKind::Bureau);
    let audiences: Vec<_> = below_the_bureau
        .map(|above| Audience::Unit(above.code.clone()))
        .collect();
    if audiences.is_empty() {
        vec![Audience::Unit(unit.clone())]
    } else {
        audiences
    }
}

fn assignees(sql: &Connection, task: &str) -> Result<Vec<Audience>, SyncError> {
    let people: Vec<String> = sql
        .prepare_cached("SELECT person FROM task_assignee WHERE task = ?1")?
        .query_map([task], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(people
        .into_iter()
        .filter_map(|person| person.parse().ok())
        .map(Audience::Person)
        .collect())
}

/// Notes a block of changes, from `first` to `last` in the log, for the audiences of its document. An audience that
/// did not have the document before gets all of it. One that is not addressed any more still gets what it had begun
/// to follow, so that nobody is left with half a story.
pub(super) fn announce(
    transaction: &Transaction<'_>,
    document: DocumentNumber,
    audiences: &BTreeSet<Audience>,
    (first, last): (i64, i64),
) -> Result<(), SyncError> {
    let following: BTreeSet<String> = transaction
        .prepare_cached("SELECT DISTINCT audience FROM feed WHERE document = ?1")?
        .query_map([document.0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let addressed: BTreeSet<String> = audiences.iter().map(Audience::to_string).collect();
    let mut insert = transaction
        .prepare_cached("INSERT INTO feed (audience, last, document, first) VALUES (?1, ?2, ?3, ?4)")?;
    for audience in following.union(&addressed) {
        let first = if following.contains(audience) {
            first
        } else {
            FROM_THE_BEGINNING
        };
        insert.execute(params![audience, last, document.0, first])?;
    }
    Ok(())
}

/// Before every place in the log.
const FROM_THE_BEGINNING: i64 = 0;

/// A block of changes that is new for one of the audiences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) last: i64,
    pub(super) document: DocumentNumber,
    pub(super) first: i64,
}

/// The blocks after a cursor, in the order of the log.
pub(super) fn blocks(
    sql: &Connection,
    audiences: &BTreeSet<Audience>,
    cursor: i64,
    count: usize,
) -> Result<Vec<Block>, SyncError> {
    let mut blocks = Vec::new();
    let mut select = sql.prepare_cached(
        "SELECT last, document, first FROM feed WHERE audience = ?1 AND last > ?2 ORDER BY last LIMIT ?3",
    )?;
    for audience in audiences {
        let rows = select.query_map(params![audience.to_string(), cursor, count as i64], |row| {
            Ok(Block {
                last: row.get(0)?,
                document: DocumentNumber(row.get(1)?),
                first: row.get(2)?,
            })
        })?;
        for row in rows {
            blocks.push(row?);
        }
    }
    // One block may come by several audiences; the one that reaches furthest back holds the others.
    blocks.sort_by_key(|block| (block.last, block.document, block.first));
    blocks.dedup_by_key(|block| (block.last, block.document));
    blocks.truncate(count);
    Ok(blocks)
}

/// The documents that are addressed to one of the audiences, by their numbers.
pub(super) fn documents(
    sql: &Connection,
    audiences: &BTreeSet<Audience>,
) -> Result<BTreeSet<DocumentNumber>, SyncError> {
    let mut documents = BTreeSet::new();
    let mut select = sql.prepare_cached("SELECT DISTINCT document FROM feed WHERE audience = ?1")?;
    for audience in audiences {
        for number in select.query_map([audience.to_string()], |row| row.get(0))? {
            documents.insert(DocumentNumber(number?));
        }
    }
    Ok(documents)
}
