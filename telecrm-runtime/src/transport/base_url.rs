//! Base URLs: validation, and detection of the other API's host.

use std::net::IpAddr;

use reqwest::Url;

use super::api::Host;
use super::build_error::BuildError;
use crate::credentials::EnterpriseId;

/// A valid base URL.
pub(crate) struct Base {
    pub(crate) url: Url,
    /// Whether the host is this machine.
    pub(crate) loopback: bool,
}

impl Base {
    pub(crate) fn parse(text: &str, api: Host) -> Result<Self, BuildError> {
        let refused = |rule| BuildError::BaseUrl { rule };
        let url = Url::parse(text).map_err(|_| refused(api.not_a_url()))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(refused("it starts with neither https:// nor http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it has a user name or password; the client sends only the token"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused(
                "it has a query or fragment; only a host and an optional path are allowed",
            ));
        }
        let is_of_a_request =
            |segment: &str| matches!(segment, "enterprise" | "autoupdatelead" | "autoUpdateLead");
        if url.path_segments().is_some_and(|mut segments| segments.any(is_of_a_request)) {
            return Err(refused(api.path_of_a_request()));
        }
        let Some(host) = url.host_str() else {
            return Err(refused("it has no host"));
        };
        let host = host.trim_end_matches('.');
        api.check(host)?;
        let loopback = is_loopback(host);
        Ok(Self { url, loopback })
    }

    /// Returns the URL of `rest` below this enterprise's path.
    pub(crate) fn endpoint(
        &self,
        enterprise_id: &EnterpriseId,
        rest: &[&str],
    ) -> Result<Url, BuildError> {
        let mut endpoint = self.url.clone();
        match endpoint.path_segments_mut() {
            Ok(mut path) => {
                path.pop_if_empty();
                path.extend(["enterprise", enterprise_id.as_str()]).extend(rest);
            }
            Err(()) => {
                return Err(BuildError::BaseUrl { rule: "it cannot have a path" });
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

    fn endpoint(base: &str, rest: &[&str]) -> String {
        let base = Base::parse(base, Host::Async).expect(base);
        base.endpoint(&EnterpriseId::parse("acme").unwrap(), rest).unwrap().into()
    }

    #[test]
    fn path_of_the_base_url_is_kept_with_or_without_a_trailing_slash() {
        let lead = |base| endpoint(base, &["autoupdatelead"]);
        let expected = "https://next-api.telecrm.in/enterprise/acme/autoupdatelead";
        assert_eq!(lead(Host::Async.base_url()), expected);
        assert_eq!(lead("https://next-api.telecrm.in/"), expected);
        let expected = "https://gate.example:8443/crm/v1/enterprise/acme/autoupdatelead";
        assert_eq!(lead("https://gate.example:8443/crm/v1"), expected);
        assert_eq!(lead("https://gate.example:8443/crm/v1/"), expected);
    }

    #[test]
    fn url_of_a_request_is_not_a_base_url() {
        for base in [
            "https://next-api.telecrm.in/enterprise/acme/autoupdatelead",
            "https://next-api.telecrm.in/enterprise/acme/",
            "https://next-api.telecrm.in/enterprise",
            "https://gate.example/crm/autoupdatelead",
        ] {
            for (api, example) in
                [(Host::Async, "https://next-api.telecrm.in"), (Host::Sync, "autoupdate/v2")]
            {
                let base = base.replace("next-api.telecrm.in", "gate.example");
                let error = Base::parse(&base, api).map(|_| ()).expect_err(&base).to_string();
                assert!(error.contains("path of a request") && error.contains(example), "{error}");
            }
        }
        assert!(Base::parse("https://gate.example/enterprises/autoupdate/v2", Host::Sync).is_ok());
    }

    #[test]
    fn name_with_any_characters_is_one_path_segment() {
        let field = |name| endpoint("https://gate.example", &["custom-fields", name]);
        let expected = "https://gate.example/enterprise/acme/custom-fields/a%2Fb%3Fc%23%20%25";
        assert_eq!(field("a/b?c# %"), expected);
    }

    #[test]
    fn d31_each_api_refuses_the_host_of_the_other_api() {
        let parse = |url, api| Base::parse(url, api).map(|_| ());
        let (async_url, sync_url) = (Host::Async.base_url(), Host::Sync.base_url());
        assert!(matches!(parse(sync_url, Host::Async), Err(BuildError::SyncHost)));
        assert!(matches!(parse(async_url, Host::Sync), Err(BuildError::AsyncHost)));
        assert!(parse(sync_url, Host::Sync).is_ok());
    }
}
