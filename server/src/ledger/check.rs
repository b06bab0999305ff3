//! References between ledgers: what a row names must be in the same file or in the database already.

use std::collections::{HashMap, HashSet};

use jicha_domain::id::OrgUnitCode;
use jicha_domain::org::{OrgTree, OrgTreeError, OrgUnit, OrgUnitKind};
use rusqlite::{Connection, OptionalExtension};

use super::Error;
use super::field::Field;
use super::layout::{Headings, LedgerKind};
use super::problem::Problem;
use super::query::list_org_units;
use super::record::{Record, place};
use super::report::Issues;

const UNIT: Problem = Problem::Unknown {
    zh: "该单位",
    en: "This unit",
};
const AREA: Problem = Problem::Unknown {
    zh: "该台区",
    en: "This transformer area",
};
const CUSTOMER: Problem = Problem::Unknown {
    zh: "该户号",
    en: "This customer",
};
const POINT: Problem = Problem::Unknown {
    zh: "该计量点",
    en: "This metering point",
};

/// Reports every reference of a ledger other than readings that leads nowhere. Readings are resolved in
/// [`super::reading`], since there the references also say where a row belongs.
pub(super) fn check_references(
    conn: &Connection,
    kind: LedgerKind,
    records: &[Record],
    headings: &Headings,
    issues: &mut Issues,
) -> Result<(), Error> {
    match kind {
        LedgerKind::OrgUnits => check_org_units(conn, records, headings, issues),
        LedgerKind::MeteringPoints => check_points(conn, records, headings, issues),
        LedgerKind::Customers => check_customers(conn, records, headings, issues),
        LedgerKind::Meters | LedgerKind::Readings => Ok(()),
    }
}

fn check_org_units(
    conn: &Connection,
    records: &[Record],
    headings: &Headings,
    issues: &mut Issues,
) -> Result<(), Error> {
    let stored = list_org_units(conn)?;
    let in_file: HashSet<&str> = records
        .iter()
        .filter_map(|record| record.text(Field::UnitCode))
        .collect();
    let in_database: HashSet<&str> = stored.iter().map(|unit| unit.code.as_str()).collect();
    let mut orphans = false;
    for record in records {
        let unknown = |parent: &&str| !in_file.contains(parent) && !in_database.contains(parent);
        if record.text(Field::ParentCode).filter(unknown).is_some() {
            orphans = true;
            issues.error(place(headings, record, Field::ParentCode), &UNIT);
        }
    }
    if orphans {
        return Ok(());
    }
    let stored_parents: HashMap<OrgUnitCode, OrgUnitCode> = stored
        .iter()
        .filter_map(|unit| Some((unit.code.clone(), unit.parent.clone()?)))
        .collect();
    let untouched = stored
        .iter()
        .filter(|unit| !in_file.contains(unit.code.as_str()))
        .cloned();
    let tree = untouched.chain(
        records
            .iter()
            .filter_map(|record| org_unit(record, &stored_parents)),
    );
    if let Err(OrgTreeError::Cycle { circle }) = OrgTree::build(tree) {
        let codes: Vec<&str> = circle.iter().map(OrgUnitCode::as_str).collect();
        let guilty = records
            .iter()
            .find(|r| r.text(Field::UnitCode).is_some_and(|code| codes.contains(&code)));
        if let Some(record) = guilty {
            let problem = Problem::Circle {
                circle: codes.join(" → "),
            };
            issues.error(place(headings, record, Field::ParentCode), &problem);
        }
    }
    Ok(())
}

/// The unit as it will stand after the import: a blank parent leaves the stored one.
fn org_unit(record: &Record, stored_parents: &HashMap<OrgUnitCode, OrgUnitCode>) -> Option<OrgUnit> {
    let code: OrgUnitCode = record.text(Field::UnitCode)?.parse().ok()?;
    let parent = match record.text(Field::ParentCode) {
        Some(parent) => Some(parent.parse().ok()?),
        None => stored_parents.get(&code).cloned(),
    };
    let kind: OrgUnitKind = record.text(Field::UnitKind)?.parse().ok()?;
    Some(OrgUnit {
        code,
        name: record.text(Field::UnitName)?.to_owned(),
        kind,
        parent,
    })
}

fn check_points(
    conn: &Connection,
    records: &[Record],
    headings: &Headings,
    issues: &mut Issues,
) -> Result<(), Error> {
    let mut lookups = Lookups::new(conn)?;
    let in_file: HashSet<&str> = records
        .iter()
        .filter_map(|record| record.text(Field::PointNo))
        .collect();
    let mut point_by_asset: HashMap<&str, &str> = HashMap::with_capacity(records.len());
    for record in records {
        lookups.check_area(record, headings, issues)?;
        if let Some(unit) = record.text(Field::UnitCode)
            && lookups.unit_kind(unit)?.is_none()
        {
            issues.error(place(headings, record, Field::UnitCode), &UNIT);
        }
        if let Some(customer) = record.text(Field::CustomerNo)
            && !lookups
                .customer
                .exists([customer])
                .map_err(Error::reading("customers"))?
        {
            issues.error(place(headings, record, Field::CustomerNo), &CUSTOMER);
        }
        let (Some(asset), Some(point)) = (record.text(Field::AssetNo), record.text(Field::PointNo)) else {
            continue;
        };
        let elsewhere = match point_by_asset.insert(asset, point) {
            Some(other) => Some(other.to_owned()),
            // A point in this file is judged by this file: the meter may move from it in the same import.
            None => lookups
                .other_point(asset, point)?
                .filter(|other| !in_file.contains(other.as_str())),
        };
        if let Some(point) = elsewhere {
            issues.note(
                place(headings, record, Field::AssetNo),
                &Problem::MeterElsewhere { point },
            );
        }
    }
    Ok(())
}

fn check_customers(
    conn: &Connection,
    records: &[Record],
    headings: &Headings,
    issues: &mut Issues,
) -> Result<(), Error> {
    let mut lookups = Lookups::new(conn)?;
    for record in records {
        lookups.check_area(record, headings, issues)?;
        if let Some(point) = record.text(Field::PointNo)
            && !lookups
                .point
                .exists([point])
                .map_err(Error::reading("metering points"))?
        {
            issues.error(place(headings, record, Field::PointNo), &POINT);
        }
    }
    Ok(())
}

/// Prepared questions to the database; one file asks each of them many times.
struct Lookups<'conn> {
    unit_kind: rusqlite::Statement<'conn>,
    customer: rusqlite::Statement<'conn>,
    point: rusqlite::Statement<'conn>,
    other_point: rusqlite::Statement<'conn>,
    known_units: HashMap<String, Option<String>>,
}

impl<'conn> Lookups<'conn> {
    fn new(conn: &'conn Connection) -> Result<Self, Error> {
        let prepare = |sql| conn.prepare(sql).map_err(Error::reading("the ledger"));
        Ok(Self {
            unit_kind: prepare("SELECT kind FROM org_unit WHERE code = ?1")?,
            customer: prepare("SELECT 1 FROM customer WHERE no = ?1")?,
            point: prepare("SELECT 1 FROM metering_point WHERE no = ?1")?,
            other_point: prepare("SELECT no FROM metering_point WHERE asset_no = ?1 AND no <> ?2 LIMIT 1")?,
            known_units: HashMap::new(),
        })
    }

    fn unit_kind(&mut self, code: &str) -> Result<Option<String>, Error> {
        if let Some(known) = self.known_units.get(code) {
            return Ok(known.clone());
        }
        let kind: Option<String> = self
            .unit_kind
            .query_row([code], |row| row.get(0))
            .optional()
            .map_err(Error::reading("organisational units"))?;
        self.known_units.insert(code.to_owned(), kind.clone());
        Ok(kind)
    }

    fn check_area(&mut self, record: &Record, headings: &Headings, issues: &mut Issues) -> Result<(), Error> {
        let Some(area) = record.text(Field::AreaCode) else {
            return Ok(());
        };
        match self.unit_kind(area)? {
            None => issues.error(place(headings, record, Field::AreaCode), &AREA),
            Some(kind) if kind != OrgUnitKind::Area.as_str() => {
                let problem = Problem::BadValue {
                    zh: format!("该单位不是台区（台账中为 {kind}）"),
                    en: format!("This unit is not a transformer area but a {kind}."),
                };
                issues.error(place(headings, record, Field::AreaCode), &problem);
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn other_point(&mut self, asset: &str, point: &str) -> Result<Option<String>, Error> {
        self.other_point
            .query_row([asset, point], |row| row.get(0))
            .optional()
            .map_err(Error::reading("metering points"))
    }
}
