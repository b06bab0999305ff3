//! The device's errors as the kinds that tell a person what to do.

use jicha_device::Error as DeviceError;
use jicha_device::ports::TransportError;
use jicha_mobile_core::JichaException as E;

use crate::prepared::{keys, open, text};

fn kind_of(error: DeviceError) -> &'static str {
    match E::from(error) {
        E::NotEnrolled { .. } => "NotEnrolled",
        E::Locked { .. } => "Locked",
        E::Offline { .. } => "Offline",
        E::TryLater { .. } => "TryLater",
        E::SyncRunning => "SyncRunning",
        E::Cancelled => "Cancelled",
        E::Refused { .. } => "Refused",
        E::NotComplete { .. } => "NotComplete",
        E::NotFound { .. } => "NotFound",
        E::BadInput { .. } => "BadInput",
        E::KeyUnavailable { .. } => "KeyUnavailable",
        E::Damaged { .. } => "Damaged",
        E::DiskFull => "DiskFull",
        E::TooNew { .. } => "TooNew",
        E::Bug { .. } => "Bug",
    }
}

#[test]
fn what_the_server_says_becomes_what_a_person_can_do() {
    let says = |status, code: &str| {
        kind_of(DeviceError::Server {
            status,
            code: code.to_owned(),
            detail: String::new(),
        })
    };
    assert_eq!(says(403, "device_locked"), "Locked");
    assert_eq!(says(401, "device_unknown"), "NotEnrolled");
    assert_eq!(says(503, "busy"), "TryLater");
    assert_eq!(says(429, "too_many_attempts"), "TryLater");
    assert_eq!(says(502, ""), "TryLater");
    assert_eq!(says(413, "body_too_large"), "Refused");
}

#[test]
fn every_state_of_the_device_has_its_kind() {
    let offline = DeviceError::Offline(TransportError {
        why: "no route".to_owned(),
    });
    assert_eq!(kind_of(offline), "Offline");
    assert_eq!(kind_of(DeviceError::NotEnrolled), "NotEnrolled");
    assert_eq!(kind_of(DeviceError::RolledBack), "NotEnrolled");
    assert_eq!(
        kind_of(DeviceError::AppTooOld {
            detail: String::new()
        }),
        "TooNew"
    );
    assert_eq!(
        kind_of(DeviceError::Store(jicha_store::Error::DiskFull)),
        "DiskFull"
    );
    assert_eq!(kind_of(DeviceError::Store(jicha_store::Error::Busy)), "TryLater");
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
    assert_eq!(kind_of(DeviceError::File(full)), "DiskFull");
    assert_eq!(kind_of(DeviceError::NothingToUndo), "Refused");
}

#[test]
fn a_file_that_is_no_database_is_damaged_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let file = data.join("jicha.sqlite");
    std::fs::write(
        &file,
        b"this is no database, and long enough to be looked at by SQLite as one".repeat(100),
    )
    .unwrap();
    let before = std::fs::read(&file).unwrap();
    let opened = jicha_mobile_core::JichaApp::open(text(&data), keys(folder.path()));
    assert!(matches!(opened.err(), Some(E::Damaged { .. })));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_device_of_nobody_records_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    let id = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6".to_owned();
    assert!(matches!(
        app.load_inspection(id.clone()),
        Err(E::NotEnrolled { .. })
    ));
    assert!(matches!(
        app.start_inspection(id, "1".to_owned()),
        Err(E::NotEnrolled { .. })
    ));
    assert_eq!(app.enrolment(), Ok(None));
}
