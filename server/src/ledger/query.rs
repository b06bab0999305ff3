//! What others ask the ledger, answered in values of the domain.

use std::str::FromStr;

use jicha_domain::customer::Customer;
use jicha_domain::id::{CustomerNo, MeteringPointNo, OrgUnitCode};
use jicha_domain::meter::Nameplate;
use jicha_domain::metering_point::MeteringPoint;
use jicha_domain::obis::Obis;
use jicha_domain::org::{OrgTree, OrgUnit};
use jicha_domain::position::{PositionProvider, PositionWgs84};
use jicha_domain::register::{PreviousReading, Unit};
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

use super::Error;
use super::import::CHINA_TIME;

/// The whole organisation as a tree.
pub fn load_org_tree(conn: &Connection) -> Result<OrgTree, Error> {
    OrgTree::build(list_org_units(conn)?).map_err(|source| Error::Tree { source })
}

/// Every unit, in the order of the codes.
pub fn list_org_units(conn: &Connection) -> Result<Vec<OrgUnit>, Error> {
    let sql = "SELECT code, name, kind, parent_code FROM org_unit ORDER BY code";
    list(conn, "org_unit", sql, [], |row| {
        let columns = Columns {
            table: "org_unit",
            row,
        };
        Ok(OrgUnit {
            code: columns.parsed("code")?,
            name: columns.get("name")?,
            kind: columns.parsed("kind")?,
            parent: columns.parsed_option("parent_code")?,
        })
    })
}

const POINT: &str = "SELECT p.no, p.name, p.kind, p.class, p.unit, p.area_code, p.customer_no, p.address, \
     p.access_difficulty, p.latitude_deg, p.longitude_deg, p.contracted_capacity_kva, p.voltage, m.* \
     FROM metering_point p JOIN meter m ON m.asset_no = p.asset_no";

/// Metering points of a unit and of everything below it, in the order of their numbers, from the one after `after` on.
pub fn list_points(
    conn: &Connection,
    unit: &OrgUnitCode,
    after: Option<&MeteringPointNo>,
    limit: u32,
) -> Result<Vec<MeteringPoint>, Error> {
    let sql = format!(
        "WITH RECURSIVE below (code) AS (SELECT ?1 UNION SELECT u.code FROM org_unit u JOIN below b \
         ON u.parent_code = b.code) {POINT} WHERE p.unit IN below AND p.no > ?2 ORDER BY p.no LIMIT ?3"
    );
    let after = after.map_or("", MeteringPointNo::as_str);
    list(
        conn,
        "metering_point",
        &sql,
        params![unit.as_str(), after, limit],
        point,
    )
}

/// One metering point with its meter.
pub fn get_point(conn: &Connection, no: &MeteringPointNo) -> Result<Option<MeteringPoint>, Error> {
    let sql = format!("{POINT} WHERE p.no = ?1");
    Ok(list(conn, "metering_point", &sql, [no.as_str()], point)?.pop())
}

/// Readings of the meter that is mounted at a point, on its last `days_max` days with readings, newest first. They are
/// dated to the beginning of the day in China.
pub fn list_previous_readings(
    conn: &Connection,
    point: &MeteringPointNo,
    days_max: u32,
) -> Result<Vec<PreviousReading>, Error> {
    let sql = "WITH mounted (asset_no) AS (SELECT asset_no FROM metering_point WHERE no = ?1), \
         days (read_on) AS (SELECT DISTINCT read_on FROM reading WHERE asset_no IN mounted \
         ORDER BY read_on DESC LIMIT ?2) \
         SELECT obis, value, read_on, source FROM reading \
         WHERE asset_no IN mounted AND read_on IN days ORDER BY read_on DESC, obis";
    list(conn, "reading", sql, params![point.as_str(), days_max], |row| {
        let columns = Columns {
            table: "reading",
            row,
        };
        let (obis, read_on): (Obis, Date) = (columns.parsed("obis")?, columns.parsed("read_on")?);
        let midnight = read_on.to_datetime(jiff::civil::Time::midnight());
        let read_at = CHINA_TIME
            .to_timestamp(midnight)
            .map_err(|_| columns.unreadable("read_on"))?;
        Ok(PreviousReading {
            obis,
            value: columns.parsed("value")?,
            unit: obis.unit().unwrap_or(Unit::Kwh),
            read_at,
            source: columns.parsed_option("source")?,
        })
    })
}

/// One customer, with personal data.
pub fn get_customer(conn: &Connection, no: &CustomerNo) -> Result<Option<Customer>, Error> {
    let sql = "SELECT no, name, address, phone, contact, voltage, capacity_kva, price_code \
         FROM customer WHERE no = ?1";
    let mut found = list(conn, "customer", sql, [no.as_str()], |row| {
        let columns = Columns {
            table: "customer",
            row,
        };
        Ok(Customer {
            no: columns.parsed("no")?,
            name: columns.get("name")?,
            address: columns.get("address")?,
            phone: columns.get("phone")?,
            contact: columns.get("contact")?,
            voltage: columns.get("voltage")?,
            capacity_kva: columns.parsed_option("capacity_kva")?,
            price_code: columns.get("price_code")?,
        })
    })?;
    Ok(found.pop())
}

fn point(row: &Row<'_>) -> Result<MeteringPoint, Error> {
    let columns = Columns {
        table: "metering_point",
        row,
    };
    let no: MeteringPointNo = columns.parsed("no")?;
    let name: Option<String> = columns.get("name")?;
    let place = columns
        .get::<Option<f64>>("latitude_deg")?
        .zip(columns.get::<Option<f64>>("longitude_deg")?);
    let position = place
        .map(|(latitude_deg, longitude_deg)| PositionWgs84::new(latitude_deg, longitude_deg))
        .transpose()
        .map_err(|_| columns.unreadable("latitude_deg"))?
        .map(|mut position| {
            position.provider = Some(PositionProvider::Ledger);
            position
        });
    Ok(MeteringPoint {
        name: name.unwrap_or_else(|| no.to_string()),
        no,
        kind: columns.parsed("kind")?,
        class: columns.parsed_option("class")?,
        unit: columns.parsed("unit")?,
        area: columns.parsed_option("area_code")?,
        customer_no: columns.parsed_option("customer_no")?,
        address: columns.get("address")?,
        access_difficulty: columns.parsed_option("access_difficulty")?,
        position,
        contracted_capacity_kva: columns.parsed_option("contracted_capacity_kva")?,
        voltage: columns.get("voltage")?,
        nameplate: nameplate(row)?,
    })
}

fn nameplate(row: &Row<'_>) -> Result<Nameplate, Error> {
    let columns = Columns { table: "meter", row };
    Ok(Nameplate {
        asset_no: columns.parsed("asset_no")?,
        factory_no: columns.get("factory_no")?,
        maker: columns.get("maker")?,
        model: columns.get("model")?,
        phase_wire: columns.parsed_option("phase_wire")?,
        connection: columns.parsed_option("connection")?,
        rated_voltage: columns.get("rated_voltage")?,
        current: columns.get("rated_current")?,
        accuracy_class: columns.parsed_option("accuracy_class")?,
        constant_imp_per_kwh: columns.parsed_option("constant_imp_per_kwh")?,
        integer_digits: columns.get("integer_digits")?,
        decimal_digits: columns.get("decimal_digits")?,
        ct_ratio: columns.parsed_option("ct_ratio")?,
        pt_ratio: columns.parsed_option("pt_ratio")?,
        own_multiplier: columns.parsed_option("own_multiplier")?,
        stated_multiplier: columns.parsed_option("stated_multiplier")?,
        communication_address: columns.get("communication_address")?,
        made_in_year: columns.get("made_in_year")?,
        installed_on: columns.parsed_option("installed_on")?,
        verified_on: columns.parsed_option("verified_on")?,
    })
}

/// A row whose columns are read by name, with the column named when one can't be understood.
struct Columns<'r, 'stmt> {
    table: &'static str,
    row: &'r Row<'stmt>,
}

impl Columns<'_, '_> {
    fn get<T: rusqlite::types::FromSql>(&self, column: &'static str) -> Result<T, Error> {
        self.row.get(column).map_err(Error::reading(self.table))
    }

    fn parsed_option<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, Error> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| text.parse().map_err(|_| self.unreadable(column)))
            .transpose()
    }

    fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, Error> {
        self.parsed_option(column)?.ok_or_else(|| self.unreadable(column))
    }

    fn unreadable(&self, column: &'static str) -> Error {
        Error::Unreadable {
            table: self.table,
            column,
        }
    }
}

fn list<T>(
    conn: &Connection,
    table: &'static str,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut statement = conn.prepare(sql).map_err(Error::reading(table))?;
    let mut rows = statement.query(params).map_err(Error::reading(table))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(Error::reading(table))? {
        found.push(read(row)?);
    }
    Ok(found)
}
