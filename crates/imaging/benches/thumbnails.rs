//! Thumbnails per second.

fn main() {}
