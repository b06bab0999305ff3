//! The measures that the project holds itself to, each as a ratio to something measured in the same run.
//!
//! `cargo bench -p jicha-tests --bench measures` prints a table; `-- --quick` does the same with few documents, which
//! shows that it runs and says nothing about speed. docs/PERFORMANCE.md explains the rows.

mod bureau;
mod dice;
mod documents;
mod first_sync;
mod inspector;
mod ledger;
mod many;
mod merge;
mod stock;
mod table;
mod timing;
mod upload;

use std::path::Path;
use std::time::Instant;

/// Asks this program to open one store and tell what that took.
const OPEN: &str = "--open";

/// How much is measured.
struct Scale {
    inspections: usize,
    few: usize,
    many: usize,
    merges: usize,
    openings: usize,
    photos_each: usize,
}

const FULL: Scale = Scale {
    inspections: 1_000,
    few: 100,
    many: 10_000,
    merges: 5,
    openings: 41,
    photos_each: 2,
};
const QUICK: Scale = Scale {
    inspections: 30,
    few: 20,
    many: 60,
    merges: 1,
    openings: 3,
    photos_each: 1,
};

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, database] = arguments.as_slice()
        && flag == OPEN
    {
        return many::open_and_list(Path::new(database));
    }
    let scale = if arguments.iter().any(|argument| argument == "--quick") {
        QUICK
    } else {
        FULL
    };
    let only = arguments
        .iter()
        .find(|argument| !argument.starts_with("--"))
        .map(String::as_str);
    let begun = Instant::now();
    let mut table = table::Table::default();
    if only.is_none_or(|only| only == "sync") {
        sync(&scale, &mut table).await;
    }
    if only.is_none_or(|only| only == "many") {
        many::measure(scale.few, scale.many, scale.openings, &mut table).await;
    }
    if only.is_none_or(|only| only == "upload") {
        upload::measure(scale.photos_each, &mut table).await;
    }
    table.print();
    eprintln!("measured in {:.0} s", begun.elapsed().as_secs_f64());
}

async fn sync(scale: &Scale, table: &mut table::Table) {
    let mut bureau = bureau::Bureau::of(scale.inspections).await;
    let server_before = bureau.copy_of_server("before").await;
    let ids = bureau.inspect_all();
    let documents = documents::changes_of(&bureau.phones[0], &ids);
    let requests = first_sync::measure(&mut bureau, &ids, table).await;
    let push = merge::Push {
        server_before: &server_before,
        requests: &requests,
        documents: &documents,
    };
    merge::measure(&bureau, &push, scale.merges, table).await;
}
