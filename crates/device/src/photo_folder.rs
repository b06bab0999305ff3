//! Photos in a folder, each under its hash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ports::{PhotoDraft, PhotoFiles, PhotoSource};

/// How files that have no name yet end.
const DRAFT: &str = "part";

/// A folder of photos. A file's name is its SHA-256, so the same photo is kept once and can't be changed
/// unnoticed.
#[derive(Debug)]
pub struct PhotoFolder {
    folder: PathBuf,
    drafts: AtomicU64,
}

impl PhotoFolder {
    /// Uses this folder, making it if need be, and removes what a killed process left unfinished.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == DRAFT) {
                fs::remove_file(path)?;
            }
        }
        Ok(PhotoFolder {
            folder: folder.to_owned(),
            drafts: AtomicU64::new(0),
        })
    }
}

impl PhotoFiles for PhotoFolder {
    fn open(&self, path: &str) -> io::Result<Box<dyn PhotoSource>> {
        Ok(Box::new(BufReader::new(File::open(path)?)))
    }

    fn create(&self) -> io::Result<Box<dyn PhotoDraft>> {
        let number = self.drafts.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("{number}.{DRAFT}"));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        Ok(Box::new(Draft {
            file,
            path,
            folder: self.folder.clone(),
        }))
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn PhotoSource>> {
        Ok(Box::new(BufReader::new(File::open(self.folder.join(name))?)))
    }

    fn size(&self, name: &str) -> io::Result<Option<u64>> {
        match fs::metadata(self.folder.join(name)) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// A file under a passing name.
struct Draft {
    file: File,
    path: PathBuf,
    folder: PathBuf,
}

impl PhotoDraft for Draft {
    /// Flushes to the disk and renames: a crash leaves either nothing or the whole file.
    fn keep(self: Box<Self>, name: &str) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, self.folder.join(name))?;
        // The name, too, has to be on the disk before the record speaks of it.
        File::open(&self.folder)?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Once kept, there is nothing under this name any more.
        drop(fs::remove_file(&self.path));
    }
}

impl Read for Draft {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Draft {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
