
-- Enterprises that the worker has a client for.
CREATE TABLE telecrm_outbox_clients (enterprise TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Enterprises whose delivery an operator paused.
CREATE TABLE telecrm_outbox_pauses (enterprise TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE INDEX telecrm_outbox_heads ON telecrm_outbox_entries (enterprise, priority, due_at, id)
    WHERE state = 0 AND head = 1;
-- Without the enterprise: few enterprises share an order key, and a transaction of new leads writes
-- more pages the longer the rows of this index are.
CREATE INDEX telecrm_outbox_open_order ON telecrm_outbox_entries (order_key, id)
    WHERE state < 2;
CREATE INDEX telecrm_outbox_closed_order ON telecrm_outbox_entries (order_key, id)
    WHERE state >= 2;
CREATE INDEX telecrm_outbox_bulk ON telecrm_outbox_entries (priority, order_key, enterprise, id)
    WHERE state < 2 AND priority = 1;
-- `IN` would build a temporary table for each new entry.
CREATE INDEX telecrm_outbox_unread ON telecrm_outbox_entries (settled_at, id)
    WHERE (state = 3 OR state = 6 OR state = 7) AND read_count < 3;
-- Held entries, and released ones whose bytes are kept.
CREATE INDEX telecrm_outbox_raw ON telecrm_outbox_entries (state, enqueued_at, length(raw))
    WHERE raw IS NOT NULL;
-- A held lead has a source: its key is independent of the keys of the leads that are sent.
CREATE UNIQUE INDEX telecrm_outbox_keys
    ON telecrm_outbox_entries (enterprise, idempotency_key, source IS NULL)
    WHERE idempotency_key IS NOT NULL;

-- The next entry becomes the head in the transaction that closes or removes the one before it,
-- whichever version of the program does that.
CREATE TRIGGER telecrm_outbox_promote AFTER UPDATE OF state ON telecrm_outbox_entries
WHEN OLD.state < 2 AND NEW.state >= 2
BEGIN
    UPDATE telecrm_outbox_entries SET head = 1
    WHERE head = 0 AND id = (
        SELECT min(id) FROM telecrm_outbox_entries
        WHERE enterprise = NEW.enterprise AND order_key = NEW.order_key AND state < 2);
END;
CREATE TRIGGER telecrm_outbox_promote_removed AFTER DELETE ON telecrm_outbox_entries
WHEN OLD.state < 2
BEGIN
    UPDATE telecrm_outbox_entries SET head = 1
    WHERE head = 0 AND id = (
        SELECT min(id) FROM telecrm_outbox_entries
        WHERE enterprise = OLD.enterprise AND order_key = OLD.order_key AND state < 2);
END;

-- The entries before an urgent one of their lead are as urgent as it is (priority 0). The numbers are
-- those of `Lane`. A trigger on new entries would take a fifth of the time of an insert: the outbox
-- raises the earlier entries itself.
CREATE TRIGGER telecrm_outbox_raise_reopened AFTER UPDATE OF state ON telecrm_outbox_entries
WHEN OLD.state >= 2 AND NEW.state < 2
BEGIN
    UPDATE telecrm_outbox_entries SET priority = 0
    WHERE state < 2 AND priority = 1 AND order_key = NEW.order_key AND enterprise = NEW.enterprise
        AND id < (
            SELECT max(id) FROM telecrm_outbox_entries
            WHERE state < 2 AND priority = 0
                AND order_key = NEW.order_key AND enterprise = NEW.enterprise);
END;

-- Workers that reported their status; one that did not report for a while is dead.
CREATE TABLE telecrm_outbox_workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    status INTEGER NOT NULL,
    cause INTEGER,
    since INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
