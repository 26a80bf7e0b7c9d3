
-- Stores bytes that are not a valid lead yet, or finds the entry that has their key. The outcome is
-- 'stored', 'found' or 'too_many'.
CREATE OR REPLACE FUNCTION telecrm.hold(
    new_source text, new_raw bytea, new_reason text, new_key text, new_digest bytea,
    max_entries bigint, max_bytes bigint,
    OUT outcome text, OUT stored bigint, OUT found_digest bytea)
LANGUAGE plpgsql AS $$
DECLARE
    held_entries bigint;
    held_bytes bigint;
BEGIN
    -- One at a time: the limits and the keys are exact.
    PERFORM pg_advisory_xact_lock(7430518, 0);
    SELECT entry.id, entry.body_digest INTO stored, found_digest
    FROM telecrm.entries AS entry
    WHERE entry.enterprise = '' AND entry.idempotency_key = new_key AND NOT entry.source IS NULL;
    IF FOUND THEN
        outcome := 'found';
        RETURN;
    END IF;
    SELECT count(*), coalesce(sum(octet_length(entry.raw)), 0)
    INTO held_entries, held_bytes
    FROM telecrm.entries AS entry WHERE entry.raw IS NOT NULL AND entry.state = 10;
    IF held_entries >= max_entries OR held_bytes + octet_length(new_raw) > max_bytes THEN
        outcome := 'too_many';
        RETURN;
    END IF;
    outcome := 'stored';
    INSERT INTO telecrm.entries (enterprise, lead_key, state, actions, head, enqueued_at, due_at,
        reason, source, raw, idempotency_key, body_digest)
    VALUES ('', '', 10, 0, false, telecrm.now_ms(), telecrm.now_ms(), new_reason, new_source,
        new_raw, new_key, new_digest)
    RETURNING id INTO stored;
END
$$;

-- Enqueues the corrected lead of a held entry, with its key, and closes the held entry. NULL if the
-- entry is not held.
CREATE OR REPLACE FUNCTION telecrm.release(
    held bigint, of_enterprise text, new_lead_key text, new_body text, new_digest bytea)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
    inherited text;
    new_id bigint;
BEGIN
    SELECT other.* INTO entry FROM telecrm.entries AS other
    WHERE other.id = held AND other.state = 10 FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- Another part of the same delivery was possibly enqueued with the key.
    IF NOT EXISTS (
        SELECT 1 FROM telecrm.entries AS other
        WHERE other.enterprise = coalesce(of_enterprise, '') AND other.source IS NULL
            AND other.idempotency_key = entry.idempotency_key)
    THEN
        inherited := entry.idempotency_key;
    END IF;
    SELECT enqueued.stored INTO new_id FROM telecrm.enqueue(
        of_enterprise, new_lead_key, new_body, 0::smallint, inherited,
        CASE WHEN inherited IS NOT NULL THEN new_digest END) AS enqueued;
    -- Its bytes stay until the new entry is settled.
    UPDATE telecrm.entries AS other
    SET state = 9, settled_at = telecrm.now_ms(), reason = 'released as entry ' || new_id,
        replaced_by = new_id
    WHERE other.id = held;
    RETURN new_id;
END
$$;

-- Assigns open entries without enterprise to one, of at most 500 after an id. Entries whose lead is
-- under way stay as they are: an older entry must not overtake the request.
CREATE OR REPLACE FUNCTION telecrm.assign(
    new_enterprise text, after bigint, OUT assigned bigint, OUT last_id bigint)
LANGUAGE plpgsql AS $$
DECLARE
    entry record;
BEGIN
    assigned := 0;
    FOR entry IN
        SELECT other.id, other.lead_key FROM telecrm.entries AS other
        WHERE other.state < 2 AND other.state = 0 AND other.enterprise = '' AND other.id > after
        ORDER BY other.id LIMIT 500
    LOOP
        last_id := entry.id;
        PERFORM telecrm.lock_order(entry.lead_key);
        UPDATE telecrm.entries AS other
        SET enterprise = new_enterprise, idempotency_key = CASE WHEN NOT EXISTS (
                SELECT 1 FROM telecrm.entries AS used
                WHERE used.enterprise = new_enterprise AND used.source IS NULL
                    AND used.idempotency_key = other.idempotency_key)
            THEN other.idempotency_key END
        WHERE other.id = entry.id AND other.state = 0 AND other.enterprise = ''
            AND NOT EXISTS (
                SELECT 1 FROM telecrm.entries AS sending
                WHERE sending.state < 2 AND sending.state = 1
                    AND sending.order_key = other.order_key
                    AND sending.enterprise IN ('', new_enterprise));
        IF NOT FOUND THEN
            CONTINUE;
        END IF;
        assigned := assigned + 1;
        UPDATE telecrm.entries AS other
        SET head = other.id = telecrm.oldest_open(entry.lead_key, new_enterprise)
        WHERE other.state < 2 AND other.enterprise = new_enterprise
            AND other.order_key = telecrm.order_key(entry.lead_key)
            AND other.head <> (other.id = telecrm.oldest_open(entry.lead_key, new_enterprise));
        PERFORM telecrm.raise(entry.lead_key, new_enterprise);
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION telecrm.confirm(wanted bigint, new_reason text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE telecrm.entries AS other
    SET state = 5, settled_at = telecrm.now_ms(), reason = new_reason
    WHERE other.id = wanted AND other.state IN (3, 6, 7);
    RETURN FOUND;
END
$$;
