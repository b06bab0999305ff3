//! The embedded back-end: SQLite in WAL mode, one writer connection, a small pool of read-only ones.

use super::Error;
use jicha_store::migration::Component;
use jicha_store::{open_reader, open_writer};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// The database of one server. Cloning gives another handle on the same connections.
///
/// Writes are strictly one after the other; reads run beside them on their own snapshot. When `write` has returned
/// `Ok`, the data has been fsynced (`synchronous = FULL`), so it may be acknowledged to a device.
#[derive(Clone)]
pub struct Storage {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    free_readers: Semaphore,
}

impl Storage {
    /// Opens or creates the file, applies the migrations that are missing, and opens the readers.
    pub fn open(path: &Path, components: &[Component], readers: usize) -> Result<Storage, Error> {
        let writer = open_writer(path, components)?;
        let pool = (0..readers.max(1))
            .map(|_| open_reader(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Storage {
            inner: Arc::new(Inner {
                writer: Mutex::new(writer),
                free_readers: Semaphore::new(pool.len()),
                readers: Mutex::new(pool),
            }),
        })
    }

    /// Runs `work` in one transaction and commits it when it returns `Ok`; rolls back otherwise, also on a panic.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let mut writer = lock(&inner.writer);
            let mut transaction = writer
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(Error::Sqlite)?;
            let value = work(&mut transaction)?;
            transaction.commit().map_err(Error::Sqlite)?;
            Ok(value)
        })
        .await
    }

    /// Runs `work` on a read-only connection inside one read transaction, so that all its statements see one state.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let permit = self
            .inner
            .free_readers
            .acquire()
            .await
            .map_err(|_| Error::Broken)?;
        let inner = Arc::clone(&self.inner);
        let outcome = blocking(move || {
            let mut reader = Borrowed::take(&inner)?;
            let snapshot = reader.connection()?.transaction().map_err(Error::Sqlite)?;
            work(&snapshot)
        })
        .await;
        drop(permit);
        outcome
    }

    /// Writes what the write-ahead log still holds into the main file; called once at shutdown.
    pub async fn checkpoint(&self) -> Result<(), Error> {
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            lock(&inner.writer).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(())
        })
        .await
    }
}

/// A reader that goes back to the pool when dropped, whatever happened in between.
struct Borrowed<'a> {
    pool: &'a Mutex<Vec<Connection>>,
    connection: Option<Connection>,
}

impl<'a> Borrowed<'a> {
    fn take(inner: &'a Inner) -> Result<Self, Error> {
        let connection = lock(&inner.readers).pop().ok_or(Error::Broken)?;
        Ok(Borrowed {
            pool: &inner.readers,
            connection: Some(connection),
        })
    }

    fn connection(&mut self) -> Result<&mut Connection, Error> {
        self.connection.as_mut().ok_or(Error::Broken)
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            lock(self.pool).push(connection);
        }
    }
}

/// The one place where the server leaves the async threads for SQLite.
async fn blocking<T, E, F>(work: F) -> Result<T, E>
where
    F: FnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::Broken.into()),
    }
}

/// A panic while the lock was held has already rolled its transaction back, so the connection is sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jicha_store::migration::Migration;

    const TABLE: Component = Component {
        name: "test",
        migrations: &[Migration {
            name: "thing",
            sql: "CREATE TABLE thing (n INTEGER) STRICT",
        }],
    };

    fn open(folder: &tempfile::TempDir) -> Storage {
        Storage::open(&folder.path().join("jicha.sqlite"), &[TABLE], 2).unwrap()
    }

    async fn count(storage: &Storage) -> u32 {
        storage
            .read(|sql| -> Result<u32, Error> {
                Ok(sql.query_row("SELECT count(*) FROM thing", [], |row| row.get(0))?)
            })
            .await
            .unwrap()
    }

    async fn insert_then(storage: &Storage, then: fn() -> Result<(), Error>) -> Result<(), Error> {
        storage
            .write(move |sql| {
                sql.execute("INSERT INTO thing (n) VALUES (1)", [])?;
                then()
            })
            .await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_write_is_seen_by_readers_and_by_the_next_opening() {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(&folder);
        insert_then(&storage, || Ok(())).await.unwrap();
        assert_eq!(count(&storage).await, 1);
        storage.checkpoint().await.unwrap();
        drop(storage);
        assert_eq!(count(&open(&folder)).await, 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_error_or_a_panic_rolls_back_and_leaves_the_storage_usable() {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(&folder);
        insert_then(&storage, || Err(Error::Broken)).await.unwrap_err();
        insert_then(&storage, || panic!("on purpose, in a test"))
            .await
            .unwrap_err();
        assert_eq!(count(&storage).await, 0);
        insert_then(&storage, || Ok(())).await.unwrap();
        assert_eq!(count(&storage).await, 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn readers_cannot_write_and_survive_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(&folder);
        for _ in 0..4 {
            let panicked = storage
                .read(|_| -> Result<(), Error> { panic!("on purpose, in a test") })
                .await;
            assert!(panicked.is_err());
        }
        let refused = storage
            .read(|sql| -> Result<usize, Error> { Ok(sql.execute("INSERT INTO thing (n) VALUES (1)", [])?) })
            .await;
        assert!(refused.is_err());
        assert_eq!(count(&storage).await, 0);
    }
}
