//! The address of a visitor, with or without a proxy.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

/// The address whose requests are limited together.
///
/// The last address in `X-Forwarded-For` is the visitor if a trusted proxy sent the request. Any other
/// sender can write any address into this header.
pub(crate) fn visitor(peer: IpAddr, headers: &HeaderMap, trusted_proxies: &[IpAddr]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted_proxies.contains(address);
    let peer = peer.to_canonical();
    if !is_trusted(&peer) {
        return one_network(peer);
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().rev();
    let forwarded = forwarded.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
    // Each trusted proxy appends the address from which it received the request. An unreadable entry
    // is not the visitor, and the entries before it are not from a trusted proxy.
    let visitor = forwarded.map_while(address).find(|address| !is_trusted(address));
    one_network(visitor.unwrap_or(peer))
}

/// Reads an address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let socket = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare.parse().ok().or_else(socket).map(|address: IpAddr| address.to_canonical())
}

/// One visitor has a whole IPv6 network of 64 bits.
fn one_network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, forwarded: &[&str]) -> String {
        let proxies = ["10.0.0.1", "10.0.0.2"].map(|proxy| proxy.parse().expect("an address"));
        let name = axum::http::HeaderName::from_static("x-forwarded-for");
        let headers = forwarded.iter().map(|value| (name.clone(), value.parse().expect("text")));
        visitor(peer.parse().expect("an address"), &headers.collect(), &proxies).to_string()
    }

    #[test]
    fn last_forwarded_address_is_the_visitor_only_behind_a_trusted_proxy() {
        assert_eq!(of("203.0.113.9", &["198.51.100.7"]), "203.0.113.9");
        assert_eq!(of("10.0.0.1", &["192.0.2.1, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(of("10.0.0.1", &["192.0.2.1", "198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(of("::ffff:10.0.0.1", &["198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        for unknown in [&[][..], &["unknown"], &["198.51.100.7, unknown"], &[""]] {
            assert_eq!(of("10.0.0.1", unknown), "10.0.0.1", "{unknown:?}");
        }
    }

    #[test]
    fn ipv6_network_of_64_bits_is_one_visitor() {
        assert_eq!(of("2001:db8:1:2:3:4:5:6", &[]), "2001:db8:1:2::");
        assert_eq!(of("10.0.0.1", &["[2001:db8:1:2::7]:443"]), "2001:db8:1:2::");
        assert_eq!(of("10.0.0.1", &["[2001:db8:1:2::7]"]), "2001:db8:1:2::");
    }
}
