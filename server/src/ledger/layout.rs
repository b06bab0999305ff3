//! The five ledgers, their columns, and how the headings of a file are matched to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::problem::Problem;
use super::report::{ColumnRef, Issues, Place, ReportColumn};
use super::table::{Row, Table, column_letter};
use super::value::plain;

/// What a file is a ledger of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerKind {
    /// Units of the organisation, down to feeders and transformer areas.
    OrgUnits,
    /// Metering points, with the plates of their meters as far as the export has them.
    MeteringPoints,
    /// Meters and their plates.
    Meters,
    /// Customers.
    Customers,
    /// Monthly readings.
    Readings,
}

impl LedgerKind {
    /// Every kind, in an order in which a whole ledger can be imported.
    pub const ALL: [Self; 5] = [
        Self::OrgUnits,
        Self::MeteringPoints,
        Self::Meters,
        Self::Customers,
        Self::Readings,
    ];

    /// The stored word, which is also the word in addresses of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrgUnits => "org_units",
            Self::MeteringPoints => "metering_points",
            Self::Meters => "meters",
            Self::Customers => "customers",
            Self::Readings => "readings",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Columns that must be there, with a value in every row.
    pub(super) const fn mandatory(self) -> &'static [Field] {
        match self {
            Self::OrgUnits => &[Field::UnitCode, Field::UnitName, Field::UnitKind],
            Self::MeteringPoints => &[Field::PointNo, Field::PointKind, Field::AssetNo],
            Self::Meters => &[Field::AssetNo],
            Self::Customers => &[Field::CustomerNo, Field::CustomerName],
            Self::Readings => &[Field::ReadOn],
        }
    }

    /// Columns of which at least one must be there.
    pub(super) const fn one_of(self) -> &'static [Field] {
        match self {
            Self::MeteringPoints => &[Field::AreaCode, Field::UnitCode],
            Self::Readings => &[Field::PointNo, Field::AssetNo],
            Self::OrgUnits | Self::Meters | Self::Customers => &[],
        }
    }

    /// Columns that may be there.
    pub(super) const fn optional(self) -> &'static [&'static [Field]] {
        match self {
            Self::OrgUnits => &[&[Field::ParentCode]],
            Self::MeteringPoints => &[
                &[
                    Field::PointName,
                    Field::PointClass,
                    Field::CustomerNo,
                    Field::Address,
                    Field::AccessDifficulty,
                    Field::Latitude,
                    Field::Longitude,
                    Field::GeoJson,
                    Field::CapacityKva,
                    Field::Voltage,
                ],
                PLATE,
            ],
            Self::Meters => &[PLATE],
            Self::Customers => &[&[
                Field::Address,
                Field::Phone,
                Field::Contact,
                Field::Voltage,
                Field::CapacityKva,
                Field::PriceCode,
                Field::AreaCode,
                Field::PointNo,
            ]],
            Self::Readings => &[&[Field::AreaCode, Field::ReadingSource], REGISTERS],
        }
    }

    fn fields(self) -> impl Iterator<Item = Field> {
        let optional = self.optional().iter().copied().flatten();
        self.mandatory()
            .iter()
            .chain(self.one_of())
            .chain(optional)
            .copied()
    }
}

/// The meter's plate, beside its asset number.
pub(super) const PLATE: &[Field] = &[
    Field::FactoryNo,
    Field::Maker,
    Field::Model,
    Field::PhaseWire,
    Field::Connection,
    Field::RatedVoltage,
    Field::RatedCurrent,
    Field::AccuracyClass,
    Field::Constant,
    Field::IntegerDigits,
    Field::DecimalDigits,
    Field::CtRatio,
    Field::PtRatio,
    Field::OwnMultiplier,
    Field::StatedMultiplier,
    Field::CommunicationAddress,
    Field::MadeInYear,
    Field::InstalledOn,
    Field::VerifiedOn,
];

/// The registers of a row of readings.
pub(super) const REGISTERS: &[Field] = &[
    Field::ForwardTotal,
    Field::ForwardSharp,
    Field::ForwardPeak,
    Field::ForwardFlat,
    Field::ForwardValley,
    Field::ReverseTotal,
    Field::ReactiveImport,
    Field::ReactiveExport,
    Field::MaxDemand,
];

/// The headings of a file, matched to fields.
#[derive(Debug)]
pub(super) struct Headings {
    /// Index of the row of headings in the table.
    pub table_index: usize,
    pub columns: Vec<ReportColumn>,
    by_field: BTreeMap<Field, usize>,
}

/// Exports often carry a title above the headings, seldom more than a few rows.
const ROWS_SEARCHED: usize = 5;

impl Headings {
    /// Finds the headings and reports every column that is missing, doubled or unknown.
    pub fn find(kind: LedgerKind, table: &Table, issues: &mut Issues) -> Option<Self> {
        // The first of the rows with the most known headings.
        let known = |row: &Row| {
            row.cells
                .iter()
                .filter(|cell| field_of(kind, &cell.shown()).is_some())
                .count()
        };
        let candidates = table.rows.iter().take(ROWS_SEARCHED).enumerate().rev();
        let (table_index, row) = candidates
            .max_by_key(|(_, row)| known(row))
            .filter(|(_, row)| known(row) > 0)
            .or_else(|| {
                let examples = kind
                    .mandatory()
                    .iter()
                    .map(|field| field.heading())
                    .collect::<Vec<_>>()
                    .join("、");
                issues.error(Place::file(), &Problem::NoHeadings { examples });
                None
            })?;
        let mut headings = Self {
            table_index,
            columns: Vec::new(),
            by_field: BTreeMap::new(),
        };
        if row.number != 1 {
            issues.note(Place::row(row.number), &Problem::HeadingsBelow);
        }
        for (index, cell) in row.cells.iter().enumerate() {
            headings.add(kind, row.number, index, cell.shown().trim().to_owned(), issues);
        }
        headings.report_missing(kind, row.number, issues);
        Some(headings)
    }

    fn add(&mut self, kind: LedgerKind, row: u32, index: usize, heading: String, issues: &mut Issues) {
        let field = field_of(kind, &heading);
        let column = ColumnRef {
            letter: column_letter(index),
            heading: heading.clone(),
        };
        let place = || Place {
            row: Some(row),
            column: Some(column.clone()),
            found: Some(heading.clone()),
        };
        match field {
            None if heading.is_empty() => {}
            None => issues.note(place(), &Problem::IgnoredColumn),
            Some(field) => match self.by_field.get(&field) {
                Some(first) => {
                    issues.error(
                        place(),
                        &Problem::DuplicateColumn {
                            first_letter: column_letter(*first),
                        },
                    );
                }
                None => {
                    self.by_field.insert(field, index);
                    if field == Field::CapacityKva && is_in_kilowatts(&heading) {
                        issues.note(place(), &Problem::KilowattsAsKva);
                    }
                }
            },
        }
        self.columns.push(ReportColumn {
            letter: column.letter,
            heading: column.heading,
            field,
        });
    }

    fn report_missing(&self, kind: LedgerKind, row: u32, issues: &mut Issues) {
        let mut missing =
            |heading: String| issues.error(Place::row(row), &Problem::MissingColumn { heading });
        for field in kind.mandatory().iter().filter(|field| !self.has(**field)) {
            missing(field.heading().to_owned());
        }
        let any = |fields: &[Field]| fields.is_empty() || fields.iter().any(|field| self.has(*field));
        let names = |fields: &[Field]| {
            fields
                .iter()
                .map(|field| field.heading())
                .collect::<Vec<_>>()
                .join(" / ")
        };
        if !any(kind.one_of()) {
            missing(names(kind.one_of()));
        }
        if kind == LedgerKind::Readings && !any(REGISTERS) {
            missing(names(&REGISTERS[..2]));
        }
    }

    pub fn has(&self, field: Field) -> bool {
        self.by_field.contains_key(&field)
    }

    /// Fields and the indices of their columns.
    pub fn iter(&self) -> impl Iterator<Item = (Field, usize)> {
        self.by_field.iter().map(|(field, index)| (*field, *index))
    }

    /// The column of a field as messages name it.
    pub fn column_ref(&self, field: Field) -> Option<ColumnRef> {
        self.by_field.get(&field).map(|index| self.column_ref_at(*index))
    }

    pub fn column_ref_at(&self, index: usize) -> ColumnRef {
        let heading = self
            .columns
            .get(index)
            .map(|column| column.heading.clone())
            .unwrap_or_default();
        ColumnRef {
            letter: column_letter(index),
            heading,
        }
    }
}

fn field_of(kind: LedgerKind, heading: &str) -> Option<Field> {
    let heading = comparable(heading);
    if heading.is_empty() {
        return None;
    }
    kind.fields().find(|field| {
        field
            .spec()
            .headings
            .iter()
            .any(|known| comparable(known) == heading)
    })
}

/// Without blanks, unit in brackets and marks of obligation, in small letters.
fn comparable(heading: &str) -> String {
    let plain = plain(heading);
    let unitless = match plain.find('(') {
        Some(start) if plain.trim_end().ends_with(')') => &plain[..start],
        _ => &plain,
    };
    let marks = |c: &char| !c.is_whitespace() && !matches!(c, '*' | ':' | '"');
    unitless
        .chars()
        .filter(marks)
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_in_kilowatts(heading: &str) -> bool {
    let plain = plain(heading).to_lowercase();
    (plain.contains("kw") || plain.contains("千瓦")) && !plain.contains("kwh")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_found_in_any_dress() {
        for heading in [
            "合同容量(kW)",
            "合同容量（kVA）",
            " 合同 容量",
            "*合同容量：",
            "Capacity_kVA",
        ] {
            assert_eq!(
                field_of(LedgerKind::MeteringPoints, heading),
                Some(Field::CapacityKva),
                "{heading}"
            );
        }
        assert_eq!(field_of(LedgerKind::MeteringPoints, "备注"), None);
    }

    #[test]
    fn no_heading_means_two_fields_of_one_ledger() {
        for kind in LedgerKind::ALL {
            let mut seen: BTreeMap<String, Field> = BTreeMap::new();
            for field in kind.fields() {
                for heading in field.spec().headings {
                    let before = seen.insert(comparable(heading), field);
                    assert!(before.is_none_or(|before| before == field), "{kind:?}: {heading}");
                }
            }
        }
    }
}
