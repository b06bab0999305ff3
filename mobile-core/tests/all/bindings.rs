//! The committed bindings: all of one state, and the Python ones used.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::prepared::{prepare, text};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The checksums of the surface that a generated source compares with the library when it is loaded.
fn checksums(file: &str) -> BTreeSet<(String, String)> {
    let source = std::fs::read_to_string(here().join("bindings").join(file)).unwrap();
    let found: BTreeSet<_> = source
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once("_checksum_")?.1.split_once("()")?;
            let number: String = rest
                .split_once("!=")?
                .1
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            Some((name.to_owned(), number))
        })
        .collect();
    assert!(found.len() > 30, "{file} has {} checksums", found.len());
    found
}

#[test]
fn the_three_languages_are_generated_from_one_state_of_the_library() {
    let python = checksums("python/jicha.py");
    assert_eq!(checksums("swift/Jicha.swift"), python);
    assert_eq!(checksums("kotlin/jicha/jicha.kt"), python);
}

/// Loading the module compares its checksums with the library's, so bindings that are out of date fail here.
#[test]
fn the_python_bindings_work_on_this_library() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let python = Command::new("python3")
        .arg(here().join("tests/python/test_day.py"))
        .arg("--verbose")
        .env("JICHA_TEST_LIBRARY", library())
        .env("JICHA_TEST_FOLDER", text(folder.path()))
        .env_remove("JICHA_TEST_ENROL_PAYLOAD")
        .output()
        .expect("python3 is installed, which this test needs");
    let said = String::from_utf8_lossy(&python.stderr);
    let told = "bindings out of date? run: mobile-core/check-bindings.sh --write";
    assert!(python.status.success(), "{told}\n{said}");
}

/// The library that cargo built beside this test.
fn library() -> PathBuf {
    let file = if cfg!(target_os = "macos") {
        "libjicha_mobile_core.dylib"
    } else {
        "libjicha_mobile_core.so"
    };
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let newest = [deps.join(file), deps.with_file_name(file)]
        .into_iter()
        .filter(|path| path.exists());
    newest
        .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok())
        .expect("cargo built the library")
}
