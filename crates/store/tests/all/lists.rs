//! Lists: from the projections alone, page by page.

use std::collections::BTreeSet;

use jicha_domain::id::TaskId;
use jicha_record::task;
use jicha_store::{list, log};
use uuid::Uuid;

use crate::builders::{self, Phone, answer, at, device, document_id, finding, photo, set};

#[test]
fn a_line_tells_what_the_inspection_says() {
    let mut phone = Phone::new();
    phone.begin(1);
    for (second, edit) in (1..).zip([
        set(1, 10),
        answer("JL-R-01"),
        answer("JL-R-02"),
        finding("甲"),
        photo(1),
    ]) {
        phone.edit(1, device(1), second, edit);
    }
    let [line] = list::inspections(&phone.connection, None, 10)
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(line.id, document_id(1).id.to_string());
    assert_eq!(line.point_no, "0503000001");
    assert_eq!(line.point_kind, "gateway_transformer_area");
    assert_eq!(line.state, "open");
    assert_eq!(line.started_at_ms, at(0).as_millisecond());
    assert_eq!(
        (
            line.answer_count,
            line.photo_count,
            line.finding_count,
            line.conflict_count
        ),
        (2, 1, 1, 0)
    );
}

#[test]
fn a_task_line_counts_its_points_and_the_inspections_begun_for_it() {
    let mut phone = Phone::new();
    let id = TaskId::new(Uuid::from_u128(77));
    let (document, changes) = task::begin(id, device(3), at(0), &builders::task(3)).unwrap();
    phone.append(&document, &changes, &[]);
    phone.begin(1);
    phone.begin(2);
    let [line] = list::tasks(&phone.connection, 10).unwrap().try_into().unwrap();
    assert_eq!((line.point_count, line.inspection_count), (3, 2));
    assert_eq!(
        (line.title.as_str(), line.due_on.as_deref()),
        ("罗平常态稽查", Some("2026-11-30"))
    );
}

/// Ten thousand inspections, many with one and the same start, of which no document can be read.
fn ten_thousand() -> Phone {
    let mut phone = Phone::new();
    phone.begin(1);
    let columns: Vec<String> = {
        let mut select = phone
            .connection
            .prepare("SELECT name FROM pragma_table_info('inspection')")
            .unwrap();
        let names = select.query_map([], |row| row.get(0)).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    };
    let values = columns.iter().map(|column| match column.as_str() {
        "id" => "printf('%08d-0000-7000-8000-000000000000', n)".to_owned(),
        "started_at_ms" => "1765000000000 + n / 7".to_owned(),
        other => format!("inspection.{other}"),
    });
    phone
        .connection
        .execute_batch(&format!(
            "BEGIN;
             CREATE TEMP TABLE numbers AS WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count
                 WHERE n < 10000) SELECT n FROM count;
             INSERT INTO inspection ({}) SELECT {} FROM numbers, (SELECT * FROM inspection) AS inspection;
             INSERT INTO document (number, kind, id, change_bytes, last_sequence)
                 SELECT n + 10, 'inspection', printf('%08d-0000-7000-8000-000000000000', n), 9, n + 10 FROM numbers;
             INSERT INTO change (sequence, document, hash, actor, actor_sequence, made_at_ms, bytes)
                 SELECT n + 10, n + 10, randomblob(32), 'x', 1, 0, x'00' FROM numbers;
             INSERT INTO snapshot (document, through_sequence, bytes) SELECT n + 10, n + 10, x'00' FROM numbers;
             COMMIT;",
            columns.join(", "),
            values.collect::<Vec<_>>().join(", ")
        ))
        .unwrap();
    phone.reopen();
    phone
}

#[test]
fn pages_of_ten_thousand_inspections_have_neither_gaps_nor_repetitions_and_touch_no_document() {
    let phone = ten_thousand();
    let unreadable = "00000001-0000-7000-8000-000000000000".parse().unwrap();
    let id = jicha_record::DocumentId {
        id: unreadable,
        ..document_id(1)
    };
    assert!(
        log::load(&phone.connection, id, device(1)).is_err(),
        "the documents can't be read"
    );

    let begin = std::time::Instant::now();
    let first = list::inspections(&phone.connection, None, 50).unwrap();
    let took = begin.elapsed();
    assert_eq!(first.len(), 50);
    assert!(took.as_millis() < 50, "the first page took {took:?}");

    let mut seen = BTreeSet::new();
    let mut after: Option<list::After> = None;
    let mut previous = None;
    loop {
        let page = list::inspections(&phone.connection, after.as_ref(), 37).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(list::After {
            started_at_ms: last.started_at_ms,
            id: last.id.clone(),
        });
        for line in page {
            let order = (line.started_at_ms, line.id.clone());
            assert!(previous.is_none_or(|previous| previous > order), "newest first");
            previous = Some(order);
            assert!(seen.insert(line.id));
        }
    }
    assert_eq!(seen.len(), 10_001);
}
