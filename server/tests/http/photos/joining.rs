//! Parts that are sent side by side and joined.

use super::super::server::{TestServer, code_of};
use super::phone::{Phone, hash_of, header, location, original, photo};
use jicha_server::auth::ROOT_UNIT;
use reqwest::{Method, Response};

async fn part(phone: &Phone, bytes: &[u8], sent: usize) -> String {
    let begun = phone
        .request(Method::POST, "/api/photos/uploads")
        .header("upload-length", bytes.len())
        .header("upload-concat", "partial");
    let upload = location(&begun.send().await.unwrap());
    assert_eq!(phone.patch(&upload, 0, &bytes[..sent]).await.status(), 204);
    upload
}

async fn join(phone: &Phone, metadata: &str, parts: &[&str]) -> Response {
    phone
        .request(Method::POST, "/api/photos/uploads")
        .header("upload-concat", format!("final;{}", parts.join(" ")))
        .header("upload-metadata", metadata)
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_parts_make_a_photo_in_the_order_in_which_they_are_named() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("jolla.jpg");
    let (one, two) = bytes.split_at(400_000);
    let (second, first) = (
        part(&phone, two, two.len()).await,
        part(&phone, one, one.len()).await,
    );
    assert_eq!(header(&phone.head(&first).await, "upload-concat"), "partial");
    let answer = join(&phone, &original(&bytes), &[&first, &second]).await;
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
    let whole = location(&answer);
    let head = phone.head(&whole).await;
    assert_eq!(header(&head, "upload-concat"), format!("final;{first} {second}"));
    assert_eq!(header(&head, "upload-offset"), bytes.len().to_string());
    assert_eq!(phone.receipt(hash_of(&bytes)).await["original"], "checked");
    for part in [first, second] {
        assert!(
            !server
                .app
                .photos()
                .objects()
                .staged(part.rsplit('/').next().unwrap())
                .exists()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_lacks_bytes_or_is_named_twice_is_not_joined() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0010.jpg");
    let (one, two) = bytes.split_at(50_000);
    let (first, second) = (part(&phone, one, one.len()).await, part(&phone, two, 10).await);
    let answer = join(&phone, &original(&bytes), &[&first, &second]).await;
    assert_eq!(answer.status(), 409);
    let answer = join(&phone, &original(&bytes), &[&first, &first]).await;
    assert_eq!(code_of(answer).await, "bad_upload");
    phone.patch(&second, 10, &two[10..]).await;
    let other = Phone::of(&server, "zhao", ROOT_UNIT).await;
    let stolen = join(&other, &original(&bytes), &[&first, &second]).await;
    assert_eq!(code_of(stolen).await, "not_found");
    let answer = join(&phone, &original(&bytes), &[&first, &second]).await;
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
}
