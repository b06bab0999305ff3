//! Files that are a photo and something else too.
//!
//! A file can be a valid photo and at the same time a ZIP archive (read from its end), a page (read leniently from
//! anywhere) or a PDF (its head may stand further down). Whoever opens it as that gets what was hidden. So all bytes are
//! searched for the beginnings of such things, in the picture's data too. Each signature has at least 40 bits, so that
//! chance finds one in fewer than a ten-thousandth of photos of 64 MiB, and in practice none.
//!
//! What phones append is no such thing and passes: further JPEG pictures (MPF), the film of a motion photo, maker's data.

use std::io::{Read, Seek};

use crate::PhotoError;
use crate::stream::Stream;

/// Bytes that a signature may have.
const SIGNATURE_BYTES_MAX: usize = 48;

struct Signature {
    found: &'static str,
    is_at: fn(&[u8]) -> bool,
}

/// Text is compared without regard to case, in ASCII.
fn text(bytes: &[u8], word: &str) -> bool {
    bytes
        .get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

const SIGNATURES: &[Signature] = &[
    Signature {
        found: "a ZIP archive",
        // A local file header: version needed up to 6.3, no unknown flags, stored or deflated.
        is_at: |bytes| {
            matches!(
                bytes,
                [
                    b'P',
                    b'K',
                    3,
                    4,
                    0..=63,
                    0..=3,
                    _,
                    0..=8,
                    0 | 8 | 9 | 12 | 14,
                    0,
                    ..
                ]
            )
        },
    },
    Signature {
        found: "the directory of a ZIP archive",
        is_at: |bytes| matches!(bytes, [b'P', b'K', 5, 6, 0, 0, 0, 0, a, b, c, d, ..] if a == c && b == d),
    },
    Signature {
        found: "a PDF",
        is_at: |bytes| matches!(bytes, [b'%', b'P', b'D', b'F', b'-', b'0'..=b'9', b'.', ..]),
    },
    Signature {
        found: "an HTML page",
        is_at: |bytes| {
            text(bytes, "<script")
                || text(bytes, "<!doctype")
                || text(bytes, "<iframe")
                || (text(bytes, "<html") && matches!(bytes.get(5), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n')))
        },
    },
    Signature {
        found: "a PHP script",
        is_at: |bytes| text(bytes, "<?php"),
    },
    Signature {
        found: "a shell script",
        is_at: |bytes| bytes.starts_with(b"#!/bin/") || bytes.starts_with(b"#!/usr/bin/"),
    },
    Signature {
        found: "a Linux program",
        is_at: |bytes| matches!(bytes, [0x7f, b'E', b'L', b'F', 1 | 2, 1 | 2, 1, ..]),
    },
    Signature {
        found: "a Windows program",
        is_at: |bytes| {
            bytes.starts_with(b"This program cannot be run in DOS mode")
                || matches!(
                    bytes,
                    [b'P', b'E', 0, 0, 0x4c, 0x01, ..] | [b'P', b'E', 0, 0, 0x64, 0x86 | 0xaa, ..]
                )
        },
    },
    Signature {
        found: "a macOS program",
        is_at: |bytes| matches!(bytes, [0xcf, 0xfa, 0xed, 0xfe, 7 | 12, 0, 0, 1, ..]),
    },
    Signature {
        found: "a RAR archive",
        is_at: |bytes| bytes.starts_with(b"Rar!\x1a\x07"),
    },
    Signature {
        found: "a 7z archive",
        is_at: |bytes| bytes.starts_with(b"7z\xbc\xaf\x27\x1c"),
    },
];

/// Whether a signature can begin with this byte.
fn may_begin(byte: u8) -> bool {
    matches!(byte, b'P' | b'%' | b'<' | b'#' | 0x7f | b'T' | 0xcf | b'R' | b'7')
}

/// Searches everything from the first to the last byte.
pub fn search<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<(), PhotoError> {
    const PIECE_BYTES: usize = 64 * 1024;
    let mut window = Vec::with_capacity(PIECE_BYTES + SIGNATURE_BYTES_MAX);
    let mut begin = 0;
    while stream.left() > 0 {
        let count = stream.left().min(PIECE_BYTES as u64);
        let kept = window.len();
        window.resize(kept + usize::try_from(count).unwrap_or(PIECE_BYTES), 0);
        stream.fill(&mut window[kept..], "the rest of the file")?;
        // The last bytes of a piece are looked at again together with the next one.
        let looked_at = if stream.left() == 0 {
            window.len()
        } else {
            window.len().saturating_sub(SIGNATURE_BYTES_MAX)
        };
        if let Some((at, found)) = first(&window, looked_at) {
            return Err(PhotoError::Polyglot {
                at: begin + at as u64,
                found,
            });
        }
        window.drain(..looked_at);
        begin += looked_at as u64;
    }
    Ok(())
}

fn first(window: &[u8], looked_at: usize) -> Option<(usize, &'static str)> {
    window[..looked_at]
        .iter()
        .enumerate()
        .filter(|(_, byte)| may_begin(**byte))
        .find_map(|(at, _)| {
            let here = &window[at..];
            let signature = SIGNATURES.iter().find(|signature| (signature.is_at)(here))?;
            Some((at, signature.found))
        })
}
