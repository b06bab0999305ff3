//! How long a large ledger takes. Prints the number; a limit in seconds would test the machine.

use std::fmt::Write;
use std::time::Instant;

use jicha_server::ledger::LedgerKind;

use super::{accept, database_with_units};

#[test]
fn a_hundred_thousand_rows_of_readings_are_imported_in_one_transaction() {
    // given 2,000 points with 50 months of readings
    let mut connection = database_with_units();
    let mut points = String::from("台区编号,计量点编号,计量点分类,电能表资产号\n");
    let mut readings = String::from("计量点编号,电能表资产号,抄表日期,正向有功总\n");
    for point in 0..2_000 {
        writeln!(points, "5303240101,P{point:06},用户,{point:022}").unwrap();
        for month in 0..50 {
            let (year, month_of_year) = (2016 + month / 12, month % 12 + 1);
            let value = month * 100 + point % 100;
            writeln!(
                readings,
                "P{point:06},{point:022},{year}-{month_of_year:02}-01,{value}.25"
            )
            .unwrap();
        }
    }
    accept(&mut connection, LedgerKind::MeteringPoints, points.as_bytes());
    // when
    let start = Instant::now();
    let report = accept(&mut connection, LedgerKind::Readings, readings.as_bytes());
    // then
    println!(
        "100,000 rows of readings in {:.2} s",
        start.elapsed().as_secs_f64()
    );
    assert_eq!((report.rows_total, report.inserted), (100_000, 100_000));
}
