use std::io::Cursor;

use image::metadata::Orientation;
use jicha_imaging::derive;

use crate::corpus::{examine, photo};
use crate::made;

/// The picture is turned backwards, stored with the orientation that turns it upright, and must come out as it was.
#[test]
fn all_eight_orientations_stand_upright() {
    let upright = made::decoded(&photo("DSCN0010.jpg")).thumbnail(300, 300);
    for orientation in 1..=8 {
        let mut stored = upright.clone();
        // 6 and 8 undo each other; all others undo themselves.
        let backwards = match orientation {
            6 => 8,
            8 => 6,
            other => other,
        };
        stored.apply_orientation(Orientation::from_exif(backwards).unwrap());
        let stored = made::png(&stored.to_rgb8(), made::exif(orientation));
        let examined = examine(&stored).unwrap();
        assert_eq!(examined.exif.orientation, Some(orientation));
        let preview = derive(&mut Cursor::new(&stored), &examined).unwrap().preview;
        std::fs::write(format!("/tmp/up{orientation}.jpg"), &preview).unwrap(); upright.save("/tmp/up0.png").unwrap();
        let preview = made::decoded(&preview).to_rgb8();
        assert_eq!(preview.dimensions(), (upright.width(), upright.height()));
        let differences = preview
            .iter()
            .zip(upright.to_rgb8().iter())
            .map(|(left, right)| f64::from(left.abs_diff(*right)))
            .sum::<f64>();
        let mean = differences / preview.len() as f64;
        assert!(mean < 8.0, "orientation {orientation}: {mean}");
    }
}
