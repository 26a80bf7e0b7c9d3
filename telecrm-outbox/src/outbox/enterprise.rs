//! The part of an outbox that belongs to one enterprise.

use std::fmt;

use telecrm_runtime::EnterpriseId;

use super::Outbox;
use crate::enterprise::EnterpriseStats;
use crate::entry::{Entry, State, Stats};
use crate::error::Error;
use crate::held_text::Identifier;

/// The entries of one enterprise, from [`Outbox::enterprise`].
///
/// ```
/// # async fn demo(outbox: telecrm_outbox::Outbox) -> Result<(), Box<dyn std::error::Error>> {
/// use telecrm_runtime::EnterpriseId;
///
/// let gupta = outbox.enterprise(&EnterpriseId::parse("62ab16e0f1c2d3e4f5a6b7c8")?);
/// println!("{} leads wait", gupta.stats().await?.queued);
/// // Nothing is sent to this enterprise until `resume`; the others are not affected.
/// gupta.pause().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EnterpriseOutbox {
    outbox: Outbox,
    enterprise: String,
}

impl Outbox {
    /// The part of the outbox that belongs to one enterprise.
    #[must_use]
    pub fn enterprise(&self, enterprise: &EnterpriseId) -> EnterpriseOutbox {
        EnterpriseOutbox { outbox: self.clone(), enterprise: enterprise.as_str().to_owned() }
    }
}

impl EnterpriseOutbox {
    /// Like [`Outbox::stats`], for this enterprise. It reads every entry of the database.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn stats(&self) -> Result<Stats, Error> {
        let enterprises = self.outbox.enterprises().await?;
        let is_own =
            |found: &EnterpriseStats| found.enterprise_id.as_ref() == Some(&self.enterprise);
        let own = enterprises.into_iter().find(is_own);
        Ok(own.map(|own| own.stats).unwrap_or_default())
    }

    /// Like [`Outbox::entries`], for this enterprise.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn entries(&self, state: State, limit: u32) -> Result<Vec<Entry>, Error> {
        self.outbox.store().entries(state, Some(self.enterprise.clone()), limit).await
    }

    /// Like [`Outbox::erase`], for this enterprise: entries of the lead in other enterprises, and
    /// without enterprise, stay. So do held leads, which have no enterprise.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written.
    pub async fn erase(&self, identifier: &str) -> Result<u64, Error> {
        let lead_key = Identifier::of(identifier).into_lead_key();
        self.outbox.store().erase(lead_key, Some(self.enterprise.clone())).await
    }

    /// Like [`Outbox::pause`], for this enterprise. It is independent of a pause of the whole database.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written.
    pub async fn pause(&self) -> Result<(), Error> {
        self.outbox.store().set_operator_pause(Some(self.enterprise.clone()), true).await
    }

    /// Ends the pause of [`pause`](Self::pause).
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written.
    pub async fn resume(&self) -> Result<(), Error> {
        self.outbox.store().set_operator_pause(Some(self.enterprise.clone()), false).await
    }
}

impl fmt::Debug for EnterpriseOutbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnterpriseOutbox")
            .field("outbox", &self.outbox)
            .field("enterprise", &self.enterprise)
            .finish()
    }
}
