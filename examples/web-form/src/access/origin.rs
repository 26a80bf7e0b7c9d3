//! Origins: requests that a browser sends for a page of another site.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::pages;

/// An origin whose pages may post enquiries: `https://www.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedOrigin(String);

/// The error for a text that is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an origin; write the scheme and the host, such as https://www.example.com")]
pub struct InvalidOrigin;

impl FromStr for AllowedOrigin {
    type Err = InvalidOrigin;

    /// Reads an origin. `*` and `null` are errors: they would allow every page.
    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let uri: Uri = text.parse().map_err(|_| InvalidOrigin)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(InvalidOrigin);
        };
        let default_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(InvalidOrigin),
        };
        let has_more = uri.path_and_query().is_some_and(|path| path.as_str() != "/");
        if has_more || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(InvalidOrigin);
        }
        // Browsers send the host in lower case, and no default port.
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(match authority.port_u16().filter(|port| *port != default_port) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }))
    }
}

/// Accepts requests of pages of the allowed origins, and refuses all others.
///
/// The headers of the response permit the page to read it, and do not stop a post: a browser sends a
/// simple form post of any page. So the origin is checked before the request is handled.
pub(crate) async fn allow_origins(
    State(allowed): State<Arc<[AllowedOrigin]>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(origin) = origin(request.headers()).cloned() else { return refused() };
    if !allowed.iter().any(|allowed| allowed.0.as_bytes() == origin.as_bytes()) {
        return refused();
    }
    let mut response = if request.method() == Method::OPTIONS {
        let preflight = [
            (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
            (ACCESS_CONTROL_MAX_AGE, "600"),
        ];
        (StatusCode::NO_CONTENT, preflight).into_response()
    } else {
        next.run(request).await
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    response.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
    response
}

/// The only value of the header `Origin`.
fn origin(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.next().filter(|_| origins.next().is_none())
}

fn refused() -> Response {
    pages::plain(StatusCode::FORBIDDEN, "This page may not send enquiries.")
}

/// Refuses posts from pages of other sites.
pub(crate) async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && is_cross_site(request.headers()) {
        return pages::plain(StatusCode::FORBIDDEN, "This form is not accepted from another site.");
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

    #[test]
    fn origin_is_compared_in_the_spelling_of_browsers() {
        for (typed, origin) in [
            ("https://www.example.com", "https://www.example.com"),
            ("https://WWW.example.com/", "https://www.example.com"),
            ("https://example.com:443", "https://example.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(typed.parse(), Ok(AllowedOrigin(origin.to_owned())), "{typed}");
        }
        for typed in
            ["*", "null", "", "example.com", "https://a/b", "https://a?b", "ftp://a", "https://u@a"]
        {
            assert_eq!(typed.parse::<AllowedOrigin>(), Err(InvalidOrigin), "{typed}");
        }
    }
}
