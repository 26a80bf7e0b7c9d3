//! Calls of verification: a single lead, or a stream of many.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use futures_core::Stream;

use super::engine::{ActionCheck, Engine, Step};
use super::outcome::Verification;
use crate::error::Error;
use crate::lead::Lead;
use crate::prepared::PreparedLead;
use crate::sync::client::Client;
use crate::sync::live::FieldTypes;
use crate::workspace::Workspace;

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
    pub fn verify<L: Lead + ?Sized>(
        &self,
        lead: &L,
        since: SystemTime,
    ) -> impl Future<Output = Result<Verification, Error>> + Send + use<L> {
        let types = Arc::new(FieldTypes::of_workspace(lead.own_workspace()));
        self.verify_one(&PreparedLead::new(lead), &types, since, ActionCheck::Content)
    }

    /// Verifies many leads.
    ///
    /// The stream yields one `(position, result)` per lead, in the order of completion.
    ///
    /// One search finds up to 100 identifiers, and one more search each distinct action type; leads
    /// that do not match yet are read again together. Memory is bounded: at most 10,000 leads wait
    /// for another read, and no more leads are taken meanwhile. Actions are verified by type and
    /// time. Only [`verify`](Self::verify) compares their content, which takes one more request for
    /// each lead.
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
    pub fn verify_all<I>(&self, leads: I, since: SystemTime) -> VerifyAll<Generated<I::IntoIter>>
    where
        I: IntoIterator,
        I::Item: Lead,
    {
        let leads = Generated { leads: leads.into_iter(), since, types: Vec::new() };
        VerifyAll::new(self, leads)
    }

    /// Verifies a lead whose body was stored, like [`verify`](Self::verify).
    ///
    /// A new [`PreparedLead`] contains its field types. For a lead that was read from storage, the
    /// types come from `workspace`, or, if that is `None`, from the Sync API, which the client
    /// queries once.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`verify`](Self::verify), or an error if the field types cannot be
    /// read.
    pub async fn verify_prepared(
        &self,
        lead: &PreparedLead,
        workspace: Option<&'static Workspace>,
        since: SystemTime,
    ) -> Result<Verification, Error> {
        let types = match lead.workspace().or(workspace) {
            Some(workspace) => Arc::new(FieldTypes::of_workspace(workspace)),
            None => self.live_types().await?,
        };
        self.verify_one(lead, &types, since, ActionCheck::Content).await
    }

    /// As [`verify_prepared`](Self::verify_prepared), and each stored action counts for one action of the
    /// lead: two equal actions need two stored ones.
    #[doc(hidden)]
    pub async fn verify_counted(
        &self,
        lead: &PreparedLead,
        since: SystemTime,
    ) -> Result<Verification, Error> {
        let types = self.live_types().await?;
        self.verify_one(lead, &types, since, ActionCheck::Count).await
    }

    /// Verifies leads whose bodies were stored, like [`verify_all`](Self::verify_all).
    ///
    /// Each lead has a separate `since`. `workspace` is described at
    /// [`verify_prepared`](Self::verify_prepared).
    ///
    /// # Errors
    ///
    /// Returns an error if the field types cannot be read.
    pub async fn verify_all_prepared<I>(
        &self,
        leads: I,
        workspace: Option<&'static Workspace>,
    ) -> Result<VerifyAll<Stored<I::IntoIter>>, Error>
    where
        I: IntoIterator<Item = (PreparedLead, SystemTime)>,
    {
        let types = match workspace {
            Some(workspace) => Arc::new(FieldTypes::of_workspace(workspace)),
            None => self.live_types().await?,
        };
        Ok(VerifyAll::new(self, Stored { leads: leads.into_iter(), types }))
    }

    fn verify_one(
        &self,
        lead: &PreparedLead,
        types: &Arc<FieldTypes>,
        since: SystemTime,
        actions: ActionCheck,
    ) -> impl Future<Output = Result<Verification, Error>> + Send + use<> {
        let mut engine = Engine::new(self, actions);
        engine.add(lead, types, since);
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
}

/// Lead with the data that its verification needs.
pub struct Candidate {
    lead: PreparedLead,
    types: Arc<FieldTypes>,
    since: SystemTime,
}

/// Iterator over generated leads.
pub struct Generated<I> {
    leads: I,
    since: SystemTime,
    /// The types of each workspace; nearly always there is only one.
    types: Vec<(&'static Workspace, Arc<FieldTypes>)>,
}

impl<I: Iterator<Item: Lead>> Iterator for Generated<I> {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        let lead = self.leads.next()?;
        let workspace = lead.own_workspace();
        let known = self.types.iter().find(|(own, _)| std::ptr::eq(*own, workspace));
        let types = if let Some((_, types)) = known {
            Arc::clone(types)
        } else {
            let types = Arc::new(FieldTypes::of_workspace(workspace));
            self.types.push((workspace, Arc::clone(&types)));
            types
        };
        Some(Candidate { lead: PreparedLead::new(&lead), types, since: self.since })
    }
}

/// Iterator over leads that were stored.
pub struct Stored<I> {
    leads: I,
    types: Arc<FieldTypes>,
}

impl<I: Iterator<Item = (PreparedLead, SystemTime)>> Iterator for Stored<I> {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        let (lead, since) = self.leads.next()?;
        Some(Candidate { lead, types: Arc::clone(&self.types), since })
    }
}

/// Leads that are being verified, from [`Client::verify_all`].
///
/// It is a [`Stream`] of one `(position, result)` per lead.
#[must_use = "nothing is read before it is polled"]
pub struct VerifyAll<I> {
    leads: Option<I>,
    engine: Engine,
    step: Option<Step>,
}

impl<I> VerifyAll<I> {
    fn new(client: &Client, leads: I) -> Self {
        Self { leads: Some(leads), engine: Engine::new(client, ActionCheck::Presence), step: None }
    }

    /// Calls a function with the position and each result that is not final yet.
    #[doc(hidden)]
    pub fn observe(
        mut self,
        observer: impl FnMut(u64, &Result<Verification, Error>) + Send + 'static,
    ) -> Self {
        self.engine.observe(Box::new(observer));
        self
    }

    /// Also compares the content of actions if a single lead is read, like [`Client::verify`].
    #[doc(hidden)]
    pub fn comparing_content(mut self) -> Self {
        self.engine.compare_content();
        self
    }

    /// Reads each lead once, after the first wait of the policy; that result is final.
    #[doc(hidden)]
    pub fn once(mut self) -> Self {
        self.engine.read_once();
        self
    }
}

impl<I: Iterator<Item = Candidate>> VerifyAll<I> {
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
                Some(Candidate { lead, types, since }) => self.engine.add(&lead, &types, since),
                None => self.leads = None,
            }
        }
    }
}

impl<I> Unpin for VerifyAll<I> {}

impl<I: Iterator<Item = Candidate>> Stream for VerifyAll<I> {
    type Item = (u64, Result<Verification, Error>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(step) = &mut self.step {
                let Poll::Ready(outcomes) = step.as_mut().poll(context) else {
                    return Poll::Pending;
                };
                self.step = None;
                self.engine.absorb(outcomes);
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
