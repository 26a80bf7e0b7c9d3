//! The client of telecrm's Async API.

mod builder;
mod deliver;
mod error;
mod receipt;
mod response;
mod send_all;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

pub use builder::ClientBuilder;
pub use error::Error;
pub use receipt::{ActionDelivery, Receipt, UnconfirmedAction};
pub use send_all::{Progress, ProgressHandle, SendAll, Sent};

use crate::credentials::{AsyncToken, EnterpriseId};
use crate::lead::Lead;
use crate::prepared::PreparedLead;
use crate::rate::Limiter;
use crate::retry::{Budget, RetryPolicy, StopHandle};
use crate::transport::BuildError;
use deliver::{AsyncAttempt, Delivery};
#[cfg(feature = "blocking")]
pub(crate) use send_all::CONCURRENCY;

/// Sends leads to one workspace of telecrm (telecrm: Async API). Cheap to clone: clones share their
/// connections, their [`RateLimit`] and their budget for sending again ([`RetryPolicy`]).
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
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    endpoint: Url,
    /// Marked as sensitive, so that no layer below prints it.
    authorization: HeaderValue,
    enterprise_id: EnterpriseId,
    retry: RetryPolicy,
    budget: Budget,
    /// `None` where the caller keeps the pace.
    limiter: Option<Arc<Limiter>>,
    patience: Option<Duration>,
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

    /// The client that the environment describes: `TELECRM_ENTERPRISE_ID`, `TELECRM_ASYNC_TOKEN` and,
    /// where it is set, `TELECRM_ASYNC_URL` as [`base_url`](ClientBuilder::base_url).
    ///
    /// # Errors
    ///
    /// Where a variable is missing or blank, or is not what it should be, and whatever
    /// [`ClientBuilder::build`] refuses.
    pub fn from_env() -> Result<Self, BuildError> {
        ClientBuilder::from_variables(|name| std::env::var(name).ok())?.build()
    }

    /// Sends a lead: telecrm updates the one with its identifier, or creates it, and appends the
    /// actions (telecrm: Async API).
    ///
    /// `Ok` says that telecrm put the lead into its queue, which is all that telecrm ever says; the
    /// receipt says whether that holds of its actions, too. A request that fails is repeated as
    /// [`RetryPolicy`] says, but never with actions that telecrm may have; and it may have to wait
    /// for its turn ([`RateLimit`]).
    ///
    /// The future does not borrow the lead or the client, so it can be spawned. Nothing is sent before
    /// it is polled. **Dropping it** before it is done (a timeout around it, a `select!`) says nothing
    /// of what telecrm has: the request may have gone out, and then telecrm has the lead, actions and
    /// all. To bound the time of a call, use the client's [`timeout`](ClientBuilder::timeout) and
    /// [`RetryPolicy::deadline`], which tell what happened.
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
        async move { client.deliver(lead?, None).await }
    }

    pub(crate) fn prepare(&self, lead: &dyn Lead) -> Result<PreparedLead, Error> {
        self.check_enterprise(lead.workspace().enterprise_id())?;
        Ok(PreparedLead::of(lead))
    }

    /// Refuses a lead whose schema names another enterprise (D33).
    fn check_enterprise(&self, theirs: Option<&str>) -> Result<(), Error> {
        let ours = self.inner.enterprise_id.as_str();
        match theirs {
            Some(theirs) if theirs != ours => {
                Err(Error::WrongEnterprise { lead: theirs.to_owned(), client: ours.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Sends a prepared lead in exactly one request, whatever comes of it; `with_actions` says
    /// whether its actions go with it.
    ///
    /// For a queue that decides by itself when a lead is sent again, and with what. The request waits
    /// for its turn as any other ([`RateLimit`](crate::RateLimit)); no [`RetryPolicy`] applies.
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
        let ready = self.check_enterprise(lead.enterprise_id());
        let body = if with_actions { lead.body().to_owned() } else { lead.fields_alone() };
        let client = self.clone();
        async move {
            ready?;
            client.delivery(None).once(body.into(), &*client.inner).await
        }
    }

    pub(crate) async fn deliver(
        &self,
        lead: PreparedLead,
        stop: Option<&StopHandle>,
    ) -> Result<Receipt, Error> {
        self.delivery(stop).run(lead, &*self.inner).await
    }

    fn delivery<'a>(&'a self, stop: Option<&'a StopHandle>) -> Delivery<'a> {
        let Inner { enterprise_id, retry, budget, limiter, patience, .. } = &*self.inner;
        Delivery {
            enterprise: enterprise_id.as_str(),
            policy: retry,
            budget,
            limiter: limiter.as_deref(),
            patience: *patience,
            stop,
        }
    }
}

impl AsyncAttempt for &Inner {
    async fn attempt(self, body: Bytes) -> Result<(), Error> {
        let request = self
            .http
            .post(self.endpoint.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body);
        response::judge(request.send().await.map_err(Error::transport)?).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("enterprise_id", &self.inner.enterprise_id)
            .field("endpoint", &self.inner.endpoint.as_str())
            .finish_non_exhaustive()
    }
}
