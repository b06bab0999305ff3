//! Power loss: a process that is killed in the middle of its work.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use jicha_record::{ChangeHash, inspection};
use jicha_store::log::{self, Addition};
use jicha_store::migration::{DEVICE, LOG_AND_PROJECTIONS};
use jicha_store::rebuild::rebuild;
use jicha_store::{open_writer, outbox};

use crate::builders::{about, at, device, document_id, inspection_id, set};

const FILE: &str = "JICHA_TEST_CRASH_FILE";

/// Run by the test below in a process of its own: appends for ever and tells of each commit after it returned.
#[test]
fn child_that_appends_until_it_is_killed() {
    let Some(path) = std::env::var_os(FILE) else {
        return;
    };
    let mut connection = open_writer(&PathBuf::from(path), &[LOG_AND_PROJECTIONS, DEVICE]).unwrap();
    for number in 0_u128.. {
        let about = about(number, at(0));
        let (mut document, mut changes) =
            inspection::begin(inspection_id(number), device(1), at(0), &about).unwrap();
        for round in 0..40_u32 {
            if round > 0 {
                changes = inspection::edit(&mut document, at(round.into()), [set(1, round)]).unwrap();
            }
            let transaction = connection.transaction().unwrap();
            let stored = log::read(&transaction, document.id()).unwrap();
            let addition = Addition {
                document: &document,
                content: None,
                changes: &changes,
                attestations: &[],
            };
            let appended = log::append(&transaction, &stored, addition).unwrap();
            outbox::push(&transaction, appended.document, &appended.sequences).unwrap();
            transaction.commit().unwrap();
            let newest = changes.last().unwrap().hash();
            println!("committed {number} {newest}");
            std::io::stdout().flush().unwrap();
        }
    }
}

#[test]
fn what_a_killed_process_has_reported_as_stored_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phone.db");
    let mut reported: Vec<(u128, ChangeHash)> = Vec::new();
    for round in 0..4_u64 {
        // Each round works on a file of its own, killed after another while.
        let path = path.with_extension(format!("{round}.db"));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "crash::child_that_appends_until_it_is_killed",
                "--exact",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || {
            let lines: Vec<String> = lines.map_while(Result::ok).collect();
            lines
        });
        while !path.exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(300 + 170 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        reported.clear();
        reported.extend(reader.join().unwrap().iter().filter_map(|line| {
            // The test harness may have begun the line; a line that was cut off names no whole hash.
            let (_, rest) = line.split_once("committed ")?;
            let (number, hash) = rest.split_once(' ')?;
            Some((number.parse().ok()?, hash.parse().ok()?))
        }));
        assert!(
            reported.len() > 3,
            "the process was killed before it got anywhere: {reported:?}"
        );

        let mut connection = open_writer(&path, &[LOG_AND_PROJECTIONS, DEVICE]).unwrap();
        let check: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok");
        for (number, hash) in &reported {
            let document = log::load(&connection, document_id(*number), device(1))
                .unwrap()
                .unwrap();
            assert!(document.has(*hash));
            inspection::read(document.id(), document.content()).unwrap();
        }
        let changes: i64 = connection
            .query_row("SELECT count(*) FROM change", [], |row| row.get(0))
            .unwrap();
        assert_eq!(
            outbox::totals(&connection).unwrap().changes,
            changes.unsigned_abs(),
            "each change waits to be sent"
        );
        assert_eq!(rebuild(&mut connection, |_| {}).unwrap().differing, []);
    }
}
