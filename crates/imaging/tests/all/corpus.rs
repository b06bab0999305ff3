//! The real photos of tests/data/photos.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use jicha_imaging::{Examined, PhotoError};

/// Where they are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/photos")
}

/// One of them.
#[track_caller]
pub fn photo(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// All of them, by name.
pub fn photos() -> Vec<(String, Vec<u8>)> {
    let mut photos: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".md"))
        .map(|name| (name.clone(), photo(&name)))
        .collect();
    photos.sort();
    assert!(photos.len() >= 14);
    photos
}

/// All that can be decoded.
pub fn jpegs() -> Vec<(String, Vec<u8>)> {
    let mut photos = photos();
    photos.retain(|(name, _)| name.ends_with(".jpg"));
    photos
}

/// Examines bytes.
pub fn examine(bytes: &[u8]) -> Result<Examined, PhotoError> {
    jicha_imaging::examine(&mut Cursor::new(bytes))
}
