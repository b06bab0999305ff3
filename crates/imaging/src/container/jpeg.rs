//! JPEG (ITU-T T.81): markers from SOI to EOI.

use std::io::{Read, Seek};

use super::Picture;
use crate::PhotoError;
use crate::stream::Stream;

/// Cameras write one scan, progressive encoders about ten. Each one costs the decoder a walk over all pixels.
const SCANS_MAX: u32 = 100;

/// A segment of a JPEG picture from its marker to its last byte; a scan with its data.
pub struct Part {
    /// The second byte of the marker.
    pub marker: u8,
    /// Where it begins, in bytes from the start of the file.
    pub begin: u64,
    /// Where the next one begins.
    pub end: u64,
}

/// Walks to the end of the first picture. `within` is asked as soon as the size is known.
pub fn walk<S: Read + Seek + ?Sized>(
    stream: &mut Stream<'_, S>,
    within: impl Fn(u32, u32) -> Result<(), PhotoError>,
) -> Result<Picture, PhotoError> {
    walk_parts(stream, within, |_| {})
}

/// Shows all parts of the first picture but its start and its end.
pub fn parts<S: Read + Seek + ?Sized>(
    stream: &mut Stream<'_, S>,
    visit: impl FnMut(Part),
) -> Result<(), PhotoError> {
    walk_parts(stream, |_, _| Ok(()), visit).map(|_| ())
}

fn walk_parts<S: Read + Seek + ?Sized>(
    stream: &mut Stream<'_, S>,
    within: impl Fn(u32, u32) -> Result<(), PhotoError>,
    mut visit: impl FnMut(Part),
) -> Result<Picture, PhotoError> {
    stream.skip(2, "the start of a JPEG picture")?;
    let mut frame = None;
    let mut scans = 0;
    loop {
        let at = stream.at();
        let marker = marker(stream)?;
        match marker {
            0x01 | 0xd0..=0xd7 => {}
            0xd8 => return Err(PhotoError::broken(at, "no second start of a JPEG picture")),
            0xd9 => break,
            code @ (0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) => {
                if frame.is_some() {
                    return Err(PhotoError::broken(at, "only one frame in a JPEG picture"));
                }
                let found = read_frame(stream, code)?;
                within(found.width, found.height)?;
                frame = Some(found);
            }
            0xda => {
                if frame.is_none() {
                    return Err(PhotoError::broken(at, "a JPEG frame before its scan"));
                }
                scans += 1;
                if scans > SCANS_MAX {
                    return Err(PhotoError::broken(at, "at most 100 scans in a JPEG picture"));
                }
                skip_segment(stream)?;
                skip_entropy_coded(stream)?;
            }
            _ => skip_segment(stream)?,
        }
        visit(Part {
            marker,
            begin: at,
            end: stream.at(),
        });
    }
    match frame {
        Some(picture) if scans > 0 => Ok(picture),
        _ => Err(PhotoError::broken(stream.at(), "a JPEG picture before its end")),
    }
}

/// The next marker's code. Any number of `ff` may stand before it.
fn marker<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<u8, PhotoError> {
    const EXPECTED: &str = "a JPEG marker";
    let at = stream.at();
    let [first] = stream.take(EXPECTED)?;
    if first != 0xff {
        return Err(PhotoError::broken(at, EXPECTED));
    }
    loop {
        match stream.take(EXPECTED)? {
            [0xff] => {}
            [0x00] => return Err(PhotoError::broken(at, EXPECTED)),
            [code] => return Ok(code),
        }
    }
}

/// The length of a segment without the two bytes of the length itself.
fn segment_len<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<u64, PhotoError> {
    let at = stream.at();
    let len = stream.u16("the length of a JPEG segment")?;
    len.checked_sub(2)
        .map(u64::from)
        .ok_or(PhotoError::broken(at, "a length of at least 2 of a JPEG segment"))
}

fn skip_segment<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<(), PhotoError> {
    let len = segment_len(stream)?;
    stream.skip(len, "the rest of a JPEG segment")
}

/// The frame header: T.81, B.2.2.
fn read_frame<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>, code: u8) -> Result<Picture, PhotoError> {
    const EXPECTED: &str = "the rest of a JPEG frame header";
    let at = stream.at();
    let len = segment_len(stream)?;
    let rest = len
        .checked_sub(6)
        .ok_or(PhotoError::broken(at, "a whole JPEG frame header"))?;
    let [precision] = stream.take(EXPECTED)?;
    let height = u32::from(stream.u16(EXPECTED)?);
    let width = u32::from(stream.u16(EXPECTED)?);
    let [components] = stream.take(EXPECTED)?;
    stream.skip(rest, EXPECTED)?;
    if width == 0 || height == 0 {
        return Err(PhotoError::broken(at, "a JPEG picture with at least one pixel"));
    }
    if rest != 3 * u64::from(components) {
        return Err(PhotoError::broken(
            at,
            "a JPEG frame header as long as its components",
        ));
    }
    if !matches!(code, 0xc0..=0xc2) || precision != 8 || !matches!(components, 1 | 3 | 4) {
        return Err(PhotoError::NoDecoder {
            what: "a JPEG picture that is neither baseline nor progressive with 8 bits",
        });
    }
    Ok(Picture {
        width,
        height,
        whole_only: code == 0xc2,
        long_exif: false,
    })
}

/// Passes over the data of a scan, to just before the next marker. `ff 00` is a byte of data, `ff d0` to `ff d7` are
/// restarts within the scan.
fn skip_entropy_coded<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<(), PhotoError> {
    loop {
        let piece = stream.peek()?;
        let Some(next) = piece.iter().position(|byte| *byte == 0xff) else {
            let count = piece.len();
            if count == 0 {
                return Err(stream.truncated("the rest of a JPEG scan and its end"));
            }
            stream.consume(count);
            continue;
        };
        match piece.get(next + 1) {
            Some(0x00 | 0xd0..=0xd7) => stream.consume(next + 2),
            Some(0xff) => stream.consume(next + 1),
            Some(_) => {
                stream.consume(next);
                return Ok(());
            }
            // The marker's code lies in the next piece of the buffer: look at it through a step of one byte.
            None => {
                stream.consume(next + 1);
                match stream.peek()?.first() {
                    Some(0x00 | 0xd0..=0xd7) => stream.consume(1),
                    Some(0xff) => {}
                    Some(_) => {
                        stream.step_back()?;
                        return Ok(());
                    }
                    None => return Err(stream.truncated("the rest of a JPEG scan and its end")),
                }
            }
        }
    }
}
