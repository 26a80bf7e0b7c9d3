//! New entries: leads to send, held leads, and corrected ones.

use telecrm_runtime::PreparedLead;

use super::store::{PostgresStore, number};
use crate::entry::EntryId;
use crate::error::Error;
use crate::held::{HeldLead, HeldLimits};
use crate::lane::Lane;
use crate::options::{EnqueueOptions, Enqueued, body_digest};
use crate::store::decision::{Decision, lead_to_resend};

impl PostgresStore {
    pub(super) async fn enqueue_lead(
        self,
        lead: PreparedLead,
        options: EnqueueOptions,
    ) -> Result<Enqueued, Error> {
        let (enterprise, lead_key, body) = lead.to_parameters();
        if options == EnqueueOptions::default() {
            let row = self.row(super::ENQUEUE, &[&enterprise, &lead_key, &body]).await?;
            self.stored.notify_one();
            return Ok(Enqueued { id: EntryId(row.try_get(0)?), is_new: true });
        }
        let digest = options.key.is_some().then(|| body_digest(body.as_bytes()));
        let priority = Lane::of(options.priority).number();
        loop {
            let sql = "SELECT stored, is_new, found_digest
                 FROM telecrm.enqueue($1, $2, $3, $4, $5, $6)";
            let row = self
                .row(sql, &[&enterprise, &lead_key, &body, &priority, &options.key, &digest])
                .await?;
            // The entry with the key was removed in between: again.
            let Some(id) = row.try_get::<_, Option<i64>>(0)?.map(EntryId) else { continue };
            let is_new: bool = row.try_get(1)?;
            if !is_new && row.try_get::<_, Option<Vec<u8>>>(2)? != digest {
                return Err(Error::KeyConflict { id });
            }
            self.stored.notify_one();
            return Ok(Enqueued { id, is_new });
        }
    }

    pub(super) async fn hold_lead(
        self,
        held: HeldLead,
        limits: HeldLimits,
    ) -> Result<EntryId, Error> {
        let HeldLead { source, body, reasons, key } = held;
        let digest = key.is_some().then(|| body_digest(&body));
        let reason = Some(reasons).filter(|reasons| !reasons.is_empty());
        let limit = |limit: u64| i64::try_from(limit).unwrap_or(i64::MAX);
        let (entries, bytes) = (limit(limits.entries), limit(limits.bytes));
        let sql = "SELECT outcome, stored, found_digest
             FROM telecrm.hold($1, $2, $3, $4, $5, $6, $7)";
        let row =
            self.row(sql, &[&source, &body, &reason, &key, &digest, &entries, &bytes]).await?;
        match row.try_get::<_, &str>(0)? {
            "too_many" => Err(Error::TooManyHeld),
            outcome => {
                let id = EntryId(row.try_get(1)?);
                if outcome == "found" && row.try_get::<_, Option<Vec<u8>>>(2)? != digest {
                    return Err(Error::KeyConflict { id });
                }
                Ok(id)
            }
        }
    }

    pub(super) async fn release_entry(
        &self,
        id: EntryId,
        lead: PreparedLead,
    ) -> Result<EntryId, Error> {
        let (enterprise, lead_key, body) = lead.to_parameters();
        let digest = body_digest(body.as_bytes());
        let sql = "SELECT telecrm.release($1, $2, $3, $4, $5)";
        let row = self.row(sql, &[&id.0, &enterprise, &lead_key, &body, &digest]).await?;
        match row.try_get::<_, Option<i64>>(0)? {
            Some(new) => {
                self.stored.notify_one();
                Ok(EntryId(new))
            }
            None => Err(self.refusal(id, Decision::Release).await?),
        }
    }

    pub(super) async fn resend_entry(
        &self,
        id: EntryId,
        with_actions: bool,
    ) -> Result<EntryId, Error> {
        let entry = self.read_entry(id).await?.ok_or(Error::NotFound { id })?;
        let lead = lead_to_resend(&entry, with_actions)?;
        let (enterprise, lead_key, body) = lead.to_parameters();
        let sql = "SELECT telecrm.resend($1, $2, $3, $4, $5)";
        let state = number(entry.state);
        let row = self.row(sql, &[&id.0, &state, &enterprise, &lead_key, &body]).await?;
        match row.try_get::<_, Option<i64>>(0)? {
            Some(new) => Ok(EntryId(new)),
            None => Err(self.refusal(id, Decision::Resend).await?),
        }
    }
}
