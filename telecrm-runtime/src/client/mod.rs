//! The client of telecrm's Async API.

mod answer;
mod base_url;
mod builder;
mod error;
mod receipt;

use std::fmt;
use std::sync::Arc;

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use tracing::Instrument as _;

pub use builder::{BuildError, ClientBuilder};
pub use error::Error;
pub use receipt::{ActionDelivery, Receipt, UnconfirmedAction};

use crate::{AsyncToken, EnterpriseId, Lead, to_json};

/// Sends leads to one workspace of telecrm (telecrm: Async API). Cheap to clone: clones share their
/// connections.
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
}

/// A lead that was found fit to be sent.
struct Outgoing {
    body: String,
    has_actions: bool,
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
    /// actions (telecrm: Async API). Exactly one request, never repeated.
    ///
    /// `Ok` says that telecrm put the lead into its queue, which is all that telecrm ever says.
    ///
    /// The future does not borrow the lead or the client, so it can be spawned.
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
        let outgoing = self.prepare(&lead);
        let client = self.clone();
        async move { client.deliver(outgoing?).await }
    }

    fn prepare(&self, lead: &dyn Lead) -> Result<Outgoing, Error> {
        let ours = self.inner.enterprise_id.as_str();
        if let Some(theirs) = lead.workspace().enterprise_id()
            && theirs != ours
        {
            return Err(Error::OtherEnterprise {
                lead: theirs.to_owned(),
                client: ours.to_owned(),
            });
        }
        Ok(Outgoing { body: to_json(lead), has_actions: lead.action_at(0).is_some() })
    }

    async fn deliver(&self, outgoing: Outgoing) -> Result<Receipt, Error> {
        let span = tracing::debug_span!(
            "telecrm.send",
            enterprise = self.inner.enterprise_id.as_str(),
            status = tracing::field::Empty,
            outcome = tracing::field::Empty,
        );
        let outcome = self.attempt(outgoing.body).instrument(span.clone()).await;
        let (status, word) = match &outcome {
            Ok(()) => (Some(200), "queued"),
            Err(error) => (error.status(), error.outcome()),
        };
        span.record("outcome", word);
        if let Some(status) = status {
            span.record("status", status);
        }
        outcome.map(|()| Receipt::queued(outgoing.has_actions))
    }

    /// Exactly one request.
    async fn attempt(&self, body: String) -> Result<(), Error> {
        let response = self
            .inner
            .http
            .post(self.inner.endpoint.clone())
            .header(AUTHORIZATION, self.inner.authorization.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body)
            .send()
            .await
            .map_err(Error::transport)?;
        answer::judge(response).await
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
