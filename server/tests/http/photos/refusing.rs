//! What is refused, with which code, and what then stands.

use super::super::server::{TestServer, code_of};
use super::phone::{Phone, checksum_of, hash_of, header, location, metadata, original, photo};
use jicha_server::auth::ROOT_UNIT;
use reqwest::Method;
use serde_json::Value;

async fn ready() -> (TestServer, Phone, Vec<u8>) {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    (server, phone, photo("DSCN0042.jpg"))
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_at_the_wrong_place_are_not_taken() {
    let (_server, phone, bytes) = ready().await;
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    phone.patch(&upload, 0, &bytes[..100]).await;
    for offset in [0, 99, 101] {
        let answer = phone.patch(&upload, offset, &bytes[..10]).await;
        assert_eq!(answer.status(), 409);
        assert_eq!(code_of(answer).await, "upload_offset_wrong");
    }
    assert_eq!(phone.offset(&upload).await, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_with_a_wrong_checksum_is_dropped_whole() {
    let (_server, phone, bytes) = ready().await;
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    phone.patch(&upload, 0, &bytes[..100]).await;
    let damaged = phone
        .patching(&upload, 100, &bytes[100..900])
        .header("upload-checksum", checksum_of(&bytes[101..901]));
    let answer = damaged.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 460);
    assert_eq!(code_of(answer).await, "checksum_wrong");
    assert_eq!(phone.offset(&upload).await, 100);
    let sha1 = phone
        .patching(&upload, 100, b"some bytes")
        .header("upload-checksum", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=");
    assert_eq!(code_of(sha1.send().await.unwrap()).await, "bad_upload");
    let answer = phone.patch(&upload, 100, &bytes[100..]).await;
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_the_photo_named_are_dropped_and_the_upload_with_them() {
    let (_server, phone, bytes) = ready().await;
    let other = photo("DSCN0010.jpg");
    let upload = location(&phone.begin(&original(&other), bytes.len()).await);
    let answer = phone.patch(&upload, 0, &bytes).await;
    assert_eq!(answer.status(), 422);
    assert_eq!(code_of(answer).await, "photo_hash_mismatch");
    assert_eq!(phone.head(&upload).await.status(), 404);
    assert_eq!(phone.receipt(hash_of(&other)).await["original"], "absent");
    assert_eq!(
        header(&phone.upload(&other).await, "jicha-photo-state"),
        "checked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn more_bytes_than_announced_or_allowed_are_not_taken() {
    let server = TestServer::start_with(|config| config.photo_bytes_max = 200_000).await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0042.jpg");
    let answer = phone.begin(&original(&bytes), 200_001).await;
    assert_eq!(answer.status(), 413);
    assert_eq!(code_of(answer).await, "body_too_large");
    let upload = location(&phone.begin(&original(&bytes), bytes.len() - 1).await);
    assert_eq!(
        code_of(phone.patch(&upload, 0, &bytes).await).await,
        "body_too_large"
    );
    assert_eq!(phone.offset(&upload).await, 0);
    let thumbnail = metadata(&[
        ("hash", &hash_of(&bytes).to_string()),
        ("variant", "thumbnail"),
        ("sha256", &hash_of(b"x").to_string()),
    ]);
    assert_eq!(phone.begin(&thumbnail, 10_001).await.status(), 413);
    assert_eq!(phone.begin(&thumbnail, 10_000).await.status(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_is_an_archive_too_goes_to_quarantine_and_to_no_browser() {
    let (server, phone, mut bytes) = ready().await;
    let mut archive = Vec::new();
    {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(&mut archive));
        zip.start_file("payload.html", zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(b"<script>alert(1)</script>").unwrap();
        zip.finish().unwrap();
    }
    bytes.extend(archive);
    let hash = hash_of(&bytes);
    let answer = phone.upload(&bytes).await;
    assert_eq!(answer.status(), 422);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "photo_refused");
    assert_eq!(problem["reason"], "polyglot");
    let receipt = phone.receipt(hash).await;
    assert_eq!(receipt["original"], "refused");
    assert_eq!(receipt["reason"], "polyglot");
    let kept = server
        .app
        .config()
        .photo_folder()
        .join(format!("quarantine/{hash}"));
    assert_eq!(std::fs::read(kept).unwrap(), bytes);
    phone.names(&server, 1, ROOT_UNIT, hash).await;
    assert_eq!(
        phone.get(&format!("/api/photos/{hash}/original")).await.status(),
        404
    );
    let facts: Value = phone
        .get(&format!("/api/photos/{hash}"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(facts["refused"], "polyglot");
    // It is not worth sending again, and the phone is told before it does.
    let again = phone.begin(&original(&bytes), bytes.len()).await;
    assert_eq!(code_of(again).await, "photo_refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_or_only_half_of_one_is_refused_with_its_reason() {
    let (_server, phone, bytes) = ready().await;
    let page = b"<!doctype html><script>alert(1)</script>".to_vec();
    for (bytes, reason) in [
        (page, "not_a_photo"),
        (bytes[..bytes.len() / 2].to_vec(), "truncated"),
    ] {
        let problem: Value = phone.upload(&bytes).await.json().await.unwrap();
        assert_eq!(problem["reason"], reason);
    }
    let hash = hash_of(&bytes);
    let large = phone.upload_variant("preview", hash, &photo("jolla.jpg")).await;
    let problem: Value = large.json().await.unwrap();
    assert_eq!(
        problem["reason"], "too_many_pixels",
        "a preview has a long side of 1600 at most"
    );
    assert_eq!(phone.receipt(hash).await["original"], "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_the_upload_of_another() {
    let (server, phone, bytes) = ready().await;
    let other = Phone::of(&server, "zhao", ROOT_UNIT).await;
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    assert_eq!(other.head(&upload).await.status(), 404);
    assert_eq!(code_of(other.patch(&upload, 0, &bytes).await).await, "not_found");
    let ended = other.request(Method::DELETE, &upload).send().await.unwrap();
    assert_eq!(code_of(ended).await, "not_found");
    assert_eq!(phone.offset(&upload).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_headers_are_named() {
    let (server, phone, bytes) = ready().await;
    let mut stranger = server.stranger();
    stranger.origin = None;
    let without = stranger
        .request(Method::POST, "/api/photos/uploads")
        .header("authorization", phone.bearer());
    let answer = without.send().await.unwrap();
    assert_eq!(answer.status(), 412);
    assert_eq!(header(&answer, "tus-version"), "1.0.0");
    let gif = metadata(&[
        ("hash", &"ab".repeat(32)),
        ("variant", "original"),
        ("filetype", "image/gif"),
    ]);
    assert_eq!(phone.begin(&gif, 10).await.status(), 415);
    for said in ["", "hash", "hash !!", "variant b3JpZ2luYWw="] {
        let problem: Value = phone.begin(said, 10).await.json().await.unwrap();
        assert_eq!(problem["code"], "bad_upload", "{said}");
        assert_eq!(problem["at"], "Upload-Metadata");
    }
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    let plain = phone
        .request(Method::PATCH, &upload)
        .header("upload-offset", 0)
        .body(bytes);
    assert_eq!(plain.send().await.unwrap().status(), 415);
}
