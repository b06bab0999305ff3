//! Nothing that happens to a photo's bytes makes anything panic.

use std::io::Cursor;

use jicha_imaging::{derive, strip_metadata, thumbnail};

use crate::corpus::{examine, photo, photos};
use crate::made;

/// The real photos, and one as PNG and as WebP.
fn all_kinds() -> Vec<(String, Vec<u8>)> {
    let mut all = photos();
    let picture = made::decoded(&photo("portrait_6.jpg"))
        .thumbnail(200, 200)
        .to_rgb8();
    all.push(("made.png".to_owned(), made::png(&picture, made::exif(6))));
    all.push(("made.webp".to_owned(), made::webp(&picture, made::exif(6))));
    all
}

/// Two of the photos hold a whole picture before their last bytes: then a cut takes what hangs behind it only.
#[test]
fn a_photo_cut_anywhere_is_called_truncated() {
    for (name, bytes) in all_kinds() {
        let mut whole = 0;
        for percent in 1..100 {
            let cut = &bytes[..bytes.len() * percent / 100];
            match examine(cut) {
                Ok(examined) => {
                    whole += 1;
                    derive(&mut Cursor::new(cut), &examined).unwrap();
                }
                Err(error) => assert_eq!(error.as_str(), "truncated", "{name} at {percent} %: {error}"),
            }
        }
        assert!(whole <= 5, "{name}: {whole} cuts were taken for whole photos");
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % below as u64).unwrap()
    }
}

/// Hands every function the bytes. What they answer is free, but they answer.
fn try_everything(bytes: &[u8], thorough: bool) -> &'static str {
    let examined = match examine(bytes) {
        Ok(examined) => examined,
        Err(error) => return error.as_str(),
    };
    let stripped = strip_metadata(examined.media_type, bytes);
    if let Ok(stripped) = stripped {
        assert!(stripped.len() <= bytes.len() + 64);
    }
    let made = if thorough {
        derive(&mut Cursor::new(bytes), &examined).map(|_| ())
    } else {
        thumbnail(&mut Cursor::new(bytes), &examined).map(|_| ())
    };
    made.map_or_else(|error| error.as_str(), |()| "ok")
}

#[test]
fn turned_bytes_give_a_picture_or_a_reason() {
    const ROUNDS: usize = 60;
    const SEED: u64 = 20_260;
    let mut answers = std::collections::BTreeMap::<&str, usize>::new();
    for (name, bytes) in all_kinds() {
        // Large photos take longer and hold nothing that small ones don't.
        let rounds = if bytes.len() > 500_000 { ROUNDS / 6 } else { ROUNDS };
        for round in 0..rounds {
            let seed = SEED + round as u64;
            let mut dice = Dice(seed);
            let mut damaged = bytes.clone();
            // Half of the rounds strike the headers.
            let reach = if round % 2 == 0 {
                bytes.len().min(1500)
            } else {
                bytes.len()
            };
            for _ in 0..=dice.roll(4) {
                damaged[dice.roll(reach)] ^= 1 << dice.roll(8);
            }
            println!("{name}, seed {seed}");
            *answers
                .entry(try_everything(&damaged, round % 8 == 0))
                .or_default() += 1;
        }
    }
    println!("{answers:?}");
    assert!(answers.len() > 2, "{answers:?}");
}
