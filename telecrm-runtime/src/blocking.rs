//! Client without async, for programs that have no runtime (feature `blocking`).
//!
//! It runs on a thread of its own, which ends with the last clone. Inside of an async runtime it
//! returns [`Error::InsideRuntime`]: it would stop the tasks of that thread while it waits. The async
//! [`Client`](crate::Client) is for there.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::iter::Fuse;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc as jobs;

use crate::client::{CONCURRENCY, InOrder, Keyless, LeadSettings, Pending};
use crate::client::{Progress, ProgressHandle, Sent};
use crate::credentials::{AsyncToken, CredentialError, EnterpriseId};
use crate::error::{Error, SharedCause};
use crate::lead::Lead;
use crate::prepared::PreparedLead;
use crate::receipt::Receipt;
use crate::retry::StopHandle;
pub use crate::transport::BlockingApi;
use crate::transport::{Api, AsyncApi, BuildError, Host};

/// Sets up a blocking [`Client`].
pub type ClientBuilder = crate::transport::ClientBuilder<BlockingApi>;

/// Sends leads to one workspace of telecrm, and waits for the response. As [`crate::Client`], without
/// async; cheap to clone, and to be shared by threads.
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
    /// The thread ends when the last of these is dropped.
    jobs: jobs::UnboundedSender<Job>,
}

/// One lead, and where its result goes.
struct Job {
    lead: PreparedLead,
    stop: StopHandle,
    report: Report,
}

/// RAII guard that reports the result of one lead, even where the job panics or its thread ends.
struct Report {
    position: u64,
    started: bool,
    results: Option<mpsc::Sender<(u64, Result<Receipt, Error>)>>,
}

impl Report {
    fn send(mut self, result: Result<Receipt, Error>) {
        if let Some(results) = self.results.take() {
            // The caller may have given up.
            let _ = results.send((self.position, result));
        }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(results) = self.results.take() {
            let source = "the client's thread ended before the result was known";
            let error = if self.started {
                Error::NoResponse { source: SharedCause::new(source), hint: None }
            } else {
                Error::NotSent { source: SharedCause::new(source) }
            };
            let _ = results.send((self.position, Err(error)));
        }
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
    /// Builds a client without async, with a thread of its own. It may be built anywhere, inside of an
    /// async runtime, too.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), and where the thread cannot be started.
    pub fn build_blocking(self) -> Result<Client, BuildError> {
        Client::start(self.build()?)
    }
}

impl Client {
    /// As [`crate::Client::builder`].
    pub fn builder(enterprise_id: EnterpriseId, token: AsyncToken) -> ClientBuilder {
        ClientBuilder::new(enterprise_id, token)
    }

    /// As [`crate::Client::from_env`].
    ///
    /// # Errors
    ///
    /// As there, and where the client's thread cannot be started.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder_from_env()?.build()
    }

    /// As [`crate::Client::builder_from_env`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn builder_from_env() -> Result<ClientBuilder, BuildError> {
        ClientBuilder::from_env()
    }

    fn start(client: crate::Client) -> Result<Self, BuildError> {
        let thread = |source: std::io::Error| BuildError::Thread { source };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(thread)?;
        let (jobs, queue) = jobs::unbounded_channel();
        let sender = client.clone();
        thread::Builder::new()
            .name("telecrm-client".to_owned())
            .spawn(move || work(&runtime, &sender, queue))
            .map_err(thread)?;
        Ok(Self { client, jobs })
    }

    /// As [`crate::Client::send`], and returns when it is done.
    ///
    /// # Errors
    ///
    /// As there, and [`Error::InsideRuntime`].
    pub fn send<L: Lead + ?Sized>(&self, lead: &L) -> Result<Receipt, Error> {
        outside_of_runtimes()?;
        let lead = self.client.prepare(&lead)?;
        let (results, result) = mpsc::channel();
        self.submit(lead, self.client.stop_handle(), 0, results);
        let (_, result) = result.recv().map_err(|_| Report::lost())?;
        result
    }

    /// As [`crate::Client::send_all`]: an iterator of one result per lead, in the order in which they
    /// are done. Leads are taken and sent while it is advanced.
    pub fn send_all<I>(&self, leads: I) -> SendAll<Keyless<I::IntoIter>>
    where
        I: IntoIterator,
        I::Item: Lead,
    {
        SendAll::new(self, Keyless(leads.into_iter()))
    }

    /// As [`crate::Client::send_all_keyed`].
    pub fn send_all_keyed<I, K, L>(&self, pairs: I) -> SendAll<I::IntoIter, K>
    where
        I: IntoIterator<Item = (K, L)>,
        L: Lead,
    {
        SendAll::new(self, pairs.into_iter())
    }

    /// As [`crate::Client::stop`].
    pub fn stop(&self) {
        self.client.stop();
    }

    /// Hands a lead to the thread; its result comes in any case.
    fn submit(
        &self,
        lead: PreparedLead,
        stop: StopHandle,
        position: u64,
        results: mpsc::Sender<(u64, Result<Receipt, Error>)>,
    ) {
        let report = Report { position, started: false, results: Some(results) };
        // Where the thread is gone, the job comes back and its report is dropped, which sends it.
        let _ = self.jobs.send(Job { lead, stop, report });
    }
}

impl Report {
    /// A result that not even the guard has sent.
    fn lost() -> Error {
        Error::NoResponse { source: SharedCause::new("the client's thread has ended"), hint: None }
    }
}

/// Sends the leads of its queue, many at a time, until no client is left that could add more.
fn work(runtime: &Runtime, client: &crate::Client, mut queue: jobs::UnboundedReceiver<Job>) {
    runtime.block_on(async {
        while let Some(Job { lead, stop, mut report }) = queue.recv().await {
            let client = client.clone();
            tokio::spawn(async move {
                report.started = true;
                let result = client.deliver(lead, &stop).await;
                report.send(result);
            });
        }
    });
}

fn outside_of_runtimes() -> Result<(), Error> {
    if Handle::try_current().is_ok() { Err(Error::InsideRuntime) } else { Ok(()) }
}

/// Leads on their way, from [`Client::send_all`]. As [`crate::SendAll`]; dropping it stops it, and
/// requests under way run to their end unheard.
#[must_use = "nothing is sent before it is advanced"]
pub struct SendAll<I, K = ()> {
    client: Client,
    leads: Fuse<I>,
    /// Leads that cannot be sent.
    refused: VecDeque<Sent<K>>,
    /// Leads under way, by position: their key, and what must not overtake them.
    under_way: HashMap<u64, (K, String)>,
    order: InOrder<K>,
    concurrency: usize,
    sender: mpsc::Sender<(u64, Result<Receipt, Error>)>,
    results: mpsc::Receiver<(u64, Result<Receipt, Error>)>,
    progress: ProgressHandle,
    stop: StopHandle,
}

impl<I, K> SendAll<I, K> {
    /// As [`crate::SendAll::concurrency`].
    pub fn concurrency(mut self, leads: usize) -> Self {
        self.concurrency = leads.max(1);
        self
    }

    /// As [`crate::SendAll::progress`].
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.progress()
    }

    /// As [`crate::SendAll::progress_handle`].
    #[must_use]
    pub fn progress_handle(&self) -> ProgressHandle {
        self.progress.clone()
    }

    /// As [`crate::SendAll::stop_handle`].
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    fn submit(&mut self, pending: Pending<K>) {
        let Pending { position, key, lead, order } = pending;
        self.under_way.insert(position, (key, order));
        self.client.submit(lead, self.stop.clone(), position, self.sender.clone());
    }
}

impl<I, K, L> SendAll<I, K>
where
    I: Iterator<Item = (K, L)>,
    L: Lead,
{
    fn new(client: &Client, leads: I) -> Self {
        let (sender, results) = mpsc::channel();
        Self {
            client: client.clone(),
            leads: leads.fuse(),
            refused: VecDeque::new(),
            under_way: HashMap::new(),
            order: InOrder::default(),
            concurrency: CONCURRENCY,
            sender,
            results,
            progress: ProgressHandle::default(),
            stop: client.client.stop_handle().child(),
        }
    }

    fn start(&mut self) {
        while self.under_way.len() + self.refused.len() + self.order.held() < self.concurrency
            && !self.stop.is_stopped()
        {
            let Some((key, lead)) = self.leads.next() else { return };
            let position = self.progress.taken();
            match outside_of_runtimes().and_then(|()| self.client.client.prepare(&lead)) {
                Err(error) => self.refused.push_back(Sent { position, key, result: Err(error) }),
                Ok(lead) => {
                    if let Some(pending) = self.order.admit(Pending::new(position, key, lead)) {
                        self.submit(pending);
                    }
                }
            }
        }
    }

    /// Waits for the next result of a lead under way.
    fn receive(&mut self) -> Option<Sent<K>> {
        if self.under_way.is_empty() {
            return None;
        }
        let received = self.results.recv().ok();
        // `self` holds a sender, so there is always one; and each lead reports exactly once.
        let (position, result) = received?;
        let (key, order) = self.under_way.remove(&position)?;
        if let Some(next) = self.order.done(&order) {
            self.submit(next);
        }
        Some(Sent { position, key, result })
    }
}

impl<I, K, L> Iterator for SendAll<I, K>
where
    I: Iterator<Item = (K, L)>,
    L: Lead,
{
    type Item = Sent<K>;

    fn next(&mut self) -> Option<Sent<K>> {
        self.start();
        let sent = self.refused.pop_front().or_else(|| self.receive())?;
        self.progress.done(sent.position, &sent.result);
        if sent.result.as_ref().is_err_and(|error| error.status() == Some(401)) {
            // The other leads would meet the same.
            self.stop.stop();
        }
        Some(sent)
    }
}

impl<I, K> Drop for SendAll<I, K> {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("blocking::Client").field(&self.client).finish()
    }
}

impl<I, K> fmt::Debug for SendAll<I, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("blocking::SendAll")
            .field("client", &self.client)
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}
