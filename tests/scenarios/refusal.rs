//! Changes that may not enter: kept, explained, never lost.

use jicha_device::Error;
use jicha_device::ports::Clock;
use jicha_domain::rights::Role;
use jicha_tests::fleet::points_of_the_first_area;
use jicha_tests::{Fleet, visit};

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_device_is_told_so_and_keeps_its_records() {
    let fleet = Fleet::of(1, 20).await;
    let phone = &fleet.phones[0];
    let id = fleet.begin_on_first_phone(2).await;
    visit::read_total(&phone.device, id, "120.50", fleet.clock.now());
    let device = phone.device.enrolment().unwrap().unwrap().device;

    fleet.server().lock_device(device).await;

    match phone.try_sync().await {
        Err(Error::Server {
            status: 403, code, ..
        }) => assert_eq!(code, "device_locked"),
        other => panic!("{other:?}"),
    }
    assert!(phone.waiting() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_its_author_may_not_make_goes_to_quarantine_and_is_shown_on_the_device() {
    let fleet = Fleet::of(1, 21).await;
    let phone = &fleet.phones[0];
    let id = fleet.begin_on_first_phone(2).await;
    visit::read_total(&phone.device, id, "120.50", fleet.clock.now());

    // The inspector's role is taken away while the phone is offline.
    fleet
        .server()
        .take_role_away(fleet.inspectors[0], Role::Inspector, "ROOT")
        .await;
    let report = phone.sync().await;

    assert!(report.refused > 0);
    let refused = phone.device.refused().unwrap();
    assert!(
        refused.iter().any(|change| change.reason == "not_allowed"),
        "{refused:?}"
    );
    assert_eq!(
        phone.waiting(),
        0,
        "what was refused is kept in quarantine, not sent again and again"
    );
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    let kept: i64 = sql
        .query_row("SELECT count(*) FROM quarantine", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept.unsigned_abs(), report.refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_builds_on_a_refused_change_is_refused_and_does_not_wait_for_ever() {
    let fleet = Fleet::of(1, 22).await;
    let phone = &fleet.phones[0];
    let id = fleet.begin_on_first_phone(2).await;
    fleet
        .server()
        .take_role_away(fleet.inspectors[0], Role::Inspector, "ROOT")
        .await;
    phone.sync().await;

    // The inspector goes on; every sync brings one more change on top of what was refused.
    for value in ["120.50", "120.60"] {
        visit::read_total(&phone.device, id, value, fleet.clock.now());
        assert!(phone.sync().await.refused > 0);
        assert_eq!(phone.waiting(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_heard_of_even_if_the_answer_was_lost() {
    let fleet = Fleet::of(1, 23).await;
    let task = fleet.task_for_all(2).await;
    let phone = &fleet.phones[0];
    phone.sync().await;
    phone
        .device
        .start_inspection(task, &points_of_the_first_area(2)[1])
        .unwrap();
    fleet
        .server()
        .take_role_away(fleet.inspectors[0], Role::Inspector, "ROOT")
        .await;

    phone.link.plan([jicha_tests::Fault::CutResponse(10)]);
    phone.try_sync().await.unwrap_err();
    phone.sync().await;

    assert!(!phone.device.refused().unwrap().is_empty());
    assert_eq!(phone.waiting(), 0);
}
