
-- Version 1 to version 2, in one transaction.
ALTER TABLE telecrm_outbox_meta ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE telecrm_outbox_meta ADD COLUMN attention_retention INTEGER;
ALTER TABLE telecrm_outbox_entries ADD COLUMN order_key TEXT GENERATED ALWAYS AS (
    CASE WHEN CAST(CAST(lead_key AS INTEGER) AS TEXT) = lead_key
        THEN substr(lead_key, -8) ELSE lead_key END) VIRTUAL;
ALTER TABLE telecrm_outbox_entries ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE telecrm_outbox_entries ADD COLUMN fields_only_attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE telecrm_outbox_entries ADD COLUMN actions_only_attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE telecrm_outbox_entries ADD COLUMN idempotency_key TEXT;
ALTER TABLE telecrm_outbox_entries ADD COLUMN body_digest BLOB;
ALTER TABLE telecrm_outbox_entries ADD COLUMN read_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE telecrm_outbox_entries ADD COLUMN source TEXT;
ALTER TABLE telecrm_outbox_entries ADD COLUMN raw BLOB;
ALTER TABLE telecrm_outbox_entries ADD COLUMN replaced_by INTEGER;
ALTER TABLE telecrm_outbox_entries ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
DROP INDEX telecrm_outbox_due;
DROP INDEX telecrm_outbox_open_lead;
DROP INDEX telecrm_outbox_closed_lead;
UPDATE telecrm_outbox_meta SET version = 2;
