//! Calls of verification: a single lead, or a stream of many.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use futures_core::Stream;

use super::actions::ActionCheck;
use super::engine::{Engine, Step};
use super::outcome::Verification;
use super::verifiable::{Sealed as _, Verifiable};
use crate::error::Error;
use crate::sync::client::Client;

impl Client {
    /// Reads a sent lead back until telecrm stores it as sent, or the window ends (D41).
    ///
    /// The policy is a [`VerifyPolicy`](crate::sync::VerifyPolicy). `since` is the time just before
    /// the send. The lead's actions are searched from this time on, with a tolerance of two minutes
    /// for clocks; an action with `created_on` is searched around that instant. Values are compared
    /// according to the field's type, so another spelling of the same value (`1000.00`, a phone
    /// with or without its country code, tags in another order) is equal. `Err` means that telecrm
    /// could not be read, and never that the lead does not exist.
    ///
    /// This call also settles an [ambiguous](Error::is_ambiguous) outcome of a send. Do not send
    /// the lead again immediately after `Missing`: telecrm's queue may be late.
    ///
    /// Two facts cannot be found out: the number of equal actions that are stored, if telecrm's
    /// responses contain no lead id; and whether another sender wrote the same value later.
    ///
    /// ```no_run
    /// # async fn send<L: telecrm_runtime::Lead>(client: telecrm_runtime::Client,
    /// #     sync: telecrm_runtime::sync::Client, lead: L) -> Result<(), telecrm_runtime::Error> {
    /// use std::time::SystemTime;
    /// use telecrm_runtime::sync::Verification;
    ///
    /// let before = SystemTime::now();
    /// client.send(&lead).await?;
    /// match sync.verify(&lead, before).await? {
    ///     Verification::Verified => {}
    ///     Verification::Mismatched(mismatches) => {
    ///         for mismatch in mismatches {
    ///             eprintln!("{mismatch}");
    ///         }
    ///     }
    ///     Verification::Missing => eprintln!("telecrm does not have the lead"),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::WrongEnterprise`] for a lead of another enterprise, or another [`Error`] if
    /// telecrm could not be read.
    pub fn verify<L: Verifiable + ?Sized>(
        &self,
        lead: &L,
        since: SystemTime,
    ) -> impl Future<Output = Result<Verification, Error>> + Send + use<L> {
        let mut engine = Engine::new(self, ActionCheck::Content);
        engine.add(lead.prepared(), lead.since().unwrap_or(since));
        async move {
            loop {
                if let Some((_, result)) = engine.result() {
                    return result;
                }
                match engine.step() {
                    Some(step) => engine.absorb(step.await),
                    None => return Ok(Verification::Missing),
                }
            }
        }
    }

    /// Verifies many leads.
    ///
    /// The stream yields one `(position, result)` per lead, in the order of completion.
    ///
    /// One search finds up to 100 identifiers, and one more search each distinct action type; leads
    /// that do not match yet are read again together. Memory is bounded: at most 10,000 leads wait
    /// for another read, and no more leads are taken meanwhile. Actions are verified by type and
    /// time, unless [`compare_actions`](VerifyAll::compare_actions) sets another comparison.
    ///
    /// ```no_run
    /// # async fn verify<L: telecrm_runtime::Lead>(sync: telecrm_runtime::sync::Client, leads: Vec<L>,
    /// #     before: std::time::SystemTime) {
    /// let mut verifying = sync.verify_all(leads, before);
    /// while let Some((position, result)) = verifying.next().await {
    ///     println!("lead {position}: {result:?}");
    /// }
    /// # }
    /// ```
    pub fn verify_all<I>(&self, leads: I, since: SystemTime) -> VerifyAll<I::IntoIter>
    where
        I: IntoIterator,
        I::Item: Verifiable,
    {
        VerifyAll {
            leads: Some(leads.into_iter()),
            since,
            engine: Engine::new(self, ActionCheck::Presence),
            step: None,
        }
    }
}

/// Leads that are being verified, from [`Client::verify_all`].
///
/// It is a [`Stream`] of one `(position, result)` per lead. Its settings apply if they are called
/// before the first poll.
#[must_use = "nothing is read before it is polled"]
pub struct VerifyAll<I> {
    leads: Option<I>,
    since: SystemTime,
    engine: Engine,
    step: Option<Step>,
}

impl<I> VerifyAll<I> {
    /// Calls a function with the position and each result that is not final yet.
    pub fn on_pending(
        mut self,
        observer: impl FnMut(u64, &Result<Verification, Error>) + Send + 'static,
    ) -> Self {
        self.engine.observe(Box::new(observer));
        self
    }

    /// Sets the comparison of actions; [`ActionCheck::Presence`] by default.
    pub fn compare_actions(mut self, check: ActionCheck) -> Self {
        self.engine.compare_actions(check);
        self
    }

    /// Reads each lead once, after the first wait of the policy; that result is final.
    pub fn once(mut self) -> Self {
        self.engine.read_once();
        self
    }
}

impl<I: Iterator<Item: Verifiable>> VerifyAll<I> {
    /// Returns the next result, or `None` when all leads are settled.
    ///
    /// Dropping this future loses nothing.
    pub async fn next(&mut self) -> Option<(u64, Result<Verification, Error>)> {
        futures_util::StreamExt::next(self).await
    }

    /// Takes leads from the input while there is room for them.
    fn fill(&mut self) {
        let mut room = self.engine.room();
        while let Some(leads) = &mut self.leads {
            if room == 0 {
                room = self.engine.room();
                if room == 0 {
                    return;
                }
            }
            room -= 1;
            match leads.next() {
                Some(lead) => {
                    self.engine.add(lead.prepared(), lead.since().unwrap_or(self.since));
                }
                None => self.leads = None,
            }
        }
    }
}

impl<I> Unpin for VerifyAll<I> {}

impl<I: Iterator<Item: Verifiable>> Stream for VerifyAll<I> {
    type Item = (u64, Result<Verification, Error>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(step) = &mut self.step {
                let Poll::Ready(progress) = step.as_mut().poll(context) else {
                    return Poll::Pending;
                };
                self.step = None;
                self.engine.absorb(progress);
            }
            if let Some(result) = self.engine.result() {
                return Poll::Ready(Some(result));
            }
            self.fill();
            self.step = self.engine.step();
            if self.step.is_none() && self.engine.is_idle() {
                return Poll::Ready(None);
            }
        }
    }
}

impl<I> fmt::Debug for VerifyAll<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyAll").finish_non_exhaustive()
    }
}
