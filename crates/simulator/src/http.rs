//! HTTP for phones on this machine.

use std::io;

use jicha_device::ports::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A builder for clients that speak to servers on loopback, without a proxy.
///
/// Where mobile-core is built along, cargo unites the features, reqwest has TLS and wants to know who does the
/// cryptography before it makes any client. Nothing here is encrypted; the answer is only that somebody could.
pub fn client_builder() -> reqwest::ClientBuilder {
    // It fails if somebody else has said it already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy()
}

/// A device's request as one of reqwest.
pub(crate) fn request(client: &reqwest::Client, request: &Request) -> reqwest::RequestBuilder {
    let method = reqwest::Method::from_bytes(request.method.as_str().as_bytes())
        .expect("the device's methods are HTTP's");
    let mut builder = client.request(method, &request.url);
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    builder.body(request.body.clone())
}

/// The headers of an answer, as the device wants them.
pub(crate) fn headers(response: &reqwest::Response) -> Vec<(String, String)> {
    let headers = response.headers().iter();
    headers
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}

/// A request's first lines, as they go over the wire.
pub(crate) fn head_of(request: &Request) -> String {
    let url = reqwest::Url::parse(&request.url).expect("the tests' own addresses are well-formed");
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n",
        request.method.as_str(),
        url.path(),
        authority(&url),
        request.body.len(),
    );
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head
}

fn authority(url: &reqwest::Url) -> String {
    format!(
        "{}:{}",
        url.host_str().unwrap_or_default(),
        url.port().unwrap_or(80)
    )
}

/// Sends a request whose body ends after so many bytes, as when the link breaks, and waits until the server has done with
/// what came.
pub(crate) async fn send_cut(request: &Request, length: usize) -> io::Result<()> {
    let url = reqwest::Url::parse(&request.url).expect("the tests' own addresses are well-formed");
    let mut stream = tokio::net::TcpStream::connect(authority(&url)).await?;
    stream.write_all(head_of(request).as_bytes()).await?;
    stream
        .write_all(&request.body[..length.min(request.body.len())])
        .await?;
    stream.shutdown().await?;
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await?;
    Ok(())
}
