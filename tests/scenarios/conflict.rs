//! Two inspectors at one meter, each with a phone of their own and no network.

use jicha_device::ports::Clock;
use jicha_domain::checklist::{Answer, AnswerResult};
use jicha_record::inspection::{self, InspectionEdit};
use jicha_tests::fleet::points_of_the_first_area;
use jicha_tests::{Fleet, visit};

use crate::interleaving::assert_equal_rows;

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_editing_one_inspection_offline_converge_with_each_other_and_the_server() {
    let fleet = Fleet::of(2, 10).await;
    let task = fleet.task_for_all(2).await;
    let [first, second] = &fleet.phones[..] else {
        panic!("two phones")
    };
    first.sync().await;
    let id = first
        .device
        .start_inspection(task, &points_of_the_first_area(2)[1])
        .unwrap();
    first.sync().await;
    second.sync().await;

    // Both are offline. They fill in different parts, and both read the dial, differently.
    let note = |text: &str| vec![InspectionEdit::SetNote(text.to_owned())];
    let answer = |item: &str| {
        let answer = Answer {
            result: AnswerResult::Ok,
            value: None,
            unit: None,
            note: None,
        };
        vec![InspectionEdit::SetAnswer(item.parse().unwrap(), answer)]
    };
    first.device.edit(id, answer("JL-R-01")).unwrap();
    second.device.edit(id, answer("JL-R-04")).unwrap();
    first.device.edit(id, note("表箱锁损坏。")).unwrap();
    second.device.edit(id, note("接线端子发热。")).unwrap();
    visit::read_total(&first.device, id, "120.50", fleet.clock.now());
    visit::read_total(&second.device, id, "120.60", fleet.clock.now());

    first.sync().await;
    second.sync().await;
    first.sync().await;

    let document = inspection::document_id(id);
    assert_eq!(
        first.device.heads(document).unwrap(),
        second.device.heads(document).unwrap()
    );
    let (here, _) = first.device.load_inspection(id).unwrap();
    let (there, _) = second.device.load_inspection(id).unwrap();
    assert_eq!(here, there);
    assert_eq!(here.answers.len(), 2);
    assert!(here.note.contains("表箱锁损坏") && here.note.contains("接线端子发热"));

    // The two readings stand against one another on every side, with who wrote which and when.
    let conflicts = first.device.conflicts().unwrap();
    assert_eq!(conflicts, second.device.conflicts().unwrap());
    let [conflict] = &conflicts[..] else {
        panic!("one conflict, not {conflicts:?}")
    };
    let mut values: Vec<_> = conflict
        .candidates
        .iter()
        .map(|one| one.value["value"].as_str().unwrap())
        .collect();
    values.sort_unstable();
    assert_eq!(values, ["120.50", "120.60"]);
    let writers: std::collections::BTreeSet<_> = conflict.candidates.iter().map(|one| one.actor).collect();
    assert_eq!(writers.len(), 2);
    assert_equal_rows(&fleet);

    // One of them looks again and settles it; the other value is kept in the record.
    let right = conflict
        .candidates
        .iter()
        .find(|one| one.value["value"] == "120.60")
        .unwrap();
    let chosen = right.change.parse().unwrap();
    first
        .device
        .settle_conflict(document, &conflict.place, chosen, "重新查看表盘")
        .unwrap();
    first.sync().await;
    second.sync().await;
    assert!(first.device.conflicts().unwrap().is_empty());
    assert!(second.device.conflicts().unwrap().is_empty());
    let (settled, _) = second.device.load_inspection(id).unwrap();
    assert_eq!(
        settled.registers.values().next().unwrap().value.to_string(),
        "120.60"
    );
    assert_equal_rows(&fleet);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_receives_its_own_work_and_not_the_whole_bureau() {
    let fleet = Fleet::of(2, 11).await;
    let task = fleet.task_for(vec![fleet.inspectors[0]], 2).await;
    let [first, second] = &fleet.phones[..] else {
        panic!("two phones")
    };
    first.sync().await;
    let id = first
        .device
        .start_inspection(task, &points_of_the_first_area(2)[1])
        .unwrap();
    visit::complete(&first.device, id, &[], fleet.clock.now());
    first.sync().await;

    second.sync().await;

    assert_eq!(first.device.list_tasks().unwrap().len(), 1);
    assert!(second.device.list_tasks().unwrap().is_empty());
    assert!(second.device.list_inspections(None, 10).unwrap().is_empty());
}
