//! Client without async, for programs that have no runtime (feature `blocking`).
//!
//! The client runs on a separate thread, which ends with the last clone of the client. Inside an
//! async runtime, its methods return [`Error::InsideRuntime`], because they would block the
//! runtime's thread. Use the async [`Client`](crate::Client) there.

use std::convert::Infallible;
use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::{fmt, io};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::client::{Delivery, Keyless, LeadSettings, Ready};
use crate::client::{Progress, ProgressHandle, Sent};
use crate::credentials::{AsyncToken, CredentialError, EnterpriseId};
use crate::error::{Error, SharedCause};
use crate::lead::Lead;
use crate::prepared::PreparedLead;
use crate::receipt::Receipt;
use crate::retry::StopHandle;
pub use crate::transport::BlockingApi;
use crate::transport::{Api, AsyncApi, BuildError, Host};

/// Builder of a blocking [`Client`].
pub type ClientBuilder = crate::transport::ClientBuilder<BlockingApi>;

/// Client that sends leads to one workspace of telecrm, and waits for the response.
///
/// It is the equivalent of [`crate::Client`] without async. It is cheap to clone, and threads can
/// share it.
///
/// ```no_run
/// # fn send(lead: &impl telecrm_runtime::Lead) -> Result<(), Box<dyn std::error::Error>> {
/// use telecrm_runtime::blocking::Client;
///
/// let receipt = Client::from_env()?.send(lead)?;
/// # let _ = receipt;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    driver: Arc<Driver>,
}

/// Thread that drives the requests of a client. It ends when the last clone is dropped.
struct Driver {
    runtime: Handle,
    _alive: oneshot::Sender<Infallible>,
}

impl Driver {
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (alive, dropped) = oneshot::channel();
        thread::Builder::new().name("telecrm-client".to_owned()).spawn(move || {
            // An error means that the sender was dropped.
            let _ = runtime.block_on(dropped);
        })?;
        Ok(Self { runtime: handle, _alive: alive })
    }

    /// Runs a delivery on the thread. The returned future needs no async runtime.
    fn run(
        &self,
        delivery: impl Future<Output = Result<Receipt, Error>> + Send + 'static,
    ) -> Delivery {
        if Handle::try_current().is_ok() {
            return Box::pin(ready(Err(Error::InsideRuntime)));
        }
        let task = self.runtime.spawn(delivery);
        Box::pin(async move {
            // The task panicked or was aborted, and its request may be in flight.
            let source = "the client's thread ended before the result was known";
            let lost = |_| Err(Error::NoResponse { source: SharedCause::new(source), hint: None });
            task.await.unwrap_or_else(lost)
        })
    }
}

impl Api for BlockingApi {
    type Token = AsyncToken;
    type Client = Client;
    type Settings = LeadSettings;

    const HOST: Host = AsyncApi::HOST;
    const VARIABLES: (&'static str, &'static str) = AsyncApi::VARIABLES;

    fn parse_token(text: String) -> Result<AsyncToken, CredentialError> {
        AsyncToken::parse(text)
    }

    fn build(builder: ClientBuilder) -> Result<Client, BuildError> {
        Client::start(builder.into_async().build()?)
    }
}

impl crate::transport::ClientBuilder<AsyncApi> {
    /// Builds a client without async, with a separate thread.
    ///
    /// It can be built inside an async runtime too.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`build`](Self::build), or an error if the thread cannot be started.
    pub fn build_blocking(self) -> Result<Client, BuildError> {
        Client::start(self.build()?)
    }
}

impl Client {
    /// Returns a builder, like [`crate::Client::builder`].
    pub fn builder(enterprise_id: EnterpriseId, token: AsyncToken) -> ClientBuilder {
        ClientBuilder::new(enterprise_id, token)
    }

    /// Builds the client that the environment describes, like [`crate::Client::from_env`].
    ///
    /// # Errors
    ///
    /// Returns the errors of that method, or an error if the client's thread cannot be started.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder_from_env()?.build()
    }

    /// Returns a builder for further settings, like [`crate::Client::builder_from_env`].
    ///
    /// # Errors
    ///
    /// Returns an error if a required variable is missing or blank, or if a value is not valid.
    pub fn builder_from_env() -> Result<ClientBuilder, BuildError> {
        Self::builder_from_env_prefixed("")
    }

    /// Returns a builder with the values of the environment variables that start with a prefix, like
    /// [`crate::Client::builder_from_env_prefixed`].
    ///
    /// # Errors
    ///
    /// Returns an error if a required variable is missing or blank, or if a value is not valid.
    pub fn builder_from_env_prefixed(prefix: &str) -> Result<ClientBuilder, BuildError> {
        ClientBuilder::from_env(prefix)
    }

    fn start(client: crate::Client) -> Result<Self, BuildError> {
        let driver = Driver::start().map_err(|source| BuildError::Thread { source })?;
        Ok(Self { client, driver: Arc::new(driver) })
    }

    /// Sends a lead like [`crate::Client::send`], and waits until the call completes.
    ///
    /// # Errors
    ///
    /// Returns the errors of that method, or [`Error::InsideRuntime`].
    pub fn send<L: Lead + ?Sized>(&self, lead: &L) -> Result<Receipt, Error> {
        let lead = self.client.prepare(&lead)?;
        block_on(self.deliver(lead, self.client.transport().stop.clone()))
    }

    fn deliver(&self, lead: PreparedLead, stop: StopHandle) -> Delivery {
        let client = self.client.clone();
        self.driver.run(async move { client.deliver(lead, &stop).await })
    }

    /// Sends many leads like [`crate::Client::send_all`].
    ///
    /// The iterator yields one result per lead, in the order of completion. It takes and sends
    /// leads while it is advanced.
    pub fn send_all<I>(&self, leads: I) -> SendAll<Keyless<I::IntoIter>>
    where
        I: IntoIterator,
        I::Item: Lead,
    {
        SendAll::new(self, Keyless(leads.into_iter()))
    }

    /// Sends many leads like [`crate::Client::send_all_keyed`].
    pub fn send_all_keyed<I, K, L>(&self, pairs: I) -> SendAll<I::IntoIter, K>
    where
        I: IntoIterator<Item = (K, L)>,
        L: Lead,
    {
        SendAll::new(self, pairs.into_iter())
    }

    /// Stops this client and all its clones, like [`crate::Client::stop`].
    pub fn stop(&self) {
        self.client.stop();
    }
}

/// Waits for a future on this thread.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Leads that are being sent, from [`Client::send_all`].
///
/// It is the equivalent of [`crate::SendAll`] without async. If it is dropped, it stops. Requests
/// in flight then complete, but their results are lost.
#[must_use = "nothing is sent before it is advanced"]
pub struct SendAll<I, K = ()> {
    sending: crate::SendAll<Ready<I>, K>,
    stop: StopOnDrop,
}

/// RAII guard that stops a [`SendAll`].
struct StopOnDrop(StopHandle);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl<I, K> SendAll<I, K> {
    fn new(client: &Client, leads: I) -> Self {
        let sender = client.clone();
        let deliver = Box::new(move |lead, stop| sender.deliver(lead, stop));
        let sending = crate::SendAll::with_delivery(&client.client, Ready(leads), deliver);
        Self { stop: StopOnDrop(sending.stop_handle()), sending }
    }

    /// Sets the maximum number of leads in flight, like [`crate::SendAll::concurrency`].
    pub fn concurrency(self, leads: usize) -> Self {
        Self { sending: self.sending.concurrency(leads), ..self }
    }

    /// Returns the current progress, like [`crate::SendAll::progress`].
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.sending.progress()
    }

    /// Returns a handle that shows the progress, like [`crate::SendAll::progress_handle`].
    #[must_use]
    pub fn progress_handle(&self) -> ProgressHandle {
        self.sending.progress_handle()
    }

    /// Returns a handle that stops this call, like [`crate::SendAll::stop_handle`].
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.0.clone()
    }
}

impl<I, K, L> Iterator for SendAll<I, K>
where
    I: Iterator<Item = (K, L)>,
    L: Lead,
{
    type Item = Sent<K>;

    fn next(&mut self) -> Option<Sent<K>> {
        block_on(self.sending.next())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("blocking::Client").field(&self.client).finish()
    }
}

impl<I, K> fmt::Debug for SendAll<I, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("blocking::SendAll").field(&self.sending).finish()
    }
}
