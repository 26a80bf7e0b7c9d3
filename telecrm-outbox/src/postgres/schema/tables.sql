-- Creates the tables, or upgrades them from an older version. Repeating it changes nothing. Run it in
-- one transaction; programs of version 1 that are running continue to enqueue and to deliver.
CREATE SCHEMA IF NOT EXISTS telecrm;

-- One row: the version of the tables, and settings that all processes share: whether an operator
-- paused delivery, and the `attention_retention` of the workers in milliseconds.
CREATE TABLE IF NOT EXISTS telecrm.meta (version bigint NOT NULL);
ALTER TABLE telecrm.meta
    ADD COLUMN IF NOT EXISTS paused boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS attention_retention bigint;
INSERT INTO telecrm.meta (version) SELECT 2 WHERE NOT EXISTS (SELECT 1 FROM telecrm.meta);
UPDATE telecrm.meta SET version = 2 WHERE version < 2;

-- `head` marks the oldest open entry of an order key: a claim reads one row of an index however many
-- entries wait behind others. An entry that is marked without being the oldest is possible, and a
-- claim removes its mark. The oldest without a mark is possible only while its order key is in
-- `telecrm.promotions`.
CREATE TABLE IF NOT EXISTS telecrm.entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enterprise text NOT NULL,
    lead_key text NOT NULL,
    body text,
    state smallint NOT NULL DEFAULT 0,
    actions smallint NOT NULL,
    head boolean NOT NULL,
    again boolean NOT NULL DEFAULT false,
    received boolean NOT NULL DEFAULT false,
    attempts bigint NOT NULL DEFAULT 0,
    reason text,
    enqueued_at bigint NOT NULL,
    due_at bigint NOT NULL,
    sent_at bigint,
    settled_at bigint,
    lease_until bigint
);
ALTER TABLE telecrm.entries
    -- Entries with one order key wait for each other: two spellings of a phone have one.
    ADD COLUMN IF NOT EXISTS order_key text GENERATED ALWAYS AS (
        CASE WHEN lead_key ~ '[^0-9]' THEN lead_key ELSE right(lead_key, 8) END) STORED,
    ADD COLUMN IF NOT EXISTS priority smallint NOT NULL DEFAULT 0,
    -- Number of the attempt whose request contains only the fields, or only the actions.
    ADD COLUMN IF NOT EXISTS fields_only_attempt bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS actions_only_attempt bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS idempotency_key text,
    ADD COLUMN IF NOT EXISTS body_digest bytea,
    -- Readings that did not change the state.
    ADD COLUMN IF NOT EXISTS read_count smallint NOT NULL DEFAULT 0,
    -- Held leads: the endpoint or program that received the bytes, and the bytes.
    ADD COLUMN IF NOT EXISTS source text,
    ADD COLUMN IF NOT EXISTS raw bytea,
    -- Of a released entry: the entry that corrects it.
    ADD COLUMN IF NOT EXISTS replaced_by bigint,
    -- Failures that concerned this entry and no other.
    ADD COLUMN IF NOT EXISTS failures bigint NOT NULL DEFAULT 0;

DROP INDEX IF EXISTS telecrm.entries_due;
DROP INDEX IF EXISTS telecrm.entries_open_lead;
DROP INDEX IF EXISTS telecrm.entries_closed_lead;
CREATE INDEX IF NOT EXISTS entries_heads ON telecrm.entries (enterprise, priority, due_at, id)
    WHERE state = 0 AND head;
CREATE INDEX IF NOT EXISTS entries_leased ON telecrm.entries (enterprise, lease_until, id)
    WHERE state = 1;
CREATE INDEX IF NOT EXISTS entries_open ON telecrm.entries (state, id) WHERE state < 2;
CREATE INDEX IF NOT EXISTS entries_open_order ON telecrm.entries (enterprise, order_key, id)
    WHERE state < 2;
CREATE INDEX IF NOT EXISTS entries_bulk ON telecrm.entries (enterprise, order_key, id)
    WHERE state = 0 AND priority = 1;
CREATE INDEX IF NOT EXISTS entries_remaining ON telecrm.entries (enterprise, order_key, id)
    WHERE state = 0 AND actions = 3;
CREATE INDEX IF NOT EXISTS entries_closed ON telecrm.entries (state, settled_at, id)
    WHERE state >= 2;
CREATE INDEX IF NOT EXISTS entries_closed_order ON telecrm.entries (enterprise, order_key, id)
    WHERE state >= 2;
CREATE INDEX IF NOT EXISTS entries_unread ON telecrm.entries (settled_at, id)
    WHERE state IN (3, 6, 7) AND read_count < 3;
-- Held entries, and released ones whose bytes are kept.
CREATE INDEX IF NOT EXISTS entries_raw ON telecrm.entries (state, enqueued_at)
    WHERE raw IS NOT NULL;
-- A held lead has a source: its key is independent of the keys of the leads that are sent.
CREATE UNIQUE INDEX IF NOT EXISTS entries_keys
    ON telecrm.entries (enterprise, idempotency_key, (source IS NULL))
    WHERE idempotency_key IS NOT NULL;

-- Enterprises that workers have a client for, and the time of the last report.
CREATE TABLE IF NOT EXISTS telecrm.clients (
    enterprise text PRIMARY KEY,
    reported_at bigint NOT NULL
);

-- Enterprises whose delivery an operator paused.
CREATE TABLE IF NOT EXISTS telecrm.pauses (enterprise text PRIMARY KEY);

-- Order keys whose next entry was not committed yet when the entry before it was closed.
CREATE TABLE IF NOT EXISTS telecrm.promotions (
    lead_key text NOT NULL,
    enterprise text NOT NULL,
    PRIMARY KEY (lead_key, enterprise)
);

-- The worker that reads the entries of an enterprise back, for all workers.
CREATE TABLE IF NOT EXISTS telecrm.readers (
    enterprise text PRIMARY KEY,
    reader bigint NOT NULL,
    lease_until bigint NOT NULL
);

-- Order keys in which an urgent entry is behind bulk entries, each possibly several times. Without a
-- key: an insert into a table with one can wait for the transaction of an application.
CREATE TABLE IF NOT EXISTS telecrm.raises (lead_key text NOT NULL, enterprise text NOT NULL);

-- Workers that reported their status; one that did not report for a while is dead.
CREATE TABLE IF NOT EXISTS telecrm.workers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host text NOT NULL,
    pid bigint NOT NULL,
    status smallint NOT NULL,
    cause smallint,
    since bigint NOT NULL,
    seen_at bigint NOT NULL
);

-- The pace of all machines that use one token (GCRA), in microseconds, and the pause that their
-- workers share.
CREATE TABLE IF NOT EXISTS telecrm.pace (
    token bigint PRIMARY KEY,
    arrival bigint NOT NULL DEFAULT 0,
    paused_until bigint NOT NULL DEFAULT 0,
    last_pause bigint NOT NULL DEFAULT 0
);
ALTER TABLE telecrm.pace
    ADD COLUMN IF NOT EXISTS cause smallint,
    ADD COLUMN IF NOT EXISTS probe_at bigint NOT NULL DEFAULT 0;
