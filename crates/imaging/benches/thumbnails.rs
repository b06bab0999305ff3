//! How fast thumbnails are made, beside the usual way of the `image` crate with the same photos in the same run.
//!
//! `cargo bench -p jicha-imaging --bench thumbnails` prints a table; everything runs in one thread, and what counts is
//! processor time, so that other work on the machine disturbs little. `-- --quick` shows that it runs and says nothing
//! about speed.
#![expect(clippy::unwrap_used, reason = "a measure that fails here says so well enough")]
#![expect(clippy::disallowed_methods, reason = "a measure reads files and the clock")]

use std::io::Cursor;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jicha_imaging::{THUMBNAIL_SIDE_MAX, derive, examine, thumbnail};

/// What is measured: one photo in, the bytes of one thumbnail out.
type Work = fn(&[u8]) -> usize;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { 1 } else { 9 };
    let photos = photos();
    let pixels: u64 = photos.iter().map(|photo| pixels_of(photo)).sum();
    println!(
        "{} photos, {:.1} megapixels in all",
        photos.len(),
        pixels as f64 / 1e6
    );
    let small = of_size(&photos, 0..1_000_000);
    let large = of_size(&photos, 1_000_000..u64::MAX);
    println!("| photos | what is made | per second and core | `image` alone, its thumbnail | ratio |");
    println!("|---|---|---|---|---|");
    for (name, photos) in [("all", &photos), ("below 1 megapixel", &small), ("above", &large)] {
        let rows: [(&str, Work); 3] = [
            ("examination and thumbnail", examined_thumbnail),
            ("thumbnail, preview, quality, hash", all_of_it),
            ("examination alone", examination),
        ];
        for (what, work) in rows {
            let (ours, theirs) = compare(photos, rounds, work);
            let per_second = |time: Duration| photos.len() as f64 / time.as_secs_f64();
            println!(
                "| {name} | {what} | {:.1} | {:.1} | {:.2} |",
                per_second(ours),
                per_second(theirs),
                theirs.as_secs_f64() / ours.as_secs_f64()
            );
        }
    }
}

fn photos() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/photos");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn pixels_of(photo: &[u8]) -> u64 {
    let examined = examine(&mut Cursor::new(photo)).unwrap();
    u64::from(examined.width) * u64::from(examined.height)
}

fn of_size(photos: &[Vec<u8>], pixels: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    photos
        .iter()
        .filter(|photo| pixels.contains(&pixels_of(photo)))
        .cloned()
        .collect()
}

/// Both in turns, the middle time of each.
fn compare(photos: &[Vec<u8>], rounds: usize, work: Work) -> (Duration, Duration) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(time_of(photos, work));
        theirs.push(time_of(photos, usual_thumbnail));
    }
    (middle(ours), middle(theirs))
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn time_of(photos: &[Vec<u8>], work: Work) -> Duration {
    // So often that steps of 10 ms don't matter.
    const TIMES: u32 = 3;
    let begun = used();
    for photo in (0..TIMES).flat_map(|_| photos) {
        std::hint::black_box(work(photo));
    }
    used().saturating_sub(begun) / TIMES
}

/// The processor time of this process, threads that have ended included, in steps of 10 ms; the clock where the system
/// doesn't tell.
fn used() -> Duration {
    const TICK_MS: u64 = 10;
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else {
        return BEGUN.get_or_init(Instant::now).elapsed();
    };
    // The name in brackets may hold blanks; user and system time are the 12th and 13th fields behind it.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * TICK_MS)
}

fn examined_thumbnail(photo: &[u8]) -> usize {
    let mut source = Cursor::new(photo);
    let examined = examine(&mut source).unwrap();
    thumbnail(&mut source, &examined).unwrap().len()
}

fn all_of_it(photo: &[u8]) -> usize {
    let mut source = Cursor::new(photo);
    let examined = examine(&mut source).unwrap();
    derive(&mut source, &examined).unwrap().thumbnail.len()
}

fn examination(photo: &[u8]) -> usize {
    usize::try_from(examine(&mut Cursor::new(photo)).unwrap().size_bytes).unwrap()
}

/// As the documentation of `image` shows it.
fn usual_thumbnail(photo: &[u8]) -> usize {
    let mut bytes = Vec::new();
    image::load_from_memory(photo)
        .unwrap()
        .thumbnail(THUMBNAIL_SIDE_MAX, THUMBNAIL_SIDE_MAX)
        .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Jpeg)
        .unwrap();
    bytes.len()
}
