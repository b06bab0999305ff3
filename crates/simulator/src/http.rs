//! HTTP clients for phones on this machine.

/// A builder for clients that speak to servers on loopback, without a proxy.
///
/// Where mobile-core is built along, cargo unites the features, reqwest has TLS and wants to know who does the
/// cryptography before it makes any client. Nothing here is encrypted; the answer is only that somebody could.
pub fn client_builder() -> reqwest::ClientBuilder {
    // It fails if somebody else has said it already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy()
}
