//! The mobile library in a foreign language: a whole day through the generated Python module, against a live server.

use std::path::PathBuf;

use jicha_tests::Fleet;
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn an_app_in_python_does_a_whole_inspection_and_syncs_it() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    // The library is built as a dependency of these tests, and lies beside them.
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let name = if cfg!(target_os = "macos") {
        "libjicha_mobile_core.dylib"
    } else {
        "libjicha_mobile_core.so"
    };

    let mut fleet = Fleet::of(0, 60).await;
    fleet.hand_out_phone("python").await;
    fleet.task_for_all(2).await;
    let payload = fleet.server().enrolment_payload(fleet.inspectors[0]).await;

    let output = Command::new("python3")
        .arg(root.join("mobile-core/tests/python/test_day.py"))
        .args(["-v", "ADayWithAServer"])
        .env("JICHA_TEST_LIBRARY", deps.join(name))
        .env("JICHA_TEST_ENROL_PAYLOAD", payload)
        .output()
        .await
        .expect("python3 is installed");

    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("OK") && !said.contains("skipped"), "{said}");
    // The inspection is on the server, signed, as if a phone had done it.
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    let signed = "SELECT count(*) FROM inspection WHERE state = 'signed'";
    let signed: i64 = sql.query_row(signed, [], |row| row.get(0)).unwrap();
    assert!(signed >= 1, "{said}");
}
