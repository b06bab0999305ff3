//! Checked records to rows of the database: new ones are added, known ones changed where the file says something else.
//!
//! A blank cell or a missing column says nothing and leaves what is stored, so that exports of several systems, each with
//! some of the columns, add up.

use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, Statement, params, params_from_iter};

use super::Error;
use super::field::Field;
use super::layout::LedgerKind;
use super::record::Record;
use super::value::Value;

/// What became of the records of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub inserted: usize,
    pub changed: usize,
    pub unchanged: usize,
}

/// What every written row is marked with.
#[derive(Debug)]
pub(super) struct Stamp {
    pub batch_id: i64,
    /// The day from which the row holds, as `YYYY-MM-DD`.
    pub valid_from: String,
}

const ORG_UNIT: &[(&str, Field)] = &[
    ("name", Field::UnitName),
    ("kind", Field::UnitKind),
    ("parent_code", Field::ParentCode),
];

const CUSTOMER: &[(&str, Field)] = &[
    ("name", Field::CustomerName),
    ("address", Field::Address),
    ("phone", Field::Phone),
    ("contact", Field::Contact),
    ("voltage", Field::Voltage),
    ("capacity_kva", Field::CapacityKva),
    ("price_code", Field::PriceCode),
    ("area_code", Field::AreaCode),
];

const METER: &[(&str, Field)] = &[
    ("factory_no", Field::FactoryNo),
    ("maker", Field::Maker),
    ("model", Field::Model),
    ("phase_wire", Field::PhaseWire),
    ("connection", Field::Connection),
    ("rated_voltage", Field::RatedVoltage),
    ("rated_current", Field::RatedCurrent),
    ("accuracy_class", Field::AccuracyClass),
    ("constant_imp_per_kwh", Field::Constant),
    ("integer_digits", Field::IntegerDigits),
    ("decimal_digits", Field::DecimalDigits),
    ("ct_ratio", Field::CtRatio),
    ("pt_ratio", Field::PtRatio),
    ("own_multiplier", Field::OwnMultiplier),
    ("stated_multiplier", Field::StatedMultiplier),
    ("communication_address", Field::CommunicationAddress),
    ("made_in_year", Field::MadeInYear),
    ("installed_on", Field::InstalledOn),
    ("verified_on", Field::VerifiedOn),
];

const POINT: &[(&str, Field)] = &[
    ("name", Field::PointName),
    ("kind", Field::PointKind),
    ("class", Field::PointClass),
    ("unit_code", Field::UnitCode),
    ("area_code", Field::AreaCode),
    ("customer_no", Field::CustomerNo),
    ("asset_no", Field::AssetNo),
    ("address", Field::Address),
    ("access_difficulty", Field::AccessDifficulty),
    ("latitude_deg", Field::Latitude),
    ("longitude_deg", Field::Longitude),
    ("contracted_capacity_kva", Field::CapacityKva),
    ("voltage", Field::Voltage),
];

/// Writes all records of a ledger other than readings.
pub(super) fn store(
    conn: &Connection,
    kind: LedgerKind,
    records: &[Record],
    stamp: &Stamp,
) -> Result<Counts, Error> {
    match kind {
        LedgerKind::OrgUnits => {
            let mut units = Upsert::new(conn, "org_unit", ("code", Field::UnitCode), ORG_UNIT)?;
            count(records, |record| units.write(record, stamp))
        }
        LedgerKind::Meters => {
            let mut meters = Upsert::new(conn, "meter", ("asset_no", Field::AssetNo), METER)?;
            count(records, |record| meters.write(record, stamp))
        }
        LedgerKind::MeteringPoints => {
            let mut meters = Upsert::new(conn, "meter", ("asset_no", Field::AssetNo), METER)?;
            let mut points = Upsert::new(conn, "metering_point", ("no", Field::PointNo), POINT)?;
            count(records, |record| {
                let meter = meters.write(record, stamp)?;
                Ok(match points.write(record, stamp)? {
                    Written::Unchanged if meter != Written::Unchanged => Written::Changed,
                    point => point,
                })
            })
        }
        LedgerKind::Customers => {
            let mut customers = Upsert::new(conn, "customer", ("no", Field::CustomerNo), CUSTOMER)?;
            let mut link = conn
                .prepare(
                    "UPDATE metering_point SET customer_no = ?1, batch_id = ?3, valid_from = ?4 \
                     WHERE no = ?2 AND customer_no IS NOT ?1",
                )
                .map_err(Error::writing("metering points"))?;
            count(records, |record| {
                let customer = customers.write(record, stamp)?;
                let no = record.text(Field::CustomerNo);
                let linked = link
                    .execute(params![
                        no,
                        record.text(Field::PointNo),
                        stamp.batch_id,
                        stamp.valid_from
                    ])
                    .map_err(Error::writing("metering points"))?;
                Ok(if customer == Written::Unchanged && linked > 0 {
                    Written::Changed
                } else {
                    customer
                })
            })
        }
        LedgerKind::Readings => Ok(Counts::default()),
    }
}

fn count(
    records: &[Record],
    mut write: impl FnMut(&Record) -> Result<Written, Error>,
) -> Result<Counts, Error> {
    let mut counts = Counts::default();
    for record in records {
        match write(record)? {
            Written::Inserted => counts.inserted += 1,
            Written::Changed => counts.changed += 1,
            Written::Unchanged => counts.unchanged += 1,
        }
    }
    Ok(counts)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Written {
    Inserted,
    Changed,
    Unchanged,
}

/// Prepared statements that write one table.
struct Upsert<'conn> {
    table: &'static str,
    key: Field,
    columns: &'static [(&'static str, Field)],
    exists: Statement<'conn>,
    write: Statement<'conn>,
}

impl<'conn> Upsert<'conn> {
    fn new(
        conn: &'conn Connection,
        table: &'static str,
        (key_column, key): (&'static str, Field),
        columns: &'static [(&'static str, Field)],
    ) -> Result<Self, Error> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let list = |format: &dyn Fn(&str) -> String| {
            names
                .iter()
                .map(|name| format(name))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let after = list(&|name| format!("coalesce(excluded.{name}, {table}.{name})"));
        let before = list(&|name| format!("{table}.{name}"));
        let assignments = list(&|name| format!("{name} = coalesce(excluded.{name}, {table}.{name})"));
        let marks = vec!["?"; names.len() + 3].join(", ");
        let sql = format!(
            "INSERT INTO {table} ({key_column}, {}, batch_id, valid_from) VALUES ({marks}) \
             ON CONFLICT ({key_column}) DO UPDATE SET {assignments}, batch_id = excluded.batch_id, \
             valid_from = excluded.valid_from WHERE ({after}) IS NOT ({before})",
            list(&str::to_owned)
        );
        let exists = conn
            .prepare(&format!("SELECT 1 FROM {table} WHERE {key_column} = ?1"))
            .map_err(Error::reading(table))?;
        let write = conn.prepare(&sql).map_err(Error::writing(table))?;
        Ok(Self {
            table,
            key,
            columns,
            exists,
            write,
        })
    }

    fn write(&mut self, record: &Record, stamp: &Stamp) -> Result<Written, Error> {
        let known = self
            .exists
            .exists([record.text(self.key)])
            .map_err(Error::reading(self.table))?;
        let values = std::iter::once(sql_value(record, self.key))
            .chain(self.columns.iter().map(|(_, field)| sql_value(record, *field)))
            .chain([
                SqlValue::Integer(stamp.batch_id),
                SqlValue::Text(stamp.valid_from.clone()),
            ]);
        let rows = self
            .write
            .execute(params_from_iter(values))
            .map_err(Error::writing(self.table))?;
        Ok(match (known, rows) {
            (false, _) => Written::Inserted,
            (true, 0) => Written::Unchanged,
            (true, _) => Written::Changed,
        })
    }
}

fn sql_value(record: &Record, field: Field) -> SqlValue {
    let degrees = |field| record.text(field).and_then(|text| text.parse::<f64>().ok());
    let place = match record.get(Field::GeoJson) {
        Some(Value::Place {
            latitude_deg,
            longitude_deg,
        }) => Some((*latitude_deg, *longitude_deg)),
        _ => degrees(Field::Latitude).zip(degrees(Field::Longitude)),
    };
    let value = match field {
        Field::Latitude => return place.map_or(SqlValue::Null, |(latitude, _)| SqlValue::Real(latitude)),
        Field::Longitude => return place.map_or(SqlValue::Null, |(_, longitude)| SqlValue::Real(longitude)),
        field => record.get(field),
    };
    match value {
        Some(Value::Text(text)) => SqlValue::Text(text.clone()),
        Some(Value::Whole(number)) => SqlValue::Integer(*number),
        Some(Value::Place { .. }) | None => SqlValue::Null,
    }
}
