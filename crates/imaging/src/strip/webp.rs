//! WebP: only the chunks of the picture and its colours.

use super::orientation;
use crate::PhotoError;

/// The chunks that are kept (RFC 9649, section 2.7).
const KEPT: &[&[u8; 4]] = &[b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"];
/// VP8X: there is an EXIF chunk.
const HAS_EXIF: u8 = 0x08;
/// VP8X: there is an XMP chunk.
const HAS_XMP: u8 = 0x04;

/// Copies the kept chunks.
pub fn strip(photo: &[u8], orientation: Option<u8>) -> Result<Vec<u8>, PhotoError> {
    let truncated = || PhotoError::Truncated {
        at: photo.len() as u64,
        expected: "the rest of a WebP chunk",
    };
    let len = photo.get(4..8).and_then(|len| <[u8; 4]>::try_from(len).ok());
    let end = len
        .map(|len| u32::from_le_bytes(len) as usize)
        .and_then(|len| len.checked_add(8))
        .ok_or_else(truncated)?;
    let mut rest = photo.get(12..end).ok_or_else(truncated)?;
    let mut body = b"WEBP".to_vec();
    while !rest.is_empty() {
        let (head, _) = rest.split_first_chunk::<8>().ok_or_else(truncated)?;
        let [kind @ .., l0, l1, l2, l3] = head;
        let len = u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize;
        let whole = len.checked_add(8 + len % 2).ok_or_else(truncated)?;
        let (chunk, behind) = rest.split_at_checked(whole).ok_or_else(truncated)?;
        if KEPT.contains(&kind) {
            let begin = body.len();
            body.extend_from_slice(chunk);
            if kind == b"VP8X"
                && let Some(flags) = body.get_mut(begin + 8)
            {
                *flags &= !(HAS_EXIF | HAS_XMP);
                *flags |= orientation.map_or(0, |_| HAS_EXIF);
            }
        }
        rest = behind;
    }
    // A file without VP8X holds no EXIF either, so the orientation of one that has any is kept by these lines.
    if let Some(orientation) = orientation {
        let exif = orientation::exif(orientation);
        body.extend_from_slice(b"EXIF");
        body.extend_from_slice(&u32::try_from(exif.len()).unwrap_or_default().to_le_bytes());
        body.extend_from_slice(&exif);
    }
    let len = u32::try_from(body.len()).map_err(|_| truncated())?;
    Ok([b"RIFF", &len.to_le_bytes()[..], &body].concat())
}
