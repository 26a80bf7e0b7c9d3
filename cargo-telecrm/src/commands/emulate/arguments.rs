//! Parsers of arguments: a limit, a host, a step of a script.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use telecrm_emulator::{Fault, InvalidFault};

/// `18000`, or `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit(pub(super) Option<u32>);

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self(None)),
            number => {
                number.parse().map(|limit| Self(Some(limit))).map_err(|_| "a number, or `none`")
            }
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(limit) => limit.fmt(f),
            None => f.write_str("none"),
        }
    }
}

/// An IP address, or `localhost`.
pub(super) fn host(text: &str) -> Result<IpAddr, &'static str> {
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse().map_err(|_| "an IP address, such as 127.0.0.1, 0.0.0.0 or ::1")
}

/// A step of a script: a fault, or `ok`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Next(pub(super) Option<Fault>);

impl FromStr for Next {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        Fault::parse_step(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_limits_and_hosts_are_parsed() {
        assert_eq!("ok".parse(), Ok(Next(None)));
        assert_eq!("500".parse(), Ok(Next(Some(Fault::ServerError))));
        assert_eq!("none".parse(), Ok(Limit(None)));
        assert_eq!("10".parse(), Ok(Limit(Some(10))));
        assert!("ten".parse::<Limit>().is_err());
        assert_eq!(host("localhost"), host("127.0.0.1"));
        assert!(host("0.0.0.0").is_ok() && host("::").is_ok() && host("example.com").is_err());
    }
}
