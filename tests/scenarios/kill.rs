//! Phone and server as processes that are killed at any moment, as by a dead battery or a power cut.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use jicha_device::ports::Clock;
use jicha_device::{Cancellation, LinkKind, NewPhoto, PhotoReceipt};
use jicha_domain::id::InspectionId;
use jicha_domain::obis::Obis;
use jicha_domain::photo::PhotoSubject;
use jicha_domain::register::RegisterSlot;
use jicha_record::inspection::{self, InspectionEdit};
use jicha_tests::fleet::points_of_the_first_area;
use jicha_tests::time::{Dice, TestClock};
use jicha_tests::{Fleet, Phone, TestServer, visit};
use rusqlite::Connection;

const ROUNDS: u64 = 8;

/// The body of the child processes; as a test of its own it does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let folder = std::env::var("JICHA_CHILD_FOLDER").unwrap_or_default();
    match std::env::var("JICHA_CHILD").as_deref() {
        Ok("server") => {
            let address: SocketAddr = std::env::var("JICHA_CHILD_ADDRESS").unwrap().parse().unwrap();
            let _server = TestServer::start(Path::new(&folder), Some(address), now_clock()).await;
            println!("ready");
            std::future::pending::<()>().await;
        }
        Ok("phone") => record_and_sync_for_ever(Path::new(&folder)).await,
        Ok("photos") => send_photos_for_ever(Path::new(&folder)).await,
        _ => {}
    }
}

fn now_clock() -> Arc<TestClock> {
    Arc::new(TestClock::at(jiff::Timestamp::now()))
}

/// Records readings without end, says each one only after the device has said that it is stored, and syncs.
async fn record_and_sync_for_ever(folder: &Path) {
    let seed = u64::from(std::process::id());
    let phone = Phone::unpack(folder, seed, now_clock());
    let id: InspectionId = std::env::var("JICHA_CHILD_INSPECTION").unwrap().parse().unwrap();
    println!("ready");
    for step in 0_u32.. {
        let value = format!("{seed}.{step:05}");
        let slot = RegisterSlot {
            obis: Obis::FORWARD_TOTAL,
            attempt: (step % 200) as u8 + 1,
        };
        let reading = visit::dial(&value, phone.clock.now());
        phone
            .device
            .edit(id, vec![InspectionEdit::SetRegister(slot, reading)])
            .unwrap();
        println!("recorded {value}");
        if step % 7 == 6 {
            let before = phone.waiting();
            if phone.try_sync().await.is_ok() {
                println!("synced {before}");
            }
        }
    }
}

/// Sends what waits of the photos, again and again.
async fn send_photos_for_ever(folder: &Path) {
    let phone = Phone::unpack(folder, u64::from(std::process::id()), now_clock());
    println!("ready");
    loop {
        let observer = crate::photo_link::Checked::default();
        let report = phone
            .device
            .send_photos(&phone.link, LinkKind::Wifi, &observer, &Cancellation::default())
            .await;
        println!(
            "sent {}",
            report.map(|report| report.bytes_sent).unwrap_or_default()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_arrive_whole_however_often_the_phone_is_killed_while_it_sends() {
    let fleet = Fleet::of(1, 41).await;
    let phone = &fleet.phones[0];
    let id = fleet.begin_on_first_phone(2).await;
    let folder = tempfile::tempdir().unwrap();
    let mut hashes = Vec::new();
    for number in 0..4 {
        let path = crate::photo_link::large_photo(folder.path(), number, 12_000_000);
        let new = NewPhoto::of(PhotoSubject::Seal);
        let attached = phone
            .device
            .attach_photo(id, path.to_str().unwrap(), new)
            .unwrap();
        hashes.push(attached.hash);
    }
    let waiting = || phone.device.waiting().unwrap().photos.bytes;
    let (before, mut dice, mut kills) = (waiting(), Dice::from_seed(41), 0);
    while waiting() > 0 && kills < 40 {
        let process = Process::start("photos", &fleet.phone_folder(0), &[]);
        std::thread::sleep(Duration::from_millis(dice.below(250)));
        process.kill();
        kills += 1;
    }
    // Later, so that whatever a killed process was told to wait for is over.
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let phone = Phone::unpack(&fleet.phone_folder(0), 41, Arc::new(TestClock::at(later)));
    let report = phone
        .device
        .send_photos(
            &phone.link,
            LinkKind::Wifi,
            &crate::photo_link::Checked::default(),
            &Cancellation::default(),
        )
        .await
        .unwrap();
    println!(
        "{before} bytes arrived through {kills} kills, the last {} after them",
        report.bytes_sent
    );
    assert_eq!(phone.device.waiting().unwrap().photos.bytes, 0);
    for hash in hashes {
        assert_eq!(phone.device.photo_receipt(hash).unwrap(), PhotoReceipt::Checked);
    }
    assert_sound(&phone.database());
}

struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    fn start(role: &str, folder: &Path, more: &[(&str, String)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "kill::child", "--nocapture", "--test-threads", "1"]);
        command.env("JICHA_CHILD", role).env("JICHA_CHILD_FOLDER", folder);
        command.envs(more.iter().map(|(name, value)| (*name, value.as_str())));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                drop(sender.send(line));
            }
        });
        let process = Process { child, lines };
        // The test runner has begun the line with the name of the test.
        while !process
            .lines
            .recv_timeout(Duration::from_secs(60))
            .unwrap()
            .ends_with("ready")
        {}
        process
    }

    /// SIGKILL: no chance to tidy up. Returns what it had said until then.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_to_be_stored_is_there_whoever_is_killed_and_when() {
    let seed = std::env::var("JICHA_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(7);
    println!("JICHA_SEED={seed}");
    let mut dice = Dice::from_seed(seed);
    let mut fleet = Fleet::of(1, 40).await;
    let task = fleet.task_for_all(2).await;
    fleet.phones[0].sync().await;
    let id = fleet.phones[0]
        .device
        .start_inspection(task, &points_of_the_first_area(2)[1])
        .unwrap();
    let document = inspection::document_id(id);
    drop(fleet.phones.remove(0));
    let server = fleet.server.take().unwrap();
    let address = server.address();
    server.stop().await;

    let server_details = [("JICHA_CHILD_ADDRESS", address.to_string())];
    let phone_details = [("JICHA_CHILD_INSPECTION", id.to_string())];
    let (server_folder, phone_folder) = (fleet.server_folder(), fleet.phone_folder(0));
    let mut recorded = BTreeSet::new();
    let mut syncs = 0;
    let mut server = Process::start("server", &server_folder, &server_details);
    for _ in 0..ROUNDS {
        let phone = Process::start("phone", &phone_folder, &phone_details);
        std::thread::sleep(Duration::from_millis(100 + dice.below(500)));
        if dice.chance(50) {
            server.kill();
            std::thread::sleep(Duration::from_millis(dice.below(200)));
            server = Process::start("server", &server_folder, &server_details);
        }
        let said = phone.kill();
        recorded.extend(
            said.iter()
                .filter_map(|line| line.strip_prefix("recorded ").map(str::to_owned)),
        );
        syncs += said.iter().filter(|line| line.starts_with("synced")).count();
        assert_sound(&phone_folder.join("jicha.sqlite"));
    }
    server.kill();

    // Both come back for good. The phone brings what is left.
    let server = TestServer::start(&server_folder, Some(address), now_clock()).await;
    let phone = Phone::unpack(&phone_folder, seed, now_clock());
    phone.sync().await;

    assert_eq!(phone.waiting(), 0);
    println!(
        "{} readings were recorded and {syncs} syncs completed between {ROUNDS} kills",
        recorded.len()
    );
    assert!(
        recorded.len() > 20 && syncs > 0,
        "the processes had time to do something"
    );
    for database in [server.database(), phone.database()] {
        assert_sound(&database);
        let written = everything_written(&database, document);
        for value in &recorded {
            assert!(
                written.contains(value),
                "{value} is not in {}",
                database.display()
            );
        }
        let mut sql = Connection::open(&database).unwrap();
        let report = jicha_store::rebuild::rebuild(&mut sql, |_| {}).unwrap();
        assert!(report.differing.is_empty(), "{report:?}");
    }
}

fn assert_sound(database: &Path) {
    let sql = Connection::open(database).unwrap();
    let verdict: String = sql
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok", "{}", database.display());
}

/// Every text that any change of a document ever wrote, as one string to search in.
pub fn everything_written(database: &Path, document: jicha_record::DocumentId) -> String {
    let sql = Connection::open(database).unwrap();
    let stored = jicha_store::log::read(&sql, document).unwrap();
    let number = stored.number.unwrap();
    let changes = jicha_store::log::changes_between(&sql, document, number, 0, i64::MAX).unwrap();
    changes
        .iter()
        .map(|change| String::from_utf8_lossy(change.bytes()).into_owned())
        .collect()
}
