//! Settings of the clients that send leads.

use std::fmt;
use std::sync::Arc;

use super::{Client, Inner};
use crate::credentials::{AsyncToken, CredentialError};
use crate::rate::{Membership, RateLimit};
use crate::transport::{
    Api, AsyncApi, BuildError, ClientBuilder, Host, Parts, ResponseView, Transport,
};

/// The caller's own rule for a response that is not `{"status":"QUEUED"}`.
pub(crate) type Accept = Arc<dyn Fn(&ResponseView<'_>) -> bool + Send + Sync>;

/// Settings that the Sync API's client does not have.
#[derive(Clone, Default)]
pub struct LeadSettings {
    pub(crate) rate_limit: RateLimit,
    pub(crate) accept: Option<Accept>,
}

impl fmt::Debug for LeadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeadSettings")
            .field("rate_limit", &self.rate_limit)
            .field("accepts_other_responses", &self.accept.is_some())
            .finish()
    }
}

impl<A: Api<Settings = LeadSettings>> ClientBuilder<A> {
    /// Sets the pace at which the client may send.
    ///
    /// By default the client uses the complete rate that telecrm accepts from one token, and calls
    /// wait for their turn.
    pub fn rate_limit(mut self, rate: RateLimit) -> Self {
        self.settings.rate_limit = rate;
        self
    }

    /// Accepts further responses as success: those for which `accept` returns `true`.
    ///
    /// telecrm documents only `{"status":"QUEUED"}` as success, so that the client rejects a login
    /// page (D34). Public integrations report other responses from the same host, such as `204`,
    /// the text `OK`, and `{"result":"Accepted"}`. Accept exactly the responses that your telecrm
    /// sends; [`Error::response`](crate::Error::response) shows them. The client never accepts
    /// responses outside 200 to 299, or JSON that reports an error.
    ///
    /// ```
    /// # use telecrm_runtime::{AsyncToken, Client, EnterpriseId};
    /// # let (id, token) = (EnterpriseId::parse("acme")?, AsyncToken::parse("t0ken")?);
    /// let builder = Client::builder(id, token).accept_response(|response| {
    ///     response.status() == 200 && response.text() == "OK"
    ///         || response.json_text("result").as_deref() == Some("Accepted")
    /// });
    /// # let _ = builder;
    /// # Ok::<(), telecrm_runtime::CredentialError>(())
    /// ```
    pub fn accept_response(
        mut self,
        accept: impl Fn(&ResponseView<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.settings.accept = Some(Arc::new(accept));
        self
    }
}

impl Api for AsyncApi {
    type Token = AsyncToken;
    type Client = Client;
    type Settings = LeadSettings;

    const HOST: Host = Host::Async;
    const VARIABLES: (&'static str, &'static str) = ("TELECRM_ASYNC_TOKEN", "TELECRM_ASYNC_URL");

    fn parse_token(text: String) -> Result<AsyncToken, CredentialError> {
        AsyncToken::parse(text)
    }

    fn build(builder: ClientBuilder<Self>) -> Result<Client, BuildError> {
        let ClientBuilder { enterprise_id, token, connection, retry, settings } = builder;
        let LeadSettings { rate_limit, accept } = settings;
        let token = token.expose();
        let parts = Parts { enterprise_id, token, connection, retry };
        let transport = Transport::build(parts, |base_url| {
            let join = || Membership::join(token, base_url, rate_limit.quota());
            ((!rate_limit.is_unlimited()).then(join), rate_limit.wait_limit())
        })?;
        let endpoint = transport.base.endpoint(&transport.enterprise_id, &["autoupdatelead"])?;
        Ok(Client { inner: Arc::new(Inner { transport, endpoint, accept }) })
    }
}
