//! Settings of the client of the Sync API.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::client::{Client, Inner};
use super::verify_policy::VerifyPolicy;
use crate::credentials::{CredentialError, SyncToken};
use crate::rate::{Membership, Quota};
use crate::transport::{Api, BuildError, ClientBuilder, Host, Parts, SyncApi, Transport};

/// Default pace, because the limits of the Sync API are not documented.
const READS_PER_SECOND: u32 = 5;

/// Settings that the Async API's clients do not have.
#[derive(Clone, Debug)]
pub struct ReadSettings {
    reads_per_second: u32,
    verify: VerifyPolicy,
}

impl Default for ReadSettings {
    fn default() -> Self {
        Self { reads_per_second: READS_PER_SECOND, verify: VerifyPolicy::default() }
    }
}

impl ClientBuilder<SyncApi> {
    /// Sets the maximum number of requests per second; 5 by default.
    ///
    /// All clients with this token and base URL in the process count together, and the strictest
    /// setting applies. 0 is read as 1.
    pub fn reads_per_second(mut self, requests: u32) -> Self {
        self.settings.reads_per_second = requests.max(1);
        self
    }

    /// Sets the times at which [`Client::verify`] reads leads.
    ///
    /// The default is [`VerifyPolicy::default`].
    pub fn verify_policy(mut self, policy: VerifyPolicy) -> Self {
        self.settings.verify = policy;
        self
    }
}

impl Api for SyncApi {
    type Token = SyncToken;
    type Client = Client;
    type Settings = ReadSettings;

    const HOST: Host = Host::Sync;
    const VARIABLES: (&'static str, &'static str) = ("TELECRM_SYNC_TOKEN", "TELECRM_SYNC_URL");

    fn parse_token(text: String) -> Result<SyncToken, CredentialError> {
        SyncToken::parse(text)
    }

    fn build(builder: ClientBuilder<Self>) -> Result<Client, BuildError> {
        let ClientBuilder { enterprise_id, token, connection, retry, settings } = builder;
        let token = token.expose();
        let quota = Quota::per_second(settings.reads_per_second);
        let parts = Parts { enterprise_id, token, connection, retry };
        let transport = Transport::build(parts, |base_url| {
            (Some(Membership::join(token, base_url, quota)), None)
        })?;
        let inner = Inner { transport, verify: settings.verify, types: OnceCell::new() };
        Ok(Client { inner: Arc::new(inner) })
    }
}
