
-- One row: the version of the tables, and settings that all processes share: whether an operator
-- paused delivery, and the `attention_retention` of the worker in milliseconds.
CREATE TABLE telecrm_outbox_meta (
    version INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    attention_retention INTEGER
) STRICT;
INSERT INTO telecrm_outbox_meta (version) VALUES (2);

-- `head` marks the oldest open entry of its order key. It is stored rather than computed, so that a
-- claim reads one row of an index however many entries wait behind others.
CREATE TABLE telecrm_outbox_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enterprise TEXT NOT NULL,
    lead_key TEXT NOT NULL,
    body TEXT,
    state INTEGER NOT NULL DEFAULT 0,
    actions INTEGER NOT NULL,
    head INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    enqueued_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    sent_at INTEGER,
    settled_at INTEGER,
    -- Version 2. Programs of version 1 insert rows without these columns.
    -- Entries with one order key wait for each other: two spellings of a phone have one.
    order_key TEXT GENERATED ALWAYS AS (
        CASE WHEN CAST(CAST(lead_key AS INTEGER) AS TEXT) = lead_key
        THEN substr(lead_key, -8) ELSE lead_key END) VIRTUAL,
    priority INTEGER NOT NULL DEFAULT 0,
    -- Number of the attempt whose request contains only the fields, or only the actions. An attempt
    -- of version 1 has a higher number.
    fields_only_attempt INTEGER NOT NULL DEFAULT 0,
    actions_only_attempt INTEGER NOT NULL DEFAULT 0,
    idempotency_key TEXT,
    body_digest BLOB,
    -- Readings that did not change the state.
    read_count INTEGER NOT NULL DEFAULT 0,
    -- Held leads: the endpoint or program that received the bytes, and the bytes.
    source TEXT,
    raw BLOB,
    -- Of a released entry: the entry that corrects it.
    replaced_by INTEGER,
    -- Failures that concerned this entry and no other.
    failures INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX telecrm_outbox_open ON telecrm_outbox_entries (state, id) WHERE state < 2;
CREATE INDEX telecrm_outbox_closed ON telecrm_outbox_entries (state, settled_at, id)
    WHERE state >= 2;
