//! The first page of the review queue: whatever waits, it must cost the same.

use std::path::Path;
use std::time::{Duration, Instant};

use jicha_server::auth::ROOT_UNIT;
use jicha_server::review;
use jicha_server::review::page::{Filter, Part, Reader, counts, page};
use jicha_server::storage::COMPONENTS;
use jicha_store::{open_reader, open_writer};
use rusqlite::Connection;

use crate::table::Table;

/// The photos of one inspection.
const PHOTOS: usize = 5;
/// How often each page is read; the quickest tenth is what counts.
const READINGS: usize = 200;

/// Measures a small queue against a large one, of the whole bureau and of one unit.
pub fn measure(few: usize, many: usize, table: &mut Table) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [small, large] =
        [few, many].map(|photos| filled(&folder.path().join(format!("{photos}.sqlite")), photos));
    for (name, unit) in [
        ("whole bureau", None),
        ("one county", Some("C3")),
        ("one area", Some("A7")),
    ] {
        let (of_few, of_many) = (read(&small, unit), read(&large, unit));
        let ratio = of_many.as_secs_f64() / of_few.as_secs_f64();
        table.ratio_at_most(
            &format!("review queue, first page and counts, {many} photos, {name}"),
            format!("{:.0} µs", of_many.as_secs_f64() * 1e6),
            format!("{few} photos: {:.0} µs", of_few.as_secs_f64() * 1e6),
            ratio,
            (1.5, "≤ 1.5"),
        );
    }
}

/// A bureau with 9 counties, 90 stations, 900 areas, and inspections spread over the areas.
fn filled(path: &Path, photos: usize) -> Connection {
    let mut writer = open_writer(path, COMPONENTS).expect("a new database");
    let transaction = writer.transaction().expect("a transaction");
    transaction
        .execute_batch(
            "INSERT INTO org_unit (code, name, kind) VALUES ('ROOT', '供电局', 'bureau');
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 899)
             INSERT INTO org_unit (code, name, kind, parent_code)
             SELECT 'C' || i, '县' || i, 'county', 'ROOT' FROM n WHERE i < 9
             UNION ALL SELECT 'S' || i, '所' || i, 'station', 'C' || (i % 9) FROM n WHERE i < 90
             UNION ALL SELECT 'A' || i, '台区' || i, 'area', 'S' || (i % 90) FROM n;",
        )
        .expect("units");
    let inspections = photos / PHOTOS;
    for number in 0..inspections {
        // A tenth of the inspections is of one area, so that it fills a page in both queues.
        let area = if number % 10 == 0 { 7 } else { number % 900 };
        let id = format!("{number:032x}");
        transaction
            .prepare_cached(
                "INSERT INTO inspection (id, unit, dimension, specialty, inspector, device, point_no, point_name, point_kind,
                     checklist, state, shared_with_unit, started_at_ms, answer_count, photo_count, finding_count,
                     doubt_count, conflict_count, unread_count, schema_version, note)
                 VALUES (?1, ?2, 'routine', 'metering', 'i', 'd', 'p', '计量点', 'customer', 'c', 'signed', 0, ?3, 0, 5, 0, 0,
                     0, 0, 1, '')",
            )
            .and_then(|mut insert| insert.execute((&id, format!("A{area}"), number as i64 * 60_000)))
            .expect("an inspection");
        for which in 0..PHOTOS {
            let hash = format!("{:064x}", number * PHOTOS + which);
            transaction
                .prepare_cached(
                    "INSERT INTO inspection_photo (inspection, hash, media_type, size_bytes, shows)
                     VALUES (?1, ?2, 'image/jpeg', 1, 'register')",
                )
                .and_then(|mut insert| insert.execute((&id, &hash)))
                .expect("a photo");
            transaction
                .prepare_cached("INSERT INTO photo (hash, first_received_at_ms) VALUES (?1, 0)")
                .and_then(|mut insert| insert.execute([&hash]))
                .expect("its row");
            let photo = transaction.last_insert_rowid();
            for variant in ["preview", "thumbnail"] {
                transaction
                    .prepare_cached(
                        "INSERT INTO photo_variant (photo, variant, size_bytes, sha256, made_by, stored_at_ms)
                         VALUES (?1, ?2, 1, '', 'server', 0)",
                    )
                    .and_then(|mut insert| insert.execute((photo, variant)))
                    .expect("a variant");
            }
        }
    }
    review::remake(&transaction).expect("the queue");
    transaction.commit().expect("committed");
    drop(writer);
    open_reader(path).expect("a reader")
}

fn read(sql: &Connection, unit: Option<&str>) -> Duration {
    let scope = jicha_server::auth::Scope::of_unit(&ROOT_UNIT.parse().expect("a code"));
    let reader = Reader {
        person: "0193a1b2-0000-7000-8000-000000000002".parse().expect("an id"),
        judges: true,
    };
    let filter = Filter {
        part: Part::ToReview,
        unit: unit.map(str::to_owned),
        specialty: None,
        task: None,
        inspector: None,
        flags: review::Flags::default(),
        after: None,
        limit: 50,
    };
    let mut times: Vec<Duration> = (0..READINGS)
        .map(|_| {
            let begun = Instant::now();
            let (rows, _) = page(sql, &scope, &reader, &filter).expect("a page");
            let waiting = counts(sql, &scope, &reader, unit).expect("counts");
            assert_eq!(rows.len(), 50, "a full page of {unit:?}, {waiting:?}");
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[READINGS / 10]
}
