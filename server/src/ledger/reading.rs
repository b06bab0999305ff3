//! Readings: which meter a row belongs to, and its registers as records.

use std::collections::HashMap;

use jicha_domain::obis::Obis;
use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::Error;
use super::field::Field;
use super::layout::{Headings, REGISTERS};
use super::problem::Problem;
use super::record::{Record, place};
use super::report::Issues;
use super::store::{Counts, Stamp};

/// The register that a column holds. The rates follow the usual order 尖峰平谷 = 1, 2, 3, 4 of
/// [`jicha_domain::obis::TariffOrder`].
pub(super) const fn obis(field: Field) -> Option<Obis> {
    match field {
        Field::ForwardTotal => Some(Obis::FORWARD_TOTAL),
        Field::ForwardSharp => Some(Obis::FORWARD_RATE_1),
        Field::ForwardPeak => Some(Obis::FORWARD_RATE_2),
        Field::ForwardFlat => Some(Obis::FORWARD_RATE_3),
        Field::ForwardValley => Some(Obis::FORWARD_RATE_4),
        Field::ReverseTotal => Some(Obis::REVERSE_TOTAL),
        Field::ReactiveImport => Some(Obis::REACTIVE_IMPORT_TOTAL),
        Field::ReactiveExport => Some(Obis::REACTIVE_EXPORT_TOTAL),
        Field::MaxDemand => Some(Obis::MAX_DEMAND_TOTAL),
        _ => None,
    }
}

/// A row of readings whose meter is known.
pub(super) struct ReadingRow<'r> {
    record: &'r Record,
    asset_no: String,
    point_no: Option<String>,
}

/// Finds the meter of every row, reports rows that name an unknown point or meter, and two rows for one meter and day.
pub(super) fn resolve<'r>(
    conn: &Connection,
    records: &'r [Record],
    headings: &Headings,
    issues: &mut Issues,
) -> Result<Vec<ReadingRow<'r>>, Error> {
    let mut lookups = Lookups::new(conn)?;
    let mut first_by_day: HashMap<(String, &str), &Record> = HashMap::with_capacity(records.len());
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let Some(row) = resolve_one(&mut lookups, record, headings, issues)? else {
            continue;
        };
        let day = record.text(Field::ReadOn).unwrap_or_default();
        if let Some(first) = first_by_day.insert((row.asset_no.clone(), day), record) {
            // One row named the meter by its asset number, the other by its point.
            let same = REGISTERS
                .iter()
                .all(|field| first.get(*field) == record.get(*field));
            let at = place(headings, record, Field::ReadOn);
            if same {
                issues.note(at, &Problem::Repeated { first_row: first.row });
            } else {
                issues.error(at, &Problem::Contradiction { first_row: first.row });
            }
            continue;
        }
        rows.push(row);
    }
    Ok(rows)
}

fn resolve_one<'r>(
    lookups: &mut Lookups<'_>,
    record: &'r Record,
    headings: &Headings,
    issues: &mut Issues,
) -> Result<Option<ReadingRow<'r>>, Error> {
    let asset = record.text(Field::AssetNo);
    if let Some(asset) = asset
        && !lookups.meter.exists([asset]).map_err(Error::reading("meters"))?
    {
        let problem = Problem::Unknown {
            zh: "该电能表",
            en: "This meter",
        };
        issues.error(place(headings, record, Field::AssetNo), &problem);
        return Ok(None);
    }
    let Some(point) = record.text(Field::PointNo) else {
        let Some(asset) = asset else { return Ok(None) };
        let point_no = lookups.point_of_meter(asset)?;
        return Ok(Some(ReadingRow {
            record,
            asset_no: asset.to_owned(),
            point_no,
        }));
    };
    let Some((mounted, area)) = lookups.mounted(point)? else {
        let problem = Problem::Unknown {
            zh: "该计量点",
            en: "This metering point",
        };
        issues.error(place(headings, record, Field::PointNo), &problem);
        return Ok(None);
    };
    if let (Some(given), Some(area)) = (record.text(Field::AreaCode), area)
        && given != area
    {
        issues.note(
            place(headings, record, Field::AreaCode),
            &Problem::AreaDiffers { area },
        );
    }
    if asset.is_some_and(|asset| asset != mounted) {
        let problem = Problem::EarlierMeter {
            mounted: mounted.clone(),
        };
        issues.note(place(headings, record, Field::AssetNo), &problem);
    }
    let asset_no = asset.map_or(mounted, str::to_owned);
    Ok(Some(ReadingRow {
        record,
        asset_no,
        point_no: Some(point.to_owned()),
    }))
}

struct Lookups<'conn> {
    meter: Statement<'conn>,
    point_of_meter: Statement<'conn>,
    mounted: Statement<'conn>,
}

impl<'conn> Lookups<'conn> {
    fn new(conn: &'conn Connection) -> Result<Self, Error> {
        let prepare = |sql| conn.prepare(sql).map_err(Error::reading("the ledger"));
        Ok(Self {
            meter: prepare("SELECT 1 FROM meter WHERE asset_no = ?1")?,
            point_of_meter: prepare("SELECT no FROM metering_point WHERE asset_no = ?1 ORDER BY no LIMIT 1")?,
            mounted: prepare("SELECT asset_no, area_code FROM metering_point WHERE no = ?1")?,
        })
    }

    fn point_of_meter(&mut self, asset: &str) -> Result<Option<String>, Error> {
        self.point_of_meter
            .query_row([asset], |row| row.get(0))
            .optional()
            .map_err(Error::reading("metering points"))
    }

    /// The meter that is mounted at a point, and the point's area.
    fn mounted(&mut self, point: &str) -> Result<Option<(String, Option<String>)>, Error> {
        self.mounted
            .query_row([point], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(Error::reading("metering points"))
    }
}

/// Writes every register of every row. A stored reading that has another value is replaced, and the old value is told.
pub(super) fn store(
    conn: &Connection,
    rows: &[ReadingRow<'_>],
    headings: &Headings,
    stamp: &Stamp,
    issues: &mut Issues,
) -> Result<Counts, Error> {
    let prepare = |sql| conn.prepare(sql).map_err(Error::writing("readings"));
    let mut find =
        prepare("SELECT value, source FROM reading WHERE asset_no = ?1 AND obis = ?2 AND read_on = ?3")?;
    let mut insert = prepare(
        "INSERT INTO reading (asset_no, obis, read_on, value, source, point_no, batch_id, valid_from) \
         VALUES (?1, ?2, ?3, ?4, coalesce(?5, 'ledger'), ?6, ?7, ?8)",
    )?;
    let mut update = prepare(
        "UPDATE reading SET value = ?4, source = coalesce(?5, source), point_no = coalesce(?6, point_no), \
         batch_id = ?7, valid_from = ?8 WHERE asset_no = ?1 AND obis = ?2 AND read_on = ?3",
    )?;
    let names: Vec<(Field, String)> = REGISTERS
        .iter()
        .filter_map(|field| Some((*field, obis(*field)?.to_string())))
        .collect();
    let mut counts = Counts::default();
    for row in rows {
        let read_on = row.record.text(Field::ReadOn).unwrap_or_default();
        let source = row.record.text(Field::ReadingSource);
        for (field, obis) in &names {
            let Some(value) = row.record.text(*field) else {
                continue;
            };
            let stored: Option<(String, String)> = find
                .query_row(params![row.asset_no, obis, read_on], |stored| {
                    Ok((stored.get(0)?, stored.get(1)?))
                })
                .optional()
                .map_err(Error::reading("readings"))?;
            let statement = match &stored {
                None => {
                    counts.inserted += 1;
                    &mut insert
                }
                Some((before, kept)) if before == value && source.is_none_or(|source| source == kept) => {
                    counts.unchanged += 1;
                    continue;
                }
                Some((before, _)) => {
                    counts.changed += 1;
                    if before != value {
                        let problem = Problem::ReadingReplaced {
                            before: before.clone(),
                        };
                        issues.note(place(headings, row.record, *field), &problem);
                    }
                    &mut update
                }
            };
            statement
                .execute(params![
                    row.asset_no,
                    obis,
                    read_on,
                    value,
                    source,
                    row.point_no,
                    stamp.batch_id,
                    stamp.valid_from
                ])
                .map_err(Error::writing("readings"))?;
        }
    }
    Ok(counts)
}
