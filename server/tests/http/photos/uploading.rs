//! Uploads that go well.

use super::super::server::{TestServer, code_of};
use super::phone::{Phone, checksum_of, hash_of, header, location, original, photo};
use jicha_server::auth::ROOT_UNIT;
use jicha_server::photos::{PhotoEvent, Variant, What, place_of};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_what_it_speaks_to_anybody() {
    let server = TestServer::start().await;
    let answer = server
        .stranger()
        .request(Method::OPTIONS, "/api/photos/uploads")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(header(&answer, "tus-version"), "1.0.0");
    assert_eq!(header(&answer, "tus-checksum-algorithm"), "sha256");
    assert_eq!(header(&answer, "tus-max-size"), (64 << 20).to_string());
    let extensions = "creation,creation-with-upload,checksum,termination,expiration,concatenation";
    assert_eq!(header(&answer, "tus-extension"), extensions);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_in_one_piece_is_checked_told_and_lies_under_its_hash() {
    let server = TestServer::start().await;
    let mut events = server.app.photos().listen();
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0010.jpg");
    let hash = hash_of(&bytes);
    assert_eq!(phone.receipt(hash).await["original"], "absent");
    let answer = phone.upload(&bytes).await;
    assert_eq!(answer.status(), 204);
    assert_eq!(header(&answer, "upload-offset"), bytes.len().to_string());
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
    let receipt = phone.receipt(hash).await;
    assert_eq!(receipt["original"], "checked");
    assert_eq!(receipt["first_received_at"], "2026-11-24T02:00:00Z");
    let file = server
        .app
        .config()
        .photo_folder()
        .join(place_of(Variant::Original, hash).to_string());
    assert_eq!(std::fs::read(file).unwrap(), bytes);
    let what = What::Received(Variant::Original);
    assert_eq!(events.recv().await.unwrap(), PhotoEvent { hash, what });
    let what = What::Checked;
    assert_eq!(events.recv().await.unwrap(), PhotoEvent { hash, what });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_bytes_may_come_with_the_creation() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("portrait_6.jpg");
    let begin = |body: &[u8]| {
        phone
            .request(Method::POST, "/api/photos/uploads")
            .header("upload-length", bytes.len())
            .header("upload-metadata", original(&bytes))
            .header("content-type", "application/offset+octet-stream")
            .body(body.to_vec())
            .send()
    };
    let some = begin(&bytes[..50_000]).await.unwrap();
    assert_eq!(header(&some, "upload-offset"), "50000");
    let answer = phone.patch(&location(&some), 50_000, &bytes[50_000..]).await;
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_pieces_with_checksums_make_one_photo() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("jolla.jpg");
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    let mut offset = 0;
    for piece in bytes.chunks(64 * 1024) {
        let answer = phone
            .patching(&upload, offset, piece)
            .header("upload-checksum", checksum_of(piece))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 204);
        offset += piece.len();
        assert_eq!(header(&answer, "upload-offset"), offset.to_string());
        let expected = if offset == bytes.len() { "checked" } else { "" };
        assert_eq!(header(&answer, "jicha-photo-state"), expected);
    }
    assert_eq!(phone.receipt(hash_of(&bytes)).await["original"], "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_is_here_costs_no_byte_for_another_phone() {
    let server = TestServer::start().await;
    let first = Phone::of(&server, "wang", ROOT_UNIT).await;
    let second = Phone::of(&server, "zhao", ROOT_UNIT).await;
    let bytes = photo("DSCN0012.jpg");
    first.upload(&bytes).await;
    let answer = second.begin(&original(&bytes), bytes.len()).await;
    assert_eq!(header(&answer, "upload-offset"), bytes.len().to_string());
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
    assert_eq!(second.offset(&location(&answer)).await, bytes.len());
    // Knowing a hash is no proof of having the photo.
    let path = format!("/api/photos/{}/original", hash_of(&bytes));
    server.unit("elsewhere", "别处", "county", ROOT_UNIT).await;
    let second_in_no_unit = Phone::of(&server, "qian", "elsewhere").await;
    second_in_no_unit.begin(&original(&bytes), bytes.len()).await;
    assert_eq!(code_of(second_in_no_unit.get(&path).await).await, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_phones_may_send_the_same_photo_at_once() {
    let server = TestServer::start().await;
    let first = Phone::of(&server, "wang", ROOT_UNIT).await;
    let second = Phone::of(&server, "zhao", ROOT_UNIT).await;
    let bytes = photo("DSCN0021.jpg");
    let one = location(&first.begin(&original(&bytes), bytes.len()).await);
    let other = location(&second.begin(&original(&bytes), bytes.len()).await);
    let (one, other) = tokio::join!(first.patch(&one, 0, &bytes), second.patch(&other, 0, &bytes));
    for answer in [one, other] {
        assert_eq!(answer.status(), 204);
        assert_eq!(header(&answer, "jicha-photo-state"), "checked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_photos_arrive_side_by_side() {
    let server = TestServer::start().await;
    let phone = std::sync::Arc::new(Phone::of(&server, "wang", ROOT_UNIT).await);
    let bytes = photo("DSCN0025.jpg");
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..40_u8 {
        let (phone, photo) = (phone.clone(), with_comment(&bytes, &[number; 30_000]));
        sending.spawn(async move {
            let answer = phone.upload(&photo).await;
            (answer.status().as_u16(), header(&answer, "jicha-photo-state"))
        });
    }
    while let Some(answer) = sending.join_next().await {
        assert_eq!(answer.unwrap(), (204, "checked".to_owned()));
    }
}

/// The same picture as another file: a comment is put in behind the start of the JPEG.
fn with_comment(jpeg: &[u8], comment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xfe], &length, comment, &jpeg[2..]].concat()
}
