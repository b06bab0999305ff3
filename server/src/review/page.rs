//! A page of the queue, and how many wait: whatever the size of the queue, both read a few rows of an index.

use super::item::Item;
use super::{Flags, State, queue, units};
use crate::auth::Scope;
use crate::photos::Variant;
use crate::problem::{Code, Problem};
use jicha_domain::id::PersonId;
use rusqlite::{Connection, OptionalExtension, named_params};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// Which part of the queue is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the reader has to look at: what waits, and second reviews among it, not to be told apart.
    ToReview,
    /// One state.
    Of(State),
    /// All states.
    All,
}

impl Part {
    /// Reads the word of the API.
    pub fn from_word(word: &str) -> Option<Part> {
        match word {
            "to_review" => Some(Part::ToReview),
            "all" => Some(Part::All),
            state => State::from_word(state).map(Part::Of),
        }
    }

    /// What is done is looked at from its newest, what waits from its oldest.
    const fn newest_first(self) -> bool {
        match self {
            Part::ToReview => false,
            Part::Of(state) => !state.is_open(),
            Part::All => true,
        }
    }

    fn queues(self, reader: &Reader) -> Vec<&'static str> {
        match self {
            Part::ToReview if reader.judges => {
                vec!["waiting", "retake_arrived", "second_accepted", "second_retake"]
            }
            Part::ToReview => vec!["waiting", "retake_arrived"],
            Part::Of(State::Waiting) if reader.judges => vec!["waiting", "second_accepted", "second_retake"],
            Part::Of(state) => vec![state.as_str()],
            Part::All => State::ALL.iter().map(|state| state.as_str()).collect(),
        }
    }
}

/// Who reads.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The person.
    pub person: PersonId,
    /// Whether the person judges photos; then photos that wait for a second review show no first verdict.
    pub judges: bool,
}

impl Reader {
    /// Whether the item is to be shown as if nobody had judged it yet.
    pub fn is_blind_to(&self, item: &Item) -> bool {
        let me = self.person.to_string();
        self.judges && item.awaits_second() && item.decided_by.as_ref() != Some(&me) && item.inspector != me
    }
}

/// The place after a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    at_ms: i64,
    place: i64,
    item: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at_ms, self.place, self.item)
    }
}

impl FromStr for Place {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Place, Problem> {
        let numbers: Option<Vec<i64>> = text.split('.').map(|part| part.parse().ok()).collect();
        match numbers.as_deref() {
            Some([at_ms, place, item]) => Ok(Place {
                at_ms: *at_ms,
                place: *place,
                item: *item,
            }),
            _ => Err(Problem::new(Code::BadQuery)
                .at("after")
                .detail("Use the `next` of the page before, unchanged.")),
        }
    }
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The part of the queue.
    pub part: Part,
    /// Only this unit and what lies below it.
    pub unit: Option<String>,
    /// Only this specialty.
    pub specialty: Option<String>,
    /// Only this work package.
    pub task: Option<String>,
    /// Only this inspector.
    pub inspector: Option<String>,
    /// Only what has all these flags.
    pub flags: Flags,
    /// After this row.
    pub after: Option<Place>,
    /// Rows at most.
    pub limit: u32,
}

/// A row of the queue with the names that belong to it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it stands in the queue.
    pub at: Place,
    /// The item.
    pub item: Item,
    /// Name of the metering point.
    pub point_name: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Name of the inspector.
    pub inspector_name: String,
    /// The variants that are here.
    pub here: BTreeSet<Variant>,
}

/// A page, and the place after it if there is more.
pub fn page(
    sql: &Connection,
    scope: &Scope,
    reader: &Reader,
    filter: &Filter,
) -> Result<(Vec<Row>, Option<Place>), Problem> {
    let newest_first = filter.part.newest_first();
    let mut rows = Vec::new();
    for top in units::tops(sql, scope, filter.unit.as_deref())? {
        for queue in filter.part.queues(reader) {
            rows.extend(range(sql, &top, queue, reader, filter, newest_first)?);
        }
    }
    let key = |row: &Row| (row.at.at_ms, row.at.place, row.at.item);
    rows.sort_by_key(key);
    if newest_first {
        rows.reverse();
    }
    rows.dedup_by_key(|row| row.at.item);
    let more = rows.len() > filter.limit as usize;
    rows.truncate(filter.limit as usize);
    let next = if more { rows.last().map(|row| row.at) } else { None };
    Ok((rows, next))
}

const ITEM: &str = "queue.at_ms, queue.place, queue.item, item.inspection, item.hash, item.unit, item.specialty, item.task,
    item.inspector, item.shows, item.at_ms, item.place, item.state, item.flags, item.decided_by, item.decided_at_ms,
    item.drawn, item.second_by, coalesce(inspection.point_name, ''), coalesce(org_unit.name, item.unit),
    coalesce(person.name, item.inspector),
    (SELECT group_concat(photo_variant.variant) FROM photo JOIN photo_variant ON photo_variant.photo = photo.number
     WHERE photo.hash = item.hash)";

fn range(
    sql: &Connection,
    top: &str,
    queue: &str,
    reader: &Reader,
    filter: &Filter,
    newest_first: bool,
) -> Result<Vec<Row>, Problem> {
    let (direction, comparison, edge) = if newest_first {
        ("DESC", "<", i64::MAX)
    } else {
        ("ASC", ">", i64::MIN)
    };
    // CROSS JOIN keeps the order of the tables: the queue's key is the order that is wanted.
    let text = format!(
        "SELECT {ITEM} FROM review_queue AS queue
         CROSS JOIN review_item AS item ON item.number = queue.item
         LEFT JOIN inspection ON inspection.id = item.inspection
         LEFT JOIN org_unit ON org_unit.code = item.unit
         LEFT JOIN person ON person.id = item.inspector
         WHERE queue.unit = :unit AND queue.state = :queue
           AND (queue.at_ms, queue.place, queue.item) {comparison} (:at_ms, :place, :item)
           AND (:specialty IS NULL OR item.specialty = :specialty)
           AND (:task IS NULL OR item.task = :task)
           AND (:inspector IS NULL OR item.inspector = :inspector)
           AND item.flags & :flags = :flags
           AND (CASE WHEN :judges AND item.drawn AND item.second_by IS NULL AND item.state IN ('accepted', 'retake')
                     THEN (item.decided_by <> :me AND item.inspector <> :me) = :second ELSE 1 END)
         ORDER BY queue.at_ms {direction}, queue.place {direction}, queue.item {direction} LIMIT :rows"
    );
    let after = filter.after.unwrap_or(Place {
        at_ms: edge,
        place: edge,
        item: edge,
    });
    // In the list of all states a photo that waits for its second review stands too, shown as waiting.
    let all = filter.part == Part::All;
    let mut statement = sql.prepare_cached(&text)?;
    let found = statement.query_map(
        named_params! {
            ":unit": top,
            ":queue": queue,
            ":at_ms": after.at_ms,
            ":place": after.place,
            ":item": after.item,
            ":specialty": filter.specialty,
            ":task": filter.task,
            ":inspector": filter.inspector,
            ":flags": filter.flags.0,
            ":judges": reader.judges && !all,
            ":me": reader.person.to_string(),
            ":second": queue.starts_with("second_"),
            ":rows": filter.limit + 1,
        },
        row,
    )?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let here: Option<String> = row.get(21)?;
    Ok(Row {
        at: Place {
            at_ms: row.get(0)?,
            place: row.get(1)?,
            item: row.get(2)?,
        },
        item: queue::read_item(row, 3)?,
        point_name: row.get(18)?,
        unit_name: row.get(19)?,
        inspector_name: row.get(20)?,
        here: here
            .as_deref()
            .unwrap_or_default()
            .split(',')
            .filter_map(|word| word.parse().ok())
            .collect(),
    })
}

/// How many stand in each state, as this reader sees it.
pub fn counts(
    sql: &Connection,
    scope: &Scope,
    reader: &Reader,
    unit: Option<&str>,
) -> Result<BTreeMap<State, i64>, Problem> {
    let mut counts: BTreeMap<State, i64> = State::ALL.iter().map(|state| (*state, 0)).collect();
    let me = reader.person.to_string();
    let mut statement =
        sql.prepare_cached("SELECT state, decided_by, items FROM review_count WHERE unit = ?1")?;
    for top in units::tops(sql, scope, unit)? {
        let rows = statement.query_map([top], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
            ))
        })?;
        for row in rows {
            let (queue, decided_by, items) = row?;
            match queue.strip_prefix("second_").map(State::from_word) {
                Some(Some(state)) if reader.judges && decided_by != me => {
                    *counts.entry(State::Waiting).or_default() += items;
                    *counts.entry(state).or_default() -= items;
                }
                Some(_) => {}
                None => {
                    if let Some(state) = State::from_word(&queue) {
                        *counts.entry(state).or_default() += items;
                    }
                }
            }
        }
    }
    Ok(counts)
}

/// When the person last did something, as far as that is remembered.
pub fn last_act(sql: &Connection, person: PersonId) -> rusqlite::Result<Option<i64>> {
    sql.prepare_cached("SELECT at_ms FROM review_act WHERE person = ?1 ORDER BY at_ms DESC LIMIT 1")?
        .query_row([person.to_string()], |row| row.get(0))
        .optional()
}
