//! Photos made for one test.

use std::borrow::Cow;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder, RgbImage};

/// The smallest EXIF data with an orientation, a maker and a position: TIFF 6.0, most significant byte first.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut bytes = b"MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    // The maker's name stands behind the directory of three entries, the directory of the position behind that.
    bytes.extend_from_slice(b"\x01\x0f\0\x02\0\0\0\x0b\0\0\0\x32");
    bytes.extend_from_slice(&[1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    bytes.extend_from_slice(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x3e");
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(b"SpyCamera1\0\0");
    bytes.extend_from_slice(b"\0\x04\0\x01\0\x02\0\0\0\x02N\0\0\0");
    bytes.extend_from_slice(b"\0\x02\0\x05\0\0\0\x03\0\0\0\x74");
    bytes.extend_from_slice(b"\0\x03\0\x02\0\0\0\x02E\0\0\0");
    bytes.extend_from_slice(b"\0\x04\0\x05\0\0\0\x03\0\0\0\x8c\0\0\0\0");
    for part in [25_u32, 1, 7, 1, 30, 1, 104, 1, 18, 1, 0, 1] {
        bytes.extend_from_slice(&part.to_be_bytes());
    }
    bytes
}

/// A PNG with EXIF data, a text and a time.
pub fn png(picture: &RgbImage, exif: Vec<u8>) -> Vec<u8> {
    let mut info = png::Info::with_size(picture.width(), picture.height());
    info.color_type = png::ColorType::Rgb;
    info.bit_depth = png::BitDepth::Eight;
    info.exif_metadata = Some(Cow::Owned(exif));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::with_info(&mut bytes, info).unwrap();
    encoder
        .add_text_chunk("Comment".to_owned(), "taken by SpyCamera1".to_owned())
        .unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(picture).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A lossless WebP with EXIF data.
pub fn webp(picture: &RgbImage, exif: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder.set_exif_metadata(exif).unwrap();
    encoder
        .write_image(
            picture,
            picture.width(),
            picture.height(),
            image::ExtendedColorType::Rgb8,
        )
        .unwrap();
    bytes
}

/// A JPEG without metadata.
pub fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .to_rgb8()
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
        .unwrap();
    bytes
}

/// Decoded by another decoder, as stored.
pub fn decoded(bytes: &[u8]) -> DynamicImage {
    image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .unwrap()
        .decode()
        .unwrap()
}

/// A chunk of PNG with its checksum.
pub fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap();
    let checksum = crc32fast::hash(&[kind, body].concat());
    [&len.to_be_bytes(), &kind[..], body, &checksum.to_be_bytes()].concat()
}

/// The chunk IHDR for 8-bit grey, with a right checksum.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let body = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    png_chunk(b"IHDR", &body)
}

/// A segment of JPEG.
pub fn jpeg_segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(body.len() + 2).unwrap();
    [&[0xff, marker], &len.to_be_bytes()[..], body].concat()
}

/// Puts bytes right behind the start of a JPEG picture.
pub fn with_segment(photo: &[u8], segment: &[u8]) -> Vec<u8> {
    [&photo[..2], segment, &photo[2..]].concat()
}
