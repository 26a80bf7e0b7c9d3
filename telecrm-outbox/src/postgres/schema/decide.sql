
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
    SET state = 0, due_at = telecrm.now_ms(), settled_at = NULL, reason = NULL,
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
