//! Bombs, files that are two things at once, and what is no photo.

use std::io::{Cursor, Error, Read, Seek, SeekFrom};

use jicha_imaging::{Limits, PhotoError, derive, examine_within};

use crate::corpus::{examine, photo};
use crate::made::{self, jpeg_segment, png_chunk, png_header, with_segment};

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The local header of a stored file in a ZIP archive, its directory and the end of that.
const ZIP: &[u8] = b"PK\x03\x04\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0aPK\x01\x02\x0a\0\
\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0aPK\x05\x06\0\0\0\0\x01\0\x01\0\
\x2f\0\0\0\x1f\0\0\0\0\0";

#[track_caller]
fn assert_refused(bytes: &[u8], reason: &str) -> PhotoError {
    let error = examine(bytes).unwrap_err();
    assert_eq!(error.as_str(), reason, "{error}");
    error
}

/// 114 million grey pixels in about as many thousand bytes.
fn huge_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 19_000, 6_000);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![90; 19_000 * 6_000]).unwrap();
    writer.finish().unwrap();
    bytes
}

/// The compressed data of a PNG.
fn zlib_of(png: &[u8]) -> Vec<u8> {
    let mut rest = &png[8..];
    let mut data = Vec::new();
    while let Some((len, _)) = rest.split_first_chunk::<4>() {
        let len = u32::from_be_bytes(*len) as usize;
        if &rest[4..8] == b"IDAT" {
            data.extend_from_slice(&rest[8..8 + len]);
        }
        rest = &rest[12 + len..];
    }
    data
}

#[test]
fn pictures_with_too_many_pixels_are_refused_by_their_headers() {
    let png = [PNG_SIGNATURE, &png_header(100_000, 100_000)].concat();
    assert_refused(&png, "too_many_pixels");
    let frame = [
        &[8][..],
        &65_500_u16.to_be_bytes(),
        &65_500_u16.to_be_bytes(),
        &[1, 1, 0x11, 0],
    ]
    .concat();
    let jpeg = [&[0xff, 0xd8][..], &jpeg_segment(0xc0, &frame)].concat();
    assert_refused(&jpeg, "too_many_pixels");
    let canvas = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff";
    assert_refused(canvas, "too_many_pixels");
}

#[test]
fn a_webp_picture_larger_than_its_canvas_is_refused() {
    let canvas = |side: u8| [&b"VP8X\x0a\0\0\0\0\0\0\0"[..], &[side - 1, 0, 0, side - 1, 0, 0]].concat();
    let picture = |side: u16| {
        let side = side.to_le_bytes();
        [&b"VP8 \x0a\0\0\0\x10\0\0\x9d\x01\x2a"[..], &side, &side].concat()
    };
    let frame = |side: u8, inside: &[u8]| {
        let len = u8::try_from(16 + inside.len()).unwrap();
        let sides = [side - 1, 0, 0, side - 1, 0, 0, 0, 0, 0, 0];
        [&b"ANMF"[..], &[len, 0, 0, 0], &[0; 6], &sides, inside].concat()
    };
    let file = |chunks: &[u8]| {
        let len = u32::try_from(4 + chunks.len()).unwrap().to_le_bytes();
        [&b"RIFF"[..], &len, b"WEBP", chunks].concat()
    };
    for (chunks, reason) in [
        ([canvas(10), picture(16_383)].concat(), "too_many_pixels"),
        ([canvas(10), picture(11)].concat(), "broken"),
        ([canvas(10), frame(11, &picture(11))].concat(), "broken"),
        ([canvas(10), frame(9, &picture(10))].concat(), "broken"),
        (
            [canvas(10), frame(10, &picture(16_383))].concat(),
            "too_many_pixels",
        ),
    ] {
        assert_refused(&file(&chunks), reason);
    }
    for chunks in [
        [canvas(10), picture(10)].concat(),
        [canvas(10), frame(9, &picture(9))].concat(),
    ] {
        assert!(examine(&file(&chunks)).is_ok());
    }
}

#[test]
fn exif_data_of_megabytes_are_not_read() {
    let png = made::png(&image::RgbImage::new(10, 10), made::exif(6));
    let start = PNG_SIGNATURE.len() + 25;
    assert_eq!(examine(&png).unwrap().exif.orientation, Some(6));
    let long = png_chunk(b"eXIf", &[0; (1 << 20) + 1]);
    let examined = examine(&[&png[..start], &long, &png[start..]].concat()).unwrap();
    assert_eq!(examined.exif, jicha_imaging::Exif::default());
}

#[test]
fn a_narrow_picture_with_a_long_side_is_refused() {
    let png = [PNG_SIGNATURE, &png_header(20_001, 1)].concat();
    assert_refused(&png, "too_many_pixels");
}

#[test]
fn a_progressive_picture_may_have_fewer_pixels_than_a_plain_one() {
    let jpeg = |marker| {
        let frame = [
            &[8][..],
            &9_000_u16.to_be_bytes(),
            &9_000_u16.to_be_bytes(),
            &[1, 1, 0x11, 0],
        ]
        .concat();
        [
            &[0xff, 0xd8][..],
            &jpeg_segment(marker, &frame),
            &jpeg_segment(0xda, &[1, 1, 0, 0, 63, 0]),
            &[0xff, 0xd9],
        ]
        .concat()
    };
    assert_refused(&jpeg(0xc2), "too_many_pixels");
    assert!(examine(&jpeg(0xc0)).is_ok());
}

#[test]
fn a_picture_at_the_limit_is_decoded_in_pieces() {
    let bytes = huge_png();
    assert!(bytes.len() < 2_000_000);
    let examined = examine(&bytes).unwrap();
    let derived = derive(&mut Cursor::new(&bytes), &examined).unwrap();
    assert!((derived.quality.mean_luma - 90.0).abs() < 1.0);
}

#[test]
fn compressed_data_that_swell_are_not_unpacked() {
    let zlib = zlib_of(&huge_png());
    let small = |chunk: Vec<u8>| {
        let picture = zlib_of(&made::png(&image::RgbImage::new(10, 10), made::exif(1)));
        let header = png_chunk(b"IHDR", b"\0\0\0\x0a\0\0\0\x0a\x08\x02\0\0\0");
        [
            PNG_SIGNATURE,
            &header,
            &chunk,
            &png_chunk(b"IDAT", &picture),
            &png_chunk(b"IEND", b""),
        ]
        .concat()
    };
    let profile = small(png_chunk(b"iCCP", &[b"profile\0\0", &zlib[..]].concat()));
    let words = small(png_chunk(b"zTXt", &[b"Comment\0\0", &zlib[..]].concat()));
    // The picture itself claims ten by ten pixels and unpacks to 114 million.
    let data = [
        PNG_SIGNATURE,
        &png_header(10, 10),
        &png_chunk(b"IDAT", &zlib),
        &png_chunk(b"IEND", b""),
    ]
    .concat();
    for bytes in [profile, words, data] {
        let examined = examine(&bytes).unwrap();
        assert_eq!((examined.width, examined.height), (10, 10));
        derive(&mut Cursor::new(&bytes), &examined).unwrap();
    }
}

#[test]
fn a_picture_of_a_thousand_scans_is_refused() {
    let scan = jpeg_segment(0xda, &[1, 1, 0, 0, 63, 0]);
    let frame = jpeg_segment(0xc2, &[8, 0, 16, 0, 16, 1, 1, 0x11, 0]);
    let bytes = [&[0xff, 0xd8][..], &frame, &scan.repeat(1000), &[0xff, 0xd9]].concat();
    assert_refused(&bytes, "broken");
}

#[test]
fn a_file_with_too_many_bytes_is_refused_unread() {
    let bytes = photo("jolla.jpg");
    let limits = Limits {
        bytes_max: bytes.len() as u64 - 1,
        ..Limits::default()
    };
    let error = examine_within(&mut Cursor::new(&bytes), &limits).unwrap_err();
    assert_eq!(error.as_str(), "too_large");
    assert_refused(&vec![0; 64 * 1024 * 1024 + 1], "too_large");
}

#[test]
fn a_photo_that_is_an_archive_too_is_refused() {
    let photo = photo("DSCN0010.jpg");
    let behind = assert_refused(&[&photo[..], ZIP].concat(), "polyglot");
    assert!(matches!(behind, PhotoError::Polyglot { at, .. } if at == photo.len() as u64));
    assert_refused(&with_segment(&photo, &jpeg_segment(0xfe, ZIP)), "polyglot");
    // An archive's readers look for its end only.
    assert_refused(&[&photo[..], &ZIP[ZIP.len() - 22..]].concat(), "polyglot");
}

#[test]
fn a_photo_that_is_a_page_a_script_or_a_program_too_is_refused() {
    let photo = photo("DSCN0010.jpg");
    let png = made::png(&image::RgbImage::new(10, 10), made::exif(1));
    let others: [&[u8]; 8] = [
        b"<html><body>",
        b"<!DOCTYPE html>",
        b"<ScRiPt src=//evil.example>",
        b"<?php system($_GET[0]);",
        b"%PDF-1.7\n",
        b"#!/bin/sh\n",
        b"\x7fELF\x02\x01\x01\0",
        b"MZ\x90\0\0\0This program cannot be run in DOS mode.\r\r\n$PE\0\0\x64\x86",
    ];
    for other in others {
        assert_refused(&[&photo[..], other].concat(), "polyglot");
        assert_refused(&with_segment(&photo, &jpeg_segment(0xfe, other)), "polyglot");
        assert_refused(&[&png[..], other].concat(), "polyglot");
        let text = png_chunk(b"tEXt", &[b"Comment\0", other].concat());
        let after_header = PNG_SIGNATURE.len() + 25;
        let inside = [&png[..after_header], &text, &png[after_header..]].concat();
        assert_refused(&inside, "polyglot");
    }
}

/// The search reads in pieces of 64 KiB; a signature may lie on every border.
#[test]
fn what_is_hidden_is_found_wherever_it_lies() {
    let photo = photo("DSCN0010.jpg");
    for padding in 0..64 {
        let begin = photo.len().next_multiple_of(64 * 1024) - 32 + padding;
        let mut bytes = photo.clone();
        bytes.resize(begin, 0);
        bytes.extend_from_slice(b"<?php phpinfo();");
        bytes.resize(begin + 70_000, 0);
        let error = assert_refused(&bytes, "polyglot");
        assert!(
            matches!(error, PhotoError::Polyglot { at, .. } if at == begin as u64),
            "{error}"
        );
    }
}

#[test]
fn what_phones_append_is_allowed() {
    let photo = photo("DSCN0010.jpg");
    let film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat";
    let maker = b"Image_UTC_Data1650000000000SEFHk\0\0\0SEFT";
    for behind in [&film[..], maker, &photo, &[0; 100]] {
        let examined = examine(&[&photo[..], behind].concat()).unwrap();
        assert_eq!((examined.width, examined.height), (640, 480));
    }
}

#[test]
fn what_is_no_photo_is_called_so() {
    let photo = photo("DSCN0010.jpg");
    let before = |other: &[u8]| [other, &photo[..]].concat();
    let none: [&[u8]; 10] = [
        b"",
        b"\xff",
        b"\xff\xd8",
        "抄表记录，不是照片".as_bytes(),
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"BM\x1e\0\0\0\0\0\0\0\x1a\0\0\0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        &before(b"%PDF-1.4\n"),
        &before(ZIP),
        &before(b"<html>"),
    ];
    for bytes in none {
        assert_refused(bytes, "not_a_photo");
    }
    assert_refused(&[0; 1000], "not_a_photo");
}

#[test]
fn every_reason_says_what_was_expected() {
    let bytes = photo("DSCN0010.jpg");
    let cut = examine(&bytes[..5000]).unwrap_err().to_string();
    assert_eq!(
        cut,
        "the file ends at byte 5000; expected the rest of a JPEG segment"
    );
    let mut png = made::png(&image::RgbImage::new(10, 10), made::exif(1));
    png[40] ^= 1;
    let broken = examine(&png).unwrap_err().to_string();
    assert_eq!(broken, "expected a PNG chunk that fits its checksum at byte 33");
}

/// A disk that fails in the middle.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.0.position() > 100_000 {
            return Err(Error::other("the disk is gone"));
        }
        self.0.read(buffer)
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_failing_disk_is_no_fault_of_the_photo() {
    let mut source = Failing(Cursor::new(photo("jolla.jpg")));
    let error = jicha_imaging::examine(&mut source).unwrap_err();
    assert_eq!(error.as_str(), "unreadable");
}
