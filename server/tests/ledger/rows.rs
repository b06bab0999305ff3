//! What single rows may say, and how a report names what is wrong with them.

use jicha_server::ledger::{self, LedgerKind, Limits, Outcome};

use super::{
    accept, data, database, database_with_points, database_with_units, dump, errors, import, import_within,
};

#[test]
fn every_error_of_a_file_is_reported_with_row_column_and_what_was_found() {
    // given
    let mut connection = database_with_units();
    let file = "台区编号,计量点编号,计量点分类,电能表资产号,综合倍率\r\n\
                5303240101,A1,用户,0001,1\r\n\
                5303249999,A2,用户,0002,1\r\n\
                \r\n\
                5303240101,A3,水表,0003,1\r\n\
                5303240101,A4,用户,5.33094E+21,x\r\n\
                5303240101,,用户,0005,1\r\n\
                530324,A6,用户,0006,1\r\n";
    let before = dump(&connection);
    // when
    let report = import(&mut connection, LedgerKind::MeteringPoints, file.as_bytes());
    // then
    assert_eq!(
        errors(&report),
        [
            ("unknown_reference", Some(3), Some("A")),
            ("not_a_choice", Some(5), Some("C")),
            ("identifier_rounded", Some(6), Some("D")),
            ("not_a_number", Some(6), Some("E")),
            ("required", Some(7), Some("B")),
            ("bad_value", Some(8), Some("A")),
        ]
    );
    let rounded = &report.errors[2];
    assert_eq!(rounded.found.as_deref(), Some("5.33094E+21"));
    assert_eq!(rounded.column.as_ref().unwrap().heading, "电能表资产号");
    assert!(rounded.message.zh.contains("科学计数法") && rounded.message.en.contains("scientific notation"));
    assert_eq!(report.outcome, Outcome::Refused);
    assert_eq!(dump(&connection), before, "nothing is half-imported");
}

#[test]
fn a_report_is_json_for_the_api_and_the_page() {
    let mut connection = database_with_units();
    let file = "户号,户名,备注\n1,,x\n";
    let report = import(&mut connection, LedgerKind::Customers, file.as_bytes());
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["kind"], "customers");
    assert_eq!(json["source"]["format"], "csv");
    assert_eq!(
        json["columns"][2],
        serde_json::json!({"letter": "C", "heading": "备注", "field": null})
    );
    assert_eq!(json["errors"][0]["code"], "required");
    assert_eq!(json["errors"][0]["row"], 2);
    assert_eq!(json["errors"][0]["column"]["letter"], "B");
    assert_eq!(json["notes"][0]["code"], "ignored_column");
}

#[test]
fn the_list_of_errors_is_bounded_and_the_count_is_not() {
    let mut connection = database();
    let mut file = String::from("户号,户名\n");
    for number in 0..50 {
        file.push_str(&format!("{number},\n"));
    }
    let limits = Limits {
        issues_listed_max: 10,
        ..Limits::default()
    };
    let report = import_within(&mut connection, LedgerKind::Customers, file.as_bytes(), &limits);
    assert_eq!((report.errors.len(), report.errors_total), (10, 50));
}

#[test]
fn missing_and_doubled_columns_are_named_before_any_row_is_judged() {
    let mut connection = database_with_units();
    let file = "计量点编号,计量点分类,计量点号\nA,错,B\n";
    let report = import(&mut connection, LedgerKind::MeteringPoints, file.as_bytes());
    assert_eq!(
        errors(&report),
        [
            ("duplicate_column", Some(1), Some("C")),
            ("missing_column", Some(1), None),
            ("missing_column", Some(1), None)
        ]
    );
    let named: Vec<&str> = report
        .errors
        .iter()
        .map(|issue| issue.message.zh.as_str())
        .collect();
    assert!(named[1].contains("电能表资产号") && named[2].contains("台区编号"));
    let report = import(&mut connection, LedgerKind::Readings, b"a,b\n1,2\n");
    assert_eq!(errors(&report), [("no_headings", None, None)]);
}

#[test]
fn headings_below_a_title_are_found_and_rows_keep_their_numbers() {
    let mut connection = database();
    let file = "曲靖供电局用户台账,\n,\n户号,户名\n001,\n";
    let report = import(&mut connection, LedgerKind::Customers, file.as_bytes());
    assert_eq!(errors(&report), [("required", Some(4), Some("B"))]);
    assert_eq!(report.notes[0].code, "headings_below");
}

#[test]
fn one_key_with_two_contents_is_an_error_and_with_one_content_a_note() {
    let mut connection = database_with_points();
    let file = "计量点编号,电能表资产号,抄表日期,正向有功总\n\
                5303240101G,5330935151446119654130,2016-01-01,1.5\n\
                5303240101G,5330935151446119654130,2016-01-01,1.50\n\
                5303240101G,5330935151446119654130,2016/1/1,1.6\n\
                5303240101G,,2016-01-01,1.7\n";
    let report = import(&mut connection, LedgerKind::Readings, file.as_bytes());
    assert_eq!(
        errors(&report),
        [
            ("contradiction", Some(4), Some("C")),
            ("contradiction", Some(5), Some("C"))
        ]
    );
    assert_eq!((report.notes[0].code, report.notes[0].row), ("repeated", Some(3)));
}

#[test]
fn readings_find_their_meter_by_point_or_by_asset_number() {
    let mut connection = database_with_points();
    let by_point = "计量点编号,抄表日期,有功总,尖,峰\n5303240101G,2016-01-01,10.5,1,2\n";
    accept(&mut connection, LedgerKind::Readings, by_point.as_bytes());
    let by_asset = "资产编号,抄表日期,正向有功总\n5330935151446119654130,2016-01-01,10.50\n";
    let report = import(&mut connection, LedgerKind::Readings, by_asset.as_bytes());
    assert_eq!((report.outcome, report.unchanged), (Outcome::Unchanged, 1));
    let unknown =
        "计量点编号,资产编号,抄表日期,正向有功总\nX,,2016-01-01,1\n,0099,2016-01-01,1\n,,2016-01-01,1\n";
    let report = import(&mut connection, LedgerKind::Readings, unknown.as_bytes());
    assert_eq!(
        errors(&report),
        [
            ("unknown_reference", Some(2), Some("A")),
            ("unknown_reference", Some(3), Some("B")),
            ("no_point_nor_meter", Some(4), Some("A"))
        ]
    );
}

#[test]
fn a_reading_that_replaces_another_is_told_with_the_old_value() {
    let mut connection = database_with_points();
    let file = |value: &str| format!("计量点编号,抄表日期,正向有功总\n5303240101G,2016-01-01,{value}\n");
    accept(&mut connection, LedgerKind::Readings, file("10.5").as_bytes());
    let report = accept(&mut connection, LedgerKind::Readings, file("11.5").as_bytes());
    assert_eq!(report.changed, 1);
    let note = &report.notes[0];
    assert_eq!(
        (note.code, note.found.as_deref()),
        ("reading_replaced", Some("11.5"))
    );
    assert!(note.message.en.contains("10.5"));
}

#[test]
fn a_change_updates_the_row_and_a_blank_cell_leaves_it() {
    let mut connection = database_with_points();
    let file = "电能表资产号,制造厂,型号,准确度等级\n5330935151446119654130,新厂,,1\n";
    let report = accept(&mut connection, LedgerKind::Meters, file.as_bytes());
    assert_eq!((report.changed, report.inserted), (1, 0));
    let point = ledger::get_point(&connection, &"5303240101G".parse().unwrap())
        .unwrap()
        .unwrap();
    assert_eq!(point.nameplate.maker.as_deref(), Some("新厂"));
    assert_eq!(point.nameplate.model.as_deref(), Some("DTSD888"));
}

#[test]
fn units_need_known_parents_and_no_circle() {
    let mut connection = database_with_units();
    let orphan = "单位编码,单位名称,单位类型,上级单位编码\n9,孤所,供电所,8\n";
    let report = import(&mut connection, LedgerKind::OrgUnits, orphan.as_bytes());
    assert_eq!(errors(&report), [("unknown_reference", Some(2), Some("D"))]);
    // The file alone is no circle; together with the stored units it is.
    let circle = "单位编码,单位名称,单位类型,上级单位编码\n5303,曲靖供电局,供电局,53032401\n";
    let report = import(&mut connection, LedgerKind::OrgUnits, circle.as_bytes());
    assert_eq!(errors(&report), [("circle", Some(2), Some("D"))]);
}

#[test]
fn a_multiplier_that_disagrees_with_the_ratios_is_kept_and_told() {
    let mut connection = database_with_units();
    let file = "资产编号,CT变比,PT变比,综合倍率\n0001,150/5,10000/100,30\n";
    let report = accept(&mut connection, LedgerKind::Meters, file.as_bytes());
    assert_eq!(report.notes[0].code, "multiplier_differs");
    assert!(report.notes[0].message.en.contains("3000"));
}

#[test]
fn an_earlier_meter_and_a_foreign_area_are_notes() {
    let mut connection = database_with_points();
    let file = "台区编号,计量点编号,电能表资产号,抄表日期,正向有功总\n\
                5303240102,5303240101G,5330937472214326114000,2016-01-01,1\n";
    let report = accept(&mut connection, LedgerKind::Readings, file.as_bytes());
    let codes: Vec<&str> = report.notes.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, ["area_differs", "earlier_meter"]);
}

#[test]
fn leading_zeros_and_22_digits_survive_the_way_into_the_database() {
    let mut connection = database_with_units();
    let file = "台区编号,计量点编号,计量点分类,电能表资产号\n5303240101,000123,用户,\"=\"\"0030935151446119654130\"\"\"\n";
    accept(&mut connection, LedgerKind::MeteringPoints, file.as_bytes());
    let point = ledger::get_point(&connection, &"000123".parse().unwrap())
        .unwrap()
        .unwrap();
    assert_eq!(point.nameplate.asset_no.as_str(), "0030935151446119654130");
}

#[test]
fn the_built_in_headings_of_the_english_file_are_all_known_but_the_name_of_the_area() {
    let mut connection = database_with_units();
    let report = accept(
        &mut connection,
        LedgerKind::MeteringPoints,
        &data("network/metering_points.csv"),
    );
    let ignored: Vec<&str> = report
        .columns
        .iter()
        .filter(|column| column.field.is_none())
        .map(|c| c.heading.as_str())
        .collect();
    assert_eq!(ignored, ["area_name"]);
}

#[test]
fn one_meter_at_two_points_is_a_note_but_a_meter_that_moves_is_none() {
    let mut connection = database_with_units();
    let file = |rows: &str| format!("台区编号,计量点编号,计量点分类,资产编号\n{rows}");
    let first = file("5303240101,A,用户,001\n5303240101,B,用户,002\n");
    accept(&mut connection, LedgerKind::MeteringPoints, first.as_bytes());
    let exchanged = file("5303240101,A,用户,002\n5303240101,B,用户,001\n");
    let report = accept(&mut connection, LedgerKind::MeteringPoints, exchanged.as_bytes());
    assert_eq!(report.notes, []);
    let third = file("5303240101,C,用户,001\n");
    let report = accept(&mut connection, LedgerKind::MeteringPoints, third.as_bytes());
    assert_eq!(report.notes[0].code, "meter_elsewhere");
    assert!(report.notes[0].message.en.contains("point B"));
}
