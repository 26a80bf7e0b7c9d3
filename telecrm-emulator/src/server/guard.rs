//! Guard of every route: `Host`, `Origin`, ambiguous framing, and CORS.
//!
//! An emulator has no secrets: its tokens are public. A web page of another machine must therefore
//! not reach it, neither by its address (`Origin`) nor by a name that resolves to it (DNS rebinding,
//! `Host`). Pages of this machine may use it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONNECTION, HOST,
            ORIGIN, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    framing::AmbiguousLength, ingest, refusal::Refusal, request::read, workspaces::UnknownWorkspace,
};
use crate::{
    delivery::Payload,
    engine::Engine,
    host_policy::{HostPolicy, host_of, is_loopback},
};

const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// Forwards a request, responds to a preflight request, or refuses a request.
///
/// The status of a refusal is 403, or 400 for ambiguous framing.
pub(super) async fn check(
    State(engine): State<Arc<Engine>>,
    request: Request,
    next: Next,
) -> Response {
    let policy = &engine.settings.hosts;
    let checked = checked(policy, request.headers(), request.uri());
    let origin = match checked {
        Err(refusal) => return refuse(&engine, request, refusal, false).await,
        Ok(origin) => origin,
    };
    let mut response = if request.extensions().get::<AmbiguousLength>().is_some() {
        let message = "a request must have `Content-Length` or `Transfer-Encoding`, not both";
        refuse(&engine, request, Refusal::bad_request(message), true).await
    } else if request.extensions().get::<UnknownWorkspace>().is_some() {
        let message = "the emulator has no workspace with the enterprise id of the query";
        Refusal::not_found("ENTERPRISE_NOT_FOUND", message).into_response()
    } else if origin.is_some() && is_preflight(&request) {
        preflight(request.headers())
    } else {
        next.run(request).await
    };
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
    response
}

/// Checks `Host` and `Origin`, and returns the `Origin` if there is one.
fn checked(
    policy: &HostPolicy,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<Option<HeaderValue>, Refusal> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().and_then(host_of),
        _ => None,
    };
    // A request line may also contain a host: `GET http://example.com/ HTTP/1.1`.
    let in_line = uri.authority().map(|authority| host_of(authority.as_str()));
    let accepted = |host: Option<&str>| host.is_some_and(|host| policy.accepts(host));
    if !accepted(host) || !in_line.is_none_or(accepted) {
        let message = "the `Host` header must contain a name of this machine (`localhost`, \
                       `127.0.0.1`, the address it listens on) or a name given by --allow-host";
        return Err(forbidden(message));
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = match (origins.next(), origins.next()) {
        (None, _) => return Ok(None),
        (Some(origin), None) => origin,
        (Some(_), Some(_)) => {
            return Err(forbidden("a request must not have several `Origin` headers"));
        }
    };
    let authority = origin.to_str().ok().and_then(|text| {
        let schemes = ["http://", "https://"];
        schemes.iter().find_map(|scheme| {
            text.get(..scheme.len())
                .filter(|start| start.eq_ignore_ascii_case(scheme))
                .map(|start| &text[start.len()..])
        })
    });
    let local = authority.and_then(host_of).is_some_and(|origin_host| {
        let same_host = host.is_some_and(|host| host.eq_ignore_ascii_case(origin_host));
        is_loopback(origin_host) || (same_host && policy.is_own(origin_host))
    });
    if local {
        Ok(Some(origin.clone()))
    } else {
        Err(forbidden("the `Origin` header is a page of another machine"))
    }
}

fn forbidden(message: &str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(request: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    let methods = HeaderValue::from_static("GET, POST, PUT, DELETE");
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    if let Some(requested) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, requested.clone());
    }
    if request.contains_key(REQUEST_PRIVATE_NETWORK) {
        headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

/// Refuses a request. A refused lead is a delivery without a body.
async fn refuse(engine: &Engine, request: Request, refusal: Refusal, close: bool) -> Response {
    let is_delivery = request.method() != Method::OPTIONS && is_ingest(request.uri().path());
    // Some clients read the response only after they have sent the whole body.
    let _ = read(request.into_body(), engine.settings.read_timeout).await;
    let mut response = if is_delivery {
        ingest::refuse(engine, refusal, Payload::default(), None)
    } else {
        refusal.into_response()
    };
    if close {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Whether the path is `/enterprise/{id}/autoupdatelead`.
fn is_ingest(path: &str) -> bool {
    let id =
        path.strip_prefix("/enterprise/").and_then(|path| path.strip_suffix("/autoupdatelead"));
    id.is_some_and(|id| !id.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(bound: &str, allowed: &[&str]) -> HostPolicy {
        HostPolicy {
            bound: bound.parse().expect("an address"),
            allowed: allowed.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// Returns 200 for an accepted request, otherwise the status of the refusal.
    fn status(policy: &HostPolicy, host: &str, origin: Option<&str>) -> u16 {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().expect("a header"));
        }
        match checked(policy, &headers, &Uri::from_static("/")) {
            Ok(echoed) => {
                assert_eq!(echoed.as_ref().map(|value| value.to_str().expect("text")), origin);
                200
            }
            Err(refusal) => refusal.status.as_u16(),
        }
    }

    #[test]
    fn host_must_be_a_loopback_name_or_the_bound_address() {
        let local = policy("127.0.0.1", &[]);
        for host in [
            "localhost",
            "LOCALHOST:80",
            "localhost.",
            "app.localhost:4010",
            "127.0.0.1",
            "127.0.0.1:4010",
            "127.8.9.1",
            "[::1]",
            "[::1]:80",
            "[::ffff:127.0.0.1]:1",
            "localhost:",
        ] {
            assert_eq!(status(&local, host, None), 200, "{host}");
        }
        for host in [
            "",
            "example.com",
            "localhost.example.com",
            "notlocalhost",
            "127.0.0.1.nip.io",
            "127.0.0.1:80:80",
            "user@localhost",
            "localhost:x",
            "0.0.0.0",
            "[::2]",
            "[::1",
            "10.0.0.1",
            "localhost/x",
            "127.1",
        ] {
            assert_eq!(status(&local, host, None), 403, "{host}");
        }
        assert_eq!(status(&policy("10.0.0.7", &["x"]), "10.0.0.7:80", None), 200);
        assert_eq!(status(&policy("fd00::7", &["x"]), "[fd00::7]:80", None), 200);
    }

    #[test]
    fn open_emulator_accepts_the_given_names_or_any_name_without_them() {
        let open = policy("0.0.0.0", &[]);
        assert_eq!(status(&open, "telecrm.test:4010", None), 200);
        let named = policy("0.0.0.0", &["telecrm.test"]);
        assert_eq!(status(&named, "TELECRM.test:4010", None), 200);
        assert_eq!(status(&named, "localhost", None), 200);
        assert_eq!(status(&named, "example.com", None), 403);
        assert_eq!(status(&policy("127.0.0.1", &["my.dev"]), "my.dev", None), 200);
    }

    #[test]
    fn origin_must_be_on_this_machine() {
        let local = policy("127.0.0.1", &[]);
        for origin in [
            "http://localhost",
            "http://localhost:3000",
            "https://127.0.0.1:8443",
            "http://[::1]:1",
            "HTTP://LocalHost",
            "http://app.localhost",
        ] {
            assert_eq!(status(&local, "localhost", Some(origin)), 200, "{origin}");
        }
        for origin in [
            "null",
            "",
            "http://example.com",
            "http://localhost.example.com",
            "localhost",
            "http://",
            "http:///",
            "chrome-extension://abc",
            "file://",
            "http://localhost@example.com",
            "http://example.com#localhost",
            "http://localhost/path",
            "http://127.0.0.1.nip.io",
        ] {
            assert_eq!(status(&local, "localhost", Some(origin)), 403, "{origin}");
        }
        // A page of another machine is refused even if any host is accepted.
        let open = policy("0.0.0.0", &[]);
        assert_eq!(status(&open, "example.com", Some("http://example.com")), 403);
        // The inspector page itself, by an allowed name.
        let named = policy("0.0.0.0", &["telecrm.test"]);
        assert_eq!(status(&named, "telecrm.test:4010", Some("http://telecrm.test:4010")), 200);
        assert_eq!(status(&named, "localhost", Some("http://telecrm.test:4010")), 403);
    }

    #[test]
    fn request_line_and_repeated_headers_are_checked() {
        let local = policy("127.0.0.1", &[]);
        let mut headers = HeaderMap::new();
        assert!(checked(&local, &headers, &Uri::from_static("/")).is_err());
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(checked(&local, &headers, &Uri::from_static("http://example.com/")).is_err());
        assert!(checked(&local, &headers, &Uri::from_static("http://127.0.0.1:1/")).is_ok());
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(checked(&local, &headers, &Uri::from_static("/")).is_err());
        headers.remove(HOST);
        headers.append(HOST, HeaderValue::from_static("localhost"));
        headers.append(ORIGIN, HeaderValue::from_static("http://localhost"));
        headers.append(ORIGIN, HeaderValue::from_static("http://localhost"));
        assert!(checked(&local, &headers, &Uri::from_static("/")).is_err());
    }
}
