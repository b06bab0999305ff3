//! What the camera wrote beside the pixels.

use std::io::{BufReader, Read, Seek};

use exif::{In, Tag, Value};
use jicha_domain::position::PositionWgs84;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Chinese cameras without a stated offset are taken to run on China Standard Time.
const ASSUMED_OFFSET_HOURS: i8 = 8;

/// What the EXIF data (CIPA DC-008) say. A photo without is a photo all the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exif {
    /// When it was taken, by the camera's clock.
    pub taken_at: Option<Timestamp>,
    /// Where it was taken.
    pub position: Option<PositionWgs84>,
    /// How the stored picture must be turned, 1 to 8.
    pub orientation: Option<u8>,
    /// Maker and model of the camera.
    pub camera: Option<String>,
    /// Width in pixels that the camera claims, as stored (before orientation).
    pub width: Option<u32>,
    /// Height in pixels that the camera claims, as stored (before orientation).
    pub height: Option<u32>,
}

/// Reads what there is. Damaged EXIF data count as none: they are no reason to lose a photo.
pub(crate) fn read<S: Read + Seek + ?Sized>(source: &mut S) -> Exif {
    if source.rewind().is_err() {
        return Exif::default();
    }
    exif::Reader::new()
        .read_from_container(&mut BufReader::new(source))
        .map(|exif| tell(&exif))
        .unwrap_or_default()
}

fn tell(exif: &exif::Exif) -> Exif {
    let number = |tag| exif.get_field(tag, In::PRIMARY)?.value.get_uint(0);
    Exif {
        taken_at: taken_at(exif),
        position: position(exif),
        orientation: number(Tag::Orientation)
            .and_then(|value| u8::try_from(value).ok())
            .filter(|value| (1..=8).contains(value)),
        camera: camera(exif),
        width: number(Tag::PixelXDimension),
        height: number(Tag::PixelYDimension),
    }
}

fn text(exif: &exif::Exif, tag: Tag) -> Option<String> {
    const TEXT_CHARS_MAX: usize = 64;
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(parts) => {
            let text = String::from_utf8_lossy(parts.first()?)
                .trim()
                .chars()
                .take(TEXT_CHARS_MAX)
                .collect::<String>();
            (!text.is_empty()).then_some(text)
        }
        _ => None,
    }
}

fn camera(exif: &exif::Exif) -> Option<String> {
    match (text(exif, Tag::Make), text(exif, Tag::Model)) {
        (Some(make), Some(model)) if !model.starts_with(&make) => Some(format!("{make} {model}")),
        (make, model) => model.or(make),
    }
}

fn taken_at(exif: &exif::Exif) -> Option<Timestamp> {
    let stated = text(exif, Tag::DateTimeOriginal)?;
    let stated = DateTime::strptime("%Y:%m:%d %H:%M:%S", &stated).ok()?;
    let offset = text(exif, Tag::OffsetTimeOriginal).and_then(|offset| parse_offset(&offset));
    let offset = offset.unwrap_or(Offset::constant(ASSUMED_OFFSET_HOURS));
    offset.to_timestamp(stated).ok()
}

/// `+08:00`, as EXIF 2.31 states it.
fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let seconds = i32::from(hours.parse::<i8>().ok()?) * 3600 + i32::from(minutes.parse::<i8>().ok()?) * 60;
    Offset::from_seconds(sign * seconds).ok()
}

fn position(exif: &exif::Exif) -> Option<PositionWgs84> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, "S")?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, "W")?;
    PositionWgs84::new(latitude, longitude).ok()
}

fn degrees(exif: &exif::Exif, tag: Tag, reference: Tag, negative: &str) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else {
        return None;
    };
    let [degrees, minutes, seconds] = parts.get(..3)? else {
        return None;
    };
    let value = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3600.0;
    let sign = if text(exif, reference)?.eq_ignore_ascii_case(negative) {
        -1.0
    } else {
        1.0
    };
    value.is_finite().then_some(sign * value)
}
