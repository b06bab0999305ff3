//! Links that break, servers that are restarted, uploads that nobody finishes.

use super::super::server::{TestServer, code_of};
use super::phone::{Phone, hash_of, header, location, original, photo};
use jicha_server::auth::ROOT_UNIT;
use jicha_server::photos::upload::sweep::sweep;
use jiff::SignedDuration;
use reqwest::Method;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Begins a PATCH and sends less than it promised.
async fn broken_patch(
    server: &TestServer,
    phone: &Phone,
    upload: &str,
    promised: usize,
    sent: &[u8],
) -> TcpStream {
    let mut link = TcpStream::connect(server.url.trim_start_matches("http://"))
        .await
        .unwrap();
    let head = format!(
        "PATCH {upload} HTTP/1.1\r\nHost: server\r\nAuthorization: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {promised}\r\n\r\n",
        phone.bearer()
    );
    link.write_all(head.as_bytes()).await.unwrap();
    link.write_all(sent).await.unwrap();
    link.flush().await.unwrap();
    link
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_cut_the_upload_goes_on_from_the_byte_that_came_last() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("jolla.jpg");
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    let link = broken_patch(&server, &phone, &upload, bytes.len(), &bytes[..300_001]).await;
    drop(link);
    // The server may not have read the end of the link yet; then the upload stands at 0 and is asked again.
    let mut offset = 0;
    while offset == 0 {
        offset = phone.offset(&upload).await;
    }
    assert_eq!(offset, 300_001);
    let answer = phone.patch(&upload, offset, &bytes[offset..]).await;
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_at_a_time_writes_to_an_upload() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0027.jpg");
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    let link = broken_patch(&server, &phone, &upload, bytes.len(), &bytes[..1000]).await;
    let busy = loop {
        let answer = phone.head(&upload).await;
        if answer.status() == 423 {
            break answer;
        }
    };
    assert_eq!(header(&busy, "retry-after"), "1");
    drop(link);
    assert_eq!(phone.offset(&upload).await, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_upload_goes_on_and_its_hash_still_fits() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("HMD_Nokia_8.3_5G.jpg");
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    phone.patch(&upload, 0, &bytes[..1_000_000]).await;
    let server = server.restart().await;
    let phone = phone.at(&server);
    assert_eq!(phone.offset(&upload).await, 1_000_000);
    let answer = phone.patch(&upload, 1_000_000, &bytes[1_000_000..]).await;
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
    let again = server.restart().await;
    assert_eq!(
        phone.at(&again).receipt(hash_of(&bytes)).await["original"],
        "checked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_whole_when_the_server_stopped_is_checked_when_it_is_asked_for() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0029.jpg");
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    // As a crash leaves it between the last fsync and the check.
    let id = upload.rsplit('/').next().unwrap();
    std::fs::write(server.app.photos().objects().staged(id), &bytes).unwrap();
    let server = server.restart().await;
    let answer = phone.at(&server).head(&upload).await;
    assert_eq!(header(&answer, "upload-offset"), bytes.len().to_string());
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_nobody_finishes_expires_and_its_bytes_go() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0038.jpg");
    let begun = phone.begin(&original(&bytes), bytes.len()).await;
    assert_eq!(header(&begun, "upload-expires"), "Tue, 01 Dec 2026 02:00:00 GMT");
    let upload = location(&begun);
    phone.patch(&upload, 0, &bytes[..1000]).await;
    let file = server
        .app
        .photos()
        .objects()
        .staged(upload.rsplit('/').next().unwrap());
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 1000);
    server.advance(SignedDuration::from_hours(7 * 24));
    assert_eq!(phone.head(&upload).await.status(), 410);
    assert_eq!(
        code_of(phone.patch(&upload, 1000, &bytes[1000..]).await).await,
        "upload_expired"
    );
    assert_eq!(sweep(&server.app).await.unwrap(), 1);
    assert!(!file.exists());
    assert_eq!(phone.head(&upload).await.status(), 410);
    server.advance(SignedDuration::from_hours(7 * 24 + 1));
    sweep(&server.app).await.unwrap();
    assert_eq!(phone.head(&upload).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminated_upload_is_gone_and_a_stored_photo_stays() {
    let server = TestServer::start().await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0040.jpg");
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    phone.patch(&upload, 0, &bytes[..1000]).await;
    let ended = phone.request(Method::DELETE, &upload).send().await.unwrap();
    assert_eq!(ended.status(), 204);
    assert_eq!(phone.head(&upload).await.status(), 404);
    assert!(
        !server
            .app
            .photos()
            .objects()
            .staged(upload.rsplit('/').next().unwrap())
            .exists()
    );
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    phone.patch(&upload, 0, &bytes).await;
    phone.request(Method::DELETE, &upload).send().await.unwrap();
    assert_eq!(phone.receipt(hash_of(&bytes)).await["original"], "checked");
}
