//! Limits on the number of requests of one address.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::visitor::visitor;
use crate::pages;

/// Maximum number of posts of one visitor per minute.
const POSTS_PER_VISITOR: NonZeroU32 = NonZeroU32::new(60).expect("60 is not 0");

/// Maximum number of posts to a webhook without token per minute and address. An ad platform sends the
/// leads of many visitors from one address.
const POSTS_PER_SENDER: NonZeroU32 = NonZeroU32::new(600).expect("600 is not 0");

/// If a table has more addresses, those without recent posts are removed.
const MANY_ADDRESSES: usize = 10_000;

/// The limits, shared by all connections.
#[derive(Clone)]
pub(crate) struct Limits {
    visitors: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    senders: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    trusted_proxies: Arc<[IpAddr]>,
}

impl Limits {
    pub(crate) fn new(trusted_proxies: &[IpAddr]) -> Self {
        let limiter = |quota| Arc::new(RateLimiter::keyed(Quota::per_minute(quota)));
        Self {
            visitors: limiter(POSTS_PER_VISITOR),
            senders: limiter(POSTS_PER_SENDER),
            trusted_proxies: trusted_proxies.iter().map(IpAddr::to_canonical).collect(),
        }
    }

    /// Counts a request of a visitor. Returns `false` if it is over the limit.
    pub(crate) fn allow_visitor(&self, peer: SocketAddr, headers: &HeaderMap) -> bool {
        allow(&self.visitors, visitor(peer.ip(), headers, &self.trusted_proxies))
    }

    /// Counts a request to a webhook without token. Returns `false` if it is over the limit.
    pub(crate) fn allow_sender(&self, peer: SocketAddr, headers: &HeaderMap) -> bool {
        allow(&self.senders, visitor(peer.ip(), headers, &self.trusted_proxies))
    }
}

fn allow(limiter: &DefaultKeyedRateLimiter<IpAddr>, address: IpAddr) -> bool {
    if limiter.len() > MANY_ADDRESSES {
        limiter.retain_recent();
    }
    limiter.check_key(&address).is_ok()
}

/// Refuses posts of a visitor over the limit.
pub(crate) async fn limit_visitors(
    State(limits): State<Limits>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::POST && !limits.allow_visitor(peer, request.headers()) {
        return too_many();
    }
    next.run(request).await
}

/// The response to a request over a limit.
pub(crate) fn too_many() -> Response {
    pages::plain(
        StatusCode::TOO_MANY_REQUESTS,
        "Too many enquiries from your address. Please wait a minute.",
    )
}
