//! Settings of the endpoints.

use std::net::IpAddr;

use crate::access::{AllowedOrigin, Secret};

/// Senders, pages and proxies that the application accepts. By default there are none, and `/webhook` is open.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The token of `/webhook` and of `/webhook/indiamart`.
    pub webhook_token: Option<Secret>,
    /// The key of Google's lead forms, which enables `/webhook/google`.
    pub google_key: Option<Secret>,
    /// The origins whose pages may post to `/enquiry`.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// The proxies whose header `X-Forwarded-For` is the address of the visitor.
    pub trusted_proxies: Vec<IpAddr>,
}
