//! What the server makes of a photo that comes alone.

use super::super::server::TestServer;
use super::phone::{Phone, hash_of, header, photo};
use jicha_domain::id::PhotoHash;
use jicha_imaging::{MediaType, examine};
use jicha_server::auth::ROOT_UNIT;
use jicha_server::photos::{What, worker};
use serde_json::Value;
use std::io::Cursor;

/// A server whose worker only works when it is told to.
async fn quiet() -> (TestServer, Phone) {
    let server = TestServer::start_with(|config| config.photo_workers = 0).await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    (server, phone)
}

async fn facts(phone: &Phone, hash: PhotoHash) -> Value {
    phone
        .get(&format!("/api/photos/{hash}"))
        .await
        .json()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_alone_gets_thumbnail_preview_and_figures() {
    let server = TestServer::start().await;
    let mut events = server.app.photos().listen();
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("portrait_6.jpg");
    let hash = hash_of(&bytes);
    phone.upload(&bytes).await;
    while events.recv().await.unwrap().what != What::Derived {}
    let receipt = phone.receipt(hash).await;
    assert_eq!(
        (&receipt["thumbnail"], &receipt["preview"]),
        (&"checked".into(), &"checked".into())
    );
    let facts = facts(&phone, hash).await;
    assert!(facts["quality"]["sharpness"].as_f64().unwrap() > 0.0, "{facts}");
    assert_eq!(facts["perceptual_hash"].as_str().unwrap().len(), 16);
    for (variant, side_max) in [("thumbnail", 320), ("preview", 1600)] {
        let answer = phone.get(&format!("/api/photos/{hash}/{variant}")).await;
        assert!(header(&answer, "cache-control").contains("immutable"));
        let picture = answer.bytes().await.unwrap();
        let found = examine(&mut Cursor::new(&picture)).unwrap();
        assert_eq!(found.media_type, MediaType::Jpeg);
        assert!(found.width.max(found.height) <= side_max);
        assert!(found.height > found.width, "the orientation has been applied");
        assert_eq!(found.exif.position, None);
        if variant == "thumbnail" {
            assert!(picture.len() <= 10_000, "{}", picture.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_waits_survives_a_restart() {
    let (server, phone) = quiet().await;
    let bytes = photo("DSCN0010.jpg");
    phone.upload(&bytes).await;
    assert_eq!(phone.receipt(hash_of(&bytes)).await["preview"], "absent");
    let server = server.restart_with(|config| config.photo_workers = 1).await;
    let phone = phone.at(&server);
    // The worker begins by itself; it may be done before anybody can listen.
    while phone.receipt(hash_of(&bytes)).await["preview"] != "checked" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_made_from_the_original_takes_the_place_of_the_phones() {
    let server = TestServer::start().await;
    let mut events = server.app.photos().listen();
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0010.jpg");
    let hash = hash_of(&bytes);
    // A thumbnail of quite another picture, as a liar would send.
    let examined = examine(&mut Cursor::new(photo("jolla.jpg"))).unwrap();
    let lie = jicha_imaging::thumbnail(&mut Cursor::new(photo("jolla.jpg")), &examined).unwrap();
    phone.names(&server, 1, ROOT_UNIT, hash).await;
    assert_eq!(phone.upload_variant("thumbnail", hash, &lie).await.status(), 204);
    let path = format!("/api/photos/{hash}/thumbnail");
    let shown = phone.get(&path).await;
    assert_eq!(header(&shown, "cache-control"), "private, no-cache");
    phone.upload(&bytes).await;
    while events.recv().await.unwrap().what != What::Derived {}
    let shown = phone.get(&path).await.bytes().await.unwrap();
    assert_ne!(shown, lie);
    assert_eq!(facts(&phone, hash).await["variants"][2]["made_by"], "server");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heic_photo_is_shown_through_the_phones_preview() {
    let server = TestServer::start().await;
    let mut events = server.app.photos().listen();
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("iphone_13_pro_max.HEIC");
    let hash = hash_of(&bytes);
    assert_eq!(
        header(&phone.upload(&bytes).await, "jicha-photo-state"),
        "checked"
    );
    let source = photo("DSCN0010.jpg");
    let examined = examine(&mut Cursor::new(&source)).unwrap();
    let preview = jicha_imaging::derive(&mut Cursor::new(&source), &examined)
        .unwrap()
        .preview;
    phone.upload_variant("preview", hash, &preview).await;
    while events.recv().await.unwrap().what != What::Derived {}
    let facts = facts(&phone, hash).await;
    assert_eq!(facts["media_type"], "image/heic");
    assert!(facts["quality"].is_object());
    let receipt = phone.receipt(hash).await;
    assert_eq!(
        (&receipt["thumbnail"], &receipt["preview"]),
        (&"checked".into(), &"checked".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_photo_is_found_across_inspections() {
    let server = TestServer::start().await;
    let mut events = server.app.photos().listen();
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("HMD_Nokia_8.3_5G.jpg");
    let examined = examine(&mut Cursor::new(&bytes)).unwrap();
    let smaller = jicha_imaging::derive(&mut Cursor::new(&bytes), &examined)
        .unwrap()
        .preview;
    let all = [bytes, smaller, photo("DSCN0010.jpg")];
    for (number, bytes) in (1..).zip(&all) {
        phone.upload(bytes).await;
        phone.names(&server, number, ROOT_UNIT, hash_of(bytes)).await;
        while events.recv().await.unwrap().what != What::Derived {}
    }
    let found = facts(&phone, hash_of(&all[0])).await;
    let near = found["near_duplicates"].as_array().unwrap();
    assert_eq!(near.len(), 1, "{found}");
    assert_eq!(near[0]["hash"], hash_of(&all[1]).to_string());
    server.unit("elsewhere", "别处", "county", ROOT_UNIT).await;
    let elsewhere = Phone::of(&server, "zhao", "elsewhere").await;
    assert_eq!(
        elsewhere
            .get(&format!("/api/photos/{}", hash_of(&all[0])))
            .await
            .status(),
        404
    );
    assert_eq!(
        worker::work_once(&server.app).await.unwrap(),
        0,
        "nothing is left to do"
    );
}
