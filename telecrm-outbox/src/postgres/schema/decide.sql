
CREATE OR REPLACE FUNCTION telecrm.discard(wanted bigint, new_state smallint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
BEGIN
    PERFORM telecrm.lock_order(other.lead_key)
    FROM telecrm.entries AS other WHERE other.id = wanted;
    UPDATE telecrm.entries AS other
    SET state = new_state, body = NULL, raw = NULL, settled_at = telecrm.now_ms(), head = false
    WHERE other.id = wanted AND other.state IN (0, 3, 4, 6, 7, 10)
    RETURNING other.* INTO entry;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM telecrm.promote(entry.lead_key, entry.enterprise);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION telecrm.retry(wanted bigint, with_actions boolean)
RETURNS TABLE (outcome text, state smallint, newer bigint) LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
    blocking bigint;
BEGIN
    PERFORM telecrm.lock_order(other.lead_key)
    FROM telecrm.entries AS other WHERE other.id = wanted;
    SELECT other.* INTO entry FROM telecrm.entries AS other WHERE other.id = wanted FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'not_found', 0::smallint, 0::bigint;
        RETURN;
    END IF;
    IF entry.state NOT IN (0, 3, 4, 6, 7) THEN
        RETURN QUERY SELECT 'wrong_state', entry.state, 0::bigint;
        RETURN;
    END IF;
    IF entry.body IS NULL THEN
        RETURN QUERY SELECT 'erased', entry.state, 0::bigint;
        RETURN;
    END IF;
    blocking := telecrm.newer_sent(entry);
    IF blocking IS NOT NULL THEN
        RETURN QUERY SELECT 'superseded', entry.state, blocking;
        RETURN;
    END IF;
    UPDATE telecrm.entries AS other
    SET state = 0, due_at = telecrm.now_ms(), settled_at = NULL, reason = NULL, failures = 0,
        priority = CASE other.priority WHEN 2 THEN 0 ELSE other.priority END,
        actions = CASE
            WHEN other.actions = 0 THEN 0
            WHEN with_actions THEN 1
            WHEN other.state IN (0, 4) THEN other.actions
            ELSE 2 END
    WHERE other.id = wanted;
    UPDATE telecrm.entries AS other SET head = false
    WHERE other.head
        AND other.id = (SELECT telecrm.oldest_open(entry.lead_key, entry.enterprise, wanted));
    PERFORM telecrm.promote(entry.lead_key, entry.enterprise);
    RETURN QUERY SELECT 'done', entry.state, 0::bigint;
END
$$;

-- Enqueues a lead again and closes its entry; NULL if its state or its body changed in between.
CREATE OR REPLACE FUNCTION telecrm.resend(
    wanted bigint, of_state smallint, of_enterprise text, new_lead_key text, new_body text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    new_id bigint;
BEGIN
    PERFORM 1 FROM telecrm.entries AS other
    WHERE other.id = wanted AND other.state = of_state AND other.body IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    new_id := telecrm.enqueue(of_enterprise, new_lead_key, new_body);
    UPDATE telecrm.entries AS other
    SET state = 9, settled_at = telecrm.now_ms(), body = NULL,
        reason = 'sent again as entry ' || new_id
    WHERE other.id = wanted;
    RETURN new_id;
END
$$;

-- After a backup was restored: pauses delivery, discards the open entries that were stored before a
-- time, and records of the others that telecrm may have them. NULL while a worker lives.
CREATE OR REPLACE FUNCTION telecrm.after_restore(
    discard_before bigint, new_reason text, lifetime_ms bigint,
    OUT discarded bigint, OUT marked bigint)
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM telecrm.workers AS worker
        WHERE abs(telecrm.now_ms() - worker.seen_at) < lifetime_ms)
    THEN
        RETURN;
    END IF;
    UPDATE telecrm.meta SET paused = true;
    WITH removed AS (
        UPDATE telecrm.entries AS other
        SET state = 9, body = NULL, head = false, lease_until = NULL,
            settled_at = telecrm.now_ms(), reason = new_reason
        WHERE other.state < 2 AND other.enqueued_at < discard_before
        RETURNING other.order_key, other.enterprise),
    late AS (
        -- The locks of many leads do not fit into one transaction: delivery marks the next entries.
        INSERT INTO telecrm.promotions SELECT DISTINCT removed.order_key, removed.enterprise
        FROM removed
        ON CONFLICT DO NOTHING)
    SELECT count(*) INTO discarded FROM removed;
    UPDATE telecrm.entries AS other
    SET received = true, actions = CASE other.actions WHEN 0 THEN 0 ELSE 2 END
    WHERE other.state < 2;
    GET DIAGNOSTICS marked = ROW_COUNT;
END
$$;
