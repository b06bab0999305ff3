//! Live events over a real connection.

use super::super::server::{Client, code_of};
use super::bureau::{Bureau, judge};
use jicha_domain::rights::Role;
use jicha_server::auth::ROOT_UNIT;
use reqwest::{Method, Response};
use serde_json::json;
use std::time::Duration;

async fn open(client: &Client, seen: Option<&str>) -> Response {
    let mut request = client.request(Method::GET, "/api/live");
    if let Some(seen) = seen {
        request = request.header("last-event-id", seen);
    }
    request.send().await.unwrap()
}

/// Reads until the text is there; the whole text so far.
async fn until(stream: &mut Response, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let chunk = tokio::time::timeout(Duration::from_secs(20), stream.chunk()).await;
        let chunk = chunk
            .unwrap_or_else(|_| panic!("no {wanted} after {text}"))
            .unwrap();
        text.push_str(std::str::from_utf8(&chunk.expect("the stream goes on")).unwrap());
    }
    text
}

fn last_id(text: &str) -> &str {
    text.lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .next_back()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_hears_of_verdicts_and_gets_what_it_missed() {
    let bureau = Bureau::open().await;
    let (id, [plate, register]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    let elsewhere = bureau.server.client("far", Role::Supervisor, "0504").await;
    let mut far = open(&elsewhere, None).await;
    let mut page = open(&zhou, None).await;
    assert_eq!(page.headers()["content-type"], "text/event-stream; charset=utf-8");
    let hello = until(&mut page, "event: hello\ndata: {}\n\n").await;
    judge(&li, id, plate, "accepted").await;
    let heard = until(&mut page, "\n\n").await;
    assert!(
        heard.contains("event: verdict") && heard.contains(&plate.to_string()),
        "{heard}"
    );
    drop(page);
    judge(&li, id, register, "accepted").await;
    let mut again = open(&zhou, Some(last_id(&heard))).await;
    let missed = until(&mut again, "event: hello").await;
    assert!(
        missed.contains(&register.to_string()) && !missed.contains(&plate.to_string()),
        "{missed}"
    );
    let mut other_run = open(&zhou, Some("00000000-1")).await;
    assert!(until(&mut other_run, "\n\n").await.contains("event: resync"));
    assert!(last_id(&hello).contains('-'));
    // Who may not see the unit hears nothing of it: the next event is somebody's presence in her own.
    let (there, [seen, _]) = bureau.arrived(2, "0504").await;
    let body = json!({ "photo": { "inspection": there, "hash": seen } });
    assert_eq!(li.post_json("/api/review/presence", &body).await.status(), 200);
    let heard = until(&mut far, "event: presence").await;
    assert!(!heard.contains("verdict"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_is_shown_to_others_and_ends() {
    let bureau = Bureau::open().await;
    let (id, [plate, _]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    let body = json!({ "photo": { "inspection": id, "hash": plate } });
    li.post_json("/api/review/presence", &body).await;
    let answer: serde_json::Value = zhou
        .post_json("/api/review/presence", &body)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(answer["looking"][0]["name"], "li");
    li.post_json("/api/review/presence", &json!({})).await;
    let answer: serde_json::Value = zhou
        .post_json("/api/review/presence", &body)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(answer["looking"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_limited_and_end_when_the_server_stops() {
    let bureau = Bureau::open().await;
    let li = bureau.supervisor("li").await;
    let mut streams = Vec::new();
    for _ in 0..jicha_server::live::STREAMS_PER_PERSON {
        streams.push(open(&li, None).await);
    }
    assert_eq!(code_of(open(&li, None).await).await, "too_many_attempts");
    let mut last = streams.pop().unwrap();
    bureau.server.app.live().end();
    let ended = async { while last.chunk().await.unwrap().is_some() {} };
    tokio::time::timeout(Duration::from_secs(10), ended)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_judge_a_photo_is_not_counted_as_looking_at_it() {
    let bureau = Bureau::open().await;
    let (id, [plate, _]) = bureau.arrived(1, "050301").await;
    let (li, planner) = (
        bureau.supervisor("li").await,
        bureau.server.client("planner", Role::Planner, ROOT_UNIT).await,
    );
    let body = json!({ "photo": { "inspection": id, "hash": plate } });
    for (client, others) in [(&planner, 0), (&li, 0), (&planner, 1)] {
        let answer = client.post_json("/api/review/presence", &body).await;
        let answer: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(answer["looking"].as_array().unwrap().len(), others);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_that_a_hidden_first_verdict_was_taken_back() {
    let bureau = Bureau::open_with(|config| config.second_review_percent = 100.0).await;
    let (id, [plate, _]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    let mut page = open(&zhou, None).await;
    until(&mut page, "event: hello").await;
    let act = judge(&li, id, plate, "accepted").await;
    let undo = format!(
        "/api/review/acts/{}/undo",
        act["acts"][0]["act"].as_str().unwrap()
    );
    assert_eq!(
        li.request(Method::POST, &undo).send().await.unwrap().status(),
        204
    );
    li.post_json(
        "/api/review/presence",
        &json!({ "photo": { "inspection": id, "hash": plate } }),
    )
    .await;
    let heard = until(&mut page, "event: presence").await;
    assert!(!heard.contains("verdict"), "{heard}");
}
