//! The schema: reviewed whenever it moves, and every migration is in use.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jicha_store::migration::{DEVICE, LOG_AND_PROJECTIONS};

use crate::builders::Phone;

#[test]
fn the_schema_of_a_fresh_phone() {
    let phone = Phone::new();
    let mut select = phone
        .connection
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name")
        .unwrap();
    let sql = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let sql: Vec<String> = sql.collect::<Result<_, _>>().unwrap();
    insta::assert_snapshot!(sql.join(";\n\n"));
}

#[test]
fn every_table_is_strict() {
    let phone = Phone::new();
    let lax: i64 = phone.one(
        "SELECT count(*) FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    );
    assert_eq!(lax, 0);
}

#[test]
fn every_migration_file_is_listed_in_the_code_in_the_order_of_its_number() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| fs::read_to_string(path).unwrap();
    let is_device =
        |path: &&std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("device_");
    let store: Vec<String> = files.iter().filter(|path| !is_device(path)).map(read).collect();
    let device: Vec<String> = files.iter().filter(is_device).map(read).collect();
    let listed = |component: jicha_store::migration::Component| {
        component
            .migrations
            .iter()
            .map(|migration| migration.sql.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(LOG_AND_PROJECTIONS), store);
    assert_eq!(listed(DEVICE), device);
    for (number, path) in (1..).zip(files.iter().filter(|path| !is_device(path))) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&format!("{number:04}_")), "{name}");
    }
}

#[test]
fn every_projection_table_is_rebuilt() {
    // The first migration is the log, which is no projection.
    let created: BTreeSet<&str> = LOG_AND_PROJECTIONS.migrations[1..]
        .iter()
        .flat_map(|migration| migration.sql.lines())
        .filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next())
        .collect();
    let rebuilt: BTreeSet<&str> = jicha_store::projection::TABLES
        .iter()
        .map(|(table, _)| *table)
        .collect();
    assert_eq!(created, rebuilt);
}
