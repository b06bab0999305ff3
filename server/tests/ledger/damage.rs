//! Files that are cut, damaged or not ledgers at all.

use jicha_server::ledger::{LedgerKind, Limits, Outcome};
use proptest::prelude::*;

use super::{data, database, database_with_points, database_with_units, dump, errors, import, import_within};

#[test]
fn a_ledger_that_was_cut_is_refused_or_warned_of_wherever_the_cut_is() {
    let whole = data("network/ledger_points_gb18030.csv");
    let end = whole.windows(2).rposition(|pair| pair == b"\r\n").unwrap();
    // Every cut within the last two rows.
    let start = whole[..end].windows(2).rposition(|pair| pair == b"\r\n").unwrap();
    for length in start + 3..end {
        let mut connection = database_with_units();
        let before = dump(&connection);
        let report = import(&mut connection, LedgerKind::MeteringPoints, &whole[..length]);
        if report.outcome == Outcome::Refused {
            assert_eq!(dump(&connection), before);
        } else {
            let warned = report.notes.iter().any(|note| note.code == "no_final_line_end");
            assert!(warned, "cut at byte {length}");
        }
    }
}

#[test]
fn a_row_with_too_few_cells_is_an_error_at_that_row() {
    let file = "户号,户名,用电地址\n001,甲,村\n002,乙";
    let report = import(&mut database(), LedgerKind::Customers, file.as_bytes());
    assert_eq!(errors(&report), [("row_too_short", Some(3), None)]);
    let file = "户号,户名\n001,甲,乙\n";
    let report = import(&mut database(), LedgerKind::Customers, file.as_bytes());
    assert_eq!(errors(&report), [("row_too_long", Some(2), Some("C"))]);
}

#[test]
fn a_quote_that_swallows_the_rest_is_an_error_where_it_opens() {
    let file = "户号,户名\n001,\"甲\n002,乙\n";
    let report = import(&mut database(), LedgerKind::Customers, file.as_bytes());
    assert_eq!(errors(&report), [("unclosed_quote", Some(2), Some("B"))]);
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let mut bytes = data("network/ledger_points_gb18030.csv");
    bytes[1000] = 0;
    let report = import(&mut database_with_units(), LedgerKind::MeteringPoints, &bytes);
    assert_eq!(errors(&report), [("nul_byte", None, None)]);
    assert!(report.errors[0].message.en.contains("1000"));
    bytes[1000] = 0xFF;
    let report = import(&mut database_with_units(), LedgerKind::MeteringPoints, &bytes);
    assert_eq!(errors(&report), [("not_text", None, None)]);
    assert!(
        report.errors[0].message.en.contains("1000"),
        "{}",
        report.errors[0].message.en
    );
}

#[test]
fn text_that_was_damaged_before_it_came_here_is_refused_in_its_cell() {
    let file = "户号,户名\n001,\u{FFFD}\u{FFFD}\n002,\u{1}\n";
    let report = import(&mut database(), LedgerKind::Customers, file.as_bytes());
    assert_eq!(
        errors(&report),
        [
            ("bad_character", Some(2), Some("B")),
            ("bad_character", Some(3), Some("B"))
        ]
    );
}

#[test]
fn files_of_other_kinds_are_refused_with_the_way_out() {
    for (bytes, code) in [
        (&b""[..], "empty"),
        (b"\r\n,\r\n", "empty"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", "unsupported_format"),
        (b"<html><table><tr><td>1</td></tr></table>", "unsupported_format"),
        (b"%PDF-1.7\n", "unsupported_format"),
        (b"PK\x03\x04", "unreadable_workbook"),
        ("户号,户名\n".as_bytes(), "no_rows"),
    ] {
        let report = import(&mut database(), LedgerKind::Customers, bytes);
        assert_eq!(errors(&report), [(code, None, None)]);
    }
    let limits = Limits {
        size_bytes_max: 10,
        ..Limits::default()
    };
    let report = import_within(&mut database(), LedgerKind::Customers, b"12345678901", &limits);
    assert_eq!(errors(&report), [("file_too_large", None, None)]);
}

fn any_kind() -> impl Strategy<Value = LedgerKind> {
    proptest::sample::select(LedgerKind::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_import_panic_or_half_finish(
        kind in any_kind(),
        start in proptest::sample::select(vec![&b""[..], b"\xEF\xBB\xBF", b"PK\x03\x04", b"\xFF\xFE"]),
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut connection = database();
        let report = import(&mut connection, kind, &[start, &bytes].concat());
        prop_assert_eq!(report.outcome == Outcome::Refused, dump(&connection).is_empty());
    }

    #[test]
    fn a_real_ledger_with_bytes_changed_is_taken_whole_or_not_at_all(
        kind in any_kind(),
        changes in proptest::collection::vec((0usize..3_000, any::<u8>()), 1..6),
    ) {
        let file = match kind {
            LedgerKind::OrgUnits => "ledger/org_units.csv",
            LedgerKind::MeteringPoints => "network/ledger_points_gb18030.csv",
            LedgerKind::Meters => "ledger/meters.csv",
            LedgerKind::Customers => "ledger/customers.csv",
            LedgerKind::Readings => "network/ledger_readings_gb18030.csv",
        };
        let mut bytes = data(file);
        bytes.truncate(4_000);
        for (at, byte) in changes {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        let mut connection = database_with_points();
        let before = dump(&connection);
        let report = import(&mut connection, kind, &bytes);
        if report.outcome != Outcome::Imported {
            prop_assert_eq!(dump(&connection), before);
        } else {
            prop_assert_eq!(report.errors_total, 0);
        }
    }

    #[test]
    fn a_workbook_with_bytes_changed_does_not_make_the_import_panic(
        changes in proptest::collection::vec((0usize..8_000, any::<u8>()), 1..6),
    ) {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "电能表资产号").unwrap();
        sheet.write_string(1, 0, "000530324").unwrap();
        let mut bytes = workbook.save_to_buffer().unwrap();
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[at % length] = byte;
        }
        let mut connection = database();
        let report = import(&mut connection, LedgerKind::Meters, &bytes);
        prop_assert_eq!(report.outcome == Outcome::Refused, dump(&connection).is_empty());
    }
}
