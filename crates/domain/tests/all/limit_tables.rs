//! Limit tables: dated, editable, and strict about typing errors.

use jicha_domain::limits::{LimitTables, LimitTablesError};
use jiff::civil::date;

use crate::build::{dec, tables};

#[test]
fn the_built_in_tables_admit_that_nobody_verified_them() {
    let tables = tables();

    assert_eq!(tables.editions().len(), 7);
    assert!(
        tables
            .editions()
            .iter()
            .all(|edition| !edition.verified && !edition.source.is_empty())
    );
}

#[test]
fn a_bureaus_own_table_hides_the_built_in_one_from_its_day_on() {
    let own = LimitTables::from_toml(
        "own.toml",
        r#"
        [[edition]]
        name = "Bureau 2026"
        effective_from = "2026-01-01"
        source = "order 12 of 2025"
        verified = true
        clock = { deviation_s_max = 120, daily_rate_s_max = "0.5" }
        "#,
    )
    .unwrap();
    let tables = tables().overlaid_with(own);

    let (before, _) = tables.clock(date(2025, 12, 31)).unwrap();
    let (after, basis) = tables.clock(date(2026, 1, 1)).unwrap();

    assert_eq!((before.deviation_s_max, after.deviation_s_max), (300, 120));
    assert_eq!(
        (basis.table.as_str(), basis.edition.as_str(), basis.verified),
        ("clock", "Bureau 2026", true)
    );
}

#[test]
fn on_the_same_day_the_table_added_last_holds() {
    let own = LimitTables::from_toml(
        "own.toml",
        r#"
        [[edition]]
        name = "Bureau"
        effective_from = "2000-01-01"
        source = "x"
        verified = false
        place = { distance_m_max = "50" }
        "#,
    )
    .unwrap();

    let tables = tables().overlaid_with(own);

    assert_eq!(
        tables.place(date(2026, 1, 1)).unwrap().0.distance_m_max,
        dec("50")
    );
}

#[test]
fn before_the_first_edition_there_is_no_limit() {
    assert!(tables().clock(date(1999, 12, 31)).is_none());
    assert!(
        tables()
            .point_class(date(1999, 12, 31), &Default::default())
            .is_none()
    );
}

#[test]
fn a_typing_error_names_the_line_and_the_key() {
    let text = "[[edition]]\nname = \"x\"\neffective_from = \"2000-01-01\"\nsource = \"x\"\nverified = false\n\n[edition.clock]\ndeviation_max = 3\n";
    let LimitTablesError::Unreadable { name, source } = LimitTables::from_toml("own.toml", text).unwrap_err()
    else {
        panic!("expected a parser's error")
    };

    assert_eq!(name, "own.toml");
    let message = source.to_string();
    assert!(
        message.contains("deviation_max") && message.contains("line 8"),
        "{message}"
    );
}

#[test]
fn a_senseless_number_names_edition_table_and_key() {
    let text = r#"
        [[edition]]
        name = "Bureau"
        effective_from = "2000-01-01"
        source = "x"
        verified = false
        voltage_band = [{ nominal_v = "220", low_v = "240", high_v = "200" }]
    "#;
    let error = LimitTables::from_toml("own.toml", text).unwrap_err();

    assert_eq!(
        error.to_string(),
        "the limit table own.toml, edition \"Bureau\", has a bad voltage_band.low_v: expected a voltage below high_v, but found 240"
    );
}
