//! Inspections through the API: who sees which, in which order, with which conflicts.

use super::sample::{Sample, contested, device, plain};
use super::server::{TestServer, code_of};
use jicha_domain::rights::Role;
use jicha_server::auth::ROOT_UNIT;
use jiff::SignedDuration;
use serde_json::Value;

/// Two counties, an inspector in each, `count` signed inspections in the first and one contested in the second.
async fn bureau(count: u32) -> (TestServer, Sample) {
    let server = TestServer::start().await;
    server.unit("0503", "罗平供电公司", "county", ROOT_UNIT).await;
    server.unit("0504", "师宗供电公司", "county", ROOT_UNIT).await;
    let wang = server.person("wang", "王强", Role::Inspector, "0503").await;
    let zhao = server.person("zhao", "赵敏", Role::Inspector, "0504").await;
    let (first, second) = (
        device(&server, wang, "罗平-1").await,
        device(&server, zhao, "师宗-2").await,
    );
    let now = server.app.now();
    for number in 0..count {
        // Three share an instant, so that paging has to look at the id as well.
        let started_at = now - SignedDuration::from_hours(i64::from(number / 3));
        let sample = Sample {
            number: number.into(),
            unit: "0503",
            point: "马湾村2号台区总表",
            inspector: wang,
            device: first,
            started_at,
        };
        plain(&server, &sample).await;
    }
    let sample = Sample {
        number: 900,
        unit: "0504",
        point: "雄壁镇台区总表",
        inspector: zhao,
        device: second,
        started_at: now,
    };
    contested(&server, &sample, first).await;
    (server, sample)
}

async fn ids(client: &super::server::Client, path: &str) -> (Vec<String>, Option<String>) {
    let page: Value = client.get(path).await.json().await.unwrap();
    let rows = page["inspections"].as_array().unwrap_or_else(|| panic!("{page}"));
    let ids = rows
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    (ids, page["next"].as_str().map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_shows_every_inspection_once() {
    let (server, _) = bureau(10).await;
    let li = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    let (all, none) = ids(&li, "/api/inspections").await;
    assert_eq!((all.len(), none), (11, None));
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let (page, next) = ids(&li, &format!("/api/inspections?limit=3&after={after}")).await;
        seen.extend(page);
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(seen, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_sees_her_units_and_nothing_of_others() {
    let (server, elsewhere) = bureau(3).await;
    let here = server.client("li", Role::Supervisor, "0503").await;
    assert_eq!(ids(&here, "/api/inspections").await.0.len(), 3);
    assert_eq!(ids(&here, "/api/inspections?unit=0504").await.0.len(), 0);
    let response = here.get(&format!("/api/inspections/{}", elsewhere.id())).await;
    assert_eq!(code_of(response).await, "not_found");
    let there = server.client("zhou", Role::Supervisor, "0504").await;
    assert_eq!(
        there
            .get(&format!("/api/inspections/{}", elsewhere.id()))
            .await
            .status(),
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_the_list() {
    let (server, contested) = bureau(6).await;
    let li = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    for (query, expected) in [
        ("unit=0503".to_owned(), 6),
        (format!("unit={ROOT_UNIT}"), 7),
        ("state=signed".to_owned(), 6),
        ("state=open".to_owned(), 1),
        (format!("inspector={}", contested.inspector), 1),
        ("with=conflicts".to_owned(), 1),
        ("with=findings".to_owned(), 1),
        ("since=2026-11-24T01:30:00Z".to_owned(), 4),
        ("since=2026-11-25".to_owned(), 0),
        ("unit=&state=&since=".to_owned(), 7),
    ] {
        assert_eq!(
            ids(&li, &format!("/api/inspections?{query}")).await.0.len(),
            expected,
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_shows_both_values_with_author_and_time() {
    let (server, sample) = bureau(0).await;
    let li = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    let found: Value = li
        .get(&format!("/api/inspections/{}/conflicts", sample.id()))
        .await
        .json()
        .await
        .unwrap();
    let candidates = found["conflicts"][0]["candidates"].as_array().unwrap();
    let mut said: Vec<(String, String)> = candidates
        .iter()
        .map(|it| {
            (
                it["author"].as_str().unwrap().to_owned(),
                it["value"]["value"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    said.sort();
    assert_eq!(
        said,
        [
            ("王强 · 罗平-1".to_owned(), "6410.00".to_owned()),
            ("赵敏 · 师宗-2".to_owned(), "6140.00".to_owned())
        ]
    );
    assert!(candidates.iter().all(|it| it["at"] == "2026-11-24T02:12:00Z"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planner_sees_the_inspection_but_not_its_conflicts() {
    let (server, sample) = bureau(0).await;
    let planner = server.client("plan", Role::Planner, ROOT_UNIT).await;
    let path = format!("/api/inspections/{}", sample.id());
    let found: Value = planner.get(&path).await.json().await.unwrap();
    assert!(found["conflicts"].is_null());
    assert_eq!(found["inspection"]["nameplate"]["ct_ratio"], "200/5");
    assert_eq!(
        code_of(planner.get(&format!("{path}/conflicts")).await).await,
        "forbidden"
    );
}
