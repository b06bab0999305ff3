//! Any interleaving of edits, syncs, cuts and restarts ends in one and the same state, with nothing lost.

use std::collections::BTreeMap;

use jicha_device::ports::Clock;
use jicha_domain::id::InspectionId;
use jicha_domain::obis::Obis;
use jicha_domain::register::RegisterSlot;
use jicha_record::inspection::{self, InspectionEdit};
use jicha_store::projection;
use jicha_tests::fleet::points_of_the_first_area;
use jicha_tests::time::Dice;
use jicha_tests::{Fleet, visit};
use rusqlite::Connection;

use crate::kill::everything_written;

/// How many seeds are played; `JICHA_SEEDS` plays more, `JICHA_SEED` a certain one.
const SEEDS: u64 = 6;
const STEPS: u64 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn three_phones_and_a_server_converge_whatever_happens_on_the_way() {
    let from_environment = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds: Vec<u64> = match from_environment("JICHA_SEED") {
        Some(seed) => vec![seed],
        None => (1..=from_environment("JICHA_SEEDS").unwrap_or(SEEDS)).collect(),
    };
    for seed in seeds {
        println!("JICHA_SEED={seed}");
        play(seed).await;
    }
}

async fn play(seed: u64) {
    let mut fleet = Fleet::of(3, 100 + seed).await;
    let task = fleet.task_for_all(8).await;
    let points = points_of_the_first_area(8);
    let mut dice = Dice::from_seed(seed);
    let mut begun: Vec<InspectionId> = Vec::new();
    // What each inspector was told is stored: the readings entered, by inspection.
    let mut recorded: BTreeMap<InspectionId, Vec<String>> = BTreeMap::new();
    for phone in &fleet.phones {
        phone.sync().await;
        phone.link.go_bad(seed * 31 + phone.waiting(), 55);
    }
    for step in 0..STEPS {
        let number = dice.below(3) as usize;
        match dice.below(10) {
            0 | 1 => {
                let point = &points[dice.below(8) as usize];
                begun.push(fleet.phones[number].device.start_inspection(task, point).unwrap());
            }
            2..=5 => edit(&fleet, number, &begun, &mut recorded, &mut dice, step),
            6 | 7 => drop(fleet.phones[number].try_sync().await),
            8 => {
                let phone = fleet.phones.remove(number).restart();
                fleet.phones.insert(number, phone);
            }
            _ => fleet.restart_server().await,
        }
    }
    for phone in &fleet.phones {
        phone.link.recover();
    }
    // Twice round: the second time every phone has what the others brought the first time.
    for _ in 0..2 {
        for phone in &fleet.phones {
            phone.sync().await;
        }
    }
    assert!(fleet.phones.iter().all(|phone| phone.waiting() == 0));
    assert_equal_rows(&fleet);
    for id in begun {
        let document = inspection::document_id(id);
        let heads: Vec<_> = fleet
            .phones
            .iter()
            .map(|phone| phone.device.heads(document).unwrap())
            .collect();
        assert!(
            heads.windows(2).all(|pair| pair[0] == pair[1]),
            "the phones differ on {id}"
        );
        let written = everything_written(&fleet.phones[0].database(), document);
        for value in recorded.get(&id).into_iter().flatten() {
            assert!(written.contains(value), "{value} of {id} was lost");
        }
    }
}

fn edit(
    fleet: &Fleet,
    number: usize,
    begun: &[InspectionId],
    recorded: &mut BTreeMap<InspectionId, Vec<String>>,
    dice: &mut Dice,
    step: u64,
) {
    let device = &fleet.phones[number].device;
    let here: Vec<_> = begun
        .iter()
        .filter(|id| device.load_inspection(**id).is_ok())
        .collect();
    let Some(id) = here.get(dice.below(here.len() as u64) as usize) else {
        return;
    };
    let id = **id;
    match dice.below(4) {
        0 => drop(device.edit(
            id,
            vec![InspectionEdit::SetNote(format!("第{step}步，手机{number}"))],
        )),
        1 => drop(device.undo(id)),
        _ => {
            let value = format!("{step}.{number}1");
            let slot = RegisterSlot {
                obis: Obis::FORWARD_TOTAL,
                attempt: dice.below(3) as u8 + 1,
            };
            let reading = visit::dial(&value, fleet.clock.now());
            // A contested entry must be settled first; then nothing was recorded.
            if device
                .edit(id, vec![InspectionEdit::SetRegister(slot, reading)])
                .is_ok()
            {
                recorded.entry(id).or_default().push(value);
            }
        }
    }
}

/// Every row that a phone derived from documents which it shares with the server is on the server, equal.
pub fn assert_equal_rows(fleet: &Fleet) {
    let server = Connection::open(fleet.server().database()).unwrap();
    for phone in &fleet.phones {
        let here = Connection::open(phone.database()).unwrap();
        for (table, key) in projection::TABLES {
            let ids: Vec<String> = here
                .prepare(&format!("SELECT DISTINCT {key} FROM {table}"))
                .unwrap()
                .query_map([], |row| row.get(0))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            for id in ids {
                assert_eq!(
                    rows(&here, table, key, &id),
                    rows(&server, table, key, &id),
                    "{table} of {id}"
                );
            }
        }
    }
    let mut server = server;
    let report = jicha_store::rebuild::rebuild(&mut server, |_| {}).unwrap();
    assert!(
        report.differing.is_empty(),
        "the rows are not what the log says: {report:?}"
    );
}

fn rows(sql: &Connection, table: &str, key: &str, id: &str) -> Vec<Vec<String>> {
    let mut statement = sql
        .prepare(&format!("SELECT * FROM {table} WHERE {key} = ?1 ORDER BY 1, 2"))
        .unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([id], |row| {
        (0..columns)
            .map(|column| row.get_ref(column).map(|value| format!("{value:?}")))
            .collect()
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}
