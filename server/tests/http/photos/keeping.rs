//! Files that went missing, databases that were restored, copies for the safe.

use super::super::server::TestServer;
use super::phone::{Phone, hash_of, header, location, original, photo};
use jicha_server::auth::ROOT_UNIT;
use jicha_server::photos::{Variant, What, check, place_of, worker};
use jicha_server::storage::COMPONENTS;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_or_altered_is_found_and_the_photo_asked_for_again() {
    let server = TestServer::start_with(|config| config.photo_workers = 0).await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let (gone, altered, sound) = (
        photo("DSCN0010.jpg"),
        photo("DSCN0012.jpg"),
        photo("DSCN0021.jpg"),
    );
    let first = location(&phone.begin(&original(&gone), gone.len()).await);
    phone.patch(&first, 0, &gone).await;
    for bytes in [&altered, &sound] {
        phone.upload(bytes).await;
    }
    let folder = server.app.config().photo_folder();
    let place = |bytes: &[u8]| folder.join(place_of(Variant::Original, hash_of(bytes)).to_string());
    std::fs::remove_file(place(&gone)).unwrap();
    let mut one_bit = altered.clone();
    one_bit[100_000] ^= 1;
    std::fs::write(place(&altered), one_bit).unwrap();
    let mut sql = jicha_store::open_writer(&server.app.config().database_path(), COMPONENTS).unwrap();
    let epoch = jicha_server::sync::current_epoch(&sql).unwrap();
    let report = check::check(&mut sql, server.app.photos().objects(), server.app.now(), true)
        .await
        .unwrap();
    assert_eq!((report.sound, report.lost.len()), (1, 2));
    assert_ne!(
        jicha_server::sync::current_epoch(&sql).unwrap(),
        epoch,
        "phones ask in a new epoch what is here"
    );
    assert_eq!(phone.receipt(hash_of(&gone)).await["original"], "absent");
    assert_eq!(
        phone.head(&first).await.status(),
        404,
        "what was checked once is not any more"
    );
    assert_eq!(
        header(&phone.upload(&altered).await, "jicha-photo-state"),
        "checked"
    );
    assert_eq!(std::fs::read(place(&altered)).unwrap(), altered);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_not_told_checked_when_the_file_is_gone() {
    let server = TestServer::start_with(|config| config.photo_workers = 0).await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0010.jpg");
    phone.upload(&bytes).await;
    let place = place_of(Variant::Original, hash_of(&bytes)).to_string();
    std::fs::remove_file(server.app.config().photo_folder().join(place)).unwrap();
    let begun = phone.begin(&original(&bytes), bytes.len()).await;
    assert_eq!(header(&begun, "upload-offset"), "0");
    let answer = phone.patch(&location(&begun), 0, &bytes).await;
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn originals_that_an_older_database_does_not_know_are_taken_in_from_the_copy() {
    let server = TestServer::start_with(|config| config.photo_workers = 0).await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("jolla.jpg");
    phone.upload(&bytes).await;
    let copy = tempfile::tempdir().unwrap();
    let objects = server.app.photos().objects();
    assert_eq!(check::copy_out(objects, copy.path()).await.unwrap(), 1);
    assert_eq!(
        check::copy_out(objects, copy.path()).await.unwrap(),
        0,
        "a second copy takes only what is new"
    );

    let empty = TestServer::start_with(|config| config.photo_workers = 0).await;
    let objects = empty.app.photos().objects();
    assert_eq!(check::copy_in(objects, copy.path()).await.unwrap(), 1);
    let mut sql = jicha_store::open_writer(&empty.app.config().database_path(), COMPONENTS).unwrap();
    let report = check::check(&mut sql, objects, empty.app.now(), false)
        .await
        .unwrap();
    assert_eq!((report.adopted, report.strange.len()), (1, 0));
    let other = Phone::of(&empty, "wang", ROOT_UNIT).await;
    assert_eq!(other.receipt(hash_of(&bytes)).await["original"], "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_the_server_that_is_gone_is_made_again() {
    let server = TestServer::start_with(|config| config.photo_workers = 1).await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0010.jpg");
    let mut events = server.app.photos().listen();
    phone.upload(&bytes).await;
    while events.recv().await.unwrap().what != What::Derived {}
    let place = place_of(Variant::Preview, hash_of(&bytes)).to_string();
    let file = server.app.config().photo_folder().join(place);
    // A folder in its place: an object that can't be read must not end the check.
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let mut sql = jicha_store::open_writer(&server.app.config().database_path(), COMPONENTS).unwrap();
    let report = check::check(&mut sql, server.app.photos().objects(), server.app.now(), true)
        .await
        .unwrap();
    assert_eq!((report.sound, report.lost.len()), (2, 1));
    std::fs::remove_dir(&file).unwrap();
    worker::work_once(&server.app).await.unwrap();
    assert_eq!(phone.receipt(hash_of(&bytes)).await["preview"], "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_whose_file_went_ahead_of_its_row_is_finished_or_told_to_begin_anew() {
    let server = TestServer::start_with(|config| config.photo_workers = 0).await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    for (name, stays) in [("DSCN0010.jpg", true), ("DSCN0012.jpg", false)] {
        let bytes = photo(name);
        let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
        let fails = "CREATE TRIGGER full BEFORE UPDATE OF outcome ON photo_upload
             BEGIN SELECT raise(ABORT, 'the disk is full'); END";
        server.write(move |sql| Ok(sql.execute_batch(fails)?)).await;
        assert_eq!(phone.patch(&upload, 0, &bytes).await.status(), 500);
        server
            .write(move |sql| Ok(sql.execute_batch("DROP TRIGGER full")?))
            .await;
        if stays {
            let answer = phone.head(&upload).await;
            assert_eq!(header(&answer, "jicha-photo-state"), "checked");
            assert_eq!(phone.receipt(hash_of(&bytes)).await["original"], "checked");
        } else {
            let place = place_of(Variant::Original, hash_of(&bytes)).to_string();
            std::fs::remove_file(server.app.config().photo_folder().join(place)).unwrap();
            assert_eq!(phone.head(&upload).await.status(), 410);
            assert_eq!(
                header(&phone.upload(&bytes).await, "jicha-photo-state"),
                "checked"
            );
        }
    }
}
