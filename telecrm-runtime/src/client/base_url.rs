//! Where the Async API is.

use std::net::IpAddr;

use reqwest::Url;

use super::BuildError;
use crate::EnterpriseId;

pub(super) const BASE_URL: &str = "https://next-api.telecrm.in";
const SYNC_HOST: &str = "next.telecrm.in";

/// A base URL that may be used.
pub(super) struct Base {
    pub(super) url: Url,
    /// Whether it is this machine.
    pub(super) loopback: bool,
}

impl Base {
    pub(super) fn parse(text: &str) -> Result<Self, BuildError> {
        let refused = |rule| BuildError::BaseUrl { rule };
        let url = Url::parse(text)
            .map_err(|_| refused("it is no URL; write it as in https://next-api.telecrm.in"))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(refused("it starts with neither https:// nor http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it has a user name or password; the token alone is sent"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused(
                "it has a query or fragment; a host and perhaps a path are enough",
            ));
        }
        let Some(host) = url.host_str() else {
            return Err(refused("it names no host"));
        };
        let host = host.trim_end_matches('.');
        if host == SYNC_HOST {
            return Err(BuildError::SyncHost);
        }
        let loopback = is_loopback(host);
        Ok(Self { url, loopback })
    }

    /// Where this enterprise's leads go.
    pub(super) fn endpoint(&self, enterprise_id: &EnterpriseId) -> Result<Url, BuildError> {
        let mut endpoint = self.url.clone();
        match endpoint.path_segments_mut() {
            Ok(mut path) => {
                path.pop_if_empty();
                path.extend(["enterprise", enterprise_id.as_str(), "autoupdatelead"]);
            }
            Err(()) => {
                return Err(BuildError::BaseUrl { rule: "it takes no path" });
            }
        }
        Ok(endpoint)
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(base: &str) -> String {
        let base = Base::parse(base).expect(base);
        base.endpoint(&EnterpriseId::parse("acme").unwrap()).unwrap().into()
    }

    #[test]
    fn a_path_of_the_base_url_is_kept_and_a_slash_at_its_end_makes_no_difference() {
        let expected = "https://next-api.telecrm.in/enterprise/acme/autoupdatelead";
        assert_eq!(endpoint(BASE_URL), expected);
        assert_eq!(endpoint("https://next-api.telecrm.in/"), expected);
        let expected = "https://gate.example:8443/crm/v1/enterprise/acme/autoupdatelead";
        assert_eq!(endpoint("https://gate.example:8443/crm/v1"), expected);
        assert_eq!(endpoint("https://gate.example:8443/crm/v1/"), expected);
    }
}
