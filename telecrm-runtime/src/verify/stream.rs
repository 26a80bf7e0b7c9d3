//! Calls of verification: one lead, or a stream of many.

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
    /// Reads a sent lead back until telecrm stores it as sent, or the
    /// [`VerifyPolicy`](crate::sync::VerifyPolicy)'s window is over (D41).
    ///
    /// `since` is the time just before the send: from then on, with two minutes of slack for clocks,
    /// its actions are looked for; one with `created_on` around that instant. Values are compared by
    /// the field's type, so another spelling of the same value (`1000.00`, another country-code
    /// spelling of a phone, tags in another order) is equal. `Err` says that telecrm could not be read,
    /// and never that the lead is not there.
    ///
    /// An [ambiguous](Error::is_ambiguous) outcome of a send is settled so, too. Do not send again
    /// right after `Missing`: telecrm's queue may be late.
    ///
    /// Two things cannot be known: how many of several equal actions are stored, where telecrm's answers
    /// name no lead id; and whether a later write of the same value was yours.
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
    /// See [`Error`]; [`Error::WrongEnterprise`] for a lead of another enterprise.
    pub fn verify<L: Lead + ?Sized>(
        &self,
        lead: &L,
        since: SystemTime,
    ) -> impl Future<Output = Result<Verification, Error>> + Send + use<L> {
        let types = Arc::new(FieldTypes::of_workspace(lead.workspace()));
        self.verify_one(&PreparedLead::new(lead), &types, since, ActionCheck::Content)
    }

    /// Verifies many leads: a stream of one `(position, result)` for each, in the order in which they
    /// are settled.
    ///
    /// Up to 100 identifiers are looked for in one search, and each distinct action type in one more;
    /// leads that are not yet as sent are read again together. Memory stays flat: at most 10,000 leads
    /// wait for another read, and no more are taken meanwhile. Actions are verified by type and time;
    /// their content is compared by [`verify`](Self::verify) alone, which takes a request more for each
    /// lead.
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

    /// As [`verify`](Self::verify), for a lead whose body was stored.
    ///
    /// A [`PreparedLead`] that was just made knows its field types; for one that was read back they
    /// come from `workspace`, or, where that is `None`, from the Sync API, which is asked once for each
    /// client.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify), and where the field types cannot be read.
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

    /// As [`verify_all`](Self::verify_all), for leads whose bodies were stored, each with its own
    /// `since`. For `workspace` see [`verify_prepared`](Self::verify_prepared).
    ///
    /// # Errors
    ///
    /// Where the field types cannot be read.
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

/// A lead with all that its verification needs.
pub struct Candidate {
    lead: PreparedLead,
    types: Arc<FieldTypes>,
    since: SystemTime,
}

/// Generated leads.
pub struct Generated<I> {
    leads: I,
    since: SystemTime,
    /// Nearly always of one workspace.
    types: Vec<(&'static Workspace, Arc<FieldTypes>)>,
}

impl<I: Iterator<Item: Lead>> Iterator for Generated<I> {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        let lead = self.leads.next()?;
        let workspace = lead.workspace();
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

/// Leads that were stored.
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

/// Leads that are being verified, from [`Client::verify_all`]: a [`Stream`] of one
/// `(position, result)` for each.
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

    /// Reads each lead once, after the first wait of the policy; that result is final.
    #[doc(hidden)]
    pub fn once(mut self) -> Self {
        self.engine.read_once();
        self
    }
}

impl<I: Iterator<Item = Candidate>> VerifyAll<I> {
    /// The next result, or `None` when all leads are settled. Dropping this future loses nothing.
    pub async fn next(&mut self) -> Option<(u64, Result<Verification, Error>)> {
        futures_util::StreamExt::next(self).await
    }

    /// Takes leads while there is room for them.
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
