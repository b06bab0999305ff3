//! Verdicts, findings, comments and taking them back.

use super::super::sample::store;
use super::super::server::code_of;
use super::bureau::{Bureau, detail, hashes, judge, photo, queue, verdict};
use jicha_domain::rights::Role;
use jicha_record::{Actor, Document, review};
use jicha_server::auth::ROOT_UNIT;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_retake_with_its_reason_and_words_stands_in_the_review_that_the_phone_gets() {
    let bureau = Bureau::open().await;
    let (id, [_, register]) = bureau.arrived(1, "050301").await;
    let li = bureau.supervisor("li").await;
    let mut body = verdict(id, register, "retake");
    body["words"] = json!("请对准总示数");
    assert_eq!(li.post_json("/api/review/verdicts", &body).await.status(), 200);
    let shown = detail(&li, id, register).await;
    assert_eq!(shown["verdict"]["decision"], "retake");
    assert_eq!(shown["verdict"]["words"], "请对准总示数");
    let addressed: i64 = bureau
        .server
        .write(move |sql| {
            Ok(sql.query_row(
                "SELECT count(*) FROM feed JOIN document ON document.number = feed.document
                 WHERE document.kind = 'review' AND feed.audience LIKE 'person/%'",
                [],
                |row| row.get(0),
            )?)
        })
        .await;
    assert!(addressed > 0, "the review is announced to the inspector");
    let without = json!({ "photos": [{ "inspection": id, "hash": register }], "decision": "retake" });
    assert_eq!(
        code_of(li.post_json("/api/review/verdicts", &without).await).await,
        "invalid"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reviews_his_own_work() {
    let bureau = Bureau::open().await;
    let (id, [plate, _]) = bureau.arrived(1, "050301").await;
    let wang = bureau.wang;
    bureau
        .server
        .write(move |sql| {
            sql.execute(
                "INSERT INTO person_grant (person, role, unit, granted_at_ms) VALUES (?1, 'supervisor', 'ROOT', 0)",
                [wang.to_string()],
            )?;
            Ok(())
        })
        .await;
    let wang = bureau.server.session_of(wang).await;
    let answer = wang
        .post_json("/api/review/verdicts", &verdict(id, plate, "accepted"))
        .await;
    assert_eq!(code_of(answer).await, "own_work");
    assert_eq!(queue(&wang, "").await["items"][0]["own"], true);
    assert_eq!(detail(&wang, id, plate).await["may_judge"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_is_undone_by_its_author_within_ten_seconds_and_never_later() {
    let bureau = Bureau::open().await;
    let (id, [plate, register]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    let undo = |answer: Value| {
        format!(
            "/api/review/acts/{}/undo",
            answer["acts"][0]["act"].as_str().unwrap()
        )
    };
    let accepted = undo(judge(&li, id, plate, "accepted").await);
    assert_eq!(
        code_of(zhou.request(Method::POST, &accepted).send().await.unwrap()).await,
        "not_found"
    );
    bureau.server.advance(SignedDuration::from_secs(9));
    assert_eq!(
        li.request(Method::POST, &accepted).send().await.unwrap().status(),
        204
    );
    assert_eq!(queue(&li, "").await["counts"]["to_review"], 2);
    assert!(detail(&li, id, plate).await["verdict"].is_null());
    assert_eq!(
        code_of(li.request(Method::POST, &accepted).send().await.unwrap()).await,
        "undo_over"
    );
    let late = undo(judge(&li, id, register, "retake").await);
    bureau.server.advance(SignedDuration::from_secs(11));
    assert_eq!(
        code_of(li.request(Method::POST, &late).send().await.unwrap()).await,
        "undo_over"
    );
    assert_eq!(bureau.remade().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_an_overruling_verdict_puts_the_other_one_back() {
    let bureau = Bureau::open().await;
    let (id, [plate, _]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    judge(&li, id, plate, "accepted").await;
    let refused = zhou
        .post_json("/api/review/verdicts", &verdict(id, plate, "retake"))
        .await;
    assert_eq!(refused.status(), 409);
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(
        (problem["code"].as_str(), problem["reason"].as_str()),
        (Some("judged_meanwhile"), Some("accepted"))
    );
    assert_eq!(problem["detail"], "li: accepted");
    let mut body = verdict(id, plate, "retake");
    body["overrule"] = json!(true);
    let answer: Value = zhou
        .post_json("/api/review/verdicts", &body)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(detail(&li, id, plate).await["verdict"]["decision"], "retake");
    let undo = format!(
        "/api/review/acts/{}/undo",
        answer["acts"][0]["act"].as_str().unwrap()
    );
    assert_eq!(
        zhou.request(Method::POST, &undo).send().await.unwrap().status(),
        204
    );
    let verdict = &detail(&li, id, plate).await["verdict"];
    assert_eq!(
        (verdict["decision"].as_str(), verdict["by"]["name"].as_str()),
        (Some("accepted"), Some("li"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_accepted_at_once_and_what_cannot_be_is_told_apart() {
    let bureau = Bureau::open().await;
    let (id, [plate, register]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    judge(&zhou, id, plate, "retake").await;
    let both = [plate, register].map(|hash| json!({ "inspection": id, "hash": hash }));
    let body = json!({ "photos": both, "decision": "accepted" });
    let answer: Value = li
        .post_json("/api/review/verdicts", &body)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(answer["acts"][0]["problem"]["code"], "judged_meanwhile");
    assert!(answer["acts"][1]["act"].is_string());
    assert_eq!(
        hashes(&queue(&li, "state=accepted").await),
        [register.to_string()]
    );
}

async fn findings(bureau: &Bureau) -> i64 {
    let count = "SELECT count(*) FROM review_finding";
    bureau
        .server
        .write(|sql| Ok(sql.query_row(count, [], |row| row.get(0))?))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_stands_with_its_photo_and_undoing_it_withdraws_both() {
    let bureau = Bureau::open().await;
    let (id, [plate, _]) = bureau.arrived(1, "050301").await;
    let li = bureau.supervisor("li").await;
    let body = json!({ "photo": { "inspection": id, "hash": plate }, "title": "CT 变比不符", "category": "multiplier", "severity": "3" });
    let answer: Value = li
        .post_json("/api/review/findings", &body)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(queue(&li, "").await["counts"]["finding"], 1);
    assert_eq!(findings(&bureau).await, 1);
    let undo = format!(
        "/api/review/acts/{}/undo",
        answer["acts"][0]["act"].as_str().unwrap()
    );
    assert_eq!(
        li.request(Method::POST, &undo).send().await.unwrap().status(),
        204
    );
    assert_eq!(findings(&bureau).await, 0);
    assert_eq!(queue(&li, "").await["counts"]["finding"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_make_a_thread() {
    let bureau = Bureau::open().await;
    let (id, [plate, register]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    for (client, words) in [(&li, "看不清"), (&zhou, "同意")] {
        let body = json!({ "inspection": id, "hash": plate, "words": words });
        assert_eq!(
            client.post_json("/api/review/comments", &body).await.status(),
            200
        );
        bureau.server.advance(SignedDuration::from_secs(1));
    }
    let thread = detail(&li, id, plate).await["comments"].clone();
    assert_eq!(
        (thread[0]["words"].as_str(), thread[1]["by"]["name"].as_str()),
        (Some("看不清"), Some("zhou"))
    );
    assert_eq!(
        detail(&li, id, register).await["comments"][0]["about_this"],
        false
    );
    let planner = bureau.server.client("planner", Role::Planner, ROOT_UNIT).await;
    let body = json!({ "inspection": id, "words": "?" });
    assert_eq!(
        code_of(planner.post_json("/api/review/comments", &body).await).await,
        "forbidden"
    );
    assert_eq!(detail(&planner, id, plate).await["may_judge"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_see_is_not_accepted_but_can_be_asked_for_again() {
    let bureau = Bureau::open().await;
    let (id, [plate, _]) = bureau.inspection(1, "050301").await;
    let li = bureau.supervisor("li").await;
    let answer = li
        .post_json("/api/review/verdicts", &verdict(id, plate, "accepted"))
        .await;
    assert_eq!(code_of(answer).await, "invalid");
    judge(&li, id, plate, "retake").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_of_which_only_the_skeleton_is_here_can_be_read_and_written() {
    let bureau = Bureau::open().await;
    let (id, [plate, _]) = bureau.arrived(1, "050301").await;
    let actor = Actor::of(bureau.phone.as_uuid());
    let (document, changes) = Document::create(review::document_id(id), actor).unwrap();
    store(&bureau.server, document, changes).await;
    let li = bureau.supervisor("li").await;
    assert!(detail(&li, id, plate).await["verdict"].is_null());
    judge(&li, id, plate, "retake").await;
    assert_eq!(detail(&li, id, plate).await["verdict"]["decision"], "retake");
    assert_eq!(queue(&li, "").await["counts"]["retake"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_photo_that_was_asked_for_again_is_replaced_by_another() {
    let bureau = Bureau::open().await;
    let (id, [plate, register]) = bureau.arrived(1, "050301").await;
    let li = bureau.supervisor("li").await;
    judge(&li, id, register, "retake").await;
    for (hash, replaces) in [
        (photo(1, 3), plate),
        (photo(1, 4), register),
        (photo(1, 5), photo(1, 5)),
    ] {
        bureau.arrive(hash).await;
        bureau.take_anew(id, hash, replaces).await;
    }
    let state = async |hash| detail(&li, id, hash).await["item"]["state"].clone();
    assert_eq!(state(plate).await, "waiting");
    assert_eq!(state(register).await, "replaced");
    assert_eq!(state(photo(1, 4)).await, "retake_arrived");
    assert_eq!(state(photo(1, 5)).await, "waiting");
    assert_eq!(bureau.remade().await, 0);
}
