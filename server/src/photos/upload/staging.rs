//! The file to which the bytes of an upload go, with the SHA-256 of what is in it.

use axum::body::Bytes;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// How much of a file is read at a time.
pub(super) const PIECE_BYTES: usize = 256 * 1024;

/// A place in an upload: how many bytes are before it, and their SHA-256 so far. Kept in memory between the parts of an
/// upload, so that each byte is hashed once; after a restart it is computed from the file.
#[derive(Clone)]
pub(super) struct Mark {
    pub offset: u64,
    hasher: Sha256,
}

impl Mark {
    /// The beginning.
    pub fn start() -> Mark {
        Mark {
            offset: 0,
            hasher: Sha256::new(),
        }
    }

    /// The SHA-256 of all bytes before the mark.
    pub fn digest(&self) -> [u8; 32] {
        self.hasher.clone().finalize().into()
    }
}

/// An open staging file. Dropping it closes the file; what was appended and not synced may be lost.
pub(super) struct Staged {
    file: File,
    mark: Mark,
    chunk: Option<Sha256>,
}

impl Staged {
    /// Makes an empty file and its entry in the folder durable.
    pub fn create(path: &Path) -> io::Result<()> {
        File::create_new(path)?;
        sync_folder(path)
    }

    /// Opens the file where `known` left it; reads and hashes it where that is not known or doesn't fit.
    pub fn open(path: &Path, known: Option<Mark>) -> io::Result<Staged> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let length = file.metadata()?.len();
        let mark = match known {
            Some(mark) if mark.offset == length => mark,
            _ => {
                // What was written before a crash may not have reached the disk; it will be acknowledged from here on.
                file.sync_data()?;
                hash(&mut file)?
            }
        };
        file.seek(SeekFrom::Start(mark.offset))?;
        Ok(Staged {
            file,
            mark,
            chunk: None,
        })
    }

    /// Where it stands.
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// From here on the bytes that are appended are hashed by themselves too.
    pub fn begin_chunk(&mut self) {
        // At the start of the file both hashes are the same.
        self.chunk = (self.mark.offset > 0).then(Sha256::new);
    }

    /// The SHA-256 of what was appended since [`Staged::begin_chunk`].
    pub fn chunk_digest(&self) -> [u8; 32] {
        match &self.chunk {
            Some(chunk) => chunk.clone().finalize().into(),
            None => self.mark.digest(),
        }
    }

    /// Writes and hashes. When that fails, the file is as long as before.
    pub fn append(&mut self, pieces: &[Bytes]) -> io::Result<()> {
        let before = self.mark.offset;
        let mut write = || {
            for piece in pieces {
                self.file.write_all(piece)?;
                self.mark.hasher.update(piece);
                if let Some(chunk) = &mut self.chunk {
                    chunk.update(piece);
                }
                self.mark.offset += piece.len() as u64;
            }
            Ok(())
        };
        let outcome = write();
        if outcome.is_err() {
            // The caller goes back to a mark of its own; here only the length must not lie.
            self.file.set_len(before)?;
        }
        outcome
    }

    /// Makes what was appended durable.
    pub fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Drops everything after the mark.
    pub fn back_to(&mut self, mark: Mark) -> io::Result<()> {
        self.file.set_len(mark.offset)?;
        self.file.seek(SeekFrom::Start(mark.offset))?;
        self.mark = mark;
        self.file.sync_data()
    }
}

fn hash(file: &mut File) -> io::Result<Mark> {
    let mut mark = Mark::start();
    file.rewind()?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(mark);
        }
        mark.hasher.update(&piece[..read]);
        mark.offset += read as u64;
    }
}

/// Appends the bytes of a file, hashing them.
pub(super) fn append_file(staged: &mut Staged, path: &Path) -> io::Result<()> {
    let mut from = File::open(path)?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return Ok(());
        }
        staged.append(&[Bytes::copy_from_slice(&piece[..read])])?;
    }
}

/// Makes a file's entry in its folder durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_carried_along_is_the_hash_of_the_file_also_after_going_back_and_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("upload");
        Staged::create(&path).unwrap();
        let mut staged = Staged::open(&path, Some(Mark::start())).unwrap();
        staged
            .append(&[Bytes::from_static(b"one "), Bytes::from_static(b"two ")])
            .unwrap();
        let mark = staged.mark().clone();
        staged.append(&[Bytes::from_static(b"wrong")]).unwrap();
        staged.back_to(mark).unwrap();
        staged.append(&[Bytes::from_static(b"three")]).unwrap();
        staged.sync().unwrap();
        let carried = staged.mark().digest();
        drop(staged);
        assert_eq!(std::fs::read(&path).unwrap(), b"one two three");
        let expected: [u8; 32] = Sha256::digest(b"one two three").into();
        assert_eq!(carried, expected);
        assert_eq!(Staged::open(&path, None).unwrap().mark().digest(), expected);
    }
}
