//! Client of telecrm's Async API.

mod builder;
mod deliver;
mod in_order;
mod queued;
mod send_all;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use builder::Accept;
#[cfg(feature = "blocking")]
pub(crate) use builder::LeadSettings;
pub use queued::broken_rule;
#[cfg(feature = "blocking")]
pub(crate) use send_all::{Delivery, Keyless, Ready};
pub use send_all::{Progress, ProgressHandle, SendAll, Sent};

use crate::credentials::{AsyncToken, EnterpriseId};
use crate::error::Error;
use crate::lead::Lead;
use crate::prepared::PreparedLead;
use crate::receipt::Receipt;
use crate::transport::{BuildError, ClientBuilder, Transport};

/// Client that sends leads to one workspace of telecrm (telecrm: Async API).
///
/// The client is cheap to clone: clones share their connections, their
/// [`RateLimit`](crate::RateLimit) and their retry budget ([`RetryPolicy`](crate::RetryPolicy)).
///
/// **Build a client for each Tokio runtime.** The runtime that opens a connection also drives it
/// while it is idle. If one client serves several runtimes and one of them is blocked, requests of
/// the other runtimes wait for its connections until they time out.
///
/// ```no_run
/// # async fn send(lead: &impl telecrm_runtime::Lead) -> Result<(), Box<dyn std::error::Error>> {
/// use telecrm_runtime::{AsyncToken, Client, EnterpriseId};
///
/// let enterprise_id = EnterpriseId::parse("62ab16e0f1c2d3e4f5a6b7c8")?;
/// let token = std::env::var("TELECRM_ASYNC_TOKEN")?.parse::<AsyncToken>()?;
/// let client = Client::builder(enterprise_id, token).build()?;
/// client.send(lead).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Tracing
///
/// The client emits spans and events of the crate `tracing` with the target `telecrm_runtime`. They
/// contain no token and no value of a lead.
///
/// | level | content |
/// |---|---|
/// | span, `debug` | `telecrm.send` (`enterprise`, `attempts`, `status`, `outcome`) around a call, `telecrm.attempt` around each request, `telecrm.read` and `telecrm.write` around a call of the Sync API; `outcome` is [`Error::kind`], `queued`, `read` or `written` |
/// | `debug` | a request is repeated, and the wait before it; a 429 pauses the client; a long wait for the rate limit |
/// | `warn` | a call gives up; actions are unconfirmed; a `send` future is dropped before it completes |
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    endpoint: Url,
    accept: Option<Accept>,
}

impl Client {
    /// Returns a builder for a client of this workspace.
    // rustc prints the line with the name, comment included, below a call whose arguments do not fit.
    #[rustfmt::skip]
    pub fn builder( // takes the Async token (`AsyncToken::parse`): telecrm refuses a Sync token here with 401
        enterprise_id: EnterpriseId,
        token: AsyncToken,
    ) -> ClientBuilder {
        ClientBuilder::new(enterprise_id, token)
    }

    /// Builds the client that the environment describes.
    ///
    /// The variables are `TELECRM_ENTERPRISE_ID`, `TELECRM_ASYNC_TOKEN` and, optionally,
    /// `TELECRM_ASYNC_URL` for [`base_url`](ClientBuilder::base_url).
    ///
    /// # Errors
    ///
    /// Returns an error if a required variable is missing or blank, if a value is not valid, or if
    /// [`ClientBuilder::build`] returns an error.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder_from_env()?.build()
    }

    /// Returns a builder with the values of [`from_env`](Self::from_env), for further settings.
    ///
    /// ```no_run
    /// use telecrm_runtime::{Client, RetryPolicy};
    ///
    /// let client = Client::builder_from_env()?.retry(RetryPolicy::interactive()).build()?;
    /// # let _ = client;
    /// # Ok::<(), telecrm_runtime::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a required variable is missing or blank, or if a value is not valid.
    pub fn builder_from_env() -> Result<ClientBuilder, BuildError> {
        Self::builder_from_env_prefixed("")
    }

    /// Returns a builder with the values of the environment variables that start with a prefix, for a
    /// program with several workspaces.
    ///
    /// With the prefix `ACME_`, the token is in `ACME_TELECRM_ASYNC_TOKEN`.
    ///
    /// ```no_run
    /// use telecrm_runtime::Client;
    ///
    /// let acme = Client::builder_from_env_prefixed("ACME_")?.build()?;
    /// let globex = Client::builder_from_env_prefixed("GLOBEX_")?.build()?;
    /// # let _ = (acme, globex);
    /// # Ok::<(), telecrm_runtime::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error with the complete name of the variable if a required variable is missing or blank,
    /// or if a value is not valid.
    pub fn builder_from_env_prefixed(prefix: &str) -> Result<ClientBuilder, BuildError> {
        ClientBuilder::from_env(prefix)
    }

    /// Sends a lead, which telecrm creates or updates by its identifier.
    ///
    /// telecrm appends the lead's actions (telecrm: Async API). `Ok` means that telecrm put the lead
    /// into its queue; the response contains nothing else. The receipt reports whether the actions
    /// are queued too. The client repeats a failed request according to its
    /// [`RetryPolicy`](crate::RetryPolicy), but never with actions that telecrm may already have. A
    /// request may have to wait for its turn ([`RateLimit`](crate::RateLimit)).
    ///
    /// The future does not borrow the lead or the client, so it can be spawned. It sends nothing
    /// before it is polled. **If the future is dropped** before it completes (a timeout around it,
    /// a `select!`, a visitor who closes the tab), the outcome is unknown: the request may already
    /// be sent, and then telecrm has the lead and its actions. A `tracing` event of level `warn`
    /// reports this. To limit the time of a call, use
    /// [`RetryPolicy::interactive`](crate::RetryPolicy::interactive), whose error reports the known
    /// outcome. To keep the lead in every case, spawn the call, or store the lead first.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] that reports whether telecrm may have received the lead. The client
    /// refuses a lead before sending if the lead's schema specifies a different enterprise from the
    /// client's.
    ///
    /// # Panics
    ///
    /// Panics if the future is polled outside a Tokio runtime with I/O and time enabled, which the
    /// HTTP client needs.
    pub fn send<L: Lead + ?Sized>(
        &self,
        lead: &L,
    ) -> impl Future<Output = Result<Receipt, Error>> + Send + use<L> {
        let lead = self.prepare(&lead);
        let client = self.clone();
        async move { client.deliver(lead?, &client.transport().stop).await }
    }

    /// Sends a prepared lead in exactly one request.
    ///
    /// This method is for a queue that decides itself when it sends a lead again, and whether with
    /// its actions ([`PreparedLead::without_actions`]). The request waits for its turn like any other
    /// request ([`RateLimit`](crate::RateLimit)); no [`RetryPolicy`](crate::RetryPolicy) applies.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`send`](Self::send).
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`send`](Self::send).
    pub fn send_once(
        &self,
        lead: &PreparedLead,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        self.send_prepared(lead, true)
    }

    /// Makes one request; if `paced`, it first waits for its turn.
    pub(crate) fn send_prepared(
        &self,
        lead: &PreparedLead,
        paced: bool,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let ready = self.transport().check_enterprise(lead.enterprise_id());
        let body = lead.body().to_owned();
        let client = self.clone();
        async move {
            ready?;
            client.deliver_once(body.into(), paced).await
        }
    }

    /// Returns the enterprise that the client sends to.
    #[must_use]
    pub fn enterprise_id(&self) -> &EnterpriseId {
        &self.transport().enterprise_id
    }

    /// Returns the maximum duration of one request.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.transport().timeout
    }

    /// Stops this client and all its clones, for a graceful shutdown.
    ///
    /// Calls that wait, for their turn or before a repetition, end immediately with
    /// [`Error::Stopped`], and so do all later calls. Requests in flight complete.
    ///
    /// If telecrm may already have received a request of a call, the call ends with
    /// [`Error::EarlierUnconfirmed`] instead.
    pub fn stop(&self) {
        self.transport().stop.stop();
    }

    pub(crate) fn prepare(&self, lead: &dyn Lead) -> Result<PreparedLead, Error> {
        self.transport().check_enterprise(lead.own_workspace().enterprise_id())?;
        Ok(PreparedLead::of(lead))
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.inner.transport
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("enterprise_id", &self.transport().enterprise_id)
            .field("endpoint", &self.inner.endpoint.as_str())
            .finish_non_exhaustive()
    }
}
