//! PNG: only the chunks that change how pixels look.

use super::orientation;
use crate::PhotoError;

/// The chunks that are kept (PNG, third edition, section 11).
const KEPT: &[&[u8; 4]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"bKGD", b"pHYs",
];

/// Copies the kept chunks.
pub fn strip(photo: &[u8], orientation: Option<u8>) -> Result<Vec<u8>, PhotoError> {
    const EXPECTED: &str = "the rest of a PNG chunk";
    let truncated = || PhotoError::Truncated {
        at: photo.len() as u64,
        expected: EXPECTED,
    };
    let (signature, mut rest) = photo.split_at_checked(8).ok_or_else(truncated)?;
    let mut stripped = signature.to_vec();
    loop {
        let (len, _) = rest.split_first_chunk::<4>().ok_or_else(truncated)?;
        let len = u32::from_be_bytes(*len) as usize;
        let whole = len.checked_add(12).ok_or_else(truncated)?;
        let (chunk, behind) = rest.split_at_checked(whole).ok_or_else(truncated)?;
        let kind = &chunk[4..8];
        if KEPT.iter().any(|kept| *kept == kind) {
            stripped.extend_from_slice(chunk);
        }
        if kind == b"IHDR"
            && let Some(orientation) = orientation
        {
            stripped.extend(chunk_of(*b"eXIf", &orientation::exif(orientation)));
        }
        if kind == b"IEND" {
            return Ok(stripped);
        }
        rest = behind;
    }
}

fn chunk_of(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap_or_default();
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&kind);
    hasher.update(body);
    [
        &len.to_be_bytes()[..],
        &kind,
        body,
        &hasher.finalize().to_be_bytes(),
    ]
    .concat()
}
