//! The files of tests/data, as a marketing system exports them.

use jicha_domain::id::{CustomerNo, MeteringPointNo, OrgUnitCode};
use jicha_domain::metering_point::MeteringPointKind;
use jicha_domain::obis::Obis;
use jicha_server::ledger::{self, LedgerKind, Outcome, Source};

use super::{accept, data, database_with_points, database_with_units, dump, import};

fn code(text: &str) -> OrgUnitCode {
    text.parse().unwrap()
}

fn point_no(text: &str) -> MeteringPointNo {
    text.parse().unwrap()
}

#[test]
fn the_units_make_one_tree_from_the_bureau_down_to_the_areas() {
    let connection = database_with_units();
    let tree = ledger::load_org_tree(&connection).unwrap();
    assert_eq!(tree.len(), 47);
    let path: Vec<&str> = tree
        .path(&code("5303240101"))
        .iter()
        .map(|unit| unit.name.as_str())
        .collect();
    assert_eq!(
        path,
        [
            "曲靖供电局",
            "罗平供电公司",
            "腊山供电所",
            "10kV腊山线",
            "多依村1号台区"
        ]
    );
}

#[test]
fn gb18030_with_chinese_headings_and_utf8_with_english_ones_store_equal_rows() {
    let mut chinese = database_with_units();
    let mut english = database_with_units();
    for (kind, gb18030, utf8) in [
        (
            LedgerKind::MeteringPoints,
            "network/ledger_points_gb18030.csv",
            "network/metering_points.csv",
        ),
        (
            LedgerKind::Readings,
            "network/ledger_readings_gb18030.csv",
            "network/monthly_readings.csv",
        ),
    ] {
        let first = accept(&mut chinese, kind, &data(gb18030));
        let second = accept(&mut english, kind, &data(utf8));
        assert_eq!(
            first.source,
            Some(Source::Csv {
                encoding: "GB18030",
                delimiter: ','
            })
        );
        assert_eq!(
            second.source,
            Some(Source::Csv {
                encoding: "UTF-8",
                delimiter: ','
            })
        );
        assert_eq!(first.inserted, second.inserted);
    }
    // The English file alone has positions.
    english
        .execute(
            "UPDATE metering_point SET latitude_deg = NULL, longitude_deg = NULL",
            [],
        )
        .unwrap();
    assert_eq!(dump(&chinese), dump(&english));
}

#[test]
fn a_whole_ledger_comes_back_as_domain_values() {
    let mut connection = database_with_points();
    let report = accept(
        &mut connection,
        LedgerKind::Readings,
        &data("network/ledger_readings_gb18030.csv"),
    );
    assert_eq!((report.rows_total, report.inserted), (2197, 4394));

    let points = ledger::list_points(&connection, &code("530324"), None, 1_000).unwrap();
    assert_eq!(points.len(), 169);
    let count = |kind| points.iter().filter(|point| point.kind == kind).count();
    assert_eq!(count(MeteringPointKind::GatewayTransformerArea), 3);
    assert_eq!(count(MeteringPointKind::FeedIn), 13);

    let gateway = ledger::get_point(&connection, &point_no("5303240101G"))
        .unwrap()
        .unwrap();
    assert_eq!(gateway.nameplate.asset_no.as_str(), "5330935151446119654130");
    assert_eq!(gateway.nameplate.ct_ratio.unwrap().to_string(), "150/5");
    assert_eq!(
        gateway.nameplate.multiplier().unwrap(),
        gateway.nameplate.derived_multiplier().unwrap()
    );

    let customer_point = ledger::get_point(&connection, &point_no("53032401010000"))
        .unwrap()
        .unwrap();
    let customer_no = customer_point.customer_no.unwrap();
    assert_eq!(customer_no, "0530324000000001".parse::<CustomerNo>().unwrap());
    let customer = ledger::get_customer(&connection, &customer_no).unwrap().unwrap();
    assert_eq!(customer.name.as_deref(), Some("马兰柏"));

    let readings = ledger::list_previous_readings(&connection, &gateway.no, 2).unwrap();
    let shown: Vec<String> = readings
        .iter()
        .map(|reading| {
            format!(
                "{} {} {} {}",
                reading.obis, reading.value, reading.unit, reading.read_at
            )
        })
        .collect();
    assert_eq!(
        shown[2..],
        [
            "1-0:1.8.0*255 19916.23 kwh 2016-11-30T16:00:00Z",
            "1-0:2.8.0*255 14735.03 kwh 2016-11-30T16:00:00Z"
        ]
    );
    assert_eq!(readings[0].obis, Obis::FORWARD_TOTAL);
}

#[test]
fn points_are_listed_page_by_page_without_gap_or_repeat() {
    let connection = database_with_points();
    let bureau = code("5303");
    let whole = ledger::list_points(&connection, &bureau, None, 1_000).unwrap();
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = ledger::list_points(&connection, &bureau, after.as_ref(), 50).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.no.clone());
        paged.extend(page);
    }
    assert_eq!(paged, whole);
    assert!(
        ledger::list_points(&connection, &code("530323"), None, 10)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_same_file_again_changes_nothing_and_leaves_no_trace() {
    let mut connection = database_with_points();
    let readings = data("network/ledger_readings_gb18030.csv");
    accept(&mut connection, LedgerKind::Readings, &readings);
    let before = (dump(&connection), batches(&connection));
    for (kind, file) in [
        (LedgerKind::OrgUnits, "ledger/org_units.csv"),
        (LedgerKind::MeteringPoints, "network/ledger_points_gb18030.csv"),
        (LedgerKind::Meters, "ledger/meters.csv"),
        (LedgerKind::Customers, "ledger/customers.csv"),
        (LedgerKind::Readings, "network/ledger_readings_gb18030.csv"),
    ] {
        let report = import(&mut connection, kind, &data(file));
        assert_eq!(
            (report.outcome, report.inserted, report.changed),
            (Outcome::Unchanged, 0, 0),
            "{file}"
        );
        assert!(report.unchanged > 0 && report.batch_id.is_none(), "{file}");
    }
    assert_eq!((dump(&connection), batches(&connection)), before);
}

fn batches(connection: &rusqlite::Connection) -> i64 {
    connection
        .query_row("SELECT count(*) FROM import_batch", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn every_import_is_on_record_with_who_when_and_which_bytes() {
    let connection = database_with_units();
    let found: (String, String, String, i64, i64, String) = connection
        .query_row(
            "SELECT kind, file_name, sha256, row_count, inserted_count, imported_by FROM import_batch",
            [],
            |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get(5)?,
                ))
            },
        )
        .unwrap();
    assert_eq!(
        (found.0.as_str(), found.1.as_str(), found.3, found.4),
        ("org_units", "台账", 47, 47)
    );
    assert_eq!((found.2.len(), found.5.as_str()), (64, "QJ0008"));
}
