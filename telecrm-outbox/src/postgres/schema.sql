CREATE SCHEMA IF NOT EXISTS telecrm;

CREATE TABLE telecrm.meta (version bigint NOT NULL);
INSERT INTO telecrm.meta (version) VALUES (1);

-- `head` marks the oldest open entry of a lead: a claim reads one row of an index however many
-- entries wait behind others. An entry that is marked without being the oldest is possible, and a
-- claim takes its mark away. The oldest without a mark is possible only while its lead stands in
-- `telecrm.promotions`.
CREATE TABLE telecrm.entries (
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
CREATE INDEX entries_due ON telecrm.entries (enterprise, due_at, id) WHERE state = 0 AND head;
CREATE INDEX entries_leased ON telecrm.entries (enterprise, lease_until, id) WHERE state = 1;
CREATE INDEX entries_open ON telecrm.entries (state, id) WHERE state < 2;
CREATE INDEX entries_open_lead ON telecrm.entries (lead_key, enterprise, id) WHERE state < 2;
CREATE INDEX entries_closed ON telecrm.entries (state, settled_at, id) WHERE state >= 2;
CREATE INDEX entries_closed_lead ON telecrm.entries (lead_key, enterprise, id) WHERE state >= 2;

-- Leads whose next entry was not committed yet when the one before it was closed.
CREATE TABLE telecrm.promotions (
    lead_key text NOT NULL,
    enterprise text NOT NULL,
    PRIMARY KEY (lead_key, enterprise)
);

-- The pace of all machines that use one token (GCRA), in microseconds.
CREATE TABLE telecrm.pace (
    token bigint PRIMARY KEY,
    arrival bigint NOT NULL DEFAULT 0,
    paused_until bigint NOT NULL DEFAULT 0,
    last_pause bigint NOT NULL DEFAULT 0
);

-- Tests move the clock of their connection by `telecrm.clock_offset`, in microseconds.
CREATE FUNCTION telecrm.now_us() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
        + coalesce(nullif(current_setting('telecrm.clock_offset', true), ''), '0')::bigint
$$;

CREATE FUNCTION telecrm.now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT telecrm.now_us() / 1000
$$;

CREATE FUNCTION telecrm.oldest_open(wanted text, of_enterprise text, behind bigint DEFAULT 0)
RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT id FROM telecrm.entries
    WHERE state < 2 AND lead_key = wanted AND enterprise = of_enterprise AND id > behind
    ORDER BY lead_key, enterprise, id LIMIT 1
$$;

-- Two locks of a lead, each held until the end of a transaction: that of `enqueue` (7430516), by
-- whichever transaction of an application, and that of everything else (7430517), never for long.
-- So delivery only ever tries the first.

-- Ids are handed out before commits: without the lock a later update could overtake an earlier one.
CREATE FUNCTION telecrm.enqueue(enterprise text, lead_key text, body text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    stored bigint;
    holds_actions boolean;
    is_head boolean := true;
    -- PostgreSQL reads no JSON with this escape; here only the number of actions counts.
    readable json := replace($3, '\u0000', '\u0020')::json;
BEGIN
    PERFORM pg_advisory_xact_lock(7430516, hashtext($2));
    holds_actions := coalesce(
        CASE json_typeof(readable -> 'actions')
            WHEN 'array' THEN json_array_length(readable -> 'actions') > 0
        END, false);
    -- In a stricter isolation the snapshot is older than the lock: an entry that was closed in
    -- between looks open.
    IF current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') THEN
        is_head := telecrm.oldest_open($2, coalesce($1, '')) IS NULL;
    END IF;
    INSERT INTO telecrm.entries (enterprise, lead_key, body, actions, head, enqueued_at, due_at)
    VALUES (coalesce($1, ''), $2, $3, CASE WHEN holds_actions THEN 1 ELSE 0 END, is_head,
        telecrm.now_ms(), telecrm.now_ms())
    RETURNING id INTO stored;
    PERFORM pg_notify('telecrm_outbox', '');
    RETURN stored;
END
$$;

-- Marks the oldest open entry of a lead as its head. The caller holds the lead's second lock.
CREATE FUNCTION telecrm.promote(wanted text, of_enterprise text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    -- Before the look: what is enqueued behind it sees that the entry before it is closed.
    nobody_enqueues boolean := pg_try_advisory_xact_lock(7430516, hashtext(wanted));
    oldest bigint := telecrm.oldest_open(wanted, of_enterprise);
BEGIN
    IF oldest IS NOT NULL THEN
        UPDATE telecrm.entries SET head = true WHERE id = oldest AND NOT head;
    ELSIF NOT nobody_enqueues THEN
        INSERT INTO telecrm.promotions VALUES (wanted, of_enterprise) ON CONFLICT DO NOTHING;
    END IF;
END
$$;

-- Promotes in the leads where nobody enqueues any more.
CREATE FUNCTION telecrm.promote_late() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    late telecrm.promotions;
BEGIN
    FOR late IN SELECT * FROM telecrm.promotions ORDER BY lead_key, enterprise LIMIT 100 LOOP
        IF pg_try_advisory_xact_lock(7430517, hashtext(late.lead_key))
            AND pg_try_advisory_xact_lock(7430516, hashtext(late.lead_key))
        THEN
            PERFORM telecrm.promote(late.lead_key, late.enterprise);
            DELETE FROM telecrm.promotions AS done
            WHERE done.lead_key = late.lead_key AND done.enterprise = late.enterprise;
        END IF;
    END LOOP;
END
$$;

-- Marks the head that is due first. An entry whose lease is over was being sent by a process that
-- died or stood still: telecrm may have it.
CREATE FUNCTION telecrm.claim(wanted text, lease_ms bigint) RETURNS SETOF telecrm.entries
LANGUAGE plpgsql AS $$
DECLARE
    candidate record;
    oldest bigint;
    moment bigint := telecrm.now_ms();
    skipped bigint[] := '{}';
BEGIN
    LOOP
        SELECT found.* INTO candidate
        FROM unnest(ARRAY['', wanted]) AS taken (enterprise) CROSS JOIN LATERAL (
            SELECT entry.id, entry.lead_key, entry.enterprise, entry.due_at
            FROM telecrm.entries AS entry
            WHERE entry.state = 1 AND entry.enterprise = taken.enterprise
                AND entry.lease_until < moment AND entry.id <> ALL (skipped)
            ORDER BY entry.lease_until, entry.id LIMIT 1 FOR UPDATE SKIP LOCKED) AS found
        LIMIT 1;
        IF NOT FOUND THEN
            SELECT found.* INTO candidate
            FROM unnest(ARRAY['', wanted]) AS taken (enterprise) CROSS JOIN LATERAL (
                SELECT entry.id, entry.lead_key, entry.enterprise, entry.due_at
                FROM telecrm.entries AS entry
                WHERE entry.state = 0 AND entry.head AND entry.enterprise = taken.enterprise
                    AND entry.due_at <= moment AND entry.id <> ALL (skipped)
                ORDER BY entry.due_at, entry.id LIMIT 1 FOR UPDATE SKIP LOCKED) AS found
            ORDER BY found.due_at, found.id LIMIT 1;
        END IF;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        skipped := skipped || candidate.id;
        IF NOT pg_try_advisory_xact_lock(7430517, hashtext(candidate.lead_key)) THEN
            CONTINUE;
        END IF;
        -- With the lock, and in a snapshot of its own: is it still the oldest?
        oldest := telecrm.oldest_open(candidate.lead_key, candidate.enterprise);
        IF oldest = candidate.id THEN
            RETURN QUERY UPDATE telecrm.entries AS entry
            SET state = 1, attempts = entry.attempts + 1, lease_until = moment + lease_ms,
                received = entry.received OR entry.state = 1,
                actions = CASE WHEN entry.state = 1 AND entry.actions = 1 THEN 2
                    ELSE entry.actions END,
                sent_at = CASE WHEN entry.state = 1 OR entry.actions = 2
                    THEN coalesce(entry.sent_at, moment) ELSE moment END
            WHERE entry.id = candidate.id
            RETURNING entry.*;
            RETURN;
        END IF;
        UPDATE telecrm.entries AS entry SET head = false
        WHERE entry.state = 0 AND entry.head AND entry.lead_key = candidate.lead_key
            AND entry.enterprise = candidate.enterprise AND entry.id > oldest;
    END LOOP;
END
$$;

-- How long until a head or a lease is due, in milliseconds; NULL where nothing waits.
CREATE FUNCTION telecrm.next_due(wanted text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    due bigint;
BEGIN
    PERFORM telecrm.promote_late();
    SELECT min(found.at) INTO due
    FROM unnest(ARRAY['', wanted]) AS taken (enterprise) CROSS JOIN LATERAL (
        (SELECT entry.due_at AS at FROM telecrm.entries AS entry
         WHERE entry.state = 0 AND entry.head AND entry.enterprise = taken.enterprise
         ORDER BY entry.due_at, entry.id LIMIT 1)
        UNION ALL
        (SELECT entry.lease_until + 1 FROM telecrm.entries AS entry
         WHERE entry.state = 1 AND entry.enterprise = taken.enterprise
         ORDER BY entry.lease_until, entry.id LIMIT 1)) AS found;
    RETURN CASE WHEN due IS NOT NULL THEN greatest(0, due - telecrm.now_ms()) END;
END
$$;

-- A worker that stood still beyond its lease sent an entry late, maybe after newer ones of its lead:
-- their fields go again, in their order. Actions that telecrm has do not.
CREATE FUNCTION telecrm.send_newer_again(late telecrm.entries) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE telecrm.entries AS newer
    SET state = 0, due_at = telecrm.now_ms(), settled_at = NULL,
        reason = 'an older entry of the lead was sent late: the fields go again',
        actions = CASE WHEN newer.state = 3 THEN newer.actions ELSE 0 END
    WHERE newer.state IN (2, 3, 5, 6, 7, 8) AND newer.lead_key = late.lead_key
        AND newer.enterprise = late.enterprise AND newer.id > late.id AND newer.body IS NOT NULL;
    UPDATE telecrm.entries AS newer SET again = true
    WHERE newer.state = 1 AND newer.lead_key = late.lead_key
        AND newer.enterprise = late.enterprise AND newer.id > late.id;
    PERFORM telecrm.promote(late.lead_key, late.enterprise);
END
$$;

-- Records the outcome of a request; false where the claim is not held any more.
CREATE FUNCTION telecrm.settle(wanted bigint, fence bigint, new_state smallint,
    new_actions smallint, may_be_received boolean, new_reason text, delay_ms bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
    closes boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(7430517, hashtext(other.lead_key))
    FROM telecrm.entries AS other WHERE other.id = wanted;
    SELECT other.* INTO entry FROM telecrm.entries AS other WHERE other.id = wanted FOR UPDATE;
    IF entry.state = 1 AND entry.attempts = fence THEN
        IF entry.again AND new_state IN (2, 3) THEN
            new_actions := CASE WHEN new_state = 2 THEN 0 ELSE new_actions END;
            new_state := 0;
        END IF;
        closes := new_state >= 2;
        UPDATE telecrm.entries AS other
        SET state = new_state, actions = new_actions, reason = new_reason,
            received = other.received OR may_be_received, due_at = telecrm.now_ms() + delay_ms,
            lease_until = NULL, settled_at = CASE WHEN closes THEN telecrm.now_ms() END,
            head = NOT closes, again = false
        WHERE other.id = wanted;
        IF closes THEN
            PERFORM telecrm.promote(entry.lead_key, entry.enterprise);
        END IF;
        RETURN true;
    END IF;
    -- Where it was erased, so were the newer ones.
    IF may_be_received AND entry.id IS NOT NULL THEN
        PERFORM telecrm.send_newer_again(entry);
    END IF;
    RETURN false;
END
$$;

CREATE FUNCTION telecrm.discard(wanted bigint, new_state smallint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
BEGIN
    PERFORM pg_advisory_xact_lock(7430517, hashtext(other.lead_key))
    FROM telecrm.entries AS other WHERE other.id = wanted;
    UPDATE telecrm.entries AS other
    SET state = new_state, body = NULL, settled_at = telecrm.now_ms(), head = false
    WHERE other.id = wanted AND other.state IN (0, 3, 4, 6, 7)
    RETURNING other.* INTO entry;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM telecrm.promote(entry.lead_key, entry.enterprise);
    RETURN true;
END
$$;

-- Removes every entry of a lead, whatever its state.
CREATE FUNCTION telecrm.erase(wanted text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    erased bigint;
    enterprises text[];
BEGIN
    PERFORM pg_advisory_xact_lock(7430517, hashtext(wanted));
    WITH gone AS (
        DELETE FROM telecrm.entries AS entry WHERE entry.lead_key = wanted
        RETURNING entry.enterprise)
    SELECT count(*), array_agg(DISTINCT gone.enterprise) INTO erased, enterprises FROM gone;
    PERFORM telecrm.promote(wanted, emptied.enterprise)
    FROM unnest(enterprises) AS emptied (enterprise);
    RETURN erased;
END
$$;

-- A newer entry of the lead that telecrm has, or may have.
CREATE FUNCTION telecrm.newer_sent(entry telecrm.entries) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    -- Each half is read off an index of its own.
    SELECT greatest(
        (SELECT max(newer.id) FROM telecrm.entries AS newer
         WHERE newer.lead_key = entry.lead_key AND newer.enterprise = entry.enterprise
             AND newer.id > entry.id AND newer.state < 2 AND newer.state = 1),
        (SELECT max(newer.id) FROM telecrm.entries AS newer
         WHERE newer.lead_key = entry.lead_key AND newer.enterprise = entry.enterprise
             AND newer.id > entry.id AND newer.state >= 2 AND newer.received))
$$;

CREATE FUNCTION telecrm.retry(wanted bigint, with_actions boolean)
RETURNS TABLE (outcome text, state smallint, newer bigint) LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
    blocking bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7430517, hashtext(other.lead_key))
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
    PERFORM pg_notify('telecrm_outbox', '');
    RETURN QUERY SELECT 'done', entry.state, 0::bigint;
END
$$;

-- A turn of the token: no wait, or the microseconds until there may be one.
CREATE FUNCTION telecrm.turn(wanted bigint, period bigint, burst bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    moment bigint;
    wait bigint;
BEGIN
    INSERT INTO telecrm.pace (token) VALUES (wanted) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM telecrm.pace AS pace WHERE pace.token = wanted FOR UPDATE;
    -- Behind the lock: who waited for it is no earlier than who had it.
    moment := telecrm.now_us();
    UPDATE telecrm.pace AS pace SET arrival = greatest(pace.arrival, moment) + period
    WHERE pace.token = wanted AND pace.paused_until <= moment
        AND pace.arrival - moment <= period * (burst - 1);
    IF FOUND THEN
        RETURN 0;
    END IF;
    SELECT greatest(pace.arrival - period * (burst - 1), pace.paused_until) - moment INTO wait
    FROM telecrm.pace AS pace WHERE pace.token = wanted;
    RETURN greatest(wait, 1);
END
$$;

-- telecrm answered 429: nobody sends for as long as it says, an hour at most. Where it does not say,
-- for a second, doubled up to 64 seconds while the 429s go on.
CREATE FUNCTION telecrm.pause(wanted bigint, asked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    second CONSTANT bigint := 1000000;
    pace telecrm.pace;
    moment bigint;
    pause bigint;
BEGIN
    INSERT INTO telecrm.pace (token) VALUES (wanted) ON CONFLICT DO NOTHING;
    SELECT other.* INTO pace FROM telecrm.pace AS other WHERE other.token = wanted FOR UPDATE;
    moment := telecrm.now_us();
    IF asked IS NOT NULL THEN
        pause := least(asked, 3600 * second);
    ELSIF pace.paused_until > moment THEN
        -- Requests that were under way together are refused together: one step, not one each.
        RETURN;
    ELSIF moment - pace.paused_until <= greatest(pace.last_pause, second) THEN
        pause := least(greatest(2 * pace.last_pause, second), 64 * second);
    ELSE
        pause := second;
    END IF;
    UPDATE telecrm.pace AS other
    SET paused_until = greatest(other.paused_until, moment + pause), last_pause = pause
    WHERE other.token = wanted;
END
$$;
