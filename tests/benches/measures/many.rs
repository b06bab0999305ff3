//! What must not grow with the number of documents: opening, listing, and a sync that moves one change.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jicha_device::ports::Ports;
use jicha_device::{Device, PhotoFolder};
use jicha_domain::id::InspectionId;
use jicha_simulator::keys::FolderKeystore;
use jicha_tests::Phone;
use jicha_tests::time::{SeededIds, TestClock};

use crate::bureau::Bureau;
use crate::table::{Table, bytes, count_of, ms};
use crate::timing::{median, ratio};
use crate::{inspector, stock};

/// The lines of the first page.
const PAGE: usize = 50;

/// Compares a few documents with many.
pub async fn measure(few: usize, many: usize, times: usize, table: &mut Table) {
    let (mut small, small_ids) = stock::with(few).await;
    let (mut large, large_ids) = stock::with(many).await;
    let counts = (few, many);
    opening(&small.phones[0], &large.phones[0], counts, times, table);
    one_change(
        (&mut small, &small_ids),
        (&mut large, &large_ids),
        counts,
        times,
        table,
    )
    .await;
}

/// What a process that opened a store tells.
struct Opened {
    open: Duration,
    list: Duration,
    peak_kib: u64,
}

fn opening(small: &Phone, large: &Phone, (few, many): (usize, usize), times: usize, table: &mut Table) {
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    // In turns, so that what else the machine does meets both.
    for _ in 0..times {
        of_small.push(open_in_new_process(&small.database()));
        of_large.push(open_in_new_process(&large.database()));
    }
    let whole = |all: &[Opened]| median(all.iter().map(|opened| opened.open + opened.list).collect());
    let (time_small, time_large) = (whole(&of_small), whole(&of_large));
    let list = |all: &[Opened]| median(all.iter().map(|opened| opened.list).collect());
    table.ratio_at_most(
        &format!(
            "open the device's store and list {PAGE} of {} inspections, new process",
            count_of(many as u64)
        ),
        format!("{} (listing {})", ms(time_large), ms(list(&of_large))),
        format!(
            "of {}: {} (listing {})",
            count_of(few as u64),
            ms(time_small),
            ms(list(&of_small))
        ),
        ratio(time_large, time_small),
        (1.5, "≤ 1.5"),
    );
    let peak = |all: &[Opened]| all.iter().map(|opened| opened.peak_kib).max().unwrap_or_default();
    table.note(
        &format!(
            "peak memory of that process with {} inspections",
            count_of(many as u64)
        ),
        format!("{} KiB", count_of(peak(&of_large))),
        format!("with {}: {} KiB", count_of(few as u64), count_of(peak(&of_small))),
        Some(peak(&of_large) as f64 / peak(&of_small) as f64),
    );
}

fn open_in_new_process(database: &Path) -> Opened {
    let program = std::env::current_exe().expect("a program knows where it is");
    let output = Command::new(program)
        .arg(crate::OPEN)
        .arg(database)
        .output()
        .expect("it can be started again");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [open, list, peak_kib] = numbers[..] else {
        panic!(
            "opening failed: {text} {}",
            String::from_utf8_lossy(&output.stderr)
        )
    };
    Opened {
        open: Duration::from_nanos(open),
        list: Duration::from_nanos(list),
        peak_kib,
    }
}

/// In the new process: opens a device's store, lists the first page and tells what it took.
pub fn open_and_list(database: &Path) {
    let photos = database.with_file_name("photos");
    let ports = Ports {
        clock: Arc::new(TestClock::begin()),
        ids: Arc::new(SeededIds::from_seed(1)),
        keystore: Arc::new(FolderKeystore::open(&photos)),
        photos: Arc::new(PhotoFolder::open(&photos).expect("the folder is there")),
    };
    let begun = Instant::now();
    let device = Device::open(database, ports).expect("the database opens");
    let open = begun.elapsed();
    let lines = device.list_inspections(None, PAGE).expect("a page");
    let list = begun.elapsed() - open;
    assert!(!lines.is_empty());
    println!("{} {} {}", open.as_nanos(), list.as_nanos(), peak_kib());
}

/// The most memory that this process ever held; 0 where the system doesn't tell.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}

async fn one_change(
    (small, small_ids): (&mut Bureau, &[InspectionId]),
    (large, large_ids): (&mut Bureau, &[InspectionId]),
    (few, many): (usize, usize),
    times: usize,
    table: &mut Table,
) {
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    for at in 0..times {
        of_small.push(edit_and_sync(small, small_ids[at % small_ids.len()]).await);
        of_large.push(edit_and_sync(large, large_ids[at % large_ids.len()]).await);
    }
    let size =
        |all: &[(Duration, u64)]| all.iter().map(|(_, bytes)| bytes).sum::<u64>() as f64 / all.len() as f64;
    let (bytes_small, bytes_large) = (size(&of_small), size(&of_large));
    table.ratio_at_most(
        &format!(
            "a sync that moves one change, {} documents: bytes",
            count_of(many as u64)
        ),
        bytes(bytes_large.round() as u64),
        format!(
            "{} documents: {}",
            count_of(few as u64),
            bytes(bytes_small.round() as u64)
        ),
        bytes_large / bytes_small,
        (1.05, "about 1"),
    );
    let time = |all: &[(Duration, u64)]| median(all.iter().map(|(time, _)| *time).collect());
    let (time_small, time_large) = (time(&of_small), time(&of_large));
    table.ratio_at_most(
        &format!(
            "a sync that moves one change, {} documents: time",
            count_of(many as u64)
        ),
        ms(time_large),
        format!("{} documents: {}", count_of(few as u64), ms(time_small)),
        ratio(time_large, time_small),
        (1.2, "about 1"),
    );
}

async fn edit_and_sync(bureau: &mut Bureau, id: InspectionId) -> (Duration, u64) {
    let phone = &bureau.phones[0];
    inspector::one_reading(&phone.device, &bureau.clock, &mut bureau.dice, id);
    assert_eq!(phone.waiting(), 1);
    let begun = Instant::now();
    let report = phone.sync().await;
    let took = begun.elapsed();
    assert_eq!((report.rounds, phone.waiting()), (1, 0));
    (took, report.bytes_sent + report.bytes_received)
}
