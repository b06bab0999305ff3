//! Photos over a bad link, in virtual time: nobody sleeps, the link moves the clock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jicha_device::ports::Clock;
use jicha_device::{Cancellation, LinkKind, NewPhoto, PhotoEvent, PhotoObserver, PhotoReceipt, Variant};
use jicha_domain::id::PhotoHash;
use jicha_domain::photo::PhotoSubject;
use jicha_simulator::slow_link::{Quality, SlowLink};
use jicha_tests::Fleet;
use jicha_tests::fleet::data;
use jicha_tests::time::Dice;

const PHOTOS: usize = 20;
const PHOTO_BYTES: usize = 3_000_000;
/// The largest piece at this speed: four seconds of 8,000 bytes, as measured with its round trip less.
const CHUNK_BYTES_MAX: u64 = 32 * 1024;

const BAD: Quality = Quality {
    bytes_per_second: 8_000,
    round_trip_ms: 800,
    loss_percent: 5,
    cut_every_ms: 20_000,
};

/// Notes in which order the server had everything.
#[derive(Default)]
pub struct Checked(pub Mutex<Vec<(Variant, PhotoHash)>>);

impl PhotoObserver for Checked {
    fn on_event(&self, event: PhotoEvent) {
        if let PhotoEvent::Checked { hash, variant } = event {
            self.0.lock().unwrap().push((variant, hash));
        }
    }
}

/// A real photo made larger by comments, which are part of the format, so that it is a real JPEG of this size that
/// nothing compresses.
pub fn large_photo(folder: &Path, number: usize, size_bytes: usize) -> PathBuf {
    let names = [
        "DSCN0010.jpg",
        "DSCN0012.jpg",
        "DSCN0021.jpg",
        "DSCN0025.jpg",
        "DSCN0027.jpg",
    ];
    let original = std::fs::read(data().join("photos").join(names[number % names.len()])).unwrap();
    let mut photo = original[..2].to_vec();
    let mut dice = Dice::from_seed(number as u64);
    while photo.len() + original.len() < size_bytes {
        let length = 60_000.min(size_bytes - original.len() - photo.len() + 16);
        photo.extend_from_slice(&[0xff, 0xfe]);
        photo.extend_from_slice(&(length as u16 + 2).to_be_bytes());
        photo.extend((0..length).map(|_| b'a' + dice.below(26) as u8));
    }
    photo.extend_from_slice(&original[2..]);
    let path = folder.join(format!("large-{number}.jpg"));
    std::fs::write(&path, photo).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_photos_arrive_whole_over_a_slow_link_that_breaks_every_twenty_seconds() {
    let fleet = Fleet::of(1, 70).await;
    let phone = &fleet.phones[0];
    let id = fleet.begin_on_first_phone(2).await;
    let folder = tempfile::tempdir().unwrap();
    let mut expected = BTreeMap::new();
    for number in 0..PHOTOS {
        let path = large_photo(folder.path(), number, PHOTO_BYTES);
        let attached = phone
            .device
            .attach_photo(id, path.to_str().unwrap(), NewPhoto::of(PhotoSubject::Cabinet))
            .unwrap();
        expected.insert(attached.hash, path);
    }
    let waiting = phone.device.waiting().unwrap().photos;
    let all_bytes = waiting.bytes;
    assert_eq!(waiting.originals.count, PHOTOS as u64);

    let link = SlowLink::new(BAD, fleet.clock.clone(), 70);
    let observer = Checked::default();
    let mut bytes_acknowledged = 0;
    let mut calls = 0;
    while phone.device.waiting().unwrap().photos.bytes > 0 {
        calls += 1;
        assert!(calls < 2000, "{:?}", phone.device.photos(None, 3));
        let report = phone
            .device
            .send_photos(&link, LinkKind::Wifi, &observer, &Cancellation::default())
            .await;
        // A cut may fall into a request for receipts as well; what was sent stays.
        if let Ok(report) = report {
            bytes_acknowledged += report.bytes_sent;
        }
    }

    let carried = link.carried();
    let cuts = carried.cuts_in_requests + carried.cuts_in_answers;
    let row = |name: &str, value: u64| println!("{name:<44}{value:>12}");
    row("bytes of all variants", all_bytes);
    row("bytes acknowledged, as reported", bytes_acknowledged);
    row("bytes of bodies that arrived", carried.body_bytes);
    row("bytes of headers of requests", carried.header_bytes);
    row("bytes of answers", carried.answer_bytes);
    row("requests", carried.requests);
    row("cuts in a request", carried.cuts_in_requests);
    row("cuts in an answer", carried.cuts_in_answers);
    row("segments lost and sent again", carried.segments_lost);
    row("largest piece", carried.longest_body);
    row("calls of send_photos", calls);
    row("virtual seconds", link.passed_ms() / 1000);
    row(
        "share of the line used, per cent",
        all_bytes * 100_000 / (link.passed_ms() * BAD.bytes_per_second),
    );

    assert!(cuts > 100, "the link was as bad as it should be");
    assert!(carried.longest_body <= CHUNK_BYTES_MAX, "{carried:?}");
    // What was in the air at a cut may travel again, and nothing else. Receipts are small bodies of their own.
    let receipts = 100 * PHOTOS as u64;
    assert!(
        carried.body_bytes <= all_bytes + receipts + cuts * carried.longest_body,
        "{carried:?}"
    );
    println!(
        "{} bytes of photos travelled twice, {} for each cut",
        carried.body_bytes.saturating_sub(all_bytes),
        carried.body_bytes.saturating_sub(all_bytes) / cuts
    );

    let order: Vec<Variant> = observer
        .0
        .lock()
        .unwrap()
        .iter()
        .map(|(variant, _)| *variant)
        .collect();
    assert_eq!(order.len(), 3 * PHOTOS);
    assert!(
        order.is_sorted(),
        "thumbnails, then previews, then originals: {order:?}"
    );
    for (hash, path) in expected {
        assert_eq!(phone.device.photo_receipt(hash).unwrap(), PhotoReceipt::Checked);
        let name = hash.to_string();
        let stored = fleet
            .server_folder()
            .join("photos/original")
            .join(&name[..2])
            .join(&name);
        assert!(
            std::fs::read(&stored).unwrap() == std::fs::read(path).unwrap(),
            "{}",
            stored.display()
        );
    }
    assert!(fleet.clock.monotonic_ms() > 0);
}
