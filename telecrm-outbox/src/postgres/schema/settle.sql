
-- A worker that stood still beyond its lease sent an entry late, possibly after newer entries of its
-- lead: their fields are sent again, in their order, without the actions that telecrm has.
CREATE OR REPLACE FUNCTION telecrm.send_newer_again(late telecrm.entries) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE telecrm.entries AS newer
    SET state = 0, due_at = telecrm.now_ms(), settled_at = NULL,
        reason = 'an older entry of the lead was sent late: the fields are sent again',
        actions = CASE WHEN newer.state = 3 THEN newer.actions ELSE 0 END
    WHERE newer.state IN (2, 3, 5, 6, 7, 8) AND newer.enterprise = late.enterprise
        AND newer.order_key = late.order_key
        AND telecrm.same_lead(newer.lead_key, late.lead_key)
        AND newer.id > late.id AND newer.body IS NOT NULL;
    UPDATE telecrm.entries AS newer
    SET again = newer.state = 1,
        -- telecrm has their fields and not their actions.
        actions = CASE WHEN newer.state = 0 AND newer.actions = 3 THEN 1 ELSE newer.actions END
    WHERE newer.state < 2 AND (newer.state = 1 OR newer.actions = 3)
        AND newer.enterprise = late.enterprise AND newer.order_key = late.order_key
        AND telecrm.same_lead(newer.lead_key, late.lead_key) AND newer.id > late.id;
    PERFORM telecrm.promote(late.lead_key, late.enterprise);
END
$$;

-- Records the outcome of a request; false if the claim is not held any more.
-- `is_failure`: it concerns this entry and no other; after the fifth the entry changes to its last lane.
CREATE OR REPLACE FUNCTION telecrm.settle(wanted bigint, fence bigint, new_state smallint,
    new_actions smallint, may_be_received boolean, new_reason text, delay_ms bigint,
    is_failure boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
    closes boolean;
BEGIN
    PERFORM telecrm.lock_order(other.lead_key)
    FROM telecrm.entries AS other WHERE other.id = wanted;
    SELECT other.* INTO entry FROM telecrm.entries AS other WHERE other.id = wanted FOR UPDATE;
    IF entry.state = 1 AND entry.attempts = fence THEN
        -- An older entry was sent late in between: the fields are sent again.
        IF entry.again AND new_state IN (2, 3) THEN
            new_actions := CASE WHEN new_state = 2 THEN 0 WHEN new_actions = 3 THEN 1
                ELSE new_actions END;
            new_state := 0;
        ELSIF entry.again AND new_state = 0 AND new_actions = 3 THEN
            new_actions := 1;
        END IF;
        closes := new_state >= 2;
        UPDATE telecrm.entries AS other
        SET state = new_state, actions = new_actions, reason = new_reason,
            received = other.received OR may_be_received, due_at = telecrm.now_ms() + delay_ms,
            lease_until = NULL, settled_at = CASE WHEN closes THEN telecrm.now_ms() END,
            head = NOT closes, again = false, read_count = 0,
            failures = other.failures + is_failure::int,
            priority = CASE WHEN other.failures + is_failure::int >= 5 THEN 2
                ELSE other.priority END
        WHERE other.id = wanted;
        IF closes THEN
            PERFORM telecrm.promote(entry.lead_key, entry.enterprise);
        END IF;
        RETURN true;
    END IF;
    -- The response to an earlier call was lost: that call recorded the outcome.
    IF entry.state <> 1 AND entry.attempts = fence AND entry.lease_until IS NULL THEN
        RETURN false;
    END IF;
    -- If it was erased, so were the newer entries. A request without fields overwrites nothing.
    IF may_be_received AND entry.id IS NOT NULL AND entry.actions_only_attempt <> fence THEN
        PERFORM telecrm.send_newer_again(entry);
    END IF;
    RETURN false;
END
$$;

-- The call of version 1, in its language.
CREATE OR REPLACE FUNCTION telecrm.settle(wanted bigint, fence bigint, new_state smallint,
    new_actions smallint, may_be_received boolean, new_reason text, delay_ms bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN telecrm.settle($1, $2, $3, $4, $5, $6, $7, false);
END
$$;
