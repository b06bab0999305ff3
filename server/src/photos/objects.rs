//! Where the bytes of photos lie: a folder, or a bucket that speaks S3.
//!
//! Bytes are always received into a file of the folder `staging` first. In a folder store the finished file is then
//! moved to its place by a rename, and the folder it comes to is fsynced; in a bucket it is copied there in parts. Either
//! way an object is whole or not there.

use crate::config::Config;
use axum::body::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder for bytes that are not checked yet.
const STAGING: &str = "staging";

/// How much of a file goes to a bucket at a time. S3 wants 5 MiB at least.
#[cfg(feature = "s3")]
const PART_BYTES: usize = 8 << 20;

/// Why the photo store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// A folder could not be made or read.
    #[error("make or read the folder {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file of an upload could not be read.
    #[error("read the staged file {path}")]
    Staged {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The store answered with an error.
    #[error("ask the photo store for {place}")]
    Store {
        /// The object.
        place: String,
        /// The store's answer.
        source: object_store::Error,
    },
    /// The bucket's configuration can't work.
    #[error("set up the photo store")]
    Setup(#[source] object_store::Error),
}

/// The photo store of one server.
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
    in_folder: bool,
}

impl Objects {
    /// Opens the store that the configuration names.
    pub fn open(config: &Config) -> Result<Objects, ObjectError> {
        let folder = config.photo_folder();
        let staging = folder.join(STAGING);
        std::fs::create_dir_all(&staging).map_err(|source| ObjectError::Folder {
            path: staging.clone(),
            source,
        })?;
        let in_folder = config.photo_s3_bucket.is_empty();
        let store = if in_folder {
            let store = LocalFileSystem::new_with_prefix(&folder).map_err(ObjectError::Setup)?;
            Arc::new(store.with_fsync(true)) as Arc<dyn ObjectStore>
        } else {
            bucket(config)?
        };
        Ok(Objects {
            store,
            folder,
            in_folder,
        })
    }

    /// The folder of uploads, on the disk that must have room.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of files that are not checked yet.
    pub fn staging_folder(&self) -> PathBuf {
        self.folder.join(STAGING)
    }

    /// The file of an upload. The id is hexadecimal digits, made here.
    pub fn staged(&self, id: &str) -> PathBuf {
        self.staging_folder().join(id)
    }

    /// Moves a finished, fsynced file to its place. Durable when it returns.
    pub async fn take_over(&self, id: &str, place: &Place) -> Result<(), ObjectError> {
        if self.in_folder {
            let from = Place::from(format!("{STAGING}/{id}"));
            return self
                .store
                .rename(&from, place)
                .await
                .map_err(|source| failed(place, source));
        }
        self.send(id, place).await
    }

    #[cfg(feature = "s3")]
    async fn send(&self, id: &str, place: &Place) -> Result<(), ObjectError> {
        use tokio::io::AsyncReadExt;
        let path = self.staged(id);
        let unreadable = |source| ObjectError::Staged {
            path: path.clone(),
            source,
        };
        let mut file = tokio::fs::File::open(&path).await.map_err(unreadable)?;
        let size = file.metadata().await.map_err(unreadable)?.len();
        if size <= PART_BYTES as u64 {
            let mut whole = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
            file.read_to_end(&mut whole).await.map_err(unreadable)?;
            self.put(place, whole.into()).await?;
        } else {
            let mut sending = self
                .store
                .put_multipart(place)
                .await
                .map_err(|source| failed(place, source))?;
            loop {
                let mut part = Vec::with_capacity(PART_BYTES);
                let mut piece = (&mut file).take(PART_BYTES as u64);
                if piece.read_to_end(&mut part).await.map_err(unreadable)? == 0 {
                    break;
                }
                sending
                    .put_part(part.into())
                    .await
                    .map_err(|source| failed(place, source))?;
            }
            sending.complete().await.map_err(|source| failed(place, source))?;
        }
        tokio::fs::remove_file(&path).await.map_err(unreadable)
    }

    #[cfg(not(feature = "s3"))]
    async fn send(&self, _id: &str, place: &Place) -> Result<(), ObjectError> {
        std::future::ready(()).await;
        Err(failed(
            place,
            object_store::Error::NotImplemented {
                operation: "put".to_owned(),
                implementer: "a program built without the feature s3".to_owned(),
            },
        ))
    }

    /// Stores these bytes. Durable when it returns.
    pub async fn put(&self, place: &Place, bytes: Bytes) -> Result<(), ObjectError> {
        self.store
            .put(place, PutPayload::from_bytes(bytes))
            .await
            .map(drop)
            .map_err(|source| failed(place, source))
    }

    /// The bytes of an object; `None` when there is none.
    pub async fn get(&self, place: &Place) -> Result<Option<Bytes>, ObjectError> {
        let found = match self.store.get(place).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(source) => return Err(failed(place, source)),
        };
        found
            .bytes()
            .await
            .map(Some)
            .map_err(|source| failed(place, source))
    }

    /// The size of an object; `None` when there is none.
    pub async fn size(&self, place: &Place) -> Result<Option<u64>, ObjectError> {
        match self.store.head(place).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(failed(place, source)),
        }
    }

    /// Every object below a folder, with its size, in no order.
    pub async fn list(&self, below: &Place) -> Result<Vec<(Place, u64)>, ObjectError> {
        use futures_core::Stream;
        let mut found = Vec::new();
        let mut listing = self.store.list(Some(below));
        while let Some(object) =
            std::future::poll_fn(|context| Stream::poll_next(listing.as_mut(), context)).await
        {
            let object = object.map_err(|source| failed(below, source))?;
            found.push((object.location, object.size));
        }
        Ok(found)
    }
}

fn failed(place: &Place, source: object_store::Error) -> ObjectError {
    ObjectError::Store {
        place: place.to_string(),
        source,
    }
}

#[cfg(feature = "s3")]
fn bucket(config: &Config) -> Result<Arc<dyn ObjectStore>, ObjectError> {
    // The connections to the bucket use the same cryptography as the phones do.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut builder = object_store::aws::AmazonS3Builder::new()
        .with_bucket_name(&config.photo_s3_bucket)
        .with_region(&config.photo_s3_region)
        .with_access_key_id(&config.photo_s3_key_id)
        .with_secret_access_key(&config.photo_s3_key_secret)
        .with_allow_http(config.photo_s3_endpoint.starts_with("http://"));
    if !config.photo_s3_endpoint.is_empty() {
        builder = builder.with_endpoint(&config.photo_s3_endpoint);
    }
    Ok(Arc::new(builder.build().map_err(ObjectError::Setup)?))
}

/// The configuration refuses a bucket before it comes to this.
#[cfg(not(feature = "s3"))]
fn bucket(_config: &Config) -> Result<Arc<dyn ObjectStore>, ObjectError> {
    Err(ObjectError::Setup(object_store::Error::NotImplemented {
        operation: "open".to_owned(),
        implementer: "a program built without the feature s3".to_owned(),
    }))
}
