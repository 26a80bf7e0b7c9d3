//! Host names that requests to an emulator may use.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Accepted names in the `Host` header.
#[derive(Clone, Debug)]
pub(crate) struct HostPolicy {
    /// The address that the emulator listens on.
    pub(crate) bound: IpAddr,
    /// Additional accepted names.
    pub(crate) allowed: Vec<String>,
}

impl HostPolicy {
    pub(crate) fn accepts(&self, host: &str) -> bool {
        let open = !self.bound.is_loopback() && self.allowed.is_empty();
        is_loopback(host) || open || self.is_own(host)
    }

    /// Whether the host is the bound address or an additional name.
    pub(crate) fn is_own(&self, host: &str) -> bool {
        let allowed = || self.allowed.iter().any(|name| name.eq_ignore_ascii_case(host));
        ip(host) == Some(self.bound) || allowed()
    }
}

/// Returns the host of `host` or `host:port`, or `None` if the text is malformed.
pub(crate) fn host_of(authority: &str) -> Option<&str> {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(v6) => {
            let end = v6.find(']')?;
            (&authority[..end + 2], &v6[end + 1..])
        }
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let well_formed = port.bytes().all(|byte| byte.is_ascii_digit())
        && !host.is_empty()
        && !host.contains(['@', '/', '?', '#', ' ', '\t']);
    well_formed.then_some(host)
}

fn ip(host: &str) -> Option<IpAddr> {
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match v6 {
        Some(v6) => v6.parse::<Ipv6Addr>().ok().map(IpAddr::from),
        None => host.parse::<Ipv4Addr>().ok().map(IpAddr::from),
    }
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    ip(host).map_or_else(
        || name == "localhost" || name.ends_with(".localhost"),
        |ip| ip.to_canonical().is_loopback(),
    )
}
