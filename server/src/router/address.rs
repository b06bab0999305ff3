//! Where a request comes from.

use crate::problem::Problem;
use crate::state::App;
use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The client's address, for throttling only; it is not logged.
///
/// Behind a proxy it is the last entry of X-Forwarded-For, which the proxy itself wrote; the entries before it are
/// whatever the client claimed.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress {
    ip: IpAddr,
    forwarded: bool,
}

impl ClientAddress {
    /// True for a request from this very machine that no proxy passed on.
    pub fn is_loopback(&self) -> bool {
        self.ip.is_loopback() && !self.forwarded
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            IpAddr::V4(ip) => ip.fmt(f),
            // One subscriber owns a whole /64, so that is what is counted.
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                write!(f, "{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

impl<S> FromRequestParts<S> for ClientAddress
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<ClientAddress, Problem> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| {
                address.ip()
            });
        let header = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = header
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .and_then(|last| last.trim().parse().ok());
        let ip = if App::from_ref(state).config().behind_proxy {
            forwarded.unwrap_or(peer)
        } else {
            peer
        };
        Ok(ClientAddress {
            ip,
            forwarded: header.is_some(),
        })
    }
}
