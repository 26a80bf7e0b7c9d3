
-- Ids are assigned before commits: without the lock a later update could overtake an earlier one.
-- With a key: the entry that has it already, or a new one; `found_digest` is that of its body.
CREATE OR REPLACE FUNCTION telecrm.enqueue(
    of_enterprise text, new_lead_key text, new_body text, new_priority smallint, new_key text,
    new_digest bytea,
    OUT stored bigint, OUT is_new boolean, OUT found_digest bytea)
LANGUAGE plpgsql AS $$
DECLARE
    holds_actions boolean;
    is_head boolean := true;
    may_overtake boolean := new_priority = 0;
    -- PostgreSQL reads no JSON with this escape; here only the number of actions counts.
    readable json := replace(new_body, '\u0000', '\u0020')::json;
BEGIN
    is_new := true;
    PERFORM pg_advisory_xact_lock(7430516, hashtext(telecrm.order_key(new_lead_key)));
    holds_actions := coalesce(
        CASE json_typeof(readable -> 'actions')
            WHEN 'array' THEN json_array_length(readable -> 'actions') > 0
        END, false);
    -- In a stricter isolation the snapshot is older than the lock: an entry that was closed in
    -- between looks open.
    IF current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') THEN
        is_head := telecrm.oldest_open(new_lead_key, coalesce(of_enterprise, '')) IS NULL;
        may_overtake := may_overtake AND NOT is_head AND EXISTS (
            SELECT 1 FROM telecrm.entries AS bulk
            WHERE bulk.state = 0 AND bulk.priority = 1
                AND bulk.enterprise = coalesce(of_enterprise, '')
                AND bulk.order_key = telecrm.order_key(new_lead_key));
    END IF;
    -- Two calls with one key: the second waits here for the first.
    INSERT INTO telecrm.entries (enterprise, lead_key, body, actions, head, enqueued_at, due_at,
        priority, idempotency_key, body_digest)
    VALUES (coalesce(of_enterprise, ''), new_lead_key, new_body,
        CASE WHEN holds_actions THEN 1 ELSE 0 END, is_head, telecrm.now_ms(), telecrm.now_ms(),
        new_priority, new_key, new_digest)
    ON CONFLICT DO NOTHING
    RETURNING id INTO stored;
    IF stored IS NULL THEN
        is_new := false;
        SELECT entry.id, entry.body_digest INTO stored, found_digest
        FROM telecrm.entries AS entry
        WHERE entry.enterprise = coalesce(of_enterprise, '') AND entry.idempotency_key = new_key
            AND entry.source IS NULL;
        RETURN;
    END IF;
    -- Delivery changes the priority of the earlier entries: this transaction may last, and delivery must
    -- not wait for their rows.
    IF may_overtake THEN
        INSERT INTO telecrm.raises VALUES (telecrm.order_key(new_lead_key), coalesce(of_enterprise, ''));
    END IF;
END
$$;

-- In the language of version 1: a call that starts during the upgrade runs the new text in the old
-- language.
CREATE OR REPLACE FUNCTION telecrm.enqueue(enterprise text, lead_key text, body text)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT stored FROM telecrm.enqueue($1, $2, $3, 0::smallint, NULL, NULL));
END
$$;
