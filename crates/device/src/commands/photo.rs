//! Photos: taken over unchanged, named by their hash, with what their EXIF data says.

use std::io::{Read, Seek, SeekFrom};

use exif::{Exif, In, Tag, Value};
use jicha_domain::id::{InspectionId, PhotoHash};
use jicha_domain::inspection::InspectionState;
use jicha_domain::photo::{PhotoRef, PhotoSubject};
use jicha_domain::position::PositionWgs84;
use jicha_record::inspection::InspectionEdit;
use jicha_store::photo_queue::{self, PhotoFile};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use sha2::{Digest, Sha256};

use crate::ports::PhotoSource;
use crate::{Device, Error};

/// The bytes that a photo may have. Phones' largest originals are about a third of it.
const PHOTO_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Chinese cameras without a stated offset are taken to run on China Standard Time.
const ASSUMED_OFFSET_HOURS: i8 = 8;

/// What the inspector says of a new photo.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPhoto {
    /// What it shows.
    pub shows: PhotoSubject,
    /// The place of the record that it supports, such as a register or an item.
    pub supports: Option<String>,
    /// Words below it.
    pub caption: Option<String>,
}

/// A photo that was attached.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoAttached {
    /// SHA-256 of its bytes.
    pub hash: PhotoHash,
    /// What is recorded of it.
    pub photo: PhotoRef,
}

impl Device {
    /// Takes over the photo at `path`, reads its EXIF data and names it in the inspection. The file is read in
    /// pieces and kept as it is.
    pub fn attach_photo(&self, id: InspectionId, path: &str, new: NewPhoto) -> Result<PhotoAttached, Error> {
        let mut source = self.ports.photos.open(path).map_err(Error::File)?;
        let (hash, size_bytes) = hash(source.as_mut())?;
        let media_type = media_type(source.as_mut())?;
        let exif = read_exif(source.as_mut());
        let photo = describe(exif.as_ref(), new, media_type, size_bytes, self.now());
        let edit = InspectionEdit::AttachPhoto(hash, photo.clone());
        self.require_unsigned(id, &edit)?;
        let file_name = self.ports.photos.keep(path, &hash).map_err(Error::File)?;
        let file = PhotoFile {
            hash,
            file_name,
            media_type: media_type.to_owned(),
            size_bytes,
        };
        {
            let mut connection = self.connection();
            let transaction = connection.transaction()?;
            photo_queue::add(&transaction, &file)?;
            transaction.commit()?;
        }
        self.edit(id, vec![edit])?;
        Ok(PhotoAttached { hash, photo })
    }

    /// A photo that no inspection can name must not be copied and left waiting to be sent.
    fn require_unsigned(&self, id: InspectionId, edit: &InspectionEdit) -> Result<(), Error> {
        let (_, inspection) = self.open_inspection(&self.connection(), id)?;
        match inspection.state() {
            InspectionState::Signed => Err(jicha_record::Error::Signed { place: edit.place() }.into()),
            InspectionState::Open | InspectionState::Filled => Ok(()),
        }
    }
}

fn hash(source: &mut dyn PhotoSource) -> Result<(PhotoHash, u64), Error> {
    let mut hasher = Sha256::new();
    let mut size_bytes = 0_u64;
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = source.read(&mut piece).map_err(Error::File)?;
        if read == 0 {
            break;
        }
        size_bytes += read as u64;
        if size_bytes > PHOTO_BYTES_MAX {
            return Err(Error::Photo {
                why: format!("it has more than {} MiB", PHOTO_BYTES_MAX >> 20),
            });
        }
        hasher.update(&piece[..read]);
    }
    Ok((PhotoHash::new(hasher.finalize().into()), size_bytes))
}

/// Tells the type from the first bytes; the file's name proves nothing.
fn media_type(source: &mut dyn PhotoSource) -> Result<&'static str, Error> {
    let mut start = [0; 12];
    source.seek(SeekFrom::Start(0)).map_err(Error::File)?;
    let mut read = 0;
    while read < start.len() {
        match source.read(&mut start[read..]).map_err(Error::File)? {
            0 => break,
            more => read += more,
        }
    }
    match &start {
        [0xff, 0xd8, 0xff, ..] => Ok("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => Ok("image/webp"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i' | b'v', _] => Ok("image/heic"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'm', b'i', b'f', b'1'] => Ok("image/heic"),
        _ => Err(Error::Photo {
            why: "expected a JPEG, PNG, WebP or HEIC file".to_owned(),
        }),
    }
}

/// The EXIF data, if there is any that can be read. A photo without is a photo all the same.
fn read_exif(source: &mut dyn PhotoSource) -> Option<Exif> {
    source.seek(SeekFrom::Start(0)).ok()?;
    exif::Reader::new()
        .read_from_container(&mut std::io::BufReader::new(Borrowed(source)))
        .ok()
}

struct Borrowed<'a>(&'a mut dyn PhotoSource);

impl Read for Borrowed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Seek for Borrowed<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

fn describe(
    exif: Option<&Exif>,
    new: NewPhoto,
    media_type: &str,
    size_bytes: u64,
    received_at: Timestamp,
) -> PhotoRef {
    let number = |tag| exif.and_then(|exif| exif.get_field(tag, In::PRIMARY)?.value.get_uint(0));
    PhotoRef {
        taken_at: exif.and_then(taken_at),
        position: exif.and_then(position),
        supports: new.supports,
        caption: new.caption,
        camera: exif.and_then(camera),
        width: number(Tag::PixelXDimension),
        height: number(Tag::PixelYDimension),
        orientation: number(Tag::Orientation).and_then(|value| u8::try_from(value).ok()),
        ..PhotoRef::new(media_type, size_bytes, new.shows, received_at)
    }
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
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

fn camera(exif: &Exif) -> Option<String> {
    match (text(exif, Tag::Make), text(exif, Tag::Model)) {
        (Some(make), Some(model)) if !model.starts_with(&make) => Some(format!("{make} {model}")),
        (make, model) => model.or(make),
    }
}

fn taken_at(exif: &Exif) -> Option<Timestamp> {
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

fn position(exif: &Exif) -> Option<PositionWgs84> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, "S")?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, "W")?;
    PositionWgs84::new(latitude, longitude).ok()
}

fn degrees(exif: &Exif, tag: Tag, reference: Tag, negative: &str) -> Option<f64> {
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
