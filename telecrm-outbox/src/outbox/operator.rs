//! Decisions of an operator about stored entries and about delivery, and what operators see.

use std::time::{Duration, SystemTime};

use telecrm_runtime::EnterpriseId;

use super::Outbox;
use crate::clock::millis;
use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::held_text::Identifier;
use crate::store::OperatorPauses;
use crate::worker::info::WorkerInfo;

impl Outbox {
    /// Queues a closed entry again; an entry that waits for its next attempt becomes due.
    ///
    /// Actions that telecrm may have are not sent again: use
    /// [`retry_with_actions`](Self::retry_with_actions) to take that risk.
    ///
    /// # Errors
    ///
    /// [`Error::Superseded`] if a newer entry of the lead was sent, [`Error::Erased`] if the payload was
    /// erased, [`Error::WrongState`] if the entry was delivered, is in flight or held, and
    /// [`Error::NotFound`].
    pub async fn retry(&self, id: EntryId) -> Result<(), Error> {
        self.store().retry(id, false).await
    }

    /// Like [`retry`](Self::retry), and sends the actions again too: **telecrm then may have them
    /// twice.**
    ///
    /// # Errors
    ///
    /// The errors of [`retry`](Self::retry).
    pub async fn retry_with_actions(&self, id: EntryId) -> Result<(), Error> {
        self.store().retry(id, true).await
    }

    /// Decides that an entry is not sent (again), and erases its payload.
    ///
    /// # Errors
    ///
    /// [`Error::WrongState`] if the entry was delivered or is in flight, and [`Error::NotFound`].
    pub async fn discard(&self, id: EntryId) -> Result<(), Error> {
        self.store().discard(id).await
    }

    /// Closes an entry that an operator checked in telecrm: it becomes [`State::Verified`](crate::State::Verified) with the
    /// reason "confirmed by an operator".
    ///
    /// # Errors
    ///
    /// [`Error::WrongState`] unless the entry is unconfirmed, mismatched or missing, and
    /// [`Error::NotFound`].
    pub async fn confirm(&self, id: EntryId) -> Result<(), Error> {
        self.store().confirm(id).await
    }

    /// Assigns the open entries without enterprise to one, and returns their number.
    ///
    /// Entries whose lead is in flight are left out, so that the order of a lead does not change: call
    /// it again while [`Stats::unassigned`](crate::Stats::unassigned) is not zero.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written.
    pub async fn assign(&self, enterprise: &EnterpriseId) -> Result<u64, Error> {
        self.store().assign(enterprise.as_str().to_owned()).await
    }

    /// Sends a closed entry again as a new entry, after the other entries of its lead; returns the new
    /// id. The old entry becomes [`State::Discarded`](crate::State::Discarded) with the reason
    /// "sent again as entry N", and the new one has [`Priority::Interactive`](crate::Priority::Interactive).
    ///
    /// For an entry whose [`retry`](Self::retry) is [`Error::Superseded`]: **its fields then replace
    /// newer ones.** Its actions are not sent; use
    /// [`resend_with_actions`](Self::resend_with_actions) if telecrm does not have them.
    ///
    /// # Errors
    ///
    /// [`Error::WrongState`] unless the entry is refused, superseded, unconfirmed, mismatched or missing,
    /// [`Error::Erased`] if the payload was erased, and [`Error::NotFound`].
    pub async fn resend(&self, id: EntryId) -> Result<EntryId, Error> {
        self.store().resend(id, false).await
    }

    /// Like [`resend`](Self::resend), and sends the actions too: **telecrm then may have them twice.**
    ///
    /// # Errors
    ///
    /// The errors of [`resend`](Self::resend).
    pub async fn resend_with_actions(&self, id: EntryId) -> Result<EntryId, Error> {
        self.store().resend(id, true).await
    }

    /// Open entries with a failed attempt that were stored at least this long ago, oldest first.
    ///
    /// An entry that fails again and again waits up to an hour between two attempts, and delays no
    /// other lead.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn stuck(&self, older_than: Duration, limit: u32) -> Result<Vec<Entry>, Error> {
        self.store().stuck(older_than, limit).await
    }

    /// Workers of every process that reported their status within the last 30 seconds.
    ///
    /// Workers of version 1 do not report.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn workers(&self) -> Result<Vec<WorkerInfo>, Error> {
        self.store().workers().await
    }

    /// Pauses delivery in every process that uses the database. Requests in flight end; nothing new
    /// begins until [`resume`](Self::resume), after a restart either.
    /// [`EnterpriseOutbox::pause`](crate::EnterpriseOutbox::pause) pauses one enterprise.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written.
    pub async fn pause(&self) -> Result<(), Error> {
        self.store().set_operator_pause(None, true).await
    }

    /// Ends the pause of [`pause`](Self::pause). Enterprises that are paused separately stay paused.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written.
    pub async fn resume(&self) -> Result<(), Error> {
        self.store().set_operator_pause(None, false).await
    }

    /// The pauses of operators that are in effect.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn operator_pauses(&self) -> Result<OperatorPauses, Error> {
        self.store().pauses().await
    }

    /// Prepares a database that was restored from a backup. telecrm may have entries that are open in
    /// the backup, so one transaction [pauses](Self::pause) delivery and marks the actions of every open
    /// entry as possibly sent: they are not sent again. The fields are sent after
    /// [`resume`](Self::resume).
    ///
    /// Open entries that were stored before `discard_before` are discarded: for entries that were
    /// certainly delivered before the database was lost.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyDelivering`] if a worker lives, and an error if the database cannot be written.
    pub async fn after_restore(
        &self,
        discard_before: Option<SystemTime>,
    ) -> Result<Restored, Error> {
        let (discarded, marked) = self.store().after_restore(discard_before.map(millis)).await?;
        Ok(Restored { discarded, marked })
    }

    /// Removes every entry of a lead in any state, and returns their number. A phone is found in
    /// any notation, with and without its country code. The lead in telecrm stays.
    ///
    /// Held leads are removed if their bytes contain the identifier. A number of less than seven digits
    /// is not searched there.
    ///
    /// On SQLite no trace of the data is left in the files of the database when this returns `Ok`.
    ///
    /// # Errors
    ///
    /// [`Error::StillInJournal`] if the entries were erased, and another connection to the SQLite file
    /// keeps their data in the journal: call this again when that connection has ended. Any other error:
    /// the database cannot be written.
    pub async fn erase(&self, identifier: &str) -> Result<u64, Error> {
        let store = self.store();
        let sought = Identifier::of(identifier);
        let mut found = Vec::new();
        let mut after = EntryId(0);
        loop {
            let bodies = store.held_bodies(after, HELD_AT_ONCE).await?;
            let Some((last, _)) = bodies.last() else { break };
            after = *last;
            let matching = bodies.iter().filter(|(_, body)| sought.is_in(body));
            found.extend(matching.map(|(id, _)| *id));
        }
        let held = if found.is_empty() { 0 } else { store.erase_held(found).await? };
        // The last step, because it also clears the journal.
        match store.erase(sought.into_lead_key(), None).await {
            Ok(erased) => Ok(erased + held),
            Err(Error::StillInJournal { erased }) => {
                Err(Error::StillInJournal { erased: erased + held })
            }
            Err(error) => Err(error),
        }
    }
}

/// Number of held leads in one read.
const HELD_AT_ONCE: u32 = 20;

/// Result of [`Outbox::after_restore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// Open entries that were discarded.
    pub discarded: u64,
    /// Open entries whose fields are sent again, without their actions.
    pub marked: u64,
}
