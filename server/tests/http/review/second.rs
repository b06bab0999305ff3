//! The hidden second review.

use super::super::server::code_of;
use super::bureau::{Bureau, detail, hashes, judge, queue};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_photo_waits_for_another_supervisor_without_a_trace_of_the_first_verdict() {
    let bureau = Bureau::open_with(|config| config.second_review_percent = 100.0).await;
    let (id, [plate, register]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    let before = (queue(&zhou, "").await, detail(&zhou, id, plate).await);
    judge(&li, id, plate, "accepted").await;
    assert_eq!(queue(&zhou, "").await, before.0);
    assert_eq!(detail(&zhou, id, plate).await, before.1);
    assert_eq!(hashes(&queue(&zhou, "state=accepted").await).len(), 0);
    assert_eq!(queue(&zhou, "state=all").await["items"][1]["state"], "waiting");
    // The first supervisor is through with it.
    assert_eq!(hashes(&queue(&li, "").await), [register.to_string()]);
    assert_eq!(hashes(&queue(&li, "state=accepted").await), [plate.to_string()]);
    // The second verdict is no conflict, and changes nothing.
    judge(&zhou, id, plate, "retake").await;
    assert_eq!(detail(&li, id, plate).await["verdict"]["decision"], "accepted");
    assert_eq!(detail(&zhou, id, plate).await["verdict"]["decision"], "retake");
    assert_eq!(hashes(&queue(&zhou, "").await), [register.to_string()]);
    let agreement: Value = li.get("/api/review/agreement").await.json().await.unwrap();
    assert_eq!(
        (agreement["pairs"].as_u64(), agreement["percent"].as_f64()),
        (Some(1), Some(0.0))
    );
    assert_eq!(agreement["kappa"].as_f64(), Some(0.0));
    assert_eq!(bureau.remade().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_verdict_is_not_taken_back_and_hides_only_the_first_one_that_it_was_given_beside() {
    let bureau = Bureau::open_with(|config| config.second_review_percent = 100.0).await;
    let (id, [plate, _]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    judge(&li, id, plate, "accepted").await;
    let second = judge(&zhou, id, plate, "retake").await;
    let undo = format!(
        "/api/review/acts/{}/undo",
        second["acts"][0]["act"].as_str().unwrap()
    );
    let answer = zhou.request(Method::POST, &undo).send().await.unwrap();
    assert_eq!(code_of(answer).await, "undo_over");
    bureau.server.advance(SignedDuration::from_secs(60));
    let xu = bureau.supervisor("xu").await;
    let overruling = json!({ "photos": [{ "inspection": id, "hash": plate }], "decision": "retake", "reason": "bad_light", "overrule": true });
    let answer = xu.post_json("/api/review/verdicts", &overruling).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(detail(&zhou, id, plate).await["verdict"]["by"]["name"], "xu");
}
