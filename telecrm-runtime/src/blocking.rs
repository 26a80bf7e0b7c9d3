//! The client without async, for programs that have no runtime (feature `blocking`).
//!
//! It runs on a thread of its own, which ends with the last clone. Inside of an async runtime it
//! refuses with [`Error::InsideRuntime`]: it would stop the tasks of that thread while it waits. The
//! async [`Client`](crate::Client) is for there.

use std::collections::VecDeque;
use std::fmt;
use std::iter::Fuse;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc as jobs;

use crate::client::{CONCURRENCY, Error, Progress, ProgressHandle, Receipt, Sent};
use crate::credentials::{AsyncToken, EnterpriseId};
use crate::lead::Lead;
use crate::prepared::PreparedLead;
use crate::retry::StopHandle;
use crate::transport::BuildError;

mod builder;

pub use builder::ClientBuilder;

/// Sends leads to one workspace of telecrm, and waits for the answer. As [`crate::Client`], without
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

/// One lead, and whom to tell.
struct Job {
    position: u64,
    lead: PreparedLead,
    stop: Option<StopHandle>,
    done: mpsc::Sender<Sent>,
}

impl Client {
    /// As [`crate::Client::builder`].
    pub fn builder(enterprise_id: EnterpriseId, token: AsyncToken) -> ClientBuilder {
        ClientBuilder::new(crate::Client::builder(enterprise_id, token))
    }

    /// As [`crate::Client::from_env`].
    ///
    /// # Errors
    ///
    /// As there, and where the client's thread cannot be started.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::start(crate::Client::from_env()?)
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
        let (done, result) = mpsc::channel();
        // Where the thread is gone, `done` is dropped unheard, and the wait below says so.
        let _ = self.jobs.send(Job { position: 0, lead, stop: None, done });
        result.recv().map_or_else(|_| Err(thread_ended()), |sent| sent.result)
    }

    /// As [`crate::Client::send_all`]: an iterator of one result per lead, in the order in which they
    /// are done. Leads are taken and sent while it is advanced.
    pub fn send_all<I>(&self, leads: I) -> SendAll<I::IntoIter>
    where
        I: IntoIterator,
        I::Item: Lead,
    {
        let (done, results) = mpsc::channel();
        SendAll {
            client: self.clone(),
            leads: leads.into_iter().fuse(),
            refused: VecDeque::new(),
            under_way: 0,
            concurrency: CONCURRENCY,
            done,
            results,
            watch: ProgressHandle::default(),
            stop: StopHandle::default(),
        }
    }
}

/// Sends what is asked for, many at a time, until nobody can ask any more.
fn work(runtime: &Runtime, client: &crate::Client, mut queue: jobs::UnboundedReceiver<Job>) {
    runtime.block_on(async {
        while let Some(Job { position, lead, stop, done }) = queue.recv().await {
            let client = client.clone();
            tokio::spawn(async move {
                let result = client.deliver(lead, stop.as_ref()).await;
                // Whoever asked may have given up.
                let _ = done.send(Sent { position, result });
            });
        }
    });
}

fn outside_of_runtimes() -> Result<(), Error> {
    if Handle::try_current().is_ok() { Err(Error::InsideRuntime) } else { Ok(()) }
}

/// It may have sent the lead before.
fn thread_ended() -> Error {
    Error::Unconfirmed { source: "the client's thread has ended".into() }
}

/// Leads on their way, from [`Client::send_all`]. As [`crate::SendAll`]; dropping it stops it, and
/// what is under way runs to its end unheard.
#[must_use = "nothing is sent before it is advanced"]
pub struct SendAll<I> {
    client: Client,
    leads: Fuse<I>,
    /// Leads that were not fit to be sent.
    refused: VecDeque<Sent>,
    under_way: usize,
    concurrency: usize,
    done: mpsc::Sender<Sent>,
    results: mpsc::Receiver<Sent>,
    watch: ProgressHandle,
    stop: StopHandle,
}

impl<I> SendAll<I> {
    /// As [`crate::SendAll::concurrency`].
    pub fn concurrency(mut self, leads: usize) -> Self {
        self.concurrency = leads.max(1);
        self
    }

    /// As [`crate::SendAll::progress`].
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.watch.progress()
    }

    /// As [`crate::SendAll::watch`].
    #[must_use]
    pub fn progress_handle(&self) -> ProgressHandle {
        self.watch.clone()
    }

    /// As [`crate::SendAll::stop`].
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }
}

impl<I> SendAll<I>
where
    I: Iterator,
    I::Item: Lead,
{
    fn start(&mut self) {
        while self.under_way + self.refused.len() < self.concurrency && !self.stop.is_stopped() {
            let Some(lead) = self.leads.next() else { return };
            let position = self.watch.taken();
            let ready = outside_of_runtimes().and_then(|()| self.client.client.prepare(&lead));
            match ready {
                Err(error) => self.refused.push_back(Sent { position, result: Err(error) }),
                Ok(lead) => {
                    let stop = Some(self.stop.clone());
                    let done = self.done.clone();
                    let job = Job { position, lead, stop, done };
                    if self.client.jobs.send(job).is_ok() {
                        self.under_way += 1;
                    } else {
                        let result = Err(thread_ended());
                        self.refused.push_back(Sent { position, result });
                    }
                }
            }
        }
    }
}

impl<I> Iterator for SendAll<I>
where
    I: Iterator,
    I::Item: Lead,
{
    type Item = Sent;

    fn next(&mut self) -> Option<Sent> {
        self.start();
        let sent = match self.refused.pop_front() {
            Some(refused) => refused,
            None if self.under_way == 0 => return None,
            None => {
                self.under_way -= 1;
                self.results.recv().ok()?
            }
        };
        self.watch.done(&sent.result);
        Some(sent)
    }
}

impl<I> Drop for SendAll<I> {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("blocking::Client").field(&self.client).finish()
    }
}

impl<I> fmt::Debug for SendAll<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("blocking::SendAll")
            .field("client", &self.client)
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}
