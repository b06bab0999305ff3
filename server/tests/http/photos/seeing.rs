//! Who sees a photo, and what of it.

use super::super::server::{TestServer, code_of};
use super::phone::{Phone, hash_of, header, photo};
use jicha_domain::rights::Role;
use jicha_imaging::examine;
use jicha_server::auth::ROOT_UNIT;
use reqwest::Method;
use serde_json::Value;
use std::io::Cursor;

/// A phone in one county that has sent a photo which an inspection there names.
async fn bureau(name: &str) -> (TestServer, Phone, Vec<u8>, String) {
    let server = TestServer::start_with(|config| config.photo_workers = 0).await;
    server.unit("0503", "罗平供电公司", "county", ROOT_UNIT).await;
    server.unit("0504", "师宗供电公司", "county", ROOT_UNIT).await;
    let phone = Phone::of(&server, "wang", "0503").await;
    let bytes = photo(name);
    phone.upload(&bytes).await;
    phone.names(&server, 1, "0503", hash_of(&bytes)).await;
    let path = format!("/api/photos/{}", hash_of(&bytes));
    (server, phone, bytes, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_seen_where_its_inspection_is_and_nowhere_else() {
    let (server, phone, _, path) = bureau("DSCN0010.jpg").await;
    let here = server.client("li", Role::Supervisor, "0503").await;
    let there = server.client("zhou", Role::Supervisor, "0504").await;
    let colleague = Phone::of(&server, "zhao", "0504").await;
    for path in [path.clone(), format!("{path}/original")] {
        assert_eq!(here.get(&path).await.status(), 200);
        assert_eq!(phone.get(&path).await.status(), 200);
        assert_eq!(code_of(there.get(&path).await).await, "not_found");
        assert_eq!(code_of(colleague.get(&path).await).await, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_sees_what_it_sent_before_any_inspection_names_it() {
    let (server, phone, ..) = bureau("DSCN0010.jpg").await;
    let other = photo("DSCN0012.jpg");
    phone.upload(&other).await;
    let path = format!("/api/photos/{}/original", hash_of(&other));
    assert_eq!(phone.get(&path).await.status(), 200);
    let li = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    assert_eq!(li.get(&path).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_is_told_but_taken_out_of_the_picture_unless_it_is_asked_for() {
    let (server, _, bytes, path) = bureau("DSCN0010.jpg").await;
    let li = server.client("li", Role::Supervisor, "0503").await;
    let facts: Value = li.get(&path).await.json().await.unwrap();
    assert!(facts["exif"]["position"]["latitude_deg"].is_f64());
    assert_eq!(facts["media_type"], "image/jpeg");
    assert_eq!(facts["uses"][0]["point_name"], "马湾村2号台区总表");
    let plain = li.get(&format!("{path}/original")).await.bytes().await.unwrap();
    let examined = examine(&mut Cursor::new(&plain)).unwrap();
    assert_eq!(examined.exif.position, None);
    assert_eq!(examined.exif.camera, None);
    assert!(examine(&mut Cursor::new(&bytes)).unwrap().exif.position.is_some());
    let kept = li.get(&format!("{path}/original?metadata=keep")).await;
    assert_eq!(kept.bytes().await.unwrap(), bytes);
    let audited = server.client("sun", Role::Rectifier, "0503").await;
    let facts: Value = audited.get(&path).await.json().await.unwrap();
    assert_eq!(
        (facts["media_type"].as_str(), &facts["exif"]),
        (Some("image/jpeg"), &serde_json::json!({}))
    );
    assert_eq!(audited.get(&format!("{path}/original")).await.status(), 200);
    let kept = audited.get(&format!("{path}/original?metadata=keep")).await;
    assert_eq!(code_of(kept).await, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn orientation_stays_when_metadata_go() {
    let (_server, phone, _, path) = bureau("portrait_6.jpg").await;
    let plain = phone
        .get(&format!("{path}/original"))
        .await
        .bytes()
        .await
        .unwrap();
    assert_eq!(
        examine(&mut Cursor::new(&plain)).unwrap().exif.orientation,
        Some(6)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_cached_for_one_reader_and_can_run_nothing() {
    let (server, _, _, path) = bureau("DSCN0010.jpg").await;
    let li = server.client("li", Role::Supervisor, "0503").await;
    let path = format!("{path}/original");
    let answer = li.get(&path).await;
    let etag = header(&answer, "etag");
    assert_eq!(
        header(&answer, "cache-control"),
        "private, max-age=31536000, immutable"
    );
    assert_eq!(header(&answer, "content-type"), "image/jpeg");
    assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    assert_eq!(
        header(&answer, "content-security-policy"),
        "default-src 'none'; sandbox"
    );
    assert!(header(&answer, "vary").contains("cookie"));
    let again = li.request(Method::GET, &path).header("if-none-match", &etag);
    let again = again.send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert!(again.bytes().await.unwrap().is_empty());
    let kept = li
        .request(Method::GET, &format!("{path}?metadata=keep"))
        .header("if-none-match", &etag);
    assert_eq!(
        kept.send().await.unwrap().status(),
        200,
        "other bytes have another tag"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_at_our_own_pages_may_upload_and_one_without_the_right_may_not() {
    let (server, ..) = bureau("DSCN0010.jpg").await;
    let begin = |client: &super::super::server::Client| {
        client
            .request(Method::POST, "/api/photos/uploads")
            .header("tus-resumable", "1.0.0")
            .header("upload-length", 100)
            .header("upload-metadata", super::phone::original(b"x"))
            .send()
    };
    let wang = server.client("wang2", Role::Inspector, "0503").await;
    assert_eq!(begin(&wang).await.unwrap().status(), 201);
    let li = server.client("li", Role::Supervisor, "0503").await;
    assert_eq!(code_of(begin(&li).await.unwrap()).await, "forbidden");
    let mut foreign = wang.clone();
    foreign.origin = Some("https://evil.example".to_owned());
    assert_eq!(code_of(begin(&foreign).await.unwrap()).await, "cross_site");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_only_a_thumbnail_does_not_get_the_photo() {
    let (server, phone, ..) = bureau("DSCN0010.jpg").await;
    let other = photo("DSCN0012.jpg");
    phone.upload(&other).await;
    let zhao = Phone::of(&server, "zhao", "0504").await;
    let examined = examine(&mut Cursor::new(&other)).unwrap();
    let thumbnail = jicha_imaging::thumbnail(&mut Cursor::new(&other), &examined).unwrap();
    let sent = zhao
        .upload_variant("thumbnail", hash_of(&other), &thumbnail)
        .await;
    assert_eq!(sent.status(), 204);
    let path = format!("/api/photos/{}/original?metadata=keep", hash_of(&other));
    assert_eq!(code_of(zhao.get(&path).await).await, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_send_the_thumbnail_of_a_photo_that_an_inspection_names() {
    let (server, phone, bytes, path) = bureau("DSCN0010.jpg").await;
    let examined = examine(&mut Cursor::new(&bytes)).unwrap();
    let thumbnail = jicha_imaging::thumbnail(&mut Cursor::new(&bytes), &examined).unwrap();
    let said = super::phone::metadata(&[
        ("hash", &hash_of(&bytes).to_string()),
        ("variant", "thumbnail"),
        ("sha256", &hash_of(&thumbnail).to_string()),
    ]);
    let zhao = Phone::of(&server, "zhao", "0503").await;
    assert_eq!(
        code_of(zhao.begin(&said, thumbnail.len()).await).await,
        "forbidden"
    );
    // One that was begun before the inspection came is stopped at its end.
    let other = photo("DSCN0012.jpg");
    let said = said.replace(
        &super::phone::metadata(&[("hash", &hash_of(&bytes).to_string())]),
        "",
    );
    let named = super::phone::metadata(&[("hash", &hash_of(&other).to_string())]);
    let begun = zhao.begin(&format!("{named}{said}"), thumbnail.len()).await;
    phone.names(&server, 2, "0503", hash_of(&other)).await;
    let upload = super::phone::location(&begun);
    assert_eq!(
        code_of(zhao.patch(&upload, 0, &thumbnail).await).await,
        "forbidden"
    );
    let same_person = Phone::of_person(&server, phone.person).await;
    let sent = same_person
        .upload_variant("thumbnail", hash_of(&bytes), &thumbnail)
        .await;
    assert_eq!(sent.status(), 204);
    assert_eq!(phone.get(&format!("{path}/thumbnail")).await.status(), 200);
}
