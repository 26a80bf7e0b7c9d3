//! Entries that are read back through the Sync API.

use std::time::Duration;

use super::parameter::Parameters;
use super::store::{PostgresStore, number, state};
use crate::clock::{as_millis, between};
use crate::entry::EntryId;
use crate::error::Error;
use crate::reading::{NewerFields, Reading, has_actions};
use crate::store::{Position, READ_AGAIN, Recorded, Unverified};

impl PostgresStore {
    pub(super) async fn claim_readings(
        &self,
        enterprise: &str,
        reader: i64,
        lease: Duration,
    ) -> Result<bool, Error> {
        // A lease of another length is that of a clock that was wrong.
        let sql = "INSERT INTO telecrm.readers AS claimed (enterprise, reader, lease_until)
             VALUES ($1, $2, telecrm.now_ms() + $3)
             ON CONFLICT (enterprise) DO UPDATE
             SET reader = excluded.reader, lease_until = excluded.lease_until
             WHERE claimed.reader = excluded.reader
                 OR claimed.lease_until NOT BETWEEN telecrm.now_ms() + 1 AND excluded.lease_until";
        Ok(self.run(sql, &[&enterprise, &reader, &as_millis(lease)]).await? > 0)
    }

    /// An accepted entry is always due. For the other states, the earlier readings count: those that
    /// led to the state, and those that did not change it.
    pub(super) async fn read_unverified(
        &self,
        enterprise: &str,
        after: Position,
        limit: u32,
    ) -> Result<Vec<Unverified>, Error> {
        let sql =
            "SELECT entry.id, entry.settled_at, entry.state, entry.enterprise, entry.lead_key,
                 entry.body, coalesce(entry.sent_at, 0), telecrm.newer_sent(entry) IS NOT NULL
             FROM (
                 (SELECT id, settled_at FROM telecrm.entries
                  WHERE state >= 2 AND state = 2 AND (settled_at, id) > ($1, $2)
                      AND body IS NOT NULL AND enterprise = ANY (telecrm.own_enterprises($4))
                  ORDER BY settled_at, id LIMIT $3)
                 UNION ALL
                 (SELECT id, settled_at FROM telecrm.entries
                  WHERE state IN (3, 6, 7) AND read_count < 3 AND (settled_at, id) > ($1, $2)
                      AND body IS NOT NULL AND enterprise = ANY (telecrm.own_enterprises($4))
                      AND settled_at <= telecrm.now_ms() - CASE
                          read_count + (CASE state WHEN 3 THEN 0 ELSE 1 END)
                          WHEN 0 THEN 0 WHEN 1 THEN $5::bigint WHEN 2 THEN $6::bigint END
                  ORDER BY settled_at, id LIMIT $3)) AS due
                 JOIN telecrm.entries AS entry ON entry.id = due.id
             ORDER BY entry.settled_at, entry.id LIMIT $3";
        let [first, second] = READ_AGAIN.map(as_millis);
        let limit = i64::from(limit);
        let rows =
            self.rows(sql, &[&after.0, &after.1.0, &limit, &enterprise, &first, &second]).await?;
        rows.iter()
            .map(|row| {
                let id = EntryId(row.try_get(0)?);
                Ok(Unverified {
                    id,
                    position: (row.try_get(1)?, id),
                    state: state(row.try_get(2)?)?,
                    enterprise: row.try_get(3)?,
                    lead_key: row.try_get(4)?,
                    body: row.try_get(5)?,
                    sent_at: row.try_get(6)?,
                    has_newer: row.try_get(7)?,
                })
            })
            .collect()
    }

    /// The first open entries of an order key were sent.
    pub(super) async fn read_bodies_beside(&self, id: EntryId) -> Result<Vec<String>, Error> {
        let entry = self.read_entry(id).await?.ok_or(Error::NotFound { id })?;
        let sql = "SELECT other.body FROM (
                 (SELECT * FROM telecrm.entries WHERE state < 2 AND enterprise = $2
                      AND order_key = telecrm.order_key($3) ORDER BY id LIMIT 1000)
                 UNION ALL
                 (SELECT * FROM telecrm.entries WHERE state >= 2 AND enterprise = $2
                      AND order_key = telecrm.order_key($3))) AS other
             WHERE other.id <> $1 AND other.actions <> 0 AND (other.received OR other.state = 1)
                 AND other.body IS NOT NULL AND telecrm.same_lead(other.lead_key, $3)
                 AND other.sent_at >= (SELECT sent_at FROM telecrm.entries WHERE id = $1) - 300000
             ORDER BY other.id DESC LIMIT 1000";
        let rows = self.rows(sql, &[&id.0, &entry.enterprise, &entry.lead_key]).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    pub(super) async fn apply_reading(
        &self,
        id: EntryId,
        reading: Reading,
    ) -> Result<Option<Recorded>, Error> {
        let entry = self.read_entry(id).await?.ok_or(Error::NotFound { id })?;
        let old = entry.state;
        if !old.is_read_back() {
            return Ok(None);
        }
        let sql = "SELECT newer.body FROM (
                 (SELECT * FROM telecrm.entries WHERE state < 2 AND enterprise = $2
                      AND order_key = telecrm.order_key($3) AND id > $1 ORDER BY id LIMIT 100)
                 UNION ALL
                 (SELECT * FROM telecrm.entries WHERE state >= 2 AND enterprise = $2
                      AND order_key = telecrm.order_key($3) AND id > $1)) AS newer
             WHERE newer.body IS NOT NULL AND telecrm.same_lead(newer.lead_key, $3)
                 AND CASE WHEN newer.state < 2 THEN newer.state = 1 OR newer.actions = 3
                     ELSE newer.received END
             ORDER BY newer.id DESC LIMIT 1000";
        let rows = self.rows(sql, &[&id.0, &entry.enterprise, &entry.lead_key]).await?;
        let bodies = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<&str>, _>>()?;
        let newer = NewerFields::of(bodies);
        let has_actions = entry.body().is_some_and(has_actions);
        let (new, reason) = reading.apply(old, entry.reason(), has_actions, &newer);
        // If the state changed in between, another decision counts.
        let sql = "UPDATE telecrm.entries
             SET state = $3, reason = $4,
                 settled_at = CASE WHEN $5 THEN settled_at ELSE telecrm.now_ms() END,
                 read_count = CASE WHEN $5 THEN read_count + 1 ELSE 0 END
             WHERE id = $1 AND state = $2 AND attempts = $6
             RETURNING telecrm.now_ms() - enqueued_at";
        let (from, to) = (number(old), number(new));
        let is_repeated = Reading::is_repeated(old, new);
        let attempts = i64::from(entry.attempts);
        let parameters: Parameters<'_> = &[&id.0, &from, &to, &reason, &is_repeated, &attempts];
        let rows = self.rows(sql, parameters).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Recorded {
            state: new,
            is_changed: new != old,
            attempts: entry.attempts,
            waited: between(0, row.try_get(0)?),
        }))
    }
}
