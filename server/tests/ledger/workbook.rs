//! Excel workbooks: text and number cells, dates, and archives made to do harm.

use std::io::{Cursor, Write};

use jicha_server::ledger::{self, LedgerKind, Limits, Outcome, Report, Source};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{data, database, database_with_points, database_with_units, dump, errors, import, import_within};

/// The cells of a CSV of tests/data as text cells of a workbook.
fn workbook_of_csv(name: &str) -> Vec<u8> {
    let text = String::from_utf8(data(name)).unwrap();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            sheet
                .write_string(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), cell)
                .unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_stores_the_same_rows_as_the_csv() {
    let mut from_csv = database_with_units();
    let mut from_workbook = database();
    let report = import(
        &mut from_workbook,
        LedgerKind::OrgUnits,
        &workbook_of_csv("ledger/org_units.csv"),
    );
    assert_eq!(
        (report.errors.as_slice(), report.outcome),
        (&[][..], Outcome::Imported)
    );
    assert_eq!(
        report.source,
        Some(Source::Workbook {
            sheet: "Sheet1".into()
        })
    );
    assert_eq!(dump(&from_workbook), dump(&from_csv));

    import(&mut from_csv, LedgerKind::Meters, &data("ledger/meters.csv"));
    import(
        &mut from_workbook,
        LedgerKind::Meters,
        &workbook_of_csv("ledger/meters.csv"),
    );
    assert_eq!(dump(&from_workbook), dump(&from_csv));
}

#[test]
fn numbers_and_dates_of_a_spreadsheet_are_taken_as_it_shows_them() {
    // given readings with number cells and date cells, and the asset number as text
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0u16..).zip(["电能表资产号", "抄表日期", "正向有功总"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    sheet.write_string(1, 0, "5330935151446119654130").unwrap();
    let format = Format::new().set_num_format("yyyy-mm-dd");
    sheet
        .write_datetime_with_format(1, 1, ExcelDateTime::from_ymd(2016, 1, 1).unwrap(), &format)
        .unwrap();
    sheet.write_number(1, 2, 0.1 + 0.2 + 15898.23).unwrap();
    // when
    let mut connection = database_with_points();
    let report = import(
        &mut connection,
        LedgerKind::Readings,
        &workbook.save_to_buffer().unwrap(),
    );
    // then
    assert_eq!(
        (report.errors.as_slice(), report.outcome),
        (&[][..], Outcome::Imported)
    );
    let readings = ledger::list_previous_readings(&connection, &"5303240101G".parse().unwrap(), 12).unwrap();
    assert_eq!(readings[0].value.to_string(), "15898.53");
    assert_eq!(readings[0].read_at.to_string(), "2015-12-31T16:00:00Z");
}

#[test]
fn identifiers_in_number_cells_are_refused_with_their_place() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "电能表资产号").unwrap();
    sheet.write_number(1, 0, 5_330_935_151_446_119_654_130.0).unwrap();
    sheet.write_number(2, 0, 530_324.0).unwrap();
    sheet.write_string(3, 0, "000530324").unwrap();
    let report = import(
        &mut database(),
        LedgerKind::Meters,
        &workbook.save_to_buffer().unwrap(),
    );
    let expected = [
        ("identifier_is_number", Some(2), Some("A")),
        ("identifier_is_number", Some(3), Some("A")),
    ];
    assert_eq!(errors(&report), expected);
    assert!(report.errors[0].message.zh.contains("文本") && report.errors[0].message.en.contains("as text"));
}

#[test]
fn formula_errors_and_further_sheets_are_reported() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "户号").unwrap();
    sheet.write_string(0, 1, "户名").unwrap();
    sheet.write_string(1, 0, "001").unwrap();
    sheet
        .write_formula(1, 1, rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A"))
        .unwrap();
    workbook.add_worksheet().set_name("说明").unwrap();
    let report = import(
        &mut database(),
        LedgerKind::Customers,
        &workbook.save_to_buffer().unwrap(),
    );
    assert_eq!(errors(&report), [("cell_error", Some(2), Some("B"))]);
    assert_eq!(report.notes[0].code, "other_sheets");
}

/// A workbook with one sheet of this XML, as a stranger could write it.
fn raw_workbook(sheet: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    for (name, contents) in [
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{relations}"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{spreadsheet}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{relations}"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{spreadsheet}">{sheet}</worksheet>"#),
        ),
    ] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(contents.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn text_cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn a_sheet_that_claims_to_be_huge_is_read_for_what_it_holds() {
    let sheet = format!(
        r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{}</row><row r="2">{}<c r="XFD2" s="0"/></row></sheetData>"#,
        text_cell("A1", "电能表资产号"),
        text_cell("A2", "000530324")
    );
    let report = import(&mut database(), LedgerKind::Meters, &raw_workbook(&sheet));
    assert_eq!((report.errors.as_slice(), report.inserted), (&[][..], 1));
}

#[test]
fn cells_far_out_are_refused_and_not_made_room_for() {
    for (far, row, code) in [
        ("A1048576", 1_048_576, "too_many_rows"),
        ("XFD2", 2, "too_many_columns"),
    ] {
        let sheet = format!(
            r#"<sheetData><row r="1">{}</row><row r="{row}">{}</row></sheetData>"#,
            text_cell("A1", "电能表资产号"),
            text_cell(far, "x")
        );
        let report = import(&mut database(), LedgerKind::Meters, &raw_workbook(&sheet));
        assert_eq!(report.errors[0].code, code);
    }
}

fn bomb() -> Vec<u8> {
    let blanks = " ".repeat(8 << 20);
    raw_workbook(&format!("{blanks}<sheetData/>"))
}

fn refused_within_1_mib(bytes: &[u8]) -> Report {
    let limits = Limits {
        unpacked_bytes_max: 1 << 20,
        ..Limits::default()
    };
    import_within(&mut database(), LedgerKind::Meters, bytes, &limits)
}

#[test]
fn a_zip_bomb_is_refused_by_what_it_really_unpacks_to() {
    let honest = bomb();
    assert!(honest.len() < 100_000, "it is small as it arrives");
    assert_eq!(
        errors(&refused_within_1_mib(&honest)),
        [("unpacks_too_large", None, None)]
    );

    // The same with a lie about the size of every part, in the directory and before each part.
    let mut lying = honest;
    for (mark, size_at) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
        let places: Vec<usize> = lying
            .windows(4)
            .enumerate()
            .filter(|(_, window)| window == mark)
            .map(|(at, _)| at)
            .collect();
        for at in places {
            lying[at + size_at..at + size_at + 4].copy_from_slice(&[16, 0, 0, 0]);
        }
    }
    let report = refused_within_1_mib(&lying);
    assert_eq!(report.outcome, Outcome::Refused);
    assert!(matches!(
        report.errors[0].code,
        "unpacks_too_large" | "unreadable_workbook"
    ));
}

#[test]
fn a_workbook_that_was_cut_is_refused_with_advice() {
    let whole = workbook_of_csv("ledger/meters.csv");
    for length in [4, 100, whole.len() / 2, whole.len() - 1] {
        let report = import(&mut database(), LedgerKind::Meters, &whole[..length]);
        assert_eq!(
            errors(&report),
            [("unreadable_workbook", None, None)],
            "{length} bytes"
        );
    }
}

#[test]
fn a_text_that_a_small_workbook_repeats_in_many_cells_is_bounded() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let long = "甲".repeat(900);
    sheet.write_string(0, 0, "户号").unwrap();
    sheet.write_string(0, 1, "户名").unwrap();
    for row in 1..1_000 {
        sheet.write_string(row, 0, row.to_string()).unwrap();
        sheet.write_string(row, 1, &long).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(
        import(&mut database(), LedgerKind::Customers, &bytes).outcome,
        Outcome::Imported
    );
    let report = refused_within_1_mib(&bytes);
    assert_eq!(errors(&report), [("unpacks_too_large", None, None)]);
}
