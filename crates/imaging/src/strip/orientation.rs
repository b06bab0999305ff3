//! The smallest EXIF data that state an orientation.

/// TIFF 6.0 with one directory of one entry: tag 274, one short.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut bytes = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    bytes.push(orientation);
    // Padding of the value, and no further directory.
    bytes.extend_from_slice(&[0; 6]);
    bytes
}
