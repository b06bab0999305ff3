//! Every SQL statement of the crate: taken from its source and tried against the schema.

use std::fs;
use std::path::{Path, PathBuf};

use crate::builders::Phone;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found)
        } else {
            found.push(path)
        }
    }
}

/// The string literals of the crate that begin like SQL, with the file that each stands in.
fn statements() -> Vec<(String, String)> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let code: Vec<&str> = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for (index, literal) in code.join("\n").split('"').enumerate() {
            let word = literal.split_whitespace().next().unwrap_or_default();
            if index % 2 == 1 && ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE"].contains(&word) {
                let name = file.file_name().unwrap().to_str().unwrap().to_owned();
                found.push((name, literal.to_owned()));
            }
        }
    }
    assert!(found.len() > 40, "only {} statements were found", found.len());
    found
}

#[test]
fn every_insert_lists_its_columns_and_every_value_is_a_parameter() {
    for (file, sql) in statements() {
        if sql.contains('{') {
            // Table names from a constant of this crate can't be parameters.
            assert_eq!(file, "rebuild.rs", "{sql}");
            continue;
        }
        if sql.starts_with("INSERT") {
            let table_and_columns = sql.split("VALUES").next().unwrap();
            assert!(table_and_columns.contains('('), "{file}: {sql}");
        }
    }
}

#[test]
fn no_statement_scans_a_table_or_sorts_in_memory_but_those_that_are_meant_to() {
    // Totals and whole small tables.
    const MEANT: [&str; 9] = [
        "SELECT count(*) FROM quarantine",
        "SELECT count(*) FROM conflict",
        "SELECT count(DISTINCT outbox.document)",
        "SELECT DISTINCT document FROM outbox",
        "SELECT kind, id, section, key, candidates FROM conflict",
        "SELECT seq FROM sqlite_sequence",
        "SELECT rank, state, count(*), coalesce(sum(size_bytes - offset_bytes), 0) FROM photo_upload",
        "SELECT hash FROM photo WHERE first_received_at_ms IS NULL",
        "DELETE FROM snapshot",
    ];
    let phone = Phone::new();
    for (file, sql) in statements() {
        if sql.contains('{') || MEANT.iter().any(|meant| sql.starts_with(meant)) {
            continue;
        }
        let mut explain = phone
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap_or_else(|error| {
                panic!("{file}: {sql}: {error}");
            });
        let nulls = vec![rusqlite::types::Null; explain.parameter_count()];
        let rows = explain
            .query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>(3))
            .unwrap();
        let plan: Vec<String> = rows.collect::<Result<_, _>>().unwrap();
        for step in &plan {
            // In the order of an index that already is the order asked for, a scan ends with the page.
            let ordered =
                step.starts_with("SCAN") && (step.contains("USING INDEX") || step.ends_with("quarantine"));
            assert!(!step.starts_with("SCAN") || ordered, "{file}: {sql}\n{plan:#?}");
            assert!(!step.contains("TEMP B-TREE"), "{file}: {sql}\n{plan:#?}");
        }
    }
}
