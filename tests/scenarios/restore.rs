//! A server that is restored from an older backup.

use jicha_device::ports::Clock;
use jicha_domain::rights::{Grant, Role};
use jicha_record::inspection;
use jicha_server::auth::person;
use jicha_tests::fleet::points_of_the_first_area;
use jicha_tests::{Fleet, TestServer, visit};

use crate::interleaving::assert_equal_rows;

#[tokio::test(flavor = "multi_thread")]
async fn devices_offer_again_what_a_restored_server_has_lost() {
    let mut fleet = Fleet::of(2, 30).await;
    let task = fleet.task_for_all(6).await;
    let points = points_of_the_first_area(6);
    fleet.phones[0].sync().await;
    let early = fleet.phones[0].device.start_inspection(task, &points[1]).unwrap();
    visit::complete(&fleet.phones[0].device, early, &[], fleet.clock.now());
    fleet.phones[0].sync().await;

    // The backup is made here. Afterwards both phones record more, and the server acknowledges it.
    let backup = tempfile::tempdir().unwrap();
    let copy = backup.path().join("copy.sqlite");
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    sql.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).unwrap();
    drop(sql);
    let late = fleet.phones[0].device.start_inspection(task, &points[2]).unwrap();
    visit::complete(&fleet.phones[0].device, late, &[], fleet.clock.now());
    visit::read_total(&fleet.phones[0].device, early, "99.99", fleet.clock.now());
    fleet.phones[0].sync().await;
    fleet.phones[1].sync().await;
    let other = fleet.phones[1].device.start_inspection(task, &points[3]).unwrap();
    visit::complete(&fleet.phones[1].device, other, &[], fleet.clock.now());
    fleet.phones[1].sync().await;

    // The disk dies; the backup is put back, and the operator says so.
    restore(&mut fleet, &copy).await;

    // Only the second phone comes back at first: it brings what it has of both.
    fleet.phones[1].sync().await;
    fleet.phones[0].sync().await;
    fleet.phones[1].sync().await;

    for (phone, id) in [(0, early), (0, late), (1, other)] {
        let document = inspection::document_id(id);
        let heads = fleet.phones[phone].device.heads(document).unwrap();
        assert!(!heads.is_empty());
        assert_eq!(heads, server_heads(&fleet, document));
    }
    assert_equal_rows(&fleet);
    // From now on it is an ordinary sync again.
    assert_eq!(fleet.phones[0].sync().await.rounds, 1);
    assert_eq!(fleet.phones[1].sync().await.rounds, 1);
}

fn server_heads(fleet: &Fleet, document: jicha_record::DocumentId) -> Vec<jicha_record::ChangeHash> {
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    let loaded = jicha_store::log::load(&sql, document, jicha_record::Actor::SCHEMA).unwrap();
    loaded.expect("the document is on the server").heads()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_the_restored_server_does_not_know_is_enrolled_again_and_brings_everything() {
    let mut fleet = Fleet::of(1, 31).await;
    let person = fleet.server().person("late", Role::Inspector, "ROOT").await;
    let backup = tempfile::tempdir().unwrap();
    let copy = backup.path().join("copy.sqlite");
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    sql.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).unwrap();
    drop(sql);

    // After the backup a second inspector gets a phone, works, and is told that all of it is on the server.
    fleet.hand_out_phone_to(person, "late").await;
    let late_task = fleet.task_for(vec![person], 3).await;
    let phone = &fleet.phones[1];
    phone.sync().await;
    let id = phone
        .device
        .start_inspection(late_task, &points_of_the_first_area(2)[1])
        .unwrap();
    visit::complete(&phone.device, id, &[], fleet.clock.now());
    phone.sync().await;
    assert_eq!(phone.waiting(), 0);

    restore(&mut fleet, &copy).await;
    let phone = &fleet.phones[1];
    phone.try_sync().await.unwrap_err();
    let payload = fleet.server().enrolment_payload(person).await;
    phone
        .device
        .enrol(&phone.link, &payload, "late", "test")
        .await
        .unwrap();
    phone.sync().await;

    let document = inspection::document_id(id);
    let heads = phone.device.heads(document).unwrap();
    assert!(!heads.is_empty());
    assert_eq!(heads, server_heads(&fleet, document));
    assert_eq!(phone.sync().await.rounds, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_inspects_for_a_unit_only_later_gets_what_was_shared_before() {
    let mut fleet = Fleet::of(0, 32).await;
    fleet.task_for(Vec::new(), 2).await;
    fleet.hand_out_phone("newcomer").await;
    let phone = &fleet.phones[0];
    phone.sync().await;
    assert!(
        phone.device.list_tasks().unwrap().is_empty(),
        "a role in the whole bureau does not bring everything"
    );

    let (person, now) = (fleet.inspectors[0], fleet.clock.now());
    let grant = Grant {
        role: Role::Inspector,
        unit: "530324".parse().unwrap(),
    };
    let granted = fleet
        .server()
        .app()
        .storage()
        .write(move |sql| person::grant(sql, now, "test", person, &grant));
    granted.await.unwrap_or_else(|problem| panic!("{problem:?}"));
    phone.sync().await;

    assert_eq!(phone.device.list_tasks().unwrap().len(), 1);
    assert_eq!(phone.sync().await.rounds, 1);
}

async fn restore(fleet: &mut Fleet, copy: &std::path::Path) {
    let server = fleet.server.take().unwrap();
    let (address, database) = (server.address(), server.database());
    let folder = server.stop().await;
    std::fs::copy(copy, &database).unwrap();
    for leftover in ["-wal", "-shm"] {
        let mut path = database.clone().into_os_string();
        path.push(leftover);
        drop(std::fs::remove_file(path));
    }
    let server = TestServer::start(&folder, Some(address), fleet.clock.clone()).await;
    let now = fleet.clock.now();
    let renewed = server
        .app()
        .storage()
        .write(move |sql| jicha_server::sync::renew_epoch(sql, now));
    renewed.await.unwrap();
    fleet.server = Some(server);
}
