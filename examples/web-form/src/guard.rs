//! Limits for visitors: requests per address, and no posts from other sites.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::pages;

/// Maximum number of posts per minute and address.
const POSTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("60 is not 0");

/// If the table has more addresses, those without recent posts are removed.
const MANY_ADDRESSES: usize = 10_000;

/// The limits, shared by all connections.
#[derive(Clone)]
pub(crate) struct Guard {
    posts: Arc<DefaultKeyedRateLimiter<IpAddr>>,
}

impl Default for Guard {
    fn default() -> Self {
        Self { posts: Arc::new(RateLimiter::keyed(Quota::per_minute(POSTS_PER_MINUTE))) }
    }
}

/// Refuses posts over the limit and posts from pages of other sites.
pub(crate) async fn guard(
    State(guard): State<Guard>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::POST {
        if is_cross_site(request.headers()) {
            return pages::plain(
                StatusCode::FORBIDDEN,
                "This form is not accepted from another site.",
            );
        }
        if guard.posts.len() > MANY_ADDRESSES {
            guard.posts.retain_recent();
        }
        if guard.posts.check_key(&peer.ip()).is_err() {
            return pages::plain(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many enquiries from your address. Please wait a minute.",
            );
        }
    }
    next.run(request).await
}

/// Returns whether a browser sent the request for a page of another site.
///
/// Browsers send this information in headers that a page cannot set, so the form needs no token. Other
/// programs send neither header.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    let Some(origin) = headers.get(ORIGIN) else { return false };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    !matches!((origin, host), (Some((_, origin)), Some(host)) if origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
        pairs.collect()
    }

    #[test]
    fn posts_from_other_sites_are_recognised() {
        let host = ("host", "form.example");
        for (case, cross_site) in [
            (headers(&[host]), false),
            (headers(&[host, ("origin", "https://form.example")]), false),
            (headers(&[host, ("origin", "https://evil.example")]), true),
            (headers(&[host, ("origin", "null")]), true),
            (headers(&[host, ("sec-fetch-site", "same-origin")]), false),
            (headers(&[host, ("sec-fetch-site", "same-site")]), true),
            (headers(&[host, ("sec-fetch-site", "cross-site")]), true),
        ] {
            assert_eq!(is_cross_site(&case), cross_site, "{case:?}");
        }
    }
}
