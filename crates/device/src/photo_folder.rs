//! Photos in a folder, each under its hash.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use jicha_domain::id::PhotoHash;

use crate::ports::{PhotoFiles, PhotoSource};

/// A folder of photos. A file's name is its SHA-256, so the same photo is kept once and can't be changed
/// unnoticed.
#[derive(Debug)]
pub struct PhotoFolder {
    folder: PathBuf,
}

impl PhotoFolder {
    /// Uses this folder, making it if need be.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(PhotoFolder {
            folder: folder.to_owned(),
        })
    }
}

impl PhotoFiles for PhotoFolder {
    fn open(&self, path: &str) -> io::Result<Box<dyn PhotoSource>> {
        Ok(Box::new(BufReader::new(File::open(path)?)))
    }

    /// Copies under a temporary name, flushes to the disk and renames: a crash leaves either nothing or the whole
    /// file under its hash.
    fn keep(&self, path: &str, hash: &PhotoHash) -> io::Result<String> {
        let name = hash.to_string();
        let kept = self.folder.join(&name);
        if kept.exists() {
            return Ok(name);
        }
        let partial = self.folder.join(format!("{name}.part"));
        let mut target = File::create(&partial)?;
        io::copy(&mut File::open(path)?, &mut target)?;
        target.sync_all()?;
        fs::rename(&partial, &kept)?;
        // The name, too, has to be on the disk before the record speaks of it.
        File::open(&self.folder)?.sync_all()?;
        Ok(name)
    }
}
