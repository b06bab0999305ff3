//! Requests that are wrong, too large or cut: answered by an error that names the place, and nothing is stored.

use jicha_simulator::http::client_builder;
use jicha_sync::{DeviceSession, Hello, Limits, MEDIA_TYPE};
use jicha_tests::Fleet;
use serde_json::Value;

async fn post(fleet: &Fleet, token: &str, body: Vec<u8>) -> (u16, Value) {
    let client = client_builder().build().unwrap();
    let request = client
        .post(format!("{}/api/sync", fleet.server().url()))
        .bearer_auth(token);
    let response = request
        .header("content-type", MEDIA_TYPE)
        .body(body)
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    let body = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn hello(device: uuid::Uuid, protocol: u16) -> Hello {
    Hello {
        protocol_min: protocol,
        protocol_max: protocol,
        device,
        epoch: None,
        cursor: 0,
        resuming: false,
        response_bytes_max: 1024 * 1024,
        app: "test".to_owned(),
    }
}

fn request(hello: Hello) -> Vec<u8> {
    let mut session = DeviceSession::new(Limits::default(), hello).unwrap();
    let mut body = session.opening().unwrap();
    body.extend(session.finish().unwrap());
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_request_is_refused_with_the_byte_and_what_was_expected() {
    let fleet = Fleet::of(1, 50).await;
    let enrolment = fleet.phones[0].device.enrolment().unwrap().unwrap();
    let good = request(hello(enrolment.device.as_uuid(), 1));
    assert_eq!(post(&fleet, &enrolment.token, good.clone()).await.0, 200);

    // No sync message at all.
    let (status, problem) = post(&fleet, &enrolment.token, b"GET / HTTP/1.1".to_vec()).await;
    assert_eq!((status, problem["code"].as_str()), (400, Some("sync_malformed")));
    assert_eq!(problem["at"], "byte 0");

    // A flipped bit in the middle.
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x10;
    let (status, problem) = post(&fleet, &enrolment.token, flipped).await;
    assert_eq!(status, 400, "{problem}");
    assert!(problem["at"].as_str().unwrap().starts_with("byte "), "{problem}");

    // A frame that says it has four gigabytes.
    let mut huge = good[..6].to_vec();
    huge.extend([0xff; 8]);
    let (status, problem) = post(&fleet, &enrolment.token, huge).await;
    assert_eq!(status, 400);
    assert!(
        problem["detail"].as_str().unwrap().contains("at most"),
        "{problem}"
    );

    // Every way of breaking off.
    for length in 0..good.len() {
        assert_eq!(
            post(&fleet, &enrolment.token, good[..length].to_vec()).await.0,
            400,
            "cut at byte {length}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_above_the_limit_is_refused_while_it_arrives() {
    let fleet = Fleet::of(1, 51).await;
    let enrolment = fleet.phones[0].device.enrolment().unwrap().unwrap();
    let mut endless = request(hello(enrolment.device.as_uuid(), 1));
    endless.truncate(endless.len() - 4);
    endless.resize(32 * 1024 * 1024, 0);
    let client = client_builder().build().unwrap();
    let sent = client
        .post(format!("{}/api/sync", fleet.server().url()))
        .bearer_auth(&enrolment.token)
        .body(endless)
        .send()
        .await;
    // The server may close the connection before it has been told everything.
    if let Ok(response) = sent {
        assert_eq!(response.status(), 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_too_old_is_told_so() {
    let fleet = Fleet::of(1, 52).await;
    let enrolment = fleet.phones[0].device.enrolment().unwrap().unwrap();
    let (status, problem) = post(
        &fleet,
        &enrolment.token,
        request(hello(enrolment.device.as_uuid(), 0)),
    )
    .await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (426, Some("client_too_old")),
        "{problem}"
    );
    let (status, problem) = post(
        &fleet,
        &enrolment.token,
        request(hello(enrolment.device.as_uuid(), 900)),
    )
    .await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (501, Some("client_too_new")),
        "{problem}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_can_speak_only_for_itself() {
    let fleet = Fleet::of(2, 53).await;
    let first = fleet.phones[0].device.enrolment().unwrap().unwrap();
    let second = fleet.phones[1].device.enrolment().unwrap().unwrap();
    let (status, _) = post(&fleet, &first.token, request(hello(second.device.as_uuid(), 1))).await;
    assert_eq!(status, 401);
    let (status, _) = post(&fleet, "no such token", request(hello(first.device.as_uuid(), 1))).await;
    assert_eq!(status, 401);
}
