//! Photos on the phone: judged at once, asked for again, safe before they are deleted.

use std::path::{Path, PathBuf};

use jicha_device::{
    Cancellation, Error, LinkKind, NewPhoto, PhotoEvent, PhotoObserver, PhotoReceipt, PhotoReport,
    PhotoTrouble, Variant,
};
use jicha_domain::id::{InspectionId, PhotoHash};
use jicha_domain::inspection::InspectionState;
use jicha_domain::photo::PhotoSubject;
use jicha_domain::position::PositionWgs84;
use jicha_domain::review::{PhotoDecision, PhotoVerdict, RetakeReason, ReviewAbout};
use jicha_domain::rule::RuleId;
use jicha_domain::signature::SignatureRole;
use jicha_record::review::{self, ReviewEdit};
use jicha_record::{Actor, inspection};
use jicha_store::log::{self, Addition};
use jicha_tests::fleet::{photos, photos_for_a_form, points_of_the_first_area};
use jicha_tests::{Fleet, Phone, visit};

use crate::photo_link::Checked;

async fn begun(fleet: &Fleet, point: usize) -> InspectionId {
    let task = fleet.task_for_all(3).await;
    let phone = &fleet.phones[0];
    phone.sync().await;
    let point = &points_of_the_first_area(3)[point];
    phone.device.start_inspection(task, point).unwrap()
}

fn attach(phone: &Phone, id: InspectionId, path: &Path) -> jicha_device::PhotoAttached {
    let new = NewPhoto::of(PhotoSubject::Nameplate);
    phone
        .device
        .attach_photo(id, path.to_str().unwrap(), new)
        .unwrap()
}

fn doubts(attached: &jicha_device::PhotoAttached) -> &[RuleId] {
    &attached.photo.doubts
}

async fn send(phone: &Phone, link: LinkKind) -> PhotoReport {
    let observer: &dyn PhotoObserver = &Checked::default();
    phone
        .device
        .send_photos(&phone.link, link, observer, &Cancellation::default())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_used_at_another_point_is_told_at_once_and_never_refused() {
    let fleet = Fleet::of(1, 71).await;
    let phone = &fleet.phones[0];
    let first = begun(&fleet, 1).await;
    let photo = &photos(&["DSCN0010.jpg"])[0];
    assert!(!doubts(&attach(phone, first, photo)).contains(&RuleId::PHOTO_USED_BEFORE));

    let task = phone.device.list_tasks().unwrap()[0].id.parse().unwrap();
    let second = phone
        .device
        .start_inspection(task, &points_of_the_first_area(3)[2])
        .unwrap();
    let again = attach(phone, second, photo);
    assert!(
        doubts(&again).contains(&RuleId::PHOTO_USED_BEFORE),
        "{:?}",
        again.verdicts
    );
    // A copy with other bytes, from a messenger say, looks the same.
    let folder = tempfile::tempdir().unwrap();
    let copy = crate::photo_link::large_photo(folder.path(), 0, 300_000);
    let alike = attach(phone, second, &copy);
    assert!(
        doubts(&alike).contains(&RuleId::PHOTO_LOOKS_LIKE_ANOTHER),
        "{:?}",
        alike.verdicts
    );
    let other = attach(phone, second, &photos(&["HMD_Nokia_8.3_5G.jpg"])[0]);
    assert!(
        !doubts(&other).contains(&RuleId::PHOTO_LOOKS_LIKE_ANOTHER),
        "{:?}",
        other.verdicts
    );
    // The stock photos were taken years before.
    assert!(
        doubts(&again).contains(&RuleId::PHOTO_OUTSIDE_VISIT),
        "{:?}",
        again.verdicts
    );
    let (stored, _) = phone.device.load_inspection(second).unwrap();
    assert_eq!(stored.photos[&again.hash].doubts, again.photo.doubts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_a_program_made_up_and_a_clock_that_was_turned_are_doubted() {
    let fleet = Fleet::of(1, 72).await;
    let phone = &fleet.phones[0];
    let id = begun(&fleet, 1).await;
    let mut position = PositionWgs84::new(24.884, 104.309).unwrap();
    position.mocked = true;
    let new = NewPhoto {
        device_position: Some(position),
        ..NewPhoto::of(PhotoSubject::Seal)
    };
    let photo = &photos(&["DSCN0012.jpg"])[0];
    let attached = phone
        .device
        .attach_photo(id, photo.to_str().unwrap(), new)
        .unwrap();
    assert!(doubts(&attached).contains(&RuleId::PHOTO_POSITION_MOCKED));
    assert!(!doubts(&attached).contains(&RuleId::PHOTO_CLOCK_MOVED));
    let passport = phone.device.photo_passport(id, attached.hash).unwrap();
    assert_eq!((passport.datum, passport.receipt), ("WGS-84", PhotoReceipt::Here));
    assert!(passport.photo.device_position.unwrap().mocked);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_is_refused_with_its_reason_and_leaves_nothing_behind() {
    let fleet = Fleet::of(1, 73).await;
    let phone = &fleet.phones[0];
    let id = begun(&fleet, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(&photos(&["DSCN0010.jpg"])[0]).unwrap();
    for (bytes, expected) in [
        (
            b"MZ this is a program that calls itself a photo".to_vec(),
            "not_a_photo",
        ),
        (whole[..whole.len() / 2].to_vec(), "truncated"),
    ] {
        let path = folder.path().join("photo.jpg");
        std::fs::write(&path, bytes).unwrap();
        let new = NewPhoto::of(PhotoSubject::Other);
        let refused = phone
            .device
            .attach_photo(id, path.to_str().unwrap(), new)
            .unwrap_err();
        assert!(
            matches!(refused, Error::Photo { reason, .. } if reason == expected),
            "{refused:?}"
        );
    }
    assert_eq!(phone.device.waiting().unwrap().photos.photos, 0);
    let kept = std::fs::read_dir(fleet.phone_folder(0).join("photos")).unwrap();
    assert_eq!(kept.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_on_the_phone_is_deleted_only_after_the_server_has_checked_it() {
    let fleet = Fleet::of(1, 74).await;
    let phone = &fleet.phones[0];
    let id = begun(&fleet, 1).await;
    let hash = attach(phone, id, &photos(&["DSCN0021.jpg"])[0]).hash;
    let refused = phone.device.delete_photo_copy(hash).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::PhotoNotSafe {
                receipt: PhotoReceipt::Here,
                ..
            }
        ),
        "{refused:?}"
    );

    // Thumbnails go with the records, previews over any network, originals wait for Wi-Fi.
    assert_eq!(phone.sync().await.thumbnails.thumbnails, 1);
    let over_mobile = send(phone, LinkKind::Mobile).await;
    assert_eq!(
        (
            over_mobile.previews,
            over_mobile.originals,
            over_mobile.held_for_wifi
        ),
        (1, 0, 1)
    );
    phone.device.delete_photo_copy(hash).unwrap_err();
    let waiting = phone.device.waiting().unwrap().photos;
    assert_eq!(
        (
            waiting.thumbnails.count,
            waiting.previews.count,
            waiting.originals.count
        ),
        (0, 0, 1)
    );
    assert_eq!(send(phone, LinkKind::Wifi).await.originals, 1);

    assert_eq!(phone.device.photo_receipt(hash).unwrap(), PhotoReceipt::Checked);
    assert!(
        phone
            .device
            .photo_passport(id, hash)
            .unwrap()
            .first_received_at
            .is_some()
    );
    phone.device.delete_photo_copy(hash).unwrap();
    let folder = fleet.phone_folder(0).join("photos");
    assert!(!folder.join(hash.to_string()).exists());
    assert!(folder.join(format!("{hash}.thumbnail.jpg")).exists());
    let line = &phone.device.photos(None, 5).unwrap()[0];
    assert_eq!(
        (line.original.as_ref(), line.bytes_sent),
        (None, line.bytes_total)
    );
    assert_eq!(phone.device.waiting().unwrap().photos, Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_rots_on_the_phone_is_told_and_not_sent_for_ever() {
    let fleet = Fleet::of(1, 75).await;
    let phone = &fleet.phones[0];
    let id = begun(&fleet, 1).await;
    let hash = attach(phone, id, &photos(&["DSCN0025.jpg"])[0]).hash;
    let file = fleet.phone_folder(0).join("photos").join(hash.to_string());
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();

    let report = send(phone, LinkKind::Wifi).await;

    assert_eq!((report.previews, report.originals), (1, 0));
    let line = &phone.device.photos(None, 5).unwrap()[0];
    assert_eq!(line.trouble, Some(PhotoTrouble::FileDamaged));
    assert_eq!(line.receipt, PhotoReceipt::Here);
    assert_eq!(phone.device.waiting().unwrap().photos.given_up, 1);
    assert_eq!(send(phone, LinkKind::Wifi).await, PhotoReport::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_server_has_lost_is_sent_again() {
    let fleet = Fleet::of(1, 76).await;
    let phone = &fleet.phones[0];
    let id = begun(&fleet, 1).await;
    let hash = attach(phone, id, &photos(&["DSCN0027.jpg"])[0]).hash;
    phone.sync().await;
    send(phone, LinkKind::Wifi).await;
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    for table in ["photo_variant", "photo_upload"] {
        sql.execute(&format!("DELETE FROM {table}"), []).unwrap();
    }
    sql.execute("UPDATE photo SET checked_at_ms = NULL", []).unwrap();

    let again = phone
        .device
        .check_photo_receipts(&phone.link, &Cancellation::default())
        .await
        .unwrap();

    assert_eq!(again, 3);
    assert_eq!(phone.device.photo_receipt(hash).unwrap(), PhotoReceipt::Here);
    let report = send(phone, LinkKind::Wifi).await;
    assert_eq!((report.thumbnails, report.previews, report.originals), (1, 1, 1));
}

/// Cancels the sending once the server has a part of an original.
struct CancelsMidway(std::sync::Arc<Cancellation>);

impl PhotoObserver for CancelsMidway {
    fn on_event(&self, event: PhotoEvent) {
        if let PhotoEvent::Sent {
            variant: Variant::Original,
            bytes_sent: 1..,
            ..
        } = event
        {
            self.0.cancel();
        }
    }
}

/// A photo of which the server has a part.
async fn half_sent(fleet: &Fleet) -> PhotoHash {
    let phone = &fleet.phones[0];
    let id = begun(fleet, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let hash = attach(
        phone,
        id,
        &crate::photo_link::large_photo(folder.path(), 0, 1_000_000),
    )
    .hash;
    let cancellation = std::sync::Arc::new(Cancellation::default());
    let observer = CancelsMidway(cancellation.clone());
    let sending = phone
        .device
        .send_photos(&phone.link, LinkKind::Wifi, &observer, &cancellation);
    sending.await.unwrap_err();
    let line = &phone.device.photos(None, 1).unwrap()[0];
    assert_eq!((line.hash, line.receipt), (hash, PhotoReceipt::Here));
    let original = phone.device.waiting().unwrap().photos.originals;
    assert!(original.bytes > 0 && original.bytes < 1_000_000, "{original:?}");
    hash
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_arrives_although_the_server_forgot_its_upload_midway() {
    let fleet = Fleet::of(1, 80).await;
    let hash = half_sent(&fleet).await;
    let sql = rusqlite::Connection::open(fleet.server().database()).unwrap();
    assert_eq!(
        sql.execute("DELETE FROM photo_upload WHERE outcome IS NULL", [])
            .unwrap(),
        1
    );

    let report = send(&fleet.phones[0], LinkKind::Wifi).await;

    assert_eq!((report.originals, report.stopped_by), (1, None));
    let receipt = fleet.phones[0].device.photo_receipt(hash).unwrap();
    assert_eq!(receipt, PhotoReceipt::Checked);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_deleted_between_the_news_of_a_restore_and_the_comparison() {
    let fleet = Fleet::of(1, 81).await;
    let phone = &fleet.phones[0];
    let id = begun(&fleet, 1).await;
    let hash = attach(phone, id, &photos(&["DSCN0027.jpg"])[0]).hash;
    phone.sync().await;
    send(phone, LinkKind::Wifi).await;
    let sql = rusqlite::Connection::open(phone.database()).unwrap();
    sql.execute(
        "UPDATE setting SET value = ?1 WHERE key = 'sync:epoch'",
        [uuid::Uuid::from_u128(7).to_string()],
    )
    .unwrap();

    assert_eq!(phone.device.photo_receipt(hash).unwrap(), PhotoReceipt::Received);
    assert_eq!(
        phone.device.photos(None, 1).unwrap()[0].receipt,
        PhotoReceipt::Received
    );
    phone.device.delete_photo_copy(hash).unwrap_err();
    phone.sync().await;
    assert_eq!(phone.device.photo_receipt(hash).unwrap(), PhotoReceipt::Checked);
    phone.device.delete_photo_copy(hash).unwrap();
}

/// Puts a supervisor's request for a new photo onto the phone, as a sync would.
fn ask_again(fleet: &Fleet, id: InspectionId, hash: PhotoHash) {
    let about = ReviewAbout {
        inspection: id,
        unit: jicha_tests::fleet::UNIT.parse().unwrap(),
        inspector: fleet.inspectors[0],
    };
    let (actor, now) = (Actor::of(uuid::Uuid::from_u128(99)), fleet.phones[0].now());
    let (mut document, mut changes) = review::begin(actor, now, &about).unwrap();
    let verdict = PhotoVerdict {
        decision: PhotoDecision::Retake,
        reason: Some(RetakeReason::Blurred),
        words: Some("封印编号看不清，请靠近重拍".to_owned()),
        finding: None,
        by: fleet.planner,
        at: now,
    };
    changes.extend(review::edit(&mut document, now, [ReviewEdit::SetPhotoVerdict(hash, verdict)]).unwrap());
    let mut sql = rusqlite::Connection::open(fleet.phones[0].database()).unwrap();
    let transaction = sql.transaction().unwrap();
    let stored = log::read(&transaction, document.id()).unwrap();
    let addition = Addition {
        document: &document,
        content: None,
        changes: &changes,
        attestations: &[],
    };
    log::append(&transaction, &stored, addition).unwrap();
    transaction.commit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_is_asked_for_again_can_be_taken_after_the_signature_and_nothing_else() {
    let fleet = Fleet::of(1, 77).await;
    let phone = &fleet.phones[0];
    let id = begun(&fleet, 1).await;
    let taken = photos_for_a_form();
    visit::complete(&phone.device, id, &taken, phone.now());
    phone
        .device
        .sign_inspection(id, SignatureRole::Inspector, "葛阳柏", None, None)
        .unwrap();
    let (before, _) = phone.device.load_inspection(id).unwrap();
    let (bad, bad_photo) = before.photos.iter().next().unwrap();
    let path = photos(&["DSCN0040.jpg"])[0].to_str().unwrap().to_owned();
    let retake = || NewPhoto {
        replaces: Some(*bad),
        ..NewPhoto::of(bad_photo.shows)
    };
    phone.device.attach_photo(id, &path, retake()).unwrap_err();

    ask_again(&fleet, id, *bad);

    let asked = phone.device.retakes(false).unwrap();
    assert_eq!(
        (asked.len(), asked[0].photo, asked[0].reason),
        (1, *bad, Some(RetakeReason::Blurred))
    );
    assert_eq!(asked[0].words.as_deref(), Some("封印编号看不清，请靠近重拍"));
    phone
        .device
        .attach_photo(id, &path, NewPhoto::of(bad_photo.shows))
        .unwrap_err();
    let attached = phone.device.attach_photo(id, &path, retake()).unwrap();
    assert!(phone.device.retakes(false).unwrap().is_empty());
    assert_eq!(
        phone.device.retakes(true).unwrap()[0].done_by,
        Some(attached.hash)
    );
    let (after, _) = phone.device.load_inspection(id).unwrap();
    assert_eq!(after.state(), InspectionState::Signed);
    assert_eq!(after.signatures, before.signatures);
    assert_eq!(after.photos[&attached.hash].supports, bad_photo.supports);
    assert_eq!(after.photos[bad], *bad_photo);
    assert_eq!(inspection::document_id(id).id, id.as_uuid());
    // The server takes it, too.
    assert_eq!(phone.sync().await.refused, 0);
    assert_eq!(phone.waiting(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_photo_of_the_last_visit_is_offered_beside_the_camera() {
    let fleet = Fleet::of(1, 78).await;
    let phone = &fleet.phones[0];
    let first = begun(&fleet, 1).await;
    let hash = attach(phone, first, &photos(&["DSCN0029.jpg"])[0]).hash;
    fleet.clock.pass_minutes(60 * 24 * 30);
    let task = phone.device.list_tasks().unwrap()[0].id.parse().unwrap();
    let second = phone
        .device
        .start_inspection(task, &points_of_the_first_area(3)[1])
        .unwrap();

    let earlier = phone
        .device
        .earlier_photo(second, PhotoSubject::Nameplate)
        .unwrap()
        .unwrap();

    assert_eq!(earlier.hash, hash);
    assert_eq!(earlier.preview, Some(format!("{hash}.preview.jpg")));
    assert!(
        earlier
            .preview_url
            .ends_with(&format!("/api/photos/{hash}/preview"))
    );
    assert_eq!(
        phone.device.earlier_photo(second, PhotoSubject::Seal).unwrap(),
        None
    );
}

/// A copy of a photo, changed as a bad moment would have changed it.
fn spoilt(
    folder: &Path,
    photo: &Path,
    name: &str,
    spoil: impl Fn(image::RgbImage) -> image::RgbImage,
) -> PathBuf {
    let picture = image::open(photo).unwrap().thumbnail(1000, 1000).to_rgb8();
    let path = folder.join(name);
    spoil(picture).save(&path).unwrap();
    path
}

fn each_channel(mut picture: image::RgbImage, change: impl Fn(f32) -> f32) -> image::RgbImage {
    for pixel in picture.pixels_mut() {
        for value in &mut pixel.0 {
            *value = change(f32::from(*value)).clamp(0.0, 255.0) as u8;
        }
    }
    picture
}

#[tokio::test(flavor = "multi_thread")]
async fn real_photos_pass_and_their_blurred_dark_and_burnt_out_copies_are_doubted() {
    let fleet = Fleet::of(1, 79).await;
    let phone = &fleet.phones[0];
    let id = begun(&fleet, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "DSCN0010.jpg",
        "DSCN0012.jpg",
        "DSCN0021.jpg",
        "DSCN0025.jpg",
        "DSCN0027.jpg",
        "DSCN0029.jpg",
        "DSCN0038.jpg",
        "DSCN0040.jpg",
        "DSCN0042.jpg",
        "HMD_Nokia_8.3_5G.jpg",
        "jolla.jpg",
        "landscape_3.jpg",
        "portrait_6.jpg",
    ];
    let rules = [RuleId::PHOTO_BLURRED, RuleId::PHOTO_TOO_DARK, RuleId::PHOTO_GLARE];
    let mut wrong = Vec::new();
    for photo in photos(&names) {
        let name = photo.file_name().unwrap().to_str().unwrap().to_owned();
        let blurred = spoilt(folder.path(), &photo, "blurred.jpg", |picture| {
            image::imageops::blur(&picture, 4.0)
        });
        let dark = spoilt(folder.path(), &photo, "dark.jpg", |picture| {
            each_channel(picture, |value| value * 0.12)
        });
        let burnt = spoilt(folder.path(), &photo, "burnt.jpg", |picture| {
            each_channel(picture, |value| value * 3.0 + 100.0)
        });
        let copies = [
            (photo, None),
            (blurred, Some(0)),
            (dark, Some(1)),
            (burnt, Some(2)),
        ];
        for (path, expected) in copies {
            let attached = attach(phone, id, &path);
            let quality = attached.photo.quality.unwrap();
            let kind = path.file_name().unwrap().to_str().unwrap();
            println!(
                "{name:<24} {kind:<24} sharpness {:>7.1} luma {:>6.1} dark {:>5.1} % burnt {:>5.1} %",
                quality.sharpness,
                quality.mean_luma,
                quality.dark_share * 100.0,
                quality.clipped_share * 100.0
            );
            let said = |rule: &RuleId| attached.photo.doubts.contains(rule);
            match expected {
                None => wrong.extend(
                    rules
                        .iter()
                        .filter(|rule| said(rule))
                        .map(|rule| (name.clone(), rule.clone())),
                ),
                Some(rule) if !said(&rules[rule]) => {
                    wrong.push((format!("{name} {kind}"), rules[rule].clone()))
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
