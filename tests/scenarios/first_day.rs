//! A day in a village without a network, and the evening when there is one.

use jicha_device::ports::Clock;
use jicha_domain::signature::SignatureRole;
use jicha_record::inspection::InspectionEdit;
use jicha_tests::fleet::{photos_for_a_form, points_of_the_first_area};
use jicha_tests::time::Dice;
use jicha_tests::{Fault, Fleet, visit};

use crate::interleaving::assert_equal_rows;

#[tokio::test(flavor = "multi_thread")]
async fn an_inspection_recorded_offline_is_on_the_server_after_one_round_trip() {
    let fleet = Fleet::of(1, 1).await;
    let task = fleet.task_for_all(3).await;
    let phone = &fleet.phones[0];
    assert_eq!(phone.sync().await.rounds, 1);

    // From here on there is no network for hours.
    let point = &points_of_the_first_area(2)[1];
    let id = phone.device.start_inspection(task, point).unwrap();
    fleet.clock.pass_minutes(30);
    let photos = photos_for_a_form();
    visit::complete(&phone.device, id, &photos, fleet.clock.now());
    phone
        .device
        .sign_inspection(id, SignatureRole::Inspector, "葛阳柏", None, None)
        .unwrap();
    assert!(phone.waiting() > 0);
    fleet.clock.pass_minutes(120);

    let report = phone.sync().await;

    assert_eq!(report.rounds, 1);
    assert_eq!(phone.waiting(), 0);
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    let (state, photos, answers): (String, u32, u32) = sql
        .query_row(
            "SELECT state, photo_count, answer_count FROM inspection WHERE id = ?1",
            [id.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    assert_eq!((state.as_str(), photos, answers), ("signed", 8, 22));
    assert_equal_rows(&fleet);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_breaks_keeps_what_has_passed() {
    let fleet = Fleet::of(1, 2).await;
    let task = fleet.task_for_all(14).await;
    let phone = &fleet.phones[0];
    phone.sync().await;
    let mut dice = Dice::from_seed(2);
    for point in std::iter::repeat_n(points_of_the_first_area(14), 5).flatten() {
        let id = phone.device.start_inspection(task, &point).unwrap();
        visit::complete(&phone.device, id, &[], fleet.clock.now());
        phone
            .device
            .edit(id, vec![InspectionEdit::SetNote(noise(&mut dice))])
            .unwrap();
    }
    let waiting = phone.waiting();

    // The first attempt breaks off close to its end; the server has most of it by then.
    phone.link.plan([Fault::CutRequest(60_000)]);
    phone.try_sync().await.unwrap_err();
    assert_eq!(
        phone.waiting(),
        waiting,
        "nothing is cleared that was not acknowledged"
    );
    let arrived = arrived_on(&fleet).await;
    assert!(arrived > 0, "what passed before the cut is stored");
    let after_cut = phone.sync().await.bytes_sent;

    assert_eq!(phone.waiting(), 0);
    println!("{arrived} of {waiting} changes arrived before the cut, {after_cut} bytes were sent after it");
    assert!(after_cut < 60_000, "{after_cut} bytes were sent again");
    assert_equal_rows(&fleet);
}

/// A text that can't be compressed to less than half, so that a few inspections fill several frames.
fn noise(dice: &mut Dice) -> String {
    (0..2000)
        .map(|_| char::from_digit(dice.below(16) as u32, 16).unwrap())
        .collect()
}

/// The changes of inspections that have come to the server. It may still be at work on the frames that arrived
/// before the cut, so this waits until nothing more is added.
async fn arrived_on(fleet: &Fleet) -> i64 {
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    let count = "SELECT count(*) FROM change JOIN document ON document.number = change.document
                 WHERE document.kind = 'inspection'";
    let mut before = -1;
    for _ in 0..100 {
        let arrived: i64 = sql.query_row(count, [], |row| row.get(0)).unwrap();
        if arrived > 0 && arrived == before {
            return arrived;
        }
        before = arrived;
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    }
    0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_battery_dies_loses_nothing() {
    let mut fleet = Fleet::of(1, 3).await;
    let task = fleet.task_for_all(2).await;
    fleet.phones[0].sync().await;
    let point = &points_of_the_first_area(2)[1];
    let id = fleet.phones[0].device.start_inspection(task, point).unwrap();
    visit::read_total(&fleet.phones[0].device, id, "71.25", fleet.clock.now());

    let phone = fleet.phones.remove(0).restart();

    let (inspection, _) = phone.device.load_inspection(id).unwrap();
    assert_eq!(
        inspection.registers.values().next().unwrap().value.to_string(),
        "71.25"
    );
    phone.sync().await;
    assert_eq!(phone.waiting(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubtful_reading_is_kept_marked_and_asked_for_again() {
    let fleet = Fleet::of(1, 4).await;
    let phone = &fleet.phones[0];
    let id = fleet.begin_on_first_phone(2).await;

    let verdicts = visit::read_total(&phone.device, id, "0.01", fleet.clock.now());

    assert!(
        verdicts.iter().any(|verdict| verdict.needs_attention()),
        "{verdicts:?}"
    );
    let (inspection, _) = phone.device.load_inspection(id).unwrap();
    assert!(!inspection.registers.values().next().unwrap().doubts.is_empty());
    assert_eq!(inspection.slots_to_read_again().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_edit_can_be_undone_before_and_after_a_sync() {
    let fleet = Fleet::of(1, 5).await;
    let phone = &fleet.phones[0];
    let id = fleet.begin_on_first_phone(2).await;
    visit::read_total(&phone.device, id, "100.00", fleet.clock.now());
    visit::read_total(&phone.device, id, "200.00", fleet.clock.now());
    phone.sync().await;

    phone.device.undo(id).unwrap();
    let (inspection, _) = phone.device.load_inspection(id).unwrap();
    assert_eq!(
        inspection.registers.values().next().unwrap().value.to_string(),
        "100.00"
    );
    phone.device.undo(id).unwrap();
    let (inspection, _) = phone.device.load_inspection(id).unwrap();
    assert!(inspection.registers.is_empty());
    phone.device.undo(id).unwrap_err();

    phone.sync().await;
    assert_equal_rows(&fleet);
}
