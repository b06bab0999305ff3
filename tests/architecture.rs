//! The arrows between the crates, as a test: who may use whom, and that the pure crates reach nothing that does I/O.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every arrow that is allowed between our own crates. A new one is the largest kind of change.
const ARROWS: &[(&str, &[&str])] = &[
    ("jicha-domain", &[]),
    ("jicha-record", &["jicha-domain"]),
    ("jicha-sync", &["jicha-record"]),
    ("jicha-imaging", &["jicha-domain"]),
    ("jicha-store", &["jicha-domain", "jicha-record"]),
    (
        "jicha-device",
        &[
            "jicha-domain",
            "jicha-imaging",
            "jicha-record",
            "jicha-store",
            "jicha-sync",
        ],
    ),
    ("jicha-bindgen", &[]),
    (
        "jicha-mobile-core",
        &[
            "jicha-device",
            "jicha-domain",
            "jicha-record",
            "jicha-store",
            "jicha-sync",
        ],
    ),
    (
        "jicha-simulator",
        &["jicha-device", "jicha-domain", "jicha-record"],
    ),
    // The simulator is there for `jicha demo` alone; see the last test.
    (
        "jicha-server",
        &[
            "jicha-domain",
            "jicha-imaging",
            "jicha-record",
            "jicha-simulator",
            "jicha-store",
            "jicha-sync",
        ],
    ),
    (
        "jicha-tests",
        &[
            "jicha-device",
            "jicha-domain",
            "jicha-record",
            "jicha-server",
            "jicha-simulator",
            "jicha-store",
            "jicha-sync",
        ],
    ),
];

/// What domain, imaging, record and sync must not reach, however far down.
const IO: &[&str] = &[
    "tokio",
    "mio",
    "rusqlite",
    "libsqlite3-sys",
    "axum",
    "hyper",
    "reqwest",
    "socket2",
];

/// The packages that a package needs to be built, itself included, however far down.
fn reached_by(package: &str) -> BTreeSet<String> {
    tree(package, &[])
}

/// The packages that a package names itself.
fn named_by(package: &str) -> BTreeSet<String> {
    tree(package, &["--depth", "1"])
}

fn tree(package: &str, more: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "-p",
            package,
        ])
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn crates_use_each_other_in_one_direction_only() {
    for (package, allowed) in ARROWS {
        let own = named_by(package);
        let used: BTreeSet<&str> = own
            .iter()
            .map(String::as_str)
            .filter(|name| name.starts_with("jicha-") && name != package)
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        let extra: Vec<_> = used.difference(&allowed).collect();
        assert!(extra.is_empty(), "{package} uses {extra:?}");
    }
}

#[test]
fn the_pure_crates_reach_no_network_no_database_and_no_runtime() {
    for package in ["jicha-domain", "jicha-imaging", "jicha-record", "jicha-sync"] {
        let reached = reached_by(package);
        let io: Vec<_> = IO.iter().filter(|name| reached.contains(**name)).collect();
        assert!(io.is_empty(), "{package} reaches {io:?}");
    }
}

#[test]
fn the_device_reaches_no_network_and_no_runtime() {
    let reached = reached_by("jicha-device");
    let io: Vec<_> = IO
        .iter()
        .filter(|name| !name.contains("sqlite"))
        .filter(|name| reached.contains(**name))
        .collect();
    assert!(io.is_empty(), "jicha-device reaches {io:?}");
}

/// The server does not know the device: only its demonstration plays with phones.
#[test]
fn only_the_demonstration_uses_the_simulator() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src");
    for file in rust_files(&source) {
        let text = std::fs::read_to_string(&file).unwrap();
        let uses = text.contains("jicha_simulator") || text.contains("jicha_device::");
        assert!(
            !uses || file.starts_with(source.join("demo")),
            "{} uses a device",
            file.display()
        );
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                rust_files(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
