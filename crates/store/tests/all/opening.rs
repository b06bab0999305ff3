//! Opening a file: fresh, older, newer, damaged.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use jicha_store::migration::{Component, DEVICE, LOG_AND_PROJECTIONS, Migration};
use jicha_store::{OpenError, list, open_reader, open_writer, setting};

use crate::builders::{Phone, document_id};

const OTHER: Component = Component {
    name: "other",
    migrations: &[
        Migration {
            name: "one",
            sql: "CREATE TABLE one (a INTEGER) STRICT",
        },
        Migration {
            name: "two",
            sql: "ALTER TABLE one ADD COLUMN b INTEGER; CREATE TABLE two (a INTEGER) STRICT",
        },
    ],
};

/// As [`OTHER`], with a second migration of which the second statement fails.
const BROKEN: Component = Component {
    name: "other",
    migrations: &[
        Migration {
            name: "one",
            sql: "CREATE TABLE one (a INTEGER) STRICT",
        },
        Migration {
            name: "broken",
            sql: "CREATE TABLE half (a INTEGER); CREATE TABLE one (a INTEGER)",
        },
    ],
};

fn tables(path: &Path) -> Vec<String> {
    let connection = open_reader(path).unwrap();
    let mut select = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap();
    let names = select.query_map([], |row| row.get(0)).unwrap();
    names.collect::<Result<_, _>>().unwrap()
}

#[test]
fn two_components_grow_independently_and_each_migration_runs_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let first_only = Component {
        migrations: &OTHER.migrations[..1],
        ..OTHER
    };
    open_writer(&path, &[LOG_AND_PROJECTIONS, first_only]).unwrap();
    assert!(!tables(&path).contains(&"two".to_owned()));
    for _ in 0..2 {
        let connection = open_writer(&path, &[LOG_AND_PROJECTIONS, DEVICE, OTHER]).unwrap();
        let applied: i64 = connection
            .query_row("SELECT count(*) FROM migration", [], |row| row.get(0))
            .unwrap();
        let own = LOG_AND_PROJECTIONS.migrations.len() + DEVICE.migrations.len() + OTHER.migrations.len();
        assert_eq!(applied as usize, own);
    }
    assert!(tables(&path).contains(&"two".to_owned()) && tables(&path).contains(&"outbox".to_owned()));
}

#[test]
fn a_file_from_a_newer_version_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    drop(open_writer(&path, &[OTHER]).unwrap());
    let before = tables(&path);
    let older = Component {
        migrations: &OTHER.migrations[..1],
        ..OTHER
    };
    // The component that is new to the file comes first and still must not be applied.
    let refused = open_writer(&path, &[LOG_AND_PROJECTIONS, older]).unwrap_err();
    assert!(
        matches!(&refused, OpenError::TooNew { component, found: 2, known: 1, .. } if component == "other"),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("newer version"));
    assert_eq!(tables(&path), before);
}

#[test]
fn a_migration_that_fails_is_taken_back_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let refused = open_writer(&path, &[BROKEN]).unwrap_err();
    assert!(
        matches!(&refused, OpenError::Migration { number: 2, .. }),
        "{refused:?}"
    );
    assert_eq!(tables(&path), ["migration", "one"]);
    open_writer(&path, &[OTHER]).unwrap();
}

#[test]
fn a_file_that_is_no_database_is_damaged_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let rubbish = b"not a database at all, but long enough to be looked at ".repeat(100);
    fs::write(&path, &rubbish).unwrap();
    let refused = open_writer(&path, &[LOG_AND_PROJECTIONS]).unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused:?}");
    assert_eq!(fs::read(&path).unwrap(), rubbish);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no other file was left beside it"
    );
}

#[test]
fn a_database_whose_schema_was_overwritten_is_damaged_and_stays_as_it_is() {
    let mut phone = Phone::new();
    phone.begin(1);
    let path = phone.path();
    phone
        .connection
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
        .unwrap();
    let copy = path.with_extension("copy");
    fs::copy(&path, &copy).unwrap();
    let mut file = fs::OpenOptions::new().write(true).open(&copy).unwrap();
    file.seek(SeekFrom::Start(100)).unwrap();
    file.write_all(&[0xff; 2000]).unwrap();
    drop(file);
    let before = fs::read(&copy).unwrap();
    let refused = open_writer(&copy, &[LOG_AND_PROJECTIONS, DEVICE]).unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused:?}");
    assert_eq!(fs::read(&copy).unwrap(), before);
}

#[test]
fn a_folder_that_is_not_there_is_told_apart_from_damage() {
    let refused = open_writer(Path::new("/nowhere/at/all.db"), &[LOG_AND_PROJECTIONS]).unwrap_err();
    assert!(matches!(refused, OpenError::Open { .. }), "{refused:?}");
}

#[test]
fn a_writer_is_durable_and_a_reader_can_not_write() {
    let mut phone = Phone::new();
    phone.begin(1);
    assert_eq!(phone.one::<String>("PRAGMA journal_mode"), "wal");
    assert_eq!(phone.one::<i64>("PRAGMA synchronous"), 2);
    assert_eq!(phone.one::<i64>("PRAGMA foreign_keys"), 1);

    let reader = open_reader(&phone.path()).unwrap();
    assert_eq!(
        list::inspections(&reader, None, 9).unwrap()[0].id,
        document_id(1).id.to_string()
    );
    assert!(setting::set(&reader, "cursor", "1").is_err());
    // A reader sees what was committed meanwhile, without being opened anew.
    phone.begin(2);
    assert_eq!(list::inspections(&reader, None, 9).unwrap().len(), 2);
}

#[test]
fn a_setting_is_kept_through_reopening() {
    let mut phone = Phone::new();
    assert_eq!(setting::get(&phone.connection, "cursor").unwrap(), None);
    setting::set(&phone.connection, "cursor", "41").unwrap();
    setting::set(&phone.connection, "cursor", "42").unwrap();
    phone.reopen();
    assert_eq!(
        setting::get(&phone.connection, "cursor").unwrap().as_deref(),
        Some("42")
    );
}
