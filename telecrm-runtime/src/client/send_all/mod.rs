//! Sending of many leads: a bounded number at a time, with one result each.

mod progress;
mod source;

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{FuturesUnordered, StreamExt};

pub use progress::{Progress, ProgressHandle, Sent};
pub(crate) use source::{Keyless, Ready};

use super::Client;
use super::in_order::{InOrder, Pending};
use crate::error::Error;
use crate::lead::Lead;
use crate::prepared::PreparedLead;
use crate::receipt::Receipt;
use crate::retry::{StopHandle, Stopped};

/// Default number of leads in flight. Far fewer are enough for the pace of telecrm's limit.
const CONCURRENCY: usize = 32;

/// Leads that are being sent: a [`Stream`] of one [`Sent`] per lead, from [`Client::send_all`].
///
/// While it is polled, the stream takes leads from the input up to its
/// [`concurrency`](Self::concurrency). If it is dropped, the requests in flight are dropped too,
/// and the outcome of those leads is unknown ([`Client::send`]). To end early,
/// [stop](Self::stop_handle) it and read the remaining results.
#[must_use = "nothing is sent before it is polled"]
pub struct SendAll<S, K = ()> {
    client: Client,
    /// `None` after the last lead is taken.
    leads: Option<Pin<Box<S>>>,
    deliver: Deliver,
    sending: FuturesUnordered<Sending>,
    /// The key of each lead in `sending` by position, and its order key if later leads wait for it.
    in_flight: HashMap<u64, (K, Option<String>)>,
    order: InOrder<K>,
    concurrency: usize,
    progress: ProgressHandle,
    /// `None` after the stop is received.
    stopped: Option<Stopped>,
    stop: StopHandle,
}

/// Sends one lead; the handle stops its waits.
type Deliver = Box<dyn Fn(PreparedLead, StopHandle) -> Delivery + Send + Sync>;

pub(crate) type Delivery = Pin<Box<dyn Future<Output = Result<Receipt, Error>> + Send>>;

/// A lead in flight: its position and its result.
type Sending = Pin<Box<dyn Future<Output = (u64, Result<Receipt, Error>)> + Send>>;

impl Client {
    /// Sends many leads, a bounded number at a time, with one result each.
    ///
    /// The results are in the order of completion.
    ///
    /// Leads with the same identifier do not overtake each other: a later lead waits until the
    /// earlier one is done, including its repetitions, and counts as in flight meanwhile. A 401
    /// stops the call: it takes no more leads, and the leads that wait end with
    /// [`Error::Stopped`](crate::Error::Stopped).
    ///
    /// The pace is the client's [`RateLimit`](crate::RateLimit), so a million leads take about 56
    /// hours on one token.
    ///
    /// ```
    /// # async fn send<L: telecrm_runtime::Lead>(client: telecrm_runtime::Client, leads: Vec<L>) {
    /// let mut sending = client.send_all(leads);
    /// let stop = sending.stop_handle();       // for example for a signal handler
    /// while let Some(sent) = sending.next().await {
    ///     if let Err(error) = sent.result {
    ///         eprintln!("lead {}: {error}", sent.position);
    ///     }
    /// }
    /// println!("{:?}", sending.progress());
    /// # drop(stop);
    /// # }
    /// ```
    pub fn send_all<I>(&self, leads: I) -> SendAll<Ready<Keyless<I::IntoIter>>>
    where
        I: IntoIterator,
        I::Item: Lead,
    {
        SendAll::new(self, Ready(Keyless(leads.into_iter())))
    }

    /// Sends many leads with keys, like [`send_all`](Self::send_all).
    ///
    /// Each result has the key of its lead.
    ///
    /// The input is an iterator of pairs. A key is for example a row number or a database id.
    ///
    /// ```
    /// # async fn send<L: telecrm_runtime::Lead>(client: telecrm_runtime::Client, rows: Vec<(u32, L)>) {
    /// let mut sending = client.send_all_keyed(rows);
    /// while let Some(sent) = sending.next().await {
    ///     println!("row {}: {:?}", sent.key, sent.result);
    /// }
    /// # }
    /// ```
    pub fn send_all_keyed<I, K, L>(&self, pairs: I) -> SendAll<Ready<I::IntoIter>, K>
    where
        I: IntoIterator<Item = (K, L)>,
        L: Lead,
    {
        SendAll::new(self, Ready(pairs.into_iter()))
    }

    /// Sends the leads of a stream like [`send_all`](Self::send_all).
    pub fn send_stream<S>(&self, leads: S) -> SendAll<Keyless<Pin<Box<S>>>>
    where
        S: Stream,
        S::Item: Lead,
    {
        SendAll::new(self, Keyless(Box::pin(leads)))
    }
}

impl<S, K> SendAll<S, K> {
    fn new(client: &Client, leads: S) -> Self {
        let sender = client.clone();
        let deliver = move |lead, stop| -> Delivery {
            let client = sender.clone();
            Box::pin(async move { client.deliver(lead, &stop).await })
        };
        Self::with_delivery(client, leads, Box::new(deliver))
    }

    pub(crate) fn with_delivery(client: &Client, leads: S, deliver: Deliver) -> Self {
        let stop = client.inner.transport.stop.child();
        Self {
            client: client.clone(),
            leads: Some(Box::pin(leads)),
            deliver,
            sending: FuturesUnordered::new(),
            in_flight: HashMap::new(),
            order: InOrder::default(),
            concurrency: CONCURRENCY,
            progress: ProgressHandle::default(),
            stopped: Some(stop.signal()),
            stop,
        }
    }

    /// Sets the maximum number of leads in flight; 32 by default. 0 is read as 1.
    pub fn concurrency(mut self, leads: usize) -> Self {
        self.concurrency = leads.max(1);
        self
    }

    /// Returns the current progress.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.progress()
    }

    /// Returns a handle that shows the progress to other code.
    #[must_use]
    pub fn progress_handle(&self) -> ProgressHandle {
        self.progress.clone()
    }

    /// Returns a handle that stops this call from other code.
    ///
    /// After a stop, the call takes no more leads. Leads that wait, for their turn or before a
    /// repetition, end immediately; requests in flight complete. Then the stream ends, and
    /// [`progress`](Self::progress) returns the number of leads that were taken. To keep the rest
    /// of an iterator, lend it: `send_all(leads.by_ref())`. [`Client::stop`] stops the call too.
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }
}

impl<S, K, L> SendAll<S, K>
where
    S: Stream<Item = (K, L)>,
    L: Lead,
{
    /// Returns the next result, or `None` when all leads are done.
    ///
    /// Dropping this future loses nothing.
    pub async fn next(&mut self) -> Option<Sent<K>> {
        StreamExt::next(self).await
    }

    /// Sends the remaining leads and returns the totals.
    ///
    /// The totals contain only the number of failures. To find out which leads failed, call
    /// [`next`](Self::next).
    pub async fn finish(mut self) -> Progress {
        while self.next().await.is_some() {}
        self.progress()
    }

    /// Starts leads up to the maximum number in flight.
    fn start(&mut self, context: &mut Context<'_>) {
        if let Some(stopped) = &mut self.stopped
            && stopped.as_mut().poll(context).is_ready()
        {
            self.stopped = None;
            self.leads = None;
        }
        while self.sending.len() + self.order.held() < self.concurrency {
            let Some(leads) = &mut self.leads else { return };
            match leads.as_mut().poll_next(context) {
                Poll::Pending => return,
                Poll::Ready(None) => self.leads = None,
                Poll::Ready(Some((key, lead))) => self.take(key, &lead),
            }
        }
    }

    fn take(&mut self, key: K, lead: &dyn Lead) {
        let position = self.progress.taken();
        match self.client.prepare(lead) {
            Err(error) => {
                self.in_flight.insert(position, (key, None));
                self.sending.push(Box::pin(std::future::ready((position, Err(error)))));
            }
            Ok(lead) => {
                if let Some(pending) = self.order.admit(Pending::new(position, key, lead)) {
                    self.send(pending);
                }
            }
        }
    }

    fn send(&mut self, pending: Pending<K>) {
        let Pending { position, key, lead, order } = pending;
        self.in_flight.insert(position, (key, Some(order)));
        let delivery = (self.deliver)(lead, self.stop.clone());
        self.sending.push(Box::pin(async move { (position, delivery.await) }));
    }

    /// Returns the result of a lead in flight, and sends the next lead that waited for it.
    fn done(&mut self, position: u64, result: Result<Receipt, Error>) -> Option<Sent<K>> {
        self.progress.done(position, &result);
        if result.as_ref().is_err_and(|error| error.status() == Some(401)) {
            // The other leads would get the same response.
            self.stop.stop();
        }
        let (key, order) = self.in_flight.remove(&position)?;
        if let Some(next) = order.and_then(|order| self.order.done(&order)) {
            self.send(next);
        }
        Some(Sent { position, key, result })
    }
}

impl<S, K, L> Stream for SendAll<S, K>
where
    S: Stream<Item = (K, L)>,
    L: Lead,
{
    type Item = Sent<K>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Sent<K>>> {
        self.start(context);
        match self.sending.poll_next_unpin(context) {
            Poll::Ready(Some((position, result))) => Poll::Ready(self.done(position, result)),
            // No lead is in flight, but the input may still yield one.
            Poll::Ready(None) if self.leads.is_some() => Poll::Pending,
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S, K> Unpin for SendAll<S, K> {}

impl<S, K> fmt::Debug for SendAll<S, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendAll")
            .field("client", &self.client)
            .field("concurrency", &self.concurrency)
            .field("progress", &self.progress())
            .field("stopped", &self.stop.is_stopped())
            .finish_non_exhaustive()
    }
}
