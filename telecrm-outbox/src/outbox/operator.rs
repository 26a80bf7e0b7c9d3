//! Decisions of an operator about stored entries.

use telecrm_runtime::EnterpriseId;

use super::Outbox;
use crate::entry::EntryId;
use crate::error::Error;

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

    /// Pauses delivery in every process that uses the database. Requests in flight end; nothing new
    /// begins until [`resume`](Self::resume), after a restart either.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written.
    pub async fn pause(&self) -> Result<(), Error> {
        self.store().set_operator_pause(true).await
    }

    /// Ends the pause of [`pause`](Self::pause).
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written.
    pub async fn resume(&self) -> Result<(), Error> {
        self.store().set_operator_pause(false).await
    }

    /// Removes every entry of a lead in any state, and returns their number. A phone is
    /// found with and without its country code. The lead in telecrm stays.
    ///
    /// On SQLite no trace of the data is left in the files of the database when this returns `Ok`.
    ///
    /// # Errors
    ///
    /// [`Error::StillInJournal`] if the entries were erased, and another connection to the SQLite file
    /// keeps their data in the journal: call this again when that connection has ended. Any other error:
    /// the database cannot be written.
    pub async fn erase(&self, identifier: &str) -> Result<u64, Error> {
        self.store().erase(lead_keys(identifier)).await
    }
}

/// The keys that an identifier can have, depending on the type of its field.
fn lead_keys(identifier: &str) -> Vec<String> {
    let mut keys = vec![
        identifier.to_lowercase(),
        identifier.trim().to_lowercase(),
        identifier.trim().trim_start_matches('+').to_owned(),
    ];
    keys.dedup();
    keys
}
