//! Rows of cells to checked records, and the checks that need no database.

use std::collections::{HashMap, HashSet};

use jicha_domain::meter::{Multiplier, Ratio};
use rust_decimal::Decimal;

use super::field::Field;
use super::layout::{Headings, LedgerKind, REGISTERS};
use super::problem::Problem;
use super::report::{Issues, Place};
use super::table::{Cell, Row, Table};
use super::value::{Value, parse};

/// One row, every value checked. A blank cell has no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub row: u32,
    values: Vec<(Field, Value)>,
}

impl Record {
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.values
            .iter()
            .find(|(known, _)| *known == field)
            .map(|(_, value)| value)
    }

    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field).and_then(Value::as_text)
    }

    fn decimal(&self, field: Field) -> Option<Decimal> {
        self.text(field).and_then(|text| text.parse().ok())
    }

    /// What tells this record from the others of its ledger.
    fn key(&self, kind: LedgerKind) -> Option<String> {
        let text = |field| self.text(field).map(str::to_owned);
        match kind {
            LedgerKind::OrgUnits => text(Field::UnitCode),
            LedgerKind::MeteringPoints => text(Field::PointNo),
            LedgerKind::Meters => text(Field::AssetNo),
            LedgerKind::Customers => text(Field::CustomerNo),
            LedgerKind::Readings => {
                let meter = self.text(Field::AssetNo).or(self.text(Field::PointNo))?;
                Some(format!("{meter}\n{}", self.text(Field::ReadOn)?))
            }
        }
    }

    /// Whether two records with one key say the same. A customer may have several points, one per row.
    fn agrees_with(&self, other: &Self, kind: LedgerKind) -> bool {
        let compared = |record: &Self| {
            let skipped = |field| kind == LedgerKind::Customers && field == Field::PointNo;
            record
                .values
                .iter()
                .filter(|(field, _)| !skipped(*field))
                .cloned()
                .collect::<Vec<_>>()
        };
        compared(self) == compared(other)
    }
}

/// A place in a row, for the column of a field.
pub(super) fn place(headings: &Headings, record: &Record, field: Field) -> Place {
    let found = record.get(field).map(|value| match value {
        Value::Text(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Place {
            latitude_deg,
            longitude_deg,
        } => format!("{latitude_deg}, {longitude_deg}"),
    });
    Place {
        row: Some(record.row),
        column: headings.column_ref(field),
        found,
    }
}

/// Reads every row below the headings. Rows with an error are reported and left out.
pub(super) fn read_records(
    kind: LedgerKind,
    table: &Table,
    headings: &Headings,
    issues: &mut Issues,
) -> Vec<Record> {
    let rows = &table.rows[headings.table_index + 1..];
    if rows.is_empty() {
        issues.error(Place::file(), &Problem::NoRows);
    }
    let records: Vec<Record> = rows
        .iter()
        .filter_map(|row| read_record(kind, row, headings, issues))
        .collect();
    refuse_contradictions(kind, records, headings, issues)
}

fn read_record(kind: LedgerKind, row: &Row, headings: &Headings, issues: &mut Issues) -> Option<Record> {
    let errors_before = issues.errors_total();
    check_width(row, headings, issues);
    let mut record = Record {
        row: row.number,
        values: Vec::with_capacity(headings.columns.len()),
    };
    let mut faulty = HashSet::new();
    for (field, index) in headings.iter() {
        let cell = row.cells.get(index).unwrap_or(&Cell::Empty);
        let place = || Place {
            row: Some(row.number),
            column: Some(headings.column_ref_at(index)),
            found: Some(cell.shown()),
        };
        match parse(field, cell) {
            Ok(parsed) => {
                if let Some(value) = parsed.normalised {
                    issues.note(place(), &Problem::Normalised { value });
                }
                record.values.extend(parsed.value.map(|value| (field, value)));
            }
            Err(problem) => {
                faulty.insert(field);
                issues.error(place(), &problem);
            }
        }
    }
    for field in kind.mandatory() {
        if headings.has(*field) && record.get(*field).is_none() && !faulty.contains(field) {
            issues.error(place(headings, &record, *field), &Problem::Required);
        }
    }
    check_one_of(kind, &record, &faulty, headings, issues);
    for (one, other) in [
        (Field::Latitude, Field::Longitude),
        (Field::Longitude, Field::Latitude),
    ] {
        if record.get(one).is_some() && record.get(other).is_none() && !faulty.contains(&other) {
            issues.error(place(headings, &record, other), &Problem::Required);
        }
    }
    check_multiplier(&record, headings, issues);
    (issues.errors_total() == errors_before).then_some(record)
}

/// A row with fewer cells than headings was cut, unless it is of a spreadsheet, which leaves blank cells out.
fn check_width(row: &Row, headings: &Headings, issues: &mut Issues) {
    let width = headings.columns.len();
    if row.fixed_width && row.cells.len() < width {
        issues.error(
            Place::row(row.number),
            &Problem::RowTooShort {
                cells: row.cells.len(),
                headings: width,
            },
        );
    }
    if let Some((index, cell)) = row
        .cells
        .iter()
        .enumerate()
        .skip(width)
        .find(|(_, cell)| !cell.is_blank())
    {
        let column = Some(headings.column_ref_at(index));
        let place = Place {
            row: Some(row.number),
            column,
            found: Some(cell.shown()),
        };
        issues.error(place, &Problem::RowTooLong { headings: width });
    }
}

fn check_one_of(
    kind: LedgerKind,
    record: &Record,
    faulty: &HashSet<Field>,
    headings: &Headings,
    issues: &mut Issues,
) {
    let present = |fields: &[Field]| {
        fields.is_empty()
            || fields
                .iter()
                .any(|field| record.get(*field).is_some() || faulty.contains(field))
    };
    let one_of = kind.one_of();
    if !present(one_of) && one_of.iter().any(|field| headings.has(*field)) {
        let problem = if kind == LedgerKind::Readings {
            Problem::NoPointNorMeter
        } else {
            Problem::Required
        };
        issues.error(place(headings, record, one_of[0]), &problem);
    }
    let register = REGISTERS.iter().find(|field| headings.has(**field));
    if let (LedgerKind::Readings, Some(register), false) = (kind, register, present(REGISTERS)) {
        issues.error(place(headings, record, *register), &Problem::Required);
    }
}

/// A multiplier that disagrees with the ratios is kept and told: finding it is what the audit is for.
fn check_multiplier(record: &Record, headings: &Headings, issues: &mut Issues) {
    let ratio = |field| record.text(field).and_then(|text| text.parse::<Ratio>().ok());
    let (ct, pt) = (ratio(Field::CtRatio), ratio(Field::PtRatio));
    let stated = record
        .text(Field::StatedMultiplier)
        .and_then(|text| text.parse::<Multiplier>().ok());
    if let (Some(stated), true) = (stated, ct.is_some() || pt.is_some()) {
        match Multiplier::from_plates(ct, pt, record.decimal(Field::OwnMultiplier)) {
            Ok(computed) if computed == stated => {}
            Ok(computed) => issues.note(
                place(headings, record, Field::StatedMultiplier),
                &Problem::MultiplierDiffers {
                    computed: computed.to_string(),
                },
            ),
            Err(error) => issues.error(
                place(headings, record, Field::CtRatio),
                &Problem::BadValue {
                    zh: "变比之积过大，铭牌可能有误".to_owned(),
                    en: format!("{error}."),
                },
            ),
        }
    }
}

/// Of records with one key, the first stays; a later one that says the same is noted, one that differs is an error.
fn refuse_contradictions(
    kind: LedgerKind,
    records: Vec<Record>,
    headings: &Headings,
    issues: &mut Issues,
) -> Vec<Record> {
    let mut first_by_key: HashMap<String, usize> = HashMap::with_capacity(records.len());
    let mut kept: Vec<Record> = Vec::with_capacity(records.len());
    for record in records {
        let Some(key) = record.key(kind) else { continue };
        let Some(first) = first_by_key.get(&key).and_then(|index| kept.get(*index)) else {
            first_by_key.insert(key, kept.len());
            kept.push(record);
            continue;
        };
        let first_row = first.row;
        let key_field = match kind {
            LedgerKind::OrgUnits => Field::UnitCode,
            LedgerKind::MeteringPoints => Field::PointNo,
            LedgerKind::Meters => Field::AssetNo,
            LedgerKind::Customers => Field::CustomerNo,
            LedgerKind::Readings => Field::ReadOn,
        };
        if !record.agrees_with(first, kind) {
            issues.error(
                place(headings, &record, key_field),
                &Problem::Contradiction { first_row },
            );
        } else if first.values == record.values {
            issues.note(
                place(headings, &record, key_field),
                &Problem::Repeated { first_row },
            );
        } else {
            kept.push(record);
        }
    }
    kept
}
