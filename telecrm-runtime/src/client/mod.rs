//! Client of telecrm's Async API.

mod builder;
mod deliver;
mod in_order;
mod queued;
mod send_all;
mod steps;

use std::fmt;
use std::sync::Arc;

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

/// Sends leads to one workspace of telecrm (telecrm: Async API). Cheap to clone: clones share their
/// connections, their [`RateLimit`](crate::RateLimit) and their budget for sending again
/// ([`RetryPolicy`](crate::RetryPolicy)).
///
/// **Build a client for each Tokio runtime.** An idle connection is driven by the runtime that opened
/// it: where one client serves several runtimes and one of them stands still, requests of the others
/// wait for its connections until they time out.
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
/// Through the crate `tracing`, under the target `telecrm_runtime`; nothing in it is a token or a
/// value of a lead.
///
/// | level | what |
/// |---|---|
/// | span, `debug` | `telecrm.send` (`enterprise`, `attempts`, `status`, `outcome`) around a call, `telecrm.attempt` around each request, `telecrm.read` around a call of the Sync API; `outcome` is [`Error::kind`] or `queued` |
/// | `debug` | a request is repeated, and after which wait; a 429 pauses the client; a long wait for the rate limit |
/// | `warn` | a call gives up; actions are unconfirmed; a `send` future is dropped before it is done |
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
    /// Starts a client of this workspace.
    // rustc prints the line with the name, comment included, under a call that does not fit.
    #[rustfmt::skip]
    pub fn builder( // takes the Async token (`AsyncToken::parse`): telecrm refuses a Sync token here with 401
        enterprise_id: EnterpriseId,
        token: AsyncToken,
    ) -> ClientBuilder {
        ClientBuilder::new(enterprise_id, token)
    }

    /// Builds the client that the environment describes: `TELECRM_ENTERPRISE_ID`,
    /// `TELECRM_ASYNC_TOKEN` and, where it is set, `TELECRM_ASYNC_URL` as
    /// [`base_url`](ClientBuilder::base_url).
    ///
    /// # Errors
    ///
    /// Where a variable is missing or blank, or not what it should be, and whatever
    /// [`ClientBuilder::build`] refuses.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder_from_env()?.build()
    }

    /// As [`from_env`](Self::from_env), for settings of one's own before
    /// [`build`](ClientBuilder::build).
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
    /// Where a variable is missing or blank, or not what it should be.
    pub fn builder_from_env() -> Result<ClientBuilder, BuildError> {
        ClientBuilder::from_env()
    }

    /// Sends a lead: telecrm updates the one with its identifier, or creates it, and appends the
    /// actions (telecrm: Async API).
    ///
    /// `Ok` says that telecrm put the lead into its queue, which is all that telecrm ever says; the
    /// receipt says whether that holds of its actions, too. A request that fails is repeated as the
    /// [`RetryPolicy`](crate::RetryPolicy) says, but never with actions that telecrm may have; and it
    /// may have to wait for its turn ([`RateLimit`](crate::RateLimit)).
    ///
    /// The future does not borrow the lead or the client, so it can be spawned. Nothing is sent before
    /// it is polled. **Dropping it** before it is done (a timeout around it, a `select!`, a visitor who
    /// closes the tab) says nothing about what telecrm has: the request may have gone out, and then
    /// telecrm has the lead, actions and all. A `tracing` event of level `warn` reports it. To bound
    /// the time of a call use [`RetryPolicy::interactive`](crate::RetryPolicy::interactive), whose
    /// error says what is known; to keep the lead whatever happens, spawn the call or store the lead
    /// first.
    ///
    /// # Errors
    ///
    /// [`Error`] tells what was not sent from what may have been received. A lead whose schema names
    /// another enterprise than this client's is refused before sending.
    ///
    /// # Panics
    ///
    /// When the future is polled outside of a Tokio runtime with I/O and time enabled: the HTTP client
    /// needs one.
    pub fn send<L: Lead + ?Sized>(
        &self,
        lead: &L,
    ) -> impl Future<Output = Result<Receipt, Error>> + Send + use<L> {
        let lead = self.prepare(&lead);
        let client = self.clone();
        async move { client.deliver(lead?, &client.transport().stop).await }
    }

    /// Sends a prepared lead in exactly one request, whatever its outcome; `with_actions` says whether
    /// its actions go with it.
    ///
    /// For a queue that decides by itself when a lead is sent again, and with what. The request waits
    /// for its turn as any other ([`RateLimit`](crate::RateLimit)); no
    /// [`RetryPolicy`](crate::RetryPolicy) applies.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// # Panics
    ///
    /// As [`send`](Self::send).
    pub fn send_once(
        &self,
        lead: &PreparedLead,
        with_actions: bool,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        self.send_prepared(lead, with_actions, true)
    }

    /// One request; `paced` waits for its turn.
    fn send_prepared(
        &self,
        lead: &PreparedLead,
        with_actions: bool,
        paced: bool,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let ready = self.transport().check_enterprise(lead.enterprise_id());
        let body = if with_actions { lead.body().to_owned() } else { lead.fields_alone() };
        let client = self.clone();
        async move {
            ready?;
            client.deliver_once(body.into(), paced).await
        }
    }

    /// Stops this client and all its clones, for a graceful shutdown. Sends that wait, for their turn
    /// or to be repeated, end at once with [`Error::Stopped`], and so do all later ones; requests under
    /// way run to their end.
    ///
    /// A call of which telecrm may already have received a request ends with
    /// [`Error::EarlierUnconfirmed`] instead.
    pub fn stop(&self) {
        self.transport().stop.stop();
    }

    pub(crate) fn prepare(&self, lead: &dyn Lead) -> Result<PreparedLead, Error> {
        self.transport().check_enterprise(lead.workspace().enterprise_id())?;
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
