//! Many leads: a bounded number at a time, one result each.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{FuturesUnordered, Iter, StreamExt, iter};

use super::{ActionDelivery, Client, Error, Receipt};
use crate::lead::Lead;
use crate::retry::{StopHandle, Stopped};

/// How many requests are under way at once, where the caller does not say. The pace of telecrm's
/// limit is reached with far fewer.
pub(crate) const CONCURRENCY: usize = 32;

/// What became of one lead of [`Client::send_all`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Sent {
    /// The lead's place in what was given, from 0.
    pub position: u64,
    /// As [`Client::send`] returns it; [`Error::Stopped`] where sending was stopped before its turn.
    pub result: Result<Receipt, Error>,
}

/// How far a [`SendAll`] has come. The leads taken so far are those from 0 to `taken`, without it:
/// what lies behind was not touched, and so not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Leads that were taken from what was given.
    pub taken: u64,
    /// Queued by telecrm.
    pub queued: u64,
    /// How many of these have actions of which nobody knows whether telecrm has them.
    pub unconfirmed: u64,
    /// Not known to be queued.
    pub failed: u64,
}

impl Progress {
    /// Leads that were taken and have no result yet.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.taken.saturating_sub(self.queued).saturating_sub(self.failed)
    }
}

/// Shows the [`Progress`] of a [`SendAll`] from anywhere, and after it is dropped.
#[derive(Clone, Debug, Default)]
pub struct ProgressHandle(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    taken: AtomicU64,
    queued: AtomicU64,
    unconfirmed: AtomicU64,
    failed: AtomicU64,
}

impl ProgressHandle {
    /// How far it has come by now.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let read = |count: &AtomicU64| count.load(Ordering::SeqCst);
        // What is counted last is read first: no result without its lead.
        let unconfirmed = read(&self.0.unconfirmed);
        let (queued, failed) = (read(&self.0.queued), read(&self.0.failed));
        Progress { taken: read(&self.0.taken), queued, unconfirmed, failed }
    }

    /// The next lead's position.
    pub(crate) fn taken(&self) -> u64 {
        self.0.taken.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn done(&self, result: &Result<Receipt, Error>) {
        let count = |count: &AtomicU64| count.fetch_add(1, Ordering::SeqCst);
        match result {
            Ok(receipt) => {
                count(&self.0.queued);
                if receipt.actions() == ActionDelivery::Unconfirmed {
                    count(&self.0.unconfirmed);
                }
            }
            Err(_) => {
                count(&self.0.failed);
            }
        }
    }
}

type Sending = Pin<Box<dyn Future<Output = Sent> + Send>>;

/// Leads on their way, from [`Client::send_all`] or [`Client::send_stream`]: a stream of one [`Sent`]
/// per lead, in the order in which they are done.
///
/// Nothing is sent but while it is polled. **Dropping it** drops the requests that are under way, of
/// which nobody then knows what telecrm has: [`stop`](StopHandle::stop) it and take the rest of its
/// results instead.
#[must_use = "nothing is sent before it is polled: call `next` until it returns `None`, or `finish`"]
pub struct SendAll<S> {
    client: Client,
    /// `None` once it has ended, or sending was stopped.
    leads: Option<Pin<Box<S>>>,
    sending: FuturesUnordered<Sending>,
    concurrency: usize,
    watch: ProgressHandle,
    stop: StopHandle,
    /// `None` once it is.
    stopped: Option<Stopped>,
}

impl Client {
    /// Sends many leads, a bounded number at a time, at the client's pace ([`RateLimit`]). They are
    /// taken from the iterator as they are sent, so memory does not grow with their number.
    ///
    /// ```no_run
    /// # async fn import<L: telecrm_runtime::Lead>(client: telecrm_runtime::Client, leads: Vec<L>) {
    /// let mut sending = client.send_all(leads);
    /// let stop = sending.stop_handle();        // for a signal handler, say
    /// while let Some(sent) = sending.next().await {
    ///     if let Err(error) = sent.result {
    ///         eprintln!("lead {}: {error}", sent.position);
    ///         if error.status() == Some(401) {
    ///             stop.stop();             // it will not get better
    ///         }
    ///     }
    /// }
    /// println!("{:?}", sending.progress());
    /// # }
    /// ```
    ///
    /// [`RateLimit`]: crate::RateLimit
    pub fn send_all<I>(&self, leads: I) -> SendAll<Iter<I::IntoIter>>
    where
        I: IntoIterator,
        I::Item: Lead,
    {
        self.send_stream(iter(leads))
    }

    /// As [`send_all`](Self::send_all), from a stream.
    pub fn send_stream<S>(&self, leads: S) -> SendAll<S>
    where
        S: Stream,
        S::Item: Lead,
    {
        let stop = StopHandle::default();
        SendAll {
            client: self.clone(),
            leads: Some(Box::pin(leads)),
            sending: FuturesUnordered::new(),
            concurrency: CONCURRENCY,
            watch: ProgressHandle::default(),
            stopped: Some(stop.signal()),
            stop,
        }
    }
}

impl<S> SendAll<S> {
    /// How many leads are under way at once; 32 where not set. 0 is read as 1.
    pub fn concurrency(mut self, leads: usize) -> Self {
        self.concurrency = leads.max(1);
        self
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.watch.progress()
    }

    /// Shows its progress from elsewhere.
    #[must_use]
    pub fn progress_handle(&self) -> ProgressHandle {
        self.watch.clone()
    }

    /// Stops it from elsewhere: it takes no more leads; those that wait for their turn, or to be sent
    /// again, end with what is known of them; requests that are under way run to their end. Then the
    /// stream ends, and [`progress`](Self::progress) says how many leads were taken. To keep the rest
    /// of an iterator, lend it: `send_all(leads.by_ref())`.
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }
}

impl<S> SendAll<S>
where
    S: Stream,
    S::Item: Lead,
{
    /// What became of the next lead that is done, or `None` when all are. Dropping this future loses
    /// nothing.
    pub async fn next(&mut self) -> Option<Sent> {
        StreamExt::next(self).await
    }

    /// Sends the rest, and says what came of it all. What failed is counted, and no more: where it
    /// matters which, call [`next`](Self::next).
    pub async fn finish(mut self) -> Progress {
        while self.next().await.is_some() {}
        self.progress()
    }

    /// Starts as many as may be under way.
    fn start(&mut self, context: &mut Context<'_>) {
        if let Some(stopped) = &mut self.stopped
            && stopped.as_mut().poll(context).is_ready()
        {
            self.stopped = None;
            self.leads = None;
        }
        while self.sending.len() < self.concurrency {
            let Some(leads) = &mut self.leads else { return };
            match leads.as_mut().poll_next(context) {
                Poll::Pending => return,
                Poll::Ready(None) => self.leads = None,
                Poll::Ready(Some(lead)) => {
                    let sending = self.send(&lead);
                    self.sending.push(sending);
                }
            }
        }
    }

    fn send(&self, lead: &dyn Lead) -> Sending {
        let position = self.watch.taken();
        let outgoing = self.client.prepare(lead);
        let client = self.client.clone();
        let stop = self.stop.clone();
        Box::pin(async move {
            let result = match outgoing {
                Ok(outgoing) => client.deliver(outgoing, Some(&stop)).await,
                Err(error) => Err(error),
            };
            Sent { position, result }
        })
    }
}

impl<S> Stream for SendAll<S>
where
    S: Stream,
    S::Item: Lead,
{
    type Item = Sent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Sent>> {
        self.start(context);
        match self.sending.poll_next_unpin(context) {
            Poll::Ready(Some(sent)) => {
                self.watch.done(&sent.result);
                Poll::Ready(Some(sent))
            }
            // Nothing is under way, but a lead may yet come.
            Poll::Ready(None) if self.leads.is_some() => Poll::Pending,
            other => other,
        }
    }
}

impl<S> fmt::Debug for SendAll<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendAll")
            .field("client", &self.client)
            .field("concurrency", &self.concurrency)
            .field("progress", &self.progress())
            .field("stopped", &self.stop.is_stopped())
            .finish_non_exhaustive()
    }
}
