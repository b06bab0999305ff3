//! A disk without room: a clear answer, and nothing is lost.

use super::super::server::{TestServer, code_of};
use super::phone::{Phone, header, location, original, photo};
use jicha_server::auth::ROOT_UNIT;
use std::path::{Path, PathBuf};
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn the_reserve_of_the_disk_is_never_filled_with_photos() {
    let server = TestServer::start_with(|config| config.photo_reserve_mib = 1 << 40).await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("DSCN0010.jpg");
    let answer = phone.begin(&original(&bytes), bytes.len()).await;
    assert_eq!(answer.status(), 507);
    assert_eq!(header(&answer, "retry-after"), "300");
    assert_eq!(code_of(answer).await, "storage_full");
}

/// A file system of 1 MiB in memory, if this machine lets us have one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<SmallDisk> {
        std::fs::create_dir_all(at).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(at)
            .output();
        let mounted = mount.is_ok_and(|mount| mount.status.success());
        mounted.then(|| SmallDisk(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).output());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_in_the_middle_of_a_photo_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("photos");
    let Some(_disk) = SmallDisk::mount(&at) else {
        eprintln!("this machine lets nobody mount a tmpfs; only the reserve was tested");
        return;
    };
    let server = TestServer::start_with(|config| {
        config.photo_folder = at.clone();
        config.photo_reserve_mib = 0;
    })
    .await;
    let phone = Phone::of(&server, "wang", ROOT_UNIT).await;
    let bytes = photo("jolla.jpg");
    let upload = location(&phone.begin(&original(&bytes), bytes.len()).await);
    assert_eq!(phone.patch(&upload, 0, &bytes[..100_000]).await.status(), 204);
    // Something else takes the room while the photo is on its way.
    let ballast = at.join("ballast");
    std::fs::write(&ballast, vec![1; 300_000]).unwrap();
    let answer = phone.patch(&upload, 100_000, &bytes[100_000..]).await;
    assert_eq!(code_of(answer).await, "storage_full");
    // This piece would fit by what the system says at first, so the disk itself must say no.
    let two = location(&phone.begin(&original(&photo("DSCN0012.jpg")), 159_137).await);
    let rest = usize::try_from(free_bytes(&at)).unwrap();
    std::fs::write(at.join("more"), vec![1; rest - 200_000]).unwrap();
    let refused = code_of(refill_while_sending(&phone, &two, &at).await).await;
    assert_eq!(refused, "storage_full");
    assert_eq!(phone.offset(&upload).await, 100_000);
    assert_eq!(phone.offset(&two).await, 0);
    std::fs::remove_file(at.join("more")).unwrap();
    std::fs::remove_file(at.join("rest")).unwrap();
    std::fs::remove_file(ballast).unwrap();
    let answer = phone.patch(&upload, 100_000, &bytes[100_000..]).await;
    assert_eq!(header(&answer, "jicha-photo-state"), "checked");
}

fn free_bytes(at: &Path) -> u64 {
    let stat = rustix::fs::statvfs(at).unwrap();
    stat.f_bavail * stat.f_frsize
}

/// Sends a photo slowly and fills the disk between its two halves.
async fn refill_while_sending(phone: &Phone, upload: &str, at: &Path) -> reqwest::Response {
    let bytes = photo("DSCN0012.jpg");
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    let mut receiver = receiver;
    let stream = poll_stream(move |context| receiver.poll_recv(context));
    let request = phone
        .patching(upload, 0, b"")
        .header("content-length", bytes.len())
        .body(reqwest::Body::wrap_stream(stream));
    let answer = tokio::spawn(request.send());
    sender.send(Ok(bytes[..50_000].to_vec())).await.unwrap();
    // Both sends fit into the channel only once the first was taken, so the request has begun by then.
    sender.send(Ok(bytes[50_000..60_000].to_vec())).await.unwrap();
    while phone.head(upload).await.status() != 423 {}
    std::fs::write(at.join("rest"), vec![1; usize::try_from(free_bytes(at)).unwrap()]).unwrap();
    sender.send(Ok(bytes[60_000..].to_vec())).await.unwrap();
    drop(sender);
    answer.await.unwrap().unwrap()
}

struct Polled<F>(F);

impl<T, F: FnMut(&mut std::task::Context<'_>) -> std::task::Poll<Option<T>> + Unpin> futures_core::Stream
    for Polled<F>
{
    type Item = T;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<T>> {
        (self.0)(context)
    }
}

fn poll_stream<T, F>(poll: F) -> Polled<F>
where
    F: FnMut(&mut std::task::Context<'_>) -> std::task::Poll<Option<T>> + Unpin,
{
    Polled(poll)
}
