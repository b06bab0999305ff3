//! Room on the disk: some of it is never filled with photos, and a full disk is told apart from other trouble.

use crate::problem::{Code, Problem};
use std::error::Error;
use std::io;
use std::path::Path;

/// Refuses when `coming_bytes` more would eat into the reserve. Where the system doesn't tell, nothing is refused.
pub(super) fn require(folder: &Path, reserve_mib: u64, coming_bytes: u64) -> Result<(), Problem> {
    let needed = coming_bytes.saturating_add(reserve_mib.saturating_mul(1 << 20));
    match free_bytes(folder) {
        Some(free) if free < needed => Err(full()),
        _ => Ok(()),
    }
}

/// The answer to a full disk.
pub(super) fn full() -> Problem {
    metrics::counter!("jicha_photo_storage_full_total").increment(1);
    Problem::new(Code::StorageFull).retry_after_s(300)
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

/// True when the error, or what caused it, is a disk without room.
pub(super) fn is_full(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            // An error of the system can hide inside one of the standard library, which `source` skips.
            if let Some(inner) = io.get_ref()
                && is_full(inner)
            {
                return true;
            }
            if matches!(
                io.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
            ) {
                return true;
            }
        }
        next = error.source();
    }
    false
}

/// An error of the disk as an answer.
pub(super) fn problem(error: impl Error + Send + Sync + 'static) -> Problem {
    if is_full(&error) {
        full()
    } else {
        Problem::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_found_behind_other_errors() {
        let full = io::Error::new(io::ErrorKind::StorageFull, "no space");
        assert!(is_full(&io::Error::other(full)));
        assert!(!is_full(&io::Error::other("something else")));
    }
}
