//! Enrolling devices.

use super::server::{Client, TestServer, code_of};
use ed25519_dalek::{Signer, SigningKey};
use jicha_domain::rights::Role;
use jicha_server::auth::{ROOT_UNIT, base64url};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// What an app sends for a code, with a key of its own.
fn request(code: &str, key: &SigningKey) -> Value {
    let spelt: String = code.chars().filter(|c| *c != '-').collect();
    let public_key = key.verifying_key();
    let message = [
        b"jicha-enrol-v1".as_slice(),
        spelt.as_bytes(),
        public_key.as_bytes(),
    ]
    .concat();
    json!({
        "code": code, "device_name": "罗平-1", "platform": "Android 16",
        "public_key": base64url::encode(public_key.as_bytes()),
        "proof": base64url::encode(&key.sign(&message).to_bytes()),
    })
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

async fn own_code(client: &Client) -> String {
    let response = client
        .post_json("/api/me/enrolment-codes", &json!({ "minutes": 60 }))
        .await;
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    let (code, url) = (body["code"].as_str().unwrap(), body["url"].as_str().unwrap());
    assert!(
        url.ends_with(&format!("/enrol#{}", code.replace('-', ""))),
        "{url}"
    );
    code.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_makes_one_device_and_tells_it_all_it_needs() {
    let server = TestServer::start().await;
    server.unit("0503", "罗平供电公司", "county", ROOT_UNIT).await;
    let wang = server.person("wang", "王强", Role::Inspector, "0503").await;
    let code = own_code(&server.session_of(wang).await).await;

    let response = server
        .stranger()
        .post_json("/api/enrol", &request(&code, &key(1)))
        .await;
    assert_eq!(response.status(), 201);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["person"], json!({ "id": wang.to_string(), "name": "王强" }));
    assert_eq!(body["unit"], "0503");
    assert_eq!(body["audiences"], json!([format!("person/{wang}"), "unit/0503"]));
    assert_eq!(body["protocol"], json!({ "min": 1, "max": 1 }));
    let server_key = base64url::encode(server.app.server_key().verifying_key().as_bytes());
    assert_eq!(body["server_public_key"], server_key);
    assert_eq!(body["device_token"].as_str().unwrap().len(), 43);

    let again = server
        .stranger()
        .post_json("/api/enrol", &request(&code, &key(2)))
        .await;
    assert_eq!(
        code_of(again).await,
        "enrolment_code_unusable",
        "a code works once"
    );
    assert!(server.audited().await.contains(&"device_enrolled".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_expires() {
    let server = TestServer::start().await;
    let client = server.client("wang", Role::Inspector, ROOT_UNIT).await;
    let code = own_code(&client).await;
    server.advance(SignedDuration::from_mins(60));
    let response = server
        .stranger()
        .post_json("/api/enrol", &request(&code, &key(1)))
        .await;
    assert_eq!(code_of(response).await, "enrolment_code_unusable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_sender_does_not_hold_is_refused() {
    let server = TestServer::start().await;
    let client = server.client("wang", Role::Inspector, ROOT_UNIT).await;
    let code = own_code(&client).await;
    let mut forged = request(&code, &key(1));
    forged["public_key"] = json!(base64url::encode(key(2).verifying_key().as_bytes()));
    assert_eq!(
        code_of(server.stranger().post_json("/api/enrol", &forged).await).await,
        "enrolment_proof_wrong"
    );
    let mut short = request(&code, &key(1));
    short["proof"] = json!("AAAA");
    assert_eq!(
        code_of(server.stranger().post_json("/api/enrol", &short).await).await,
        "invalid"
    );
    let response = server
        .stranger()
        .post_json("/api/enrol", &request(&code, &key(1)))
        .await;
    assert_eq!(
        response.status(),
        201,
        "a failed attempt does not use the code up"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_codes_is_slowed_down_per_address() {
    let server = TestServer::start().await;
    let mut answers = Vec::new();
    for _ in 0..22 {
        let response = server
            .stranger()
            .post_json("/api/enrol", &request("00000-00000", &key(1)))
            .await;
        answers.push(code_of(response).await);
    }
    assert_eq!(answers[0], "enrolment_code_unusable");
    assert_eq!(answers[21], "too_many_attempts");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_codes_for_people_of_her_units_only() {
    let server = TestServer::start().await;
    server.unit("0503", "罗平供电公司", "county", ROOT_UNIT).await;
    server.unit("0504", "师宗供电公司", "county", ROOT_UNIT).await;
    let here = server.person("wang", "王强", Role::Inspector, "0503").await;
    let elsewhere = server.person("zhao", "赵敏", Role::Inspector, "0504").await;
    let chief = server.person("chief", "局长", Role::Supervisor, ROOT_UNIT).await;
    let admin = server.client("admin3", Role::Administrator, "0503").await;
    let ask = async |id| {
        let path = format!("/api/people/{id}/enrolment-codes");
        admin
            .post_json(&path, &json!({ "minutes": 30 }))
            .await
            .status()
            .as_u16()
    };
    assert_eq!(ask(here).await, 200);
    assert_eq!(ask(elsewhere).await, 404);
    assert_eq!(
        ask(chief).await,
        404,
        "the chief's device would act for the whole bureau"
    );
    let too_long = admin
        .post_json(
            &format!("/api/people/{here}/enrolment-codes"),
            &json!({ "minutes": 9 }),
        )
        .await;
    assert_eq!(code_of(too_long).await, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_device_is_listed_as_locked_and_can_be_unlocked() {
    let server = TestServer::start().await;
    let wang = server.person("wang", "王强", Role::Inspector, ROOT_UNIT).await;
    let code = own_code(&server.session_of(wang).await).await;
    let enrolled: Value = server
        .stranger()
        .post_json("/api/enrol", &request(&code, &key(1)))
        .await
        .json()
        .await
        .unwrap();
    let id = enrolled["device_id"].as_str().unwrap().to_owned();
    let admin = server.client("admin3", Role::Administrator, ROOT_UNIT).await;
    for (path, locked) in [("lock", true), ("unlock", false)] {
        assert_eq!(
            admin
                .post_json(&format!("/api/devices/{id}/{path}"), &json!({}))
                .await
                .status(),
            204
        );
        let list: Value = admin.get("/api/devices").await.json().await.unwrap();
        assert_eq!(list["devices"][0]["locked_at"].is_string(), locked, "{list}");
    }
    let acts = server.audited().await;
    assert!(
        acts.ends_with(&["device_locked".to_owned(), "device_unlocked".to_owned()]),
        "{acts:?}"
    );
}
